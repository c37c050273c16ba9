"""Mermaid: each diagram says what is forecast, line by line, and no text can be read as anything but text.

What the lines mean to Mermaid itself was looked at in a browser; here they are held to the part of its grammar that is used.
"""

import re
from datetime import date
from functools import cache
from itertools import pairwise

import attrs
import pytest
from hypothesis import given

from helpers.forecasts import BOUNDS
from helpers.forecasts import forecast_in_bounds as forecast
from helpers.launches import END, SINCE, two_weeks
from helpers.pictures import large
from helpers.strategies import lines
from servingchecklist import Calendar, Checklist, Effort, Phase, Task, critical_path, dumps, model_serving
from servingchecklist._text import split_number
from servingchecklist.errors import InvalidError
from servingchecklist.results import Distribution

MONDAY = date(2026, 11, 30)


@cache
def plain():
    return forecast(model_serving(), start=MONDAY, people=2, seed=7, samples=500)


TEXT = r"(?:[^\W_]|[ ,.()/+-]|#\d+;)+"
DAY = r"\d{4}-\d\d-\d\d"
GANTT = [
    r"gantt",
    r"    accTitle: Forecast of [a-z0-9._-]+",
    r"    accDescr: [\w .,:<>%-]+",
    r"    title Forecast of [a-z0-9._-]+",
    r"    (dateFormat YYYY-MM-DD|inclusiveEndDates|weekday monday|todayMarker off)",
    r"    axisFormat (%d|%Y-%m-%d)",
    r"    tickInterval 1(day|week|month)",
    rf"    excludes (\w+day|{DAY})(, (\w+day|{DAY}))*",
    rf"    section (\d+ {TEXT}|Finish)",
    rf"    \[[a-z0-9._-]+\] {TEXT} :((done|crit|milestone), )?{DAY}, {DAY}",
    rf"    P50 to P80 of this phase :active, {DAY}, {DAY}",
    rf"    Today :vert, {DAY}, {DAY}",
    rf"    (P50|P80|P95) {DAY} :milestone, {DAY}, {DAY}",
    rf"    Nothing is left to do :milestone, {DAY}, {DAY}",
]
GRAPH = [
    r"flowchart TD",
    r"    accTitle: (Tasks|Critical path) of [a-z0-9._-]+",
    r"    accDescr: [\w .,:-]+",
    rf'    subgraph p\d+\["{TEXT}"\]',
    rf'        t\d+\["[a-z0-9._-]+(, {TEXT})?<br>{TEXT}"\]',
    r"    end",
    r"    t\d+ (-->|==>) t\d+",
    r"    linkStyle \d+(,\d+)* stroke:#d8432f,stroke-width:3px",
    r"    classDef critical stroke:#d8432f,stroke-width:3px",
    r"    classDef closed stroke-dasharray:4 3",
    r"    class t\d+(,t\d+)* (critical|closed)",
]


def rows(value, forms):
    """The lines of a diagram, each of which must be of one of the forms."""
    text = dumps(value, "mermaid")
    assert text.endswith("\n")
    found = text[:-1].split("\n")
    assert [row for row in found if not any(re.fullmatch(form, row) for form in forms)] == []
    return found


def unescaped(words):
    return re.sub(r"#(\d+);", lambda found: chr(int(found[1])), words).replace("\u200b", "")


def test_a_gantt_chart_says_when_each_task_is_worked():
    found = rows(plain(), GANTT)
    for slot in plain().schedule:
        tag = "crit, " if plain().criticality[slot.id] >= 0.5 else ""
        title = plain().checklist[slot.id].title
        assert f"    [{slot.id}] {title} :{tag}{slot.start}, {slot.finish}" in found
    assert {share >= 0.5 for share in plain().criticality.values()} == {True, False}


def test_a_gantt_chart_has_a_section_for_each_phase_and_for_the_end():
    found = rows(plain(), GANTT)
    assert [unescaped(row.strip()) for row in found if row.startswith("    section")] == [
        "section 1 Foundation",
        "section 2 Execution",
        "section 3 Launch & Review",
        "section Finish",
    ]
    for phase in plain().phases:
        assert f"    P50 to P80 of this phase :active, {phase.finish.p50}, {phase.finish.p80}" in found
    assert [row.strip() for row in found[-3:]] == [
        f"{name} {day} :milestone, {day}, {day}"
        for name, day in (("P50", plain().p50), ("P80", plain().p80), ("P95", plain().p95))
    ]
    assert not [row for row in found if "Today" in row]


def test_a_gantt_chart_of_a_launch_says_what_happened_and_what_is_wrong():
    found = rows(two_weeks().forecast(options=BOUNDS, at=END, people=2, seed=7, samples=500), GANTT)
    for row in (
        "[c1] Define goals and KPIs, ml-platform :done, 2026-11-10, 2026-11-10",
        "[c3] Audit current state, data-science :done, 2026-11-13, 2026-11-17",
        "[c6] Set up tracking, serving-team, overrun :2026-11-23, 2026-11-23",
        "[c9] due, on time in 100#37; :milestone, 2026-12-04, 2026-12-04",
        "Today :vert, 2026-11-23, 2026-11-23",
    ):
        assert f"    {row}" in found
    assert not [row for row in found if "[c8]" in row]  # waived, and never begun
    assert not [row for row in found if "[c9] Iterate" in row]  # blocked, nobody knows until when
    assert "Forecast of fraud-v3" in found[1]
    assert "Blocked for an unknown time: c5 and c9" in found[2]
    assert "    todayMarker off" in found  # Mermaid's own is the day on which somebody looks


def test_days_that_are_not_worked_are_named_where_they_can_be_seen():
    calendar = Calendar(weekdays=range(4), holidays=[date(2026, 11, 1), date(2026, 12, 3), date(2030, 1, 1)])
    made = forecast(model_serving(), start=MONDAY, calendar=calendar, samples=5)
    assert "    excludes friday, saturday, sunday, 2026-12-03" in rows(made, GANTT)
    every_day = forecast(model_serving(), start=MONDAY, calendar=Calendar(weekdays=range(7)), samples=5)
    assert not [row for row in rows(every_day, GANTT) if "excludes" in row]


@pytest.mark.parametrize(("start", "today"), [(date(2028, 1, 3), MONDAY), (MONDAY, date(2028, 1, 3))])
def test_a_today_that_is_far_away_is_told_and_not_drawn(start, today):
    found = rows(forecast(model_serving(), start=start, today=today, samples=5), GANTT)
    assert not [row for row in found if "Today :" in row]
    assert f"Today, {today}, lies beyond what is shown." in found[2]


def lasting(days):
    checklist = Checklist("x", "X", phases=[Phase("p", "P", tasks=[Task("a", "A", effort=Effort(days, days))])])
    return rows(forecast(checklist, start=MONDAY, samples=5), GANTT)


def test_the_axis_is_marked_by_days_weeks_months_or_as_mermaid_likes():
    for days, ticks in ((10, "1day"), (60, "1week"), (600, "1month")):
        assert f"    tickInterval {ticks}" in lasting(days)
    assert not [row for row in lasting(6_000) if "tickInterval" in row]
    assert "    axisFormat %d" in lasting(10)
    assert "    axisFormat %Y-%m-%d" in lasting(60)


@pytest.mark.parametrize("due", [date.min, date.max])
def test_a_due_date_that_is_far_away_asks_for_no_tick_on_each_day_up_to_it(due):
    found = rows(forecast(model_serving(), start=MONDAY, due={"c1": due}, samples=5), GANTT)
    assert [row for row in found if row.endswith(f":milestone, {due}, {due}")]
    assert not [row for row in found if "tickInterval" in row]


def test_a_phase_in_which_nothing_is_known_is_left_out():
    made = forecast(model_serving(), start=MONDAY, done=["c1", "c2", "c3"], samples=5)
    assert not [row for row in rows(made, GANTT) if "Foundation" in row]


def test_where_nothing_is_left_that_is_said():
    made = forecast(model_serving(), start=MONDAY, done=[f"c{n}" for n in range(1, 10)], samples=5)
    assert rows(made, GANTT)[-1] == "    Nothing is left to do :milestone, 2026-11-30, 2026-11-30"
    assert not [row for row in rows(made, GANTT) if "P50" in row]


def test_a_task_that_is_left_but_not_scheduled_has_no_row():
    assert not [row for row in rows(attrs.evolve(plain(), schedule=()), GANTT) if "[c1]" in row]


def test_a_distribution_is_a_chart_of_bars():
    finish = Distribution([1] * 10 + [3] * 30 + [4] * 60, start=date(2026, 12, 29))
    assert dumps(finish, "mermaid") == (
        "xychart-beta\n"
        "    accTitle: When it is finished\n"
        "    accDescr: Finished from 2026-12-29 to 2027-01-01: P50 is 2027-01-01, P80 is 2027-01-01, P95 is 2027-01-01. "
        "100 samples.\n"
        '    title "P50 2027-01-01, P80 2027-01-01, P95 2027-01-01"\n'
        '    x-axis ["2026-12-29", "2026-12-30", "2026-12-31", "2027-01-01"]\n'
        '    y-axis "Finished, % of samples" 0 --> 60.0\n'
        "    bar [10.0, 0.0, 30.0, 60.0]\n"
    )
    within_a_year = Distribution([1, 2], start=MONDAY)
    assert '    x-axis ["11-30", "12-01"]\n' in dumps(within_a_year, "mermaid")
    long = dumps(Distribution(range(1, 999), start=MONDAY), "mermaid")
    assert len(re.findall(r'"[\d-]{10}"', long)) <= 24
    assert '\n    x-axis "First day of each bar" ["2026-11-30", ' in long


def graph_of(found):
    labels = {
        name: unescaped(label)
        for name, label in (
            re.fullmatch(r'        (t\d+)\["(.*)"\]', row).groups() for row in found if row.startswith(" " * 8)
        )
    }
    ids = {name: re.match(r"[a-z0-9._-]+", label)[0] for name, label in labels.items()}
    edges = [re.fullmatch(r"    (t\d+) (-->|==>) (t\d+)", row) for row in found]
    return labels, [(ids[edge[1]], ids[edge[3]], edge[2]) for edge in edges if edge]


def test_a_graph_says_what_comes_after_what_and_marks_the_path():
    path = critical_path(model_serving())
    found = rows(path, GRAPH)
    labels, edges = graph_of(found)
    assert labels["t0"] == "c1, slack 1<br>Define goals and KPIs"
    assert [row.strip() for row in found if "subgraph" in row] == [
        'subgraph p1["1 Foundation"]',
        'subgraph p2["2 Execution"]',
        'subgraph p3["3 Launch #38; Review"]',
    ]
    steps = set(pairwise(path.path))
    assert {(one, other) for one, other, line in edges if line == "==>"} == steps
    (styled,) = [row for row in found if "linkStyle" in row]
    numbers = [int(number) for number in re.findall(r"\d+", styled.split(" stroke")[0])]
    assert {edges[number][:2] for number in numbers} == steps
    (critical,) = [row for row in found if row.endswith(" critical") and "class " in row]
    assert {labels[name].split(",")[0] for name in re.findall(r"t\d+", critical)} == set(path.path)


def test_what_is_closed_is_marked():
    found = rows(two_weeks().critical_path(at=END), GRAPH)
    labels, _ = graph_of(found)
    (closed,) = [row for row in found if row.endswith(" closed") and "class " in row]
    assert [labels[name].split(",")[0] for name in re.findall(r"t\d+", closed)] == ["c1", "c3", "c4", "c7", "c8"]


def test_a_checklist_is_a_graph_without_a_path():
    found = rows(model_serving(), GRAPH)
    labels, edges = graph_of(found)
    assert labels["t1"] == "c2, 2-3 days<br>Identify target audience"
    assert {line for _, _, line in edges} == {"-->"}
    assert not [row for row in found if "style" in row.lower() or "class" in row]
    assert "Tasks of model-serving" in found[1]


def test_a_phase_without_tasks_is_left_out_and_the_others_keep_their_numbers():
    phases = [Phase("a", "A"), Phase("b", "B", tasks=[Task("x", "X")])]
    found = rows(Checklist("x", "X", phases=phases), GRAPH)
    assert [row.strip() for row in found if "p" in row and "[" in row] == ['subgraph p2["2 B"]']
    assert '        t0["x<br>X"]' in found


def test_two_hundred_tasks_are_within_what_mermaid_draws():
    checklist = large()
    graph = rows(critical_path(checklist), GRAPH)
    assert len([row for row in graph if ">" in row and "<br>" not in row]) <= 500
    assert len("\n".join(graph)) <= 50_000
    assert len(dumps(forecast(checklist, start=MONDAY, samples=5), "mermaid")) <= 50_000


def holding(text):
    """A checklist in which it stands wherever a line of a stranger's can stand, its tasks being called like words of Mermaid's."""
    ids = ("section", "title", "end", "click", "excludes", "gantt", "dateformat", "style", "call", "graph")
    tasks = [Task(name, text, effort=Effort(1, 1)) for name in ids]
    return Checklist("x", text, topic=text, phases=[Phase("p", text, tasks=tasks)])


def diagrams(text):
    checklist = holding(text)
    owners = {task.id: text for task in checklist}
    made = forecast(checklist, start=MONDAY, owners=owners, samples=2)
    return rows(made, GANTT), rows(checklist, GRAPH), rows(critical_path(checklist), GRAPH)


HOSTILE = [
    "end",
    "a: b; c # d",
    "#35;",
    "#quot;",
    "%% comment",
    "%%{init: {'theme': 'dark'}}%%",
    'x"] --> t9["y',
    "click t0 href javascript:alert(1)",
    "<script>alert(1)</script>",
    "&lt;b&gt;",
    "`**bold**`",
    "crit, done, 2026-01-01",
    "]",
    "---",
    "$$x^2$$",
    "fa:fa-car",
    "C:\\new",
    "\ufb02\u00b0\u00b060\u00b6\u00df",
    "\u05d0\u0627\u6f22",
    "e\u0301",
    "x" * 200,
]


def cut(text):
    return text if len(text) <= 80 else f"{text[:79].rstrip()}\N{HORIZONTAL ELLIPSIS}"


def assert_is_only_text(text):
    # A phase whose title begins with a number shows none of ours.
    harmless = "1. harmless" if split_number(text)[0] else "harmless"
    for found, expected in zip(diagrams(text), diagrams(harmless), strict=True):
        said = [unescaped(row) for row in found]
        assert said == [unescaped(row).replace(harmless, cut(text).replace("\u200b", "")) for row in expected]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_changes_nothing_but_the_text(text):
    assert_is_only_text(text)


@given(lines)
def test_any_text_that_may_be_stored_changes_nothing_but_the_text(text):
    assert_is_only_text(text)


@pytest.mark.parametrize(
    ("text", "broken"),
    [
        ("$$x$$", "$\u200b$\u200bx$\u200b$"),
        ("a:fa-b", "a:\u200bfa-b"),
        ("\\n", "\\\u200bn"),
        ("1. Deploy", "1.\u200b Deploy"),
        ("12) a - b", "12)\u200b a - b"),
        ("- a", "-\u200b a"),
    ],
)
def test_in_a_graph_formulas_icons_and_line_breaks_are_kept_from_acting(text, broken):
    found = "\n".join(rows(holding(text), GRAPH))
    assert f"<br>{re.sub('[^A-Za-z0-9 .)-]', lambda one: f'#{ord(one[0])};', broken)}" in found


def test_a_review_is_no_diagram():
    with pytest.raises(InvalidError, match="cannot be written as Mermaid"):
        dumps(two_weeks().review(SINCE, at=END, options=BOUNDS), "mermaid")


def test_a_launch_is_the_gantt_chart_of_its_forecast_now():
    assert [row for row in rows(two_weeks(), GANTT) if row.startswith("    Today :vert, ")]


@pytest.mark.parametrize(("start", "most", "label"), [(date(2026, 11, 30), 8, 10), (date(2026, 3, 2), 15, 5)])
def test_the_bars_of_a_long_spread_leave_room_for_their_days(start, most, label):
    spread = Distribution([float(days) for days in range(10, 90)], start=start)
    (axis,) = [line for line in dumps(spread, "mermaid").splitlines() if "x-axis" in line]
    days = axis.partition("[")[2].rstrip("]").split(", ")
    assert most // 2 < len(days) <= most
    assert {len(day.strip('"')) for day in days} == {label}


def test_a_phase_that_others_come_after_is_a_node_behind_its_tasks():
    phases = [
        Phase("one", "One: first", tasks=[Task("a", "A", effort="1 day"), Task("b", "B", effort="2 days")]),
        Phase("two", "Two", tasks=[Task("c", "C", effort="1 day"), Task("d", "D", effort="1 day")], after=["one"]),
    ]
    lines = dumps(critical_path(Checklist("x", "X", phases=phases)), "mermaid").splitlines()
    assert '    t4(["One#58; first: closed"])' in lines
    arrows = [line.strip() for line in lines if "->" in line or "=>" in line]
    assert arrows == ["t4 ==> t2", "t4 --> t3", "t0 --> t4", "t1 ==> t4"]
