"""HTML: one self-contained page, or the fragment of it that a notebook shows.

No script, nothing fetched from outside, light and dark after the reader's setting, and fit to print with a box to tick. Every text is
escaped: whatever it holds, the elements of the page are the same. Only http, https and mailto addresses become links; a relative path is
shown as text, since the page cannot know where it is.

What is written is for people, and not read back. It leaves out the ids of the phases, and risks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._text import escape_html, join_words
from ..errors import raise_invalid
from ..model.checklist import Checklist
from ..planning.ordering import Recommendation, Recommendations

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..model.phase import Phase
    from ..model.priority import Priority
    from ..model.reference import Reference
    from ..model.task import Task

NAME = "html"
SUFFIXES = (".html", ".htm")

# Colours are mixed from the text colour that is in force around the fragment, so it fits any page and any notebook theme, whether
# or not that theme follows the system's setting. The four colours that mark priorities reach 3:1 on white and on near-black.
_STYLE = """
.scl { --scl-line: 1px solid color-mix(in srgb, currentColor 25%, transparent); }
.scl { max-width: 46rem; font: 1rem/1.5 system-ui, sans-serif; color: inherit; text-align: left; }
.scl h1, .scl h2, .scl h3 { font-weight: 700; }
.scl h1 { font-size: 1.6em; line-height: 1.2; margin: 0 0 .5em; }
.scl h2 { font-size: 1.25em; line-height: 1.3; margin: 2em 0 .5em; padding-bottom: .2em; border-bottom: var(--scl-line); }
.scl h2 .scl-number { font-weight: 400; opacity: .7; margin-right: .4em; font-variant-numeric: tabular-nums; }
.scl h3 { font-size: 1em; line-height: 1.4; margin: 0; }
.scl p { margin: .3em 0; }
.scl ul, .scl ol { margin: .3em 0; padding-left: 1.4em; }
.scl li ul, .scl .scl-tips ul { list-style: disc; }
.scl ul.scl-tasks, .scl ol.scl-ranks { list-style: none; padding: 0; margin: 1em 0; }
.scl li.scl-task { position: relative; margin: 0; padding: .8em 0 .8em 2.2em; border-bottom: var(--scl-line); break-inside: avoid; }
.scl li.scl-task:last-child { border-bottom: 0; }
.scl .scl-mark { position: absolute; left: 0; top: .95em; width: 1em; height: 1em; border: 1.5px solid; border-radius: .2em; }
.scl .scl-rank { position: absolute; left: 0; top: .8em; min-width: 1.5em; font-weight: 700; font-variant-numeric: tabular-nums; }
.scl .scl-facts { font-size: .875em; display: flex; flex-wrap: wrap; gap: .1em 1em; align-items: baseline; }
.scl .scl-text { white-space: pre-line; overflow-wrap: anywhere; }
.scl .scl-priority::before { content: ""; display: inline-block; width: .7em; height: .7em; border-radius: 50%; margin-right: .4em; }
.scl .scl-critical::before { background: #d8432f; }
.scl .scl-high::before { background: #c27a0a; }
.scl .scl-medium::before { background: #3f83d1; }
.scl .scl-low::before { background: #7d8590; }
.scl .scl-critical, .scl .scl-high { font-weight: 600; }
.scl .scl-tips { margin-top: 2em; padding: .2em 1.2em .6em; border: var(--scl-line); border-radius: .4em; break-inside: avoid; }
.scl .scl-tips h2 { border: 0; margin: .6em 0 0; padding: 0; font-size: 1em; }
.scl code { font: .95em ui-monospace, monospace; background: none; color: inherit; padding: 0; }
.scl a { color: inherit; }
.scl .scl-edition { font-size: .875em; opacity: .75; margin-top: 2em; }
@media print { .scl { max-width: none; font-size: 10.5pt; } .scl h2 { break-after: avoid; } }
@media print { .scl .scl-priority::before { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
""".strip()

_PAGE_STYLE = """
:root { color-scheme: light dark; }
body { margin: 0; padding: 2rem 1.25rem 3rem; background: Canvas; color: CanvasText; }
main { max-width: 46rem; margin: 0 auto; }
@page { margin: 18mm; }
@media print { body { padding: 0; } main { max-width: none; } }
""".strip()


def dumps(value: Checklist | Recommendations) -> str:
    """The value as a whole page.

    Raises:
        InvalidError: The value is neither a checklist nor what ``order`` and ``next_tasks`` return.
    """
    body = fragment(value)
    title = value.title if isinstance(value, Checklist) else _NEXT
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape_html(title)}</title>
<style>
{_PAGE_STYLE}
</style>
</head>
<body>
<main>
{body}</main>
</body>
</html>
"""


def fragment(value: Checklist | Recommendations) -> str:
    """The value as one ``<article>`` with its own style: what the page holds, and what a notebook shows.

    Raises:
        InvalidError: The value is neither a checklist nor what ``order`` and ``next_tasks`` return.
    """
    if isinstance(value, Checklist):
        lines = _checklist(value)
    elif isinstance(value, Recommendations):
        lines = _recommendations(value)
    else:
        raise_invalid("$", "cannot be written as HTML", value, "give a checklist, or what order and next_tasks return")
    return "\n".join(['<article class="scl">', f"<style>\n{_STYLE}\n</style>", *lines, "</article>", ""])


def _checklist(checklist: Checklist) -> Iterator[str]:
    yield f"<h1>{escape_html(checklist.title)}</h1>"
    yield from _text(checklist.description)
    for number, phase in enumerate(checklist.phases, 1):
        yield from _phase(number, phase, checklist)
    if checklist.tips:
        yield '<section class="scl-tips">'
        yield "<h2>Tips</h2>"
        yield "<ul>"
        yield from (f'<li class="scl-text">{escape_html(tip)}</li>' for tip in checklist.tips)
        yield "</ul>"
        yield "</section>"
    yield f'<p class="scl-edition">{escape_html(checklist.id)}, version {escape_html(checklist.version)}</p>'


def _phase(number: int, phase: Phase, checklist: Checklist) -> Iterator[str]:
    yield "<section>"
    yield f'<h2><span class="scl-number">{number:02}</span>{escape_html(phase.title)}</h2>'
    yield from _text(phase.description)
    if phase.guide:
        yield f"<p>Guide: {_reference(phase.guide)}</p>"
    if phase.tasks:
        yield '<ul class="scl-tasks">'
        for task in phase.tasks:
            yield from _task(task, checklist)
        yield "</ul>"
    yield "</section>"


def _task(task: Task, checklist: Checklist) -> Iterator[str]:
    yield '<li class="scl-task">'
    yield '<span class="scl-mark" aria-hidden="true"></span>'
    yield f"<h3>{escape_html(checklist.title_of(task))}</h3>"
    yield _facts(task, f"after {_ids(task.after)}" if task.after else "")
    yield from _text(task.description)
    if task.references:
        yield "<ul>"
        yield from (f"<li>{_reference(reference)}</li>" for reference in task.references)
        yield "</ul>"
    yield "</li>"


_NEXT = "What to do next"


def _recommendations(recommendations: Recommendations) -> Iterator[str]:
    yield f"<h1>{_NEXT}</h1>"
    if recommendations:
        yield '<ol class="scl-ranks">'
        for one in recommendations:
            yield from _recommendation(one)
        yield "</ol>"
    else:
        yield "<p>No task to recommend.</p>"


def _recommendation(one: Recommendation) -> Iterator[str]:
    yield f'<li class="scl-task" value="{one.rank}">'
    yield f'<span class="scl-rank" aria-hidden="true">{one.rank}</span>'
    yield f"<h3>{escape_html(one.title)}</h3>"
    yield _facts(one.task, "" if one.ready else f"waits for {_ids(one.blocked_by)}")
    if one.reasons:
        yield "<ul>"
        yield from (f"<li>{escape_html(reason)}</li>" for reason in one.reasons)
        yield "</ul>"
    yield "</li>"


def _facts(task: Task, more: str) -> str:
    facts = [f"<code>{task.id}</code>", _priority(task.priority), f"<span>{task.effort}</span>" if task.effort else ""]
    return f'<p class="scl-facts">{" ".join([*filter(None, facts), *([f"<span>{more}</span>"] if more else [])])}</p>'


def _priority(priority: Priority) -> str:
    return f'<span class="scl-priority scl-{priority.value}">{priority.value}</span>'


def _ids(ids: tuple[str, ...]) -> str:
    return join_words([f"<code>{escape_html(task_id)}</code>" for task_id in ids])


def _text(text: str) -> Iterator[str]:
    if text:
        yield f'<p class="scl-text">{escape_html(text)}</p>'


def _reference(reference: Reference) -> str:
    title, url = escape_html(reference.title), escape_html(reference.url)
    return (
        f'<a href="{url}" rel="noopener noreferrer">{title}</a>'
        if reference.is_link
        else f"{title} (<code>{url}</code>)"
    )
