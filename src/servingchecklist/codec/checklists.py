"""Reading checklists, reporting all faults within their parts and between them."""

from __future__ import annotations

from operator import attrgetter
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from .._jsonlike import is_dict, is_list, members
from .._model._validation import facet_value, is_id
from .._model.checklist import Checklist, facet_faults, name_faults, structure_faults
from .._model.kpi import Kpi
from .._model.task import Phase
from ..errors import MOST_FAULTS, CycleError, InvalidError, invalid
from .readers import OF_CHECKLIST, READERS, ObjectReader, each

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..errors import Fault
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
        # With an unreadable task no checklist is built, so what names something else is checked here on what can be read.
        phases, tasks, whole = _readable(raw)
        between, circle = structure_faults(phases, tasks, whole=whole)
        names = _names_at_fault(raw) if len(error.faults) + len(between) < MOST_FAULTS else ()
        faults = list(dict.fromkeys([*error.faults, *between, *names]))[:MOST_FAULTS]
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


def _names_at_fault(raw: object) -> Iterator[Fault]:
    """Yield the faults of facets, their values, KPIs and gates that a faulty document names, where all that it declares of these has an id."""
    tasks = [
        (f"$.phases[{i}].tasks[{j}]", task)
        for i, phase in enumerate(members(raw, "phases"))
        for j, task in enumerate(members(phase, "tasks"))
    ]
    facets, kpis, gates = (_declared(raw, name) for name in ("facets", "kpis", "gates"))
    if facets is not None:
        stated = [("$.context", _choices(raw, "context"), "")]
        stated += [(f"{path}.when", _choices(task, "when"), _naming(task).id) for path, task in tasks]
        yield from facet_faults([(f"$.facets[{i}]", facet) for i, facet in enumerate(facets)], stated)
    if kpis is not None and gates is not None:
        named = [(f"$.audiences[{i}]", _naming(audience)) for i, audience in enumerate(members(raw, "audiences"))]
        yield from name_faults(kpis, gates, named, [(path, _naming(task)) for path, task in tasks])


def _declared(raw: object, name: str) -> list[Any] | None:
    """Return what a document declares under a name, sorted as in a checklist; None where the id or the values of some of it are invalid."""
    declared: list[Any] = []
    for part in members(raw, name):
        values = members(part, "values")
        is_faulty = name == "facets" and (not values or any(facet_value(value, "") for value in values))
        if not is_dict(part) or not is_id(part.get("id")) or is_faulty:
            return None
        declared.append(SimpleNamespace(id=part["id"], values=values))
    if name != "facets":
        declared.sort(key=attrgetter("id"))
    return declared if is_dict(raw) and is_list(raw.get(name, [])) else None


def _naming(raw: object) -> Any:  # noqa: ANN401  # a task or an audience as far as it can be read
    """Return the names in a task or an audience, as the attributes that its class has."""
    criteria = [SimpleNamespace(kpis=members(criterion, "kpis")) for criterion in members(raw, "criteria")]
    name = raw.get("id") if is_dict(raw) else None
    task = name if is_id(name) else ""
    return SimpleNamespace(id=task, kpis=members(raw, "kpis"), gates=members(raw, "gates"), criteria=criteria)


def _choices(raw: object, name: str) -> list[Any]:
    """Return the choices of a part of a document, of facets and values that are such."""
    stated = raw.get(name) if is_dict(raw) else None
    return [
        SimpleNamespace(facet=facet, values=[one for one in values if not facet_value(one, "")])
        for facet, values in (stated.items() if is_dict(stated) else ())
        if is_id(facet) and is_list(values)
    ]
