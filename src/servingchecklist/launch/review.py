"""The weekly look at a launch: what happened, what needs attention, and what is next."""

from __future__ import annotations

from datetime import datetime

import attrs

from .._door import Displayed
from ..model._check import (
    Rebuilt,
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
from ..planning.distribution import Distribution
from ..planning.ordering import Recommendations
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
class ReviewItem(Rebuilt):
    """One task in one list of a review.

    Attributes:
        id: The id of the task.
        title: Its title as it is rendered, with the topic of the checklist behind it.
        words: What there is to say of it here, in a few words.
        by: Who recorded the event that put it here; None where it is here because nothing was recorded.
        at: When that was, in UTC; None likewise.

    Raises:
        InvalidError: A field holds what it may not; every such field has a fault of its own.
    """

    id: str
    title: str
    words: str
    by: str | None = None
    at: datetime | None = attrs.field(default=None, converter=as_utc_or_none)

    def __attrs_post_init__(self) -> None:
        verify(_ITEM_CHECKS, self)

    def to_dict(self) -> dict[str, object]:
        """The item as strings and None, ready for JSON."""
        return {field.name: plain(getattr(self, field.name)) for field in attrs.fields(type(self))}


_POINT_CHECKS = {"at": moment, "done": count, "waived": count}


@attrs.frozen(getstate_setstate=False)
class BurnUpPoint(Rebuilt):
    """From when on how many tasks were settled: a step in the burn-up picture.

    Attributes:
        at: From when on, in UTC.
        done: How many tasks were done.
        waived: How many were waived.
    """

    at: datetime = attrs.field(converter=as_utc)
    done: int = attrs.field(kw_only=True)
    waived: int = attrs.field(kw_only=True)

    def __attrs_post_init__(self) -> None:
        verify(_POINT_CHECKS, self)

    def to_dict(self) -> dict[str, object]:
        """The point as strings and numbers, ready for JSON."""
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
class Slip(Rebuilt):
    """How the forecast of a launch has moved from the beginning of a review to its end.

    Attributes:
        then: When everything was going to be finished, as the launch stood at the beginning.
        now: When everything is going to be finished, as it stands in the end; once it is, the day on which it was or, where that was
            none to work on, the next one.
        causes: The tasks that moved P80 most, each with how many working days and why; five at most. Each is found by putting that task
            where the earlier forecast had it by now and forecasting again, so together they may be more than the whole, or less.
        blocked: The ids of the tasks that are blocked in the end, nobody knows until when: the dates are the earliest ones.
        overrun: The ids of the tasks that have taken all of their time in the end, and are taken to end at once.

    Raises:
        InvalidError: A field holds what it may not; every such field has a fault of its own.
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
        """By how many working days P80 has slipped; negative where it lies earlier than it did."""
        return self.now.calendar.between(self.then.p80, self.now.p80)

    def to_dict(self) -> dict[str, object]:
        """The slip as dicts, lists, strings and numbers, ready for JSON."""
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
    "started": "Started",
    "blocked": "Newly blocked",
    "still_blocked": "Still blocked",
    "stale": "Gone stale",
    "overdue": "Overdue",
    "out_of_order": "Finished out of order",
    "waived": "Waived",
    "expired": "Waivers that have expired",
    "overridden": "Recorded against each other",
}
"""The lists of a review, by the attribute that holds each, with the heading that people read."""

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
class Review(Rebuilt, Displayed):
    """A look at a launch from one moment to another: what :meth:`Launch.review` gives.

    Written as Markdown, HTML or text by :func:`servingchecklist.dumps`; its burn-up picture as ``"svg"``.

    Attributes:
        name: What the launch is called.
        title: The title of its checklist.
        topic: What is being launched; may be empty.
        started_at: When the launch was started.
        since: From when on; what was recorded at that very moment is not news.
        at: Up to when, in the time zone in which it was given; days are told on its calendar.
        stale_after: After how many days without any event a task under way has gone stale.
        done: Finished since, and done.
        started: Begun since, and not done yet.
        blocked: Blocked since, and still blocked.
        still_blocked: Blocked before, and still blocked.
        stale: Under way, and nothing was recorded of it for so many days.
        overdue: Neither done nor waived, and the due date has passed.
        out_of_order: Finished since, while something that it comes after was open.
        waived: Waived since, and the waiver holds.
        expired: The waiver has expired, whenever that was, and nobody has said since what is to become of the task.
        overridden: Recorded since in spite of what the log says already, as happens when copies that went apart are merged: a
            task was begun that somebody else had finished. The later event counts; here is where somebody should look.
        before: The progress at ``since``, by the calendar of ``at``.
        now: The progress at ``at``.
        slip: How the forecast has moved; None where none was made, because a task states no effort, nothing was left to do, or nobody asked.
        next: What to do next, best first: three at most.
        burn_up: Every step of the burn-up picture, the start of the launch first.

    Raises:
        InvalidError: A field holds what it may not; every such field has a fault of its own.
    """

    name: str
    title: str
    topic: str = ""
    started_at: datetime
    since: datetime
    at: datetime
    stale_after: int
    done: tuple[ReviewItem, ...] = ()
    started: tuple[ReviewItem, ...] = ()
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
        """The lists that hold anything, each with its heading, in the order in which people read them."""
        found: list[tuple[str, tuple[ReviewItem, ...]]] = [
            (heading, getattr(self, name)) for name, heading in LISTS.items()
        ]
        return tuple((heading, items) for heading, items in found if items)

    def to_dict(self) -> dict[str, object]:
        """The review as dicts, lists, strings and numbers, ready for JSON."""
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
