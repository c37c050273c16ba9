"""Values that a review of a launch returns."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, cast

import attrs

from .._jsonlike import plain_fields
from .._model import _validation as v
from .._model._validation import Validated, check, check_of, tuple_of
from .._model.task import Pairs, Reference, annotation_pairs, as_annotations
from .._model.timestamps import as_local, as_utc, as_utc_or_none, aware, timestamp
from .._namespace import ArrowTable, NotebookDisplay, public
from .._planning.distribution import Distribution
from .._planning.options import DEFAULTS, ForecastOptions, options_document
from .._planning.ordering import Recommendations
from .events import TaskEvent
from .results import Progress, Snapshot, TaskState

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..documents import BurnUpPointDocument, ReviewDocument, ReviewItemDocument, ReviewItemRecord, SlipDocument


@public("results")
@attrs.frozen(kw_only=True, getstate_setstate=False)
class ReviewItem(Validated):
    """One task in one list of a review.

    Attributes:
        id: The id of the task.
        title: Its title.
        words: A short remark that fits the list.
        by: The person, team or tool who recorded the event behind the entry; None where there is no such event.
        at: The time of that event, in UTC; None likewise.
        note: The note of the event by which a task is done; may be empty.
        references: The pages that this event names.

    Raises:
        InvalidError: A field is invalid; each invalid field has a fault of its own.
    """

    id: str = attrs.field(metadata=check(v.ident))
    title: str = attrs.field(metadata=check(v.prose))
    words: str = attrs.field(metadata=check(v.prose))
    by: str | None = attrs.field(default=None, metadata=check(v.optional(v.line)))
    at: datetime | None = attrs.field(default=None, converter=as_utc_or_none, metadata=check(v.optional(timestamp)))
    note: str = attrs.field(default="", metadata=check_of(TaskState, "note"))
    references: tuple[Reference, ...] = attrs.field(
        default=(), converter=tuple_of[Reference], metadata=check_of(TaskState, "references")
    )

    def to_dict(self) -> ReviewItemDocument:
        """Return the item as strings and None, ready for JSON."""
        return cast("ReviewItemDocument", plain_fields(self))


@public("results")
@attrs.frozen(getstate_setstate=False)
class BurnUpPoint(Validated):
    """A step in the burn-up chart: the number of closed tasks from that time on.

    Attributes:
        at: The time of the step, in UTC.
        done: The number of tasks that are done.
        waived: The number of tasks that are waived.
        not_applicable: The number of tasks that do not apply.
    """

    at: datetime = attrs.field(converter=as_utc, metadata=check(timestamp))
    done: int = attrs.field(kw_only=True, metadata=check(v.count))
    waived: int = attrs.field(kw_only=True, metadata=check(v.count))
    not_applicable: int = attrs.field(default=0, kw_only=True, metadata=check(v.count))

    def to_dict(self) -> BurnUpPointDocument:
        """Return the point as strings and numbers, ready for JSON."""
        return cast("BurnUpPointDocument", plain_fields(self))


_ITEMS = check(v.each_exactly(ReviewItem, "ReviewItem(id=...)"))


@public("results")
@attrs.frozen(kw_only=True, getstate_setstate=False)
class Slip(Validated):
    """The change of the forecast of a launch between the beginning and the end of a review.

    Attributes:
        then: The forecast finish as of the beginning.
        now: The forecast finish as of the end. Of a launch that is finished, the day on which it was or, where that was no working day,
            the next one.
        causes: The tasks that moved P80 most, each with the number of working days and the reason; five at most. Each is found by putting
            that task where the earlier forecast had it by now and forecasting again, so together they may be more than the whole, or less.
        blocked: The ids of the tasks that are blocked at the end, with no known date for that to change: the dates are the earliest ones.
        overrun: The ids of the tasks on which at least the high number of their effort was spent at the end.
        options: The options of the forecasts.

    Raises:
        InvalidError: A field is invalid; each invalid field has a fault of its own.
    """

    then: Distribution = attrs.field(metadata=check(v.exactly(Distribution, "launch.forecast().finish")))
    now: Distribution = attrs.field(metadata=check(v.exactly(Distribution, "launch.forecast().finish")))
    causes: tuple[ReviewItem, ...] = attrs.field(converter=tuple_of[ReviewItem], metadata=_ITEMS)
    blocked: tuple[str, ...] = attrs.field(converter=tuple_of[str], default=(), metadata=check(v.each(v.ident)))
    overrun: tuple[str, ...] = attrs.field(converter=tuple_of[str], default=(), metadata=check(v.each(v.ident)))
    options: ForecastOptions = attrs.field(
        default=DEFAULTS, metadata=check(v.exactly(ForecastOptions, "ForecastOptions(...)"))
    )

    @property
    def days(self) -> int:
        """The slip of P80 in working days; negative where it lies earlier than it did."""
        return self.now.calendar.between(self.then.p80, self.now.p80)

    def to_dict(self) -> SlipDocument:
        """Return the slip as dicts, lists, strings and numbers, ready for JSON."""
        rest = plain_fields(self)
        dates = {name: rest.pop(name) for name in ("then", "now")}
        rest["options"] = options_document(self.options)
        return cast("SlipDocument", {**dates, "days": self.days, **rest})


LISTS = {
    "done": "Done",
    "begun": "Begun",
    "reopened": "Reopened",
    "ticked": "Steps ticked",
    "blocked": "Newly blocked",
    "still_blocked": "Still blocked",
    "stale": "Gone stale",
    "overdue": "Overdue",
    "out_of_order": "Finished out of order",
    "open_steps": "Finished with open steps",
    "waived": "Waived",
    "expired": "Waivers that have expired",
    "not_applicable": "Not applicable",
    "overridden": "Conflicting records",
    "retracted": "Retracted",
}
"""The headings of the lists of a review, by the attribute that holds each list."""


@public("results")
@attrs.frozen(kw_only=True, getstate_setstate=False)
class Review(Validated, ArrowTable, NotebookDisplay):
    """A review of a launch from one time to another, as :meth:`~servingchecklist.Launch.review` returns it.

    Written as Markdown, HTML or text by :func:`servingchecklist.dumps`; its burn-up chart as ``"svg"``.

    Attributes:
        name: The name of the launch.
        title: The title of its checklist.
        topic: The topic of the launch, which is the thing being launched; may be empty.
        started_at: The start of the launch.
        since: The beginning of the review; an event of exactly that time is not news.
        at: The end of the review, in the time zone in which it was given; all dates are in that time zone.
        stale_after: The number of days without any event after which a task under way is stale.
        done: Tasks finished since, and done.
        begun: Tasks begun since, and not done yet.
        reopened: Tasks reopened since, and still to do.
        ticked: Open tasks of which steps were ticked since.
        blocked: Tasks blocked since, and still blocked.
        still_blocked: Tasks blocked before, and still blocked.
        stale: Tasks under way without any event for ``stale_after`` days.
        overdue: Open tasks whose due date has passed.
        out_of_order: Tasks finished since, while a prerequisite was open, or before their first day.
        open_steps: Tasks finished since that have open steps at the end.
        waived: Tasks waived since whose waiver holds.
        expired: Tasks whose waiver has expired, however long ago, with no change of status recorded since.
        not_applicable: Tasks marked not applicable since, and still so.
        overridden: Tasks with conflicting records since, as happens when diverged copies are merged: one person began a task that another
            had finished. The later event counts; check these by hand.
        retracted: Tasks of which an event was retracted since, once for each event.
        before: The progress at ``since``, with dates in the time zone of ``at``.
        now: The progress at ``at``.
        slip: The change of the forecast; None where there is no forecast, because a task states no effort, nothing was left to do, or none
            was asked for.
        next: The tasks to do next, best first: three at most of those that can be begun.
        burn_up: Every step of the burn-up chart, the start of the launch first.
        selection: The keys and the values that tasks were selected by, as pairs. All but ``slip`` is about these tasks alone.
        ahead: The events of these tasks that count and lie in the future, only where no time was given. If a clock ran ahead, retract them.

    Raises:
        InvalidError: A field is invalid; each invalid field has a fault of its own.
    """

    name: str = attrs.field(metadata=check(v.ident))
    title: str = attrs.field(metadata=check(v.line))
    topic: str = attrs.field(default="", metadata=check(v.optional_line))
    started_at: datetime = attrs.field(converter=as_local, metadata=check(aware))
    since: datetime = attrs.field(converter=as_local, metadata=check(aware))
    at: datetime = attrs.field(converter=as_local, metadata=check(aware))
    stale_after: int = attrs.field(metadata=check(v.count))
    done: tuple[ReviewItem, ...] = attrs.field(converter=tuple_of[ReviewItem], default=(), metadata=_ITEMS)
    begun: tuple[ReviewItem, ...] = attrs.field(converter=tuple_of[ReviewItem], default=(), metadata=_ITEMS)
    reopened: tuple[ReviewItem, ...] = attrs.field(converter=tuple_of[ReviewItem], default=(), metadata=_ITEMS)
    ticked: tuple[ReviewItem, ...] = attrs.field(converter=tuple_of[ReviewItem], default=(), metadata=_ITEMS)
    blocked: tuple[ReviewItem, ...] = attrs.field(converter=tuple_of[ReviewItem], default=(), metadata=_ITEMS)
    still_blocked: tuple[ReviewItem, ...] = attrs.field(converter=tuple_of[ReviewItem], default=(), metadata=_ITEMS)
    stale: tuple[ReviewItem, ...] = attrs.field(converter=tuple_of[ReviewItem], default=(), metadata=_ITEMS)
    overdue: tuple[ReviewItem, ...] = attrs.field(converter=tuple_of[ReviewItem], default=(), metadata=_ITEMS)
    out_of_order: tuple[ReviewItem, ...] = attrs.field(converter=tuple_of[ReviewItem], default=(), metadata=_ITEMS)
    open_steps: tuple[ReviewItem, ...] = attrs.field(converter=tuple_of[ReviewItem], default=(), metadata=_ITEMS)
    waived: tuple[ReviewItem, ...] = attrs.field(converter=tuple_of[ReviewItem], default=(), metadata=_ITEMS)
    expired: tuple[ReviewItem, ...] = attrs.field(converter=tuple_of[ReviewItem], default=(), metadata=_ITEMS)
    not_applicable: tuple[ReviewItem, ...] = attrs.field(converter=tuple_of[ReviewItem], default=(), metadata=_ITEMS)
    overridden: tuple[ReviewItem, ...] = attrs.field(converter=tuple_of[ReviewItem], default=(), metadata=_ITEMS)
    retracted: tuple[ReviewItem, ...] = attrs.field(converter=tuple_of[ReviewItem], default=(), metadata=_ITEMS)
    before: Progress = attrs.field(metadata=check(v.exactly(Progress, "launch.progress()")))
    now: Progress = attrs.field(metadata=check(v.exactly(Progress, "launch.progress()")))
    slip: Slip | None = attrs.field(
        default=None, metadata=check(v.optional(v.exactly(Slip, "Slip(then=..., now=..., causes=...)")))
    )
    next: Recommendations = attrs.field(metadata=check(v.exactly(Recommendations, "launch.next()")))
    burn_up: tuple[BurnUpPoint, ...] = attrs.field(
        converter=tuple_of[BurnUpPoint],
        metadata=check(v.each_exactly(BurnUpPoint, "BurnUpPoint(at, done=..., waived=...)")),
    )
    selection: Pairs = attrs.field(default=(), converter=as_annotations, metadata=check(annotation_pairs))
    ahead: tuple[TaskEvent, ...] = attrs.field(
        default=(), converter=tuple_of[TaskEvent], metadata=check_of(Snapshot, "ahead")
    )

    @property
    def lists(self) -> tuple[tuple[str, tuple[ReviewItem, ...]], ...]:
        """The lists that are not empty, each with its heading, in the order of display."""
        found: list[tuple[str, tuple[ReviewItem, ...]]] = [
            (heading, getattr(self, name)) for name, heading in LISTS.items()
        ]
        return tuple((heading, items) for heading, items in found if items)

    def to_records(self) -> list[ReviewItemRecord]:
        """Return a flat dict for each task in each list, in the order of display: the rows of a table, for dataframes.

        The columns are those of ``documents.ReviewItemRecord``.
        """
        return list(self._rows())

    def _rows(self) -> Iterator[ReviewItemRecord]:
        since, at = as_utc(self.since), as_utc(self.at)
        for heading, items in self.lists:
            for item in items:
                yield {
                    "launch": self.name,
                    "topic": self.topic or None,
                    "review_since": since,
                    "as_of": at,
                    "heading": heading,
                    "task": item.id,
                    "title": item.title,
                    "words": item.words,
                    "by": item.by,
                    "at": item.at,
                    "note": item.note or None,
                    "recorded_references": [reference.url for reference in item.references],
                }

    def to_dict(self) -> ReviewDocument:
        """Return the review as dicts, lists, strings and numbers, ready for JSON."""
        document = plain_fields(self)
        document |= {"selection": dict(self.selection), "ahead": {event.id: event.to_dict() for event in self.ahead}}
        return cast("ReviewDocument", document)
