"""What pages show of steps, sections, roles, labels and annotations, and of the tasks that were selected."""

import re
from datetime import date

import attrs
import html5lib
import pytest
from hypothesis import given
from markdown_it import MarkdownIt

from helpers.launches import END, SINCE, november
from helpers.strategies import checklists
from servingchecklist import Checklist, Effort, Launch, Overlay, Phase, Step, Task, changes, dumps, next_tasks, tailor
from servingchecklist.formats._document import Fields, Section, plain
from servingchecklist.formats._views import document, values
from servingchecklist.tailoring import diff, explain, upgrade

FOR_PEOPLE = ["markdown", "html", "text"]
STEPS = [Step("seconds", "Latency in `seconds`"), Step("fired", "Each alert has **fired**")]
CHECKLIST = Checklist(
    "alerts",
    "Alerts",
    labels=["serving"],
    annotations={"pillar": "Reliability\nand more"},
    phases=[
        Phase(
            "build",
            "Build",
            labels=["observability", "on-call"],
            annotations={"board": "7"},
            tasks=[
                Task("plan", "Plan"),
                Task("track", "Track", section="Metrics", role="sre", steps=STEPS, labels=["kpi"]),
                Task(
                    "alert", "Alert", section="Metrics", labels=["kpi", "slo"], annotations={"jira": "ML-1", "pr": "2"}
                ),
                Task("ship", "Ship", section="Rollout", role="ml platform", after=["track"]),
                Task("watch", "Watch", section="Metrics"),
            ],
        )
    ],
)
LAUNCH = Launch.start(CHECKLIST, name="fraud-v3", by="ml-platform", at=november(9))


def text_of(value):
    return dumps(value, "text").splitlines()


def markdown_of(value):
    return dumps(value, "markdown").splitlines()


def html_of(value):
    return html5lib.parse(dumps(value, "html"), namespaceHTMLElements=False)


def words(element):
    return " ".join("".join(element.itertext()).split())


# A checklist


@pytest.mark.parametrize(
    ("effort", "mean"),
    [
        ("1-2 days", "1.5 working days"),
        ("7-14 days elapsed", "10.5 days elapsed"),
        ("4 hours on any day", "4 hours on any day"),
    ],
)
def test_the_mean_of_an_effort_is_in_days_of_its_kind(effort, mean):
    assert dumps(Effort.parse(effort), "text").strip() == f"{effort}; {mean} in the mean"


def test_pages_show_the_first_day_on_which_a_task_can_begin():
    checklist = CHECKLIST.replace_task("ship", not_before=date(2026, 12, 7))
    assert "                not before 2026-12-07; role ml platform; after track" in text_of(checklist)
    assert "- [ ] **Ship** · `ship` · medium · not before 2026-12-07 · role ml platform · after `track`" in markdown_of(
        checklist
    )
    assert "not before 2026-12-07" in words(html_of(checklist))
    launch = Launch.start(checklist, name="x", by="ml-platform", at=november(9))
    for value in (launch, next_tasks(checklist, done=[task.id for task in checklist if task.id != "ship"])):
        assert "not before 2026-12-07" in dumps(value, "text")
    assert "not before 2026-12-07" in dumps(checklist, "svg")
    overlay = Overlay("o", "O", changes=[changes.SetTask("ship", not_before=date(2026, 12, 8), reason="freeze")])
    later = tailor(checklist, overlay)
    assert "not before: 2026-12-08" in dumps(overlay, "text")
    assert "not before: 2026-12-07 -> 2026-12-08" in dumps(diff(checklist, later), "text")
    assert explain(later)["tasks.ship.not_before"].reason == "freeze"
    assert "2026-12-08" in dumps(explain(later, "ship"), "text")
    cleared = tailor(later, Overlay("c", "C", changes=[changes.SetTask("ship", clear=["not_before"], reason="open")]))
    assert cleared["ship"].not_before is None
    added = changes.AddTask(Task("late", "Late", not_before=date(2026, 12, 9)), phase="build", reason="r")
    assert "not before 2026-12-09" in dumps(
        diff(CHECKLIST, tailor(CHECKLIST, Overlay("a", "A", changes=[added]))), "text"
    )


def test_the_text_of_a_checklist_shows_all_of_it():
    assert dumps(CHECKLIST, "text") == (
        "Alerts\n======\nalerts, version 1\nlabel serving\npillar: Reliability\n  and more\n\n"
        "01 Build\n   labels observability and on-call\n   board: 7\n"
        "   [ ] plan  medium  Plan\n\n"
        "   Metrics\n\n"
        "      [ ] Track\n          track: medium, role sre, label kpi\n"
        "          [ ] Latency in `seconds`\n          [ ] Each alert has **fired**\n\n"
        "      [ ] Alert\n          alert: medium, labels kpi and slo\n          jira: ML-1\n          pr: 2\n\n"
        "      [ ] Watch\n          watch: medium\n\n"
        "   Rollout\n"
        "      [ ] ship  medium  Ship\n                role ml platform; after track\n"
    )


def test_the_markdown_of_a_checklist_shows_all_of_it():
    assert dumps(CHECKLIST, "markdown") == (
        "# Alerts\n\nalerts, version 1\n\nlabel `serving`\n\n- pillar: Reliability\\\n  and more\n\n"
        "## 01 Build\n\nlabels `observability` and `on-call`\n\n- board: 7\n\n"
        "- [ ] **Plan** · `plan` · medium\n\n"
        "### Metrics\n\n"
        "- [ ] **Track** · `track` · medium · role sre · label `kpi`\n"
        "  - [ ] Latency in `seconds`\n  - [ ] Each alert has **fired**\n"
        "- [ ] **Alert** · `alert` · medium · labels `kpi` and `slo`\n  - jira: ML-1\n  - pr: 2\n"
        "- [ ] **Watch** · `watch` · medium\n\n"
        "### Rollout\n\n"
        "- [ ] **Ship** · `ship` · medium · role ml platform · after `track`\n"
    )


def test_the_page_of_a_checklist_has_headings_for_sections_and_boxes_for_steps():
    page = html_of(CHECKLIST)
    headings = [(one.tag, words(one)) for one in page.iter() if re.fullmatch("h[1-6]", one.tag)]
    assert headings == [
        ("h1", "Alerts"),
        ("h2", "01 Build"),
        ("h3", "☐ Plan"),
        ("h3", "Metrics"),
        ("h4", "☐ Track"),
        ("h4", "☐ Alert"),
        ("h4", "☐ Watch"),
        ("h3", "Rollout"),
        ("h4", "☐ Ship"),
    ]
    (steps,) = [one for one in page.iter("ul") if one.get("class") == "scl-steps"]
    assert [words(step) for step in steps] == ["☐ Latency in seconds", "☐ Each alert has fired"]
    assert [one.text for one in steps.iter() if one.tag in ("code", "strong")] == ["seconds", "fired"]
    facts = [words(one) for one in page.iter("p") if one.get("class") == "scl-facts"]
    assert facts[1:3] == ["track · medium · role sre · label kpi", "alert · medium · labels kpi and slo"]
    assert [words(one) for one in page.iter("dt")] == ["pillar", "board", "jira", "pr"]
    assert ["\n".join(one.itertext()) for one in page.iter("dd")] == ["Reliability\nand more", "7", "ML-1", "2"]


@pytest.mark.parametrize("format", FOR_PEOPLE)
def test_phases_and_tasks_by_themselves_show_the_same(format):
    shown = dumps(CHECKLIST.phases[0], format)
    for word in ("observability", "Metrics", "Rollout", "role ml platform", "seconds", "slo", "ML-1"):
        assert word in shown
    task = dumps(CHECKLIST["alert"], format)
    assert "Metrics" in task
    assert re.search(r"labels <?.*kpi.* and .*slo", task)
    assert "ML-1" in task


def test_a_recommendation_says_the_role_but_not_the_steps():
    best = next_tasks(CHECKLIST, done={"plan", "alert", "watch"}, limit=1)
    assert text_of(best)[1] == "   track: medium, role sre"
    assert "seconds" not in dumps(best, "markdown")


@given(checklists())
def test_each_section_is_a_heading_where_it_begins(checklist):
    begun = [
        section
        for phase in checklist.phases
        for section in dict.fromkeys(task.section for task in phase.tasks)
        if section
    ]
    tokens = MarkdownIt("commonmark").parse(dumps(checklist, "markdown"))
    headings = [
        "".join(child.content for child in after.children)
        for token, after in zip(tokens, tokens[1:], strict=False)
        if token.type == "heading_open" and token.tag == "h3"
    ]
    assert headings == begun


# A launch


def task_lines(launch, format="text"):
    """The lines below the title of the task that has steps."""
    lines = dumps(launch.snapshot(at=END), format).splitlines()
    start = next(number for number, line in enumerate(lines) if re.search(r"\[.\] (track|\*\*Track)", line))
    end = next(number for number, line in enumerate(lines) if re.search(r"\[.\] (alert|\*\*Alert)", line))
    return [line.strip() for line in lines[start + 1 : end] if line.strip()]


def test_steps_are_counted_until_work_begins_and_when_all_are_ticked_or_none():
    ticked = LAUNCH.tick("track", "fired", by="x", at=november(10))
    both = ticked.tick("track", "seconds", by="x", at=november(11))
    boxes = ["[ ] `seconds` Latency in `seconds`", "[x] `fired` Each alert has **fired**"]
    assert task_lines(LAUNCH) == ["0 of 2 steps; role sre; label kpi"]
    assert task_lines(ticked) == ["role sre; label kpi", *boxes]
    assert task_lines(both) == ["2 of 2 steps; role sre; label kpi"]
    assert task_lines(LAUNCH.begin("track", by="x", at=november(10)))[1:] == [
        boxes[0],
        boxes[1].replace("x", " ", 1),
    ]
    assert task_lines(both.begin("track", by="x", at=november(12)))[1:] == [boxes[0].replace("[ ]", "[x]"), boxes[1]]
    assert task_lines(ticked.finish("track", by="x", at=november(12)))[1:] == boxes
    assert task_lines(ticked, "markdown") == [f"- {box}" for box in boxes]


def test_steps_that_nobody_has_to_do_are_not_counted():
    waived = LAUNCH.waive("track", reason="r", expires=date(2027, 1, 1), by="x", at=november(10))
    away = LAUNCH.mark_not_applicable("track", reason="r", by="x", at=november(10))
    for launch in (waived, away):
        assert task_lines(launch)[0].endswith("role sre; label kpi")
        assert "steps" not in task_lines(launch)[0]
    ticked = away.tick("track", "fired", by="x", at=november(11))
    assert task_lines(ticked)[2] == "[x] `fired` Each alert has **fired**"


def test_a_page_folds_the_steps_that_are_counted():
    def places(launch):
        page = html_of(launch.snapshot(at=END))
        (task,) = [one for one in page.iter("li") if one.get("id") == "task-track"]
        folded = {id(step) for details in task.iter("details") for step in details.iter("ul")}
        (steps,) = [one for one in task.iter("ul") if one.get("class") == "scl-steps"]
        return id(steps) in folded, [words(step)[0] for step in steps]

    assert places(LAUNCH) == (True, ["☐", "☐"])
    ticked = LAUNCH.tick("track", "fired", by="x", at=november(10))
    assert places(ticked) == (False, ["☐", "☑"])
    assert places(ticked.tick("track", "seconds", by="x", at=november(10))) == (True, ["☑", "☑"])


def test_a_launch_has_the_sections_of_its_checklist():
    lines = text_of(LAUNCH.snapshot(at=END))
    place = lines.index("01 Build")
    assert [line for line in lines[place:] if line and line.strip() in ("Metrics", "Rollout")] == [
        "   Metrics",
        "   Rollout",
    ]
    headings = [line for line in markdown_of(LAUNCH.snapshot(at=END)) if line.startswith("###")]
    assert headings == ["### Metrics", "### Rollout"]


def test_a_launch_counts_the_steps_that_are_ticked():
    assert text_of(LAUNCH.snapshot(at=END))[3] == "0 of 5 done, 0 of 2 steps ticked"
    ticked = LAUNCH.tick("track", "fired", by="x", at=november(10))
    assert text_of(ticked.progress(at=END))[0] == "0 of 5 done, 1 of 2 steps ticked"


def test_an_open_task_says_what_it_waits_for():
    def facts(launch, id="ship"):
        return text_of(launch.snapshot(at=END).state(id))[1].strip()

    assert facts(LAUNCH) == "waits for track"
    assert "· `ship` · todo · medium · waits for `track` · role ml platform" in dumps(
        LAUNCH.snapshot(at=END), "markdown"
    )
    done = LAUNCH.finish("track", by="x", at=november(10))
    assert "waits for t" not in dumps(done.snapshot(at=END), "text")
    early = LAUNCH.finish("ship", by="x", at=november(10))
    assert "waits for" not in dumps(early.snapshot(at=END).state("ship"), "text")


@pytest.mark.parametrize("format", FOR_PEOPLE)
def test_a_selection_is_named_and_only_its_tasks_are_shown(format):
    launch = LAUNCH.finish("track", by="x", at=november(17))
    snapshot = launch.snapshot(at=END, section="Metrics", label="kpi")
    for value in (snapshot, launch.review(SINCE, at=END, section="Metrics", label="kpi")):
        shown = dumps(value, format)
        assert re.search(r"Only .*label kpi.*section Metrics|Only .*section Metrics.*label kpi", shown)
        assert "Watch" not in shown
        assert "Rollout" not in shown
    assert "Only" not in dumps(launch.snapshot(at=END), format).split("</style>")[-1]


def test_a_phase_without_selected_tasks_is_left_out():
    two = attrs.evolve(CHECKLIST, phases=[*CHECKLIST.phases, Phase("run", "Run", tasks=[Task("go", "Go live")])])
    launch = Launch.start(two, name="x", by="x", at=november(9))
    shown = dumps(launch.snapshot(at=END, phase="run"), "text")
    assert "Only phase run\n" in shown
    assert "Build" not in shown
    assert "\n02 Run\n" in shown


# Tailored


def laid(*made, on=CHECKLIST):
    return tailor(on, Overlay("o", "O", changes=made))


def fields_of(value):
    """The fields of a page, each a line."""
    return [line for block in document(value, "text").blocks for line in _fields(block)]


def _fields(block):
    match block:
        case Fields():
            for field in block.fields:
                lines = list(map(plain, field.lines))
                yield from [f"{field.name}: {lines[0]}"] if len(lines) == 1 else [f"{field.name}:", *lines]
        case Section():
            for inner in block.blocks:
                yield from _fields(inner)
        case _:
            for item in getattr(block, "items", ()):
                for inner in item.body:
                    yield from _fields(inner)


MORE = Step("on-call", "On call knows it")


@pytest.mark.parametrize(
    ("change", "told", "differs"),
    [
        (
            changes.SetTask("track", also_steps=[MORE], reason="r"),
            ["more steps: On call knows it (on-call)"],
            ["steps: new: On call knows it (on-call)"],
        ),
        (
            changes.SetTask("track", steps=[STEPS[1], MORE], reason="r"),
            ["steps:", "Each alert has **fired** (fired)", "On call knows it (on-call)"],
            ["steps:", "no longer: Latency in `seconds` (seconds)", "new: On call knows it (on-call)"],
        ),
        (
            changes.SetTask("track", also_labels=["x", "y"], reason="r"),
            ["more labels: x and y"],
            ["labels: kpi -> kpi, x and y"],
        ),
        (changes.SetTask("track", labels=[], reason="r"), ["labels: none"], ["labels: kpi -> none"]),
        (changes.SetTask("track", role="", reason="r"), ["role: none"], ["role: sre -> none"]),
        (changes.SetTask("track", section="S", reason="r"), ["section: S"], ["section: Metrics -> S"]),
        (
            changes.SetTask("alert", annotations={"jira": "ML-2", "pr": "2"}, reason="r"),
            ["annotations:", "jira: ML-2", "pr: 2"],
            ["annotations:", "no longer: jira: ML-1", "new: jira: ML-2"],
        ),
        (changes.SetPhase("build", labels=["a"], reason="r"), ["labels: a"], ["labels: observability and on-call -> a"]),
        (
            changes.SetChecklist(annotations={"team": "risk"}, reason="r"),
            ["annotations: team: risk"],
            ["annotations:", "no longer: pillar: Reliability\nand more", "new: team: risk"],
        ),
        (
            changes.AddTask(Task("t", "T", steps=STEPS[:1], role="sre", labels=["a", "b"]), phase="build", reason="r"),
            ["place: in build, at the end", "priority: medium", "steps: Latency in `seconds` (seconds)", "role: sre", "labels: a and b"],
            ["facts: medium, 1 step, role sre, label a, label b"],
        ),
    ],
)  # fmt: skip
def test_overlays_and_diffs_say_what_changes(change, told, differs):
    assert fields_of(Overlay("o", "O", changes=[change])) == [*told, "why: r"]
    assert fields_of(diff(CHECKLIST, laid(change))) == differs


def test_an_explanation_says_where_each_field_came_from():
    made = laid(changes.SetTask("track", also_steps=[MORE], also_labels=["x"], reason="nights are ours"))
    rows = {
        row.item.title: [*map(plain, row.cells)]
        for row in document(explain(made, "track"), "text").blocks[-1].blocks[0].rows
    }
    assert rows["steps"] == ["\u2026 On call knows it (on-call)", "o 1", "the same without that", "nights are ours"]
    assert rows["labels"] == ["kpi and x", "o 1", "kpi", "nights are ours"]
    assert rows["role"] == ["sre", "alerts 1", "", ""]
    assert "annotations" not in rows


def test_an_upgrade_says_what_both_sides_did_to_steps_and_labels():
    ours = Overlay("o", "O", changes=[changes.SetTask("track", role="ml platform", reason="r")])
    made = upgrade(CHECKLIST, changed(role="data science"), ours)
    assert fields_of(made)[:3] == ["base: sre", "ours: ml platform", "theirs: data science"]
    gone = Overlay("o", "O", changes=[changes.DropTask("track", reason="r")])
    sides = fields_of(upgrade(without_after(CHECKLIST), without_after(changed(labels=["x"], steps=STEPS[:1])), gone))
    assert sides[:2] == ["base: medium, 2 steps, role sre, label kpi", "ours: dropped"]
    assert "other steps" in sides
    assert "labels: x, not kpi" in sides


def changed(**fields):
    """The next version of the checklist, with other values in the task that has steps."""
    (phase,) = CHECKLIST.phases
    tasks = [attrs.evolve(task, **(fields if task.id == "track" else {})) for task in phase.tasks]
    return attrs.evolve(CHECKLIST, version="2", phases=[attrs.evolve(phase, tasks=tasks)])


def without_after(checklist):
    (phase,) = checklist.phases
    tasks = [attrs.evolve(task, after=()) for task in phase.tasks]
    return attrs.evolve(checklist, phases=[attrs.evolve(phase, tasks=tasks)])


def test_the_words_for_what_is_added_are_those_of_the_fields_that_can_grow():
    assert [values.name_of(field, is_added=True) for field in ("after", "steps", "labels")] == [
        "also comes after",
        "more steps",
        "more labels",
    ]


def test_tasks_without_a_section_come_first_and_each_section_once():
    sections = {"a": "S", "b": "", "c": "T", "d": "S"}
    tasks = [Task(name, name.upper(), section=section) for name, section in sections.items()]
    page = dumps(Checklist("x", "X", phases=[Phase("p", "P", tasks=tasks)]), "markdown")
    assert re.findall(r"\*\*(\w)\*\*|### (\w)", page) == [
        ("B", ""),
        ("", "S"),
        ("A", ""),
        ("D", ""),
        ("", "T"),
        ("C", ""),
    ]
