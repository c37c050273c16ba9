"""Reading checklists, reporting all faults within their parts and between them."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias, cast

from .._jsonlike import is_dict, is_list, members
from .._model._validation import is_id
from .._model.checklist import Checklist, structure_faults
from .._model.kpi import Kpi
from .._model.task import Phase
from ..errors import MOST_FAULTS, CycleError, InvalidError, invalid
from .readers import OF_CHECKLIST, READERS, ObjectReader, each

if TYPE_CHECKING:
    from .readers import Reader


def _read_base(raw: object) -> object:
    if is_dict(raw) and "base" in raw:  # refused before it is read: bases could be nested without end
        hint = "give the untailored checklist as the only base"
        raise invalid("contradiction", "$.base", "lies below a base", raw["base"], hint)
    return read_checklist(raw)


def _read_layers(raw: object) -> object:
    from .overlays import read_overlay  # imported late: most checklists have no layers

    return each(read_overlay)(raw)


_Entry: TypeAlias = "tuple[str, str, list[str]]"

_PARTS: dict[str, Reader] = {
    "phases": each(READERS[Phase]),
    "kpis": each(READERS[Kpi]),
    "base": _read_base,
    "layers": _read_layers,
}
_read_fields = ObjectReader(Checklist, {**OF_CHECKLIST, **_PARTS})


def read_checklist(raw: object) -> Checklist:
    """Read a checklist, reporting the faults within its parts and between them together.

    The layers of a tailored checklist must apply to its base. Their result need not equal the rest of the document, which may have been
    edited by hand.
    """
    try:
        checklist = cast("Checklist", _read_fields(raw))
        if checklist.base is not None:
            from .._tailoring.tailor import check_layers

            check_layers(checklist)
        return checklist
    except InvalidError as error:
        # With an unreadable task no checklist is built, so the prerequisites are checked here on what can be read.
        phases, tasks, whole = _readable(raw)
        between, circle = structure_faults(phases, tasks, whole=whole)
        faults = list(dict.fromkeys([*error.faults, *between]))[:MOST_FAULTS]
        circle = circle or getattr(error, "cycle", ())  # the cycle of its base, or of a layer
        raise (CycleError(faults, circle) if circle else InvalidError(faults)) from None


def _readable(raw: object) -> tuple[list[_Entry], list[_Entry], bool]:
    """Return the phases and the tasks of a faulty document that have an id, and True if none is missing."""
    phases: list[_Entry] = []
    tasks: list[_Entry] = []
    whole = True
    for i, phase in enumerate(members(raw, "phases")):
        whole &= is_dict(phase) and is_list(phase.get("tasks", []))
        for part, path, entries in [
            (phase, f"$.phases[{i}]", phases),
            *((task, f"$.phases[{i}].tasks[{j}]", tasks) for j, task in enumerate(members(phase, "tasks"))),
        ]:
            if is_dict(part) and is_id(part.get("id")):
                after = part.get("after")
                named = after if is_list(after) else []
                if not {str}.issuperset(map(type, named)):
                    named = [name if type(name) is str else "" for name in named]
                entries.append((path, str(part["id"]), cast("list[str]", named)))
            else:
                whole = False
    return phases, tasks, whole
