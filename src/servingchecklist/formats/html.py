"""HTML: one self-contained page, or the fragment of it that a notebook shows.

No script, nothing fetched from outside, light and dark after the reader's setting, and fit to print with a box to tick. Every text is
escaped. Only http, https and mailto addresses become links, since a page cannot know where a relative path leads. Marks and numbers are
characters, and pictures are images with a text in their place, so that hosts which drop styles and drawings keep the meaning. A whole page
has targets for links, such as ``#task-c1``, and buttons that filter its tasks; a fragment has neither, since there may be many in a notebook.
"""

from __future__ import annotations

import re
from base64 import b64encode
from functools import lru_cache
from typing import TYPE_CHECKING

import attrs

from .._model.task import Status
from .._text import escape_html, join_words
from ..errors import InvalidError
from . import _document as node  # pyright: ignore[reportPrivateUsage]
from ._filters import STYLE as FILTER_STYLE
from ._filters import attributes, filters, place
from ._stylesheet import PAGE_STYLE, STYLE
from ._views import document

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from .._launch.launch import Launch
    from .._planning.options import ForecastOptions
    from . import Shown

NAME = "html"
SUFFIXES = (".html", ".htm")

_MARKS: dict[str, str] = dict(zip(Status, "☐◧☒☑⊟⊘", strict=True))


def dumps(value: Shown, *, index: str = "") -> str:
    """Return a value as a whole page.

    Args:
        value: The value.
        index: The file that a link above the title leads to, such as ``"index.html"``, the :func:`index` of all launches.

    Raises:
        InvalidError: There is no view of such a value.
    """
    page = document(value, "HTML")
    buttons, rules = filters(page.blocks)
    link = f'<p class="scl-meta"><a href="{escape_html(index)}">All launches</a></p>' if index else ""
    style = "\n".join([PAGE_STYLE, FILTER_STYLE, rules] if buttons else [PAGE_STYLE])
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape_html(page.title)}</title>
<style>
{style}
</style>
</head>
<body>
<main>
{_article(page, buttons, link, is_page=True)}</main>
</body>
</html>
"""


def index(
    launches: Iterable[Launch], *, at: datetime | None = None, options: Mapping[str, ForecastOptions] | None = None
) -> str:
    """Return a whole page with a row for each launch: progress, overdue and blocked tasks, P80, and the task that is next.

    The name of a launch is a link to ``NAME.html`` in the same folder, where a page of the launch has to be. P80 is that of a forecast
    with as many samples as in a review. It is empty where there is none: a task states no effort, say, or there are more than 1,000.

    Args:
        launches: The launches, in the order of the rows.
        at: The time to look at; by default now.
        options: The options of the forecasts, by the names of the launches.

    Raises:
        InvalidError: An argument is invalid, two launches have the same name, or ``at`` lies before the start of one.
        UnknownNameError: Options name a task that is not in the checklist.
    """
    from ._views.index import index as view

    return dumps(view(launches, at, {} if options is None else options))


def fragment(value: Shown) -> str:
    """Return a value as one ``<article>`` with its own style, as a notebook shows it; the errors are those of ``dumps``."""
    return _article(document(value, "HTML"), is_page=False)


def _article(page: node.Document, buttons: str = "", link: str = "", *, is_page: bool) -> str:
    # Notebooks would typeset what is between dollar signs.
    writer = _Writer(
        ['<article class="scl mathjax_ignore tex2jax_ignore">', f"<style>\n{STYLE}\n</style>"], is_page, bool(buttons)
    )
    writer.lines.extend([link] * bool(link))
    if is_page or page.is_headed:
        writer.lines.append(f"<h1>{_text(page.title)}</h1>")
    start = place(page.blocks) if buttons else 0
    writer.blocks(page.blocks[:start], page.title, 2)
    if buttons:
        writer.lines.append(buttons)
    writer.blocks(page.blocks[start:], page.title, 2)
    return "\n".join([*writer.lines, "</article>", ""])


def _text(text: str) -> str:
    return text if text.isalnum() else escape_html(text).replace("\n", "<br>")  # many are ids and single words


def _line(part: node.Fact | node.Line | node.Inline) -> str:
    match part:
        case str():
            return _text(part)
        case node.Fact():
            return f"<span{_classes(part.role)}>{_line(part.line)}</span>"
        case list() | tuple():
            return "".join(map(_line, part))
        case node.Code():
            return join_words([f"<code>{_text(text)}</code>" for text in part.texts])
        case node.Strong():
            return f"<strong>{_text(part.text)}</strong>"
        case node.Link():
            title, url = _text(part.reference.title), escape_html(part.reference.url)
            if part.reference.is_link:
                return f'<a href="{url}" rel="noopener noreferrer">{title}</a>'
            return f"{title} (<code>{url}</code>)"
        case node.Changed():
            tag = "ins" if part.sign == "new" else "del"
            return f"<{tag}>{_text(part.text)}</{tag}>"
        case _:
            assert isinstance(part, node.Became), part
            return f"<del>{_text(part.before)}</del> \N{RIGHTWARDS ARROW} <ins>{_text(part.after)}</ins>"


@lru_cache(maxsize=256)  # views have few roles
def _classes(role: str) -> str:
    return f' class="{" ".join(f"scl-{escape_html(word)}" for word in role.split())}"' if role else ""


def _facts(item: node.Item) -> str:
    """Return the id and the facts of an item in one line."""
    return " · ".join([f"<code>{_text(item.id)}</code>"] * bool(item.id) + [*map(_line, item.facts)])


@attrs.frozen
class _Writer:
    """Writer of blocks as lines of HTML.

    Attributes:
        lines: The lines so far.
        is_page: True where there are targets for links.
        has_filters: True where tasks are filtered.
    """

    lines: list[str]
    is_page: bool
    has_filters: bool

    def blocks(self, blocks: Iterable[node.Block], heading: str, level: int) -> None:
        """Add blocks that stand under a heading; ``level`` is that of headings among them."""
        add = self.lines.append
        for block in blocks:
            match block:
                case node.Paragraph():
                    add(f"<p{_classes(block.role)}>{_line(block.line)}</p>")
                case node.Bullets():
                    boxes = [_box(mark) for mark in block.marks] or [""] * len(block.lines)
                    entries = [f"<li>{box}{_line(line)}</li>" for box, line in zip(boxes, block.lines, strict=True)]
                    add(f"<ul{_classes('steps' if block.marks else '')}>{''.join(entries)}</ul>")
                case node.Listing():
                    tag = "ul" if block.start is None else "ol"
                    start = "" if block.start in (None, 1) else f' start="{block.start:d}"'
                    add(f'<{tag} class="scl-prose"{start}>')
                    for entry in block.items:
                        first = entry[0].line if entry and isinstance(entry[0], node.Paragraph) else ""
                        add(f"<li>{_line(first)}")
                        self.blocks(entry[bool(first) :], heading, level)
                        add("</li>")
                    add(f"</{tag}>")
                case node.CodeBlock():
                    language = f' class="language-{escape_html(block.language)}"' if block.language else ""
                    add(f'<pre class="scl-code" tabindex="0"><code{language}>{escape_html(block.text)}</code></pre>')
                case node.Items():
                    tag = "ol" if block.kind == "number" else "ul"
                    add(f"<{tag}{_classes(f'items {block.kind}s {block.role}')}>")
                    for place, item in enumerate(block.items, 1):
                        self._item(item, block.kind, level, item.number or place)
                    add(f"</{tag}>")
                case node.Section():
                    number = f'<span class="scl-number">{_text(block.number)}</span> ' if block.number else ""
                    add(f"<section{_classes(block.role)}{self._target(block.anchor)}>")
                    add(f"<h{level}>{number}{_text(block.heading)}</h{level}>")
                    self.blocks(block.blocks, block.heading, min(level + 1, 6))
                    add("</section>")
                case node.Fields():
                    add(f"<dl{_classes(f'fields {block.role}')}>{''.join(map(_field, block.fields))}</dl>")
                case node.Table():
                    add(_scrolling(heading, _table(block)))
                case node.Progress():
                    bar = f'<progress max="{block.total:d}" value="{block.done:d}"></progress> ' if block.total else ""
                    add(f"<p{_classes(f'progress {block.role}')}><label>{bar}{_text(block.words)}</label></p>")
                case _:
                    picture = _scrolling(block.caption, _image(block))
                    caption = f"<figcaption>{_text(block.caption)}</figcaption>"
                    add(f"<figure{_classes(f'picture {block.role}')}>{picture}{caption}</figure>")

    def _item(self, item: node.Item, kind: str, level: int, number: int) -> None:
        add, below = self.lines.append, min(level + 1, 6)
        facts = _facts(item)
        if kind == "bullet" and not (item.body or item.folded or item.anchor):
            add(f"<li><strong>{_text(item.title)}</strong>{facts and f' · {facts}'}</li>")
            return
        value = f' value="{number:d}"' if kind == "number" else ""
        heading = f"<h{level}>{_box(item.mark) if kind == 'task' else ''}{_text(item.title)}</h{level}>"
        facts = f'\n<p class="scl-facts">{facts}</p>' if facts else ""
        filtered = attributes(item) if self.has_filters and kind == "task" else ""
        add(f"<li{value}{self._target(item.anchor)}{filtered}>\n{heading}{facts}")
        self.blocks(item.body, item.title, below)
        if item.folded:
            add(f"<details><summary>{_text(item.folded.heading)}</summary>")
            self.blocks(item.folded.blocks, item.title, below)
            add("</details>")
        add("</li>")

    def _target(self, anchor: str) -> str:
        return f' id="{escape_html(anchor)}"' if anchor and self.is_page else ""


def _box(mark: str) -> str:
    return f'<span class="scl-mark scl-{mark}" aria-hidden="true">{_MARKS[mark]}</span> '


def _scrolling(label: str, content: str) -> str:
    """Return wide content in a box of its own, which moves sideways on a narrow screen, by the keyboard too."""
    return f'<div class="scl-wide" role="region" aria-label="{escape_html(label)}" tabindex="0">\n{content}\n</div>'


def _field(field: node.Field) -> str:
    # One value for each name: JupyterLab puts them side by side.
    return f"<dt>{_text(field.name)}</dt><dd>{'<br>'.join(map(_line, field.lines))}</dd>"


def _cell(cell: node.Line) -> str:
    """Return what a cell holds. No line breaks within a day."""
    if isinstance(cell, str):
        return re.sub("[0-9]{4}-[0-9]{2}-[0-9]{2}", r'<span class="scl-day">\g<0></span>', _text(cell))
    return _line(cell)


def _table(table: node.Table) -> str:
    kinds = [_classes("count" if column in table.numbers else "") for column in table.columns]
    heads = [f'<th scope="col"{kind}>{_text(column)}</th>' for kind, column in zip(kinds, table.columns, strict=True)]
    rows = [f"<thead><tr>{''.join(heads)}</tr></thead>", "<tbody>"]
    for row in table.rows:
        about, facts = _text(row.item.title), _facts(row.item)
        about = f'<a href="{escape_html(row.item.page)}.html">{about}</a>' if row.item.page else about
        about += f' <div class="scl-facts">{facts}</div>' if facts else ""
        cells = [f"<td{kind}>{_cell(cell)}</td>" for kind, cell in zip(kinds[1:], row.cells, strict=True)]
        rows.append(f'<tr><th scope="row">{about}</th>{"".join(cells)}</tr>')
    kind = "columns" if table.numbers else "records"
    return "\n".join([f"<table{_classes(f'table {kind}')}>", *rows, "</tbody>", "</table>"])


def _image(figure: node.Figure) -> str:
    from . import svg

    try:
        picture = b64encode(svg.dumps(figure.value).encode()).decode()  # type: ignore[arg-type]
    except InvalidError as error:  # there is more than a picture can show
        return f"<p>No picture: {_text(error.faults[0].message)}.</p>"
    return f'<img alt="{escape_html(figure.alternative)}" src="data:image/svg+xml;base64,{picture}">'
