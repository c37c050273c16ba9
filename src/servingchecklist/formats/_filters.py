"""Filters of a page of tasks: radio buttons that hide tasks by their status and their priority, by the style sheet alone.

They are for whole pages only, since hosts of fragments drop buttons, and are there where at least two tasks differ. A printed page has all
tasks, and so does a browser that does not know ``:has``.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from .._model.task import Priority, Status
from . import _document as node  # pyright: ignore[reportPrivateUsage]

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

_STATUSES = [status.value for status in Status]
_OPEN = [status.value for status in Status if not status.is_closed]
_WORDS = {status.value: status.words for status in Status}
_PRIORITIES = [priority.value for priority in Priority]

STYLE = """
.scl .scl-filters { display: none; }
@supports selector(:has(a)) { @media screen { .scl .scl-filters { display: flex; flex-wrap: wrap; gap: .2em 2em; margin: 2em 0 1em; font-size: .875em; } } }
.scl .scl-filters fieldset { display: flex; flex-wrap: wrap; gap: .2em .9em; position: relative; min-width: 0; margin: 0; padding: 0 0 0 5em; border: 0; }
.scl .scl-filters legend { position: absolute; left: 0; padding: 0; color: var(--scl-soft); }
.scl .scl-filters label { white-space: nowrap; cursor: pointer; }
.scl .scl-filters input { margin: 0 .35em 0 0; vertical-align: -.1em; accent-color: #4a90e2; }
""".strip()


def attributes(item: node.Item) -> str:
    """Return the attributes of a task by which it is filtered."""
    return f' data-status="{item.mark}" data-priority="{_priority(item)}"'


def _priority(item: node.Item) -> str:
    for fact in item.facts:
        if isinstance(fact, node.Fact) and fact.role.startswith("priority "):
            return fact.role[9:]
    return ""


def place(blocks: Sequence[node.Block]) -> int:
    """Return the number of blocks that stand before the first tasks."""
    return next((number for number, block in enumerate(blocks) if next(_tasks([block]), None)), 0)


def filters(blocks: Sequence[node.Block]) -> tuple[str, str]:
    """Return the radio buttons for the tasks in these blocks, and the rules of the style sheet for them; empty where all are alike."""
    tasks = [(item.mark, _priority(item)) for item in _tasks(blocks)]
    groups: list[str] = []
    rules: list[str] = []
    for name, known, values in (
        ("status", _STATUSES, [status for status, _ in tasks]),
        ("priority", _PRIORITIES, [priority for _, priority in tasks]),
    ):
        counts = Counter(values)
        shown = {value: [value] for value in known if counts[value]}
        if len(shown) < 2:
            continue
        still = [value for value in _OPEN if value in shown] if name == "status" else []
        if 1 < len(still) < len(shown):
            shown = {"open": still, **shown}
        groups.append(_group(name, shown, counts))
        rules += [_rule(name, choice, values) for choice, values in shown.items()]
    if not groups:
        return "", ""
    return f'<div class="scl-filters">\n{"".join(groups)}</div>', "\n".join(["@media screen {", *rules, "}"])


def _tasks(blocks: Iterable[node.Block]) -> Iterator[node.Item]:
    for block in blocks:
        if isinstance(block, node.Section):
            yield from _tasks(block.blocks)
        elif isinstance(block, node.Items) and block.kind == "task":
            yield from block.items


def _group(name: str, shown: Mapping[str, Sequence[str]], counts: Mapping[str, int]) -> str:
    lines = [f"<fieldset><legend>{name.capitalize()}</legend>"]
    for choice in ("all", *shown):
        checked = " checked" if choice == "all" else ""
        button = f'<input type="radio" name="scl-{name}" id="scl-{name}-{choice}"{checked}>'
        number = sum(counts[value] for value in shown.get(choice, counts))
        lines.append(f"<label>{button}{_WORDS.get(choice, choice)} {number}</label>")
    return "\n".join([*lines, "</fieldset>", ""])


def _rule(name: str, choice: str, values: Sequence[str]) -> str:
    """Return the rule that hides all other tasks, but not the one that a link leads to, and sections of other tasks only."""
    kept = ", ".join([*(f"[data-{name}={value}]" for value in values), ":target"])
    hidden = f".scl-tasks > li:not({kept}), section:has(.scl-tasks):not(:target, :has(.scl-tasks > :is({kept})))"
    return f".scl:has(#scl-{name}-{choice}:checked) :is({hidden}) {{ display: none; }}"
