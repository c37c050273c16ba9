"""Events are values that are named by what they say."""

import copy
import datetime as datetime_module
import hashlib
import json
import pickle
from datetime import UTC, date, datetime, timedelta, timezone
from typing import get_args
from zoneinfo import ZoneInfo

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.names import NAMES
from helpers.proof import PROOF_EVENTS
from helpers.strategies import ids, task_events
from servingchecklist import Reference, events
from servingchecklist._launch.events import KINDS as EVENT_KINDS
from servingchecklist.errors import InvalidError
from servingchecklist.events import Event

AT = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
PAGE = Reference("the run", "https://example.com/runs/1")
EXAMPLES = [
    events.LaunchStarted(by="ml-platform", at=AT),
    events.Migrated(
        "model-serving", "2027.1", digest="sha256:" + "0" * 64, retired=["c2", "c3"], by="ml-platform", at=AT
    ),
    events.Retracted("0123456789abcdef" * 4, reason="it was c2", by="ml-platform", at=AT),
    events.Begun("c1", by="ml-platform", at=AT),
    events.Finished("c1", by="ml-platform", at=AT),
    events.Blocked("c1", by="ml-platform", at=AT, reason="no access"),
    events.Unblocked("c1", by="ml-platform", at=AT),
    events.Reopened("c1", by="ml-platform", at=AT, reason="it drifts"),
    events.Waived("c1", by="ml-platform", at=AT, reason="not for this model", expires=date(2026, 12, 31)),
    events.NotApplicable("c1", by="ml-platform", at=AT, reason="one caller", note="a\nb", references=[PAGE]),
    events.Assigned("c1", by="ml-platform", at=AT, owner="serving-team"),
    events.DueSet("c1", by="ml-platform", at=AT, due=date(2026, 12, 1)),
    events.Noted("c1", by="ml-platform", at=AT, text="two\nlines"),
    events.Ticked("c1", by="ml-platform", at=AT, step="numbers"),
    events.Unticked("c1", by="ml-platform", at=AT, step="numbers", note="one is missing"),
    *PROOF_EVENTS,
]
each_example = pytest.mark.parametrize("event", EXAMPLES, ids=lambda event: event.kind)


def test_the_family_is_closed_and_every_kind_has_a_name():
    assert {type(event) for event in EXAMPLES} == set(get_args(Event)) == set(EVENT_KINDS.values())
    assert all(EVENT_KINDS[event.kind] is type(event) for event in EXAMPLES)


@each_example
def test_an_event_is_a_value(event):
    again = pickle.loads(pickle.dumps(event))
    assert again == copy.deepcopy(event) == attrs.evolve(event) == event
    assert len({again, event}) == 1
    assert eval(repr(event), {**NAMES, "datetime": datetime_module}) == event
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        event.by = "somebody else"


@each_example
def test_the_id_is_the_digest_of_what_files_say(event):
    text = json.dumps(event.to_dict(), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert event.id == hashlib.sha256(text.encode()).hexdigest()
    assert event.id == pickle.loads(pickle.dumps(event)).id
    assert attrs.evolve(event, by="serving-team").id != event.id


def test_ids_do_not_move():
    # They are in stores and in other people's copies: whoever changes one of these changes every log there is.
    assert [event.id[:12] for event in EXAMPLES] == [
        "4a1ef18a8ba6",
        "f92b29af68d5",
        "1fcd5dbecc32",
        "259dd20cb59f",
        "7f8352e58e7f",
        "e8dfbffb3306",
        "7a89bf4888d9",
        "9d2c6d9aed41",
        "2899e3a047a9",
        "3ed7103c064d",
        "f5e120151fea",
        "4b14e6cab061",
        "e303da4f190a",
        "c36bf5cbb082",
        "9d048d34d871",
        "1132d9646dfa",
        "2b65a77cc078",
        "fc9d6f5e7808",
        "896e58631d51",
        "1c94da4c4bab",
        "a8e181b26e02",
        "0b5e8b1933cc",
        "26f499daa9d7",
    ]


def test_what_files_say_leaves_out_what_is_the_default():
    assert events.Assigned("c1", by="x", at=AT).to_dict() == {
        "kind": "assigned",
        "task": "c1",
        "by": "x",
        "at": "2026-11-24T09:30:00Z",
    }
    precise = events.DueSet("c1", by="x", at=AT + timedelta(microseconds=7), due=date(2026, 12, 1))
    assert precise.to_dict() == {
        "kind": "due-set",
        "task": "c1",
        "by": "x",
        "at": "2026-11-24T09:30:00.000007Z",
        "due": "2026-12-01",
    }


any_event = task_events(ids, steps=st.tuples(ids, ids))


@given(any_event, any_event)
def test_two_events_have_one_id_just_where_they_are_equal(one, other):
    assert (one.id == other.id) is (one == other)
    assert (one.key < other.key) is ((one.at, one.id) < (other.at, other.id))


class Stamp(datetime):
    """As the timestamps of data frames are."""


class Day(date):
    pass


@pytest.mark.parametrize(
    "at",
    [
        AT.astimezone(ZoneInfo("Asia/Kolkata")),
        AT.astimezone(timezone(timedelta(hours=-8))),
        AT.replace(fold=1),
        Stamp(2026, 11, 24, 9, 30, tzinfo=UTC),
    ],
)
def test_every_time_zone_writes_the_same_event_the_same_way(at):
    event = events.Begun("c1", by="x", at=at)
    assert event == events.Begun("c1", by="x", at=AT)
    assert (event.id, type(event.at), event.at.tzinfo) == (events.Begun("c1", by="x", at=AT).id, datetime, UTC)


def test_dates_of_a_subclass_become_plain_ones():
    assert type(events.DueSet("c1", by="x", at=AT, due=Day(2026, 12, 1)).due) is date


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (
            lambda: events.Finished("c1", by="x", at=datetime(2026, 11, 24)),  # noqa: DTZ001
            "$.at: has no time zone (got 2026-11-24T00:00:00); give it, as in datetime(..., tzinfo=UTC) or datetime.now(UTC)",
        ),
        (
            lambda: events.Finished("c1", by="x", at="2026-11-24"),
            "$.at: is not a timestamp (got '2026-11-24'); give a datetime with a time zone, as in datetime.now(UTC)",
        ),
        (
            lambda: events.Finished("c1", by="x", at=datetime(9999, 1, 1, tzinfo=UTC)),
            "$.at: is out of range (got 9999-01-01T00:00:00+00:00); use the years 2 to 9998",
        ),
        (
            lambda: events.Finished("c1", by="x", at=datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=1)))),
            "$.at: is out of range (got 0001-01-01T00:00:00+01:00); use the years 2 to 9998",
        ),
        (
            lambda: events.Finished("c1", by="x", at=datetime(1, 12, 31, tzinfo=UTC)),
            "$.at: is out of range (got 0001-12-31T00:00:00+00:00); use the years 2 to 9998",
        ),
        (
            lambda: events.DueSet("c1", by="x", at=AT, due=AT),
            "$.due: is not a date (got a value of type datetime); give a datetime.date, as in date(2026, 12, 31)",
        ),
        (
            lambda: events.Waived("c1", by="x", at=AT, reason="r", expires=date(2026, 11, 22)),
            "$.expires: lies before the waiver (got 2026-11-22); give a last day from 2026-11-24 on",
        ),
        (lambda: events.Blocked("c1", by="x", at=AT, reason=" "), "$.reason: is empty (got ' '); say in a few words what it is"),
        (lambda: events.Noted("c1", by="x", at=AT, text="\n"), "$.text: is empty (got '\\n'); say it, or take it out"),
        (lambda: events.Assigned("c1", by="x", at=AT, owner=""), "$.owner: is empty (got ''); say in a few words what it is"),
        (lambda: events.Begun("c1", by="x\x1b[2J", at=AT), "$.by: holds the control character U+001B at position 1"),
        (lambda: events.Begun("C 1", by="x", at=AT), "$.task: is not an id (got 'C 1')"),
        (lambda: events.Begun("c1", by="x", at=AT, note=None), "$.note: is not text (got None)"),
        (lambda: events.Noted("c1", by="x", at=AT, text="x", references=PAGE), "$.references: is not a list (got a value of type Reference)"),
        (lambda: events.NotApplicable("c1", by="x", at=AT, reason=""), "$.reason: is empty (got '')"),
        (lambda: events.Ticked("c1", by="x", at=AT, step="Each has a number"), "$.step: is not an id (got 'Each has a number')"),
        (lambda: events.Unticked("c1", by="x", at=AT, step=None), "$.step: is not an id (got None)"),
        (lambda: events.Retracted("12345678", by="x", at=AT), "$.event: is not the id of an event (got '12345678'); write its 64 digits of 0-9 and a-f"),
        (lambda: events.Retracted("A" * 64, by="x", at=AT), "$.event: is not the id of an event"),
        (lambda: events.Retracted("1" * 64 + "\n", by="x", at=AT), "$.event: is not the id of an event"),
        (lambda: events.LaunchStarted(by="x", at=AT, topic="a\nb"), "$.topic: holds"),
        (lambda: events.LaunchStarted(by="x", at=AT, digest="0" * 64), "$.digest: is not a digest"),
        (lambda: events.Migrated("x", "1", by="x", at=AT, digest=""), "$.digest: is not a digest"),
    ],
)  # fmt: skip
def test_what_cannot_be_recorded_is_said(make, expected):
    with pytest.raises(InvalidError) as caught:
        make()
    assert str(caught.value).startswith(expected)


def test_everything_that_is_wrong_is_said_at_once():
    with pytest.raises(InvalidError) as caught:
        events.Waived("", by="", at=None, reason="", expires=None)
    assert [fault.path for fault in caught.value.faults] == ["$.task", "$.by", "$.at", "$.reason", "$.expires"]


@given(st.datetimes(datetime(2, 1, 1), datetime(9998, 12, 31), timezones=st.just(UTC)))  # noqa: DTZ001
def test_keys_sort_as_moments_do(at):
    event = events.Begun("c1", by="x", at=at)
    later = attrs.evolve(event, at=at + timedelta(microseconds=1))
    assert event.key < later.key
