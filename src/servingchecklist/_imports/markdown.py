"""Markdown with boxes as a checklist: headings are phases and sections, boxes are tasks, and nested boxes their steps."""

from __future__ import annotations

import re
from itertools import pairwise
from textwrap import dedent
from typing import TYPE_CHECKING

import attrs

from .._model import _validation as v
from .._model.task import Priority, Reference, Task
from .._namespace import public
from ..errors import show
from ..formats import source
from ..formats._document import Link, plain
from ..formats._layout import inline
from ..formats.limits import DEFAULT_LIMITS, Limits, check_tasks
from ..formats.tasklist._boxes import Page
from .draft import Draft, Ids, named

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..documents import PriorityName
    from ..formats.tasklist._boxes import Box
    from .draft import Imported, Section

_LONGEST = 2_000
"""The number of characters of the longest line whose links and emphasis are read."""

_START = r"\[[ xX]\][ \t]+(?:<!--[^\n]*?-->)?[ \t]*"
_WORD = r"(?s)(.*\S) +\(([^()]{1,20})\)"


@public("imports")
def from_markdown(
    text: str | bytes,
    *,
    id: str,
    title: str = "",
    priorities: Mapping[str, Priority | PriorityName] | None = None,
    limits: Limits | None = DEFAULT_LIMITS,
) -> Imported:
    """Return a Markdown document with boxes as a checklist. What does not fit is dropped or changed, and told in the notes.

    The first heading of the first level is the title, those of the highest other level are phases, and those below are sections. A box is a
    task, and its links are references; a word such as ``(P1)`` at its end is the priority. A box below it is a step. Other text belongs to
    the description of the task, the phase or the checklist that it stands in.

    It needs the extra ``markdown``.

    Args:
        text: The document, or its bytes in UTF-8.
        id: The id of the checklist.
        title: Its title; by default the first heading.
        priorities: The priorities of your own words, as for :meth:`Priority.parse <servingchecklist.Priority.parse>`.
        limits: The limits for the text, and for the number of boxes; None for text you trust.

    Raises:
        InvalidError: The text is none, or an argument is invalid.
        LimitError: The text exceeds the limits.
        UnknownNameError: The package markdown-it-py is not installed.
    """
    checklist = named(id, title)
    text = source(text, limits).removeprefix("\ufeff")
    draft = Draft(priorities)
    reader = _Reader(Page(text, limits), draft, limits)
    reader.read()
    heading = reader.heading
    if title and heading:
        draft.tell(reader.heading_line, f"the title {show(heading)} is left out for {show(title)}")
    description = draft.prose("\n\n".join(reader.prose), 0, "the description of the checklist")
    stated = title or heading or checklist.title
    return draft.finish(attrs.evolve(checklist, title=stated, description=description))


class _Open:
    """A task that is being read: the line behind it, and the lines below its own."""

    def __init__(self, box: Box, end: int, section: Section, path: str) -> None:
        self.box, self.end, self.section, self.path = box, end, section, path
        self.below: list[str] = []
        self.steps: list[tuple[str, str]] = []


class _Reader:
    """The lines of a document, taken apart.

    Attributes:
        heading: The title of the document; empty where it has none.
        heading_line: The number of its line.
        prose: The texts that belong to no phase.
    """

    def __init__(self, page: Page, draft: Draft, limits: Limits | None) -> None:
        self.heading, self.heading_line = "", 0
        self.prose: list[str] = []
        self._page, self._draft, self._limits = page, draft, limits
        self._lines = [page.text[start:end] for start, end in pairwise([*page.starts, len(page.text)])]
        self._phase: Section | None = None
        self._phase_level = 0
        self._phase_lines: dict[str, int] = {}
        self._path: list[tuple[int, str]] = []
        self._unused = (0, "")  # the heading of a section that nothing stood below so far
        self._open: list[_Open] = []
        self._tasks: list[_Open] = []
        self._step_end = 0
        self._text: list[str] = []

    def read(self) -> None:
        """Read the document into the draft."""
        page, tokens = self._page, self._page.tokens
        boxes = {box.line - 1: box for box in page.boxes()}
        ends = {token.map[0]: token.map[1] for token in tokens if token.type == "list_item_open" and token.map}
        headings = {
            token.map[0]: (token.map[1], int(token.tag[1]), tokens[place + 1].content)
            for place, token in enumerate(tokens)
            if token.type == "heading_open" and not token.level and token.map
        }
        comments = {first: behind for first, behind, _ in page.comments()}
        at = 0
        while at < len(self._lines):
            while self._open and at >= self._open[-1].end:
                self._open.pop()
            if at in headings:
                behind, level, text = headings[at]
                self._head(at + 1, level, text)
                at = behind
            elif at in boxes:
                self._box(boxes[at], ends[at])
                at += boxes[at].content.count("\n") + 1
            elif at in comments:
                self._draft.tell(at + 1, "a comment is left out")
                at = comments[at]
            else:
                self._prose(at)
                at += 1
        self._close()
        ids = Ids({box.mark.task for box in boxes.values() if box.mark and box.mark.task and not box.mark.step})
        marked: set[str] = set()
        for task in self._tasks:
            self._add(task, ids, marked)
        for section in [section for section in self._draft.phases if not section.tasks]:
            problem = f"there are no boxes below {show(section.title)}: it is in the description of the checklist"
            self._draft.tell(self._phase_lines[section.id], problem)
            self.prose += [section.title, *section.prose]
            self._draft.phases.remove(section)

    def _head(self, line: int, level: int, text: str) -> None:
        self._close()
        title = self._draft.short(self._plain(text, line)[0], line, "the heading")
        if not v.is_visible(title):
            self._draft.tell(line, "the heading is empty: it is left out")
        elif level == 1 and not self.heading and self._phase is None:
            self.heading, self.heading_line = title, line
        elif self._phase is None or level <= self._phase_level:
            self._open_phase(title, line, level)
        else:
            while self._path and level <= self._path[-1][0]:
                self._path.pop()
            self._path.append((level, title))
            self._unused = (line, title)

    def _close(self) -> None:
        """End what stands below a heading."""
        self._open.clear()
        if text := _trimmed(self._text):
            (self._phase.prose if self._phase else self.prose).append(text)
        self._text = []
        line, title = self._unused
        if title:
            self._draft.tell(line, f"there is nothing below {show(title)}: the heading is left out")
        self._unused = (0, "")

    def _open_phase(self, title: str, line: int, level: int) -> Section:
        self._phase, self._phase_level, self._path = self._draft.open_phase(title), level, []
        self._phase_lines[self._phase.id] = line
        return self._phase

    def _prose(self, at: int) -> None:
        text = self._lines[at].rstrip("\r\n")
        if self._open:
            if text.strip() and at < self._step_end:
                self._draft.tell(at + 1, "what stands below a step is in the description of the task")
            self._open[-1].below.append(text)
            return
        if text.strip() and self._unused[1]:
            self._text += ["", self._unused[1], ""]
            self._unused = (0, "")
        self._text.append(text)

    def _box(self, box: Box, end: int) -> None:
        self._unused = (0, "")
        if self._open:
            text = self._draft.line(_source(box), box.line, "a step")
            if len(text) <= v.LINE_LENGTH and v.is_visible(text):
                return self._step(box, end, text)
            self._draft.tell(box.line, "a box below a box is no step, which has 1 to 200 characters: it is a task")
        if self._phase is None:
            title = self.heading or "Tasks"
            self._draft.tell(box.line, f"a task stands below no heading of a phase: it is in {show(title)}")
            self._open_phase(title, box.line, 6)
        assert self._phase
        task = _Open(box, end, self._phase, " / ".join(title for _, title in self._path))
        self._open.append(task)
        self._tasks.append(task)
        check_tasks(len(self._tasks), self._limits)
        return None

    def _step(self, box: Box, end: int, text: str) -> None:
        draft = self._draft
        draft.tell_once(box.line, "boxes below a box are steps of its task")
        if box.line <= self._step_end:
            draft.tell(box.line, "a box below a step is a step of the same task")
        if box.is_ticked:
            draft.tell(box.line, f"the step {show(text)} is ticked: tick it in the launch")
        self._open[-1].steps.append((self._plain(text, box.line)[0], text))
        self._step_end = max(end, self._step_end)

    def _add(self, task: _Open, ids: Ids, marked: set[str]) -> None:
        """Add a task to its phase."""
        draft, box = self._draft, task.box
        text, references = self._plain(_source(box), box.line)
        start, bracket, word = text.removesuffix(")").rpartition(" (")
        priority = Priority.MEDIUM
        if bracket and text.endswith(")") and start.strip() and draft.is_priority(word):
            text, priority = start.strip(), draft.priority(word, box.line)
        title, description = draft.title(text, box.line, _trimmed(task.below))
        if not v.is_visible(title):
            draft.tell(box.line, "the box has no text: it is left out")
            return
        name = box.mark.task if box.mark and not box.mark.step else ""
        if not name or name in marked:
            stated, name = name, ids.new(title)
            if stated:
                draft.tell(box.line, f"the mark {show(stated)} is there twice: the task is {name!r}")
        marked.add(name)
        task.section.tasks.append(
            Task(
                name,
                title,
                description=description,
                priority=priority,
                section=draft.short(task.path, box.line, "the section"),
                references=references,
                steps=draft.steps(task.steps),
            )
        )
        if box.is_ticked:
            draft.done.append(name)

    def _plain(self, text: str, line: int) -> tuple[str, list[Reference]]:
        """Return a line of Markdown as plain text, and its links."""
        # Nothing longer is a title or a step, and the marks in it would take a time that grows with its square.
        parts = inline(text) if len(text) <= _LONGEST else text
        parts = [parts] if isinstance(parts, str) else [*parts]
        if any(isinstance(part, str) and re.search(r"\][(\[]", part) for part in parts):
            self._draft.tell(line, "a link that cannot be a reference is kept as text")
        references = [part.reference for part in parts if isinstance(part, Link)]
        words = [part.reference.title if isinstance(part, Link) else plain(part) for part in parts]
        return "".join(words).strip(), references


def _source(box: Box) -> str:
    """Return the text of a box, its lines joined."""
    text = re.sub(_START, "", box.content, count=1)
    return re.sub(r"\\?[ \t]*\n[ \t]*", " ", text).strip()


def _trimmed(lines: list[str]) -> str:
    """Return lines of text without their common indentation, and without empty ones at the ends."""
    return dedent("\n".join(lines)).strip("\n").rstrip()
