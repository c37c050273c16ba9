"""Parsers of the commands for checklists, and for files of any kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...formats import READERS
from .. import checklists, launches
from . import options, values

if TYPE_CHECKING:
    from .options import Command


def add(command: Command) -> None:
    """Add ``next``, ``render``, ``list`` and ``check``."""
    one = command(
        "next",
        launches.show_next,
        "what to do next, and why",
        "The tasks that can be started now, best first, with the reasons.",
    )
    options.add_source_or_launch(one)
    options.add_done(one)
    options.add_order(one)
    one.add_argument(
        "--limit", type=values.from_one, default=3, metavar="N", help="how many to show at most (default: %(default)s)"
    )
    options.add_json(one)

    one = command(
        "render",
        checklists.render,
        "write a checklist, a launch or an overlay in another format",
        "A checklist, a launch or an overlay as a page, a task list, a picture or a file to edit. A picture of a launch, and its calendar, are of its forecast.",
    )
    options.add_source(one)
    options.add_any_output(one, "markdown")

    one = command(
        "list",
        checklists.show_list,
        "the checklists and overlays that there are",
        "The bundled checklists and overlays, and what installed packs offer: id, kind, version, title and what it needs.",
    )
    what = "only what packs offer; what is malformed is said to be that, with the reason"
    one.add_argument("--packs", action="store_true", help=what)

    one = command(
        "check",
        checklists.check,
        "look for faults in files",
        "Say of each file whether it is sound, and if not, every fault with its path.",
    )
    one.add_argument("files", nargs="+", metavar="FILE", help=f"a file in {' or '.join(READERS).upper()}")
    options.add_no_limits(one)
