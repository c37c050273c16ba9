"""The view of a review of a launch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..._launch.timestamps import day_of
from .. import _phrases
from .._document import Document, Figure, Item, Items, Paragraph, Row, Section, Table
from .launch import days_of_work
from .recommendations import next_section

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..._launch.results import Review, ReviewItem, Slip, Tally
    from .._document import Block


def review(value: Review) -> Document:
    """Return a review: the closed tasks, the changes of the forecast, the lists, the recommendations, and the phases."""
    before, now = value.before.overall, value.now.overall
    blocks: list[Block] = [
        Paragraph(f"{value.title}, {_period(value)}"),
        Paragraph(f"Closed: {', '.join(_changes(before, now))}", "lead"),
        Figure(value, f"Burn-up of {value.name}", _burn_up(value)),
    ]
    if not value.lists:
        blocks.append(Paragraph("Nothing happened."))
    blocks += _forecast(value)
    blocks += [Section(heading, [_items(items)], role="brief") for heading, items in value.lists]
    blocks.append(next_section(value.next))
    phases = [*zip(value.before.by_phase, value.now.by_phase, strict=False)]
    if phases:
        columns = ("Tasks", "Days of work") if any(_days(now) for _, now in phases) else ("Tasks",)
        rows = [Row(Item(now.title or now.name), _cells(then, now, len(columns))) for then, now in phases]
        blocks.append(Section("Closed by phase", [Table(("Phase", *columns), rows, numbers=columns)]))
    return Document(f"Review of {value.name}", blocks)


def _period(review: Review) -> str:
    """Return the period of a review: two days or, within one day, two times."""
    first, last = _phrases.when(review.since, review), _phrases.when(review.at, review)
    words = f"from {first} to {last}"
    day = day_of(review.at, review.at)
    return words if last == day else f"on {day} {words} {_phrases.zone(review.at)}"


def _burn_up(review: Review) -> str:
    before, now = review.before.overall, review.now.overall
    first, last = _phrases.when(review.since, review), _phrases.when(review.at, review)
    return f"Burn-up: by {first}, {_phrases.counts(before)}; by {last}, {_phrases.counts(now)}."


def _days(tally: Tally) -> float:
    return tally.days_left + tally.days_closed


def _changes(before: Tally, now: Tally) -> Iterator[str]:
    """Yield the change in tasks and, where tasks state their effort, in days of work."""
    yield f"{_tasks(before, now)} task{'' if now.total == 1 else 's'}{_by(before.closed, now.closed)}"
    if total := _days(now):
        unit = days_of_work(total)
        yield f"{_days_closed(before, now)} {unit}{_by(round(before.days_closed, 1), round(now.days_closed, 1))}"


def _cells(before: Tally, now: Tally, columns: int) -> list[str]:
    return [_tasks(before, now), _days_closed(before, now) if _days(now) else ""][:columns]


def _tasks(before: Tally, now: Tally) -> str:
    return _turned(str(before.closed), str(now.closed), str(now.total))


def _days_closed(before: Tally, now: Tally) -> str:
    return _turned(*map(_phrases.days, (before.days_closed, now.days_closed, _days(now))))


def _turned(then: str, now: str, total: str) -> str:
    return f"still {now} of {total}" if then == now else f"from {then} to {now} of {total}"


def _by(then: float, now: float) -> str:
    """Return the difference in brackets; nothing where there is none."""
    by = f"{now - then:+.1f}".removesuffix(".0")
    return "" if by in ("+0", "-0") else f" ({by})"


def _items(items: Sequence[ReviewItem]) -> Items:
    return Items([Item(item.title, item.id, [item.words]) for item in items])


def _forecast(review: Review) -> Iterator[Section]:
    """Yield how the forecast has moved; nothing if nothing was left to forecast or there is no forecast."""
    if not review.slip or _is_closed(review.before.overall):
        return
    slip = review.slip
    if _is_closed(review.now.overall):
        blocks: list[Block] = [Paragraph(_finished(slip), "lead")]
    else:
        then, now = slip.then.p50.isoformat(), slip.now.p50.isoformat()
        half = f"P50 went from {then} to {now}" if then != now else f"P50 is still {now}"
        blocks = [Paragraph(_moved(slip), "lead"), Paragraph(half)]
        if slip.blocked:
            blocks.append(Paragraph(_phrases.blocked(slip.blocked, "these dates are the earliest ones")))
    if slip.causes:
        blocks.append(Section("What moved it most", [_items(slip.causes)]))
    yield Section("Forecast", blocks, role="notice")


def _is_closed(tally: Tally) -> bool:
    return tally.closed == tally.total


def _moved(slip: Slip) -> str:
    then, now = slip.then.p80.isoformat(), slip.now.p80.isoformat()
    if not slip.days:
        return f"P80 has not moved: {now}"
    size = _phrases.working_days(abs(slip.days))
    if slip.days > 0:
        return f"P80 slipped by {size}, from {then} to {now}"
    return f"P80 is {size} earlier: {now}, not {then}"


def _finished(slip: Slip) -> str:
    day, then = slip.now.start.isoformat(), slip.then.p80.isoformat()
    if not slip.days:
        return f"Finished on {day}, by P80 as it was ({then})"
    side = "later" if slip.days > 0 else "earlier"
    return f"Finished on {day}, {_phrases.working_days(abs(slip.days))} {side} than P80 as it was ({then})"
