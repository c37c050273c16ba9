"""Writing and reading overlays and their changes, as strictly as their constructors."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import attrs

from .._model import overlay as _overlay
from .._model._validation import checks_of, ident
from .._model.changes import KINDS, AddKpi, AddPhase, AddTask, Change, SetChecklist
from .._model.checklist import Checklist
from .._model.kpi import Kpi
from .._model.overlay import Overlay
from .._model.task import Phase, Task
from ..errors import Fault, InvalidError, show
from .readers import (
    FIELDS,
    OF_CHECKLIST,
    OF_TASK,
    READERS,
    WRITERS,
    ObjectReader,
    Reader,
    each,
    hook,
    only,
    tagged,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from cattrs import Converter

_ADDED: dict[type[Change], dict[str, Reader]] = {
    AddTask: {"task": READERS[Task]},
    AddPhase: {"phase": READERS[Phase]},
    AddKpi: {"kpi": READERS[Kpi]},
}


def _null_refused(kind: type[Change]) -> Reader:
    """Return a reader of a change that refuses null: in Python, None leaves a field unchanged, but a file leaves the field out."""
    fields = OF_CHECKLIST if kind is SetChecklist else OF_TASK
    checks, read = checks_of(kind), ObjectReader(kind, {**fields, **_ADDED.get(kind, {})})

    def read_change(raw: object) -> object:
        if faults := [
            fault
            for name, value in cast("dict[str, object]", raw).items()
            if value is None and name not in FIELDS and name in checks and not checks[name](None, name)
            for fault in _faults_of_null(name)
        ]:
            raise InvalidError(faults)
        return read(raw)

    return read_change


def _faults_of_null(name: str) -> Sequence[Fault]:
    faults = _STATED[name](None, name) if name in _STATED else ()
    return faults or [Fault("empty", f"$.{name}", "is nothing", show(None), "leave it out, or name it in clear")]


_STATED = {
    **checks_of(Checklist),
    **checks_of(Phase),
    **checks_of(Task),
    **checks_of(Kpi),
    "before": ident,
    "behind": ident,
}

read_change = tagged("a change", {name: _null_refused(kind) for name, kind in KINDS.items()})
"""Read a change from a dict; ``kind`` selects its class."""

_read_fields = ObjectReader(Overlay, {**FIELDS, "changes": each(read_change)})


def read_overlay(raw: object) -> Overlay:
    """Read an overlay, reporting all faults of its changes."""
    return cast("Overlay", _read_fields(raw))


def write_change(change: Change, converter: Converter) -> dict[str, object]:
    """Return a change as plain data, its kind first, without the fields it does not set."""
    return {"kind": change.kind, **_written(change, converter, WRITERS)}


def write_overlay(overlay: Overlay, converter: Converter) -> dict[str, object]:
    """Return the fields of an overlay as plain data."""
    return _written(overlay, converter, {"changes": lambda changes: [write_change(one, converter) for one in changes]})


def _written(
    value: Change | Overlay, converter: Converter, writes: Mapping[str, Callable[[Any], object]]
) -> dict[str, object]:
    """Return the fields that differ from their defaults; those in ``writes`` by its functions."""
    document: dict[str, object] = {}
    for field in attrs.fields(type(value)):
        held = getattr(value, field.name)
        if held != field.default:
            document[field.name] = (writes.get(field.name) or converter.unstructure)(held)
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
