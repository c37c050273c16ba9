"""The checklist that an importer builds, and the notes about what it dropped or changed."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

import attrs

from .._model import _validation as v
from .._model._validation import Validated, check, slug, tuple_of
from .._model.checklist import Checklist
from .._model.effort import Effort
from .._model.task import Phase, Priority, Reference, Task
from .._namespace import public
from .._planning.rules import abbreviate
from .._text import FORBIDDEN, FORBIDDEN_IN_LINE, count, join_words
from ..errors import InvalidError, as_text, show

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .._model.kpi import GateDefinition
    from ..documents import PriorityName

_MOST_OF_A_KIND = 200
"""The maximum number of notes of a kind that there may be many of in a task."""

_SENTENCE = r"(?s).{1,199}?[.!?](?=\s)"


@public("imports")
@attrs.frozen(getstate_setstate=False)
class Note(Validated):
    """Something that an importer dropped, changed or made up.

    Attributes:
        line: The line of the text or, of records, the number of the row, from 1; 0 for the list as a whole.
        problem: What happened to it, in words.

    Raises:
        InvalidError: A field is invalid; each invalid field has its own fault.
    """

    line: int = attrs.field(metadata=check(v.count))
    problem: str = attrs.field(metadata=check(v.tip))

    def __str__(self) -> str:
        return f"line {self.line}: {self.problem}" if self.line else self.problem


@public("imports")
@attrs.frozen(getstate_setstate=False)
class Imported(Validated):
    """A list of another tool as a checklist.

    Attributes:
        checklist: The checklist.
        done: The ids of the tasks that were ticked or done in the list, in its order; record them in a launch.
        notes: What was dropped, changed or made up, by line.

    Raises:
        InvalidError: A field is invalid; each invalid field has its own fault.
    """

    checklist: Checklist = attrs.field(metadata=check(v.exactly(Checklist, "Checklist(...)")))
    done: tuple[str, ...] = attrs.field(
        default=(), converter=tuple_of[str], metadata=check(v.each(v.ident, distinct=True))
    )
    notes: tuple[Note, ...] = attrs.field(
        default=(), converter=tuple_of[Note], metadata=check(v.each_exactly(Note, "Note(line, problem)"))
    )


class Ids:
    """The ids of one kind: each is given once, and those that the list states are kept for it."""

    def __init__(self, stated: set[str] | None = None) -> None:
        self._taken = stated or set()
        self._next: dict[str, int] = {}

    def take(self, name: str) -> bool:
        """Give a stated id; return False if it is given already."""
        is_new = name not in self._taken
        self._taken.add(name)
        return is_new

    def new(self, text: str) -> str:
        """Return an id as :func:`slug` makes it, in a time that does not grow with the number of equal texts."""
        base = name = slug(text)
        number = self._next.get(base, 2)
        while name in self._taken:
            end = f"-{number}"
            name = base[: 64 - len(end)].strip("-") + end
            number += 1
        self._next[base] = number
        self._taken.add(name)
        return name


class Section(NamedTuple):
    """A phase that is being built."""

    id: str
    title: str
    tasks: list[Task]
    prose: list[str]


class Draft:
    """A checklist that is being built, and the notes.

    Attributes:
        notes: The notes so far.
        done: The ids of the tasks that are done.
        phases: The phases so far.
        phase_ids: Their ids.
    """

    def __init__(self, words: Mapping[str, Priority | PriorityName] | None) -> None:
        try:
            Priority.parse("high", words)
        except InvalidError as error:  # with the path of the argument that the caller has given
            moved = (
                attrs.evolve(fault, path=fault.path.replace("$.words", "$.priorities", 1)) for fault in error.faults
            )
            raise InvalidError(moved) from None
        self.notes: list[Note] = []
        self.done: list[str] = []
        self.phases: list[Section] = []
        self.phase_ids = Ids()
        self._words = words
        self._told: set[tuple[int, str]] = set()
        self._lines: dict[str, list[int]] = {}
        self._kinds: dict[str, int] = {}

    def tell(self, line: int, problem: str) -> None:
        """Add a note, once for each line."""
        if (line, problem) not in self._told:
            self._told.add((line, problem))
            self.notes.append(Note(line, problem))

    def tell_once(self, line: int, problem: str) -> None:
        """Add a note unless there is one in these words already."""
        if (-1, problem) not in self._told:
            self._told.add((-1, problem))
            self.tell(line, problem)

    def tell_joined(self, line: int, problem: str) -> None:
        """Add a note on the first line with the problem, which names the others too."""
        self._lines.setdefault(problem, []).append(line)

    def tell_each(self, line: int, problem: str, *parts: str) -> None:
        """Add a note with parts of the list in place of ``{}``: of each kind the first 200, and the number of the others."""
        self._kinds[problem] = number = self._kinds.get(problem, 0) + 1
        if number <= _MOST_OF_A_KIND:
            self.tell(line, problem.format(*map(show, parts)))

    def open_phase(self, title: str, name: str = "") -> Section:
        """Add a phase, with its own id where it has one, which :attr:`phase_ids` must know as stated."""
        section = Section(name or self.phase_ids.new(title), title, [], [])
        self.phases.append(section)
        return section

    def line(self, text: str, at: int, what: str) -> str:
        """Return text as one line that can be stored, of any length."""
        if v.optional_line(text, what):
            kept = re.sub(FORBIDDEN_IN_LINE, "", re.sub(r"[\t\r\n\u2028\u2029]+", " ", text))
            if len(kept) < len(re.sub(r"[\t\r\n\u2028\u2029]+", " ", text)):
                self.tell(at, f"control characters of {what} are left out")
            text = kept.strip()
        return text

    def short(self, text: str, at: int, what: str) -> str:
        """Return text as one line of at most 200 characters."""
        text = self.line(text, at, what)
        if len(text) > v.LINE_LENGTH:
            self.tell(at, f"{what} is cut to {v.LINE_LENGTH} characters")
            text = shortened(text)
        return text

    def prose(self, text: str, at: int, what: str) -> str:
        """Return text of many lines that can be stored."""
        if v.stored_text(text, what):
            text = text.replace("\r\n", "\n").replace("\r", "\n")
            kept = re.sub(FORBIDDEN, "", text)
            if len(kept) < len(text):
                self.tell(at, f"control characters of {what} are left out")
            if len(kept) > v.TEXT_LENGTH:
                self.tell(at, f"{what} is cut to {v.TEXT_LENGTH:,} characters")
            text = kept[: v.TEXT_LENGTH]
        return text

    def title(self, text: str, at: int, description: str = "") -> tuple[str, str]:
        """Return a title and the description: of a text that is too long for a title, all is in the description."""
        title = self.line(text, at, "the title")
        if len(title) > v.LINE_LENGTH:
            self.tell(at, "the title is too long: it is cut, and the whole text is in the description")
            description = "\n\n".join(filter(None, (title, description)))
            title = shortened(title)
        return title, self.prose(description, at, "the description")

    def priority(self, text: str, at: int) -> Priority:
        """Return the priority that a word stands for; medium if it is unknown."""
        try:
            return Priority.parse(text, self._words) if text else Priority.MEDIUM
        except InvalidError:
            hint = f"say what it means, as in priorities={{{show(text)}: 'high'}}"
            self.tell_once(at, f"{show(text)} is not a priority: the task is medium, as are others with it; {hint}")
            return Priority.MEDIUM

    def is_priority(self, text: str) -> bool:
        """Return True for a word that stands for a priority."""
        try:
            return bool(Priority.parse(text, self._words))
        except InvalidError:
            return False

    def effort(self, text: str, at: int) -> Effort | None:
        """Return an effort; None where the text is none."""
        try:
            return Effort.parse(text) if text else None
        except InvalidError:
            hint = ""
            with suppress(InvalidError):
                Effort.parse(days := f"{text} day{'' if text == '1' else 's'}")
                hint = f"; for days write {show(days)}"
            self.tell_joined(at, f"{show(text)} is not an effort: it is left out{hint}")
            return None

    def reference(self, title: str, address: str) -> Reference | None:
        """Return the reference for an address; None where it is something else, such as a sentence."""
        try:
            return Reference(title, address)
        except InvalidError:
            return None

    def finish(self, checklist: Checklist, gates: Sequence[GateDefinition] = ()) -> Imported:
        """Return the checklist with the phases and the notes, sorted by line."""
        phases: list[Phase] = []
        for section in self.phases:
            description = self.prose("\n\n".join(section.prose), 0, f"the description of {show(section.title)}")
            phases.append(Phase(section.id, section.title, description=description, tasks=section.tasks))
        if self.done:
            are, them = ("is", "it") if len(self.done) == 1 else ("are", "them")
            self.tell(0, f"{count(len(self.done), 'task')} {are} done in the list: finish {them} in the launch")
        for problem, lines in self._lines.items():
            first, *others = sorted(set(lines))
            self.tell(first, f"{problem}{_also(others)}")
        for problem, number in self._kinds.items():
            if number > _MOST_OF_A_KIND:
                self.tell(0, f"{number - _MOST_OF_A_KIND:,} more times: {problem.replace('{}', '…')}")
        notes = sorted(self.notes, key=lambda note: note.line)
        return Imported(attrs.evolve(checklist, phases=phases, gates=gates), self.done, notes)


def _also(lines: list[int]) -> str:
    """Return the further lines of a note in words, from least to greatest: ``" (lines 3-40 and 42 too)"``."""
    runs: list[list[int]] = []
    for line in lines:
        if runs and line == runs[-1][-1] + 1:
            runs[-1][1:] = [line]
        else:
            runs.append([line])
    words = abbreviate(["-".join(map(str, run)) for run in runs])
    return f" (line{'' if len(lines) == 1 else 's'} {join_words(words)} too)" if lines else ""


def of_path(text: str) -> list[tuple[int, str]]:
    """Return the note about a text that is the name of a file in place of what it holds."""
    is_path = re.fullmatch(r"[^\r\n]{1,300}\.(?i:md|markdown|csv|tsv|txt)", text.strip())
    return [(0, f"{show(text.strip())} looks like the name of a file: give the text that it holds")] if is_path else []


def named(name: str, title: str) -> Checklist:
    """Return an empty checklist, whose title is by default its id.

    Raises:
        InvalidError: The id or the title is invalid.
    """
    title = as_text(title)
    return Checklist(name, name if type(title) is str and not title else title)


def shortened(text: str) -> str:
    """Return the first sentence of a text or, where that is too long, its beginning up to a word and an ellipsis."""
    if sentence := re.match(_SENTENCE, text):
        return sentence[0]
    beginning = text[: v.LINE_LENGTH - 1]
    return (beginning.rpartition(" ")[0].rstrip() or beginning) + "…"
