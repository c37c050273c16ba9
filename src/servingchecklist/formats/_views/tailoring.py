"""Views of overlays, diffs, explanations and upgrades."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, TypeVar

import attrs

from ..._model.changes import (
    AddKpi,
    AddPhase,
    AddTask,
    DropKpi,
    DropTask,
    MovePhase,
    MoveTask,
    SetChecklist,
    SetKpi,
    SetPhase,
    SetTask,
)
from ..._model.kpi import Kpi
from ..._model.task import Phase, Task
from ..._text import count, join_words
from .._document import Code, Document, Fact, Field, Fields, Item, Items, Paragraph, Row, Section, Table
from .._layout import blocks as prose
from . import values
from .checklist import layers_in_words, pages

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ..._model.changes import Change
    from ..._model.checklist import Checklist
    from ..._model.overlay import Overlay
    from ..._tailoring.difference import Diff, Difference, Whole
    from ..._tailoring.explanation import Explanation, Origin
    from ..._tailoring.upgrade import Conflict, Upgrade
    from .._document import Block, Line

_GROUPS = {"checklist": "The checklist", "kpi": "KPIs", "phase": "Phases", "task": "Tasks"}
_WHOLES = (Task, Phase, Kpi)
_KINDS = ("added", "dropped", "moved", "changed")
_VERBS = {"set": "Change", "drop": "Drop", "add": "Add", "move": "Move"}
_COLUMNS = ("Field", "Value", "Set by", "Before", "Why")
_RELINKED = "What these came after is not there any more. They come after what that came after."

_Entry = TypeVar("_Entry", "Difference", "Origin")


# Overlays


def overlay(value: Overlay) -> Document:
    """Return an overlay: its changes, numbered, each with its reason."""
    blocks: list[Block] = [Paragraph(f"{value.label}, for {value.base or 'any checklist'}")]
    blocks += [Section("Changes", [_changes(value)])] if value.changes else [Paragraph("It changes nothing.")]
    blocks[1:1] = pages(value.references)
    blocks[1:1] = prose(value.description)
    return Document(value.title, blocks)


def _changes(overlay: Overlay) -> Items:
    fields = [Fields([*_of_change(change), Field("why", [change.reason])]) for change in overlay.changes]
    items = [Item(_head(change), body=[body]) for change, body in zip(overlay.changes, fields, strict=True)]
    return Items(items, "number")


def _head(change: Change) -> str:
    verb, what = change.kind.split("-")
    head = f"{_VERBS[verb]} {'KPI' if what == 'kpi' else what}"
    match change:
        case SetChecklist():
            return "Change the checklist"
        case AddTask():
            return f"{head} {change.task.id}: {change.task.title}"
        case AddPhase():
            return f"{head} {change.phase.id}: {change.phase.title}"
        case SetTask() | DropTask() | MoveTask():
            return f"{head} {change.task}"
        case AddKpi():
            return f"{head} {change.kpi.id}: {change.kpi.title}"
        case SetKpi() | DropKpi():
            return f"{head} {change.kpi}"
        case _:
            return f"{head} {change.phase}"


def _of_change(change: Change) -> Iterator[Field]:
    if isinstance(change, AddKpi):
        yield Field("target", [values.in_words("", change.kpi)])
    if isinstance(change, SetTask | SetPhase | SetChecklist | SetKpi):
        yield from (values.stated(field, value) for field, value in change.values().items())
    if isinstance(change, SetTask):
        for field, more in change.additions.items():
            yield values.stated(field, more, values.name_of(field, is_added=True))
    if isinstance(change, AddTask | MoveTask | AddPhase | MovePhase):
        yield Field("place", [_place(change)])
    if isinstance(change, AddTask):
        yield from _of_task(change.task)
    if isinstance(change, AddPhase):
        yield from _of_phase(change.phase)


def _place(change: AddTask | MoveTask | AddPhase | MovePhase) -> str:
    where = f"in {change.phase}, " if isinstance(change, AddTask | MoveTask) else ""
    if change.before or change.behind:
        return f"{where}before {change.before}" if change.before else f"{where}behind {change.behind}"
    return f"{where}at the end"


def _of_task(task: Task) -> Iterator[Field]:
    defaults = {field.name: field.default for field in attrs.fields(type(task))}
    for field in SetTask.sets:
        value = getattr(task, field)
        if field == "priority" or (field != "title" and value != defaults[field]):
            yield values.stated(field, value)


def _of_phase(phase: Phase) -> Iterator[Field]:
    yield from (values.stated(name, value) for name in SetPhase.sets[1:] if (value := getattr(phase, name)))
    if phase.tasks:
        yield Field("tasks", [f"{task.id}: {task.title} ({values.in_words('', task)})" for task in phase.tasks])


# Diffs


def diff(value: Diff) -> Document:
    """Return the differences between two checklists, by checklist, phase and task."""
    between = f"From {value.before} to {value.after}"
    if value.before == value.after:
        between = f"Two forms of {value.before}"
    line = f"{between}: {_counts(value)}." if value else f"{between}. Nothing differs."
    sections = [Section(_GROUPS[what], [_differences(group, value.topic)]) for what, group in _grouped(value).items()]
    return Document(f"What differs: {value.title}", [Paragraph(line), *sections])


def _counts(diff: Diff) -> str:
    """Return how many tasks, phases and KPIs were added, dropped, moved and changed, and how many fields of the checklist."""
    changed = {(entry.what, entry.id, entry.kind) for entry in diff}
    numbers: Counter[tuple[str, str]] = Counter((what, kind) for what, _, kind in changed)
    names = {"task": "task", "phase": "phase", "kpi": "KPI"}
    keys = [(what, kind) for what in names for kind in _KINDS if (what, kind) in numbers]
    parts = [f"{count(numbers[what, kind], names[what])} {kind}" for what, kind in keys]
    if number := sum(entry.what == "checklist" for entry in diff):
        parts.append(f"{count(number, 'field')} of the checklist changed")
    return join_words(parts)


def _grouped(entries: Iterable[_Entry]) -> dict[str, list[list[_Entry]]]:
    """Return the entries about the checklist, its phases and its tasks, grouped by the one that they are about."""
    groups: dict[str, dict[str, list[_Entry]]] = {}
    for entry in entries:
        groups.setdefault(entry.what, {}).setdefault(entry.id, []).append(entry)
    return {what: list(by_id.values()) for what, by_id in groups.items()}


def _differences(group: Sequence[Sequence[Difference]], topic: str, *, is_short: bool = False) -> Block:
    """Return differences as items, one for each task, phase or KPI. Short ones only name the long fields that have changed."""
    list_fields = _short_fields if is_short else _fields
    if not group[0][0].id:
        return Fields([*list_fields(group[0])])
    items: list[Item] = []
    for entries in group:
        first, kinds = entries[0], {entry.kind for entry in entries}
        mark = " and ".join(kind for kind in _KINDS if kind in kinds)
        title = f"{first.title} ({topic})" if first.what == "task" and topic else first.title
        body = [Fields(fields)] if (fields := [*list_fields(entries)]) else []
        items.append(Item(title, first.id, [Fact(mark, "status")], body))
    return Items(items)


def _short_fields(entries: Sequence[Difference]) -> Iterator[Field]:
    yield from _fields([entry for entry in entries if entry.field not in values.LONG])
    if names := [values.name_of(entry.field) for entry in entries if entry.field in values.LONG]:
        yield Field("other words in", [join_words(names)])


def _fields(entries: Sequence[Difference]) -> Iterator[Field]:
    for entry in entries:
        if entry.field:
            yield values.turned(entry.field, entry.before, entry.after)
        elif entry.after is not None:
            yield Field("holds" if entry.what == "phase" else "facts", [values.in_words("", entry.after)])


# Explanations


def explanation(value: Explanation) -> Document:
    """Return the origins of values: a table for the checklist, for each phase and for each task."""
    blocks: list[Block] = [Paragraph(f"{layers_in_words(value.layers)}.")]
    if value.task:
        blocks.insert(0, Paragraph(f"Task {value.task} of {value.checklist}."))
        blocks.append(Section("Fields", [_origins([one for one in value.origins if one.value or one.revisions])]))
    else:
        blocks += [Paragraph(f"Everything is as in {layer}.") for layer in value.layers[:1] if not value]
        for what, group in _grouped(value).items():
            blocks.append(Section(_GROUPS[what], [_explained(origins) for origins in group]))
    return Document(f"Where it came from: {value.title}", blocks)


def _explained(origins: Sequence[Origin]) -> Block:
    first, table = origins[0], _origins(origins)
    return Section(first.title, [Paragraph([Code([first.id])], "meta"), table]) if first.id else table


def _origins(origins: Sequence[Origin]) -> Table:
    return Table(_COLUMNS, [row for origin in origins for row in _rows(origin)])


def _rows(origin: Origin) -> Iterator[Row]:
    """Yield a row for the current value, and below it one for the value under each earlier layer."""
    name = values.name_of(origin.field)
    if not origin.revisions:
        yield Row(Item(name), [values.cell(origin.field, origin.value), origin.base, "", ""])
    now = origin.value
    for step in reversed(origin.revisions):
        before, after = values.cells(origin.field, step.before, now)
        if not origin.field:
            before, after = "" if step.before is None else before, "dropped" if now is None else after
        yield Row(Item(name), [after, step.layer, before, step.reason])
        name, now = f"{values.name_of(origin.field)}, before that", step.before


# Upgrades


def upgrade(value: Upgrade) -> Document:
    """Return an upgrade: the open conflicts, the changes made on both sides, the relinked tasks, and what the overlay still changes.

    Where a newer version took the place of the overlay, it is what that changes.
    """
    overlay, draft = value.draft_overlay, value.draft
    if value.replaced is not None:
        return _replaced(value.title or overlay.title, value.replaced, draft)
    groups: list[tuple[str, str, list[Block]]] = []
    if value.conflicts:
        conflicts = [_conflict(conflict, draft) for conflict in value.conflicts]
        groups.append(("Open conflicts", _to_decide(value), [Items(conflicts)]))
    for heading, note, paths in (
        ("Changed on both sides alike", "The overlay need not do this any more.", value.agreed),
        ("Linked around", _RELINKED, value.relinked),
    ):
        if paths:
            groups.append((heading, note, [Items([Item(_title(path, draft), path) for path in paths])]))
    if overlay.changes:
        groups.append(("What the overlay still changes", "", [_changes(overlay)]))
    counts = [
        count(len(value.conflicts), "open conflict"),
        f"{count(len(value.agreed), 'change')} made on both sides alike",
        f"{count(len(overlay.changes), 'change')} left in the {'draft of the ' if value.conflicts else ''}overlay",
    ]
    line = f"{join_words(counts)}." if groups else "Nothing is left to carry over: the overlay changes nothing."
    lines = [f"{overlay.label}, carried over to {draft.id} {draft.version}.", line[:1].upper() + line[1:]]
    sections = [
        Section(heading, [*[Paragraph(note, "prose")] * bool(note), *blocks]) for heading, note, blocks in groups
    ]
    return Document(f"Upgrade: {value.title or overlay.title}", [*map(Paragraph, lines), *sections])


def _replaced(title: str, replaced: Diff, draft: Checklist) -> Document:
    line = f"{replaced.after} takes the place of {replaced.before}, on {draft.id} {draft.version}."
    sections = [
        Section(_GROUPS[what], [_differences(group, "", is_short=True)]) for what, group in _grouped(replaced).items()
    ]
    return Document(
        f"Upgrade: {title}", [Paragraph(line), Paragraph(f"{_counts(replaced) or 'Nothing differs'}."), *sections]
    )


def _to_decide(upgrade: Upgrade) -> str:
    path = upgrade.conflicts[0].path
    return (
        "Decide on each by its path: ours is what the overlay made of it, theirs what the new version says. "
        f'In Python, give upgrade the argument decisions={{"{path}": "ours"}}; on the command line, --ours {path}. '
        "What is not decided is as theirs in the draft."
    )


def _conflict(conflict: Conflict, draft: Checklist) -> Item:
    sides = {"base": conflict.base, "ours": conflict.ours, "theirs": conflict.theirs}
    whole = next((value for value in sides.values() if isinstance(value, _WHOLES)), None)
    field = conflict.path.rpartition(".")[2]
    fields: list[Field] = []
    for name, value in sides.items():
        if whole is not None:
            fields.append(Field(name, _whole(value, None if name == "base" else conflict.base)))
        elif name != "base" and value and conflict.base and field in values.LONG:
            fields.append(values.turned(field, conflict.base, value, name))
        else:
            fields.append(values.stated(field, value, name))
    more = {"problem": conflict.problem, "why ours": conflict.reason}
    fields += [Field(name, [words]) for name, words in more.items() if words]
    return Item(_title(conflict.path, draft, whole), conflict.path, body=[Fields(fields)])


def _whole(value: Whole, base: Whole) -> list[Line]:
    """Return a task, a phase or a KPI as one side of a conflict has it."""
    if isinstance(value, _WHOLES) and isinstance(base, _WHOLES) and type(value) is type(base):
        return list(values.differences(base, value))
    return ["dropped" if value is None else values.in_words("", value)]


def _title(path: str, draft: Checklist, whole: Task | Phase | Kpi | None = None) -> str:
    """Return the title of the checklist, the KPI, the phase or the task that a path is about."""
    what, _, rest = path.partition(".")
    names = (rest, rest.rpartition(".")[0])
    if what == "tasks":
        title = next((draft.title_of(name) for name in names if name in draft), "")
    else:
        members = draft.kpis if what == "kpis" else draft.phases
        titles = {member.id: member.title for member in members}
        title = next((titles[name] for name in names if name in titles), "" if rest else _GROUPS["checklist"])
    return title or (whole.title if whole else path)
