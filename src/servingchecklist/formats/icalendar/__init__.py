"""iCalendar (RFC 5545): the dates of a forecast as all-day events, for calendars. It is written, and not read back.

It needs the package icalendar, which comes with the extra ``calendar``; nothing else in this library does. The events are:

* each due date of an open task, with the probability of meeting it;
* P50, P80 and P95 of the finish, an event each even where two fall on one day, so that a later forecast can move them apart;
* P80 of each phase with open tasks;
* the work: for each task one event per unbroken run of worked days, past work as it was recorded and future work as scheduled in the median
  sample. No event extends over a weekend or a holiday, except work that has no worked day at all: it keeps its days. Uninterrupted work of
  more than half a year is one event from its first day to its last: nobody reads it week by week, and forty years are two thousand weeks.
  Work with more runs than its share of 2,600, and more than three, is one event as well.

Properties of the events, chosen so that a calendar that imports the file again updates its events:

* UID is made from the name of the forecast, the id of its checklist, the kind of the event (due date, level, phase, work), the id of its
  subject, and for work the number of the run. Past work is in the file so that these numbers are stable: run 2 of a task remains run 2 when
  run 1 is over. So two launches with the same name and checklist share their events, and a calendar takes them for the same launch;
  likewise two forecasts of one checklist, unless they are given different names.
* DTSTAMP is 00:00 UTC of the day on which the forecast was asked for or, if that is not known, of its start. No clock is read, so the
  same forecast always gives the same text.
* SEQUENCE is the number of that day, counted from the beginning of the year 1. Of two events with one UID, a calendar keeps the one with
  the higher SEQUENCE, then the one with the later DTSTAMP. No count is kept of how often an event was written, and the number of the day
  never falls. Of two forecasts made on one day, most calendars keep the one imported last.
* TRANSP is TRANSPARENT: the events are for information and do not mark anyone as busy.
* There is no METHOD, which is for invitations, and no alarm.

Left out: everything of the checklist but titles and ids, and the samples. An event that a later forecast no longer has, such as the
due date of a task that is done, stays in a calendar that imported it; a calendar that subscribes to the file drops it. If nothing is left
to do and nothing was worked, there is no event.
"""

from __future__ import annotations

from ..._launch.launch import Launch
from ..._model.checklist import Checklist
from ..._planning.forecast import Forecast
from ...errors import Fault, InvalidError, UnknownNameError, invalid
from .._pictures import span_fault

NAME = "icalendar"
SUFFIXES = (".ics",)


def dumps(value: Launch | Forecast) -> str:
    """Return the calendar of a forecast, or of a launch as it is forecast now. Its lines end in CRLF, as the format demands.

    Raises:
        UnknownNameError: The package icalendar is not installed.
        InvalidError: The value is neither; the launch cannot be forecast because an open task states no effort; or it spans more than
            a hundred years, which is a mistake in a date or an effort rather than a plan. The task is named.
    """
    if isinstance(value, Checklist):
        hint = "forecast it first, as in forecast(checklist, start=...)"
        raise invalid("unsupported", "$", "a checklist has no dates, and cannot be written as iCalendar", value, hint)
    if not isinstance(value, Launch | Forecast):
        raise invalid("unsupported", "$", "cannot be written as iCalendar", value, "give a forecast or a launch")
    try:
        from . import _calendar
    except ImportError as error:
        hint = "pip install servingchecklist[calendar]"
        fault = Fault(
            "missing-package", "$", "the format needs the package icalendar, which is not installed", "", hint
        )
        raise UnknownNameError([fault]) from error
    made = value.forecast() if isinstance(value, Launch) else value
    if too_long := span_fault(made):
        raise InvalidError([too_long])
    return _calendar.written(made)
