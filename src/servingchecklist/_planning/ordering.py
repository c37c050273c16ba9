"""Recommendations: the open tasks in order, each with the reasons for its rank.

The order is a lexicographic topological order: prerequisites come first, and wherever they leave a choice, a tuple of rules decides.
It depends only on its arguments.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Generic, TypeVar, overload

import attrs

from .. import _graph
from .._model import _validation as v
from .._model._validation import Validated, check, tuple_of
from .._model.selection import Selection, chosen, selected
from .._model.task import Pairs, Task, annotation_pairs, as_pairs
from .._namespace import NotebookDisplay, public
from ..errors import InvalidError, is_a
from .rules import PHASES_FIRST, POSITION, Rule, Situation, bad_keys, is_constant, reasons_of, with_position_last

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterator, Mapping
    from typing import Unpack

    from .._model._validation import Check
    from .._model.checklist import Checklist
    from ..documents import RecommendationDocument, RecommendationsDocument

T = TypeVar("T")


@public("results")
@attrs.frozen(kw_only=True, getstate_setstate=False)
class Recommendation(Validated):
    """A task with its rank and the reasons for it.

    Attributes:
        task: The task itself.
        title: Its title, followed by the topic of the checklist; without that in a launch, which shows its topic once.
        rank: Its position in the order, from 1.
        waits_for: The ids of its open direct prerequisites; without any, work on it can begin on its first day.
        reasons: The reasons given by each rule, in words, the most important rule first.
        not_before: Its first day where that is still to come, else None: work on it cannot begin before.

    Raises:
        InvalidError: A field is invalid; each invalid field has its own fault.
    """

    task: Task = attrs.field(metadata=check(v.exactly(Task, "Task(...)")))
    title: str = attrs.field(metadata=check(v.prose))
    rank: int = attrs.field(metadata=check(v.from_one))
    waits_for: tuple[str, ...] = attrs.field(converter=tuple_of[str], metadata=check(v.each(v.ident)))
    reasons: tuple[str, ...] = attrs.field(converter=tuple_of[str], metadata=check(v.each(v.prose)))
    not_before: date | None = attrs.field(default=None, converter=v.as_day_or_none, metadata=check(v.optional(v.day)))

    @property
    def id(self) -> str:
        """The id of the task."""
        return self.task.id

    def to_dict(self) -> RecommendationDocument:
        """Return the recommendation as strings, numbers and lists, ready for JSON."""
        return {
            "rank": self.rank,
            "id": self.task.id,
            "title": self.title,
            "priority": self.task.priority.value,
            "effort": str(self.task.effort) if self.task.effort else None,
            "waits_for": list(self.waits_for),
            "not_before": self.not_before.isoformat() if self.not_before else None,
            "reasons": list(self.reasons),
        }


class LazySequence(Sequence[T], Generic[T]):
    """An immutable sequence whose members are built on access.

    Args:
        numbers: A number for each member, from which it is built.
        build: A function from a number to the member.
        id_of: A function from a number to the id of the member.
    """

    __slots__ = ("_build", "_id_of", "_numbers")

    def __init__(self, numbers: Sequence[int], build: Callable[[int], T], id_of: Callable[[int], str]) -> None:
        self._numbers = numbers
        self._build = build
        self._id_of = id_of

    def ids(self) -> tuple[str, ...]:
        """Return the ids of the members, without building them."""
        return tuple(map(self._id_of, self._numbers))

    def __len__(self) -> int:
        return len(self._numbers)

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> LazySequence[T]: ...
    def __getitem__(self, index: int | slice) -> T | LazySequence[T]:
        numbers = self._numbers[index]
        return self._build(numbers) if isinstance(numbers, int) else type(self)(numbers, self._build, self._id_of)

    def __repr__(self) -> str:
        return repr(tuple(self))

    def __reduce__(self) -> tuple[type[tuple[T, ...]], tuple[tuple[T, ...]]]:
        return tuple, (tuple(self),)


def lazy_or_checked(members: Iterable[T], check: Check, name: str) -> Sequence[T]:
    """Return a lazy sequence as it is, and other members as a tuple.

    Raises:
        InvalidError: They are not a collection, or ``check`` finds faults in them.
    """
    if is_a(members, LazySequence):
        return members
    values = tuple(v.listed(members, f"$.{name}", "is not a collection", "write a list, as in [...]"))
    if faults := check(values, name):
        raise InvalidError(faults)
    return values


_MEMBERS = v.each_exactly(Recommendation, "Recommendation(...)")


def _as_members(members: Iterable[Recommendation]) -> Sequence[Recommendation]:
    return lazy_or_checked(members, _MEMBERS, "members")


def _as_waiting(members: Iterable[Recommendation]) -> Sequence[Recommendation]:
    return lazy_or_checked(members, _MEMBERS, "waiting")


@public("results")
@attrs.frozen(eq=False, getstate_setstate=False)
class Recommendations(Validated, NotebookDisplay, Sequence[Recommendation]):
    """Recommendations in rank order: an immutable sequence with a notebook display.

    The reasons of a recommendation are computed on access, so ranking a hundred thousand tasks and reading the first three costs the
    ranking and three explanations. A slice keeps the ranks.

    Attributes:
        members: The recommendations, as a sequence without the rest.
        topic: The topic of the launch; empty for a checklist, whose topic follows each title.
        under_way: Pairs of the id of each task that is under way, so not recommended, and its owner or, without one, who began it.
        blocked: Pairs of the id of each blocked task and the reason.
        waiting: Where nothing can be begun, the open tasks that wait for others or for their first day, best first; else empty.
    """

    members: Sequence[Recommendation] = attrs.field(default=(), converter=_as_members)
    topic: str = attrs.field(default="", kw_only=True, metadata=check(v.optional_line))
    under_way: Pairs = attrs.field(default=(), converter=as_pairs, kw_only=True, metadata=check(annotation_pairs))
    blocked: Pairs = attrs.field(default=(), converter=as_pairs, kw_only=True, metadata=check(annotation_pairs))
    waiting: Sequence[Recommendation] = attrs.field(default=(), converter=_as_waiting, kw_only=True)

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the tasks, best first."""
        members = self.members
        return members.ids() if isinstance(members, LazySequence) else tuple(member.id for member in members)

    @overload
    def __getitem__(self, index: int) -> Recommendation: ...
    @overload
    def __getitem__(self, index: slice) -> Recommendations: ...
    def __getitem__(self, index: int | slice) -> Recommendation | Recommendations:
        members = self.members[index]
        return members if isinstance(members, Recommendation) else attrs.evolve(self, members=members)

    def __len__(self) -> int:
        return len(self.members)

    def __iter__(self) -> Iterator[Recommendation]:
        return iter(self.members)

    def _key(self) -> tuple[object, ...]:
        return tuple(self), self.topic, self.under_way, self.blocked, tuple(self.waiting)

    def __eq__(self, other: object) -> bool:
        return self._key() == other._key() if isinstance(other, Recommendations) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._key())

    def to_dict(self) -> RecommendationsDocument:
        """Return the recommendations as strings, numbers, lists and dicts, ready for JSON."""
        return {
            "topic": self.topic,
            "recommendations": [member.to_dict() for member in self],
            "under_way": dict(self.under_way),
            "blocked": dict(self.blocked),
            "waiting": [member.to_dict() for member in self.waiting],
        }


def _recommendations(situation: Situation, rules: tuple[Rule, ...], places: Sequence[int]) -> Recommendations:
    """Return recommendations for the tasks at these positions in the checklist, best first."""
    checklist = situation.checklist
    tasks = checklist.tasks

    def build(number: int) -> Recommendation:
        task = tasks[places[number]]
        return Recommendation(
            task=task,
            title=task.title if situation.topic else checklist.title_of(task),
            rank=number + 1,
            waits_for=tuple(tasks[blocker].id for blocker in situation.blockers(places[number])),
            reasons=tuple(reason for rule in rules for reason in reasons_of(rule, task, situation)),
            not_before=situation.first_day_of(task) if situation.is_early(task) else None,
        )

    members = LazySequence(range(len(places)), build, lambda number: tasks[places[number]].id)
    return Recommendations(members, topic=situation.topic)


@public()
def order(
    checklist: Checklist,
    *,
    rules: Sequence[Rule] = PHASES_FIRST,
    done: Iterable[str] = (),
    due: Mapping[str, date] | None = None,
    today: date | None = None,
) -> Recommendations:
    """Return all open tasks in order: each after its prerequisites, and otherwise by the rules.

    Deterministic, and O((V + E) log V) for V tasks and E prerequisites.

    >>> from servingchecklist import CRITICAL_FIRST, model_serving
    >>> order(model_serving(), rules=CRITICAL_FIRST).ids
    ('c1', 'c3', 'c4', 'c5', 'c6', 'c7', 'c8', 'c9', 'c2')

    Args:
        checklist: The checklist.
        rules: The rules, the most important first. POSITION is always the last, even if not given.
        done: The ids of the tasks that are done. They are left out, and nothing waits for them, nor for days after them.
        due: The due dates, by task id. Of the bundled rules, only DUE uses them.
        today: The day from which the reasons count the days to a due date.

    Raises:
        UnknownNameError: ``done`` or ``due`` names a task that is not in the checklist.
        InvalidError: ``rules`` holds something that is not a rule, or a rule returns keys that cannot be compared.
    """
    rules = with_position_last(rules)
    situation = Situation(checklist, done, due, today)
    rank = ranks(situation, rules)
    before = checklist.prerequisites
    if not situation.done:
        places = _graph.order(before, rank, situation.after)
    else:  # done tasks block nothing and are not part of the result
        left = [situation.blockers(place) if situation.is_open(place) else [] for place in range(len(before))]
        places = [place for place in _graph.order(left, rank, _graph.reverse(left)) if situation.is_open(place)]
    return _recommendations(situation, rules, places)


@public()
def next_tasks(
    checklist: Checklist,
    done: Iterable[str] = (),
    *,
    limit: int | None = 3,
    rules: Sequence[Rule] = PHASES_FIRST,
    due: Mapping[str, date] | None = None,
    today: date | None = None,
    **selection: Unpack[Selection],
) -> Recommendations:
    """Return the tasks to do next: those that you can begin now, best first.

    >>> from servingchecklist import model_serving
    >>> [(best.id, best.reasons) for best in next_tasks(model_serving(), done={"c1"}, limit=1)]
    [('c3', ('in Foundation, the phase under way', 'high', 'unblocks c4 (critical)'))]

    Args:
        checklist: The checklist.
        done: The ids of the tasks that are done. On which days is not known, so the wait of a task after them counts as over.
        limit: The maximum number of tasks; None for all that can be begun.
        rules: The rules, as for :func:`order`.
        due: The due dates, as for :func:`order`.
        today: The day from which the reasons count the days to a due date. Tasks whose first day is later cannot be begun.
        selection: ``role``, ``label``, ``phase`` or ``section``: only tasks with all of these, as in
            :class:`~servingchecklist.results.Selection`.

    Raises:
        UnknownNameError: ``done`` or ``due`` names a task that is not in the checklist, or it has no such role, label, phase or section.
        InvalidError: ``limit`` is not an int above 0, or ``rules`` is invalid as for :func:`order`.
    """
    situation = Situation(checklist, done, due, today)
    return recommend(situation, with_position_last(rules), limit, selected(checklist, chosen(selection)))


def recommend(
    situation: Situation,
    rules: tuple[Rule, ...],
    limit: int | None,
    only: Container[str] | None = None,
    taken: Container[str] = (),
) -> Recommendations:
    """Return the best ``limit`` of the open tasks that can be begun, best first; with ``only``, of those with these ids.

    Tasks in ``taken`` cannot be begun, since they are under way or blocked.
    """
    if faults := v.optional(v.from_one)(limit, "limit"):
        raise InvalidError(faults)
    rank, checklist = ranks(situation, rules), situation.checklist
    left = [place for place in range(len(checklist)) if situation.is_open(place)]
    if only is not None or taken:
        ids = [task.id for task in checklist]
        left = [place for place in left if (only is None or ids[place] in only) and ids[place] not in taken]
    left.sort(key=rank.__getitem__)
    tasks = checklist.tasks
    ready = [place for place in left if not (situation.blockers(place) or situation.is_early(tasks[place]))]
    recommendations = _recommendations(situation, rules, ready[:limit])
    if ready:
        return recommendations
    return attrs.evolve(recommendations, waiting=_recommendations(situation, rules, left).members)


def ranks(situation: Situation, rules: tuple[Rule, ...]) -> list[int]:
    """Return the rank of each task by the rules alone, ignoring prerequisites.

    Stable sorts from the last rule to the first order by the whole tuple of keys without building a tuple for every task.
    """
    places = list(range(len(situation.checklist)))
    for rule in reversed([rule for rule in rules if rule != POSITION]):
        own = situation.own_keys(rule)
        if is_constant(own):
            continue
        try:
            places.sort(key=own.__getitem__)
            if rule.inherited:
                places.sort(key=situation.effective_keys(rule).__getitem__)
        except TypeError as error:
            raise bad_keys(rule, f"gives keys that cannot be compared: {error}") from error
    rank = [0] * len(places)
    for number, place in enumerate(places):
        rank[place] = number
    return rank
