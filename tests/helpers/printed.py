"""What the command line prints as JSON: documents with records in the place of their lists."""

from __future__ import annotations

from servingchecklist._jsonlike import plain_records
from servingchecklist._launch.review import LISTS


def status_of(launch, snapshot):
    ids = {state.id for state in snapshot.states}
    rows = [row for row in launch.to_records(at=snapshot.at) if row["task"] in ids]
    return {**snapshot.to_dict(), "tasks": plain_records(rows)}


def review_of(review):
    rows = plain_records(review.to_records())
    return {
        **review.to_dict(),
        **{name: [row for row in rows if row["heading"] == heading] for name, heading in LISTS.items()},
    }


def forecast_of(forecast):
    return {**forecast.to_dict(), "tasks": plain_records(forecast.to_records())}
