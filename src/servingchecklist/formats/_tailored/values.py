"""The values of fields in words that a person reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..._text import join_words
from ...model.changes import SetPhase, SetTask
from ...model.effort import Effort
from ...model.facet import Choice, Facet
from ...model.phase import Phase
from ...model.priority import Priority
from ...model.reference import Reference
from ...model.risk import Risk
from ...model.task import Task
from ...tailoring.difference import PLACE
from .._made import choices
from .parts import Fact, Passage
from .passages import abridged, changed, cut, sentences

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ...tailoring.difference import Whole

NONE = "none"
WHITE_SPACE = "only its white space differs"

_NAMES = {"": "as a whole", "after": "comes after", "when": "is there where", "context": "made for"}
_LONG = ("description", "tips", "references", "facets")


def name_of(field: str) -> str:
    """What a field is called."""
    return _NAMES.get(field, field)


def in_words(field: str, value: Whole) -> str:
    """The value of a field, whole."""
    match value:
        case Task():
            return task_facts(value)
        case Phase():
            return count(len(value.tasks), "task")
        case Risk():
            return f"blast radius {value.blast_radius}, likelihood {value.likelihood}"
        case Priority() | Effort() | Reference():
            return _entry(value)
        case tuple():
            return _listed(field, value)
        case _:
            return _text(field, value or "")


def _text(field: str, value: str) -> str:
    if field == PLACE:
        return f"behind {value}" if value else "first"
    return value or NONE


def _listed(field: str, value: tuple[object, ...]) -> str:
    if not value:
        return "everywhere" if field == "when" else NONE
    made = tuple(one for one in value if isinstance(one, Choice))
    return choices(made) if made else join_words(list(map(_entry, value)))


def _entry(value: object) -> str:
    """One entry of a list."""
    if isinstance(value, Reference):
        return f"{value.title} <{value.url}>"
    if isinstance(value, Facet):
        described = f". {value.description}" if value.description else ""
        return f"{value.title} ({value.id}): {join_words(list(value.values), 'or')}{described}"
    return str(value)


def task_facts(task: Task) -> str:
    """What a task is like, in one line; its title and its description are left to others."""
    facts = [task.priority.value, str(task.effort) if task.effort else ""]
    if task.after:
        facts.append(f"after {join_words(list(task.after))}")
    if task.when:
        facts.append(f"where {choices(task.when)}")
    return ", ".join(filter(None, facts))


def stated(field: str, value: Whole) -> Fact:
    """That a field has a value."""
    if field in _LONG and value:
        entries = value if isinstance(value, tuple) else (value,)
        return Fact(name_of(field), passages=list(map(_passage, entries)))
    return Fact(name_of(field), in_words(field, value))


def _passage(entry: object) -> Passage:
    return Passage(_entry(entry), reference=entry if isinstance(entry, Reference) else None)


def turned(field: str, before: Whole, after: Whole) -> Fact:
    """That a field had one value, and has another; of what is long, only what has come and gone."""
    if field not in _LONG:
        return Fact(name_of(field), in_words(field, after), in_words(field, before))
    found = changed(_pieces(before), _pieces(after))
    return Fact(name_of(field), passages=found) if found else Fact(name_of(field), WHITE_SPACE)


def _pieces(value: Whole) -> list[str]:
    if isinstance(value, tuple):
        return list(map(_entry, value))
    return sentences(value) if isinstance(value, str) else []


def cells(field: str, before: Whole, after: Whole) -> tuple[str, str]:
    """What a field was and what it is, each short enough for a table."""
    old, new = _pieces(before), _pieces(after)
    if field not in _LONG or not (old and new):
        return cell(field, before), cell(field, after)
    return abridged(old, new) if old != new else (WHITE_SPACE, cell(field, after))


def cell(field: str, value: Whole) -> str:
    """What a field is, short enough for a table."""
    return cut(in_words(field, value))


def told_apart(before: Task | Phase, after: Task | Phase) -> Iterator[str]:
    """How a task or a phase differs from what it was, field by field; where they are all the same, it is at another place."""
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


def count(number: int, what: str) -> str:
    """How many there are of something."""
    return f"{number:,} {what}{'' if number == 1 else 's'}" if number else f"no {what}s"
