"""The tasks of a launch as records, and as a frame of polars, of 10,000 tasks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars
import pytest
from shapes import usual

from servingchecklist import Checklist, Launch, events

START = datetime(2026, 1, 1, tzinfo=UTC)
AT = datetime(2026, 2, 1, tzinfo=UTC)


def launch():
    """A launch in which every second task has an owner, and every third is finished."""
    checklist = Checklist.from_dict(usual(10_000))
    log = [events.LaunchStarted(by="ml-platform", at=START)]
    for number, task in enumerate(checklist):
        at = START + timedelta(days=1, seconds=number)
        if number % 2:
            log.append(events.Assigned(task.id, owner="serving-team", by="ml-platform", at=at))
        if number % 3 == 0:
            log.append(events.Finished(task.id, note="as planned", by="ml-platform", at=at + timedelta(days=1)))
    return Launch(checklist, "large-1", log)


LAUNCH = launch()
ROWS = LAUNCH.to_records(at=AT)


def plain(rows):
    """Return a function that makes dicts of the cells of rows, as a literal of a dict does."""
    names = list(rows[0])
    cells = [f"{name!r}: {f'list({name})' if type(rows[0][name]) is list else name}" for name in names]
    make = eval(f"lambda rows: [{{{', '.join(cells)}}} for {', '.join(names)} in rows]")
    tuples = [tuple(row.values()) for row in rows]
    assert make(tuples) == rows
    return lambda: make(tuples)


@pytest.mark.parametrize("value", [LAUNCH, LAUNCH.checklist], ids=["launch", "checklist"])
def test_records_against_plain_dicts(compare, value):
    rows = ROWS if value is LAUNCH else value.to_records()
    take = (lambda: LAUNCH.to_records(at=AT)) if value is LAUNCH else value.to_records
    name = type(value).__name__
    compare(f"{name}.to_records of 10,000 tasks", take, "a literal of a dict for each", plain(rows), goal=3)


def test_arrow_against_records(compare):
    """Both from the launch to the frame."""
    assert polars.DataFrame(LAUNCH).drop("as_of").equals(polars.DataFrame(ROWS, infer_schema_length=None).drop("as_of"))
    compare(
        "polars.DataFrame(launch), 10,000 tasks",
        lambda: polars.DataFrame(LAUNCH),
        "polars.DataFrame(launch.to_records())",
        lambda: polars.DataFrame(LAUNCH.to_records()),
        goal=0.5,
    )
