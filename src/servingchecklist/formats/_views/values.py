"""Values of the fields of a checklist in words, and the differences between two of them."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, cast

from ..._model.audience import Audience
from ..._model.changes import SetKpi, SetPhase, SetTask
from ..._model.facet import Choice, Facet
from ..._model.kpi import Criterion, GateDefinition, Kpi
from ..._model.task import Phase, Reference, Risk, Step, Task
from ..._tailoring.difference import PLACE
from ..._text import count, join_words
from .._document import Became, Changed, Field, Strong, plain
from . import proof
from .checklist import choices, page, wait

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Literal, TypeAlias

    from ..._tailoring.difference import Whole
    from .._document import Line

    Sign: TypeAlias = Literal["", "new", "no longer"]
    Run: TypeAlias = tuple[Sign, Sequence[str]]

_NONE = "none"
_WHITE_SPACE = "only its white space differs"
_NAMES = {
    "": "as a whole",
    "after": "comes after",
    "wait_days": "days to wait",
    "not_before": "not before",
    "when": "is there where",
    "context": "made for",
    "at_most": "at most",
    "at_least": "at least",
    "relative_to": "relative to",
    "max_age": "counts for days",
    "binds": "bound to",
}
_ADDED = {"after": "also comes after", "steps": "more steps", "labels": "more labels", "criteria": "more criteria"}
LONG = ("description", "tips", "steps", "annotations", "references", "facets", "criteria", "audiences", "gates")
"""The fields that hold a long text or a list."""

_MOST_PIECES = 200
"""The maximum number of pieces matched one by one: the time for that may grow with the square of their number, or faster."""

_MOST_CHARACTERS = 160
"""The maximum number of characters of a text in a table cell."""

_ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"


def name_of(field: str, *, is_added: bool = False) -> str:
    """Return the display name of a field, or of what is added to it."""
    return _ADDED[field] if is_added else _NAMES.get(field, field)


def in_words(field: str, value: Whole) -> str:
    """Return the whole value of a field in words."""
    match value:
        case Task():
            return _task(value)
        case Phase():
            return count(len(value.tasks), "task")
        case Kpi():
            return f"{value.target}, {proof.conditions(value)}"
        case bool():
            return "yes" if value else "no"
        case Risk():
            return f"blast radius {value.blast_radius}, likelihood {value.likelihood}"
        case ():
            return "everywhere" if field == "when" else _NONE
        case tuple():
            chosen = tuple(entry for entry in value if isinstance(entry, Choice))
            return choices(chosen) if chosen else join_words(list(map(_entry, value)))
        case None | str() if field == PLACE:
            return f"behind {value}" if value else "first"
        case _:
            return _entry(value or _NONE)


def _entry(value: object) -> str:
    if isinstance(value, Reference):
        return plain(page(value))
    if isinstance(value, Step):
        return f"{value.text} ({value.id})"
    if isinstance(value, Criterion):
        return proof.criterion_in_words(value)
    if isinstance(value, GateDefinition):
        return proof.gate_in_words(value)
    if isinstance(value, Audience):
        return f"{value.title} ({value.id}): {count(len(value.examples), 'example')}"
    if isinstance(value, tuple):
        return ": ".join(cast("tuple[str, str]", value))
    if isinstance(value, Facet):
        described = f". {value.description}" if value.description else ""
        return f"{value.title} ({value.id}): {join_words(list(value.values), 'or')}{described}"
    return str(value)


def _task(task: Task) -> str:
    """Return a task in one line, without its title and its description."""
    facts = [task.priority.value, str(task.effort) if task.effort else ""]
    if task.after:
        facts.append(f"after {join_words(list(task.after))}")
    facts += wait(task)
    if task.not_before:
        facts.append(f"not before {task.not_before}")
    if task.when:
        facts.append(f"where {choices(task.when)}")
    if task.steps:
        facts.append(count(len(task.steps), "step"))
    facts += [f"role {task.role}"] * bool(task.role) + [f"label {name}" for name in task.labels]
    return ", ".join(filter(None, facts))


def stated(field: str, value: Whole, name: str = "") -> Field:
    """Return a field with its value, under its own name or another."""
    lines: list[Line] = [in_words(field, value)]
    if field in LONG and value:
        entries = value if isinstance(value, tuple) else (value,)
        lines = [page(entry) if isinstance(entry, Reference) else _entry(entry) for entry in entries]
    return Field(name or name_of(field), lines)


def turned(field: str, before: Whole, after: Whole, name: str = "") -> Field:
    """Return a field with its old and its new value; for a long one, only what was added and removed."""
    lines: list[Line]
    if field in LONG:
        pieces = changed(_pieces(before), _pieces(after))
        lines = [[Strong(f"{piece.sign}:"), " ", piece] for piece in pieces] or [_WHITE_SPACE]
    else:
        lines = [[Became(in_words(field, before), in_words(field, after))]]
    return Field(name or name_of(field), lines)


def _pieces(value: Whole) -> list[str]:
    if isinstance(value, tuple):
        return list(map(_entry, value))
    return sentences(value) if isinstance(value, str) else []


def cells(field: str, before: Whole, after: Whole) -> tuple[str, str]:
    """Return the old and the new value of a field, each short enough for a table."""
    old, new = _pieces(before), _pieces(after)
    if field not in LONG or not (old and new):
        return cell(field, before), cell(field, after)
    return abridged(old, new) if old != new else (_WHITE_SPACE, cell(field, after))


def cell(field: str, value: Whole) -> str:
    """Return the value of a field, short enough for a table."""
    return cut(in_words(field, value))


def differences(before: Task | Phase | Kpi, after: Task | Phase | Kpi) -> Iterator[str]:
    """Yield the differences of a task, a phase or a KPI from an earlier form, field by field; without any, it must have been moved."""
    if isinstance(after, Phase):
        yield in_words("", after)
    elif before == after:
        yield "at another place"
    change = SetTask if isinstance(after, Task) else SetKpi if isinstance(after, Kpi) else SetPhase
    for field in change.sets:
        old, new = getattr(before, field), getattr(after, field)
        if old != new and field in LONG:
            yield f"another {name_of(field)}" if field == "description" else f"other {name_of(field)}"
        elif old != new:
            yield f"{name_of(field)}: {in_words(field, new)}, not {in_words(field, old)}"


def sentences(text: str) -> list[str]:
    """Return the sentences and the lines of a text, without the white space around them."""
    return [piece.strip() for piece in re.split(r"(?<=[.!?])\s+|\n+", text) if piece.strip()]


def changed(before: Sequence[str], after: Sequence[str]) -> list[Changed]:
    """Return the pieces that were added and removed, in order, without those that are in both."""
    return [Changed(piece, sign) for sign, pieces in _runs(before, after) if sign for piece in pieces]


def abridged(before: Sequence[str], after: Sequence[str]) -> tuple[str, str]:
    """Return the differing parts of both, for two table cells, with an ellipsis for what they share."""
    runs = _runs(before, after)
    return _side(runs, "no longer"), _side(runs, "new")


def cut(text: str) -> str:
    """Return a text for a table cell: in one line, cut to the maximum length."""
    line = " ".join(text.split())
    if len(line) <= _MOST_CHARACTERS:
        return line
    head = line[:_MOST_CHARACTERS]
    return f"{head.rpartition(' ')[0] or head} {_ELLIPSIS}"


def _side(runs: Sequence[Run], own: Sign) -> str:
    if all(sign != own for sign, _ in runs):
        return "the same without that"
    return " ".join(cut(" ".join(pieces)) if sign else _ELLIPSIS for sign, pieces in runs if sign in ("", own))


def _runs(before: Sequence[str], after: Sequence[str]) -> list[Run]:
    """Return runs of pieces that are in both, were removed or were added; none of them is empty."""
    start = 0
    while start < min(len(before), len(after)) and before[start] == after[start]:
        start += 1
    end = 0
    while end < min(len(before), len(after)) - start and before[-1 - end] == after[-1 - end]:
        end += 1
    old, new = before[start : len(before) - end], after[start : len(after) - end]
    runs: list[Run] = [("", before[:start])]
    if max(len(old), len(new)) > _MOST_PIECES:
        runs.extend([("no longer", old), ("new", new)])
    else:
        for tag, old_start, old_end, new_start, new_end in SequenceMatcher(None, old, new, False).get_opcodes():
            removed, added = old[old_start:old_end], new[new_start:new_end]
            runs.extend([("", removed)] if tag == "equal" else [("no longer", removed), ("new", added)])
    runs.append(("", before[len(before) - end :]))
    return [run for run in runs if run[1]]
