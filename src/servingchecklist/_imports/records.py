"""Rows of a table as a checklist: of a spreadsheet, a dataframe, or JSON and YAML of another tool."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import date
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, cast

import attrs

from .._model import _validation as v
from .._model.kpi import GateDefinition
from .._model.task import LONGEST_WAIT, Reference, Risk, Step, Task
from .._namespace import public
from .._text import count
from ..errors import as_text, invalid, show
from ..formats import csv, source
from ..formats.limits import DEFAULT_LIMITS, Limits, check_csv, check_limits, check_tasks
from .cells import MOST_MEMBERS, Columns, read_rows
from .draft import Draft, Ids, Section, named, of_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .._model.checklist import Checklist
    from .._model.task import Priority
    from ..documents import PriorityName
    from .cells import Column, Row
    from .draft import Imported

_MOST_GATES = 1_000
_MOST_REMEMBERED = 10_000
_MIDNIGHT = r"[T ]00:00(?::00(?:\.0{1,9})?)?(?:Z|[+-]00:00)?"
_DONE = frozenset(
    ["done", "closed", "complete", "completed", "finished", "fulfilled", "yes", "true", "x", "✓", "✅", "☑"]
)
_OPEN = frozenset(("", "todo", "to do", "open", "no", "false", "not started", "not verified", "new", "-"))


@public("imports")
def from_records(
    rows: Iterable[Mapping[str, object]],
    *,
    id: str,
    title: str = "",
    columns: Mapping[Column, str | Sequence[str]] | None = None,
    priorities: Mapping[str, Priority | PriorityName] | None = None,
    limits: Limits | None = DEFAULT_LIMITS,
) -> Imported:
    """Return the rows of a table as a checklist, a task each. What does not fit is dropped or changed, and reported in the notes.

    >>> found = from_records([{"text": "Export the model", "area": "Build", "level": "P1"}], id="release",
    ...     columns={"title": "text", "phase": "area", "priority": "level"})
    >>> [(task.id, task.priority) for task in found.checklist]
    [('export-the-model', Priority.HIGH)]

    Args:
        rows: Mappings of the names of columns to cells. A cell is a text, a number, a bool, a date, a list of these, or None; the
            arrays, numbers and missing values of numpy, pandas and polars too.
        id: The id of the checklist.
        title: Its title; by default its id.
        columns: The names of the columns in the rows by what they are: ``{"title": "text"}``. Others have the names of
            the fields of ``servingchecklist.documents.TaskRecord``; ``status`` says which tasks are done. Case does not matter. A list of names
            takes the cells of all of them; those of ``annotations`` then have the names as keys.
        priorities: The priorities of your own words, as for :meth:`Priority.parse <servingchecklist.Priority.parse>`.
        limits: The limits, of which ``tasks`` is the number of rows; None for rows you trust.

    Raises:
        InvalidError: The rows are none, an argument is invalid, or the tasks form no checklist.
        CycleError: The prerequisites form a cycle.
        LimitError: There are more rows than the limits allow.
    """
    checklist = named(id, title)
    check_limits(limits)
    held = _held(rows, limits)
    check_tasks(len(held), limits)
    return _import(_mappings(held), checklist, columns, priorities)


@public("imports")
def from_csv(
    text: str | bytes,
    *,
    id: str,
    title: str = "",
    columns: Mapping[Column, str | Sequence[str]] | None = None,
    priorities: Mapping[str, Priority | PriorityName] | None = None,
    delimiter: str = ",",
    limits: Limits | None = DEFAULT_LIMITS,
) -> Imported:
    """Return a table in CSV as a checklist, as :func:`from_records` does. The cells that ``dumps(value, "csv")`` wrote are read back exactly.

    The first line has the names of the columns. A ``'`` before what a spreadsheet would take for a formula is taken off a cell, and
    within its text where the columns are exactly those that ``dumps`` writes.

    Args:
        text: The table, after RFC 4180, or its bytes in UTF-8, with or without a byte order mark.
        id: The id of the checklist.
        title: Its title; by default its id.
        columns: As for :func:`from_records`.
        priorities: As for :func:`from_records`.
        delimiter: The character between cells, such as ``";"`` or a tab.
        limits: The limits for the text; None for text you trust.

    Raises:
        InvalidError: The text is no CSV, or as for :func:`from_records`.
        CycleError: The prerequisites form a cycle.
        LimitError: The text exceeds the limits.
    """
    checklist = named(id, title)
    text = source(text, limits).removeprefix("\ufeff")
    delimiter = as_text(delimiter)
    if type(delimiter) is not str or len(delimiter) != 1 or delimiter in '"\r\n':
        raise invalid("bad-format", "$.delimiter", "is not a delimiter", delimiter, "write one character, such as ';'")
    if limits:
        check_csv(text, delimiter, limits)
    lines = csv.rows(text, delimiter)
    head = next((cells for _, cells in islice(lines, 1)), list[str]())
    found = list(islice(lines, None if limits is None else limits.tasks + 1))
    check_tasks(len(found), limits)
    names = [csv.without_quote(name) for name in head]
    unquote = partial(csv.without_quote, within=csv.is_ours(head))
    table = ((line, zip(names, map(unquote, cells), strict=False)) for line, cells in found)
    others = [] if len(names) != 1 else [mark for mark in ";\t|," if mark in names[0]]
    notes = of_path(text)
    notes += [(1, f"there is one column: if {mark!r} is between its cells, give delimiter={mark!r}") for mark in others]
    longer = [line for line, cells in found if len(cells) > len(names)]
    notes += [(line, "the cells beyond the last column are left out") for line in longer]
    return _import(table, checklist, columns, priorities, notes)


def _held(rows: Iterable[Mapping[str, object]], limits: Limits | None) -> list[Mapping[str, object]]:
    """Return the rows of a collection, of one without end no more than tell that they are too many."""
    cause = None
    if issubclass(type(rows), Iterable) and not issubclass(type(rows), str | bytes | Mapping):
        try:
            return list(islice(rows, limits.tasks + 1 if limits else None))
        except Exception as error:  # noqa: BLE001  # code of the caller, which can raise anything
            cause = error
    hint = "give a list of dicts, as csv.DictReader, polars .to_dicts() and pandas .to_dict('records') have them"
    raise invalid("wrong-kind", "$.rows", "are not rows", cast("object", rows), hint) from cause


def _mappings(rows: Sequence[Mapping[str, object]]) -> Iterator[tuple[int, list[tuple[object, object]]]]:
    for place, row in enumerate(rows):
        hint = "give each row as a dict of the names of columns to cells"
        cells = v.mapped(row, f"$.rows[{place}]", "is not a row", hint)
        yield place + 1, [*cells.items()]


def _import(
    rows: Iterable[tuple[int, Iterable[tuple[object, object]]]],
    checklist: Checklist,
    columns: Mapping[Column, str | Sequence[str]] | None,
    priorities: Mapping[str, Priority | PriorityName] | None,
    notes: Sequence[tuple[int, str]] = (),
) -> Imported:
    draft, table = Draft(priorities), Columns(columns)
    for line, problem in notes:
        draft.tell(line, problem)
    read = read_rows(rows, table, draft)
    if not read:
        draft.tell(0, "there are no rows: the checklist has no tasks")
    return _Table(read, draft).fill(checklist)


class _Table:
    """The rows of one list, as tasks."""

    def __init__(self, rows: Sequence[Row], draft: Draft) -> None:
        self._rows, self._draft = rows, draft
        self._ids = Ids({name for row in rows if v.is_id(name := row.text("task").strip())})
        draft.phase_ids = Ids({name for row in rows if v.is_id(name := row.text("phase").strip())})
        self._id_of: dict[str, str] = {}
        self._titled: dict[str, str] = {}
        self._phases: dict[str, Section] = {}
        self._gates: dict[str, GateDefinition] = {}
        self._gate_of: dict[str, str] = {}
        self._written: dict[tuple[str, str], str] = {}

    def fill(self, checklist: Checklist) -> Imported:
        """Return the checklist with the tasks of the rows."""
        draft = self._draft
        titled = [(row, *self._title_of(row)) for row in self._rows]
        kept = [(row, self._id(row, text), text, more) for row, text, more in titled if text]
        for _, task_id, text, _ in kept:  # prerequisites may be named by what was made of a row
            self._id_of.setdefault(task_id, task_id)
            self._titled.setdefault(_words(text), task_id)
        for row, task_id, text, more in kept:
            self._phase_of(row).tasks.append(self._task(row, task_id, text, more))
            status = row.text("status").strip().casefold()
            if status in _DONE:
                draft.done.append(task_id)
            elif status not in _OPEN:
                draft.tell_once(row.line, f"the status {show(status)} is not taken over: record it in the launch")
        version, topic = self._only("version") or checklist.version, self._only("topic")
        return draft.finish(attrs.evolve(checklist, version=version, topic=topic), list(self._gates.values()))

    def _only(self, field: Column) -> str:
        """Return the value of the checklist that is in each row."""
        values = [*dict.fromkeys(filter(None, (row.text(field).strip() for row in self._rows)))]
        if not values:
            return ""
        check = v.version if field == "version" else v.optional_line
        if len(values) > 1 or check(values[0], field):
            self._draft.tell(0, f"the {field} {show(values[-1])} is left out")
        return "" if check(values[0], field) else values[0]

    def _title_of(self, row: Row) -> tuple[str, str]:
        text = row.text("title")
        title, description = self._draft.title(text, row.line, row.text("description"))
        if v.is_visible(title):
            return title, description
        if v.is_visible(name := self._draft.short(row.text("task"), row.line, "the id")):
            self._draft.tell_joined(row.line, "there is no title: it is the id")
            return name, description
        self._draft.tell_joined(row.line, "there is no title: the row is left out")
        return "", ""

    def _id(self, row: Row, title: str) -> str:
        stated = row.text("task").strip()
        if v.is_id(stated) and stated not in self._id_of:
            self._id_of[stated] = stated
            return stated
        new = self._ids.new(stated or title)
        if stated:
            why = "is there twice" if stated in self._id_of else "is not an id"
            self._draft.tell(row.line, f"{show(stated)} {why}: the task is {new!r}")
            self._id_of.setdefault(stated, new)
        return new

    def _phase_of(self, row: Row) -> Section:
        draft, key = self._draft, row.text("phase").strip()
        title = row.text("phase_title").strip() or key
        key = key or title
        if key not in self._phases:
            if not key:
                draft.tell_once(row.line, "there is no phase: the task is in 'Other', as are others without one")
            line = draft.short(title, row.line, "the title of the phase")
            line = line if v.is_visible(line) else "Other"
            self._phases[key] = draft.open_phase(line, key if v.is_id(key) else "")
        elif title != key and draft.short(title, row.line, "the title of the phase") != self._phases[key].title:
            draft.tell_once(row.line, f"the phase {show(key)} has another title above: {show(title)} is left out")
        return self._phases[key]

    def _task(self, row: Row, name: str, title: str, description: str) -> Task:
        draft, at = self._draft, row.line
        steps: list[tuple[str, str]] = []
        more: list[str] = []
        for stated, item in self._steps_of(row):
            text = draft.line(item, at, "a step")
            if len(text) > v.LINE_LENGTH:
                draft.tell(at, "a step is too long: it is cut, and the whole text is in the description")
                more.append(text)
            if v.is_visible(text):
                steps.append((stated, draft.short(text, at, "a step") if len(text) > v.LINE_LENGTH else text))
        references = self._references(row, more)
        if more:
            description = draft.prose("\n\n".join(filter(None, (description, *more))), at, "the description")
        ids = Ids({stated for stated, _ in steps})
        return Task(
            name,
            title,
            description=description,
            priority=draft.priority(row.text("priority"), at),
            effort=draft.effort(row.text("effort"), at),
            role=draft.short(row.text("role"), at, "the role"),
            section=draft.short(row.text("section"), at, "the section"),
            labels=self._labels(row),
            annotations=self._annotations(row),
            after=self._after(row, name),
            wait_days=self._wait(row),
            not_before=self._day(row),
            risk=self._risk(row),
            references=references,
            steps=[Step(stated or ids.new(text), text) for stated, text in steps],
            gates=self._gates_of(row),
        )

    def _steps_of(self, row: Row) -> list[tuple[str, str]]:
        """Return the ids and the texts of the steps; an empty id where the row states none that fits."""
        ids, texts = row.items("step_ids"), row.items("steps")
        if ids and len(ids) != len(texts):
            self._draft.tell(row.line, f"{count(len(ids), 'id')} of steps for {count(len(texts), 'step')} are left out")
            ids = []
        stated: list[str] = []
        for name in ids:
            is_new = v.is_id(name) and name not in stated
            if not is_new:
                self._draft.tell_each(row.line, "the id of a step {} is left out: it is no id, or there twice", name)
            stated.append(name if is_new else "")
        return [*zip(stated or [""] * len(texts), texts, strict=True)]

    def _references(self, row: Row, more: list[str]) -> list[Reference]:
        """Return the references of a task, and add the addresses that cannot be one to ``more``."""
        found: list[Reference] = []
        for address in row.items("references"):
            title = address if len(address) <= v.LINE_LENGTH else f"{address[: v.LINE_LENGTH - 1]}…"
            if reference := self._draft.reference(title, address):
                found.append(reference)
                continue
            self._draft.tell_each(row.line, "{} is not an address: it is in the description", address)
            more.append(address)
        return found

    def _labels(self, row: Row) -> list[str]:
        found: dict[str, None] = {}
        for item in row.items("labels"):
            label = self._written.get(("label", item)) or self._write(row, "label", item, item.casefold())
            found[label] = None
        return [*found]

    def _write(self, row: Row, kind: str, stated: str, text: str) -> str:
        """Return a label or a key as it can be stored, and remember it up to a number."""
        name = v.slug(stated) if v.label(text, kind) else text
        if name != stated:
            self._draft.tell_each(row.line, f"the {kind} {{}} is written {{}}", stated, name)
        if len(self._written) < _MOST_REMEMBERED:
            self._written[kind, stated] = name
        return name

    def _annotations(self, row: Row) -> dict[str, str]:
        found: dict[str, str] = {}
        for item in row.items("annotations"):
            key, equals, text = item.partition("=")
            name = v.slug(key) if v.label(key, "key") else key
            if not equals or name in found:
                problem = "the annotation {} is left out: write it as in 'jira=MLP-12', once"
                self._draft.tell_each(row.line, problem, item)
                continue
            if ("annotation", key) not in self._written:
                self._write(row, "annotation", key, key)
            found[name] = self._draft.prose(text, row.line, "an annotation")
        return found

    def _after(self, row: Row, name: str) -> list[str]:
        found: dict[str, None] = {}
        items = row.items("after")
        if (whole := self._titled.get(_words(" ".join(items)))) and whole != name:
            return [whole]
        parts = [part for item in items for part in ([item] if self._task_of(item) else item.split(None, MOST_MEMBERS))]
        if len(parts) > MOST_MEMBERS:
            self._draft.tell(row.line, f"names of prerequisites beyond the first {MOST_MEMBERS:,} are left out")
        for item in parts[:MOST_MEMBERS]:
            if other := self._task_of(item):
                found[other] = None
            else:
                self._draft.tell_each(row.line, "{} comes after {}, which is no task: that is left out", name, item)
        return [*found]

    def _task_of(self, name: str) -> str | None:
        """Return the id of the task with an id or, of several words, with a title."""
        return self._id_of.get(name) or (self._titled.get(_words(name)) if " " in name else None)

    def _wait(self, row: Row) -> int:
        text = row.text("wait_days").strip()
        if not text:
            return 0
        if (match := re.fullmatch("0*([0-9]{1,5})", text)) and int(match[1]) <= LONGEST_WAIT:
            return int(match[1])
        self._draft.tell(row.line, f"a wait of {show(text)} days is left out: write 0 to {LONGEST_WAIT:,}")
        return 0

    def _day(self, row: Row) -> date | None:
        text = row.text("not_before").strip()
        if not text:
            return None
        with suppress(ValueError):
            if match := re.match(rf"(?s)([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})(?![0-9])(?:{_MIDNIGHT}\Z)?(.*)", text):
                day = date.fromisoformat(match[1])
                if match[2]:
                    self._draft.tell(row.line, f"{show(match[2].strip())} behind the date {match[1]} is left out")
                return day
        self._draft.tell(row.line, f"{show(text)} is not a date: write it as in '2026-12-31'")
        return None

    def _risk(self, row: Row) -> Risk | None:
        extent, likelihood = row.text("blast_radius").strip(), row.text("likelihood").strip()
        if not extent and not likelihood:
            return None
        if re.fullmatch("[1-5][1-5]", extent + likelihood) and len(extent) == 1:
            return Risk(int(extent), int(likelihood))
        self._draft.tell(row.line, f"a risk of {show(extent)} and {show(likelihood)} is left out: write 1 to 5 each")
        return None

    def _gates_of(self, row: Row) -> list[str]:
        found: dict[str, None] = {}
        for item in row.items("gates"):
            name = self._gate_of.get(item, "")
            if not name and len(self._gate_of) >= _MOST_GATES:
                self._draft.tell_once(row.line, f"gates beyond the first {_MOST_GATES:,} are left out")
                continue
            if not name:
                self._gate_of[item] = name = item if v.is_id(item) else v.slug(item)
            if name not in self._gates:
                self._draft.tell_each(row.line, "the gate {} is made up: {}, with its id as the title", item, name)
                self._gates[name] = GateDefinition(name, name)
            found[name] = None
        return [*found]


def _words(text: str) -> str:
    """Return a title as its words, as a cell of several names is split."""
    return " ".join(re.split(r"[\s,;]+", text.strip().casefold()))
