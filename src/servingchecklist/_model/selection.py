"""Selection of the tasks of a checklist by owner, role, label, phase or section."""

# Without "from __future__ import annotations", which would hide the types of its keys from programs.
from collections.abc import Mapping
from typing import TypedDict

from .._namespace import public
from ..errors import Code, InvalidError, invalid, unknown_name
from ._validation import optional_line
from .checklist import Checklist
from .task import Phase, Task


@public("results")
class Selection(TypedDict, total=False):
    """The keyword arguments that select tasks. A task must match all that are given; None is as if left out.

    Attributes:
        owner: The owner of the task in the launch.
        role: The role of the task.
        label: A label of the task or of its phase.
        phase: The id of its phase.
        section: Its section.
    """

    owner: str | None
    role: str | None
    label: str | None
    phase: str | None
    section: str | None


def chosen(selection: Selection) -> dict[str, str]:
    """Return what tasks are selected by: the keys that are not None.

    Raises:
        InvalidError: A value is not valid text.
        TypeError: The selection has an unknown key.
    """
    pairs: dict[str, str] = {}
    for name, wanted in selection.items():
        if name not in Selection.__annotations__:
            names = ", ".join(Selection.__annotations__)
            raise TypeError(f"unexpected keyword argument {name!r}; tasks are selected by {names}")
        if wanted is None:
            continue
        if faults := optional_line(wanted, name):
            raise InvalidError(faults)
        pairs[name] = str(wanted)
    return pairs


def selected(
    checklist: Checklist,
    pairs: Mapping[str, str],
    owners: Mapping[str, str | None] | None = None,
) -> frozenset[str] | None:
    """Return the ids of the selected tasks, or None where nothing is selected by, which is all of them.

    Args:
        checklist: The checklist.
        pairs: The keys and the values to select by.
        owners: The owners by task id; None where tasks have none, since there is no launch.

    Raises:
        UnknownNameError: The checklist has no such role, label, phase or section; the hint names the nearest.
        InvalidError: Owners are asked for where there is no launch.
    """
    if not pairs:
        return None
    ids = {task.id for task in checklist}
    for name, wanted in pairs.items():
        if name == "owner" and owners is None:
            raise invalid("unsupported", "$.owner", "needs a launch", wanted, "a checklist by itself has no owners")
        by_task = {
            task.id: marks(name, task, phase, owners or {}) for phase in checklist.phases for task in phase.tasks
        }
        known = dict.fromkeys(mark for found in by_task.values() for mark in found if mark)
        if name == "phase":
            known = dict.fromkeys(phase.id for phase in checklist.phases)
        if name != "owner" and wanted not in known:
            code: Code = "unknown-phase" if name == "phase" else "unknown-value"
            raise unknown_name(code, f"$.{name}", name, wanted, known)
        ids &= {task_id for task_id, found in by_task.items() if wanted in found}
    return frozenset(ids)


def marks(name: str, task: Task, phase: Phase, owners: Mapping[str, str | None]) -> tuple[str | None, ...]:
    """Return what a task can be selected by under one of the names of a selection."""
    match name:
        case "owner":
            return (owners.get(task.id),)
        case "label":
            return (*task.labels, *phase.labels)
        case "phase":
            return (phase.id,)
        case _:
            return (getattr(task, name),)
