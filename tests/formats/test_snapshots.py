"""What the bundled checklist and a launch of it look like in every format, as whole files.

After a change on purpose: UPDATE_SNAPSHOTS=1 python -m pytest tests/formats/test_snapshots.py, then look at the difference.
"""

import json
import os
import re
import tomllib
from pathlib import Path
from xml.etree import ElementTree

import html5lib
import pytest
from markdown_it import MarkdownIt

from helpers.cases import Cases
from helpers.forecasts import after_two_weeks, levers_of_two_people, two_people
from helpers.launches import END, SINCE, two_weeks
from helpers.pages import SVG, picture_of
from helpers.tailorings import shown
from servingchecklist import Status, critical_path, dumps, model_serving, order
from servingchecklist._launch.review import LISTS
from servingchecklist.formats import text as plain_text
from servingchecklist.formats._stylesheet import PAGE_STYLE, STYLE

SNAPSHOTS = Path(__file__).parent.parent / "snapshots"
LAUNCH = model_serving()
VALUES = Cases(
    {
        "model-serving": lambda: LAUNCH,
        "order": lambda: order(LAUNCH),
        "launch": lambda: two_weeks().snapshot(at=END),
        "progress": lambda: two_weeks().progress(at=END),
        "task-state": lambda: two_weeks().state("c4", at=END),
        "review": lambda: two_weeks().review(SINCE, at=END),
        "forecast": after_two_weeks,
        "levers": levers_of_two_people,
        "critical-path": lambda: critical_path(LAUNCH),
        "distribution": lambda: two_people().finish,
        **{name: lambda name=name: shown()[name] for name in shown()},
    }
)
FORMATS = {".md": "markdown", ".html": "html", ".txt": "text", ".json": "json", ".toml": "toml", ".svg": "svg"}
CASES = [f"{name}{suffix}" for name in VALUES for suffix in (".md", ".html", ".txt")]
CASES += ["model-serving.json", "model-serving.toml", "review.svg"]


@pytest.mark.parametrize("name", CASES)
def test_the_text_is_as_it_was(name):
    path = SNAPSHOTS / name
    text = dumps(VALUES[path.stem], FORMATS[path.suffix])
    for style in (STYLE, PAGE_STYLE):  # how a page looks is for the eye, in the pictures
        text = text.replace(style, "/* the style sheet */")
    if os.environ.get("UPDATE_SNAPSHOTS"):
        path.write_bytes(text.encode())
    assert path.read_bytes().decode() == text


@pytest.mark.parametrize("width", [40, 80])
@pytest.mark.parametrize("name", [name for name in CASES if name.endswith(".txt")])
def test_colours_move_nothing(name, width):
    value = VALUES[name.removesuffix(".txt")]
    plain, colored = (plain_text.dumps(value, width, color=color) for color in (False, True))
    codes = re.findall(r"\x1b\[([0-9;]+)m", colored)
    assert codes[1::2] == ["0"] * (len(codes) // 2)
    assert set(codes) <= {"0", "1", "2", "31", "32", "35", "1;31"}
    assert re.sub(r"\x1b\[[0-9;]+m", "", colored) == plain
    assert name in ("order.txt", "progress.txt") or codes


def test_colours_show_headings_priorities_and_statuses():
    colored = plain_text.dumps(VALUES["launch"], color=True)
    for text in ("1m01 Foundation", "32m[x]", "35m[>]", "31m[!]", "1;31mcritical", "1mhigh"):
        assert f"\x1b[{text}\x1b[0m" in colored
    assert "\x1b[32mdone on" in colored
    assert "[ ]" in colored


def test_no_snapshot_is_left_over():
    assert {path.name for path in SNAPSHOTS.iterdir()} == set(CASES)


def page_of(name):
    return html5lib.HTMLParser(strict=False).parse((SNAPSHOTS / name).read_text("utf-8"))


def titles():
    return [LAUNCH.title_of(task) for task in LAUNCH]


def test_a_json_reader_and_a_toml_reader_agree():
    read_json = json.loads((SNAPSHOTS / "model-serving.json").read_bytes())
    read_toml = tomllib.loads((SNAPSHOTS / "model-serving.toml").read_text("utf-8"))
    assert read_json == read_toml


def test_a_markdown_reader_finds_the_phases_and_the_tasks():
    tokens = MarkdownIt("commonmark").parse((SNAPSHOTS / "model-serving.md").read_text("utf-8"))
    headings = [after.content for token, after in zip(tokens, tokens[1:], strict=False) if token.type == "heading_open"]
    assert headings == [
        LAUNCH.title,
        "01 Foundation",
        "02 Execution",
        "03 Launch & Review",
        "KPIs",
        "Audiences",
        "Gates",
        "Tips",
    ]
    boxes = [token.content[4:] for token in tokens if token.type == "inline" and token.content.startswith("[ ]")]
    tasks = [box for box in boxes if box.startswith("**")]
    assert [box.split("**")[1] for box in tasks] == titles()
    steps = [step.text.replace("<", "\\<") for task in LAUNCH for step in task.steps]
    assert [box for box in boxes if box not in tasks] == steps


def test_an_html_reader_finds_the_phases_and_the_tasks():
    page = page_of("model-serving.html")
    namespace = "{http://www.w3.org/1999/xhtml}"
    assert page.find(f"{namespace}head/{namespace}title").text == LAUNCH.title
    assert len(page.findall(f".//{namespace}main")) == 1
    assert ["".join(one.itertext()) for one in page.iter(f"{namespace}h2")] == [
        "01 Foundation",
        "02 Execution",
        "03 Launch & Review",
        "KPIs",
        "Audiences",
        "Gates",
        "Tips",
    ]
    headings = ["".join(one.itertext()) for one in page.iter(f"{namespace}h3")]
    assert headings == [
        *(f"\N{BALLOT BOX} {one}" for one in titles()),
        *(audience.title for audience in LAUNCH.audiences),
    ]
    assert not [
        one for one in page.iter() if one.tag in {f"{namespace}{tag}" for tag in ("script", "img", "link", "iframe")}
    ]


def test_the_text_has_every_title_and_no_line_is_too_wide():
    text = (SNAPSHOTS / "model-serving.txt").read_text("utf-8")
    assert all(f"[ ] {title}\n" in text for title in titles())
    assert max(map(len, text.splitlines())) <= 80


def test_a_markdown_reader_finds_how_each_task_of_a_launch_stands():
    tokens = MarkdownIt("commonmark").parse((SNAPSHOTS / "launch.md").read_text("utf-8"))
    lines = [token.content for token in tokens if token.type == "inline"]
    tasks = [line for line in lines if line.startswith(("[ ] **", "[x] **"))]
    shown = [line[4:] for line in lines if line.startswith(("[ ] ", "[x] ")) and line not in tasks]
    assert shown == [f"`{step.id}` {step.text}" for step in LAUNCH["c6"].steps]  # the one that is under way
    assert [line.split("**")[1] for line in tasks] == [task.title for task in LAUNCH]
    for line, state in zip(tasks, VALUES["launch"].states, strict=True):
        assert line.startswith("[x] ") is (state.status is Status.DONE)
        assert f"`{state.id}` · {state.status}" in line
    assert "waived until 2026-12-18" in tasks[7]
    assert "overdue: due 2026-11-20, 3 days ago" in tasks[4]


def test_a_markdown_reader_finds_the_lists_of_a_review():
    tokens = MarkdownIt("commonmark").parse((SNAPSHOTS / "review.md").read_text("utf-8"))
    headings = [after.content for token, after in zip(tokens, tokens[1:], strict=False) if token.type == "heading_open"]
    lists = [heading for heading, _ in VALUES["review"].lists]
    assert headings == [
        "Review of fraud-v3",
        "Forecast",
        "What moved it most",
        *lists,
        "What to do next",
        "Closed by phase",
    ]
    # So that each that there is can be seen in the files.
    assert lists == [
        heading for heading in LISTS.values() if heading not in ("Reopened", "Steps ticked", "Not applicable")
    ]


HTML = "{http://www.w3.org/1999/xhtml}"


def words(element):
    return " ".join("".join(element.itertext()).split())


def test_an_html_reader_finds_how_each_task_of_a_launch_stands():
    page = page_of("launch.html")
    assert page.find(f"{HTML}head/{HTML}title").text == "fraud-v3"
    rows = [row for one in page.iter(f"{HTML}ul") if "scl-task" in one.get("class", "") for row in one]
    assert [words(row.find(f"{HTML}h3"))[2:] for row in rows] == [task.title for task in LAUNCH]
    for row, task, state in zip(rows, LAUNCH, VALUES["launch"].states, strict=True):
        assert row.get("id") == f"task-{state.id}"
        assert f"{state.id} · {state.status}" in words(row)
        assert task.priority.value in words(row)
        assert row.find(f"{HTML}h3/{HTML}span").get("class") == f"scl-mark scl-{state.status}"
        steps = "".join(f"\N{BALLOT BOX} {step.id} {step.text}" for step in task.steps)
        folded = f"Description {' '.join(task.description.split())}"
        shown = folded if state.status is Status.DOING else f"{folded} {steps}"
        assert words(row.find(f"{HTML}details")).startswith(f"{shown} Proven when: {task.criteria[0].id} ")


def test_an_html_reader_finds_how_far_each_phase_of_a_launch_is():
    page = page_of("launch.html")
    bars = [(one.get("value"), one.get("max"), words(label)) for label in page.iter(f"{HTML}label") for one in label]
    bars = [bar for bar in bars if bar[1]]  # and no button of a filter
    assert [bar[:2] for bar in bars] == [("5", "9"), ("2", "3"), ("1", "3"), ("2", "3")]
    assert [bar[2] for bar in bars[1:]] == ["2 of 3 done", "1 of 3 done", "1 of 3 done, 1 waived"]
    assert [one.get("id") for one in page.iter(f"{HTML}section") if one.get("id")] == [
        f"phase-{phase.id}" for phase in LAUNCH.phases
    ]


def test_an_html_reader_finds_the_lists_and_the_picture_of_a_review():
    page = page_of("review.html")
    lists = {words(one): section for section in page.iter(f"{HTML}section") for one in section.iter(f"{HTML}h2")}
    for heading, items in VALUES["review"].lists:
        found = [words(item) for item in lists[heading].iter(f"{HTML}li")]
        assert found == [f"{item.title} · {item.id} · {item.words}" for item in items]
    (picture,) = page.iter(f"{HTML}img")
    assert picture.get("alt") == "Burn-up: by 2026-11-16, 1 of 9 done, 1 waived; by 2026-11-23, 4 of 9 done, 1 waived."
    assert html_tables("review.html") == markdown_tables("review.md")
    assert html_tables("review.html")[0][2] == ["Execution", "from 0 to 1 of 3", "from 0 to 1 of 4.5"]


def test_an_xml_reader_finds_the_numbers_in_the_picture():
    root = ElementTree.parse(SNAPSHOTS / "review.svg").getroot()
    assert (root.tag, root.get("role")) == (f"{SVG}svg", "img")
    assert root.find(f"{SVG}desc").text == (
        "The launch was started on 2026-11-09. By 2026-11-16: 1 of 9 done, 1 waived. By 2026-11-23: 4 of 9 done, 1 waived."
    )
    assert {"4 done", "1 waived", "9 tasks", "since 2026-11-16", "2026-11-09", "2026-11-23"} <= {
        one.text for one in root.iter(f"{SVG}text")
    }


@pytest.mark.parametrize("name", ["launch.txt", "review.txt", "forecast.txt", "critical-path.txt", "distribution.txt"])
def test_the_text_is_no_wider_than_a_terminal(name):
    assert max(map(len, (SNAPSHOTS / name).read_text("utf-8").splitlines())) <= 80


def test_the_text_has_one_line_for_each_task_of_a_launch():
    lines = (SNAPSHOTS / "launch.txt").read_text("utf-8").splitlines()
    boxes = {"done": "[x]", "doing": "[>]", "blocked": "[!]", "waived": "[~]", "todo": "[ ]"}
    found = [line for line in lines if re.match(r"   \[.\] c\d ", line)]
    assert len(found) == 9
    for line, state in zip(found, VALUES["launch"].states, strict=True):
        assert line.strip().startswith(f"{boxes[state.status.value]} {state.id}  {state.status}")
        assert LAUNCH[state.id].title.startswith(line.split("  ")[-1].strip())


def markdown_tables(name):
    """The cells of each table of a file, row by row."""
    found = []
    for token in MarkdownIt("commonmark").enable("table").parse((SNAPSHOTS / name).read_text("utf-8")):
        if token.type == "table_open":
            found.append([])
        elif token.type == "tr_open":
            found[-1].append([])
        elif token.type in ("th_open", "td_open"):
            found[-1][-1].append(None)
        elif token.type == "inline" and found and found[-1][-1:] and found[-1][-1][-1:] == [None]:
            found[-1][-1].pop()
            found[-1][-1].append("".join(child.content for child in token.children))
    return found


def html_tables(name):
    page = page_of(name)
    return [[[words(cell) for cell in row] for row in table.iter(f"{HTML}tr")] for table in page.iter(f"{HTML}table")]


@pytest.mark.parametrize("name", ["forecast", "critical-path", "distribution"])
def test_readers_of_markdown_and_html_find_the_same_tables(name):
    found = [[[cell.replace(" · ", " ") for cell in row] for row in table] for table in markdown_tables(f"{name}.md")]
    assert found == [
        [[cell.replace(" · ", " ") for cell in row] for row in table] for table in html_tables(f"{name}.html")
    ]


def test_readers_find_each_task_of_a_forecast():
    due, phases, tasks = markdown_tables("forecast.md")
    assert [row[0].split(" · ")[1] for row in due[1:]] == ["c6", "c5", "c9"]
    assert [row[0] for row in phases[1:]] == [phase.title for phase in VALUES["forecast"].phases]
    assert [row[0].split(" · ")[1] for row in tasks[1:]] == [task.id for task in VALUES["forecast"].tasks]
    tokens = MarkdownIt("commonmark").parse((SNAPSHOTS / "forecast.md").read_text("utf-8"))
    headings = [after.content for token, after in zip(tokens, tokens[1:], strict=False) if token.type == "heading_open"]
    assert headings == [
        "Forecast of fraud-v3",
        "Blocked, so all dates are the earliest ones",
        "All of the estimated time is spent",
        "Due dates",
        "By phase",
        "By task",
        "Assumptions",
    ]


def test_readers_find_each_task_of_a_critical_path():
    (spans,) = markdown_tables("critical-path.md")
    assert [row[0].split(" · ")[1] for row in spans[1:]] == [span.id for span in VALUES["critical-path"]]
    assert [row[5] for row in spans[1:]] == ["1", "13", "none", "none", "none", "1", "none", "none", "none"]
    page = page_of("critical-path.html")
    (way,) = page.iter(f"{HTML}ol")
    assert [row.find(f"{HTML}p/{HTML}code").text for row in way] == list(VALUES["critical-path"].path)


def test_an_html_reader_finds_the_pictures_of_a_forecast():
    for name, pictures in (("forecast.html", 2), ("critical-path.html", 1), ("distribution.html", 1)):
        page = page_of(name)
        figures = list(page.iter(f"{HTML}figure"))
        assert len(figures) == pictures
        for one in figures:
            (picture,) = one.iter(f"{HTML}img")
            assert picture_of(picture).find(f"{SVG}title").text
            assert one.find(f"{HTML}figcaption").text


def headings_of(name):
    tokens = MarkdownIt("commonmark").parse((SNAPSHOTS / name).read_text("utf-8"))
    return [after.content for token, after in zip(tokens, tokens[1:], strict=False) if token.type == "heading_open"]


@pytest.mark.parametrize("name", ["overlay", "diff", "explanation", "explanation-of-a-task", "upgrade"])
def test_readers_of_markdown_and_html_find_the_same_headings_of_what_is_tailored(name):
    page = page_of(f"{name}.html")
    levels = ("h1", "h2", "h3") if name == "explanation" else ("h1", "h2")
    found = [words(one) for one in page.iter() if one.tag in {f"{HTML}{level}" for level in levels}]
    assert found == headings_of(f"{name}.md")
    assert page.find(f"{HTML}head/{HTML}title").text == found[0]


@pytest.mark.parametrize("name", ["explanation", "explanation-of-a-task"])
def test_readers_of_markdown_and_html_find_the_same_origins(name):
    found = markdown_tables(f"{name}.md")
    assert found == html_tables(f"{name}.html")
    assert sum(len(table) - 1 for table in found) == sum(
        bool(origin.value or origin.revisions) for origin in shown()[name]
    )
    assert {tuple(table[0]) for table in found} == {("Field", "Value", "Set by", "Before", "Why")}


def test_readers_find_each_difference_and_each_change():
    values = shown()
    page = page_of("diff.html")
    about = dict.fromkeys(one.id for one in values["diff"] if one.id)
    assert [words(one) for one in page.iter(f"{HTML}code")] == list(about)
    wanted = [one for one in values["diff"] if one.field]
    assert len([one for one in page.iter(f"{HTML}dt") if words(one) not in ("facts", "holds")]) == len(wanted)
    page = page_of("overlay.html")
    (changes,) = page.iter(f"{HTML}ol")
    assert [words(row.findall(f"{HTML}dl/{HTML}dd")[-1]) for row in changes] == [
        one.reason for one in values["overlay"].changes
    ]


def test_an_html_reader_finds_the_sides_of_each_conflict():
    page = page_of("upgrade.html")
    conflicts = next(page.iter(f"{HTML}ul"))
    for row, one in zip(conflicts, shown()["upgrade"].conflicts, strict=True):
        assert words(row.find(f"{HTML}p")) == one.path
        assert [words(name) for name in row.iter(f"{HTML}dt")] == ["base", "ours", "theirs", "why ours"]
