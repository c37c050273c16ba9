"""Numbers, dates and shares in words, for views, pictures and calendars alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from .._model.task import Status
from .._model.timestamps import day_of
from .._planning.calendar import EVERY_DAY
from .._planning.distribution import LEVELS
from .._planning.rules import abbreviate
from .._text import count, join_words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from .._launch.gate import Gate
    from .._launch.results import Tally, TaskState
    from .._launch.review import Review
    from .._planning.critical_path import CriticalPath, Estimate
    from .._planning.distribution import Distribution
    from .._planning.forecast import Forecast
    from .._planning.levers import Levers

NOTHING_LEFT = "Nothing is left to do."
ASSUMPTIONS = "Assumptions"
FINISHED = "When it is finished"

MOST_ROWS = 24
"""The maximum number of rows in a table of finish days; where there are more days, several share a row."""


def though_early(state: TaskState) -> str:
    """Return the end of a sentence about a task that was begun or finished while prerequisites are open or before its first day.

    It is empty for any other task, also for one that is waived or not applicable before its first day: nobody works on that.
    """
    if state.waits_for:
        verb = "is" if len(state.waits_for) == 1 else "are"
        return f", though {join_words(abbreviate([*state.waits_for]))} {verb} open"
    is_worked = state.status in (Status.DOING, Status.DONE)
    return f", though its first day is {state.not_before}" if state.not_before and is_worked else ""


def findings(gate: Gate) -> str:
    """Return the numbers of the required findings of a gate: those that are met, missed, not proven and waived."""
    met = sum(finding.required for finding in gate.met)
    facts = [
        f"{met:,} of {gate.coverage.required:,} required findings met"
        if gate.coverage.required
        else "nothing is required"
    ]
    others = ((gate.blockers, "missed"), (gate.gaps, "not proven"), (gate.waived, "waived"))
    facts += [f"{len(found):,} {words}" for found, words in others if found]
    word = gate.coverage.by_word_only
    return f"{', '.join(facts)}{f'; {word:,} by word only' if word else ''}"


def days(number: float) -> str:
    """Return a number of days to the tenth."""
    return f"{number:.1f}".removesuffix(".0")


def working_days(number: float) -> str:
    """Return a number of working days to the tenth, with its unit."""
    written = days(number)
    return f"{written} working day{'' if written == '1' else 's'}"


def percent(share: float) -> str:
    """Return a share in whole percent. A share above 0, below a half or below 1 is never rounded to 0 %, 50 % or 100 %."""
    if 0 < share < 0.01:
        return "<1%"
    if 0.49 < share < 0.5:
        return "49%"
    return ">99%" if 0.99 < share < 1 else f"{share * 100:.0f}%"


def from_to(first: date, last: date) -> str:
    """Return a day, or a range of days."""
    return first.isoformat() if first == last else f"{first.isoformat()} to {last.isoformat()}"


def clock(at: datetime) -> str:
    """Return a time as people read it: ``2026-11-23 09:30 UTC``."""
    return f"{at.isoformat(' ', 'minutes')[:16]} {zone(at)}"


def zone(at: datetime) -> str:
    """Return the offset of a time zone. Its own name could be any text."""
    offset = at.isoformat("T", "minutes")[16:]
    return "UTC" if offset == "+00:00" else f"UTC{offset}"


def when(at: datetime, review: Review) -> str:
    """Return a time in a review: the day or, if the whole review is about one day, the time of day."""
    day = day_of(at, review.at)
    if day == day_of(review.since, review.at) == day_of(review.at, review.at):
        return at.astimezone(review.at.tzinfo).isoformat()[11:16]
    return day


def counts(tally: Tally) -> str:
    """Return how many tasks are done, waived and not applicable."""
    if not tally.total:
        return "no tasks"
    others = {"waived": tally.waived, "not applicable": tally.not_applicable}
    words = "".join(f", {number} {what}" for what, number in others.items() if number)
    return f"{tally.done} of {tally.total} done{words}"


def titled(title: str, topic: str) -> str:
    """Return the title of the checklist of a launch, for the head of a page, with the topic unless it names that itself."""
    return f"{title} ({topic})" if topic and f" {topic} " not in f" {title} " else title


def blocked(ids: Sequence[str], so: str) -> str:
    """Return a sentence that tasks are blocked, and its consequence."""
    return f"{join_words(abbreviate(list(ids)))} {'is' if len(ids) == 1 else 'are'} blocked, so {so}"


@attrs.frozen
class Level:
    """A date by which a certain share of the samples is finished.

    Attributes:
        name: The name of the level, as in ``P80``.
        day: The date.
        words: Its meaning in words.
    """

    name: str
    day: str
    words: str


def levels(finish: Distribution) -> list[Level]:
    """Return the dates by which something is finished, from the lowest level to the highest."""
    words = "{:.0f} % chance of finishing by this date"
    return [
        Level(name.upper(), finish.quantile(share).isoformat(), words.format(share * 100))
        for name, share in LEVELS.items()
    ]


def counts_by_day(finish: Distribution, most: int = MOST_ROWS) -> list[tuple[date, date, int]]:
    """Return the number of samples finished in each range of worked days, from the first to the last without a gap.

    Args:
        finish: The samples.
        most: The maximum number of ranges.
    """
    start, calendar = finish.start, finish.calendar if finish.dates is None else EVERY_DAY
    numbered = [(calendar.between(start, day), many) for day, many in finish.by_day()]
    first, last = numbered[0][0], numbered[-1][0]
    wide = -(-(last + 1 - first) // most)
    sums = [0] * ((last - first) // wide + 1)
    for number, many in numbered:
        sums[(number - first) // wide] += many
    ends = ((number, min(number + wide - 1, last)) for number in range(first, last + 1, wide))
    return [(calendar.day(start, a), calendar.day(start, b), many) for (a, b), many in zip(ends, sums, strict=True)]


def subject(forecast: Forecast) -> str:
    """Return the title of the checklist that is forecast and, if known, the day on which it was asked for."""
    title = titled(forecast.checklist.title, forecast.topic)
    return title + (f", as of {forecast.today.isoformat()}" if forecast.today else "")


def basis(value: Forecast | Levers, *, is_owned: bool) -> str:
    """Return the start, the people, the samples and the seed of a forecast, in one line; ``is_owned`` where open tasks have owners."""
    options, people = value.options, ""
    if options.people:
        people = f" by {options.people:,} {'person' if options.people == 1 else 'people'}"
        people += " and the owners" if is_owned else ""
    return (
        f"Worked from {value.start.isoformat()} on{people}; {count(len(value.finish), 'sample')}, seed {options.seed}"
    )


_ESTIMATES: dict[Estimate, str] = {
    "low": "where everything takes as little as estimated",
    "mean": "where everything takes the mean of its estimate",
    "high": "where everything takes as much as estimated",
}


def length(path: CriticalPath) -> str:
    """Return the length of a critical path, with the estimate used and whether blocked tasks may make it longer."""
    words = f"{working_days(path.days)}, {_ESTIMATES[path.estimate]}"
    return f"{words}; {blocked(path.blocked, 'it may take longer')}" if path.blocked else words
