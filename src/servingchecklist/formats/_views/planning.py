"""Views of forecasts, levers, critical paths, distributions and calendars."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from ..._planning.calendar import weekdays_in_words
from ..._planning.calibration import LEAST_TASKS
from ..._planning.distribution import LEVELS
from ..._planning.options import DEFAULTS, options_document
from ..._planning.rules import abbreviate
from ..._text import count, join_words, without_number
from .. import _phrases
from .._document import Bullets, Document, Field, Fields, Figure, Item, Items, Paragraph, Row, Section, Strong, Table
from .checklist import first_day, waits_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..._planning.calendar import Calendar
    from ..._planning.calibration import Calibration
    from ..._planning.critical_path import CriticalPath, Span
    from ..._planning.distribution import Distribution
    from ..._planning.forecast import Forecast, TaskForecast
    from ..._planning.levers import Levers
    from ..._planning.options import ForecastOptions
    from .._document import Block

_MOST_CLOSED = 50
"""The maximum number of closed tasks that a page lists."""

_BLOCKED = "Blocked, so all dates are the earliest ones"
_LEAST_DAYS = 0.05
"""The least difference that is shown: less is none to the tenth of a day."""
_SPREAD = "Probability of finishing on each day"


def forecast(value: Forecast) -> Document:
    """Return a forecast: the dates, the picture of the schedule, and tables by due date, phase and task."""
    blocks: list[Block] = [Paragraph(_phrases.subject(value))]
    if value.tasks:
        is_owned = any(task.owner for task in value)
        blocks += [_levels(value.finish), Paragraph(_phrases.basis(value, is_owned=is_owned)), *_notices(value)]
        blocks.append(Figure(value, "Median schedule: each task takes its own median duration", _schedule(value)))
        blocks += [Figure(value.finish, _SPREAD, _spread(value.finish))]
        blocks += [Section(heading, [table]) for heading, table in _tables(value) if table.rows]
        blocks.append(Section(_phrases.ASSUMPTIONS, [Bullets(value.assumptions)]))
    else:
        blocks.append(Paragraph(_phrases.NOTHING_LEFT, "lead"))
    return Document(f"Forecast of {value.name}", blocks)


def levers(value: Levers) -> Document:
    """Return the levers of a plan: its dates, and a table of the changes that move P80. The others are in one line."""
    blocks: list[Block] = [Paragraph(_phrases.titled(value.checklist.title, value.topic))]
    if value:
        blocks += [_levels(value.finish), Paragraph(_phrases.basis(value, is_owned=value.is_owned))]
        titles = {task.id: value.title_of(task) for task in value.checklist}
        if value.blocked:
            items = [Item(titles[task_id], task_id) for task_id in value.blocked]
            blocks.append(Section(_BLOCKED, [Items(items)], role="notice"))
        idle = {
            lever.task
            for lever in value
            if lever.kind == "task" and abs(lever.days) < _LEAST_DAYS and lever.p80 == value.finish.p80
        }
        rows = [
            Row(
                Item(lever.words, facts=[titles[lever.task]] if lever.task else []),
                [f"{round(lever.days, 1) or 0.0:.1f}", lever.p80.isoformat()],
            )
            for lever in value
            if lever.kind != "task" or lever.task not in idle
        ]
        table = Table(("Change", "Days earlier at P80", "P80"), rows, numbers=("Days earlier at P80",))
        blocks += [Section("Changes", [table])] if rows else []
        if ids := [task.id for task in value.checklist if task.id in idle]:
            words = f"{count(len(ids), 'task')} would change nothing by taking no time"
            blocks.append(Paragraph(f"{words}: {join_words(abbreviate(ids))}"))
        blocks.append(Section(_phrases.ASSUMPTIONS, [Bullets(value.assumptions)]))
    else:
        blocks.append(Paragraph(_phrases.NOTHING_LEFT, "lead"))
    return Document(f"Levers of {value.name}", blocks)


def critical_path(value: CriticalPath) -> Document:
    """Return a critical path: its length, its tasks in order, and the slack of every task. The topic is at the head only."""
    blocks: list[Block] = [Paragraph(_phrases.titled(value.checklist.title, value.checklist.topic))]
    if value:
        spans = [value[task_id] for task_id in value.path]
        steps = [
            Item(
                without_number(value.checklist[span.id].title),
                span.id,
                [
                    _phrases.working_days(span.early_finish - span.early_start),
                    *first_day(value.checklist[span.id]),
                    *_wait(value, span),
                    *waits_until(value.checklist[span.id], value.first_days.get(span.id)),
                ],
            )
            for span in spans
        ]
        words = _phrases.length(value)
        blocks.append(Paragraph(words, "lead"))
        caption = "What comes after what, with the critical path marked"
        alternative = f"Graph of {count(len(value.checklist), 'task')}. The critical path: {', '.join(abbreviate(list(value.path)))}."
        blocks.append(Figure(value, caption, alternative, "graph"))
        blocks += [Section("The path", [Items(steps, "number")]), _slack(value)]
    else:
        blocks.append(Paragraph(_phrases.NOTHING_LEFT, "lead"))
    return Document("Critical path", blocks)


def distribution(value: Distribution) -> Document:
    """Return the distribution of a finish date: its levels, its mean, and the share of samples on each day."""
    mean = f"The mean is {_phrases.working_days(value.mean_days)} from {value.start.isoformat()} on; {count(len(value), 'sample')}"
    picture = Figure(value, _SPREAD, _spread(value))
    return Document(_phrases.FINISHED, [_levels(value), Paragraph(mean), picture, Section("By day", [_by_day(value)])])


def calendar(value: Calendar) -> Document:
    """Return the worked weekdays and the holidays of a calendar."""
    days = weekdays_in_words(value.weekdays)
    holidays = join_words(abbreviate([day.isoformat() for day in value.holidays])) or "none"
    fields = [Field("Worked", [days]), Field("Holidays", [holidays])]
    return Document("Calendar", [Fields(fields)], is_headed=False)


def calibration(value: Calibration) -> Document:
    """Return what a team's record says of its estimates and its forecasts, the latest closed tasks last."""
    used = f"Forecasts with this history use it from {LEAST_TASKS} closed tasks on"
    fields = [
        Field("Closed tasks", [f"{len(value)}" if value.is_used else f"{len(value)}, too few to be used"]),
        Field("Actual time to estimate", [f"{value.median_ratio:.2f} at the median, {value.total_ratio:.2f} in all"]),
        Field("Within the range", [f"{_phrases.percent(value.held)} of the tasks; 80% where ranges are right"]),
    ]
    if value.shared is not None:
        fields.append(Field("In common", [f"{_phrases.percent(value.shared)} of the variance"]))
    blocks: list[Block] = [Fields(fields), Paragraph(f"{used}.")]
    if value.forecasts:
        blocks.append(Section("Past forecasts", [_past_levels(value), _past_forecasts(value)]))
    blocks.append(Section("Closed tasks", [_closed_tasks(value)]))
    return Document("Calibration", blocks)


def _past_levels(value: Calibration) -> Table:
    """Return how often the dates of past forecasts held."""
    rows = [
        Row(Item(name.upper()), [_phrases.percent(LEVELS[name]), _phrases.percent(share)])
        for name, share in value.levels.items()
        if share is not None
    ]
    return Table(("Date", "Should hold", "Held"), rows, numbers=("Should hold", "Held"))


def _past_forecasts(value: Calibration) -> Table:
    rows = [
        Row(Item(past.launch), [day.isoformat() for day in (past.p50, past.p80, past.p95, past.finished)])
        for past in value.forecasts
    ]
    columns = (*map(str.upper, LEVELS), "Finished")
    return Table(("Launch", *columns), rows, numbers=columns)


def _closed_tasks(value: Calibration) -> Table:
    """Return the closed tasks with the estimate, the actual time and the ratio of both; of many, the latest."""
    rows = [
        Row(
            Item(f"{task.launch}: {task.id}", "", [f"owner {task.owner}"] if task.owner else []),
            [
                task.finished.isoformat(),
                str(task.estimate),
                _phrases.working_days(task.actual),
                f"{task.ratio:.2f}",
                "yes" if task.is_held else "no",
            ],
        )
        for task in value.tasks[-_MOST_CLOSED:]
    ]
    return Table(("Task", "Finished", "Estimate", "Took", "Ratio", "In range"), rows, numbers=("Ratio",))


def options(value: ForecastOptions) -> Document:
    """Return the options of a forecast that differ from the defaults."""
    block = Paragraph("All options have their default.") if value == DEFAULTS else stated_options(value)
    return Document("Options of a forecast", [block])


def stated_options(value: ForecastOptions) -> Fields:
    """Return the options that differ from the defaults as fields."""
    document = dict(options_document(value))
    if history := value.history:
        document["history"] = f"{count(len(history), 'closed task')}, {history.total_ratio:.2f} in all"
    names = [name for name in document if getattr(value, name) != getattr(DEFAULTS, name)]
    return Fields([Field(name.replace("_", " ").capitalize(), list(_option(document[name]))) for name in names])


def _option(value: object) -> Iterator[str]:
    """Yield the parts of an option in words."""
    if isinstance(value, dict):
        for key, item in cast("dict[str, object]", value).items():
            yield f"{key}: {', '.join(_option(item))}"
    elif isinstance(value, list):
        yield ", ".join(map(str, cast("list[object]", value)))
    else:
        yield str(value)


def _levels(finish: Distribution) -> Fields:
    """Return P50, P80 and P95 as fields."""
    levels = [Field(level.name, [[Strong(level.day), f", {level.words}"]]) for level in _phrases.levels(finish)]
    return Fields(levels, "levels")


def _notices(forecast: Forecast) -> Iterator[Section]:
    """Yield the warnings about the dates, each with the tasks that it is about."""
    groups = {
        _BLOCKED: frozenset(forecast.blocked),
        "All of the estimated time is spent": frozenset(forecast.overrun),
    }
    for heading, ids in groups.items():
        if items := [Item(task.title, task.id) for task in forecast.tasks if task.id in ids]:
            yield Section(heading, [Items(items)], role="notice")


def _schedule(forecast: Forecast) -> str:
    left, levels = len(forecast.tasks), _phrases.levels(forecast.finish)
    dates = join_words([f"{level.day} ({level.name})" for level in levels])
    return f"Gantt chart of {count(left, 'task')} from {forecast.start.isoformat()} on. All are finished by {dates}."


def _spread(finish: Distribution) -> str:
    days = finish.by_day()
    return f"Histogram of the day of the end, from {days[0][0].isoformat()} to {days[-1][0].isoformat()}."


def _tables(forecast: Forecast) -> Iterator[tuple[str, Table]]:
    """Yield the forecast by due date, the least likely first, by phase and by task."""
    due = [(task.on_time, task.due, task) for task in forecast.tasks if task.on_time is not None and task.due]
    rows = [
        Row(_about(task), [day.isoformat(), _phrases.percent(on_time), task.finish.p80.isoformat()])
        for on_time, day, task in sorted(due, key=lambda entry: entry[:2])
    ]
    yield "Due dates", Table(("Task", "Due", "On time", "P80"), rows, numbers=("On time",))
    phases = [
        Row(Item(phase.title), [str(phase.left), *_days(phase.finish, *LEVELS.values())]) for phase in forecast.phases
    ]
    yield "By phase", Table(("Phase", "Left", *map(str.upper, LEVELS)), phases, numbers=("Left",))
    slots = {slot.id: _phrases.from_to(slot.start, slot.finish) for slot in forecast.schedule}
    tasks = [
        Row(
            _about(task),
            [slots.get(task.id, "not scheduled"), *_days(task.finish, 0.5, 0.8), _phrases.percent(task.criticality)],
        )
        for task in forecast.tasks
    ]
    yield "By task", Table(("Task", "Scheduled", "P50", "P80", "Critical"), tasks, numbers=("Critical",))


def _days(finish: Distribution, *shares: float) -> list[str]:
    return [finish.quantile(share).isoformat() for share in shares]


def _about(task: TaskForecast) -> Item:
    return Item(task.title, task.id, [f"owner {task.owner}"] if task.owner else [])


def _slack(path: CriticalPath) -> Section:
    """Return the early and late start and finish of each task, and its slack."""
    columns = ("Early start", "Early finish", "Late start", "Late finish", "Slack")
    rows: list[Row] = []
    for span in path:
        days = (span.early_start, span.early_finish, span.late_start, span.late_finish)
        rows.append(Row(Item(path.checklist[span.id].title, span.id), [*map(_phrases.days, days), _slack_of(span)]))
    start = path.start.isoformat() if path.start else "the start"
    return Section(f"Working days from {start}", [Table(("Task", *columns), rows, numbers=columns)])


def _wait(path: CriticalPath, span: Span) -> list[str]:
    """Return the days that a task waits after open tasks; nothing where it does not."""
    task = path.checklist[span.id]
    ends = {other.id: other.early_finish for other in path} if task.wait_days else {}
    is_waiting = any(
        ends.get(other.id, span.early_start) < span.early_start for other in path.checklist.waits_for(task)
    )
    return [f"waits {count(task.wait_days, 'day')}"] if is_waiting else []


def _slack_of(span: Span) -> str:
    if span.is_critical:
        return "none"
    return _phrases.days(span.slack) if span.slack >= 0.1 else "<0.1"


def _by_day(finish: Distribution) -> Table:
    """Return the share of samples finished on each day or range of days, and the share finished by then."""
    counts, levels = _phrases.counts_by_day(finish), _phrases.levels(finish)
    rows: list[Row] = []
    so_far = 0
    for first, last, many in counts:
        so_far += many
        names = [level.name for level in levels if first.isoformat() <= level.day <= last.isoformat()]
        shares = [_phrases.percent(number / len(finish)) for number in (many, so_far)]
        rows.append(Row(Item(_phrases.from_to(first, last)), [*shares, ", ".join(names)]))
    most = max(many for _, _, many in counts)
    bars = [many / most for _, _, many in counts]
    return Table(("Finished on", "Share", "So far", "Level"), rows, numbers=("Share", "So far"), bars=bars)
