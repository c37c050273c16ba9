"""The changes of an overlay in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from ..._text import join_words
from ...model.changes import (
    AddPhase,
    AddTask,
    DropTask,
    MovePhase,
    MoveTask,
    SetChecklist,
    SetPhase,
    SetTask,
)
from .parts import Fact, Item, Passage
from .values import stated, task_facts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ...model.changes import Change
    from ...model.phase import Phase
    from ...model.task import Task


_VERBS = {"set": "Change", "drop": "Drop", "add": "Add", "move": "Move"}


def told(change: Change) -> Item:
    """A change: what it does, to what, and why."""
    return Item(_head(change), facts=[*_facts(change), Fact("why", change.reason)])


def _head(change: Change) -> str:
    verb, what = change.kind.split("-")
    head = f"{_VERBS[verb]} {what}"
    match change:
        case SetChecklist():
            return "Change the checklist"
        case AddTask():
            return f"{head} {change.task.id}: {change.task.title}"
        case AddPhase():
            return f"{head} {change.phase.id}: {change.phase.title}"
        case SetTask() | DropTask() | MoveTask():
            return f"{head} {change.task}"
        case _:
            return f"{head} {change.phase}"


def _facts(change: Change) -> Iterator[Fact]:
    if isinstance(change, SetTask | SetPhase | SetChecklist):
        yield from (stated(field, value) for field, value in change.values().items())
    if isinstance(change, SetTask) and change.also_after:
        yield Fact("also comes after", join_words(list(change.also_after)))
    if isinstance(change, AddTask | MoveTask | AddPhase | MovePhase):
        yield Fact("place", _place(change))
    if isinstance(change, AddTask):
        yield from _of_task(change.task)
    if isinstance(change, AddPhase):
        yield from _of_phase(change.phase)


def _place(change: AddTask | MoveTask | AddPhase | MovePhase) -> str:
    where = f"in {change.phase}, " if isinstance(change, AddTask | MoveTask) else ""
    if change.before or change.behind:
        return f"{where}before {change.before}" if change.before else f"{where}behind {change.behind}"
    return f"{where}at the end"


def _of_task(task: Task) -> Iterator[Fact]:
    defaults = {field.name: field.default for field in attrs.fields(type(task))}
    for field in SetTask.sets:
        value = getattr(task, field)
        if field == "priority" or (field != "title" and value != defaults[field]):
            yield stated(field, value)


def _of_phase(phase: Phase) -> Iterator[Fact]:
    yield from (stated(field, value) for field in ("description", "guide") if (value := getattr(phase, field)))
    if phase.tasks:
        yield Fact("tasks", passages=[Passage(f"{one.id}: {one.title} ({task_facts(one)})") for one in phase.tasks])
