"""Commands that forecast a launch and show its critical path."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from .._model.checklist import Checklist
from ..errors import show
from .checklists import ORDERS
from .launches import calendar_of, moment_of, named, refuse_done
from .output import MisuseError, check_output, format_of, tell, words_of_the_command
from .progress import Progress

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable

    from .._launch.launch import Launch
    from .._planning.critical_path import CriticalPath
    from .._planning.forecast import Forecast

    Report = Callable[[int, int], object]


def show_forecast(options: Namespace) -> int:
    """Forecast the finish of a checklist or a launch (``forecast``)."""
    check_output(options)
    if options.show == "finish" and format_of(options, "text") == "icalendar":
        hint = "leave --show out; P50, P80 and P95 of the finish are in the calendar"
        raise MisuseError("a calendar is of the whole forecast", "--show finish", hint)
    source = named(options)
    with Progress("forecast") as progress, words_of_the_command():
        if isinstance(source, Checklist):
            made = _of_checklist(options, source, progress)
        else:
            made = _of_launch(options, source, progress)
    tell(options, made.finish if options.show == "finish" else made)
    return 0


def _of_checklist(options: Namespace, checklist: Checklist, progress: Report) -> Forecast:
    from .._planning.forecast import SAMPLES, forecast

    _refuse(options, "at", "say with --start from when on it is worked, or name a launch")
    today = datetime.now().astimezone().date()
    return forecast(
        checklist,
        name=options.name,
        start=options.start or today,
        people=options.people,
        owners=options.owner,
        calendar=calendar_of(options),
        samples=options.samples or SAMPLES,
        seed=options.seed or 0,
        rules=ORDERS[options.rules],
        done=options.done,
        blocked=options.blocked,
        default_effort=options.default_effort,
        today=today,
        progress=progress,
    )


def _of_launch(options: Namespace, launch: Launch, progress: Report) -> Forecast:
    from .._planning.forecast import SAMPLES

    refuse_done(options)
    if options.name is not None:
        raise MisuseError("--name is for checklists, and this is a launch", show(options.name), "leave it out")
    return launch.forecast(
        at=moment_of(options, launch),
        start=options.start,
        people=options.people,
        owners=options.owner,
        calendar=calendar_of(options),
        samples=options.samples or SAMPLES,
        seed=options.seed or 0,
        rules=ORDERS[options.rules],
        blocked=options.blocked,
        default_effort=options.default_effort,
        progress=progress,
    )


def show_critical_path(options: Namespace) -> int:
    """Show the critical path, and the slack of every other task (``critical-path``)."""
    check_output(options)
    source = named(options)
    with words_of_the_command():
        tell(options, _path_of_checklist(options, source) if isinstance(source, Checklist) else _path(options, source))
    return 0


def _path_of_checklist(options: Namespace, checklist: Checklist) -> CriticalPath:
    from .._planning.critical_path import critical_path

    for name in ("at", "weekdays", "holidays"):
        _refuse(options, name, "leave it out, or name a launch: the path of a checklist is counted in working days")
    return critical_path(checklist, estimate=options.estimate, done=options.done, default_effort=options.default_effort)


def _path(options: Namespace, launch: Launch) -> CriticalPath:
    refuse_done(options)
    return launch.critical_path(
        at=moment_of(options, launch),
        estimate=options.estimate,
        calendar=calendar_of(options),
        default_effort=options.default_effort,
    )


def _refuse(options: Namespace, name: str, hint: str) -> None:
    """Refuse an option that is for launches only."""
    if getattr(options, name) is not None:
        raise MisuseError(f"--{name} is for launches, and this is a checklist", "", hint)
