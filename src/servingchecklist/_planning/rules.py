"""Rules that decide which task comes first.

A rule gives every task a key, and the task with the lower key goes first. A tuple of rules is applied from left to right, each deciding
only between tasks that the rules before it left equal. Some rules are *inherited*: a task takes over the key of a task that waits for it
if that key is lower. So a blocker never ranks below the tasks it blocks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import TypeAlias, TypeVar, cast

import attrs

from .. import _graph
from .._model import _validation as v
from .._model._validation import Check, Validated, as_day, check, require
from .._model.checklist import Checklist, first_day_of, known_tasks
from .._model.effort import Effort, effort, in_working_days, share_worked
from .._model.task import Task
from .._namespace import public
from .._text import count, join_words, split_number
from ..errors import Fault, Faults, InvalidError, UnknownNameError, as_text, invalid, is_a, show

T = TypeVar("T")

Key: TypeAlias = int | float | str | tuple["Key", ...]
"""A sort key returned by a rule. Within one rule, all keys must be comparable with each other."""


def _a_day(value: object, name: str) -> Sequence[Fault]:
    return v.day(as_day(cast("date", value)), name)


@public("rules")
class Situation:
    """A checklist with its done tasks and due dates: read-only, and built for one call.

    Attributes:
        checklist: The checklist to order.
        done: The ids of the tasks that are done.
        today: The day from which the days to a due date are counted, or None if not given.
        topic: The topic of the launch; empty for a checklist.
    ``efforts`` take the place of those that tasks state, by task id. ``closed_on`` has the days on which done tasks were closed; without
    the day of each prerequisite, the wait of a task after them counts as over.
    """

    def __init__(
        self,
        checklist: Checklist,
        done: Iterable[str] = (),
        due: Mapping[str, date] | None = None,
        today: date | None = None,
        *,
        topic: str = "",
        efforts: Mapping[str, Effort] | None = None,
        closed_on: Mapping[str, date] | None = None,
    ) -> None:
        v.require_kind(Checklist, {"$": checklist})
        self.checklist = checklist
        self.done = frozenset(known_ids("$.done", checklist, done))
        self.today = v.as_day_or_none(today)
        self.topic = topic
        self._closed_on = days_by_task(checklist, "closed_on", closed_on)
        self._due = days_by_task(checklist, "due", due)
        self._efforts = by_task(checklist, "efforts", efforts, effort, "{'c1': Effort(2, 3)}")
        faults = [*v.optional(v.day)(self.today, "today"), *v.optional_line(topic, "topic")]
        if faults:
            raise InvalidError(faults)
        self._phases = [number for number, phase in enumerate(checklist.phases) for _ in phase.tasks]
        self._open = [task.id not in self.done for task in checklist] if self.done else None
        self._keys: dict[Rule, list[Key]] = {}
        self._sources: dict[Rule, list[int]] = {}

    def phase_number(self, task: Task) -> int:
        """Return the number of the task's phase, from 0."""
        return self._phases[self.checklist.position(task.id)]

    def days_to_end(self, task: Task) -> float:
        """Return the length of the longest chain of open tasks from the beginning of this one on, in working days at mean efforts.

        Efforts in any or elapsed days, and the days that tasks wait, count by the share of a week of five working days.
        """
        return self._days_to_end[self.checklist.position(task.id)]

    @cached_property
    def _days_to_end(self) -> list[float]:
        efforts = map(self.effort_of, self.checklist)
        longest = [in_working_days(own.mean, own) if own else 0.0 for own in efforts]
        waits = {place: share_worked(task.wait_days) for place, task in enumerate(self.checklist) if task.wait_days}
        for place in self._backwards:
            own = longest[place]
            later = [longest[after] + waits.get(after, 0.0) for after in self.after[place] if self.is_open(after)]
            longest[place] = own + max(later, default=0.0)
        return longest

    @cached_property
    def phase_under_way(self) -> int | None:
        """The number of the first phase with an open task; None if all tasks are done."""
        return next((number for place, number in enumerate(self._phases) if self.is_open(place)), None)

    def due_of(self, task: Task) -> date | None:
        """Return the due date of the task, or None."""
        return self._due.get(task.id)

    def effort_of(self, task: Task) -> Effort | None:
        """Return the effort of the task, or None."""
        return self._efforts.get(task.id, task.effort)

    def is_early(self, task: Task) -> bool:
        """Return True if the first day of the task is still to come."""
        first = self.first_day_of(task)
        return first is not None and self.today is not None and self.today < first

    def first_day_of(self, task: Task) -> date | None:
        """Return the first day of a task: its own, and that after its wait where its prerequisites are done on known days; else None."""
        return first_day_of(self.checklist, task, self._closed_on.get)

    def waiting(self, task: Task) -> list[Task]:
        """Return the open tasks that directly wait for this one, in the order in which they are written."""
        tasks = self.checklist.tasks
        return [tasks[place] for place in self.after[self.checklist.position(task.id)] if self.is_open(place)]

    def inherits_from(self, task: Task, rule: Rule) -> Task:
        """Return the open task whose key ``task`` inherits under ``rule``: itself, unless one that waits for it has a lower key."""
        return self.checklist.tasks[self._sources_under(rule)[self.checklist.position(task.id)]]

    # The members below are for the ordering itself; they identify tasks by position.

    def is_open(self, place: int) -> bool:
        """Return True if the task at that position is not done."""
        return self._open is None or self._open[place]

    @cached_property
    def after(self) -> Sequence[Sequence[int]]:
        """The positions of the tasks that directly wait for each task."""
        return _graph.reverse(self.checklist.prerequisites)

    def blockers(self, place: int) -> list[int]:
        """Return the positions of the open direct prerequisites of the task at ``place``."""
        return [before for before in self.checklist.prerequisites[place] if self.is_open(before)]

    def own_keys(self, rule: Rule) -> list[Key]:
        """Return the key of each task under the rule, without inheritance."""
        if rule not in self._keys:
            key_of = rule.key
            keys = [key_of(task, self) for task in self.checklist]
            if not set(map(type, keys)) <= {int, str}:
                for task, key in zip(self.checklist, keys, strict=True):
                    if not _is_key(key):
                        raise bad_keys(rule, f"gives {task.id} an invalid key: {show(key)}")
            self._keys[rule] = keys
        return self._keys[rule]

    def effective_keys(self, rule: Rule) -> list[Key]:
        """Return for each task the lowest key among its own and those of all open tasks that wait for it, directly or not."""
        effective = list(self.own_keys(rule))
        before = self.checklist.prerequisites
        for place in self._backwards:
            key = effective[place]
            for earlier in before[place]:
                if key < effective[earlier]:  # type: ignore[operator]
                    effective[earlier] = key
        return effective

    def _sources_under(self, rule: Rule) -> list[int]:
        """Return for each task the position of the task whose key it inherits: among equal keys its own, else the first as written."""
        if rule not in self._sources:
            keys = self.own_keys(rule)
            sources = list(range(len(keys)))
            before = self.checklist.prerequisites
            for place in () if is_constant(keys) else self._backwards:
                source = sources[place]
                for earlier in before[place]:
                    held = sources[earlier]
                    if keys[source] < keys[held] or (keys[source] == keys[held] and source < held != earlier):  # type: ignore[operator]
                        sources[earlier] = source
            self._sources[rule] = sources
        return self._sources[rule]

    @cached_property
    def _backwards(self) -> Sequence[int]:
        """The positions of the open tasks in reverse topological order."""
        return [place for place in reversed(_graph.topological(self.checklist.prerequisites)) if self.is_open(place)]


def is_constant(keys: Sequence[Key]) -> bool:
    """Return True if the keys decide nothing: all of them are equal."""
    return not keys or keys.count(keys[0]) == len(keys)


def bad_keys(rule: Rule, problem: str) -> InvalidError:
    """Return the error for a rule with keys that cannot be ordered."""
    hint = "give numbers, strings or tuples of them, the same way for every task"
    return InvalidError([Fault("bad-rule", f"$.rules.{rule.name}", problem, "", hint)])


def _is_key(key: object) -> bool:
    """Return True if a key can be ordered: it is not NaN, and of a type that keys can have."""
    if isinstance(key, tuple):
        return all(map(_is_key, cast("tuple[object, ...]", key)))
    return isinstance(key, int | str) or (isinstance(key, float) and key == key)  # NaN is not equal to itself


def known_ids(path: str, checklist: Checklist, ids: Iterable[str]) -> list[str]:
    """Return the ids as a list.

    Raises:
        InvalidError: They are not a collection.
        UnknownNameError: Some of them are not in the checklist.
    """
    if is_a(ids, str):
        raise invalid("wrong-kind", path, "is a string, not a collection of ids", ids, f"write {{{show(ids)}}}")
    hint = "write a set of them, as in {'c1', 'c2'}"
    members = v.listed(ids, path, "is not a collection of ids", hint)
    names = [member if type(member) is str else as_text(member) for member in members]
    unknown = Faults()
    for place, task_id in enumerate(names):
        if type(task_id) is not str or task_id not in checklist:
            problem, known, hint = f"there is no such task in {checklist.id!r}", known_tasks(checklist), ""
            if is_a(task_id, Task):
                known, hint = iter(()), f"give its id, {task_id.id!r}"
            unknown.add("unknown-task", f"{path}[{place}]", problem, task_id, hint, known=known)
    if unknown:
        raise UnknownNameError(unknown)
    return names


def by_task(checklist: Checklist, name: str, value: Mapping[str, T] | None, check: Check, example: str) -> dict[str, T]:
    """Validate an argument that maps task ids to values, and return it as a dict.

    Raises:
        InvalidError: It is not a mapping, or ``check`` finds faults in its values.
        UnknownNameError: It names a task that is not in the checklist.
    """
    problem, hint = "is not a mapping of ids", f"write it as in {example}"
    mapping = {} if value is None else v.mapped(value, f"$.{name}", problem, hint)
    values = dict(zip(known_ids(f"$.{name}", checklist, mapping), mapping.values(), strict=True))
    if faults := [fault for task_id, each in values.items() for fault in check(each, f"{name}.{task_id}")]:
        raise InvalidError(faults)
    return values


def days_by_task(checklist: Checklist, name: str, value: Mapping[str, date] | None) -> dict[str, date]:
    """Validate an argument that maps task ids to days, and return it as a dict.

    Raises:
        InvalidError: It is not a mapping, or a value is not a day.
        UnknownNameError: It names a task that is not in the checklist.
    """
    days = by_task(checklist, name, value, _a_day, "{'c1': date(2026, 12, 1)}")
    return {task_id: as_day(day) for task_id, day in days.items()}


_callable = require(callable, "wrong-kind", "cannot be called", "give a function of a task and a situation")


def _no_reasons(task: Task, situation: Situation) -> tuple[str, ...]:
    return ()


@public("rules")
@attrs.frozen(repr=False, getstate_setstate=False)
class Rule(Validated):
    """A criterion to order tasks by: a name, a key and an explanation.

    >>> longest_first = Rule("longest-first", lambda task, situation: -task.effort.mean if task.effort else 0)

    Attributes:
        name: The name of the rule, in the form of an id.
        key: A function of a task and the :class:`~servingchecklist.rules.Situation`; the task with the lower key goes first.
        explain: A function of the same arguments that returns a tuple of reasons for the position of the task, each in a few words. It
            may be empty.
        inherited: True if a task takes over the lowest key among itself and all open tasks that wait for it. Its own key then decides
            between equals.

    Raises:
        InvalidError: The name is not an id, or ``key`` or ``explain`` is not callable.
    """

    name: str = attrs.field(metadata=check(v.ident))
    key: Callable[[Task, Situation], Key] = attrs.field(metadata=check(_callable))
    explain: Callable[[Task, Situation], tuple[str, ...]] = attrs.field(default=_no_reasons, metadata=check(_callable))
    inherited: bool = attrs.field(default=False, kw_only=True, metadata=check(v.exactly(bool, "True or False")))

    def __repr__(self) -> str:
        if BUNDLED.get(self.name) == self:
            return self.name.upper().replace("-", "_")
        explain = "" if self.explain is _no_reasons else f", {self.explain!r}"
        return (
            f"{type(self).__name__}({self.name!r}, {self.key!r}{explain}{', inherited=True' if self.inherited else ''})"
        )


def _phase_key(task: Task, situation: Situation) -> int:
    return situation.phase_number(task)


def _phase_reasons(task: Task, situation: Situation) -> tuple[str, ...]:
    phase, number = situation.checklist.phase_of(task), situation.phase_number(task)
    if number == situation.phase_under_way:
        return (f"in {phase.title}, the phase under way",)
    source = situation.inherits_from(task, PHASE)
    if situation.phase_number(source) < number:
        return (f"in {phase.title}, but {source.id} in {situation.checklist.phase_of(source).title} waits for it",)
    place = "" if split_number(phase.title)[0] else f", phase {number + 1} of {len(situation.checklist.phases)}"
    return (f"in {phase.title}{place}",)


def _priority_key(task: Task, situation: Situation) -> int:
    return -task.priority.urgency


def _priority_reasons(task: Task, situation: Situation) -> tuple[str, ...]:
    own = str(task.priority)
    waiting = situation.waiting(task)
    if not waiting:
        return own, "nothing waits for it"
    most = max(other.priority for other in waiting)
    foremost = [other.id for other in waiting if other.priority is most]
    others = len(waiting) - len(foremost)
    unblocks = f"unblocks {join_words(abbreviate(foremost))} ({most}){f' and {others} more' if others else ''}"
    source = situation.inherits_from(task, PRIORITY)
    if source.priority > max(most, task.priority):
        return own, unblocks, f"holds up {source.id} ({source.priority})"
    return own, unblocks


def abbreviate(ids: list[str]) -> list[str]:
    """Shorten a list of ids for a sentence: at most four, or three and the number of the others."""
    return ids if len(ids) <= 4 else [*ids[:3], f"{len(ids) - 3} more"]


def _risk_key(task: Task, situation: Situation) -> int:
    return -task.risk.score if task.risk else 0


def _risk_reasons(task: Task, situation: Situation) -> tuple[str, ...]:
    reasons: list[str] = []
    if task.risk:
        reasons.append(
            f"risk {task.risk.score} of 25 (blast radius {task.risk.blast_radius}, likelihood {task.risk.likelihood})"
        )
    source = situation.inherits_from(task, RISK)
    if source.risk and source.id != task.id:
        reasons.append(f"holds up {source.id} (risk {source.risk.score} of 25)")
    return tuple(reasons)


def _due_key(task: Task, situation: Situation) -> int:
    due = situation.due_of(task)
    return due.toordinal() if due else _NEVER


def _due_reasons(task: Task, situation: Situation) -> tuple[str, ...]:
    source = situation.inherits_from(task, DUE)
    due = situation.due_of(source)
    if due is None:
        return ()
    when = _until(due, situation.today)
    return (when,) if source.id == task.id else (f"holds up {source.id}, {when}",)


def _until(due: date, today: date | None) -> str:
    if today is None:
        return f"due on {due.isoformat()}"
    days = (due - today).days
    if days == 0:
        return "due today"
    return f"due in {count(days, 'day')}" if days > 0 else f"overdue by {count(-days, 'day')}"


_NEVER = 10**9  # beyond the ordinal of the last possible date


def _effort_key(task: Task, situation: Situation) -> float:
    own = situation.effort_of(task)
    return in_working_days(own.mean, own) if own else float("inf")


def _effort_reasons(task: Task, situation: Situation) -> tuple[str, ...]:
    own = situation.effort_of(task)
    return (f"takes {own}",) if own else ()


def _critical_path_key(task: Task, situation: Situation) -> float:
    return -situation.days_to_end(task)


def _critical_path_reasons(task: Task, situation: Situation) -> tuple[str, ...]:
    days = f"{situation.days_to_end(task):.1f}".removesuffix(".0")
    return (f"{days} days depend on it",) if situation.waiting(task) else ()


def _position_key(task: Task, situation: Situation) -> int:
    return situation.checklist.position(task.id)


PHASE = Rule("phase", _phase_key, _phase_reasons, inherited=True)
"""Order by phase, earlier phases first."""

PRIORITY = Rule("priority", _priority_key, _priority_reasons, inherited=True)
"""Order by priority, urgent first. A task is as urgent as the most urgent one that waits for it; its own priority breaks ties."""

RISK = Rule("risk", _risk_key, _risk_reasons, inherited=True)
"""Order by risk (blast radius times likelihood), higher risk first. Tasks that state no risk go last."""

DUE = Rule("due", _due_key, _due_reasons, inherited=True)
"""Order by due date, earlier dates first. Tasks without one go last."""

EFFORT = Rule("effort", _effort_key, _effort_reasons)
"""Order by mean effort, shorter tasks first. Tasks without an effort go last."""

CRITICAL_PATH = Rule("critical-path", _critical_path_key, _critical_path_reasons)
"""Order by the longest chain of open tasks from the beginning of each task on, at mean efforts, longest first, which is by the latest start.

A task without an effort adds nothing. Kolisch, "Serial and parallel resource-constrained project scheduling methods revisited", European
Journal of Operational Research 90 (1996), compares such rules."""

POSITION = Rule("position", _position_key)
"""Order by position in the checklist. It ends every tuple of rules, so that no two tasks are ever equal."""

BUNDLED = {rule.name: rule for rule in (PHASE, PRIORITY, RISK, DUE, EFFORT, CRITICAL_PATH, POSITION)}

PHASES_FIRST: tuple[Rule, ...] = (PHASE, PRIORITY, RISK, DUE, POSITION)
"""Finish earlier phases first and, within them, the most urgent tasks first."""

CRITICAL_FIRST: tuple[Rule, ...] = (PRIORITY, RISK, DUE, PHASE, POSITION)
"""Work on the most urgent tasks first, in any phase."""


SOONEST: tuple[Rule, ...] = (CRITICAL_PATH, PRIORITY, RISK, DUE, POSITION)
"""Work first on what the longest chain of open tasks begins with, so that everything is finished soon."""


ORDERS = {"phases-first": PHASES_FIRST, "critical-first": CRITICAL_FIRST, "soonest": SOONEST}
"""The bundled orders by their names."""


def name_of_order(rules: Sequence[Rule]) -> str:
    """Return the name of a bundled order; empty for any other tuple of rules."""
    return next((name for name, order in ORDERS.items() if order == rules), "")


def with_position_last(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """Return the rules up to and including POSITION, appended if missing: after it, nothing is left to decide.

    Raises:
        InvalidError: A member is not a rule, or two rules have the same name.
    """
    hint = "give PHASES_FIRST, CRITICAL_FIRST or SOONEST, a list such as (PHASE, PRIORITY), or one rule as (PRIORITY,)"
    rules = tuple(v.listed(rules, "$.rules", "is not a list of rules", hint))
    faults: list[Fault] = []
    names: set[str] = set()
    for place, rule in enumerate(rules):
        if not is_a(rule, Rule):
            hint = "give rules such as PHASE, PRIORITY or Rule(...)"
            faults.append(Fault("wrong-kind", f"$.rules[{place}]", "is not a rule", show(rule), hint))
        elif rule.name in names or (rule.name == POSITION.name and rule != POSITION):
            problem = "a rule of this name is there already"
            faults.append(Fault("duplicate", f"$.rules[{place}]", problem, show(rule.name), "name each rule once"))
        else:
            names.add(rule.name)
    if faults:
        raise InvalidError(faults)
    return rules[: rules.index(POSITION) + 1] if POSITION in rules else (*rules, POSITION)


def reasons_of(rule: Rule, task: Task, situation: Situation) -> tuple[str, ...]:
    """Return the reasons that a rule gives for a task.

    Raises:
        InvalidError: The rule does not return a tuple, which is easily forgotten around a single reason.
    """
    reasons = rule.explain(task, situation)
    if type(reasons) is not tuple:
        hint = "give a tuple of reasons, as in (reason,)"
        raise invalid("bad-rule", f"$.rules.{rule.name}", "gives reasons that are not a tuple", reasons, hint)
    return reasons
