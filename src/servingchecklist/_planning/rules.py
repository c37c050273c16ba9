"""Rules that decide which task comes first.

A rule gives every task a key, and the task with the lower key goes first. A tuple of rules is applied from left to right, each deciding
only between tasks that the rules before it left equal. Some rules are *inherited*: a task takes over the key of a task that waits for it
if that key is lower. So a blocker never ranks below the tasks it blocks.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, TypeAlias

import attrs

from .._model._validation import PickledByConstructor, exactly, ident, verify
from .._text import join_words
from ..errors import Fault, InvalidError, invalid, show

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from .._model.task import Task
    from .situation import Situation

Key: TypeAlias = int | float | str | tuple["Key", ...]
"""A sort key returned by a rule. Within one rule, all keys must be comparable with each other."""


def _callable(value: object, name: str) -> list[Fault]:
    if callable(value):
        return []
    return [
        Fault("wrong-kind", f"$.{name}", "cannot be called", show(value), "give a function of a task and a situation")
    ]


CHECKS = {"name": ident, "key": _callable, "explain": _callable, "inherited": exactly(bool, "True or False")}


def _nothing_to_say(task: Task, situation: Situation) -> tuple[str, ...]:
    return ()


@attrs.frozen(repr=False, getstate_setstate=False)
class Rule(PickledByConstructor):
    """A criterion to order tasks by: a name, a key and an explanation.

    >>> longest_first = Rule("longest-first", lambda task, situation: -task.effort.mean if task.effort else 0)

    Attributes:
        name: The name of the rule, in the form of an id.
        key: A function of a task and the :class:`~servingchecklist._planning.situation.Situation`; the task with the lower key goes first.
        explain: A function of the same arguments that returns a tuple of reasons for the position of the task, each in a few words. It
            may be empty.
        inherited: True if a task takes over the lowest key among itself and all open tasks that wait for it. Its own key then decides
            between equals.

    Raises:
        InvalidError: The name is not an id, or ``key`` or ``explain`` is not callable.
    """

    name: str
    key: Callable[[Task, Situation], Key]
    explain: Callable[[Task, Situation], tuple[str, ...]] = _nothing_to_say
    inherited: bool = attrs.field(default=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        verify(CHECKS, self)

    def __repr__(self) -> str:
        if BUNDLED.get(self.name) == self:
            return self.name.upper()
        explain = "" if self.explain is _nothing_to_say else f", {self.explain!r}"
        return (
            f"{type(self).__name__}({self.name!r}, {self.key!r}{explain}{', inherited=True' if self.inherited else ''})"
        )


def _phase_key(task: Task, situation: Situation) -> int:
    return situation.phase_number(task)


def _phase_words(task: Task, situation: Situation) -> tuple[str, ...]:
    phase, number = situation.checklist.phase_of(task), situation.phase_number(task)
    if number == situation.phase_under_way:
        return (f"in {phase.title}, the phase under way",)
    lender = situation.lender(task, PHASE)
    if situation.phase_number(lender) < number:
        return (f"in {phase.title}, but {lender.id} in {situation.checklist.phase_of(lender).title} waits for it",)
    return (f"in {phase.title}, phase {number + 1} of {len(situation.checklist.phases)}",)


def _priority_key(task: Task, situation: Situation) -> int:
    return -task.priority.urgency


def _priority_words(task: Task, situation: Situation) -> tuple[str, ...]:
    own = str(task.priority)
    waiting = situation.waiting(task)
    if not waiting:
        return own, "nothing waits for it"
    most = max(other.priority for other in waiting)
    foremost = [other.id for other in waiting if other.priority is most]
    others = len(waiting) - len(foremost)
    unblocks = f"unblocks {join_words(few(foremost))} ({most}){f' and {others} more' if others else ''}"
    lender = situation.lender(task, PRIORITY)
    if lender.priority > max(most, task.priority):
        return own, unblocks, f"holds up {lender.id} ({lender.priority})"
    return own, unblocks


def few(ids: list[str]) -> list[str]:
    """Shorten a list of ids for a sentence: at most four, or three and the number of the others."""
    return ids if len(ids) <= 4 else [*ids[:3], f"{len(ids) - 3} more"]


def _risk_key(task: Task, situation: Situation) -> int:
    return -task.risk.score if task.risk else 0


def _risk_words(task: Task, situation: Situation) -> tuple[str, ...]:
    words: list[str] = []
    if task.risk:
        words.append(
            f"risk {task.risk.score} of 25 (blast radius {task.risk.blast_radius}, likelihood {task.risk.likelihood})"
        )
    lender = situation.lender(task, RISK)
    if lender.risk and lender.id != task.id:
        words.append(f"holds up {lender.id} (risk {lender.risk.score} of 25)")
    return tuple(words)


def _due_key(task: Task, situation: Situation) -> int:
    due = situation.due_of(task)
    return due.toordinal() if due else _NEVER


def _due_words(task: Task, situation: Situation) -> tuple[str, ...]:
    lender = situation.lender(task, DUE)
    due = situation.due_of(lender)
    if due is None:
        return ()
    when = _until(due, situation.today)
    return (when,) if lender.id == task.id else (f"holds up {lender.id}, {when}",)


def _until(due: date, today: date | None) -> str:
    if today is None:
        return f"due on {due.isoformat()}"
    days = (due - today).days
    if days == 0:
        return "due today"
    count = f"{abs(days)} day{'' if abs(days) == 1 else 's'}"
    return f"due in {count}" if days > 0 else f"overdue by {count}"


_NEVER = 10**9  # beyond the ordinal of the last possible date


def _effort_key(task: Task, situation: Situation) -> float:
    return task.effort.mean if task.effort else float("inf")


def _effort_words(task: Task, situation: Situation) -> tuple[str, ...]:
    return (f"takes {task.effort}",) if task.effort else ()


def _position_key(task: Task, situation: Situation) -> int:
    return situation.checklist.position(task.id)


PHASE = Rule("phase", _phase_key, _phase_words, inherited=True)
"""Order by phase, earlier phases first."""

PRIORITY = Rule("priority", _priority_key, _priority_words, inherited=True)
"""Order by priority, urgent first. A task is as urgent as the most urgent one that waits for it; its own priority breaks ties."""

RISK = Rule("risk", _risk_key, _risk_words, inherited=True)
"""Order by risk (blast radius times likelihood), higher risk first. Tasks that state no risk go last."""

DUE = Rule("due", _due_key, _due_words, inherited=True)
"""Order by due date, earlier dates first. Tasks without one go last."""

EFFORT = Rule("effort", _effort_key, _effort_words)
"""Order by mean effort, shorter tasks first. Tasks without an effort go last."""

POSITION = Rule("position", _position_key)
"""Order by position in the checklist. It ends every tuple of rules, so that no two tasks are ever equal."""

BUNDLED = {rule.name: rule for rule in (PHASE, PRIORITY, RISK, DUE, EFFORT, POSITION)}

PHASES_FIRST: tuple[Rule, ...] = (PHASE, PRIORITY, RISK, DUE, POSITION)
"""Finish earlier phases first and, within them, the most urgent tasks first."""

CRITICAL_FIRST: tuple[Rule, ...] = (PRIORITY, RISK, DUE, PHASE, POSITION)
"""Work on the most urgent tasks first, in any phase."""


def with_position_last(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """Return the rules up to and including POSITION, appended if missing: after it, nothing is left to decide.

    Raises:
        InvalidError: A member is not a rule, or two rules have the same name.
    """
    if isinstance(rules, Rule) or not isinstance(rules, Iterable):
        raise invalid(
            "wrong-kind",
            "$.rules",
            "is not a list of rules",
            rules,
            "write (PHASE, PRIORITY), or one rule as (PRIORITY,)",
        )
    rules = tuple(rules)
    faults: list[Fault] = []
    names: set[str] = set()
    for place, rule in enumerate(rules):
        if not isinstance(rule, Rule):
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
        raise invalid(
            "bad-rule", f"$.rules.{rule.name}", "explains itself by something that is not a tuple", reasons, hint
        )
    return reasons
