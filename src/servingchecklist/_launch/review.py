"""The weekly review of a launch: what happened, what needs attention, and what is next."""

from __future__ import annotations

from datetime import datetime

import attrs

from .._display import NotebookDisplay
from .._model._validation import (
    PickledByConstructor,
    count,
    each,
    each_exactly,
    exactly,
    ident,
    line,
    optional,
    optional_line,
    prose,
    verify,
)
from .._planning.distribution import Distribution
from .._planning.ordering import Recommendations
from ._moment import as_utc, as_utc_or_none, aware, moment, plain, stamp
from .progress import Progress

_ITEM_CHECKS = {
    "id": ident,
    "title": prose,
    "words": prose,
    "by": optional(line),
    "at": optional(moment),
}


@attrs.frozen(kw_only=True, getstate_setstate=False)
class ReviewItem(PickledByConstructor):
    """One task in one list of a review.

    Attributes:
        id: The id of the task.
        title: Its title as it is rendered, followed by the topic of the checklist in brackets if it has one.
        words: A short remark that fits the list.
        by: The person, team or tool who recorded the event behind the entry; None where there is no such event.
        at: The time of that event, in UTC; None likewise.

    Raises:
        InvalidError: A field is invalid; each invalid field has a fault of its own.
    """

    id: str
    title: str
    words: str
    by: str | None = None
    at: datetime | None = attrs.field(default=None, converter=as_utc_or_none)

    def __attrs_post_init__(self) -> None:
        verify(_ITEM_CHECKS, self)

    def to_dict(self) -> dict[str, object]:
        """Return the item as strings and None, ready for JSON."""
        return {field.name: plain(getattr(self, field.name)) for field in attrs.fields(type(self))}


_POINT_CHECKS = {"at": moment, "done": count, "waived": count}


@attrs.frozen(getstate_setstate=False)
class BurnUpPoint(PickledByConstructor):
    """A step in the burn-up chart: the number of closed tasks from one moment on.

    Attributes:
        at: The time of the step, in UTC.
        done: The number of tasks that are done.
        waived: The number of tasks that are waived.
    """

    at: datetime = attrs.field(converter=as_utc)
    done: int = attrs.field(kw_only=True)
    waived: int = attrs.field(kw_only=True)

    def __attrs_post_init__(self) -> None:
        verify(_POINT_CHECKS, self)

    def to_dict(self) -> dict[str, object]:
        """Return the point as strings and numbers, ready for JSON."""
        return {"at": plain(self.at), "done": self.done, "waived": self.waived}


_ITEMS = each_exactly(ReviewItem, "ReviewItem(id=...)")
_SLIP_CHECKS = {
    "then": exactly(Distribution, "launch.forecast().finish"),
    "now": exactly(Distribution, "launch.forecast().finish"),
    "causes": _ITEMS,
    "blocked": each(ident),
    "overrun": each(ident),
}


@attrs.frozen(kw_only=True, getstate_setstate=False)
class Slip(PickledByConstructor):
    """The change of the forecast of a launch between the beginning and the end of a review.

    Attributes:
        then: The forecast finish as of the beginning.
        now: The forecast finish as of the end. Of a launch that is finished, the day on which it was or, where that was no working day,
            the next one.
        causes: The tasks that moved P80 most, each with the number of working days and the reason; five at most. Each is found by putting
            that task where the earlier forecast had it by now and forecasting again, so together they may be more than the whole, or less.
        blocked: The ids of the tasks that are blocked at the end, with no known date for that to change: the dates are the earliest ones.
        overrun: The ids of the tasks that have used up all of their effort at the end, and are assumed to end at once.

    Raises:
        InvalidError: A field is invalid; each invalid field has a fault of its own.
    """

    then: Distribution
    now: Distribution
    causes: tuple[ReviewItem, ...]
    blocked: tuple[str, ...] = ()
    overrun: tuple[str, ...] = ()

    def __attrs_post_init__(self) -> None:
        verify(_SLIP_CHECKS, self)

    @property
    def days(self) -> int:
        """The slip of P80 in working days; negative where it lies earlier than it did."""
        return self.now.calendar.between(self.then.p80, self.now.p80)

    def to_dict(self) -> dict[str, object]:
        """Return the slip as dicts, lists, strings and numbers, ready for JSON."""
        return {
            "then": self.then.to_dict(),
            "now": self.now.to_dict(),
            "days": self.days,
            "causes": [item.to_dict() for item in self.causes],
            "blocked": list(self.blocked),
            "overrun": list(self.overrun),
        }


LISTS = {
    "done": "Done",
    "begun": "Begun",
    "blocked": "Newly blocked",
    "still_blocked": "Still blocked",
    "stale": "Gone stale",
    "overdue": "Overdue",
    "out_of_order": "Finished out of order",
    "waived": "Waived",
    "expired": "Waivers that have expired",
    "overridden": "Conflicting records",
}
"""The headings of the lists of a review, by the attribute that holds each list."""

_CHECKS = {
    "name": ident,
    "title": line,
    "topic": optional_line,
    "started_at": aware,
    "since": aware,
    "at": aware,
    "stale_after": count,
    **dict.fromkeys(LISTS, _ITEMS),
    "before": exactly(Progress, "launch.progress()"),
    "now": exactly(Progress, "launch.progress()"),
    "slip": optional(exactly(Slip, "Slip(then=..., now=..., causes=...)")),
    "next": exactly(Recommendations, "launch.next()"),
    "burn_up": each_exactly(BurnUpPoint, "BurnUpPoint(at, done=..., waived=...)"),
}


@attrs.frozen(kw_only=True, getstate_setstate=False)
class Review(PickledByConstructor, NotebookDisplay):
    """A review of a launch from one moment to another, as :meth:`Launch.review` returns it.

    Written as Markdown, HTML or text by :func:`servingchecklist.dumps`; its burn-up chart as ``"svg"``.

    Attributes:
        name: The name of the launch.
        title: The title of its checklist.
        topic: The topic of its checklist, which is the thing being launched; may be empty.
        started_at: The start of the launch.
        since: The beginning of the review; an event of that very moment is not news.
        at: The end of the review, in the time zone in which it was given; all dates are in that time zone.
        stale_after: The number of days without any event after which a task under way is stale.
        done: Tasks finished since, and done.
        begun: Tasks begun since, and not done yet.
        blocked: Tasks blocked since, and still blocked.
        still_blocked: Tasks blocked before, and still blocked.
        stale: Tasks under way without any event for ``stale_after`` days.
        overdue: Tasks neither done nor waived whose due date has passed.
        out_of_order: Tasks finished since, while a prerequisite was open.
        waived: Tasks waived since whose waiver holds.
        expired: Tasks whose waiver has expired, however long ago, with no change of status recorded since.
        overridden: Tasks with conflicting records since, as happens when diverged copies are merged: one person began a task that another
            had finished. The later event counts; check these by hand.
        before: The progress at ``since``, with dates in the time zone of ``at``.
        now: The progress at ``at``.
        slip: The change of the forecast; None where there is no forecast, because a task states no effort, nothing was left to do, or none
            was asked for.
        next: The tasks to do next, best first: three at most.
        burn_up: Every step of the burn-up chart, the start of the launch first.

    Raises:
        InvalidError: A field is invalid; each invalid field has a fault of its own.
    """

    name: str
    title: str
    topic: str = ""
    started_at: datetime
    since: datetime
    at: datetime
    stale_after: int
    done: tuple[ReviewItem, ...] = ()
    begun: tuple[ReviewItem, ...] = ()
    blocked: tuple[ReviewItem, ...] = ()
    still_blocked: tuple[ReviewItem, ...] = ()
    stale: tuple[ReviewItem, ...] = ()
    overdue: tuple[ReviewItem, ...] = ()
    out_of_order: tuple[ReviewItem, ...] = ()
    waived: tuple[ReviewItem, ...] = ()
    expired: tuple[ReviewItem, ...] = ()
    overridden: tuple[ReviewItem, ...] = ()
    before: Progress
    now: Progress
    slip: Slip | None = None
    next: Recommendations
    burn_up: tuple[BurnUpPoint, ...]

    def __attrs_post_init__(self) -> None:
        verify(_CHECKS, self)

    @property
    def lists(self) -> tuple[tuple[str, tuple[ReviewItem, ...]], ...]:
        """The lists that are not empty, each with its heading, in the order of display."""
        found: list[tuple[str, tuple[ReviewItem, ...]]] = [
            (heading, getattr(self, name)) for name, heading in LISTS.items()
        ]
        return tuple((heading, items) for heading, items in found if items)

    def to_dict(self) -> dict[str, object]:
        """Return the review as dicts, lists, strings and numbers, ready for JSON."""
        return {
            "name": self.name,
            "title": self.title,
            "topic": self.topic,
            "started_at": stamp(self.started_at),
            "since": stamp(self.since),
            "at": stamp(self.at),
            "stale_after": self.stale_after,
            **{name: [item.to_dict() for item in getattr(self, name)] for name in LISTS},
            "before": self.before.to_dict(),
            "now": self.now.to_dict(),
            "slip": self.slip.to_dict() if self.slip else None,
            "next": self.next.to_dict()["recommendations"],
            "burn_up": [point.to_dict() for point in self.burn_up],
        }
