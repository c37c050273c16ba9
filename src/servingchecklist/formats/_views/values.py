"""Values of the fields of a checklist in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..._model.changes import SetPhase, SetTask
from ..._model.facet import Choice, Facet
from ..._model.task import Phase, Reference, Risk, Task
from ..._tailoring.difference import PLACE
from ..._text import join_words
from .. import _phrases
from .._document import Became, Field, Link, Strong
from .checklist import choices
from .passages import abridged, changed, cut, sentences

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..._tailoring.difference import Whole
    from .._document import Line

_NONE = "none"
_WHITE_SPACE = "only its white space differs"
_NAMES = {"": "as a whole", "after": "comes after", "when": "is there where", "context": "made for"}
_LONG = ("description", "tips", "references", "facets")


def name_of(field: str) -> str:
    """Return the display name of a field."""
    return _NAMES.get(field, field)


def is_long(field: str) -> bool:
    """Return whether a field holds a long text or a list."""
    return field in _LONG


def in_words(field: str, value: Whole) -> str:
    """Return the whole value of a field in words."""
    match value:
        case Task():
            return _facts(value)
        case Phase():
            return _phrases.count(len(value.tasks), "task")
        case Risk():
            return f"blast radius {value.blast_radius}, likelihood {value.likelihood}"
        case tuple():
            return _listed(field, value)
        case None | str() if field == PLACE:
            return f"behind {value}" if value else "first"
        case _:
            return _entry(value or _NONE)


def _listed(field: str, value: tuple[object, ...]) -> str:
    if not value:
        return "everywhere" if field == "when" else _NONE
    made = tuple(one for one in value if isinstance(one, Choice))
    return choices(made) if made else join_words(list(map(_entry, value)))


def _entry(value: object) -> str:
    if isinstance(value, Reference):
        return f"{value.title} <{value.url}>"
    if isinstance(value, Facet):
        described = f". {value.description}" if value.description else ""
        return f"{value.title} ({value.id}): {join_words(list(value.values), 'or')}{described}"
    return str(value)


def _facts(task: Task) -> str:
    """Return a task in one line, without its title and its description."""
    facts = [task.priority.value, str(task.effort) if task.effort else ""]
    if task.after:
        facts.append(f"after {join_words(list(task.after))}")
    if task.when:
        facts.append(f"where {choices(task.when)}")
    return ", ".join(filter(None, facts))


def stated(field: str, value: Whole, name: str = "") -> Field:
    """Return a field with its value, under its own name or another."""
    lines: list[Line] = [in_words(field, value)]
    if field in _LONG and value:
        entries = value if isinstance(value, tuple) else (value,)
        lines = [[Link(entry)] if isinstance(entry, Reference) else _entry(entry) for entry in entries]
    return Field(name or name_of(field), lines)


def turned(field: str, before: Whole, after: Whole, name: str = "") -> Field:
    """Return a field with its old and its new value; for a long one, only what was added and removed."""
    lines: list[Line]
    if field in _LONG:
        found = changed(_pieces(before), _pieces(after))
        lines = [[Strong(f"{one.sign}:"), " ", one] for one in found] or [_WHITE_SPACE]
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
    if field not in _LONG or not (old and new):
        return cell(field, before), cell(field, after)
    return abridged(old, new) if old != new else (_WHITE_SPACE, cell(field, after))


def cell(field: str, value: Whole) -> str:
    """Return the value of a field, short enough for a table."""
    return cut(in_words(field, value))


def differences(before: Task | Phase, after: Task | Phase) -> Iterator[str]:
    """Yield the differences of a task or a phase from an earlier form, field by field; without any, it must have been moved."""
    if isinstance(after, Phase):
        yield in_words("", after)
    elif before == after:
        yield "at another place"
    for field in SetTask.sets if isinstance(after, Task) else SetPhase.sets:
        old, new = getattr(before, field), getattr(after, field)
        if old != new and field in _LONG:
            yield f"another {name_of(field)}" if field == "description" else f"other {name_of(field)}"
        elif old != new:
            yield f"{name_of(field)}: {in_words(field, new)}, not {in_words(field, old)}"
