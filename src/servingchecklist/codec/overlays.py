"""Writing and reading overlays and their changes, as strictly as their constructors."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import attrs

from .._model import overlay as _overlay
from .._model._validation import checks_of, ident
from .._model.changes import KINDS, AddPhase, AddTask, Change
from .._model.checklist import Checklist
from .._model.overlay import Overlay
from .._model.task import Phase, Task
from ..errors import Fault, InvalidError, show
from .readers import (
    TABLES,
    ObjectReader,
    Reader,
    each,
    hook,
    only,
    read_annotations,
    read_choices,
    read_effort,
    read_facet,
    read_names,
    read_phase,
    read_priority,
    read_reference,
    read_risk,
    read_step,
    read_task,
    tagged,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cattrs import Converter

_READ_FIELDS: dict[str, Reader] = {
    "priority": read_priority,
    "effort": read_effort,
    "after": read_names,
    "risk": read_risk,
    "references": each(read_reference),
    "when": read_choices,
    "guide": read_reference,
    "tips": read_names,
    "facets": each(read_facet),
    "context": read_choices,
    "also_after": read_names,
    "also_steps": each(read_step),
    "also_labels": read_names,
    "steps": each(read_step),
    "labels": read_names,
    "annotations": read_annotations,
    "clear": read_names,
}


def _reader_of(kind: type[Change]) -> ObjectReader:
    reads = {name: read for name, read in _READ_FIELDS.items() if name in checks_of(kind)}
    if kind is AddTask:
        reads["task"] = read_task
    if kind is AddPhase:
        reads["phase"] = read_phase
    return ObjectReader(kind, **reads)


def _null_refused(kind: type[Change]) -> Reader:
    """Return a reader of a change that refuses null: in Python, None leaves a field unchanged, but a file leaves the field out."""
    checks, read = checks_of(kind), _reader_of(kind)

    def read_change(raw: object) -> object:
        if faults := [
            fault
            for name, value in cast("dict[str, object]", raw).items()
            if value is None and name not in _READ_FIELDS and name in checks and not checks[name](None, name)
            for fault in _faults_of_null(name)
        ]:
            raise InvalidError(faults)
        return read(raw)

    return read_change


def _faults_of_null(name: str) -> Sequence[Fault]:
    faults = _STATED[name](None, name) if name in _STATED else ()
    return faults or [Fault("empty", f"$.{name}", "is nothing", show(None), "leave it out, or name it in clear")]


_STATED = {**checks_of(Checklist), **checks_of(Phase), **checks_of(Task), "before": ident, "behind": ident}

read_change = tagged("a change", {name: _null_refused(kind) for name, kind in KINDS.items()})
"""Read a change from a dict; ``kind`` selects its class."""

_read_fields = ObjectReader(Overlay, references=each(read_reference), changes=each(read_change))


def read_overlay(raw: object) -> Overlay:
    """Read an overlay, reporting all faults of its changes."""
    return cast("Overlay", _read_fields(raw))


def write_change(change: Change, converter: Converter) -> dict[str, object]:
    """Return a change as plain data, its kind first, without the fields it does not set."""
    document: dict[str, object] = {"kind": change.kind}
    for field in attrs.fields(type(change)):
        value = getattr(change, field.name)
        if value != field.default:
            document[field.name] = (
                as_table(value) if (as_table := TABLES.get(field.name)) else converter.unstructure(value)
            )
    return document


def write_overlay(overlay: Overlay, converter: Converter) -> dict[str, object]:
    """Return the fields of an overlay as plain data."""
    document: dict[str, object] = {}
    for field in attrs.fields(Overlay):
        value = getattr(overlay, field.name)
        if value != field.default:
            is_changes = field.name == "changes"
            document[field.name] = (
                [write_change(change, converter) for change in overlay.changes]
                if is_changes
                else converter.unstructure(value)
            )
    return document


def register_overlays(converter: Converter) -> None:
    """Teach a converter that knows checklists to read and write overlays, and changes by themselves."""
    # cattrs needs the types of all fields, and that of the changes is imported only where needed.
    attrs.resolve_types(Overlay, {**vars(_overlay), "Change": Change})
    converter.register_unstructure_hook(Overlay, lambda overlay: write_overlay(overlay, converter))
    converter.register_structure_hook(Overlay, hook(read_overlay))
    for kind in KINDS.values():
        converter.register_unstructure_hook(kind, lambda change: write_change(change, converter))
        converter.register_structure_hook(kind, hook(only(kind, read_change)))
