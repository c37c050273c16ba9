"""What is said of forecasts, critical paths, distributions and slips where they are not as in the snapshots."""

from datetime import date
from functools import cache

import attrs
import html5lib
import pytest
from hypothesis import given
from markdown_it import MarkdownIt

from helpers.forecasts import BOUNDS, START, forecast_of, two_people
from helpers.launches import END, SINCE, november
from helpers.pages import SVG, picture_of
from helpers.strategies import forecasts
from servingchecklist import Calendar, Checklist, Effort, Launch, Phase, Task, critical_path, dumps, forecast
from servingchecklist.results import CriticalPath, Distribution, ReviewItem, Slip, Slot, Span

FOR_PEOPLE = ["markdown", "html", "text"]
FRIDAY = date(2026, 11, 27)


def finish(*days, calendar=None):
    return Distribution(days, start=START, calendar=calendar or Calendar())


def tables(text):
    """The tables in a Markdown text, by their headings: a list of cells for each row, the one of the headings first."""
    found, heading = {}, ""
    for line in text.splitlines():
        if line.startswith("## "):
            heading = line.removeprefix("## ")
        elif line.startswith("| ") and not line.startswith("| ---"):
            cells = [cell.strip().replace("\\<", "<") for cell in line.strip("|").split(" | ")]
            found.setdefault(heading, []).append(cells)
    return found


def one_task(**facts):
    checklist = Checklist("x", "X", phases=[Phase("p", "P", tasks=[Task("a", "Try", effort=Effort(1, 3))])])
    return forecast(checklist, start=START, samples=10, **facts)


@pytest.mark.parametrize("format", FOR_PEOPLE)
def test_the_answer_is_three_dates_and_what_they_mean(format):
    found = dumps(finish(1, 1, 1, 1, 1, 2, 2, 2, 3, 4), format)
    for name, day, share in (("P50", "2026-11-30", 50), ("P80", "2026-12-01", 80), ("P95", "2026-12-03", 95)):
        words = f"{share} % chance of finishing by this date"
        lines = {
            "markdown": f"- {name}: **{day}**, {words}\n",
            "html": f"<dt>{name}</dt><dd><strong>{day}</strong>, {words}</dd>",
            "text": f"{name}: {day}, {words}\n",
        }
        assert lines[format] in found


def test_what_the_answer_was_made_from_is_told():
    assert "\n\nX\n\n- P50: **" in dumps(one_task(), "markdown")
    assert "\n\nWorked from 2026-11-30 on; 10 samples, seed 0\n\n" in dumps(one_task(), "markdown")
    assert "\n\nX, as of 2026-11-27\n\n" in dumps(one_task(today=FRIDAY), "markdown")
    assert "\n\nWorked from 2026-11-30 on by 1 person; 10 samples, seed 3\n\n" in dumps(
        one_task(people=1, seed=3), "markdown"
    )
    assert "on by 1,000 people and the owners; 10 samples" in dumps(
        one_task(people=1_000, owners={"a": "data-science"}), "markdown"
    )
    assert "on; 1 sample, seed 0" in dumps(attrs.evolve(one_task(), finish=finish(1)), "text")
    assert "on; 12,000 samples, seed 0" in dumps(attrs.evolve(one_task(), finish=finish(*[1] * 12_000)), "text")


@pytest.mark.parametrize("format", FOR_PEOPLE)
def test_where_nothing_is_left_that_is_said(format):
    checklist = Checklist("x", "Xylophone", phases=[Phase("p", "P", tasks=[Task("a", "A", effort=Effort(1, 2))])])
    for value in (
        forecast(checklist, start=START, done={"a"}),
        forecast(Checklist("x", "Xylophone"), start=START),
        critical_path(checklist, done={"a"}),
        critical_path(Checklist("x", "Xylophone")),
    ):
        found = dumps(value, format)
        assert "Xylophone" in found
        assert "Nothing is left to do." in found
        assert "P80" not in found
        assert "<svg" not in found
        assert "<table" not in found
        assert "\n## " not in found
    assert "Nothing is left" not in dumps(one_task(), format) + dumps(critical_path(checklist), format)


@pytest.mark.parametrize("format", FOR_PEOPLE)
def test_what_is_blocked_or_overrun_is_named_before_the_tables(format):
    blocked, overrun = "Blocked, so all dates are the earliest ones", "All of the estimated time is spent"
    made = forecast_of(["One", "Two", "Three"])
    found = dumps(made, format).split("<figure")[0].split("Due dates")[0]
    between, after = found.split(blocked)[1].split(overrun)
    assert "One (One)" in between
    assert "Two" not in between
    assert "Two (One)" in after
    plain = dumps(one_task(), format)
    assert blocked not in plain
    assert overrun not in plain


def test_due_dates_come_with_the_least_likely_first():
    tasks = [Task(name, name.upper(), effort=Effort(1, 3)) for name in "abcd"]
    checklist = Checklist("x", "X", phases=[Phase("p", "P", tasks=tasks)])
    due = {"a": date(2026, 12, 4), "b": date(2026, 11, 27), "c": date(2026, 11, 26)}
    made = forecast(checklist, start=START, due=due, owners={"c": "serving_team"}, samples=10)
    found = tables(dumps(made, "markdown"))["Due dates"]
    day = made["a"].finish.p80.isoformat()
    assert found[0] == ["Task", "Due", "On time", "P80"]
    assert found[1][:3] == ["**C** · `c` · owner serving_team", "2026-11-26", "0%"]
    assert found[2][:3] == ["**B** · `b`", "2026-11-27", "0%"]
    assert found[3] == ["**A** · `a`", "2026-12-04", "100%", day]
    assert len(found) == 4
    assert "Due dates" not in dumps(one_task(), "text")


def test_a_task_that_is_done_is_in_no_table():
    made = two_people()
    found = tables(dumps(made, "markdown"))
    assert [row[0].split("`")[1] for row in found["By task"][1:]] == [task.id for task in made.checklist]
    assert [row[0] for row in found["By phase"]] == ["Phase", "Foundation", "Execution", "Launch & Review"]
    phases = [
        Phase("p", "First", tasks=[Task("a", "A", effort=Effort(1, 2))]),
        Phase("q", "Second", tasks=[Task("b", "B", effort=Effort(1, 2))]),
    ]
    left = tables(dumps(forecast(Checklist("x", "X", phases=phases), start=START, done={"a"}, samples=1), "markdown"))
    assert [row[0] for row in left["By phase"]] == ["Phase", "Second"]
    assert [row[0] for row in left["By task"]] == ["Task", "**B** · `b`"]


def test_each_task_is_told_with_its_slot_its_dates_and_how_often_it_is_critical():
    made = two_people()
    rows = tables(dumps(made, "markdown"))["By task"]
    assert rows[0] == ["Task", "Scheduled", "P50", "P80", "Critical"]
    for row, task, slot in zip(rows[1:], made.tasks, made.schedule, strict=True):
        owner = f" · owner {task.owner}" if task.owner else ""
        assert row[0] == f"**{task.title}** · `{task.id}`{owner}"
        days = {slot.start.isoformat(): 0, slot.finish.isoformat(): 0}
        assert row[1] == " to ".join(days)
        assert row[2:4] == [task.finish.p50.isoformat(), task.finish.p80.isoformat()]
    shares = dumps(
        attrs.evolve(
            made,
            tasks=tuple(attrs.evolve(task, criticality=share) for task, share in zip(made.tasks, SHARES, strict=True)),
        ),
        "markdown",
    )
    assert [row[4] for row in tables(shares)["By task"][1:]] == list(SHARES.values())


SHARES = {
    0.0: "0%",
    0.004: "<1%",
    0.01: "1%",
    0.499: "49%",
    0.5: "50%",
    0.99: "99%",
    0.994: ">99%",
    0.9999: ">99%",
    1.0: "100%",
}


def test_a_task_without_a_slot_is_told_without_one():
    made = attrs.evolve(one_task(), schedule=())
    assert tables(dumps(made, "markdown"))["By task"][1][1] == "not scheduled"
    assert "<td>not scheduled</td>" in dumps(made, "html")
    assert "not scheduled" in dumps(made, "text").split("By task")[1].split("Assumptions")[0]
    (slot,) = one_task().schedule
    one_day = attrs.evolve(made, schedule=(Slot(id="a", start=START, finish=START),))
    assert tables(dumps(one_day, "markdown"))["By task"][1][1] == "2026-11-30"
    assert slot.start == START


@pytest.mark.parametrize("format", FOR_PEOPLE)
def test_the_assumptions_are_at_the_end(format):
    made = forecast_of(["One", "Two"])
    found = " ".join(dumps(made, format).split("Assumptions")[1].split())
    places = [found.index(sentence) for sentence in made.assumptions]
    assert places == sorted(places)
    assert len(places) > 4


def spans(**slack):
    checklist = Checklist("x", "X", phases=[Phase("p", "P", tasks=[Task(name, name.upper()) for name in slack])])
    made = [
        Span(
            id=name,
            title=name.upper(),
            early_start=0.0,
            early_finish=1 / 3,
            late_start=own,
            late_finish=own + 1 / 3,
            slack=own,
            is_critical=not own,
        )
        for name, own in slack.items()
    ]
    return CriticalPath(checklist, made, path=[name for name, own in slack.items() if not own])


def test_how_long_a_task_may_wait_is_told_to_the_tenth():
    found = tables(dumps(spans(a=0.0, b=0.04, c=0.12, d=2.0, e=12.5), "markdown"))["Working days from the start"]
    assert found[0] == ["Task", "Early start", "Early finish", "Late start", "Late finish", "Slack"]
    assert found[1] == ["**A** · `a`", "0", "0.3", "0", "0.3", "none"]
    assert [row[5] for row in found[2:]] == ["<0.1", "0.1", "2", "12.5"]
    assert '<td class="scl-count">&lt;0.1</td>' in dumps(spans(a=0.0, b=0.04), "html")


def test_the_length_of_the_path_is_told_with_the_estimate_that_was_taken():
    checklist = Checklist("x", "Try *it*", phases=[Phase("p", "P", tasks=[Task("a", "A", effort=Effort(1, 4))])])
    words = {
        "low": "1 working day, where everything takes as little as estimated",
        "mean": "2.5 working days, where everything takes the mean of its estimate",
        "high": "4 working days, where everything takes as much as estimated",
    }
    for estimate, said in words.items():
        found = critical_path(checklist, estimate=estimate)
        assert dumps(found, "markdown").startswith(
            f"# Critical path\n\nTry \\*it\\*\n\n{said}\n\n## The path\n\n1. **A** · `a` · {said.split(',')[0]}\n"
        )
        assert dumps(found, "text").startswith(
            f"Critical path\n=============\nTry *it*\n{said}\n\nThe path\n   1. A\n      a: {said.split(',')[0]}\n"
        )
        assert f'<p class="scl-lead">{said}</p>' in dumps(found, "html")
    assert "<title>Critical path</title>" in dumps(critical_path(checklist), "html")


def test_the_path_is_in_the_order_in_which_it_is_worked():
    tasks = [Task("z", "Last", effort=Effort(1, 1), after=["a"]), Task("a", "First", effort=Effort(1, 1))]
    found = critical_path(Checklist("x", "X", phases=[Phase("p", "P", tasks=tasks)]))
    assert "1. **First** · `a` · 1 working day\n2. **Last** · `z` · 1 working day\n" in dumps(found, "markdown")
    page = dumps(found, "html")
    assert page.index("<h3>First</h3>") < page.index("<h3>Last</h3>")
    assert [row[0] for row in tables(dumps(found, "markdown"))["Working days from the start"][1:]] == [
        "**Last** · `z`",
        "**First** · `a`",
    ]


def test_every_worked_day_between_the_first_and_the_last_has_a_row():
    found = finish(1, 1, 3.5, 5, calendar=Calendar(holidays=[date(2026, 12, 1)]))
    assert tables(dumps(found, "markdown"))["By day"] == [
        ["Finished on", "Share", "So far", "Level"],
        ["2026-11-30", "50%", "50%", "P50"],
        ["2026-12-02", "0%", "50%", ""],
        ["2026-12-03", "0%", "50%", ""],
        ["2026-12-04", "25%", "75%", ""],
        ["2026-12-07", "25%", "100%", "P80, P95"],
    ]
    assert "\n\nThe mean is 2.6 working days from 2026-11-30 on; 4 samples\n\n" in dumps(found, "markdown")
    assert dumps(found, "text").endswith(
        "By day\n"
        "   Finished on  Share  So far                        Level\n"
        "   2026-11-30     50%     50%  ####################  P50\n"
        "   2026-12-02      0%     50%\n"
        "   2026-12-03      0%     50%\n"
        "   2026-12-04     25%     75%  ##########\n"
        "   2026-12-07     25%    100%  ##########            P80, P95\n"
    )


@pytest.mark.parametrize(
    ("last", "rows", "first"),
    [
        (24, 24, "2026-11-30"),
        (25, 13, "2026-11-30 to 2026-12-01"),
        (48, 24, "2026-11-30 to 2026-12-01"),
        (1_000, 24, "2026-11-30 to 2027-01-26"),
    ],
)
def test_many_days_share_a_few_rows(last, rows, first):
    found = tables(dumps(finish(1, *[last] * 400), "markdown"))["By day"][1:]
    assert len(found) == rows
    assert found[0] == [first, "<1%", "<1%", ""]
    assert found[-2][1:] == ["0%", "<1%", ""]
    assert found[-1][1:] == [">99%", "100%", "P50, P80, P95"]
    assert found[-1][0].endswith(finish(last).p50.isoformat())
    text = dumps(finish(1, *[last] * 400), "text")
    assert f"{first}  " in text
    assert "<1%  #\n" in text  # what is there is seen
    assert max(map(len, text.splitlines())) <= 80


def test_one_day_is_one_row():
    assert tables(dumps(finish(0.0), "markdown"))["By day"][1:] == [["2026-11-30", "100%", "100%", "P50, P80, P95"]]


def html(value):
    return html5lib.parse(dumps(value, "html"), namespaceHTMLElements=False)


def test_every_cell_of_a_page_has_a_heading_and_every_picture_a_caption():
    made = two_people()
    for value, pictures in ((made, 2), (made.finish, 1), (critical_path(made.checklist), 1)):
        page = html(value)
        figures = list(page.iter("figure"))
        assert len(figures) == pictures
        for figure in figures:
            assert [child.tag for child in figure] == ["div", "figcaption"]
            assert figure.find("figcaption").text
            (picture,) = figure[0]
            assert picture_of(picture).find(f"{SVG}title").text
            assert (figure[0].get("role"), figure[0].get("tabindex")) == ("region", "0")
            assert figure[0].get("aria-label") == figure.find("figcaption").text
        for table in page.iter("table"):
            columns = table.findall("thead/tr/th")
            assert {one.get("scope") for one in columns} == {"col"}
            assert all("".join(one.itertext()) for one in columns)
            for row in table.findall("tbody/tr"):
                assert (row[0].tag, row[0].get("scope")) == ("th", "row")
                assert {cell.tag for cell in row[1:]} == {"td"}
                assert len(row) == len(columns)


def test_what_is_too_large_to_be_drawn_is_told_in_tables(monkeypatch):
    monkeypatch.setattr("servingchecklist.formats._pictures.MOST_TASKS", 8)
    made = two_people()
    assert len(list(html(made).iter("img"))) == 1
    assert list(html(critical_path(made.checklist)).iter("img")) == []
    for value in (made, critical_path(made.checklist)):
        assert "No picture: more tasks than a picture can show." in dumps(value, "html")
    assert "No picture" not in dumps(made.finish, "html")
    assert len(list(html(critical_path(made.checklist)).iter("table"))) == 1


def test_what_is_drawn_is_what_a_picture_can_show():
    tasks = [Task(f"t{number}", "T", effort=Effort(1, 1)) for number in range(2_001)]
    most = Checklist("x", "X", phases=[Phase("p", "P", tasks=tasks)])
    for value in (critical_path(most), forecast(most, start=START, samples=1)):
        assert "Late finish" in dumps(value, "html") or "Scheduled" in dumps(value, "html")


LAUNCH = Launch.start(
    Checklist(
        "x",
        "X",
        phases=[
            Phase(
                "p",
                "P",
                tasks=[Task("a", "Try", effort=Effort(2, 2)), Task("b", "Ship", effort=Effort(2, 2), after=["a"])],
            )
        ],
    ),
    name="x-1",
    by="ml-platform",
    at=november(9),
)


@cache
def reviewed():
    return LAUNCH.review(SINCE, at=END, options=BOUNDS)


def moved(then, now, *causes, review=None):
    """What the section of a review says, as lines of Markdown, where P80 and P50 lie so many working days from Monday on."""
    slip = Slip(then=Distribution(then, start=START), now=Distribution(now, start=START), causes=causes)
    found = dumps(attrs.evolve(review or reviewed(), slip=slip), "markdown")
    assert ("## Forecast\n" in found) is ("P80" in found)
    return [line for line in found.partition("## Forecast\n")[2].partition("\n## ")[0].splitlines() if line]


def test_how_far_p80_has_moved_is_told_in_working_days_and_dates():
    assert moved([1, 4], [2, 7]) == [
        "P80 slipped by 3 working days, from 2026-12-03 to 2026-12-08",
        "P50 went from 2026-11-30 to 2026-12-01",
    ]
    assert moved([2, 4], [2, 5])[0] == "P80 slipped by 1 working day, from 2026-12-03 to 2026-12-04"
    assert moved([2, 5], [2, 4]) == [
        "P80 is 1 working day earlier: 2026-12-03, not 2026-12-04",
        "P50 is still 2026-12-01",
    ]
    assert moved([2, 6], [2, 4])[0] == "P80 is 2 working days earlier: 2026-12-03, not 2026-12-07"
    assert moved([1, 6], [2, 6]) == ["P80 has not moved: 2026-12-07", "P50 went from 2026-11-30 to 2026-12-01"]


def test_what_moved_it_is_told_as_a_list():
    causes = (
        ReviewItem(id="b", title="Ship *it*", words="2 working days later: not begun"),
        ReviewItem(id="a", title="Try", words="<late>"),
    )
    assert moved([1], [2], *causes)[2:] == [
        "### What moved it most",
        "- **Ship \\*it\\*** · `b` · 2 working days later: not begun",
        "- **Try** · `a` · \\<late>",
    ]
    review = attrs.evolve(reviewed(), slip=Slip(then=finish(1), now=finish(2), causes=causes))
    assert (
        "\nForecast\n   P80 slipped by 1 working day, from 2026-11-30 to 2026-12-01\n   P50 went from 2026-11-30 to 2026-12-01\n\n"
        "   What moved it most\n      b  Ship *it*\n         2 working days later: not begun\n      a  Try\n         <late>\n\n"
    ) in dumps(review, "text")
    page = html(review)
    (section,) = [one for one in page.iter("section") if one.findtext("h2") == "Forecast"]
    assert ["".join(item.itertext()) for item in section.iter("li")] == [
        "Ship *it* · b · 2 working days later: not begun",
        "Try · a · <late>",
    ]


@pytest.mark.parametrize("format", FOR_PEOPLE)
def test_a_review_without_a_forecast_has_no_section_of_it(format):
    assert "P80" in dumps(reviewed(), format)
    none = dumps(attrs.evolve(reviewed(), slip=None), format)
    assert "P80" not in none
    assert "Forecast" not in none
    assert "What moved it most" not in none


def done(launch, *days):
    for task, day in zip("ab", days, strict=False):
        launch = launch.finish(task, by="ml-platform", at=november(day, 18))
    return launch


def test_once_all_is_closed_the_day_on_which_it_was_is_told():
    slipped = done(LAUNCH, 10, 19).review(november(10, 20), at=END, options=BOUNDS)
    told = dumps(slipped, "markdown")
    assert "\n\nFinished on 2026-11-19, 6 working days later than P80 as it was (2026-11-11)\n\n" in told
    assert "6 working days later: done on 2026-11-19, forecast for 2026-11-11" in told
    earlier = done(LAUNCH, 17, 17).review(SINCE, at=END, options=BOUNDS)
    assert "Finished on 2026-11-17, 2 working days earlier than P80 as it was (2026-11-19)" in " ".join(
        dumps(earlier, "text").split()
    )
    kept = done(LAUNCH, 17, 19).review(SINCE, at=END, options=BOUNDS)
    assert '<p class="scl-lead">Finished on 2026-11-19, by P80 as it was (2026-11-19)</p>' in dumps(kept, "html")


@pytest.mark.parametrize("format", FOR_PEOPLE)
def test_where_nothing_was_left_nothing_is_told_of_a_forecast(format):
    over = done(LAUNCH, 10, 11).review(SINCE, at=END, options=BOUNDS)
    empty = Launch.start(Checklist("x", "X"), name="x-1", by="x", at=november(9)).review(SINCE, at=END, options=BOUNDS)
    for review in (over, empty):
        slip = Slip(then=finish(0.0), now=finish(0.0), causes=())
        assert "Forecast" not in dumps(review, format)
        assert "Forecast" not in dumps(attrs.evolve(review, slip=slip), format)


def test_the_text_of_a_forecast_is_no_wider_than_a_terminal():
    titles = [
        "Agree with everybody who calls the service on what it means that it answers in time, and write it down"
    ] * 3
    for value in (forecast_of(titles), critical_path(forecast_of(titles).checklist), two_people()):
        lines = dumps(value, "text").splitlines()
        assert max(map(len, lines)) <= 80
    found = dumps(forecast_of(titles), "text")
    assert "   t0  2026-12-02     100%  2026-12-02  Agree with everybody who calls the\n" in found
    assert "\n                                        owner Agree with everybody who calls the\n" in found


def test_long_ids_make_records_of_rows():
    checklist = Checklist(
        "x", "X", phases=[Phase("p", "P", tasks=[Task("x" * 64, "Ship " * 20 + "it", effort=Effort(1, 1))])]
    )
    found = dumps(forecast(checklist, start=START, samples=1), "text")
    assert "By task\n   Ship Ship Ship" in found
    assert (
        f"\n      {'x' * 64};\n      Scheduled: 2026-11-30; P50: 2026-11-30; P80: 2026-11-30; Critical: 100%\n" in found
    )


def test_line_breaks_in_what_was_made_by_hand_break_no_table():
    made = one_task()
    (task,) = made.tasks
    broken = attrs.evolve(
        made, tasks=(attrs.evolve(task, title="One\n\n| two | three \n", due=START, on_time=0.5),), blocked=("a",)
    )
    tokens = MarkdownIt("commonmark").enable("table").parse(dumps(broken, "markdown"))
    said = ["".join(child.content for child in token.children) for token in tokens if "One" in token.content]
    assert said == ["One\n\n| two | three \n · a"] * 3
    assert sum(token.type == "tr_open" for token in tokens) == 6


@given(forecasts)
def test_any_forecast_is_shown_with_a_row_for_each_task(made):
    for value in (made, made.finish, critical_path(made.checklist)):
        for format in FOR_PEOPLE:
            assert dumps(value, format) == dumps(value, format)
    assert len(tables(dumps(made, "markdown")).get("By task", [""])) == 1 + len(made.tasks)
    days = tables(dumps(made.finish, "markdown"))["By day"][1:]
    assert days[-1][2] == "100%"
    assert ", ".join(filter(None, (row[3] for row in days))) == "P50, P80, P95"


def test_what_is_blocked_is_said_of_a_path_and_of_a_slip():
    blocked = LAUNCH.block("a", reason="no access", by="ml-platform", at=november(10))
    path = blocked.critical_path(at=END)
    assert "; a is blocked, so it may take longer" in " ".join(dumps(path, "text").split())
    review = blocked.review(SINCE, at=END, options=BOUNDS)
    for format in FOR_PEOPLE:
        assert "a is blocked, so these dates are the earliest ones" in dumps(review, format)
