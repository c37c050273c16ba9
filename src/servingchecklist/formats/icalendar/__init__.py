"""iCalendar (RFC 5545): the dates of a forecast as all-day events, for calendars. It is written, and not read back.

It needs the package icalendar, which comes with the extra ``calendar``; nothing else of this library does. The events are:

* each due date of a task that is left, with how likely it is met;
* P50, P80 and P95 of the finish, an event each even where two fall on one day, so that a later forecast can move them apart;
* P80 of each phase in which anything is left to do;
* the work: of each task one event for every unbroken run of worked days, in the past where it was worked then, and else as the schedule at the
  median has it. Nothing is drawn across a weekend or a holiday, and what has no worked day at all stands on the days it has. Work of more than
  half a year at a stretch is one event from its first day to its last: nobody reads it week by week, and forty years are two thousand weeks.
  Work with more stretches than its share of 2,600, and more than three, is one event as well.

What they say of themselves, so that a calendar which takes the file in again updates what it has:

* UID is made from the name of the forecast, the id of its checklist, what the event is (due date, level, phase, work), the id of what it is
  about, and for work the number of the run. The work of the past is in the file so that these numbers stay what they were: run 2 of a task
  remains run 2 when run 1 is over. So two launches of one name and of one checklist share their events, and a calendar takes them for the
  same launch; likewise two forecasts of one checklist, unless they are given names of their own.
* DTSTAMP is 00:00 UTC of the day on which the forecast was asked for or, where nobody said, of its start. There is no clock here, and so
  the same forecast is always the same text.
* SEQUENCE is the number of that day, counted from the beginning of the year 1. A calendar keeps of two events with one UID that of the higher
  SEQUENCE, then that of the later DTSTAMP. Nobody remembers here how often an event was written before, and the number of the day never
  falls. Of two forecasts made on one day, most calendars keep what they took in last.
* TRANSP is TRANSPARENT: a date that somebody should know of makes nobody busy.
* There is no METHOD, which is for invitations, and no alarm.

What it leaves out: everything of the checklist but titles and ids, and the samples. An event that a later forecast no longer has, such as the
due date of a task that is done, stays in a calendar that took it in; a calendar that subscribes to the file drops it. Where nothing is left
to do and nothing was worked, there is no event.
"""

from __future__ import annotations

from ...errors import Fault, InvalidError, UnknownNameError, raise_invalid
from ...launch.launch import Launch
from ...model.checklist import Checklist
from ...planning.forecast import Forecast
from .._pictures import span_fault

NAME = "icalendar"
SUFFIXES = (".ics",)


def dumps(value: Launch | Forecast) -> str:
    """The calendar of a forecast, or of a launch as it is forecast now. Its lines end in CRLF, as the format demands.

    Raises:
        UnknownNameError: The package icalendar is not installed.
        InvalidError: The value is neither; the launch cannot be forecast, since a task that is left states no effort; or it would go over
            more than a hundred years, which is a slip in a date or an effort and no plan. The task is named.
    """
    if isinstance(value, Checklist):
        hint = "forecast it first, as in forecast(checklist, start=...)"
        raise_invalid("$", "a checklist has no dates, and cannot be written as iCalendar", value, hint)
    if not isinstance(value, Launch | Forecast):
        raise_invalid("$", "cannot be written as iCalendar", value, "give a forecast or a launch")
    try:
        from . import _calendar
    except ImportError as error:
        hint = "pip install servingchecklist[calendar]"
        fault = Fault("$", "the format needs the package icalendar, which is not installed", "", hint)
        raise UnknownNameError([fault]) from error
    made = value.forecast() if isinstance(value, Launch) else value
    if too_long := span_fault(made):
        raise InvalidError([too_long])
    return _calendar.written(made)
