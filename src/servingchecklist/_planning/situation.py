"""The state of a checklist that the rules of an order look at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NoReturn, cast

from .. import _graph
from .._model._validation import as_day, as_day_or_none, day, optional
from .._model.checklist import Checklist
from .._model.status import Status
from .._model.task import Task
from ..errors import (
    HINTED_FAULTS,
    MOST_FAULTS,
    Fault,
    InvalidError,
    UnknownNameError,
    invalid,
    nearest,
    show,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from .rules import Key, Rule


class Situation:
    """A checklist with its done tasks and due dates: read-only, and built for one call.

    Attributes:
        checklist: The checklist to order.
        done: The ids of the tasks that are done.
        today: The day from which the days to a due date are counted, or None if not given.
    """

    __slots__ = (
        "_after",
        "_due",
        "_keys",
        "_lenders",
        "_open",
        "_phases",
        "_status",
        "_topological",
        "_under_way",
        "checklist",
        "done",
        "today",
    )

    def __init__(
        self,
        checklist: Checklist,
        done: Iterable[str] = (),
        due: Mapping[str, date] | None = None,
        today: date | None = None,
        status: Mapping[str, Status] | None = None,
    ) -> None:
        if not isinstance(checklist, Checklist):
            raise invalid(
                "wrong-kind", "$", "is not a checklist", checklist, "give a Checklist, such as model_serving()"
            )
        self.checklist = checklist
        self.done = frozenset(known_ids("$.done", checklist, done))
        self.today = as_day_or_none(today)
        due = {} if due is None else due
        if not isinstance(due, Mapping):
            raise invalid(
                "wrong-kind",
                "$.due",
                "is not a mapping of ids to dates",
                due,
                "write it as in {'c1': date(2026, 12, 1)}",
            )
        self._status = status or {}
        self._due = {task_id: as_day(when) for task_id, when in due.items()}
        known_ids("$.due", checklist, self._due)
        faults = [*optional(day)(self.today, "today")]
        faults += [fault for task_id, when in self._due.items() for fault in day(when, f"due.{task_id}")]
        if faults:
            raise InvalidError(faults)
        self._phases = [number for number, phase in enumerate(checklist.phases) for _ in phase.tasks]
        self._open = [task.id not in self.done for task in checklist] if self.done else None
        self._under_way: int | None = None
        self._after: Sequence[Sequence[int]] | None = None
        self._topological: Sequence[int] | None = None
        self._keys: dict[Rule, list[Key]] = {}
        self._lenders: dict[Rule, list[int]] = {}

    def phase_number(self, task: Task) -> int:
        """Return the number of the task's phase, from 0."""
        return self._phases[self.checklist.position(task.id)]

    @property
    def phase_under_way(self) -> int | None:
        """The number of the first phase with an open task; None if all tasks are done."""
        if self._under_way is None:
            self._under_way = next((number for place, number in enumerate(self._phases) if self.is_open(place)), -1)
        return None if self._under_way < 0 else self._under_way

    def due_of(self, task: Task) -> date | None:
        """Return the due date of the task, or None."""
        return self._due.get(task.id)

    def status_of(self, task: Task) -> Status:
        """Return the status of the task; for a checklist that is not in a launch, ``done`` or ``todo``."""
        return self._status.get(task.id) or (Status.DONE if task.id in self.done else Status.TODO)

    def waiting(self, task: Task) -> list[Task]:
        """Return the open tasks that directly wait for this one, in the order in which they are written."""
        tasks = self.checklist.tasks
        return [tasks[place] for place in self.after[self.checklist.position(task.id)] if self.is_open(place)]

    def lender(self, task: Task, rule: Rule) -> Task:
        """Return the open task whose key ``task`` inherits under ``rule``: itself, unless one that waits for it has a lower key."""
        return self.checklist.tasks[self._lenders_under(rule)[self.checklist.position(task.id)]]

    # The members below are for the ordering itself; they identify tasks by position.

    def is_open(self, place: int) -> bool:
        """Return True if the task at that position is not done."""
        return self._open is None or self._open[place]

    @property
    def after(self) -> Sequence[Sequence[int]]:
        """The positions of the tasks that directly wait for each task."""
        if self._after is None:
            self._after = _graph.reverse(self.checklist.prerequisites)
        return self._after

    def blockers(self, place: int) -> list[int]:
        """Return the positions of the open direct prerequisites of the task at ``place``."""
        return [before for before in self.checklist.prerequisites[place] if self.is_open(before)]

    def own_keys(self, rule: Rule) -> list[Key]:
        """Return the key of each task under the rule, without inheritance."""
        if rule not in self._keys:
            key_of = rule.key
            keys = [key_of(task, self) for task in self.checklist]
            _check_keys(rule, keys, self.checklist)
            self._keys[rule] = keys
        return self._keys[rule]

    def effective_keys(self, rule: Rule) -> list[Key]:
        """Return for each task the lowest key among its own and those of all open tasks that wait for it, directly or not."""
        effective = list(self.own_keys(rule))
        before = self.checklist.prerequisites
        for place in self._backwards():
            key = effective[place]
            for earlier in before[place]:
                if key < effective[earlier]:  # type: ignore[operator]
                    effective[earlier] = key
        return effective

    def _lenders_under(self, rule: Rule) -> list[int]:
        """Return for each task the position of the task whose key it inherits: among equal keys its own, else the first as written."""
        if rule not in self._lenders:
            keys = self.own_keys(rule)
            lenders = list(range(len(keys)))
            before = self.checklist.prerequisites
            for place in () if is_constant(keys) else self._backwards():
                lender = lenders[place]
                for earlier in before[place]:
                    held = lenders[earlier]
                    if keys[lender] < keys[held] or (keys[lender] == keys[held] and lender < held != earlier):  # type: ignore[operator]
                        lenders[earlier] = lender
            self._lenders[rule] = lenders
        return self._lenders[rule]

    def _backwards(self) -> Iterable[int]:
        """Return the positions of the open tasks in reverse topological order."""
        if self._topological is None:
            self._topological = _graph.topological(self.checklist.prerequisites)
        backwards = reversed(self._topological)
        return backwards if self._open is None else filter(self._open.__getitem__, backwards)


def is_constant(keys: Sequence[Key]) -> bool:
    """Return True if the keys decide nothing: all of them are equal."""
    return not keys or keys.count(keys[0]) == len(keys)


def refuse_keys(rule: Rule, problem: str) -> NoReturn:
    """Raise InvalidError for a rule whose keys cannot be ordered."""
    raise InvalidError(
        [
            Fault(
                "bad-rule",
                f"$.rules.{rule.name}",
                problem,
                "",
                "give numbers, strings or tuples of them, the same way for every task",
            )
        ]
    )


def _check_keys(rule: Rule, keys: Sequence[Key], checklist: Checklist) -> None:
    """Raise InvalidError for keys that cannot be ordered: NaN, and values that are not keys."""
    if set(map(type, keys)) <= {int, str}:
        return
    for task, key in zip(checklist, keys, strict=True):
        if not _is_key(key):
            refuse_keys(rule, f"gives {task.id} a key that is none: {show(key)}")


def _is_key(key: object) -> bool:
    if isinstance(key, tuple):
        return all(map(_is_key, cast("tuple[object, ...]", key)))
    return isinstance(key, int | str) or (isinstance(key, float) and key == key)  # NaN is not equal to itself


def known_ids(path: str, checklist: Checklist, ids: Iterable[str]) -> list[str]:
    """Return the ids as a list.

    Raises:
        InvalidError: They are not a collection.
        UnknownNameError: Some of them are not in the checklist.
    """
    if isinstance(ids, str):
        raise invalid("wrong-kind", path, "is a string, not a collection of ids", ids, f"write {{{show(ids)}}}")
    if not isinstance(ids, Iterable):
        raise invalid("wrong-kind", path, "is not a collection of ids", ids, "write a set of them, as in {'c1', 'c2'}")
    found = list(ids)
    unknown: list[Fault] = []
    for place, task_id in enumerate(found):
        if (not isinstance(task_id, str) or task_id not in checklist) and len(unknown) < MOST_FAULTS:
            hint = _hint(task_id, checklist) if len(unknown) < HINTED_FAULTS else ""
            unknown.append(
                Fault(
                    "unknown-task",
                    f"{path}[{place}]",
                    f"there is no such task in {checklist.id!r}",
                    show(task_id),
                    hint,
                )
            )
    if unknown:
        raise UnknownNameError(unknown)
    return found


def _hint(task_id: object, checklist: Checklist) -> str:
    return (
        f"give its id, {task_id.id!r}"
        if isinstance(task_id, Task)
        else nearest(task_id, (task.id for task in checklist))
    )
