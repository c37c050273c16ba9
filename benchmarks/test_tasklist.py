"""A task list of 10,000 tasks: to scan it, to take over 1,000 ticks, and to bring it up to date, against the parser alone."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from markdown_it import MarkdownIt
from shapes import document

from servingchecklist import Checklist, Launch, dumps, tasklist
from servingchecklist.formats.tasklist._boxes import Page

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
AT = START + timedelta(days=1)
LAUNCH = Launch.start(Checklist.from_dict(document(10_000)), name="large", by="ml-platform", at=START)
TEXT = dumps(LAUNCH.snapshot(at=START), "tasklist")
TICKED = re.sub(r"\[ \](?= <!-- task t\d*7 )", "[x]", TEXT)
MERGED = tasklist.apply(TICKED, LAUNCH, by="issue", at=AT, limits=None)
PARSER = MarkdownIt()


def parse():
    return PARSER.parse(TEXT)


@pytest.mark.parametrize(
    ("work", "ours"),
    [
        ("scan 10,000 tasks", lambda: list(Page(TEXT, None).boxes())),
        ("apply 1,000 ticks to 10,000 tasks", lambda: tasklist.apply(TICKED, LAUNCH, by="issue", at=AT, limits=None)),
        ("update 10,000 tasks", lambda: tasklist.update(TICKED, MERGED.launch, at=AT, limits=None)),
    ],
)
def test_task_lists(compare, work, ours):
    assert len(MERGED.events) == 1_000
    assert MERGED.conflicts == ()
    compare(work, ours, "MarkdownIt().parse", parse, goal=1.0, rounds=5)


def test_writing(compare):
    snapshot = LAUNCH.snapshot(at=START)
    compare(
        "write a task list of 10,000 tasks", lambda: dumps(snapshot, "tasklist"), "MarkdownIt().parse", parse, rounds=5
    )
