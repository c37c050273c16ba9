"""What is said of launches and reviews where they are not as in the snapshots."""

import re
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import attrs
import pytest
from hypothesis import given
from markdown_it import MarkdownIt

from helpers.launches import END, SINCE, november, with_checklist
from helpers.pages import as_shown
from helpers.strategies import launches
from servingchecklist import (
    Checklist,
    Effort,
    Launch,
    Phase,
    Reference,
    Status,
    Task,
    dumps,
    for_context,
    model_serving,
)
from servingchecklist.results import Recommendations, ReviewItem, TaskState

FOR_PEOPLE = ["markdown", "html", "text"]
CHECKLIST = Checklist("x", "X", phases=[Phase("p", "P", tasks=[Task("a", "Try"), Task("b", "Ship", after=["a"])])])
LAUNCH = Launch.start(CHECKLIST, name="x-1", by="ml-platform", at=november(9))


def standing(launch, at=END):
    """What follows the title in the Markdown line of the first task, and what stands below it."""
    lines = dumps(launch.snapshot(at=at), "markdown").splitlines()
    place = next(number for number, line in enumerate(lines) if "] **Try**" in line)
    below = lines[place + 1].removeprefix("  - ") if lines[place + 1].startswith("  ") else ""
    return lines[place].split("`a` · ")[1].replace(" · medium", ""), below


def test_each_status_is_told_with_the_day_since_which_it_holds():
    assert standing(LAUNCH) == ("todo", "")
    begun = LAUNCH.begin("a", by="x", at=november(10))
    assert standing(begun) == ("doing since 2026-11-10", "")
    blocked = begun.block("a", reason="no *access*", by="data-science", at=november(11))
    assert standing(blocked) == (
        "blocked since 2026-11-11",
        "blocked, as data-science recorded: no \\*access\\*",
    )
    assert standing(blocked.unblock("a", by="x", at=november(12))) == ("doing since 2026-11-10", "")
    done = begun.finish("a", by="x", at=november(12))
    assert standing(done) == ("done on 2026-11-12", "")
    assert standing(done.reopen("a", by="x", at=november(13))) == ("todo since 2026-11-13", "")
    assert standing(done.reopen("a", by="serving-team", reason="it broke", at=november(13))) == (
        "todo since 2026-11-13",
        "reopened, as serving-team recorded: it broke",
    )


def test_a_waiver_is_told_and_that_it_has_expired():
    waived = LAUNCH.waive("a", reason="one caller", expires=date(2026, 11, 20), by="data-science", at=november(12))
    assert standing(waived, november(20)) == ("waived until 2026-11-20", "waived by data-science: one caller")
    expired = "waiver expired after 2026-11-20, given by data-science: one caller"
    assert standing(waived, november(21)) == ("todo", expired)
    begun = LAUNCH.begin("a", by="x", at=november(10)).record(*waived.events)
    assert standing(begun, november(21)) == ("doing since 2026-11-10", expired)


def test_a_due_date_is_told_and_that_it_has_passed():
    due = LAUNCH.assign("a", "ml_platform", by="x", at=november(9)).set_due(
        "a", date(2026, 11, 12), by="x", at=november(9)
    )
    assert standing(due, november(12)) == ("todo · owner ml_platform · due 2026-11-12", "")
    assert standing(due, november(13)) == ("todo · owner ml_platform · overdue: due 2026-11-12, 1 day ago", "")
    assert standing(due, november(14))[0].endswith("overdue: due 2026-11-12, 2 days ago")
    done = due.finish("a", by="x", at=november(13))
    assert standing(done) == ("done on 2026-11-13 · owner ml_platform · due 2026-11-12", "")
    late = '<span class="scl-overdue">overdue: due 2026-11-12, 1 day ago</span>'
    assert late in dumps(due.snapshot(at=november(13)), "html")
    assert "scl-overdue" not in dumps(done.snapshot(at=END), "html").split("</style>")[-1]


def test_days_are_those_of_the_calendar_of_the_moment():
    done = LAUNCH.set_due("b", date(2026, 11, 12), by="x", at=november(9)).finish("a", by="x", at=november(12, 23))
    at = november(13, 1).astimezone(timezone(timedelta(hours=-2)))
    assert standing(done, at) == ("done on 2026-11-12", "")
    assert "as of 2026-11-12 23:00 UTC-02:00" in dumps(done.snapshot(at=at), "markdown")
    assert "overdue" not in dumps(done.snapshot(at=at), "markdown")
    at = november(12, 23).astimezone(ZoneInfo("Asia/Kolkata"))
    assert standing(done, at) == ("done on 2026-11-13", "")
    assert "overdue: due 2026-11-12, 1 day ago" in dumps(done.snapshot(at=at), "text")
    assert "X, as of 2026-11-13 04:30 UTC+05:30\n" in dumps(done.snapshot(at=at), "text")


@pytest.mark.parametrize("format", FOR_PEOPLE)
def test_the_name_that_a_time_zone_gives_itself_is_not_told(format):
    at = datetime(2026, 11, 23, 9, tzinfo=timezone(timedelta(0), "<script>"))
    shown = dumps(LAUNCH.snapshot(at=at), format) + dumps(LAUNCH.review(november(23, 8), at=at), format)
    assert "script" not in shown
    assert shown.count("UTC") == 2


def test_states_that_were_made_by_hand_are_told_as_far_as_they_go():
    snapshot = LAUNCH.snapshot(at=END)
    states = (
        TaskState(id="a", status=Status.WAIVED),
        TaskState(id="b", status=Status.BLOCKED, reason="nobody knows"),
    )
    found = dumps(attrs.evolve(snapshot, states=states), "text")
    assert found.endswith(
        "   [~] a  waived   medium  Try\n   [!] b  blocked  medium  Ship\n          - blocked: nobody knows\n"
    )
    assert "`a` · waived · medium\n" in dumps(attrs.evolve(snapshot, states=states), "markdown")


def progress(tasks, done=()):
    launch = Launch.start(
        Checklist("x", "X", phases=[Phase("p", "P", tasks=tasks)]), name="x-1", by="x", at=november(9)
    )
    for task in done:
        launch = launch.finish(task, by="x", at=november(10))
    return dumps(launch.snapshot(at=END), "markdown").splitlines()[4]


def test_progress_is_told_in_tasks_and_in_days_of_work_where_they_are_known():
    assert progress([]) == "no tasks"
    assert progress([Task("a", "A"), Task("b", "B")], "a") == "1 of 2 done"
    one = Task("a", "A", effort=Effort(1, 1))
    assert progress([one]) == "0 of 1 done, 0 of 1 days of work closed"
    assert progress([one, Task("b", "B")], "a") == "1 of 2 done, 1 of 1 days of work closed, 1 without an estimate"
    third = Task("b", "B", effort=Effort(0, 1, 0.5))
    assert progress([one, third, Task("c", "C", effort=Effort(0, 0.3))], "b") == (
        "1 of 3 done, 0.5 of 1.6 days of work closed"
    )


def closed(launch, since=SINCE, at=END):
    return dumps(launch.review(since, at=at), "markdown").splitlines()[4]


def test_what_was_closed_is_told_then_and_now():
    launch = Launch.start(model_serving(), name="x-1", by="x", at=november(9))
    assert closed(launch) == "Closed: still 0 of 9 tasks, still 0 of 16.5 days of work"
    done = launch.finish("c1", by="x", at=november(10))
    assert closed(done) == "Closed: still 1 of 9 tasks, still 1 of 16.5 days of work"
    more = done.finish("c3", by="x", at=november(17))
    assert closed(more) == "Closed: from 1 to 2 of 9 tasks (+1), from 1 to 3.5 of 16.5 days of work (+2.5)"
    undone = done.reopen("c1", by="x", at=november(17))
    assert closed(undone) == "Closed: from 1 to 0 of 9 tasks (-1), from 1 to 0 of 16.5 days of work (-1)"
    assert closed(LAUNCH.finish("a", by="x", at=november(17))) == "Closed: from 0 to 1 of 2 tasks (+1)"
    single = Checklist("x", "X", phases=[Phase("p", "P", tasks=[Task("a", "A", effort=Effort(1, 1))])])
    assert closed(Launch.start(single, name="x", by="x", at=november(9))) == (
        "Closed: still 0 of 1 tasks, still 0 of 1 days of work"
    )


def test_the_period_is_told_in_days_or_within_one_day_in_times():
    assert ", from 2026-11-16 to 2026-11-23\n" in dumps(LAUNCH.review(SINCE, at=END), "markdown")
    same = LAUNCH.review(november(9, 12), at=november(9, 18))
    assert "X, on 2026-11-09 from 12:00 to 18:00 UTC\n" in dumps(same, "markdown")
    assert "\nX, on 2026-11-09 from 12:00 to 18:00 UTC\n" in dumps(same, "text")
    far = LAUNCH.review(november(9, 12), at=november(9, 18).astimezone(ZoneInfo("Pacific/Auckland")))
    assert "X, on 2026-11-10 from 01:00 to 07:00 UTC+13:00\n" in dumps(far, "markdown")


@pytest.mark.parametrize("format", FOR_PEOPLE)
def test_where_nothing_happened_that_is_said(format):
    found = dumps(LAUNCH.review(SINCE, at=END), format)
    assert "Nothing to list." in found
    assert "scl-brief" not in found.split("</style>")[-1]
    assert "Nothing to list." not in dumps(LAUNCH.begin("a", by="x", at=november(17)).review(SINCE, at=END), format)


@pytest.mark.parametrize("format", FOR_PEOPLE)
def test_a_launch_without_tasks_or_phases_is_shown(format):
    for checklist in (Checklist("x", "Xylophone"), Checklist("x", "Xylophone", phases=[Phase("p", "Empty")])):
        launch = Launch.start(checklist, name="x-1", by="x", at=november(9))
        for value in (launch.snapshot(at=END), launch.review(SINCE, at=END)):
            found = dumps(value, format)
            assert "Xylophone" in found
            assert "Nothing is left to begin." in found
            assert ("Closed by phase" in found) is ("Review" in found and bool(checklist.phases))


@pytest.mark.parametrize("format", FOR_PEOPLE)
def test_a_launch_is_shown_as_it_stands_now(format):
    """A waiver that nobody lives to see expire, and the clock is the only thing that can differ between two calls."""
    launch = LAUNCH.waive("a", reason="r", expires=date(9000, 1, 1), by="x", at=november(9))
    before = datetime.now(UTC)
    found = dumps(launch, format)
    after = datetime.now(UTC)
    assert found in {dumps(launch.snapshot(at=at), format) for at in (before, after)}


def unestimated(progress):
    """The same progress, as if no task had stated how long it takes."""
    tallies = [attrs.evolve(tally, days_left=0.0, days_closed=0.0) for tally in progress.by_phase]
    return attrs.evolve(progress, by_phase=tuple(tallies))


def test_some_phases_may_state_efforts_and_others_not():
    phases = [
        Phase("sure", "S", tasks=[Task("a", "A", effort=Effort(1, 2))]),
        Phase("unsure", "U", tasks=[Task("b", "B"), Task("c", "C")]),
    ]
    launch = Launch.start(Checklist("x", "X", phases=phases), name="x-1", by="x", at=november(9))
    review = launch.finish("b", by="x", at=november(17)).review(SINCE, at=END)
    assert dumps(review, "text").endswith(
        "Closed by phase\n   Phase             Tasks    Days of work\n   S          still 0 of 1  still 0 of 1.5\n"
        "   U      from 0 to 1 of 2\n"
    )
    assert "| S | still 0 of 1 | still 0 of 1.5 |\n| U | from 0 to 1 of 2 |  |\n" in dumps(review, "markdown")
    assert "from 0 to 1 of 2</td>" in dumps(review, "html")
    without = launch.finish("b", by="x", at=november(17)).review(SINCE, at=END)
    none = attrs.evolve(without, before=unestimated(without.before), now=unestimated(without.now))
    assert "| Phase | Tasks |\n" in dumps(none, "markdown")
    assert dumps(none, "text").endswith(
        "   Phase             Tasks\n   S          still 0 of 1\n   U      from 0 to 1 of 2\n"
    )
    unsure = attrs.evolve(
        review, before=attrs.evolve(review.before, by_phase=()), now=attrs.evolve(review.now, by_phase=())
    )
    assert "Closed by phase" not in dumps(unsure, "markdown")


def test_long_titles_hang_below_their_beginning_and_long_ids_stand_below_them():
    title = "Agree with everybody who calls the service on what it means that it answers in time"
    checklist = Checklist("x", "X", phases=[Phase("p", "P", tasks=[Task("short", title)])])
    found = dumps(Launch.start(checklist, name="x", by="x", at=november(9)).snapshot(at=END), "text")
    assert found.endswith(
        "   [ ] short  todo  medium  Agree with everybody who calls the service on what\n"
        "                            it means that it answers in time\n"
    )
    checklist = Checklist("x", "X", phases=[Phase("p", "P", tasks=[Task("x" * 64, title)])])
    found = dumps(Launch.start(checklist, name="x", by="x", at=november(9)).snapshot(at=END), "text")
    assert found.endswith(
        f"   [ ] todo  medium  Agree with everybody who calls the service on what it means\n"
        f"                     that it answers in time\n       {'x' * 64}\n"
    )


def test_line_breaks_in_what_was_made_by_hand_break_no_list():
    item = ReviewItem(id="a", title="One\n\n- [x] two \n", words="1. three\n# four")
    review = attrs.evolve(LAUNCH.review(SINCE, at=END), done=(item,), next=Recommendations())
    tokens = MarkdownIt("commonmark").parse(dumps(review, "markdown"))
    (inline,) = [token for token in tokens if "One" in token.content]
    assert "".join(child.content for child in inline.children) == ("One\n\n- [x] two \n · a · 1. three\n# four")


@given(launches())
def test_any_launch_is_shown_with_a_line_for_each_task(launch):
    at = max(END, launch.events[-1].at)
    snapshot, review = launch.snapshot(at=at), launch.review(launch.started - timedelta(days=1), at=at)
    for value in (snapshot, review):
        for format in FOR_PEOPLE:
            assert dumps(value, format) == dumps(value, format)
    markdown = dumps(snapshot, "markdown").split("\n")
    boxes = [line[:5] for line in markdown if line.startswith(("- [ ]", "- [x]"))]
    shown = [snapshot.state(task) for task in as_shown(launch.checklist)]
    assert boxes == ["- [x]" if state.status is Status.DONE else "- [ ]" for state in shown]
    steps = sum(len(task.steps) for task in launch.checklist)
    assert dumps(snapshot, "html").count('<span class="scl-mark') == len(launch.checklist) + steps
    assert not [line for line in dumps(review, "markdown").split("\n") if line.startswith(("- [ ]", "- [x]"))]


def test_what_is_kept_of_retired_tasks_is_told():
    launch = Launch.start(model_serving(), name="x", by="a", at=datetime(2026, 11, 2, tzinfo=UTC))
    later = [datetime(2026, 11, 2, hour, tzinfo=UTC) for hour in range(1, 9)]
    launch = launch.finish("c4", by="a", at=later[0]).begin("c2", by="a", at=later[1])
    moved = launch.migrate(for_context(model_serving(), tier="C"), by="a", at=later[2]).snapshot(at=later[3])
    told = "Not in the checklist any more, and kept in the log: c4 and c2."
    for format in ("text", "markdown", "html"):
        assert told in dumps(moved, format)
        assert "Not in the checklist" not in dumps(launch.snapshot(at=later[3]), format)


PROVEN = (
    LAUNCH.merge(Launch.start(CHECKLIST, name="x-1", by="x", at=november(8), topic="ranker-v7"))
    .mark_not_applicable(
        "a", reason="one caller", by="x", at=november(10), references=[Reference("run", "https://example.com/1")]
    )
    .finish("b", by="y", at=november(11), note="two\nlines", references=[Reference("log", "logs/1.txt")])
)


def test_every_page_of_a_launch_says_what_does_not_apply_and_shows_notes_and_references():
    snapshot = PROVEN.snapshot(at=november(12))
    text, markdown, html = (dumps(snapshot, format) for format in ("text", "markdown", "html"))
    assert "1 of 2 done, 1 not applicable" in text
    assert re.search(r"^   \[-\] a  not applicable ", text, re.MULTILINE)
    assert (
        "- not applicable since 2026-11-10, as x recorded: one caller\n          - run <https://example.com/1>\n"
        in text
    )
    assert "Note by y, 2026-11-11:\n          two\n          lines\n" in text
    assert "  - [run](<https://example.com/1>)" in markdown
    assert "log (`logs/1.txt`)" in markdown
    assert "· `a` · not applicable ·" in markdown
    assert '<span class="scl-mark scl-not-applicable" aria-hidden="true">⊘</span>' in html
    assert '<a href="https://example.com/1" rel="noopener noreferrer">run</a>' in html
    assert '<p class="scl-meta">Note by y, 2026-11-11:</p>\n<p class="scl-prose">two<br>lines</p>' in html
    state = dumps(snapshot.state("b"), "markdown")
    assert "log (`logs/1.txt`)" in state
    assert "Note by y, 2026-11-11:" in state
    assert "Note:\n    anything\n" in dumps(TaskState(id="a", note="anything"), "text")
    assert "not applicable" in dumps(TaskState(id="a", status=Status.NOT_APPLICABLE, reason="r"), "text")


@pytest.mark.parametrize("format", FOR_PEOPLE)
def test_the_topic_of_a_launch_is_shown_once(format):
    at = november(10)
    checklist = attrs.evolve(CHECKLIST, topic="that of all")
    launch = with_checklist(PROVEN.as_of(at), checklist)
    forecast = launch.forecast(at=at, samples=1, default_effort=Effort(1, 2))
    for value in (launch.snapshot(at=at), launch.review(november(9), at=at), launch.next(at=at), forecast):
        page = dumps(value, format)
        assert (page.count("ranker-v7"), page.count("that of all")) == (1, 0)
    named = with_checklist(launch, attrs.evolve(checklist, title="The launch of ranker-v7"))
    assert dumps(named.snapshot(at=at), format).count("ranker-v7") == 1
