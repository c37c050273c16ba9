"""Options that several commands share."""

from __future__ import annotations

from argparse import Action, ArgumentError
from typing import TYPE_CHECKING, cast

from ..._text import join_words
from ...formats import FORMATS
from ..checklists import DEFAULT, ORDERS
from ..launches import STORE
from . import values

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Callable, Iterable, Sequence
    from typing import TypeAlias

    Run: TypeAlias = Callable[[Namespace], int]
    Command: TypeAlias = Callable[[str, Run, str, str], ArgumentParser]
    """A function that adds a command: its name, the function that runs it, a line of help and a description."""


class _ByTask(Action):
    """An action that collects one value per task, and refuses a task that is named twice."""

    def __call__(
        self,
        parser: ArgumentParser,
        namespace: Namespace,
        values: str | Sequence[object] | None,
        option_string: str | None = None,
    ) -> None:
        task, value = cast("tuple[str, object]", values)
        told: dict[str, object] = getattr(namespace, self.dest)
        if task in told:
            raise ArgumentError(self, f"{task!r} is named twice")
        setattr(namespace, self.dest, {**told, task: value})


class _Choices(Action):
    """An action that collects the values chosen of each facet. Naming a facet again adds to its values."""

    def __call__(
        self,
        parser: ArgumentParser,
        namespace: Namespace,
        values: str | Sequence[object] | None,
        option_string: str | None = None,
    ) -> None:
        facet, chosen = cast("tuple[str, list[str]]", values)
        told: dict[str, list[str]] = getattr(namespace, self.dest)
        both = list(dict.fromkeys([*told.get(facet, []), *chosen]))
        setattr(namespace, self.dest, {**told, facet: both})


def add_source(parser: ArgumentParser) -> None:
    """Add SOURCE, a file or an id of the catalog, and ``--no-limits``."""
    what = f"a file or an id that list shows (default: {DEFAULT})"
    parser.add_argument("source", nargs="?", metavar="SOURCE", help=what)
    add_no_limits(parser)


def add_source_or_launch(parser: ArgumentParser) -> None:
    """Add SOURCE, and the options for a launch in a store instead."""
    add_source(parser)
    parser.add_argument("--launch", metavar="NAME", help="a launch in the store, instead of SOURCE")
    parser.add_argument("--store", metavar="FILE", help=f"the file that keeps the launches (default: {STORE})")


def add_tailoring(parser: ArgumentParser) -> None:
    """Add ``--with`` for overlays, and ``--context``."""
    what = "an overlay to lay on it, a file or an id that list shows; may be given many times, the lowest first"
    parser.add_argument("--with", dest="overlays", action="append", default=[], metavar="OVERLAY", help=what)
    what = "what it is for, as in mode=batch or mode=online,edge; may be given many times, and comes after all overlays"
    parser.add_argument("--context", action=_Choices, type=values.choice, default={}, metavar="FACET=VALUE", help=what)


def add_done(parser: ArgumentParser) -> None:
    """Add ``--done``, the tasks of a checklist that are done."""
    what = "the tasks that are done, as in c1,c3; a launch says itself"
    parser.add_argument("--done", action="extend", type=values.ids, default=[], metavar="IDS", help=what)


def add_order(parser: ArgumentParser) -> None:
    """Add ``--by``, the order of tasks."""
    what = "what counts first (default: %(default)s)"
    parser.add_argument("--rules", choices=ORDERS, default="phases-first", help=what)


def add_no_limits(parser: ArgumentParser) -> None:
    """Add ``--no-limits``, to read files of any size and depth."""
    what = "read files of any size and depth; for files that you trust"
    parser.add_argument("--no-limits", action="store_true", help=what)


def add_json(parser: ArgumentParser) -> None:
    """Add ``--json``, in place of all formats."""
    parser.add_argument("--json", action="store_true", help="print JSON for another program")


def add_output(parser: ArgumentParser, formats: Iterable[str], default: str) -> None:
    """Add the options for the output file and its format."""
    names = list(formats)
    what = f"the format (default: as the output's suffix says, else {default})"
    parser.add_argument("-f", "--format", choices=names, help=what)
    parser.set_defaults(formats=names)
    _add_output_file(parser)


def add_any_output(parser: ArgumentParser, default: str) -> None:
    """Add the options for the output file and its format, out of all formats, those of packs included."""
    what = f"the format: {join_words(list(FORMATS), 'or')}, or one of a pack (default: as the output's suffix says, else {default})"
    parser.add_argument("-f", "--format", metavar="FORMAT", help=what)
    _add_output_file(parser)


def _add_output_file(parser: ArgumentParser) -> None:
    what = "the file to write, replaced whole or not at all (default: print)"
    parser.add_argument("-o", "--output", metavar="FILE", help=what)


def add_store(parser: ArgumentParser) -> None:
    """Add ``--store``."""
    what = "the file that keeps the launches (default: %(default)s)"
    parser.add_argument("--store", default=STORE, metavar="FILE", help=what)


def add_launch(parser: ArgumentParser) -> None:
    """Add the options that name a launch in the store."""
    parser.add_argument("--launch", metavar="NAME", help="which launch, where the store keeps more than one")
    add_store(parser)


def add_who_and_when(parser: ArgumentParser) -> None:
    """Add ``--by`` and ``--at``, for every event."""
    parser.add_argument("--by", metavar="WHO", help="who records this (default: whoever is logged in)")
    what = "when it happened, as in 2026-11-24T17:30, in local time unless it says another (default: now)"
    parser.add_argument("--at", type=values.moment, metavar="WHEN", help=what)


def add_people(parser: ArgumentParser) -> None:
    """Add ``--people``, the number of people for tasks without an owner."""
    what = "how many people take what has no owner (default: as many as there is work)"
    parser.add_argument("--people", type=values.from_one, metavar="N", help=what)


def add_calendar(parser: ArgumentParser) -> None:
    """Add ``--weekdays`` and ``--holidays``."""
    what = "the days of the week that are worked, as in mon-thu or mon,tue,fri (default: mon-fri)"
    parser.add_argument("--weekdays", action="extend", type=values.weekdays, metavar="DAYS", help=what)
    what = "days that are not worked, as in 2026-12-25,2027-01-01"
    parser.add_argument("--holidays", action="extend", type=values.days, metavar="DAYS", help=what)


def add_default_effort(parser: ArgumentParser) -> None:
    """Add ``--default-effort``, for tasks without an effort."""
    what = "what a task takes that states no effort, as in '1-3 days'"
    parser.add_argument("--default-effort", type=values.effort, metavar="EFFORT", help=what)


def add_owners(parser: ArgumentParser) -> None:
    """Add ``--owner``, the owners of tasks."""
    what = "whose a task is, as in c5=ml-platform; may be given many times"
    parser.add_argument("--owner", action=_ByTask, type=values.owner, default={}, metavar="TASK=WHO", help=what)


def add_blocked(parser: ArgumentParser) -> None:
    """Add ``--blocked``, the time that tasks stay blocked."""
    what = "how long a task stays blocked, as in 'c5=1-2 weeks'; may be given many times"
    parser.add_argument("--blocked", action=_ByTask, type=values.blocked, default={}, metavar="TASK=EFFORT", help=what)


def add_seed(parser: ArgumentParser) -> None:
    """Add ``--seed``, for the random numbers."""
    what = "where the random numbers begin; the same seed gives the same forecast (default: 0)"
    parser.add_argument("--seed", type=values.whole, metavar="N", help=what)
