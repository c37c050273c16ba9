"""Commands that forecast a launch, and show its levers and its critical path."""

from __future__ import annotations

import sys
from datetime import datetime
from time import monotonic
from typing import TYPE_CHECKING, Any, Literal, Self, cast

from .._jsonlike import plain_records
from .._model.checklist import Checklist
from ..errors import show
from .launches import refuse_done, time_of
from .output import check_output, format_of, show_result, usage_error
from .sources import calendar_of, forecast_options, load_history, load_subject, save_options

if TYPE_CHECKING:
    from argparse import Namespace
    from types import TracebackType

    from .._launch.launch import Launch
    from .._planning.critical_path import CriticalPath
    from .._planning.forecast import Forecast
    from .._planning.levers import Levers

_PATIENCE = 0.5
"""The delay before progress is shown, in seconds."""


def show_forecast(options: Namespace) -> int:
    """Forecast the finish of a checklist or a launch (``forecast``)."""
    check_output(options)
    if options.show == "finish" and format_of(options, "text") == "icalendar":
        hint = "leave out --show; the calendar has P50, P80 and P95 of the finish"
        raise usage_error("a calendar shows the whole forecast", "--show finish", hint)
    result, head = _planned(options, "forecast")
    if options.show == "finish":
        show_result(options, result.finish, head)
    else:
        whole = cast("Forecast", result)
        show_result(
            options, whole, head, lambda: {**whole.to_dict(), "tasks": plain_records(whole.to_records(), whole.tasks)}
        )
    return 0


def show_levers(options: Namespace) -> int:
    """Show what would bring the finish of a checklist or a launch forward (``levers``)."""
    check_output(options)
    show_result(options, *_planned(options, "levers"))
    return 0


def _planned(options: Namespace, what: Literal["forecast", "levers"]) -> tuple[Forecast | Levers, str]:
    """Return the forecast or the levers of what SOURCE names, and the first lines of a text about it."""
    subject, head = load_subject(options)
    if isinstance(subject, Checklist):
        from .._planning.forecast import forecast
        from .._planning.levers import levers

        _refuse(options, "at", "give the first working day with --start, or name a launch")
        asked, _ = forecast_options(options)
        today = datetime.now().astimezone().date()
        start = options.start or today
        plan = forecast if what == "forecast" else levers
        with Progress(what) as progress:
            result = plan(
                subject,
                name=options.name,
                start=start,
                today=today,
                done=options.done,
                options=asked,
                progress=progress,
            )
        return result, head
    refuse_done(options)
    if options.name is not None:
        problem = "--name is for checklists, and this is a launch"
        raise usage_error(problem, show(options.name), "leave it out")
    at = time_of(options, subject)
    asked, found = forecast_options(options, subject, at)
    plan_launch = subject.forecast if what == "forecast" else subject.levers
    with Progress(what) as progress:
        result = plan_launch(at=at, start=options.start, options=asked, progress=progress)
    save_options(options, subject, asked)
    return result, head + found


def show_calibration(options: Namespace) -> int:
    """Compare the estimates and forecasts of earlier launches with what came of them (``calibration``)."""
    check_output(options)
    asked, _ = forecast_options(options)
    result = load_history(options, options.launches, asked)
    show_result(options, result)
    return 0


def show_critical_path(options: Namespace) -> int:
    """Show the critical path, and the slack of every other task (``critical-path``)."""
    check_output(options)
    subject, head = load_subject(options)
    show_result(options, _critical_path(subject, options), head)
    return 0


def _critical_path(subject: Checklist | Launch, options: Namespace) -> CriticalPath:
    from .._planning.critical_path import critical_path

    shared: dict[str, Any] = {
        "estimate": options.estimate,
        "calendar": calendar_of(options),
        "default_effort": options.default_effort,
    }
    if isinstance(subject, Checklist):
        _refuse(options, "at", "leave it out, or name a launch: the path of a checklist is in working days")
        return critical_path(subject, start=datetime.now().astimezone().date(), done=options.done, **shared)
    refuse_done(options)
    return subject.critical_path(at=time_of(options, subject), **shared)


def _refuse(options: Namespace, name: str, hint: str) -> None:
    """Refuse an option that is for launches only."""
    if getattr(options, name) is not None:
        raise usage_error(f"--{name} is for launches, and this is a checklist", "", hint)


class Progress:
    """A line that is overwritten with each update, and erased at the end, after an exception too."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._line = ""
        self._is_seen = all(stream is not None and stream.isatty() for stream in (sys.stderr, sys.stdout))

    def __enter__(self) -> Self:
        self._since = monotonic()
        return self

    def __call__(self, done: int, total: int) -> None:
        """Show the percentage that is done."""
        if self._is_seen and monotonic() - self._since >= _PATIENCE:
            self._show(f"{self._what}: {100 * done // total}%")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._line:
            self._show("")

    def _show(self, line: str) -> None:
        if line != self._line:
            # Two more blanks for the "^C" that a terminal shows on an interruption.
            blanks = " " * (len(self._line) + 2)
            # Stored before it is written, so that it is erased even if the writing is interrupted.
            self._line = line
            print(f"\r{blanks}\r{line}", end="", file=sys.stderr, flush=True)
