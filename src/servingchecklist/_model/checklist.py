"""Checklists: the phases, tasks and tips that define a launch."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import accumulate, chain, islice
from typing import TYPE_CHECKING, TypeAlias, Unpack, cast

import attrs

from .. import _graph
from .._jsonlike import digest_of
from .._namespace import ArrowTable, NotebookDisplay, late_import, public
from .._text import join_words
from ..errors import (
    MOST_FAULTS,
    Code,
    CycleError,
    Fault,
    Faults,
    InvalidError,
    as_text,
    invalid,
    is_a,
    nearest,
    unknown_name,
)
from . import _validation as v
from ._validation import Validated, check, evolve, fault, is_id, sorted_by_id, tuple_of, verify
from .audience import Audience, audiences
from .facet import Choice, Choices, Facet, as_choices, choices, facets
from .kpi import GateDefinition, Kpi, gates, kpis
from .overlay import Overlay
from .records import task_records
from .task import Pairs, Phase, Task, TaskFields, annotation_pairs, as_annotations, days_after_closing, labels

if TYPE_CHECKING:
    from ..documents import ChecklistDocument, TaskRecord

Entry: TypeAlias = tuple[str, str, Sequence[str]]
"""The path, the id and the prerequisites of a task or a phase."""

MOST_EDGES = 250_000
"""The maximum number of prerequisites that tasks have by their phases."""


def _base(value: object, name: str) -> Sequence[Fault]:
    if value is None or (type(value) is Checklist and value.base is None):
        return ()
    hint = "give the untailored checklist that the layers are applied to, or None"
    return [fault("contradiction", name, "is not an untailored checklist", value, hint)]


def _few_overlays(value: object, name: str) -> Sequence[Fault]:
    if faults := _overlays(value, name):
        return faults
    if len(cast("tuple[Overlay, ...]", value)) <= MOST_LAYERS:
        return ()
    hint = f"apply at most {MOST_LAYERS}; make one overlay of many first"
    return [fault("out-of-range", name, "are too many", value, hint)]


MOST_LAYERS = 100
"""The maximum number of layers. Finding the origin of a value applies all of them again."""

_overlays = v.each_exactly(Overlay, "Overlay(id, title, changes=...)")


def _context(value: Choices) -> tuple[Choice, ...]:
    return as_choices(value, "context")


class _Derived:
    """Values derived once from the fields of a checklist. They are not fields, so equality and documents leave them out."""

    __slots__ = ("_after", "_digest", "_ends", "_position", "_prerequisites", "_tasks")

    _tasks: tuple[Task, ...]
    _position: Mapping[str, int]
    _prerequisites: tuple[tuple[int, ...], ...]
    _ends: tuple[int, ...]
    _after: list[list[int]]  # set by the first call of dependents
    _digest: str  # set by the first look at it


@public()
@attrs.frozen(getstate_setstate=False, cache_hash=True)
class Checklist(Validated, ArrowTable, NotebookDisplay, _Derived):
    """The definition of a launch: tasks in phases, with their prerequisites.

    Immutable and versioned; it does not record who did what. Iterating yields its tasks in the order in which they are written, ``len``
    counts them, ``in`` takes an id or a task, and ``checklist["c1"]`` is the task with that id.

    >>> checklist = Checklist(
    ...     "canary", "Canary", phases=[Phase("roll-out", "Roll out", tasks=[Task("one", "One host"), Task("all", "All", after=["one"])])]
    ... )
    >>> [task.id for task in checklist]
    ['one', 'all']
    >>> checklist.phase_of("all").title
    'Roll out'

    Attributes:
        id: The id used by catalogs and files: 1 to 64 of ``a-z 0-9 . _ -``, a letter or a digit first.
        title: Its title, in one line.
        version: Its version, a short label such as ``"2026.1"``.
        topic: The thing to launch. A rendered task title ends with it in brackets, so renaming it here renames it everywhere.
        description: Its purpose.
        phases: Its phases, in order.
        tips: Advice for the checklist as a whole.
        labels: Short words for your own tools, to tell checklists apart.
        annotations: Texts that belong to other tools, as for a task.
        facets: The axes along which services differ; a task can be limited to some of their values.
        context: The facet values already chosen, as :func:`servingchecklist.for_context` does. You can pass a mapping.
        kpis: Its KPIs, the measured targets that criteria of tasks rest on, sorted by id.
        audiences: Those whom the service is for, with example requests.
        gates: The points at which it is decided to go on, such as "go live", with their policy.
        base: The checklist that this one was tailored from, or None.
        layers: The overlays applied to ``base``, in order. The history of a checklist is not part of its value: comparisons ignore
            ``base`` and ``layers``.

    Raises:
        InvalidError: A field is invalid, two tasks, phases or facets share an id, a prerequisite does not exist, a choice names an
            unknown facet or value, a criterion, an audience or a task an unknown KPI or gate, or phases with many tasks wait for each
            other.
        CycleError: The prerequisites of tasks and phases form a cycle. The message gives the whole cycle.
    """

    id: str = attrs.field(metadata=check(v.ident))
    title: str = attrs.field(metadata=check(v.line))
    version: str = attrs.field(default="1", kw_only=True, metadata=check(v.version))
    topic: str = attrs.field(default="", kw_only=True, metadata=check(v.optional_line))
    description: str = attrs.field(default="", kw_only=True, metadata=check(v.stored_text))
    phases: tuple[Phase, ...] = attrs.field(
        default=(), converter=tuple_of[Phase], kw_only=True, metadata=check(v.each_exactly(Phase, "Phase(...)"))
    )
    tips: tuple[str, ...] = attrs.field(
        default=(), converter=tuple_of[str], kw_only=True, metadata=check(v.each(v.tip))
    )
    labels: tuple[str, ...] = attrs.field(default=(), converter=tuple_of[str], kw_only=True, metadata=check(labels))
    annotations: Pairs = attrs.field(
        default=(), converter=as_annotations, kw_only=True, metadata=check(annotation_pairs)
    )
    facets: tuple[Facet, ...] = attrs.field(default=(), converter=tuple_of[Facet], kw_only=True, metadata=check(facets))
    context: tuple[Choice, ...] = attrs.field(default=(), converter=_context, kw_only=True, metadata=check(choices))
    kpis: tuple[Kpi, ...] = attrs.field(default=(), converter=sorted_by_id[Kpi], kw_only=True, metadata=check(kpis))
    audiences: tuple[Audience, ...] = attrs.field(
        default=(), converter=tuple_of[Audience], kw_only=True, metadata=check(audiences)
    )
    gates: tuple[GateDefinition, ...] = attrs.field(
        default=(), converter=tuple_of[GateDefinition], kw_only=True, metadata=check(gates)
    )
    base: Checklist | None = attrs.field(default=None, eq=False, kw_only=True, metadata=check(_base))
    layers: tuple[Overlay, ...] = attrs.field(
        default=(), converter=tuple_of[Overlay], eq=False, kw_only=True, metadata=check(_few_overlays)
    )

    def __attrs_post_init__(self) -> None:
        verify(self)
        if self.layers and self.base is None:
            hint = "give the checklist that they are applied to as base"
            raise invalid("contradiction", "$.layers", "have no base", self.layers, hint)
        tasks = tuple([task for phase in self.phases for task in phase.tasks])
        position = {task.id: place for place, task in enumerate(tasks)}
        try:
            before = tuple([tuple(map(position.__getitem__, task.after)) for task in tasks])
        except KeyError:
            before = ()
        phase_ids = {phase.id for phase in self.phases}
        is_valid = len(position) == len(tasks) == len(before) and len(phase_ids) == len(self.phases)
        has_order = any(phase.after for phase in self.phases)  # of phases, which is checked below with that of tasks
        faults: list[Fault] = []
        cycle: tuple[str, ...] = ()
        if not is_valid or has_order or len(_graph.topological(before)) < len(tasks):
            entries = [
                (f"$.phases[{i}].tasks[{j}]", task.id, task.after)
                for i, phase in enumerate(self.phases)
                for j, task in enumerate(phase.tasks)
            ]
            phases = [(f"$.phases[{i}]", phase.id, phase.after) for i, phase in enumerate(self.phases)]
            faults, cycle = structure_faults(phases, entries)
        if faults := [*faults, *self._facet_faults(), *self._name_faults(tasks)][:MOST_FAULTS]:
            raise CycleError(faults, cycle) if cycle else InvalidError(faults)
        if has_order:
            before = self._with_phases(before, position)
        object.__setattr__(self, "_tasks", tasks)
        object.__setattr__(self, "_position", position)
        object.__setattr__(self, "_prerequisites", before)
        object.__setattr__(self, "_ends", tuple(accumulate(len(phase.tasks) for phase in self.phases)))

    def _with_phases(
        self, before: tuple[tuple[int, ...], ...], position: Mapping[str, int]
    ) -> tuple[tuple[int, ...], ...]:
        """Return the prerequisites of each task with the tasks of the phases that must be closed before it begins."""
        members = {phase.id: [position[task.id] for task in phase.tasks] for phase in self.phases}
        extended, edges = list(before), 0
        after = {phase.id: phase.after for phase in self.phases}
        for number, phase in enumerate(self.phases):
            names = dict.fromkeys(phase.after)
            while empty := next((name for name in names if not members[name]), None):  # its own order is passed on
                del names[empty]
                names.update(dict.fromkeys(after[empty]))
            earlier = tuple(chain.from_iterable(members[name] for name in names))
            edges += len(earlier) * len(phase.tasks)
            if edges > MOST_EDGES:
                problem = f"makes tasks wait for tasks more than {MOST_EDGES:,} times"
                hint = (
                    "end the earlier phase with one task that comes after its others, and put the tasks after that one"
                )
                raise invalid("out-of-range", f"$.phases[{number}].after", problem, phase.after, hint)
            for place in members[phase.id] if earlier else ():
                own = before[place]
                extended[place] = (*own, *[other for other in earlier if other not in own]) if own else earlier
        return tuple(extended)

    def _facet_faults(self) -> list[Fault]:
        stated = [("$.context", self.context, "")]
        stated += [
            (f"$.phases[{i}].tasks[{j}].when", task.when, task.id)
            for i, phase in enumerate(self.phases)
            for j, task in enumerate(phase.tasks)
            if task.when
        ]
        return facet_faults([(f"$.facets[{i}]", facet) for i, facet in enumerate(self.facets)], stated)

    def _name_faults(self, tasks: Sequence[Task]) -> list[Fault]:
        if not (self.kpis or self.audiences or self.gates or any(task.criteria or task.gates for task in tasks)):
            return []
        paths = [f"$.phases[{i}].tasks[{j}]" for i, phase in enumerate(self.phases) for j, _ in enumerate(phase.tasks)]
        named = [(f"$.audiences[{i}]", audience) for i, audience in enumerate(self.audiences)]
        return name_faults(self.kpis, self.gates, named, zip(paths, tasks, strict=True))

    @property
    def tasks(self) -> tuple[Task, ...]:
        """Every task, phase by phase, in the order in which they are written."""
        return self._tasks

    @property
    def prerequisites(self) -> tuple[tuple[int, ...], ...]:
        """The dependency graph, as the positions in :attr:`tasks` of what each task waits for, by itself or by its phase."""
        return self._prerequisites

    def __iter__(self) -> Iterator[Task]:
        return iter(self._tasks)

    def __len__(self) -> int:
        return len(self._tasks)

    def __contains__(self, item: object) -> bool:
        known = item if type(item) is str else as_text(item)
        if type(known) is str:
            return known in self._position
        return is_a(item, Task) and item.id in self._position and self[item.id] == item

    def __getitem__(self, task_id: str) -> Task:
        return self._tasks[self.position(task_id)]

    def position(self, task_id: str) -> int:
        """Return the position of a task in :attr:`tasks`, from 0.

        Raises:
            UnknownNameError: There is no such task; the hint names the nearest id.
        """
        known = task_id if type(task_id) is str else as_text(task_id)
        place = self._position.get(known) if type(known) is str else None
        if place is None:
            raise unknown_name("unknown-task", "$", f"task in {self.id!r}", task_id, known_tasks(self))
        return place

    def phase_of(self, task: Task | str) -> Phase:
        """Return the phase of a task or task id.

        Raises:
            UnknownNameError: There is no such task.
        """
        return self.phases[bisect_right(self._ends, self.position(id_of(task)))]

    def title_of(self, task: Task | str) -> str:
        """Return the rendered title of a task: its title, followed by the topic in brackets if the checklist has one.

        Raises:
            UnknownNameError: There is no such task.
        """
        title = self._tasks[self.position(id_of(task))].title
        return f"{title} ({self.topic})" if self.topic else title

    def waits_for(self, task: Task | str) -> tuple[Task, ...]:
        """Return the direct prerequisites of a task: those that it names, and then all tasks of the phases that its phase names.

        Raises:
            UnknownNameError: There is no such task.
        """
        return tuple([self._tasks[other] for other in self._prerequisites[self.position(id_of(task))]])

    def dependents(self, task: Task | str) -> tuple[Task, ...]:
        """Return the tasks that wait for this one as :meth:`waits_for` has it, in the order in which they are written.

        Raises:
            UnknownNameError: There is no such task.
        """
        place = self.position(id_of(task))
        if not hasattr(self, "_after"):
            object.__setattr__(self, "_after", _graph.reverse(self._prerequisites))
        return tuple([self._tasks[other] for other in self._after[place]])

    def replace_task(self, task: Task | str, **fields: Unpack[TaskFields]) -> Checklist:
        """Return the checklist with fields of a task replaced. Base and layers stay, so this counts as a change by hand.

        Args:
            task: The task or its id.
            **fields: The new values, as in the constructor of a task. Tasks that wait for it follow a new ``id``.

        Raises:
            UnknownNameError: There is no such task.
            InvalidError: A name is not that of a field, or a value does not fit into the task or the checklist.
        """
        known = [field.name for field in attrs.fields(Task)]
        if unknown := [name for name in fields if name not in known]:
            hint = nearest(unknown[0], known)
            raise invalid("unknown-key", "$", "is not a field of a task", unknown[0], hint)
        old = self[id_of(task)]
        new = evolve(old, fields)
        if new.id != old.id and new.id in self:
            raise invalid("duplicate", "$.id", "is also the id of another task", new.id, "give each an id of its own")

        def follow(other: Task) -> Task:
            after = [new.id if name == old.id else name for name in other.after]
            return new if other is old else attrs.evolve(other, after=after)

        phases = [attrs.evolve(phase, tasks=[follow(other) for other in phase.tasks]) for phase in self.phases]
        return attrs.evolve(self, phases=phases)

    def join(
        self, *others: Checklist, prefix: bool = False, id: str = "", title: str = "", version: str = ""
    ) -> Checklist:
        """Join this checklist and others: ``a.join(b)``, or ``Checklist.join(a, b)``.

        The phases of all, in order, with their tips, labels, annotations and facets united. The topic and the description are those of the
        first, since there can be one of each only. Base and layers are not carried over.

        Args:
            *others: More checklists.
            prefix: True to put the id of its checklist before that of each phase and task, as in ``serving.c1``.
            id: Its id; by default that of the first.
            title: Its title; by default those of all, as in ``"A and B"``, or that of the first where they are too long for a title.
            version: Its version; by default that of the first.

        Raises:
            InvalidError: An argument is not a checklist, two phases or tasks have the same id, an id becomes longer than 64 characters, a
                facet or an annotation differs, or their contexts differ.
        """
        checklists = (self, *others)
        faults = [*v.some(v.each_exactly(Checklist, "them as in Checklist.join(a, b)"))(checklists, "checklists")]
        if faults := faults + v.faults_of(_JOINED, {"prefix": prefix, "id": id, "title": title, "version": version}):
            raise InvalidError(faults)
        pairs = [(checklist, f"{checklist.id}." if prefix else "") for checklist in checklists]
        if clashes := _clashes(pairs):
            raise InvalidError(clashes)
        phases = [_prefixed(phase, start) for checklist, start in pairs for phase in checklist.phases]
        united = {
            name: list(dict.fromkeys(chain.from_iterable(getattr(checklist, name) for checklist in checklists)))
            for name in ("tips", "labels", "annotations", "facets", "kpis", "audiences", "gates")
        }
        joined = join_words([checklist.title for checklist in checklists])
        title = title or (joined if len(joined) <= v.LINE_LENGTH else self.title)
        kept = {"version": version or self.version, "title": title, "id": id or self.id, "phases": phases}
        return evolve(self, {"base": None, "layers": (), **kept, **united})

    @property
    def digest(self) -> str:
        """The SHA-256 digest of its contents, ``base`` and ``layers`` included, as ``sha256:`` and 64 digits.

        It is that of :meth:`to_dict` without ``schema_version`` and ``kind``, as JSON with sorted keys, no blanks, and no escapes but those
        that JSON needs, in UTF-8. Text stays as it is; so a checklist has the same digest in every format.
        """
        if not hasattr(self, "_digest"):
            contents = {key: held for key, held in self.to_dict().items() if key not in ("schema_version", "kind")}
            object.__setattr__(self, "_digest", f"sha256:{digest_of(contents)}")
        return self._digest

    def to_records(self) -> list[TaskRecord]:
        """Return a flat dict for each task, in the order in which they are written: the rows of a table, for dataframes.

        The columns are those of ``documents.TaskRecord``, in that order, whatever their values.
        """
        return list(self._rows())

    def _rows(self) -> Iterator[TaskRecord]:
        return task_records(self)

    def to_dict(self) -> ChecklistDocument:
        """Return the checklist as a document: only dicts, lists, strings and numbers, with the keys used in files.

        Values equal to their defaults are left out. ``Checklist.from_dict`` returns an equal checklist.
        """
        return cast("ChecklistDocument", late_import("codec").encode(self))

    @classmethod
    def from_dict(cls, document: Mapping[str, object]) -> Checklist:
        """Build a checklist from a document, strictly: nothing is coerced, and unknown keys are rejected.

        Args:
            document: A plain dict of dicts, lists, strings and numbers, as parsers return it. Other mappings and tuples are rejected.

        Raises:
            InvalidError: The document has faults; the error holds all of them, each with its path.
        """
        return cast("Checklist", late_import("codec").decode(document, Checklist))


_JOINED = {"prefix": v.exactly(bool, "True or False"), **dict.fromkeys(("id", "title", "version"), v.optional_line)}


def id_of(task: Task | str) -> str:
    """Return the id of a task or task id."""
    return task.id if is_a(task, Task) else as_text(task)


def _prefixed(phase: Phase, start: str) -> Phase:
    tasks = [
        attrs.evolve(task, id=start + task.id, after=[start + other for other in task.after]) for task in phase.tasks
    ]
    return attrs.evolve(phase, id=start + phase.id, after=[start + other for other in phase.after], tasks=tasks)


def _clashes(checklists: Sequence[tuple[Checklist, str]]) -> Sequence[Fault]:
    """Find ids and contents that cannot be in one checklist; each has the beginning of its ids of phases and tasks."""
    faults = Faults()
    first: dict[tuple[str, str], tuple[Checklist, object]] = {}
    for place, (checklist, start) in enumerate(checklists):
        entries: list[tuple[str, str, object]] = [("phase", start + phase.id, place) for phase in checklist.phases]
        entries += [("task", start + task.id, place) for task in checklist]
        for kind, members in (
            ("facet", checklist.facets),
            ("KPI", checklist.kpis),
            ("audience", checklist.audiences),
            ("gate", checklist.gates),
        ):
            entries += [(kind, member.id, member) for member in members]
        if checklist.context != checklists[0][0].context:
            hint = "join them before for_context, or narrow each to the same context"
            faults.add(
                "contradiction", f"$.checklists[{place}].context", "is not that of the first", checklist.id, hint
            )
        entries += [("annotation", key, (text,)) for key, text in checklist.annotations]
        for kind, name, content in entries:
            path = f"$.checklists[{place}]"
            if len(name) > 64:
                faults.add("too-long", path, f"makes the id of a {kind} too long", name, "give it a shorter id")
            other, held = first.setdefault((kind, name), (checklist, content))
            if content != held:
                hint = "give each an id of its own" if start else "pass prefix=True"
                hint = hint if content == place else "make them equal; prefix=True is for phases and tasks only"
                problem = f"has another {kind} of this id: {other.id!r} and {checklist.id!r} clash"
                faults.add("duplicate", path, problem, name, hint)
    return faults


def known_ids(tasks: Iterable[str], phases: Iterable[tuple[str, Sequence[str]]]) -> Iterator[str | tuple[str, str]]:
    """Yield the ids of tasks, and those of phases, each given with its tasks, with the hint for a phase in place of a task."""
    yield from tasks
    for phase, members in phases:
        names = join_words([*members] if len(members) <= 5 else [*members[:4], f"{len(members) - 4} more"])
        about = f"its task{'s are' if len(members) > 1 else ' is'} {names}" if members else "it has no tasks"
        yield phase, f"that is a phase; {about}"


def first_day_of(checklist: Checklist, task: Task, closed_on: Callable[[str], date | None]) -> date | None:
    """Return the first day of a task: its own or, if it is later, that after its wait; None where it has neither.

    ``closed_on`` gives the day on which a task was closed, by its id; None where it is open or the day is not known. The wait counts only
    where the day of each prerequisite is known.
    """
    closed = [closed_on(other.id) for other in checklist.waits_for(task)] if task.wait_days else []
    known = [day for day in closed if day]
    if not known or len(known) < len(closed):
        return task.not_before
    waited = date.fromordinal(min(max(known).toordinal() + days_after_closing(task), date.max.toordinal()))
    return max(waited, task.not_before or waited)


def known_tasks(checklist: Checklist) -> Iterator[str | tuple[str, str]]:
    """Yield the ids that can be meant where a task of a checklist is wanted, as :func:`known_ids` does."""
    phases = ((phase.id, [task.id for task in phase.tasks]) for phase in checklist.phases)
    return known_ids((task.id for task in checklist), phases)


def structure_faults(
    phases: Sequence[Entry], tasks: Sequence[Entry], *, whole: bool = True
) -> tuple[list[Fault], tuple[str, ...]]:
    """Find structural faults of a checklist: duplicate ids, unknown prerequisites and cycles.

    Args:
        phases: The phases. The path of a task lies below that of its phase.
        tasks: The tasks.
        whole: False if some of them could not be read. An unknown prerequisite may then be one of them, and is not a fault.

    Returns:
        The faults, and the ids along the first cycle (empty if there is none).
    """
    faults = Faults()
    for entries in (phases, tasks):
        first: dict[str, str] = {}
        for path, name, _ in entries:
            if name in first:
                hint = "give each an id of its own"
                faults.add("duplicate", f"{path}.id", f"is also the id of {first[name]}", name, hint)
            first.setdefault(name, path)
    members: dict[str, list[str]] = {path: [] for path, _, _ in phases}
    for path, task_id, _ in tasks:
        members.setdefault(path.rpartition(".")[0], []).append(task_id)
    task_ids, phase_ids = {name: None for _, name, _ in tasks}, {name: None for _, name, _ in phases}
    for kind, entries, ids in (("phase", phases, phase_ids), ("task", tasks, task_ids)):
        for path, name, after in entries:
            if whole and not ids.keys() >= set(after):
                wanting = ((place, other) for place, other in enumerate(after) if other not in ids and is_id(other))
                for place, other in islice(wanting, MOST_FAULTS - len(faults)):
                    known = known_ids(ids, ((name, members[at]) for at, name, _ in phases) if kind == "task" else ())
                    problem, at = f"there is no {kind} of that id", f"{path}.after[{place}]"
                    task = name if kind == "task" else ""
                    code: Code = "unknown-task" if kind == "task" else "unknown-phase"
                    faults.add(code, at, problem, other, known=known, task=task)
    cycles = cycles_in(
        {name: (after, members[path]) for path, name, after in phases}, {name: after for _, name, after in tasks}
    )
    paths = {name: path for path, name, _ in tasks} | {as_node(name): path for path, name, _ in phases}
    faults += [cycle_fault(f"{_stated_at(cycle, paths)}.after", cycle) for cycle in cycles]
    return faults, cycles[0] if cycles else ()


def _stated_at(cycle: Sequence[str], paths: Mapping[str, str]) -> str:
    """Return the path of the first task or phase whose prerequisites are on the cycle; of a task that waits for a phase, its phase."""
    steps = [
        (node, after)
        for node, after in zip(cycle, (*cycle[1:], cycle[0]), strict=True)
        if is_id(node) or not is_id(after)
    ]
    node, after = steps[0]  # a phase that comes after its own tasks is stated nowhere
    return paths[node] if is_id(node) == is_id(after) else paths[node].rpartition(".")[0]


def as_node(phase: str) -> str:
    """Return the name of a phase in a cycle, which no task has as its id."""
    return f"phase {phase}"


def cycles_in(
    phases: Mapping[str, tuple[Sequence[str], Sequence[str]]], tasks: Mapping[str, Sequence[str]]
) -> list[tuple[str, ...]]:
    """Return the cycles of prerequisites, as ids of tasks and, as :func:`as_node` has them, of phases. Unknown ids are ignored.

    Args:
        phases: For each phase, the ids of the phases that it comes after, and those of its tasks.
        tasks: For each task, the ids of its prerequisites.
    """
    # A phase is a node that comes after its tasks. So phases of many tasks need no edge for each pair.
    before = {
        **{as_node(name): [*map(as_node, after), *members] for name, (after, members) in phases.items()},
        **tasks,
    }
    for after, members in phases.values():
        if after:
            before.update({task: [*map(as_node, after), *tasks[task]] for task in members if task in tasks})
    nodes = list(before)
    position = {node: place for place, node in enumerate(nodes)}
    edges = [[position[other] for other in earlier if other in position] for earlier in before.values()]
    return [tuple(nodes[place] for place in cycle) for cycle in _graph.cycles(edges)]


def cycle_fault(path: str, cycle: Sequence[str]) -> Fault:
    """Return the fault for a dependency cycle; ``cycle`` holds the ids along it, each after the next."""
    around = " -> ".join((*cycle, cycle[0]))
    hint = "take one of them out of 'after'"
    return Fault("dependency-cycle", path, f"dependency cycle: {around}, each after the next", "", hint)


def name_faults(
    kpis: Iterable[Kpi],
    gates: Iterable[GateDefinition],
    audiences: Iterable[tuple[str, Audience]],
    tasks: Iterable[tuple[str, Task]],
) -> list[Fault]:
    """Find KPIs and gates that are named and not there.

    Args:
        kpis: The KPIs.
        gates: The gates.
        audiences: The path of each audience, and the audience.
        tasks: The path of each task, and the task.
    """
    faults = Faults()
    kpi_ids, gate_ids = {kpi.id: None for kpi in kpis}, {gate.id: None for gate in gates}

    def name(known: Mapping[str, None], what: str, path: str, names: Iterable[str], task: str = "") -> None:
        for place, one in enumerate(names):
            if is_id(one) and one not in known:
                hint = f"declare it under {what.lower()}s"
                faults.add(
                    "unknown-name",
                    f"{path}[{place}]",
                    f"there is no {what} of that id",
                    one,
                    hint,
                    known=known,
                    task=task,
                )

    for path, audience in audiences:
        name(kpi_ids, "KPI", f"{path}.kpis", audience.kpis)
    for path, task in tasks:
        name(gate_ids, "gate", f"{path}.gates", task.gates, task.id)
        for place, criterion in enumerate(task.criteria):
            name(kpi_ids, "KPI", f"{path}.criteria[{place}].kpis", criterion.kpis, task.id)
    return faults


def facet_faults(
    facets: Sequence[tuple[str, Facet]], stated: Sequence[tuple[str, Sequence[Choice], str]]
) -> list[Fault]:
    """Find faults in facets and the choices on them: duplicate ids, unknown facets and unknown values.

    Args:
        facets: The path of each facet, and the facet.
        stated: The path of each group of choices, the choices, and the id of their task, empty without one.
    """
    faults = Faults()
    known: dict[str, Mapping[str, None]] = {}
    for path, facet in facets:
        if facet.id in known:
            hint = "give each an id of its own"
            faults.add("duplicate", f"{path}.id", "is also the id of another facet", facet.id, hint)
        known.setdefault(facet.id, dict.fromkeys(facet.values))
    for path, group, task in stated:
        for choice in group:
            place = f"{path}.{choice.facet}"
            if choice.facet in known:
                for value in choice.values:
                    if value not in known[choice.facet]:
                        problem = "is not a value of that facet"
                        faults.add("unknown-value", place, problem, value, known=known[choice.facet], task=task)
            else:
                problem, hint = "there is no facet of that id", "declare it under facets"
                faults.add("unknown-facet", place, problem, choice.facet, hint, known=known, task=task)
    return faults
