"""Writing and reading launches and their events, as strictly as their constructors."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from .._dates import read_day
from .._launch.events import KINDS, Event, EvidenceAdded, LaunchEvent, TaskEvent, WentLive
from .._launch.launch import Launch
from .._model.kpi import Kpi
from .._model.timestamps import read_stamp
from .checklists import read_checklist
from .evidence import read_evidence, read_part
from .readers import FIELDS, READERS, ObjectReader, each, hook, only, read_names, tagged

if TYPE_CHECKING:
    from cattrs import Converter

    from .readers import Reader

_OWN: dict[str, Reader] = {
    "at": read_stamp,
    "expires": read_day,
    "due": read_day,
    **dict.fromkeys(("retired", "weaker", "waivers"), read_names),
    **dict.fromkeys(("parts", "subject"), each(read_part)),
}
_OF_KIND: dict[type[Event], dict[str, Reader]] = {
    EvidenceAdded: {"evidence": read_evidence, "kpis": each(READERS[Kpi])},
    WentLive: {"evidence": read_names},
}
_read_event = tagged(
    "an event",
    {name: ObjectReader(kind, {**FIELDS, **_OWN, **_OF_KIND.get(kind, {})}) for name, kind in KINDS.items()},
)


def read_event(raw: object) -> Event:
    """Read an event from a dict; ``kind`` selects its class."""
    return cast("Event", _read_event(raw))


_read_fields = ObjectReader(Launch, {"checklist": read_checklist, "events": each(read_event)})


def read_launch(raw: object) -> Launch:
    """Read a launch, reporting all faults of its checklist and events."""
    return cast("Launch", _read_fields(raw))


def write_launch(launch: Launch, converter: Converter) -> dict[str, object]:
    """Return the fields of a launch as plain data, the name first."""
    return {
        "name": launch.name,
        "checklist": converter.unstructure(launch.checklist),
        "events": [event.to_dict() for event in launch.events],
    }


def register_launches(converter: Converter) -> None:
    """Teach a converter that knows checklists to read and write launches, and events by themselves."""
    converter.register_unstructure_hook(Launch, lambda launch: write_launch(launch, converter))
    converter.register_structure_hook(Launch, hook(read_launch))
    for kind in KINDS.values():
        converter.register_unstructure_hook(kind, kind.to_dict)
        converter.register_structure_hook(kind, hook(only(kind, read_event)))
    for union in (Event, TaskEvent, LaunchEvent):
        converter.register_structure_hook(union, hook(read_event))
