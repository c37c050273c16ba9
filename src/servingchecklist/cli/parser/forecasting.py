"""The commands that say when a launch can happen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import forecasts
from . import options, values

if TYPE_CHECKING:
    from .options import Command

_PICTURES = ("text", "markdown", "html", "svg", "mermaid")


def add(command: Command) -> None:
    """Add ``forecast`` and ``critical-path``."""
    one = command(
        "forecast",
        forecasts.show_forecast,
        "when it is finished, with a probability",
        "When a checklist or a launch is finished, as dates with a probability, and the tasks that hold them.",
    )
    options.add_source_or_launch(one)
    options.add_done(one)
    one.add_argument("--at", type=values.moment, metavar="WHEN", help="of a launch: as of when (default: now)")
    what = "the first day on which what is left may be worked (default: today, or the day of --at)"
    one.add_argument("--start", type=values.day, metavar="DAY", help=what)
    options.add_people(one)
    what = "whose a task is, as in c5=ml-platform; may be given many times"
    one.add_argument("--owner", action="append", type=values.owner, default=[], metavar="TASK=WHO", help=what)
    options.add_calendar(one)
    what = "how long a task stays blocked, as in 'c5=1-2 weeks'; may be given many times"
    one.add_argument("--blocked", action="append", type=values.blocked, default=[], metavar="TASK=EFFORT", help=what)
    options.add_default_effort(one)
    options.add_order(one)
    what = "how many times it is worked through (default: 10000)"
    one.add_argument("--samples", type=values.from_one, metavar="N", help=what)
    what = "where the random numbers begin; the same seed gives the same forecast (default: %(default)s)"
    one.add_argument("--seed", type=values.whole, default=0, metavar="N", help=what)
    what = "the whole forecast as a Gantt chart, or how its finish is spread (default: %(default)s)"
    one.add_argument("--picture", choices=("gantt", "finish"), default="gantt", help=what)
    options.add_output(one, (*_PICTURES, "icalendar"), "text")
    options.add_json(one)

    one = command(
        "critical-path",
        forecasts.show_critical_path,
        "which tasks hold the date",
        "The longest way through what is left, and how long every other task may wait.",
    )
    options.add_source_or_launch(one)
    options.add_done(one)
    one.add_argument("--at", type=values.moment, metavar="WHEN", help="of a launch: as of when (default: now)")
    what = "which value of each effort is taken (default: %(default)s)"
    one.add_argument("--estimate", choices=("low", "mean", "high"), default="mean", help=what)
    options.add_default_effort(one)
    options.add_calendar(one)
    options.add_output(one, _PICTURES, "text")
    options.add_json(one)
