"""Parsers of the commands that forecast a launch and show its critical path."""

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
    options.add_owners(one)
    options.add_calendar(one)
    options.add_blocked(one)
    options.add_default_effort(one)
    options.add_order(one)
    what = f"how many times it is worked through, at most {values.MOST_SAMPLES} (default: 10000)"
    one.add_argument("--samples", type=values.some_samples, metavar="N", help=what)
    options.add_seed(one)
    what = "of a checklist: what the forecast is called, as in fraud-v3 (default: the id of the checklist)"
    one.add_argument("--name", type=values.name, metavar="NAME", help=what)
    what = "all: the forecast, drawn as a Gantt chart; finish: when everything is finished, drawn as its spread (default: %(default)s)"
    one.add_argument("--show", choices=("all", "finish"), default="all", help=what)
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
