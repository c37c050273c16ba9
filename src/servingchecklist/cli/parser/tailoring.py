"""Parsers of the commands that tailor, explain, compare and upgrade checklists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import tailoring
from . import options, values

if TYPE_CHECKING:
    from .options import Command

_FOR_PEOPLE = ("text", "markdown", "html")
_CHECKLIST = "a checklist: a file or an id that list shows"
_TO_READ = "replaced whole or not at all; its suffix, .toml or .json, says the format"


def add(command: Command) -> None:
    """Add ``tailor``, ``explain``, ``diff`` and ``upgrade``."""
    one = command(
        "tailor",
        tailoring.show_tailored,
        "lay overlays on a checklist, and say what it is for",
        "A checklist with overlays on it, without the tasks that are for other services. It keeps what it was made of.",
    )
    options.add_source(one)
    options.add_tailoring(one)
    options.add_any_output(one, "toml")

    one = command(
        "explain",
        tailoring.show_explanation,
        "where every value came from",
        "Which layer has set a value, what it was before, and why: of all that is not as in the base, or of one task.",
    )
    options.add_source(one)
    what = "the id of a task, as in c4: explain each of its fields"
    one.add_argument("--task", metavar="TASK", help=what)
    options.add_tailoring(one)
    options.add_output(one, _FOR_PEOPLE, "text")
    options.add_json(one)

    one = command(
        "diff",
        tailoring.show_diff,
        "what differs between two checklists",
        "What differs between two checklists, whether or not one was made from the other; and the overlay that leads from one to the other.",
    )
    one.add_argument("before", metavar="A", help=_CHECKLIST)
    one.add_argument("after", metavar="B", help="another one")
    options.add_no_limits(one)
    one.add_argument(
        "--check", action="store_true", help="exit with 1 where they differ (default: with 0 all the same)"
    )
    what = f"also write the overlay that makes A into B, {_TO_READ}"
    one.add_argument("--overlay", metavar="FILE", help=what)
    one.add_argument("--id", type=values.name, metavar="ID", help="the id of that overlay (default: changes)")
    one.add_argument("--title", type=values.words, metavar="WORDS", help="its title (default: made of both ids)")
    what = "why each of its changes is made; you can edit the file to say more (default: as in B)"
    one.add_argument("--reason", type=values.words, metavar="WORDS", help=what)
    options.add_output(one, _FOR_PEOPLE, "text")
    options.add_json(one)
    _add_upgrade(command)


def _add_upgrade(command: Command) -> None:
    one = command(
        "upgrade",
        tailoring.show_upgrade,
        "take the next edition of a checklist",
        "Carry overlays over from a checklist to its next edition, and say what is in conflict. While anything is, the exit status is 1, and nothing is written. "
        "A checklist that was tailored holds its overlays, and what they were made for; these are taken where none is named.",
    )
    what = (
        "the checklist that the overlays were made for: a file or an id that list shows; without overlays, a tailored "
        "checklist: its overlays are carried over, and what it is for is chosen again"
    )
    one.add_argument("old", metavar="OLD", help=what)
    one.add_argument("new", metavar="NEW", help="its next edition")
    what = "an overlay: a file or an id that list shows; several are carried over in turn, the lowest first (default: those that OLD holds)"
    one.add_argument("overlays", nargs="*", metavar="OVERLAY", help=what)
    options.add_no_limits(one)
    what = "in this conflict, such as tasks.c4.priority, what the overlay says holds; may be given many times"
    one.add_argument("--ours", action="extend", type=values.ids, default=[], metavar="PATH", help=what)
    what = "in this conflict, what NEW says holds; may be given many times"
    one.add_argument("--theirs", action="extend", type=values.ids, default=[], metavar="PATH", help=what)
    what = f"the file for the overlay for NEW, {_TO_READ} (default: write none)"
    one.add_argument("-o", "--output", metavar="FILE", help=what)
    what = f"the file for the upgraded checklist, {_TO_READ} (default: write none)"
    one.add_argument("--checklist", metavar="FILE", help=what)
    what = "the format of what is printed (default: text)"
    one.add_argument("-f", "--format", choices=_FOR_PEOPLE, help=what)
    options.add_json(one)
