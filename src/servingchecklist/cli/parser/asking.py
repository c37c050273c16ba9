"""Parsers of the commands that show launches and their events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import launches
from . import options, values

if TYPE_CHECKING:
    from .options import Command

_FOR_PEOPLE = ("text", "markdown", "html")


def add(command: Command) -> None:
    """Add ``status``, ``review``, ``log`` and ``launches``."""
    one = command(
        "status",
        launches.show_status,
        "how a launch stands",
        "How a launch stands: progress, what is next, and every task.",
    )
    options.add_launch(one)
    one.add_argument("--at", type=values.moment, metavar="WHEN", help="as of when (default: now)")
    options.add_output(one, _FOR_PEOPLE, "text")
    options.add_json(one)

    one = command(
        "review",
        launches.review,
        "what has happened, and what needs attention",
        "What has happened to a launch in a week, what needs attention, how its forecast has moved, and what is next.",
    )
    options.add_launch(one)
    one.add_argument("--since", type=values.moment, metavar="WHEN", help="from when on (default: a week before)")
    one.add_argument("--at", type=values.moment, metavar="WHEN", help="up to when (default: now)")
    what = "after how many days without any event a task under way has gone stale (default: %(default)s)"
    one.add_argument("--stale-after", type=values.from_one, default=7, metavar="DAYS", help=what)
    options.add_people(one)
    options.add_owners(one)
    options.add_calendar(one)
    options.add_blocked(one)
    options.add_default_effort(one)
    what = (
        f"how many samples each of its two forecasts takes, at most {values.MOST_SAMPLES}, 0 for no forecast "
        "(default: 1000, fewer beyond 100 tasks, and 0 beyond 1000)"
    )
    one.add_argument("--samples", type=values.samples_or_none, metavar="N", help=what)
    options.add_seed(one)
    options.add_output(one, (*_FOR_PEOPLE, "svg"), "text")
    options.add_json(one)

    one = command(
        "log",
        launches.log,
        "everything that was recorded",
        "The log of a launch, or of one task, in the order of time.",
    )
    one.add_argument("task", nargs="?", metavar="TASK", help="the id of a task (default: all)")
    options.add_launch(one)

    one = command(
        "launches", launches.show_names, "the launches in the store", "The launches in the store, a line each."
    )
    options.add_store(one)
