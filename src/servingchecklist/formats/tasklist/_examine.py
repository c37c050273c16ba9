"""The marks and regions of a task list that fit a launch, and the conflicts of all others."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, NamedTuple, cast

import attrs

from ..._launch.events import Retracted, Ticked
from ..._launch.fold import fold, is_of_task, part_ids, too_old
from ..._model import _validation as v
from ..._model._validation import Validated, check
from ..._model.selection import chosen, selected
from ..._model.task import Status
from ..._model.timestamps import as_utc, checked
from ..._namespace import public
from ...errors import HINTED_FAULTS, ChecklistError, InvalidError, as_text, invalid, nearest, show
from ..limits import check_limits
from . import mark as mark_of
from ._boxes import STATUSES, Page
from ._regions import CLOSE, comments

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from ..._launch.fold import Record
    from ..._launch.launch import Launch
    from ..._model.selection import Selection
    from ..limits import Limits
    from ._boxes import Box, Mark, Stray
    from ._regions import Region


@public("tasklist")
@attrs.frozen(getstate_setstate=False)
class Conflict(Validated):
    """A box, a mark or a region of a task list that cannot be taken over. It has changed nothing.

    Attributes:
        line: The number of its line, from 1; of a missing task, that of the region which counts it.
        task: The id of the task; empty where there is none.
        problem: The problem, in words.
        hint: The correction: what to do instead.

    Raises:
        InvalidError: A field is invalid; each invalid field has its own fault.
    """

    line: int = attrs.field(metadata=check(v.from_one))
    task: str = attrs.field(metadata=check(v.id_or_nothing))
    problem: str = attrs.field(metadata=check(v.prose))
    hint: str = attrs.field(metadata=check(v.prose))

    def __str__(self) -> str:
        task = f"{self.task}: " if self.task else ""
        return f"line {self.line}: {task}{self.problem}; {self.hint}"


class Examined(NamedTuple):
    """A document that was compared with a launch.

    Attributes:
        page: The document.
        boxes: The boxes with a mark that names a task or a step of the checklist, and that no other box has.
        regions: The regions that can be generated again.
        conflicts: The conflicts of all others.
    """

    page: Page
    boxes: list[tuple[Box, Mark]]
    regions: list[Region]
    conflicts: list[Conflict]


def examine(text: str, launch: Launch, limits: Limits | None) -> Examined:
    """Scan a document and compare its marks with the checklist of a launch.

    Raises:
        UnknownNameError: The package markdown-it-py is not installed.
        LimitError: The text exceeds the limits.
        InvalidError: It is not text, the limits are none, or it is the document of another launch.
    """
    text = as_text(text)
    if type(text) is not str:
        raise invalid("wrong-kind", "$.text", "is not text", text, "give the text of the document")
    check_limits(limits)
    page = Page(text, limits)
    launches, found, malformed = comments(page)
    for name in launches:
        if name != launch.name:
            hint = f"give that launch, or the document of {launch.name!r}"
            raise invalid("not-a-copy", "$.text", "is the task list of another launch", name, hint)
    conflicts = [Conflict(one.line, "", one.problem, one.hint) for one in malformed]
    every = [*page.boxes()]
    marked = [(box, box.mark) for box in every if box.mark]
    stray = [*page.stray({box.line: mark.end for box, mark in marked})]
    conflicts += [Conflict(one.line, one.mark.task, *_problem_of_stray(one)) for one in stray]
    lines: dict[tuple[str, str], list[int]] = {}
    for box, mark in marked:
        if mark.is_valid:
            lines.setdefault((mark.task, mark.step), []).append(box.line)
    named = {(mark.task, mark.step) for mark in (*(mark for _, mark in marked), *(one.mark for one in stray))}
    if every and not (named or found or malformed):
        problem = "no box has a mark that names its task, so none is taken over"
        hint = "write the launch in the format tasklist, and tick there; or make a checklist of this list: imports.from_markdown"
        conflicts.append(Conflict(every[0].line, "", problem, hint))
    boxes: list[tuple[Box, Mark]] = []
    problem_of = _problems(page, launch, lines)
    for box, mark in marked:
        if refusal := problem_of(box, mark):
            conflicts.append(Conflict(box.line, mark.task, *refusal))
        else:
            boxes.append((box, mark))
    usable: list[Region] = []
    for region in found:
        if any(region.start <= box.at < region.end for box, _ in marked):
            problem = "a region holds marked boxes, so it is not generated again"
            conflicts.append(Conflict(region.line, "", problem, f"close it above them, with {CLOSE} alone on its line"))
            continue
        try:
            missing = [*_missing(launch, region, named)]
        except ChecklistError as error:
            fault = error.faults[0]
            problem = f"a region selects tasks by {fault.path[2:]}, and {fault.message}: {fault.value}"
            conflicts.append(Conflict(region.line, "", problem, fault.hint or "select by one of the checklist"))
            continue
        usable.append(region)
        conflicts += missing
    return Examined(page, boxes, usable, conflicts)


def _problems(
    page: Page, launch: Launch, lines: Mapping[tuple[str, str], Sequence[int]]
) -> Callable[[Box, Mark], tuple[str, str] | None]:
    """Return a function that gives the problem with a mark, and its hint; None where it fits the launch."""
    checklist, parts_of, retired = launch.checklist, part_ids(launch.checklist), set(launch.retired)
    hinted, ids = count(), [task.id for task in checklist]

    def hint(name: str, known: Iterable[str], other: str = "delete the line, or the mark in it") -> str:
        # Looking for the nearest name is slow, and a document may be of another checklist altogether.
        near = nearest(name, known) if next(hinted) < HINTED_FAULTS else ""
        return near or other

    def problem(box: Box, mark: Mark) -> tuple[str, str] | None:
        if not mark.is_valid and mark.status:
            problem = f"its mark has the unknown status {show(mark.status)}"
            statuses = STATUSES["step" if mark.step else "task"]
            return problem, hint(mark.status, statuses, f"known: {', '.join(statuses)}")
        if not mark.is_valid:
            source = show(page.text[mark.start : mark.end])
            form = "write it on one line, as <!-- task ID --> or <!-- step TASK STEP -->"
            return f"what is behind its box is not a mark: {source}", form
        if mark.task in retired:
            return "is no longer in the checklist", "delete the line, or the mark in it"
        if mark.task not in checklist:
            return "there is no task of that id", hint(mark.task, ids)
        if mark.step and mark.step not in (known := parts_of(mark.task, "step")):
            return f"there is no step {mark.step!r} in it", hint(mark.step, known)
        if len(same := lines[mark.task, mark.step]) > 1:
            what = f"the step {mark.step!r}" if mark.step else "it"
            other = same[1] if box.line == same[0] else same[0]
            return f"{what} is marked {len(same)} times, also on line {other}", "keep one of these marks"
        return None

    return problem


def _problem_of_stray(stray: Stray) -> tuple[str, str]:
    """Return the problem with a mark that is not right behind a box, and the hint."""
    if stray.is_like_a_box:
        return "its line is not read as a box", "put an empty line above it, and nest it less deeply"
    task, step, status, *_ = stray.mark
    return "its mark is not right behind a box", f"write the line as - [ ] {mark_of(task, step, status)} and its text"


def _missing(launch: Launch, region: Region, named: Container[tuple[str, str]]) -> Iterator[Conflict]:
    """Yield a conflict for each task, and each step of a task in the document, that a region counts and that no mark names.

    Raises:
        ChecklistError: The region selects tasks by what the checklist does not have.
    """
    pairs = chosen(cast("Selection", region.selection))
    owners = {task: record.owner for task, record in records_of(launch)[0].items()} if "owner" in pairs else {}
    only = selected(launch.checklist, pairs, owners)
    if region.name != "progress":
        return
    for task in launch.checklist:
        if only is not None and task.id not in only:
            continue
        if (task.id, "") not in named:
            line = f"- [ ] <!-- task {task.id} -->"
            hint = f"add the line {line}, or write the document again"
            yield Conflict(region.line, task.id, "is counted, but not in the document", hint)
            continue
        for step in task.steps:
            if (task.id, step.id) not in named:
                hint = f"add the line - [ ] <!-- step {task.id} {step.id} --> below its task"
                yield Conflict(region.line, task.id, f"the step {step.id!r} is not in the document", hint)


def records_of(launch: Launch) -> tuple[dict[str, Record], set[str]]:
    """Return the records of all tasks that have events which count, and the ids of the retracted events."""
    checklist, retracted = launch.checklist, {event.event for event in launch.events if isinstance(event, Retracted)}
    counting = (event for event in launch.events if is_of_task(event, retracted) and event.task in checklist)
    return fold(counting), retracted


def status_of(record: Record, step: str, at: datetime) -> Status:
    """Return the status of a task or, if ``step`` is not empty, of a step of it, on the day of ``at``."""
    if not step:
        return record.status_on(at.date())
    return Status.DONE if isinstance(record.ticks.get(step), Ticked) else Status.TODO


def within(launch: Launch, at: datetime) -> datetime:
    """Return a time as a plain datetime in its own time zone.

    Raises:
        InvalidError: It is not a valid timestamp, or lies before the start of the launch.
    """
    at = checked(at, "at")
    if as_utc(at) < launch.started:
        raise InvalidError([too_old("$.at", as_utc(at), launch.started)])
    return at
