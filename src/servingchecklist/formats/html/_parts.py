"""What more than one of the pages is made of. All that these functions give is HTML; the texts they take are not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..._text import escape_html, join_words
from .._shown import NEXT, NO_TASK

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ...launch.review import Review
    from ...model.reference import Reference
    from ...model.task import Task
    from ...planning.critical import CriticalPath
    from ...planning.distribution import Distribution
    from ...planning.forecast import Forecast
    from ...planning.ordering import Recommendation, Recommendations


def recommendations_lines(recommendations: Recommendations) -> Iterator[str]:
    """Recommendations under a heading of their own."""
    yield f"<h1>{NEXT}</h1>"
    yield from ranked(recommendations)


def ranked(recommendations: Recommendations) -> Iterator[str]:
    """Recommendations as a numbered list with their reasons."""
    if recommendations:
        yield '<ol class="scl-ranks">'
        for one in recommendations:
            yield from _recommendation(one)
        yield "</ol>"
    else:
        yield f"<p>{NO_TASK}</p>"


def _recommendation(one: Recommendation) -> Iterator[str]:
    yield f'<li class="scl-task" value="{one.rank}">'
    yield f'<span class="scl-rank" aria-hidden="true">{one.rank}</span>'
    yield from title_and_facts(
        one.title, task_facts(one.task, "" if one.ready else f"waits for {joined_ids(one.blocked_by)}")
    )
    yield from bullets([escape_html(reason) for reason in one.reasons])
    yield "</li>"


def title_and_facts(title: str, facts: Iterable[str]) -> Iterator[str]:
    """What every list says of a task: its title, and on a line of their own the facts that are known, which are HTML already."""
    yield f"<h3>{escape_html(title)}</h3>"
    yield f'<p class="scl-facts">{" ".join(filter(None, facts))}</p>'


def task_facts(task: Task, more: str) -> list[str]:
    """What a checklist says of a task."""
    priority = task.priority.value
    marked = f'<span class="scl-priority scl-{priority}">{priority}</span>'
    return [f"<code>{task.id}</code>", marked, span(str(task.effort) if task.effort else ""), span(more)]


def span(html: str, kind: str = "") -> str:
    """A fact within a line of them; nothing where there is none."""
    marked = f' class="{kind}"' if kind else ""
    return f"<span{marked}>{html}</span>" if html else ""


def bullets(items: list[str]) -> Iterator[str]:
    """A list of what is HTML already; nothing where there is nothing to list."""
    if items:
        yield "<ul>"
        yield from (f"<li>{item}</li>" for item in items)
        yield "</ul>"


def paragraph(text: str) -> Iterator[str]:
    """A text with its line breaks; nothing where it is empty."""
    if text:
        yield f'<p class="scl-text">{escape_html(text)}</p>'


def strong(text: str) -> Iterator[str]:
    """The one sentence to take away."""
    yield f'<p class="scl-progress">{escape_html(text)}</p>'


def figure(value: Review | Forecast | CriticalPath | Distribution, caption: str = "") -> Iterator[str]:
    """The picture of a value, and below it what it shows."""
    from .. import svg

    # On a narrow screen a wide picture moves sideways, by the keyboard too.
    region = f' role="region" aria-label="{escape_html(caption)}" tabindex="0"' if caption else ""
    yield f'<figure class="scl-picture"{region}>'
    yield svg.fragment(value)
    if caption:
        yield f"<figcaption>{escape_html(caption)}</figcaption>"
    yield "</figure>"


def phase_heading(number: int, title: str) -> str:
    """A phase and its number."""
    return f'<h2><span class="scl-number">{number:02}</span>{escape_html(title)}</h2>'


def reference_link(reference: Reference) -> str:
    """Where to read on: a link where the address is absolute, and else text."""
    title, url = escape_html(reference.title), escape_html(reference.url)
    return (
        f'<a href="{url}" rel="noopener noreferrer">{title}</a>'
        if reference.is_link
        else f"{title} (<code>{url}</code>)"
    )


def joined_ids(ids: tuple[str, ...]) -> str:
    """Ids as a sentence lists them."""
    return join_words([f"<code>{escape_html(task_id)}</code>" for task_id in ids])
