"""The task list that comes back: what is written, what a tick means, and what is never guessed."""

from __future__ import annotations

import pickle
import re
import sys
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import product

import pytest

from servingchecklist import Checklist, Launch, Limits, Phase, Step, Task, dumps, events, model_serving, tasklist, write
from servingchecklist.errors import InvalidError, LimitError, UnknownNameError
from servingchecklist.tasklist import Conflict, Merged

START = datetime(2026, 11, 23, 9, tzinfo=UTC)
NOW = datetime(2026, 11, 25, 17, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)
HAPPENED = {"by": "log", "at": START + timedelta(days=1)}

CHECKLIST = Checklist(
    "serving",
    "Serving",
    topic="fraud",
    phases=[
        Phase(
            "build",
            "Build",
            tasks=[
                Task("c1", "Define *goals*", priority="critical", effort="1 day"),
                Task("c2", "Measure", steps=[Step("load", "Run `k6`"), Step("soak", "Run it | for a day")]),
            ],
        ),
        Phase("ship", "2. Ship", tasks=[Task("c3", "Canary", section="Traffic"), Task("c4", "Rest")]),
        Phase("none", "Nothing yet"),
    ],
)
LAUNCH = Launch.start(CHECKLIST, name="fraud-v3", by="ml-platform", at=START)

DO = {
    "todo": lambda launch: launch,
    "doing": lambda launch: launch.begin("c1", **HAPPENED),
    "blocked": lambda launch: launch.block("c1", reason="no data", **HAPPENED),
    "done": lambda launch: launch.finish("c1", **HAPPENED),
    "waived": lambda launch: launch.waive("c1", reason="risk taken", expires=date(2026, 12, 31), **HAPPENED),
    "not-applicable": lambda launch: launch.mark_not_applicable("c1", reason="batch only", **HAPPENED),
}
BASES = ("", *DO)
CLOSED_OTHERWISE = ("waived", "not-applicable")


def apply(text, launch=LAUNCH, **more):
    return tasklist.apply(text, launch, **{"by": "github:issue-12", "at": NOW} | more)


def update(text, launch=LAUNCH, **more):
    return tasklist.update(text, launch, **{"at": NOW} | more)


def line(box, base, task="c1"):
    return f"- [{box}] <!-- task {task}{base and ' '}{base} -->Define goals\n"


def lines_of(merged):
    return [str(conflict) for conflict in merged.conflicts]


def what(merged):
    return [(event.kind, event.task, getattr(event, "step", ""), event.by, event.at) for event in merged.events]


def test_a_launch_is_written_as_boxes_with_marks():
    launch = LAUNCH.finish("c1", **HAPPENED).tick("c2", "load", **HAPPENED).begin("c2", **HAPPENED)
    assert dumps(launch, "tasklist") == (
        "<!-- servingchecklist:launch fraud-v3 -->\n"
        "\n"
        "# fraud-v3: Serving (fraud)\n"
        "\n"
        "<!-- servingchecklist:progress -->\n"
        "\n"
        "1 of 4 done, 1 of 1 days of work closed, 3 without an estimate, 1 of 2 steps ticked\n"
        "\n"
        "- Build: 1 of 2 done\n"
        "- 2\\. Ship: 0 of 2 done\n"
        "- Nothing yet: no tasks\n"
        "- critical: 1 of 1 done\n"
        "- medium: 0 of 3 done\n"
        "\n"
        "<!-- /servingchecklist -->\n"
        "\n"
        "<!-- servingchecklist:next -->\n"
        "\n"
        "## What to do next\n"
        "\n"
        "1. **Canary** · `c3` · medium\n"
        "   - in 2. Ship\n"
        "   - nothing waits for it\n"
        "2. **Rest** · `c4` · medium\n"
        "   - in 2. Ship\n"
        "   - nothing waits for it\n"
        "\n"
        "c2 is under way (log)\n"
        "\n"
        "<!-- /servingchecklist -->\n"
        "\n"
        "## 01 Build\n"
        "\n"
        "- [x] <!-- task c1 done -->**Define \\*goals\\* (fraud)** · `c1` · critical · 1 day\n"
        "- [ ] <!-- task c2 doing -->**Measure (fraud)** · `c2` · medium\n"
        "  - [x] <!-- step c2 load done -->Run `k6`\n"
        "  - [ ] <!-- step c2 soak todo -->Run it \\| for a day\n"
        "\n"
        "## 2. Ship\n"
        "\n"
        "- [ ] <!-- task c4 todo -->**Rest (fraud)** · `c4` · medium\n"
        "\n"
        "### Traffic\n"
        "\n"
        "- [ ] <!-- task c3 todo -->**Canary (fraud)** · `c3` · medium\n"
    )


def test_a_checklist_is_written_with_nothing_done():
    text = dumps(CHECKLIST, "tasklist")
    assert text.startswith("# Serving (fraud)\n\n<!-- servingchecklist:progress -->\n\n0 of 4 done")
    assert re.findall("<!-- (?:task|step) .*? -->", text) == [
        "<!-- task c1 todo -->",
        "<!-- task c2 todo -->",
        "<!-- step c2 load todo -->",
        "<!-- step c2 soak todo -->",
        "<!-- task c4 todo -->",
        "<!-- task c3 todo -->",
    ]
    assert apply(text) == Merged(LAUNCH)


def test_selected_tasks_make_a_list_of_their_own():
    text = dumps(LAUNCH.snapshot(phase="build", at=NOW), "tasklist")
    assert "<!-- servingchecklist:next phase=build -->\n\n## What to do next\n\n1. **Define" in text
    assert re.findall("task (c.)", text) == ["c1", "c2"]
    assert apply(text).conflicts == ()
    assert update(text) == text
    later = LAUNCH.finish("c1", **HAPPENED)
    assert update(text, later) == dumps(later.snapshot(phase="build", at=NOW), "tasklist")


def test_a_selection_by_any_text_comes_back():
    owner = "a--b --> <!-- task c1 done --> ü%"
    launch = LAUNCH.assign("c3", owner, **HAPPENED)
    text = dumps(launch.snapshot(owner=owner, at=NOW), "tasklist")
    assert "<!-- servingchecklist:next owner=a%2D%2Db%20%2D%2D%3E" in text
    assert re.findall(r"(?<!\\)<!-- task (c.)", text) == ["c3"]
    assert update(text, launch) == text
    assert apply(text, launch).conflicts == ()


def test_other_values_are_refused():
    hint = "give a checklist, a launch, or a snapshot of it"
    message = rf"^\$: cannot be written as a task list \(got a value of type Task\); {hint}$"
    with pytest.raises(InvalidError, match=message):
        dumps(CHECKLIST["c1"], "tasklist")


def test_no_suffix_stands_for_a_task_list(tmp_path):
    write(LAUNCH, tmp_path / "issue.md", "tasklist")
    assert (tmp_path / "issue.md").read_text("utf-8") == dumps(LAUNCH, "tasklist")


# The table of the merge: by the status in the mark, the box, and the status in the log.
NOT_DONE, DONE = [base for base in DO if base != "done"], ["done"]
TABLE = {}
for base, now in product(BASES, DO):
    if base in NOT_DONE:
        TABLE[base, " ", now] = "nothing"
        TABLE[base, "x", now] = "nothing" if now == "done" else "conflict" if now in CLOSED_OTHERWISE else "finished"
    elif base == "done":
        TABLE[base, "x", now] = "nothing"
        TABLE[base, " ", now] = "reopened" if now == "done" else "nothing"
    else:
        TABLE[base, "x", now] = "nothing" if now == "done" else "conflict" if now in CLOSED_OTHERWISE else "finished"
        TABLE[base, " ", now] = "conflict" if now == "done" else "nothing"


@pytest.mark.parametrize(("base", "box", "now"), TABLE)
def test_a_box_is_merged_three_ways(base, box, now):
    launch = DO[now](LAUNCH)
    merged = apply(line(box, base), launch)
    result = TABLE[base, box, now]
    assert (len(merged.events), len(merged.conflicts)) == {"nothing": (0, 0), "conflict": (0, 1)}.get(result, (1, 0))
    if merged.events:
        kind = events.Finished if result == "finished" else events.Reopened
        assert merged.events == (kind("c1", by="github:issue-12", at=NOW),)
        assert merged.launch == launch.record(*merged.events)
    else:
        assert merged.launch == launch
    after = merged.launch.state("c1", at=NOW).status.value
    assert update(line(box, base), merged.launch) == line("x" if after == "done" else " ", after)


STEPS = {
    "todo": lambda launch: launch.tick("c2", "load", **HAPPENED).untick("c2", "load", **LATER),
    "done": lambda launch: launch.tick("c2", "load", **HAPPENED),
}
LATER = {"by": "log", "at": START + timedelta(days=2)}


@pytest.mark.parametrize(("base", "box", "now"), [*product(("", "todo", "done"), " x", STEPS)])
def test_a_box_of_a_step_is_merged_likewise(base, box, now):
    launch = STEPS[now](LAUNCH)
    text = f"- [{box}] <!-- step c2 load{base and ' '}{base} -->Run it\n"
    merged = apply(text, launch)
    kinds = [event.kind for event in merged.events] or ["conflict" for _ in merged.conflicts]
    expected = {"finished": ["ticked"], "reopened": ["unticked"], "nothing": [], "conflict": ["conflict"]}
    assert kinds == expected[TABLE[base, box, now]]
    after = merged.launch.state("c2").steps[0].done
    assert (
        update(text, merged.launch) == f"- [{' x'[after]}] <!-- step c2 load {'done' if after else 'todo'} -->Run it\n"
    )


def test_a_task_and_its_steps_are_ticked_each_by_itself():
    text = dumps(LAUNCH, "tasklist")
    ticked = text.replace("[ ] <!-- task c2", "[x] <!-- task c2").replace(
        "[ ] <!-- step c2 soak", "[X] <!-- step c2 soak"
    )
    merged = apply(ticked)
    assert what(merged) == [
        ("finished", "c2", "", "github:issue-12", NOW),
        ("ticked", "c2", "soak", "github:issue-12", NOW + INSTANT),
    ]
    assert [step.done for step in merged.launch.state("c2").steps] == [False, True]
    assert update(ticked, merged.launch) == dumps(merged.launch, "tasklist").replace("[x] <!-- step", "[X] <!-- step")


@pytest.mark.parametrize("closed", CLOSED_OTHERWISE)
def test_a_step_of_a_task_that_is_left_out_is_ticked_all_the_same(closed):
    launch = (
        LAUNCH.waive("c2", reason="r", expires=date(2026, 12, 31), **HAPPENED)
        if closed == "waived"
        else LAUNCH.mark_not_applicable("c2", reason="r", **HAPPENED)
    )
    merged = apply("- [x] <!-- step c2 load todo -->Run it\n", launch)
    assert [event.kind for event in merged.events] == ["ticked"]
    assert merged.launch.state("c2").status.value == closed


def test_a_waiver_that_is_over_does_not_count():
    launch = LAUNCH.waive("c1", reason="r", expires=date(2026, 11, 24), **HAPPENED)
    assert [event.kind for event in apply(line("x", "waived"), launch).events] == ["finished"]
    assert update(line(" ", "waived"), launch) == line(" ", "todo")
    early = START + timedelta(days=1, hours=1)
    assert len(apply(line("x", "waived"), launch, at=early).conflicts) == 1


CONFLICTS = {
    line("x", "todo"): [
        "line 1: c1: was ticked, but has been waived since 2026-11-24, as log recorded; reopen it first, then tick it again"
    ],
    line(" ", "", "c3"): [
        "line 1: c3: its box is empty and its mark has no status, but it has been done since 2026-11-24, as log recorded; "
        "update ticks it; untick it then if it is to be done again"
    ],
    "- [ ] <!-- step c2 load -->\n": [
        "line 1: c2: its box is empty and its mark has no status, but the step 'load' has been done since 2026-11-24, as log recorded; "
        "update ticks it; untick it then if it is to be done again"
    ],
    "\n" + line("x", "todo", "c9"): ["line 2: c9: there is no task of that id; known: c1, c2, c3, c4"],
    line("x", "todo", "zzzzzzzz"): ["line 1: zzzzzzzz: there is no task of that id; known: c1, c2, c3, c4"],
    "- [x] <!-- step c2 sock -->\n": ["line 1: c2: there is no step 'sock' in it; did you mean 'soak'?"],
    line("x", "todo", "c4") + "\n" + line(" ", "done", "c4") + line(" ", "done", "c4"): [
        "line 1: c4: it is marked 3 times, also on line 3; keep one of these marks",
        "line 3: c4: it is marked 3 times, also on line 1; keep one of these marks",
        "line 4: c4: it is marked 3 times, also on line 1; keep one of these marks",
    ],
    "- [x] <!-- step c2 soak -->\n- [x] <!-- step c2 soak done -->\n": [
        "line 1: c2: the step 'soak' is marked 2 times, also on line 2; keep one of these marks",
        "line 2: c2: the step 'soak' is marked 2 times, also on line 1; keep one of these marks",
    ],
    "- [x] <!-- Task C4 -->\n- [ ] <!--step-->\n- [ ] <!-- tasks -->\n": [
        "line 1: c4: what is behind its box is not a mark: '<!-- Task C4 -->'; write it on one line, as <!-- task ID --> or <!-- step TASK STEP -->",
        "line 2: what is behind its box is not a mark: '<!--step-->'; write it on one line, as <!-- task ID --> or <!-- step TASK STEP -->",
    ],
    "<!-- servingchecklist:progress phase=ship -->\n\n<!-- /servingchecklist -->\n\n" + line(" ", "todo", "c4"): [
        "line 1: c3: is counted, but not in the document; add the line - [ ] <!-- task c3 -->, or write the document again"
    ],
    "<!-- servingchecklist:progress phase=build -->\n<!-- /servingchecklist -->\n"
    + line(" ", "", "c1")
    + line(" ", "", "c2")
    + "  - [ ] <!-- step c2 soak -->\n": [
        "line 1: c2: the step 'load' is not in the document; add the line - [ ] <!-- step c2 load --> below its task"
    ],
    "<!-- servingchecklist:progress phase=shop -->\n<!-- /servingchecklist -->\n": [
        "line 1: a region selects tasks by phase, and there is no phase of that name: 'shop'; did you mean 'ship'?"
    ],
    "<!-- servingchecklist:next section=%0A -->\n<!-- /servingchecklist -->\n": [
        "line 1: a region selects tasks by section, and holds the line break U+000A at position 0: '\\n'; write it as one line of plain text"
    ],
    "<!-- servingchecklist:next -->\n" + line(" ", "todo", "c3") + "\n<!-- /servingchecklist -->\n": [
        "line 1: a region holds marked boxes, so it is not generated again; close it above them, with <!-- /servingchecklist --> alone on its line",
        "line 2: c3: its box is empty",
    ],
}


@pytest.mark.parametrize("text", CONFLICTS)
def test_what_is_not_clear_is_a_conflict_and_changes_nothing(text):
    launch = LAUNCH.waive("c1", reason="r", expires=date(2026, 12, 31), **HAPPENED)
    launch = launch.finish("c3", **HAPPENED).tick("c2", "load", **HAPPENED)
    merged = apply(text, launch)
    assert lines_of(merged) == [
        line for line in CONFLICTS[text] if "its box is empty" not in line or line.endswith("again")
    ]
    assert (merged.launch, merged.events) == (launch, ())


REGION_HINT = (
    "write <!-- servingchecklist:next --> or <!-- servingchecklist:progress -->, and <!-- /servingchecklist --> below it, "
    "each alone on its line"
)
OPEN, CLOSE = "<!-- servingchecklist:next -->\n", "<!-- /servingchecklist -->\n"


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        (OPEN, ["line 1: a region has no end"]),
        (OPEN + "a\n\n" + OPEN + "b\n\n" + CLOSE, ["line 1: a region has no end"]),
        (
            "a\n\n" + CLOSE + CLOSE,
            ["line 3: a comment closes a region that none opens", "line 4: a comment closes a region that none opens"],
        ),
        (
            "<!-- servingchecklist:next --> text\n" + CLOSE,
            ["line 1: text stands behind the comment that opens a region"],
        ),
        ("<!-- servingchecklist:next\n-->\na\n\n" + CLOSE, ["line 1: a region has an unknown form"]),
        ("<!-- servingchecklist:next owner -->\na\n\n" + CLOSE, ["line 1: a region has an unknown form"]),
    ],
)
def test_a_region_that_is_not_whole_is_a_conflict_and_stays(text, problems):
    assert lines_of(apply(text)) == [f"{problem}; {REGION_HINT}" for problem in problems]
    assert update(text).startswith(text.split("b\n")[0])


@pytest.mark.parametrize(
    ("comment", "problem"),
    [
        ("nxt", "there is no region 'nxt'; did you mean 'next'?"),
        ("next who=x", "a region has the unknown key 'who'; known: owner, role, label, phase, section"),
        ("next phase=build phse=x", "a region has the unknown key 'phse'; did you mean 'phase'?"),
        ("", "there is no region ''; known: next, progress"),
        ("next launch=fraud-v3", "a region has the unknown key 'launch'; known: owner, role, label, phase, section"),
    ],
)
def test_a_wrong_word_of_a_region_is_named_with_the_nearest(comment, problem):
    text = f"<!-- servingchecklist:{comment} -->\na\n\n{CLOSE}"
    assert lines_of(apply(text)) == [f"line 1: {problem}"]
    assert update(text) == text
    assert lines_of(apply(text * 11))[10] == f"line 41: {problem.split(';')[0]}; " + (
        REGION_HINT if "region '" in problem else "known: owner, role, label, phase, section"
    )


@pytest.mark.parametrize(
    "text",
    [
        "> " + OPEN + "> a\n> " + CLOSE,
        "- " + OPEN + "  a\n\n  " + CLOSE,
        "```\n" + OPEN + CLOSE + "```\n",
        "<div>\n" + OPEN + "a\n" + CLOSE,
        "text " + OPEN + "a " + CLOSE,
        "<!-- other -->\n",
    ],
)
def test_a_region_stands_alone_at_the_top_level(text):
    assert (update(text), apply(text).conflicts) == (text, ())


def test_only_so_many_regions_are_generated():
    text = (OPEN + CLOSE) * 21
    assert lines_of(apply(text)) == ["line 41: there are more than 20 regions; delete its comments"]
    assert update(text).count("What to do next") == 20


def test_hints_look_for_the_nearest_name_only_a_few_times():
    text = "".join(line("x", "todo", f"c{number}") for number in range(10, 30))
    hints = [conflict.hint for conflict in apply(text).conflicts]
    assert [hint.startswith("did you mean") for hint in hints] == [True] * 10 + [False] * 10
    assert hints[-1] == "delete the line, or the mark in it"


def test_a_task_that_a_later_checklist_dropped_is_named():
    smaller = Checklist("serving", "Serving", phases=[Phase("build", "Build", tasks=[Task("c2", "Measure")])])
    launch = LAUNCH.finish("c1", **HAPPENED).migrate(smaller, by="b", at=START + timedelta(days=2))
    assert lines_of(apply(line(" ", "done"), launch)) == [
        "line 1: c1: is no longer in the checklist; delete the line, or the mark in it"
    ]
    assert update(line(" ", "done"), launch) == line(" ", "done")


@pytest.mark.parametrize("text", [dumps(LAUNCH, "tasklist"), "a\n\n<!-- servingchecklist:launch fraud-v3 -->\n"])
def test_a_list_of_another_launch_is_refused(text):
    other = Launch.start(CHECKLIST, name="fraud-v4", by="b", at=START)
    assert apply(text).conflicts == ()
    for function in (apply, update):
        with pytest.raises(
            InvalidError,
            match=r"^\$\.text: is the task list of another launch \(got 'fraud-v3'\); give that launch, or the document of 'fraud-v4'$",
        ):
            function(text, other)


@pytest.mark.parametrize(
    "comment",
    [
        "<!--servingchecklist:launch b-->",
        "<!--\tservingchecklist: launch b -->",
        "<!-- ServingChecklist:launch  b-->",
        "<!-- servingchecklist:launch b --> text",
        "text\n <!-- servingchecklist:launch b -->",
    ],
)
def test_a_launch_is_named_with_any_blanks(comment):
    text = f"{comment}\n\n- [x] <!-- task c1 todo -->\n"
    for function in (apply, update):
        with pytest.raises(InvalidError, match=r"^\$\.text: is the task list of another launch \(got 'b'\); "):
            function(text)
    ours = Launch.start(CHECKLIST, name="b", by="b", at=START)
    assert update(text, ours) == text.replace("[x]", "[ ]")


@pytest.mark.parametrize(
    ("comment", "problem"),
    [
        ("launch -->", "a comment names no launch"),
        ("launch a b -->", "a comment names no launch"),
        ("launch", "a comment names no launch"),
        ("launch --> fraud-v3", "a comment names no launch"),
        ("launch fraud-v3 --> text", "text stands behind the comment that names the launch"),
        ("launch fraud-v3 --> <!-- more -->", "text stands behind the comment that names the launch"),
    ],
)
def test_a_comment_that_names_no_launch_or_is_not_alone_is_a_conflict(comment, problem):
    hint = "write it as <!-- servingchecklist:launch NAME -->, alone on its line"
    assert lines_of(apply(f"a\n<!-- servingchecklist:{comment}\n")) == [f"line 2: {problem}; {hint}"]


def test_a_region_may_have_other_blanks():
    text = "<!--servingchecklist:progress-->\n<!--/servingchecklist-->\n"
    after = update(text)
    assert after.startswith("<!--servingchecklist:progress-->\n\n0 of 4 done")
    assert after.endswith("\n- medium: 0 of 3 done\n\n<!--/servingchecklist-->\n")
    assert update(after) == after


NO_TASKS = [
    "> - [x] <!-- task c1 todo -->",
    "> <!-- task c1 todo -->",
    "- [x]",
    "    - [x] <!-- task c1 todo -->",
    "```\n- [x] <!-- task c1 todo -->\n```",
    "<!--\n- [x] <!-- task c1 todo -->\n-->",
    "<div>\n- [x] <!-- task c1 todo -->\n</div>",
    "<!-- Task c1 todo -->",
]


@pytest.mark.parametrize("text", NO_TASKS)
def test_what_is_no_box_on_github_is_no_task(text):
    merged = apply(text)
    assert (merged.events, merged.conflicts) == ((), ())
    assert update(text) == text


UNMARKED = [
    "- [x] see `<!-- task c1 todo -->`",
    "- [x] see `` ` <!-- task c1 todo --> ``",
    "- [x] see \\<!-- task c1 todo -->",
    "- [x] task c1: <b>done</b>",
    "- [x] <!-- tasks c1 todo -->",
    "<!-- servingchecklist:launch fraud-v3 -->\n- [x] c1 Define",
]


@pytest.mark.parametrize("text", UNMARKED)
def test_boxes_without_any_mark_are_a_conflict(text):
    assert lines_of(apply(f"Text\n\n{text}\n- [ ] more")) == [
        f"line {3 + text.count(chr(10))}: no box has a mark that names its task, so none is taken over; "
        "write the launch in the format tasklist, and tick there; or make a checklist of this list: imports.from_markdown"
    ]
    assert update(text) == text
    assert apply(f"{text}\n\n- [ ] <!-- task c1 todo -->").conflicts == ()
    assert apply(f"{OPEN}{CLOSE}\n{text}").conflicts == ()


NOT_BEHIND = "its mark is not right behind a box; write the line as - [ ] <!-- task c1 todo --> and its text"
NOT_READ = "its line is not read as a box; put an empty line above it, and nest it less deeply"
STRAY = {
    "- [x] text <!-- task c1 todo -->": NOT_BEHIND,
    "- [x] `code` and `more <!-- task c1 todo -->": NOT_BEHIND,
    "- [x] " + "`a` " * 600 + "<!-- task c1 todo -->": NOT_BEHIND,
    "- [x] text\n  <!-- task c1 todo -->": NOT_BEHIND,
    "- [x]\n  <!-- task c1 todo -->": NOT_BEHIND,
    "- [x]<!-- task c1 todo -->": NOT_BEHIND,
    "- [x] <!-- task c3 todo --> and <!-- task c1 todo -->": NOT_BEHIND,
    "- [y] <!-- task c1 todo -->": NOT_BEHIND,
    "- [ x] <!-- task c1 todo -->": NOT_BEHIND,
    "[x] <!-- task c1 todo -->": NOT_BEHIND,
    "-[x] <!-- task c1 todo -->": NOT_BEHIND,
    "- - [x] <!-- task c1 todo -->": NOT_BEHIND,
    "-\n  [x] <!-- task c1 todo -->": NOT_BEHIND,
    "# Of <!-- task c1 todo -->": NOT_BEHIND,
    "```\n<!-- task c1 todo -->\n```\n\n> a\n\n<!-- task c1 todo -->": NOT_BEHIND,
    "text\n2. [x] <!-- task c1 todo -->": NOT_READ,
    "| a |\n| - |\n2. [x] <!-- task c1 todo -->": NOT_READ,
    "".join(f"{'  ' * depth}- [x] a\n" for depth in range(60)) + "  " * 60 + "- [x] <!-- task c1 todo -->": NOT_READ,
}


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("text", STRAY)
def test_a_mark_that_is_not_right_behind_a_box_is_a_conflict_of_its_line(text, end):
    """GitHub shows a box in many of these lines, and its comment is not seen."""
    number = text.count("\n") + 1
    text = text.replace("\n", end)
    assert lines_of(apply(text)) == [f"line {number}: c1: {STRAY[text.replace(end, chr(10))]}"]
    assert update(text, LAUNCH.finish("c1", **HAPPENED)) == text.replace("[x] <!-- task c3", "[ ] <!-- task c3")


def test_a_mark_elsewhere_is_told_once_though_its_task_is_counted():
    text = (OPEN + CLOSE).replace("next", "progress phase=build")
    text += "- [x] Define <!-- task c1 -->\n- [ ] <!-- task c2 -->\n  - [ ] <!-- step c2 load dne -->\n"
    text += "  - [ ] Soak <!-- step c2 soak -->\n"
    assert lines_of(apply(text)) == [
        "line 3: c1: its mark is not right behind a box; write the line as - [ ] <!-- task c1 --> and its text",
        "line 5: c2: its mark has the unknown status 'dne'; did you mean 'done'?",
        "line 6: c2: its mark is not right behind a box; write the line as - [ ] <!-- step c2 soak --> and its text",
    ]


@pytest.mark.parametrize(
    ("mark", "problem"),
    [
        ("task c1 finished", "its mark has the unknown status 'finished'; known: todo, doing, blocked, done, waived, not-applicable"),
        ("task c1 Done", "its mark has the unknown status 'Done'; did you mean 'done'?"),
        ("step c1 load waived", "its mark has the unknown status 'waived'; known: todo, done"),
        ("task c1 not done", "what is behind its box is not a mark: '<!-- task c1 not done -->'; write it on one line, as <!-- task ID --> or <!-- step TASK STEP -->"),
        ("TASK C1 done", "what is behind its box is not a mark: '<!-- TASK C1 done -->'; write it on one line, as <!-- task ID --> or <!-- step TASK STEP -->"),
    ],
)  # fmt: skip
def test_a_mark_with_a_wrong_word_is_a_conflict_that_names_it(mark, problem):
    text = f"- [x] <!-- {mark} -->Define goals\n"
    assert lines_of(apply(text)) == [f"line 1: c1: {problem}"]
    assert update(text) == text


BROKEN = {
    "<!-- task c1\n  todo -->Define": ("c1", "<!-- task c1"),
    "<!-- task\n  c1 todo -->Define": ("", "<!-- task"),
    "<!-- task c1 todo ->Define": ("c1", "<!-- task c1 todo ->"),
    "<!-- task c1 todo": ("c1", "<!-- task c1 todo"),
    "<! -- step c2 load todo -->Run": ("c2", "<! -- step c2 load todo -->"),
    "\u2039!\u2014 task c1 todo \u2014>Define": ("c1", "\u2039!\u2014 task c1 todo \u2014>"),
    "<!\u2013 Task C1 todo \u2013>Define": ("c1", "<!\u2013 Task C1 todo \u2013>"),
    "&lt;!-- task c1 todo -->": ("c1", "&lt;!-- task c1 todo -->"),
    "&#60;!--task--&gt;": ("", "&#60;!--task--&gt;"),
    "\\<!-- task c1 todo -->": ("c1", "\\<!-- task c1 todo -->"),
    "<\\!\\-- task c1 todo -->": ("c1", "<\\!\\-- task c1 todo -->"),
    "!-- task c1 todo -->": ("c1", "!-- task c1 todo -->"),
}


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", BROKEN)
def test_a_mark_that_is_wrapped_or_broken_is_a_conflict_of_its_line(mark, end):
    task, source = BROKEN[mark]
    text = f"- [ ] <!-- task c3 todo -->a\n- [x] {mark}\n".replace("\n", end)
    assert lines_of(apply(text)) == [
        f"line 2: {task and task + ': '}what is behind its box is not a mark: {source!r}; "
        "write it on one line, as <!-- task ID --> or <!-- step TASK STEP -->"
    ]
    assert update(text) == text


def test_a_mark_that_begins_on_the_next_line_is_broken_too():
    assert [conflict.problem for conflict in apply("- [x] <!--\n  task c1 todo -->Define\n").conflicts] == [
        "what is behind its box is not a mark: '<!--\\n  task c1 todo -->'"
    ]
    assert apply("- [x] <!--\n\n  task c1 todo -->\n- [ ] <!-- task c3 -->").conflicts == ()


def test_a_mark_behind_a_broken_one_is_told_as_well():
    assert [
        (conflict.line, conflict.task) for conflict in apply("- [x] <!-- Task C1 --> <!-- task c3 -->").conflicts
    ] == [
        (1, "c3"),
        (1, "c1"),
    ]


TASKS = [
    "- [x] <!-- task c1 todo -->",
    "- [X] <!-- task c1 -->",
    "* [x]\t<!-- task c1 todo -->",
    "+ [x]   <!-- task c1 todo -->text",
    "1. [x] <!-- task c1 todo -->",
    "9) [x] <!-- task c1 todo -->",
    "   - [x] <!-- task c1 todo -->",
    "- a\n  - [x] <!-- task c1 todo -->",
    "- a\n\n  - [x] <!-- task c1 todo -->",
    "text\n- [x] <!-- task c1 todo -->",
    "text\n1. [x] <!-- task c1 todo -->",
    "\ufeff- [x] <!-- task c1 todo -->",
    "a\u2028b\x0cc\x85d\n\n- [x] <!-- task c1 todo -->",
    "- [ ] a\u2028b\n- [x] <!-- task c1 todo -->",
    "- [x] <!-- task c1 todo --> see <!-- task c3 todo -->\n  and <!-- task c4 todo -->",
    "a\x00b\n\n- [x] <!-- task c1 todo -->",
]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("text", TASKS)
def test_a_box_in_any_list_is_found_where_it_is(text, end):
    text = text.replace("\n", end)
    assert what(apply(text)) == [("finished", "c1", "", "github:issue-12", NOW)]
    after = update(text)
    assert after == re.sub(
        "<!-- task c1(?: todo)? -->",
        "<!-- task c1 todo -->",
        re.sub(r"\[[xX]\]([ \t]+)<!-- task c1", r"[ ]\1<!-- task c1", text),
    )


def test_deep_lists_are_read_to_their_end():
    text = "".join(f"{'  ' * depth}- [ ] <!-- task t{depth} -->a\n" for depth in range(40))
    deep = Checklist("deep", "Deep", phases=[Phase("p", "P", tasks=[Task(f"t{n}", "T") for n in range(40)])])
    merged = apply(text.replace("[ ]", "[x]"), Launch.start(deep, name="deep", by="b", at=START))
    assert [event.task for event in merged.events] == [f"t{n}" for n in range(40)]


def test_new_lines_of_a_region_are_like_those_of_the_document():
    text = dumps(LAUNCH, "tasklist").replace("\n", "\r\n")
    later = LAUNCH.finish("c1", **HAPPENED)
    assert update(text, later) == dumps(later, "tasklist").replace("\n", "\r\n")
    assert update(OPEN.replace("\n", "\r") + CLOSE, LAUNCH).count("\n") == 1
    mixed = update("# fraud\n\r" + OPEN.replace("\n", "\r") + CLOSE, LAUNCH)
    assert update(mixed, LAUNCH) == mixed
    assert mixed.count("\n") == 2


def test_an_indented_closing_comment_does_not_become_part_of_the_list_above_it():
    text = OPEN.replace("next", "progress") + "  " + CLOSE
    after = update(text)
    assert after.endswith("\n- medium: 0 of 3 done\n\n" + CLOSE)
    assert (update(after), lines_of(apply(after))) == (after, lines_of(apply(text)))


def test_what_people_wrote_stays():
    text = dumps(LAUNCH, "tasklist")
    text = text.replace("# fraud", "Hello *team*,\n\n# fraud").replace("**Rest (fraud)**", "**Take a rest**, please  ")
    text = (
        text.replace("## 2. Ship", "- [ ] our own box\n\n    code\n\n## Ship it")
        + "\n> - [x] <!-- task c1 todo -->quoted\n"
    )
    later = LAUNCH.finish("c4", **HAPPENED)
    after = update(text, later)
    assert "- [x] <!-- task c4 done -->**Take a rest**, please   · `c4`" in after
    assert re.sub(r"(?s)<!-- servingchecklist.*?<!-- /s", "", after).replace(
        "[x] <!-- task c4 done", "[ ] <!-- task c4 todo"
    ) == re.sub(r"(?s)<!-- servingchecklist.*?<!-- /s", "", text)


# Times.


def test_each_event_has_a_microsecond_of_its_own():
    merged = apply(line("x", "todo", "c1") + line("x", "", "c3") + line("x", "todo", "c4"))
    assert [event.at for event in merged.events] == [NOW, NOW + INSTANT, NOW + 2 * INSTANT]
    zone = datetime(2026, 11, 25, 18, tzinfo=timezone(timedelta(hours=1)))
    assert [event.at for event in apply(line("x", "todo"), at=zone).events] == [NOW]


def test_a_tick_follows_what_was_recorded_in_the_same_second():
    launch = LAUNCH.begin("c1", by="log", at=NOW + timedelta(seconds=1))
    merged = apply(line("x", "todo"), launch)
    assert [event.at for event in merged.events] == [NOW + timedelta(seconds=1) + INSTANT]
    assert update(line("x", "todo"), merged.launch) == line(" ", "doing")
    assert update(line("x", "todo"), merged.launch, at=NOW + 2 * INSTANT + timedelta(seconds=1)) == line("x", "done")


def test_a_tick_of_an_earlier_time_than_the_record_is_a_conflict():
    launch = LAUNCH.begin("c1", by="log", at=NOW + timedelta(seconds=2)).tick(
        "c2", "load", by="log", at=NOW + timedelta(days=1)
    )
    hint = "look at the log, and tick it again; or give the time at which it was ticked last"
    assert lines_of(apply(line("x", "todo") + "- [ ] <!-- step c2 load done -->\n", launch)) == [
        f"line 1: c1: it was ticked, but the log has a later record of it: begun, 2026-11-25T17:00:02+00:00; {hint}",
        f"line 2: c2: the step 'load' was unticked, but the log has a later record of it: ticked, 2026-11-26T17:00:00+00:00; {hint}",
    ]
    noted = LAUNCH.note("c1", "later", by="log", at=NOW + timedelta(days=1))
    assert [event.at for event in apply(line("x", "todo"), noted).events] == [NOW]


def test_without_a_time_a_tick_is_of_now_or_just_after_a_clock_that_runs_ahead():
    now = datetime.now(UTC)
    launch = LAUNCH.begin("c1", by="log", at=now + timedelta(minutes=30)).begin(
        "c3", by="log", at=now + timedelta(hours=2)
    )
    merged = apply(line("x", "todo") + line("x", "todo", "c3") + line("x", "todo", "c4"), launch, at=None)
    ahead, rest = merged.events
    assert ahead.at == now + timedelta(minutes=30) + INSTANT
    # A clock may count in milliseconds only; the second event of a call still comes after the first.
    assert now <= rest.at <= datetime.now(UTC) + INSTANT
    assert [conflict.task for conflict in merged.conflicts] == ["c3"]
    assert update(line("x", "todo"), merged.launch, at=None) == line("x", "done")
    young = Launch.start(CHECKLIST, name="fraud-v3", by="b", at=now + timedelta(minutes=5))
    assert [event.at for event in apply(line("x", "todo"), young, at=None).events] == [young.started + INSTANT]
    assert "0 of 4 done" in update(dumps(young, "tasklist"), young, at=None)


def test_a_document_can_be_brought_to_an_earlier_time():
    launch = LAUNCH.finish("c1", **HAPPENED)
    assert update(line(" ", ""), launch, at=START) == line(" ", "todo")
    assert update(line(" ", ""), launch, at=HAPPENED["at"]) == line("x", "done")


def test_what_was_retracted_can_be_ticked_again():
    first = apply(line("x", "todo"))
    launch = first.launch.retract(first.events[0], by="b", at=NOW)
    assert update(line("x", "done"), launch) == line(" ", "todo")
    again = apply(line("x", "todo"), launch)
    assert [event.at for event in again.events] == [NOW + INSTANT]
    assert update(line("x", "todo"), again.launch) == line("x", "done")


def test_a_stale_save_brings_back_box_and_mark_and_is_undone():
    text = dumps(LAUNCH, "tasklist")
    merged = apply(text.replace("[ ] <!-- task c1", "[x] <!-- task c1"))
    assert apply(text, merged.launch).events == ()
    assert update(text, merged.launch) == dumps(merged.launch, "tasklist")


# Arguments.


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"text": 3}, r"$.text: is not text (got 3); give the text of the document"),
        ({"launch": CHECKLIST}, r"$.launch: is not a Launch (got a value of type Checklist); give a Launch"),
        ({"by": ""}, r"$.by: is empty (got ''); say in a few words what it is"),
        ({"at": 3}, r"$.at: is not a timestamp (got 3); give a datetime with a time zone, as in datetime.now(UTC)"),
        (
            {"at": START - INSTANT},
            "$.at: lies before the start of the launch (got 2026-11-23T08:59:59.999999+00:00); "
            "the launch was started at 2026-11-23T09:00:00+00:00; give that time or a later one",
        ),
        ({"limits": 3}, "$.limits: are not limits (got 3); give Limits(...), or None where you trust the text"),
    ],
)
def test_arguments_are_checked(given, message):
    valid = {"text": line("x", "todo"), "launch": LAUNCH, "at": NOW}
    for function, more in ((tasklist.apply, {"by": "b"}), (tasklist.update, {})):
        if given.keys() <= {*valid, *more, "limits"}:
            with pytest.raises(InvalidError) as caught:
                function(**valid | more | given)
            assert str(caught.value) == message


def test_a_long_document_is_refused():
    text = line("x", "todo") * 30_000
    message = "$: is too long for Markdown, which is parsed slowly: it counts for 1,500,000 values, and at most 1,000,000 are read"
    with pytest.raises(LimitError) as caught:
        apply(text)
    assert str(caught.value).startswith(message)
    with pytest.raises(LimitError, match="is too large: 39 bytes, and at most 38 are read"):
        update(line("x", "todo")[:-1], limits=Limits(bytes=38))
    assert len(apply(text, limits=None).conflicts) == 30_000


def test_quotes_that_would_be_scanned_again_and_again_are_refused():
    with pytest.raises(LimitError, match="nests too deep: at most 6 quotes and lists in one line are read"):
        apply("> " * 7 + "a")
    with pytest.raises(LimitError, match="is too long for Markdown, which is parsed slowly: it counts for 4,1"):
        apply("> a\nb\n" * 1_420)
    assert apply("> a\nb\n\n" * 1_420).conflicts == ()


def test_a_text_of_a_subclass_is_read_as_text():
    class Loud(str):
        __slots__ = ()

        def startswith(self, *_):
            raise AssertionError

    assert len(apply(Loud(line("x", "todo"))).events) == 1


def test_without_the_package_the_extra_is_named(monkeypatch):
    from servingchecklist.formats.tasklist import _boxes

    _boxes._parser.cache_clear()
    monkeypatch.setitem(sys.modules, "markdown_it", None)
    assert dumps(LAUNCH, "tasklist").startswith("<!-- servingchecklist:launch fraud-v3 -->\n\n# fraud-v3")
    for function in (apply, update):
        with pytest.raises(UnknownNameError) as caught:
            function(line("x", "todo"))
        assert str(caught.value) == (
            "$: reading Markdown needs the package markdown-it-py, which is not installed; pip install 'servingchecklist[markdown]'"
        )
        assert isinstance(caught.value.__cause__, ImportError)
        assert caught.value.faults[0].code == "missing-package"


def test_results_are_values():
    merged = apply(line("x", "todo") + line("x", "todo", "c9"))
    assert pickle.loads(pickle.dumps(merged)) == merged
    assert str(Conflict(3, "", "a region has no end", "close it")) == "line 3: a region has no end; close it"
    with pytest.raises(InvalidError, match="2 faults"):
        Conflict(0, "C1", "p", "h")


def test_the_bundled_checklist_fits_into_an_issue():
    assert len(dumps(model_serving(), "tasklist")) < 65_536
