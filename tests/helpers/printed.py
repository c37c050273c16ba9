"""What the command line prints as JSON: documents with records around the members of their lists."""

from __future__ import annotations

from servingchecklist._jsonlike import plain
from servingchecklist._launch.review import LISTS


def rows_of(records, values):
    """Return records as JSON has them, each with the document of its value."""
    return [
        {
            **{name: cell if type(cell) is list else plain(cell) for name, cell in row.items()},
            "document": value.to_dict(),
        }
        for row, value in zip(records, values, strict=True)
    ]


def status_of(launch, snapshot):
    records = {row["task"]: row for row in launch.to_records(at=snapshot.at)}
    return {
        **snapshot.to_dict(),
        "tasks": rows_of([records[state.id] for state in snapshot.states], snapshot.states),
    }


def review_of(review):
    rows = rows_of(review.to_records(), [item for _, items in review.lists for item in items])
    return {
        **review.to_dict(),
        **{name: [row for row in rows if row["heading"] == heading] for name, heading in LISTS.items()},
    }


def forecast_of(forecast):
    return {**forecast.to_dict(), "tasks": rows_of(forecast.to_records(), forecast.tasks)}


def log_of(launch):
    return rows_of(launch.log.to_records(), launch.events)
