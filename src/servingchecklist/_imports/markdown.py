"""Markdown with boxes as a checklist: headings are phases and sections, boxes are tasks, and nested boxes their steps."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from contextlib import suppress
from itertools import pairwise
from textwrap import dedent
from typing import TYPE_CHECKING

import attrs

from .._model import _validation as v
from .._model.effort import Effort
from .._model.task import Priority, Reference, Status, Step, Task
from .._namespace import public
from .._planning.rules import abbreviate
from .._text import count, join_words, lead
from ..errors import InvalidError, show
from ..formats import source
from ..formats._document import Code, Link, plain
from ..formats._layout import inline
from ..formats.limits import DEFAULT_LIMITS, Limits, check_tasks
from ..formats.tasklist._boxes import Page
from ..formats.tasklist._regions import comments
from .draft import Draft, Ids, named, of_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ..documents import PriorityName
    from ..formats._document import Inline
    from ..formats.tasklist._boxes import Box
    from .draft import Imported, Section

_LONGEST = 2_000
"""The number of characters of the longest line whose links and emphasis are read."""

_MOST_MARKS = 30_000
"""The maximum number of marks of links, emphasis and code that are read in the titles of a document."""

_START = r"\[[ xX]\]\s*"
_COMMENT = r"(?:<!--[^\n]*?-->\s*)?"
_OWN = r"\*\*(.*)\*\* \u00b7 `([a-z0-9._-]+)` \u00b7 (critical|high|medium|low)(?: \u00b7 (.+))?"
"""The text of a task behind its mark, as the format ``tasklist`` writes it."""
_NUMBERED = r"([0-9]{2,}) (.+)"
_ENDS = {"---": r"(?:---|\.\.\.)", "+++": r"\+\+\+"}
"""The lines that end front matter, by those that begin it: of YAML and of TOML."""
_KEYS = {
    "---": r"""(["']?)([A-Za-z_][\w.:/-]{0,59})\1[ \t]*:(?:[ \t](.*))?""",
    "+++": r"""(["']?)([A-Za-z_][\w.-]{0,59})\1[ \t]*=(.*)|\[\[?([\w.-]+)\]\]?""",
}
"""Their lines with a key and a value, or with the name of a table."""
_QUOTED = r"""(?x) (?: "((?:[^"\\]|\\.)*+)" | '((?:[^']|'')*+)' ) (?: [ \t]+\#.* )?"""

_LIKE_A_BOX = r"[ \t>]*(?:[-+*]|[0-9]{1,9}[.)])[ \t]+(\[(?:[xX]|[^\w\[\]]?)\])(?![(\[:])"
_BOLD = r"(?:\*\*[^*\n]+\*\*|__[^_\n]+__):?"
_PRIORITY = r"[(\[]([^()\[\]]{1,40})[)\]]|\b(P[0-9])\b"
_EFFORT = r"(?: [\u2014\u2013-]|[(\[])[ ]*([0-9][^()\[\]\u2014\u2013]{0,40}?)[)\]]?\Z"
"""The end of a title, where others write an effort."""


@public("imports")
def from_markdown(
    text: str | bytes,
    *,
    id: str,
    title: str = "",
    priorities: Mapping[str, Priority | PriorityName] | None = None,
    limits: Limits | None = DEFAULT_LIMITS,
) -> Imported:
    """Return a Markdown document with boxes as a checklist. What does not fit is dropped or changed, and reported in the notes.

    The first heading of the first level is the title, those of the highest other level are phases, and those below are sections. A box is a
    task, and its links are references; a word such as ``(P1)`` at its end is the priority. A box below it is a step. Other text belongs to
    the description of the task, the phase or the checklist that it stands in. Front matter is left out but for a title. Of a list that the
    format ``tasklist`` wrote, the ids, the priorities and the efforts are read, and the generated parts are left out.

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
    for line, problem in of_path(text):
        draft.tell(line, problem)
    text, stated = _without_front_matter(text, draft)
    reader = _Reader(Page(text, limits), draft, limits)
    reader.read()
    heading = reader.heading or stated
    if title and heading:
        draft.tell(reader.heading_line or 1, f"the title {show(heading)} is left out for {show(title)}")
    elif stated and heading != stated:
        draft.tell(1, f"the title {show(stated)} of the front matter is left out for {show(heading)}")
    description = draft.prose("\n\n".join(reader.prose), 0, "the description of the checklist")
    title = title or heading or checklist.title
    return draft.finish(attrs.evolve(checklist, title=title, description=description, topic=reader.topic))


def _without_front_matter(text: str, draft: Draft) -> tuple[str, str]:
    """Return a document with blank lines in place of the keys and values that it begins with, and the title among them."""
    values, end = _front_matter(text)
    title = draft.short(_scalar(values.get("title", "")), 1, "the title")
    title = title if v.is_visible(title) else ""
    dropped = [key for key in values if key != "title" or not title]
    if dropped:
        hint = "; a title is read where it is one line of text" if "title" in dropped else ""
        draft.tell(1, f"the front matter is left out: {', '.join(abbreviate(dropped))}{hint}")
    return re.sub(r"[^\r\n]+", "", text[:end]) + text[end:], title


def _front_matter(text: str) -> tuple[dict[str, str], int]:
    """Return the keys and the values of the front matter, and its end; nothing where the first lines are text.

    A line in it has a key, is a comment or blank, or belongs to the key above. A box is text, and so is a heading: a comment below a blank
    line, unless a key is below it.
    """
    fence, found = text[:3], dict[str, str]()
    key, above, is_in_table = "", fence, False
    for match in re.finditer(r"([^\r\n]*+)(?:\r\n?|\n|\Z)", text) if fence in _ENDS else ():
        line = match[1].rstrip(" \t")
        pair = re.fullmatch(_KEYS[fence], line)
        if not match.start():
            if line != fence:
                break
        elif re.match(_LIKE_A_BOX, line) or (above == "#" and not pair and not line.startswith("#")):
            break
        elif re.fullmatch(_ENDS[fence], line):
            return (found, match.end()) if found else ({}, 0)
        elif pair:
            is_in_table = is_in_table or pair.lastindex == 4
            key = key if is_in_table and pair.lastindex != 4 else pair[2] or pair[4]
            value = (pair[3] or "").strip(" \t")
            found.setdefault(key, "" if value.startswith("#") else value)
        elif line.startswith("#"):
            line = line if above else "#"
        elif line and not (key and re.match(r"[ \t\]}]" if found[key] else r"[ \t\]}]|-(?:[ \t]|\Z)", line)):
            break
        elif line and found[key]:
            found[key] = "|"  # it is several lines
        above = "#" if above == "#" and line.startswith("#") else line
    return {}, 0


def _scalar(text: str) -> str:
    """Return a plain or quoted text of one line, without the comment behind it; empty for anything else, such as a list."""
    if found := re.fullmatch(_QUOTED, text):
        with suppress(ValueError):
            return found[2].replace("''", "'") if found[1] is None else str(json.loads(f'"{found[1]}"'))
    return "" if text[:1] in "\"'|>[]{}&*!%@`#" else re.split(r"[ \t]#", text, maxsplit=1)[0].strip()


class _Open:
    """A task that is being read: the line behind it, and the lines below its own."""

    def __init__(self, box: Box, end: int, section: Section, path: str) -> None:
        self.box, self.end, self.section, self.path = box, end, section, path
        self.below: list[str] = []
        self.steps: list[Step] = []
        self.step_ids = Ids()


class _Reader:
    """The lines of a document, taken apart.

    Attributes:
        heading: The title of the document; empty where it has none.
        heading_line: The number of its line.
        prose: The texts that belong to no phase.
        topic: The topic of a list that the format ``tasklist`` wrote.
    """

    def __init__(self, page: Page, draft: Draft, limits: Limits | None) -> None:
        self.heading, self.heading_line, self.topic = "", 0, ""
        self.prose: list[str] = []
        self._page, self._draft, self._limits = page, draft, limits
        self._launch, self._is_own = "", False
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
        self._as_text: dict[int, str] = {}
        self._marks_read = 0
        self._owned: set[str] = set()

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
        self._as_text = dict(self._unread(boxes))
        blocks = {first: behind for first, behind, _ in page.comments()}
        found = comments(page)
        self._launch, self._is_own = next(iter(found.launches), ""), bool(found.launches or found.regions)
        generated: dict[int, int] = {}
        for region in found.regions:
            behind = bisect_right(page.starts, region.end)
            if not any(region.line <= line < behind for line in boxes):
                self._draft.tell(region.line, "a generated part is left out")
                generated[region.line - 1] = behind
        blocks |= generated
        at = 0
        while at < len(self._lines):
            while self._open and at >= self._open[-1].end:
                self._open.pop()
            if at in blocks:
                if at not in generated:
                    self._draft.tell_each(at + 1, "a comment is left out")
                at = blocks[at]
            elif at in headings:
                behind, level, text = headings[at]
                self._head(at + 1, level, text)
                at = behind
            elif at in boxes:
                self._box(boxes[at], ends[at])
                at += boxes[at].content.count("\n") + 1
            else:
                self._prose(at)
                at += 1
        self._close()
        if not boxes:
            self._draft.tell(0, "there are no boxes: the checklist has no tasks")
        ids = Ids({task for box in boxes.values() for task in [_id_of(box)] if task})
        marked: set[str] = set()
        for task in self._tasks:
            self._add(task, ids, marked)
        self._without_topic()
        phases = self._draft.phases
        for section in [section for section in phases if not section.tasks]:
            problem = f"there are no boxes below {show(section.title)}: it is in the description of the checklist"
            self._draft.tell(self._phase_lines[section.id], problem)
            self.prose += [section.title, *section.prose]
        phases[:] = [section for section in phases if section.tasks]

    def _without_topic(self) -> None:
        """Take the topic, which the format ``tasklist`` writes behind each title and in the heading, off the titles."""
        titles = [task.title for section in self._draft.phases for task in section.tasks if task.id in self._owned]
        first = titles[0] if titles else ""
        for bracket in re.finditer(r"(?<=\S) \(", first):
            end, topic = first[bracket.start() :], first[bracket.end() : -1]
            if not all(title.endswith(end) and v.is_visible(title.removesuffix(end)) for title in titles):
                continue
            is_stated = self.heading.endswith(end) or f" {topic} " in f" {self.heading} "
            if not is_stated or v.optional_line(topic, "topic"):
                if len(titles) > 1:
                    self._draft.tell(0, f"all titles end in {show(end.strip())}: take it off, and give it as the topic")
                return
            self.topic, self.heading = topic, self.heading.removesuffix(end)
            for section in self._draft.phases:
                section.tasks[:] = [
                    attrs.evolve(task, title=task.title.removesuffix(end)) if task.id in self._owned else task
                    for task in section.tasks
                ]
            return

    def _unread(self, boxes: Mapping[int, Box]) -> Iterator[tuple[int, str]]:
        """Yield the lines, from 0, of what may be meant as a part of the list and is text, and the problem of each."""
        tokens, at = self._page.tokens, sorted(boxes)
        for place, token in enumerate(tokens):
            first, behind = token.map or (0, 0)
            if token.type == "list_item_open" and first not in boxes:
                if bisect_right(at, first) < bisect_right(at, behind - 1):
                    yield first, "a list item without a box is in the description, and the boxes below it are tasks"
                else:
                    yield first, "a list item without a box is no task: it is in the description"
            elif token.type == "html_block":
                yield first, "HTML is text of the description"
            elif token.type == "paragraph_open" and not token.level:
                text = tokens[place + 1].content
                if re.fullmatch(_BOLD, text):
                    yield first, f"{show(text)} is bold and no heading: it is in the description"

    def _head(self, line: int, level: int, text: str) -> None:
        self._close()
        title = self._draft.short(self._plain(text, line)[0], line, "the heading")
        if not v.is_visible(title):
            self._draft.tell_each(line, "the heading is empty: it is left out")
        elif level == 1 and not self.heading and self._phase is None:
            self.heading, self.heading_line = title.removeprefix(f"{self._launch}: "), line
        elif self._phase is None or level <= self._phase_level:
            number = re.fullmatch(_NUMBERED, title) if self._is_own else None
            title = number[2] if number and lead(number[1], number[2]) else title
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
            self._draft.tell_each(line, "there is nothing below {}: the heading is left out", title)
        self._unused = (0, "")

    def _open_phase(self, title: str, line: int, level: int) -> Section:
        self._phase, self._phase_level, self._path = self._draft.open_phase(title), level, []
        self._phase_lines[self._phase.id] = line
        return self._phase

    def _prose(self, at: int) -> None:
        text = self._lines[at].rstrip("\r\n")
        if box := re.match(_LIKE_A_BOX, text):
            self._draft.tell_joined(at + 1, f"{box[1]} is no box here: the line is text of the description")
        elif at in self._as_text and not self._open:
            self._draft.tell_joined(at + 1, self._as_text[at])
        if self._open:
            if text.strip() and at < self._step_end:
                self._draft.tell_each(at + 1, "what stands below a step is in the description of the task")
            self._open[-1].below.append(text)
            return
        if text.strip() and self._unused[1]:
            self._text += ["", self._unused[1], ""]
            self._unused = (0, "")
        self._text.append(text)

    def _box(self, box: Box, end: int) -> None:
        self._unused = (0, "")
        if re.match(_START + "<!--", box.content) and not (box.mark and box.mark.is_valid):
            self._draft.tell_each(box.line, "a comment is left out")
        if self._open:
            text = self._draft.line(_source(box), box.line, "a step")
            if len(text) <= v.LINE_LENGTH and v.is_visible(text):
                return self._step(box, end, text)
            self._draft.tell_each(box.line, "a box below a box is no step, which has 1 to 200 characters: it is a task")
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
            draft.tell_each(box.line, "a box below a step is a step of the same task")
        if box.is_ticked:
            draft.tell_each(box.line, "the step {} is ticked: tick it in the launch", text)
        task, mark = self._open[-1], box.mark
        name = mark.step if mark and mark.is_valid else ""
        if name and not (mark and mark.task == _id_of(task.box) and task.step_ids.take(name)):
            problem = "the mark {} is there twice, or of a step of another task: it has a new id"
            draft.tell_each(box.line, problem, name)
            name = ""
        task.steps.append(Step(name or task.step_ids.new(self._plain(text, box.line)[0]), _unescaped(text)))
        self._step_end = max(end, self._step_end)

    def _add(self, task: _Open, ids: Ids, marked: set[str]) -> None:
        """Add a task to its phase."""
        draft, box = self._draft, task.box
        name, source = _id_of(box), _source(box)
        effort = None
        own = re.fullmatch(_OWN, source) if name else None
        if own and own[2] == name:
            text, references, priority = _unescaped(own[1]), list[Reference](), Priority.parse(own[3])
            effort = draft.effort(own[4] or "", box.line)
        else:
            text, references, priority = self._text_of(source, box.line)
        title, description = draft.title(text, box.line, _trimmed(task.below))
        if not v.is_visible(title):
            below = [*([count(len(task.steps), "step")] if task.steps else []), *(["the text"] if description else [])]
            more = f", and so is what stands below it: {join_words(below)}" if below else ""
            draft.tell(box.line, f"the box has no text: it is left out{more}")
            return
        if (
            box.mark
            and name
            and not box.is_ticked
            and (status := Status(box.mark.status or "todo")).value not in ("todo", "done")
        ):
            words = "begun" if status is Status.DOING else status.words
            draft.tell(box.line, f"the task is {words} in the list: record that in the launch")
        if not name or name in marked:
            stated, name = name, ids.new(title)
            if stated:
                draft.tell(box.line, f"the mark {show(stated)} is there twice: the task is {name!r}")
        marked.add(name)
        if own and own[2] == name:
            self._owned.add(name)
        task.section.tasks.append(
            Task(
                name,
                title,
                description=description,
                priority=priority,
                effort=effort,
                section=draft.short(task.path, box.line, "the section"),
                references=references,
                steps=task.steps,
            )
        )
        if box.is_ticked:
            draft.done.append(name)

    def _text_of(self, source: str, line: int) -> tuple[str, list[Reference], Priority]:
        """Return the text of a box without the priority at its end, its links, and the priority."""
        text, references = self._plain(source, line)
        start, bracket, word = text.removesuffix(")").rpartition(" (")
        priority = Priority.MEDIUM
        if bracket and text.endswith(")") and start.strip() and self._draft.is_priority(word):
            text, priority = start.strip(), self._draft.priority(word, line)
        self._tell_of_words(text, line)
        return text, references, priority

    def _tell_of_words(self, text: str, line: int) -> None:
        """Tell what is left in a title and may be a priority or an effort."""
        if len(text) > v.LINE_LENGTH:
            return
        for found in re.finditer(_PRIORITY, text):
            if self._draft.is_priority(found[1] or found[2]):
                self._draft.tell(
                    line, f"{show(found[0])} stays in the title: a priority is read in round brackets at its end"
                )
        effort = re.search(_EFFORT, text)
        with suppress(InvalidError):
            if effort and Effort.parse(effort[1]):
                self._draft.tell(line, f"{show(effort[1])} stays in the title: an effort is not read from it")

    def _plain(self, text: str, line: int) -> tuple[str, list[Reference]]:
        """Return a line of Markdown as plain text, and its links."""
        if text.replace(" ", "").isalnum():
            return text.strip(), []
        # Nothing longer is a title or a step, and the marks in it would take a time that grows with its square.
        self._marks_read += sum(map(text.count, "[<*_`"))
        if is_plain := self._marks_read > _MOST_MARKS:
            self._draft.tell_once(line, "there is much markup above: from here on links and emphasis are kept as text")
        parts = text if is_plain or len(text) > _LONGEST else inline(text)
        parts = [parts] if isinstance(parts, str) else [*parts]
        if not is_plain and any(isinstance(part, str) and re.search(r"\][(\[]", part) for part in parts):
            self._draft.tell(line, "a link that cannot be a reference is kept as text")
        references = [part.reference for part in parts if isinstance(part, Link)]
        words = [plain(part) if isinstance(part, Code) else _unescaped(_shown(part)) for part in parts]
        return "".join(words).strip(), references


def _shown(part: Inline) -> str:
    return part.reference.title if isinstance(part, Link) else plain(part)


def _unescaped(text: str) -> str:
    """Return a text without the backslashes before punctuation, but for those in code."""
    if "\\" not in text:
        return text
    code = r"(?<!`)(`+)(?!`).*?(?<!`)\2(?!`)" if "`" in text and len(text) <= v.LINE_LENGTH else "(?!)()"
    return re.sub(rf"(?s)({code})|\\([!-/:-@\[-`{{-~])", lambda found: found[1] or found[3], text)


def _id_of(box: Box) -> str:
    """Return the id of the task that the mark of a box names; empty where it has none, or that of a step."""
    return box.mark.task if box.mark and box.mark.is_valid and not box.mark.step else ""


def _source(box: Box) -> str:
    """Return the text of a box, its lines joined."""
    text = re.sub(_START + _COMMENT, "", box.content, count=1)
    *lines, last = text.split("\n")
    return " ".join([*(line.strip(" \t").removesuffix("\\") for line in lines), last.strip(" \t")]).strip()


def _trimmed(lines: list[str]) -> str:
    """Return lines of text without their common indentation, and without empty ones at the ends."""
    return dedent("\n".join(lines)).strip("\n").rstrip()
