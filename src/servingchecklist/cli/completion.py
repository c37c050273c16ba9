"""Completion for shells: the answer to their scripts.

The answer comes from the parsers of the commands: the metavar of an option or an argument says what its value is. Nothing
is written. An error has no place in a line that is being typed, so then there is no answer, and the shell offers files.
"""

from __future__ import annotations

import os
import re
from argparse import Namespace
from contextlib import suppress
from typing import TYPE_CHECKING

from .. import _guides, catalog
from .._launch.launch import Launch
from .._model.checklist import Checklist
from .._model.selection import Selection, marks
from ..codec import KINDS
from ..formats import FORMATS, READERS
from .options import SHELLS
from .sources import launch_names, load, load_launch, load_subject

if TYPE_CHECKING:
    from argparse import Action
    from collections.abc import Iterable, Mapping, Sequence

    from .parser import Parser

_FEW = {"KIND": KINDS, "SHELL": SHELLS}
_SOURCES = ("SOURCE", "CHECKLIST", "OVERLAY", "A", "B", "OLD", "NEW")


def answer(words: Sequence[str], commands: Mapping[str, Parser], aliases: Mapping[str, str]) -> int:
    """Print what the last of the words can be, one a line."""
    with suppress(Exception):
        *before, word = words
        # bash gives the equals sign behind an option as a word of its own, and no shell removes quotes.
        before = [each for each in before if each != "="]
        word = re.sub(r"^=$|[\\'\"]", "", word)
        if before in ([], ["help"]):
            names = _beginning(word, [*commands, "help"])
        else:
            names = _candidates(commands[aliases.get(before[0], before[0])], before[1:], word)
        print("".join(f"{name}\n" for name in sorted(names)), end="")
    return 0


def _candidates(parser: Parser, before: Sequence[str], word: str) -> set[str]:
    given: dict[str, str] = {}
    option: Action | None = None
    for each in before:
        flag, equals, value = each.partition("=")
        if option:
            given[option.dest], option = each, None
        elif flag not in parser.flags:
            given[_argument(parser, given).dest] = each
        elif equals:
            given[parser.flags[flag].dest] = value
        elif parser.flags[flag].nargs != 0:
            option = parser.flags[flag]
    flag, equals, value = word.partition("=")
    if option or flag[:1] != "-":
        lead, comma, last = word.rpartition(",")
        return _beginning(last, _values(option or _argument(parser, given), given), lead + comma)
    if equals:
        return _beginning(value, _values(parser.flags[flag], given), f"{flag}=")
    return _beginning(flag, parser.flags)


def _beginning(word: str, names: Iterable[str], lead: str = "") -> set[str]:
    return {lead + name for name in names if name.startswith(word)}


def _argument(parser: Parser, given: Mapping[str, str]) -> Action:
    """Return the argument that the next word is for: the first without a value, else the last."""
    arguments = [action for action in parser.actions if not action.option_strings]
    return next((argument for argument in arguments if argument.dest not in given), arguments[-1])


def _values(action: Action, given: Mapping[str, str]) -> Iterable[str]:
    """Return the values that an option or an argument can have; none where the shell should offer files."""
    name = str(action.metavar)
    if name[0] == "{":
        return name[1:-1].split(",")
    if name in _FEW:
        return _FEW[name]
    if name == "GUIDE":
        sections = [f"{guide}#{anchor}" for guide in catalog.guides() for anchor in _guides.sections_of(guide)]
        return [*catalog.guides(), *sections]
    if name == "FORMAT":
        return FORMATS
    if name in _SOURCES or action.dest == "launch":
        kind = "overlay" if name == "OVERLAY" else "" if action.dest == "launch" else "checklist"
        suffixes = tuple(suffix for name in READERS for suffix in FORMATS[name])
        files = [path for path in os.listdir() if path.endswith(suffixes)]
        stored = launch_names(_options(given)) if action.dest in ("launch", "subject") else ()
        return [*files, *stored, *(entry.id for entry in catalog.entries() if entry.kind == kind)]
    if name not in ("TASK", "IDS", "STEP") and action.dest not in Selection.__annotations__:
        return ()
    subject = _subject(given)
    checklist = subject.checklist if isinstance(subject, Launch) else subject
    if name == "STEP":
        return [step.id for step in checklist[given["task"]].steps]
    if name in ("TASK", "IDS"):
        return [task.id for task in checklist]
    owners = {state.id: state.owner for state in subject.snapshot().states} if isinstance(subject, Launch) else {}
    pairs = [(task, phase) for phase in checklist.phases for task in phase.tasks]
    return [mark for task, phase in pairs for mark in marks(action.dest, task, phase, owners) if mark]


def _options(given: Mapping[str, str]) -> Namespace:
    """Return what is given as the options of a command that reads, though not from the terminal."""
    unset = {"store": None, "launch": None, "subject": None, "no_limits": False, "command": ""}
    return Namespace(**{**unset, "is_input_read": True, **given})


def _subject(given: Mapping[str, str]) -> Checklist | Launch:
    """Return the checklist or the launch that the command would be applied to."""
    options = _options(given)
    if "launch" in given:
        return load_launch(options)
    value = load(given["source"], options) if "source" in given else load_subject(options)[0]
    assert isinstance(value, Checklist | Launch)
    return value
