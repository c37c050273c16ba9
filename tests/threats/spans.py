"""Small values that go over much time, and the cost of writing them.

Run as a program it makes the value that it is given the name of, writes it in each format that takes it, and prints what came of each, the
CPU seconds, and the megabytes that the process held at most. ``test_threat_spans.py`` runs it so, a process for each value.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, date, datetime, timedelta

MONDAY = date(2026, 11, 30)
NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)
PEOPLE = ("text", "markdown", "html")
PICTURES = ("svg", "mermaid")
DATES = (*PICTURES, "icalendar")
HALF_A_YEAR = "131 days"


def begun(year):
    """The file of a launch of one task, begun in a year."""
    from servingchecklist import Launch, dumps

    at = datetime(year, 1, 2, tzinfo=UTC)
    return dumps(Launch.start(checklist(1), name="x", by="x", at=at).begin("a", by="x", at=at), "json")


def checklist(many, effort="1 day", *, is_chain=False):
    """So many tasks of one effort, from a file."""
    from servingchecklist import loads

    tasks = [
        {"id": f"t{n}" if n else "a", "title": "T", "effort": effort}
        | ({"after": [f"t{n - 1}" if n > 1 else "a"]} if is_chain and n else {})
        for n in range(many)
    ]
    made = {"schema_version": 1, "kind": "checklist", "id": "x", "title": "X"}
    return loads(json.dumps(made | {"phases": [{"id": "p", "title": "P", "tasks": tasks}]}), "json")


def plan(many, effort, *, is_chain=False, **options):
    from servingchecklist import forecast

    return forecast(checklist(many, effort, is_chain=is_chain), **{"start": MONDAY} | options)


def launch(year):
    from servingchecklist import loads

    return loads(begun(year), "json")


def three_days_a_week():
    from servingchecklist import Calendar

    return Calendar(weekdays=[0, 2, 4])


def many_holidays():
    from servingchecklist import Calendar

    return Calendar(holidays=[date(1900, 1, 1) + timedelta(days=more) for more in range(0, 200_000, 2)])


def often_interrupted(times):
    """A launch of one task that was blocked and unblocked so many times, after a day each."""
    from servingchecklist import Launch

    at = NOON - timedelta(days=4 * times)
    made = Launch.start(checklist(1), name="x", by="x", at=at).begin("a", by="x", at=at)
    for number in range(times):
        day = at + timedelta(days=4 * number + 1)
        made = made.block("a", reason="r", by="x", at=day).unblock("a", by="x", at=day + timedelta(days=2))
    return made


VALUES = {
    # the value, how it is made; the formats that it is written in; those of them that refuse it
    "a launch begun in the year 2": (lambda: launch(2), ("json", "toml", *PEOPLE, *DATES), DATES),
    "a launch begun in 1026": (lambda: launch(1026), ("json", "toml", *PEOPLE, *DATES), DATES),
    "a launch begun in 1950": (lambda: launch(1950), ("json", "toml", *PEOPLE, *DATES), ()),
    "its forecast from the year 2": (lambda: launch(2).forecast(at=NOON), (*PEOPLE, *DATES), DATES),
    "its review from the year 2": (lambda: launch(2).review(datetime(2, 1, 3, tzinfo=UTC), at=NOON), (*PEOPLE, "svg"), ()),
    "60 tasks of 10,000 days": (lambda: plan(60, "10000 days"), (*PEOPLE, *DATES), ()),
    "60 tasks of up to 10,000 days": (lambda: plan(60, "1-10000 days"), (*PEOPLE, *DATES), ()),
    "8,000 years of tasks": (
        lambda: plan(209, "10000 days", is_chain=True, start=date(1, 1, 1), samples=200, owners={"a": "x"}, due={"a": date.max}),
        (*PEOPLE, *DATES),
        DATES,
    ),
    "the end of 8,000 years": (
        lambda: plan(209, "1-10000 days", is_chain=True, start=date(1, 1, 1), samples=200).finish, (*PEOPLE, *PICTURES), ()
    ),
    "60 tasks of just half a year": (lambda: plan(60, HALF_A_YEAR), (*PEOPLE, *DATES), ()),
    "500 tasks of just half a year": (lambda: plan(500, HALF_A_YEAR, samples=200), DATES, ()),
    "60 tasks on three days a week": (
        lambda: plan(60, "78 days", calendar=three_days_a_week()), (*PEOPLE, *DATES), ()
    ),
    "100,000 holidays": (lambda: plan(60, "5-30 days", calendar=many_holidays(), samples=1_000), (*PEOPLE, *DATES), ()),
    "due at the end of time": (
        lambda: plan(2, "1 day", due={"a": date.min, "t1": date.max}, today=date.max), (*PEOPLE, *DATES), ()
    ),
    "a task of 100 interruptions": (
        lambda: often_interrupted(100).forecast(at=NOON, samples=200), (*PEOPLE, *DATES), ()
    ),
}  # fmt: skip


def main():
    import resource

    from servingchecklist import ChecklistError, dumps
    from threats.bombs import MEMORY, most_memory, set_off

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    make, formats, _ = VALUES[sys.argv[1]]
    for format in formats:  # what is imported late is no part of the cost
        set_off(format, plan(1, "1 day", samples=1), dumps, ChecklistError)
    made = []
    steps = [("made", lambda *_: made.append(make()))]
    steps += [(format, lambda _, name: dumps(made[0], name)) for format in formats]
    for name, step in steps:
        came, took = set_off(name, None, step, ChecklistError)
        json.dump({"format": name, "came": came, "seconds": took, "megabytes": most_memory()}, sys.stdout)
        sys.stdout.write("\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
