"""Markdown with boxes as checklists: what fits is taken over, and all else is told."""

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.strategies import launches
from servingchecklist import Checklist, Launch, Limits, Phase, Priority, Step, Task, dumps, imports, tasklist
from servingchecklist.errors import InvalidError, LimitError, UnknownNameError

pytest.importorskip("markdown_it")

RUNBOOK = """\
# Put a ranker into production

How we do it.

<!-- internal -->
## 1. Prepare

Before the day.

### Data

- [ ] Freeze the features **before** the [export](https://example.com/export) (P0)
  - [ ] The training pipeline is paused
    - [x] Its `cron` too
      and its alerts

  More about it.

  ```bash
  python export.py
  ```
- [x] Écrire
  les notes

#### Access

1. [ ] Écrire les notes [here](<b d>)

### Empty

### Words

Only text.

## Appendix

Nothing to do.

# Roll out

- [ ] <!-- task c7 todo -->Canary (now)
- [ ] <!-- task c7 todo -->Canary
"""


def imported(text, **options):
    found = imports.from_markdown(text, id="x", **options)
    return found, [str(note) for note in found.notes]


def test_headings_are_phases_and_boxes_are_tasks():
    found, notes = imported(RUNBOOK)
    checklist = found.checklist
    assert (checklist.title, checklist.description) == (
        "Put a ranker into production", "How we do it.\n\nAppendix\n\nNothing to do.",
    )  # fmt: skip
    assert [(phase.id, phase.title, phase.description) for phase in checklist.phases] == [
        ("1-prepare", "1. Prepare", "Before the day.\n\nWords\n\nOnly text."),
        ("roll-out", "Roll out", ""),
    ]
    assert [(task.id, task.title, task.section) for task in checklist] == [
        ("freeze-the-features-before-the-export", "Freeze the features before the export", "Data"),
        ("ecrire-les-notes", "Écrire les notes", "Data"),
        ("ecrire-les-notes-here-b-d", "Écrire les notes [here](<b d>)", "Data / Access"),
        ("c7", "Canary (now)", ""),
        ("canary", "Canary", ""),
    ]
    freeze = checklist.tasks[0]
    assert (freeze.priority, freeze.references[0].url) == (Priority.CRITICAL, "https://example.com/export")
    assert [(step.id, step.text) for step in freeze.steps] == [
        ("the-training-pipeline-is-paused", "The training pipeline is paused"),
        ("its-cron-too-and-its-alerts", "Its `cron` too and its alerts"),
    ]
    assert freeze.description == "More about it.\n\n```bash\npython export.py\n```"
    assert found.done == ("ecrire-les-notes",)
    assert notes == [
        "1 task is done in the list: finish it in the launch",
        "line 5: a comment is left out",
        "line 13: boxes below a box are steps of its task",
        "line 14: a box below a step is a step of the same task",
        "line 14: the step 'Its `cron` too and its alerts' is ticked: tick it in the launch",
        "line 27: a link that cannot be a reference is kept as text",
        "line 29: there is nothing below 'Empty': the heading is left out",
        "line 35: there are no boxes below 'Appendix': it is in the description of the checklist",
        "line 42: the mark 'c7' is there twice: the task is 'canary'",
    ]


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"])
def test_line_ends_and_a_mark_of_the_order_of_bytes_make_no_difference(end):
    text = "\ufeff" + RUNBOOK.replace("\n", end)
    assert imported(text) == imported(RUNBOOK)
    assert imported(text.encode()) == imported(RUNBOOK)


def test_what_is_too_long_is_cut_and_what_is_no_step_is_a_task():
    long = "word " * 60
    found, notes = imported(
        f"- [ ] {long}\n  - [x] {long}\n    - [ ] Short\n  - [ ] \u200b\n- [ ] &nbsp;\n", title="Own"
    )
    assert [(task.title, len(task.steps)) for task in found.checklist] == [
        ("word " * 38 + "word…", 0), ("word " * 38 + "word…", 1), ("&nbsp;", 0),
    ]  # fmt: skip
    assert [phase.title for phase in found.checklist.phases] == ["Tasks"]
    assert found.checklist.tasks[0].description == long.strip()
    assert found.done == (found.checklist.tasks[1].id,)
    assert notes == [
        "1 task is done in the list: finish it in the launch",
        "line 1: a task stands below no heading of a phase: it is in 'Tasks'",
        "line 1: the title is too long: it is cut, and the whole text is in the description",
        "line 2: a box below a box is no step, which has 1 to 200 characters: it is a task",
        "line 2: the title is too long: it is cut, and the whole text is in the description",
        "line 3: boxes below a box are steps of its task",
        "line 4: a box below a box is no step, which has 1 to 200 characters: it is a task",
        "line 4: the box has no text: it is left out",
    ]


def test_titles_and_text_below_steps():
    found, notes = imported("# One\n\n- [ ] a\n  - [ ] b\n\n    text\n\n#\n", title="Two")
    assert (found.checklist.title, found.checklist.tasks[0].description) == ("Two", "text")
    assert notes == [
        "line 1: the title 'One' is left out for 'Two'",
        "line 3: a task stands below no heading of a phase: it is in 'One'",
        "line 4: boxes below a box are steps of its task",
        "line 6: what stands below a step is in the description of the task",
        "line 8: the heading is empty: it is left out",
    ]
    assert imported("")[0].checklist.title == "x"


def test_a_list_is_imported_worked_and_synced():
    launch = Launch.start(imported(RUNBOOK)[0].checklist, name="ranker-v7", by="ml-platform")
    body = dumps(launch, "tasklist").replace("[ ] <!-- task c7 todo", "[x] <!-- task c7 todo")
    merged = tasklist.apply(body, launch, by="ml-platform")
    assert (merged.launch.state("c7").status, merged.conflicts) == ("done", ())


FRONT_MATTER = """\
---
name: Launch
about: |
  What to do

labels: [launch]
title: "Ship it"
---
"""


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"])
def test_front_matter_is_no_heading(end):
    left_out = "line 1: the front matter is left out: name, about, labels"
    found, notes = imported((FRONT_MATTER + "\n## Prepare\n\n- [ ] a\n").replace("\n", end))
    assert (found.checklist.title, found.checklist.description) == ("Ship it", "")
    assert [phase.title for phase in found.checklist.phases] == ["Prepare"]
    assert notes == [left_out]
    found, notes = imported((FRONT_MATTER + "# Own\n## Prepare\n- [ ] a\n").replace("\n", end))
    assert found.checklist.title == "Own"
    assert notes == [left_out, "line 1: the title 'Ship it' of the front matter is left out for 'Own'"]
    found, notes = imported((FRONT_MATTER + "## Prepare\n- [ ] a\n").replace("\n", end), title="Mine")
    assert found.checklist.title == "Mine"
    assert notes == [left_out, "line 1: the title 'Ship it' is left out for 'Mine'"]


def test_front_matter_ends_where_its_lines_do_and_has_keys():
    found, notes = imported("---\ntitle: ''\na: 1\nb: 2\nc: 3\nd: 4\n...\n- [x] a\n", title="T")
    assert found.done == ("a",)
    assert (
        notes[1]
        == "line 1: the front matter is left out: title, a, b, 2 more; a title is read where it is one line of text"
    )
    assert imported("---\ntitle: T\n---")[0].checklist.title == "T"
    for text in ("---\nPrepare\n---\n- [ ] a\n", "---\n---\n\n# Prepare\n- [ ] a\n"):
        assert [phase.title for phase in imported(text)[0].checklist.phases] == ["Prepare"]
    for text in ("---\na: 1\n", " ---\na: 1\n---\n", "--- b\na: 1\n---\n", "a\n---\na: 1\n---\n"):
        assert not any("front matter" in note for note in imported(text)[1])


@pytest.mark.parametrize(
    "inside",
    [
        "Note: read this first\n\n# Release\n- [ ] a\n- [x] b\n\n",
        "note: a\n  - [ ] b\n",
        "note: a\n\nRead this first.\n",
        "note: a\n\n# Release\n\n",
        "note: a\n\n# Release\n",
        "note: a\n\n# Release\n- b\n",
        "note:\n- b\n\n# Release\n# Of ours\n\n",
        "note: a\n- b\n",
        "- b\n",
        "    b\n",
        "# a\n",
        "+++\n",
    ],
)
def test_text_between_two_lines_of_dashes_is_no_front_matter(inside):
    found, notes = imported(f"---\n{inside}---\n\n- [ ] c\n")
    assert not [note for note in notes if "front matter" in note]
    assert len(found.checklist) == 1 + inside.count("- [")
    shown = dumps(found.checklist, "markdown")
    assert [word for word in ("Release", "Read this first") if word in inside and word not in shown] == []


@pytest.mark.parametrize(
    "inside",
    [
        "# of ours\na: 1\n\n# here\nb: # some\n- c\n-\n  d\n# end\n",
        "a: [\n  1,\n]\n'b': >-\n  # text\n\n  more\n",
        "a: 1\n\n# one\n# two\nb: 2\n",
        "a:\nb:\t\n \n",
    ],
)
def test_front_matter_has_comments_and_values_of_many_lines(inside):
    found, notes = imported(f"---\n{inside}---\n# T\n## P\n- [ ] c\n")
    assert (found.checklist.title, found.checklist.description) == ("T", "")
    assert notes == ["line 1: the front matter is left out: a, b"]


@pytest.mark.parametrize(
    ("stated", "title"),
    [
        ("Ship it", "Ship it"),
        ("Ship it # ours", "Ship it"),
        ("Issue#3: ship", "Issue#3: ship"),
        ('"Release" # our', "Release"),
        ('"a \\"b\\" \\u00e9"', 'a "b" é'),
        ("'It''s'", "It's"),
        ("'a'  \t# b", "a"),
        ("'a' b", ""),
        ('"a" b', ""),
        ('"\\x41"', ""),
        (">-\n  Ship\n  it", ""),
        ("Ship\n  it", ""),
        ("[a]", ""),
        ("&a b", ""),
        ("# a", ""),
        ("\u200b", ""),
        ("''", ""),
        ("\n  a", ""),
    ],
)
def test_a_title_in_front_matter_is_a_scalar_of_one_line(stated, title):
    found, notes = imported(f"---\ntitle: {stated}\n---\n## P\n- [ ] c\n")
    assert found.checklist.title == (title or "x")
    told = "line 1: the front matter is left out: title; a title is read where it is one line of text"
    assert notes == ([] if title else [told])


def test_tables_of_toml_have_keys_of_their_own():
    found, notes = imported("+++\n[extra]\ntitle = 'a'\n[[more]]\nb = [\n  1,\n]\n+++\n## P\n- [ ] c\n")
    assert found.checklist.title == "x"
    assert notes == ["line 1: the front matter is left out: extra, more"]


def test_blanks_and_line_breaks_in_a_box_are_one_blank():
    found, _ = imported("## P\n- [ ] a \t  b\\\n  c  \n\t d\n  - [ ] e\\ \n    f\n")
    assert (found.checklist.tasks[0].title, found.checklist.tasks[0].steps[0].text) == ("a    b c d", "e f")


def test_markup_is_kept_as_text_where_there_is_very_much():
    found, notes = imported("## P\n" + ("- [ ] " + "[a](https://b) " * 130 + "\n") * 240)
    assert (len(found.checklist.tasks[0].references), found.checklist.tasks[-1].references) == (130, ())
    told = "there is much markup above: from here on links and emphasis are kept as text"
    assert [note for note in notes if "markup" in note] == [f"line 232: {told}"]


def test_front_matter_in_toml_is_none_either():
    found, notes = imported('+++\r\ntitle = "Ship it"\r\ndate = 2026-11-02\r\n+++\r\n## P\r\n- [ ] a\r\n')
    assert (found.checklist.title, found.checklist.description) == ("Ship it", "")
    assert notes == ["line 1: the front matter is left out: date"]
    assert not any("front matter" in note for note in imported("+++\na = 1\n# T\n- [ ] a\n")[1])


ODD = """\
## Prepare

__Before launch__:

- [ ] Freeze
- [-] Not needed
- [ ]No space
- plain
- [x](https://example.com)
- [see](https://example.com)

### Data

* one
  1. two

<details><summary>More</summary>

- [ ] Export
  - plain
  - [~] Half done
  **Bold**

</details>

1. Step one
   - [ ] Nested
2. Step two
3. Step three
   text
   1. [ ] Nested too

```
- [ ] in code
```

> - [x] quoted

A **bold** text.

**Two**
**lines**
"""


def test_what_may_be_meant_as_a_part_of_the_list_and_is_text_is_told():
    found, notes = imported(ODD)
    (phase,) = found.checklist.phases
    assert [(task.title, task.description) for task in phase.tasks] == [
        ("Freeze", ""), ("Export", "- plain\n- [~] Half done\n**Bold**"), ("Nested", ""), ("Nested too", ""),
    ]  # fmt: skip
    assert notes == [
        "line 3: '__Before launch__:' is bold and no heading: it is in the description",
        "line 6: [-] is no box here: the line is text of the description",
        "line 7: [ ] is no box here: the line is text of the description (line 34 too)",
        "line 8: a list item without a box is no task: it is in the description (lines 9-10, 14-15 and 28 too)",
        "line 17: HTML is text of the description (line 24 too)",
        "line 21: [~] is no box here: the line is text of the description",
        "line 26: a list item without a box is in the description, and the boxes below it are tasks (line 29 too)",
        "line 37: [x] is no box here: the line is text of the description",
    ]
    assert all(
        line.strip() in f"{phase.description}\n### Data" for line in ODD.splitlines()[2:16] if "Freeze" not in line
    )


def test_a_priority_and_an_effort_that_stay_in_a_title_are_told():
    for text, title, told in [
        ("Freeze (P0)", "Freeze", []),
        ("Freeze — 2 days", "Freeze — 2 days", ["'2 days'"]),
        ("Freeze (2-3 days)", "Freeze (2-3 days)", ["'2-3 days'"]),
        ("Freeze - 4 hours (P1)", "Freeze - 4 hours", ["'4 hours'"]),
        ("P1: Freeze (P0)", "P1: Freeze", ["'P1'"]),
        ("[High] Freeze", "[High] Freeze", ["'[High]'"]),
        ("(must) Freeze (P0) — 1 day", "(must) Freeze (P0) — 1 day", ["'(must)'", "'(P0)'", "'1 day'"]),
        ("Freeze P2P (now) — 2 of 3", "Freeze P2P (now) — 2 of 3", []),
    ]:
        found, notes = imported(f"## P\n- [ ] {text}\n", priorities={"must": "critical"})
        assert found.checklist.tasks[0].title == title
        problem = "stays in the title: a priority is read in round brackets at its end"
        effort = "stays in the title: an effort is not read from it"
        assert notes == [f"line 2: {one} {effort if ' ' in one else problem}" for one in told]


def test_an_empty_list_is_told():
    problem = "there are no boxes: the checklist has no tasks"
    assert imported("# T\n\ntext\n")[1] == [problem]
    for text in ("list.md", b"lists/our list.Markdown"):
        shown = repr(text if isinstance(text, str) else text.decode())
        assert imported(text)[1] == [f"{shown} looks like the name of a file: give the text that it holds", problem]


def test_comments_in_boxes_and_what_stands_below_a_box_without_text_are_told():
    text = (
        "# P\n- [ ] <!-- hidden -->\n  - [ ] a\n\n  more\n- [ ] <!-- task c1 dne --> b\n  - [ ] <!-- x --> c\n- [ ] \n"
    )
    found, notes = imported(text)
    assert [(task.id, [step.id for step in task.steps]) for task in found.checklist] == [("b", ["c"])]
    assert notes == [
        "line 2: a comment is left out",
        "line 2: a task stands below no heading of a phase: it is in 'P'",
        "line 2: the box has no text: it is left out, and so is what stands below it: 1 step and the text",
        "line 3: boxes below a box are steps of its task",
        "line 6: a comment is left out",
        "line 7: a comment is left out",
        "line 8: the box has no text: it is left out",
    ]


def test_the_marks_of_steps_are_their_ids():
    text = "# P\n- [ ] <!-- task t1 --> x\n  - [ ] <!-- step t1 s --> a\n  - [ ] <!-- step t1 s --> b\n  - [ ] <!-- step t2 q --> c\n"
    found, notes = imported(text)
    assert [(step.id, step.text) for step in found.checklist["t1"].steps] == [("s", "a"), ("b", "b"), ("c", "c")]
    assert notes[2:] == [
        "line 4: the mark 's' is there twice, or of a step of another task: it has a new id",
        "line 5: the mark 'q' is there twice, or of a step of another task: it has a new id",
    ]


def test_a_backslash_before_punctuation_is_none_of_the_text_but_in_code():
    found, _ = imported(r"- [ ] a \* `b\*` \[c]" + "\n" + r"  - [ ] `d\*` \*e\* \` f" + "\n")
    task = found.checklist.tasks[0]
    assert (task.title, task.steps[0].text) == (r"a * b\* [c]", r"`d\*` *e* ` f")


OWN = Checklist(
    "own",
    "Own",
    phases=[
        Phase("build-it", "Build *it*", tasks=[
            Task("c1", "Define * goals", priority="critical", effort="2-3 days", steps=[Step("one", "Run | `k6` <b>")]),
            Task("c2", "Measure: `p95` · `c2` · low", section="Traffic"),
        ]),
        Phase("none", "None"),
        Phase("2-ship", "2. Ship", tasks=[Task("c3", "Canary (P0)"), Task("c4", "Rest")]),
    ],
)  # fmt: skip


def test_a_task_list_of_ours_comes_back_with_its_ids_and_statuses():
    launch = (
        Launch.start(OWN, name="own-1", by="ml-platform")
        .finish("c1", by="b")
        .block("c3", reason="r", by="b")
        .begin("c2", by="b")
    )
    found, notes = imported(dumps(launch, "tasklist"))
    assert found.checklist.title == "Own"
    assert found.checklist.phases == tuple(phase for phase in OWN.phases if phase.tasks)
    assert found.done == ("c1",)
    assert [note.partition(": ")[2] for note in notes] == [
        "finish it in the launch",
        "a comment is left out",
        "a generated part is left out",
        "a generated part is left out",
        "boxes below a box are steps of its task",
        "the task is begun in the list: record that in the launch",
        "the task is blocked in the list: record that in the launch",
    ]


@pytest.mark.parametrize("title", ["Own", "Own Serving (v2) list"])
def test_the_topic_of_a_task_list_of_ours_comes_back(title):
    checklist = Checklist(
        "x", title, topic="Serving (v2)", phases=[Phase("p", "P", tasks=[Task("c1", "A (b)"), Task("c2", "C (d)")])]
    )
    for value in (checklist, Launch.start(checklist, name="own-1", by="ml-platform")):
        text = dumps(value, "tasklist")
        assert imported(text)[0].checklist == checklist
        found, _ = imported(text + "- [ ] By hand\n")
        assert [task.title for task in found.checklist] == ["A (b)", "C (d)", "By hand"]
        assert found.checklist.topic == "Serving (v2)"


def test_a_topic_that_the_heading_does_not_have_is_told():
    tasks = [Task("c1", "A"), Task("c2", "B")]
    text = dumps(Checklist("x", "Own", topic="Serving", phases=[Phase("p", "P", tasks=tasks)]), "tasklist")
    found, notes = imported(text.replace("# Own (Serving)", "# Own"))
    assert [task.title for task in found.checklist] == ["A (Serving)", "B (Serving)"]
    assert "all titles end in '(Serving)': take it off, and give it as the topic" in notes
    alone = dumps(Checklist("x", "Own", phases=[Phase("p", "P", tasks=[Task("c1", "A (Serving)")])]), "tasklist")
    found, notes = imported(alone)
    assert (found.checklist.topic, found.checklist.tasks[0].title) == ("", "A (Serving)")
    assert not [note for note in notes if "all titles" in note]


@given(launches())
def test_the_ids_of_any_task_list_of_ours_come_back(launch):
    found, _ = imported(dumps(launch, "tasklist"))
    assert [(task.id, task.priority, task.effort, [step.id for step in task.steps]) for task in found.checklist] == [
        (task.id, task.priority, task.effort, [step.id for step in task.steps])
        for phase in launch.checklist.phases
        for section in dict.fromkeys(["", *(task.section for task in phase.tasks)])
        for task in phase.tasks
        if task.section == section
    ]


def test_a_generated_part_that_holds_boxes_is_read():
    text = "<!-- servingchecklist:next -->\n\n- [ ] a\n\n<!-- /servingchecklist -->\n"
    found, notes = imported(text)
    assert [task.id for task in found.checklist] == ["a"]
    assert [note for note in notes if "left out" in note] == [
        "line 1: a comment is left out",
        "line 5: a comment is left out",
    ]


@given(st.lists(st.sampled_from(["# ", "## ", "- [ ] ", "  - [x] ", "\n", "\n\n", "a", "b ", "<!-- x -->", "```\n", "    ", "[a](b)", "\t", "\r", "(P1)", "é", "> "]), max_size=30).map("".join))  # fmt: skip
def test_any_document_makes_a_checklist(text):
    found, _ = imported(text)
    assert set(found.done) <= {task.id for task in found.checklist}
    assert imported(text)[0] == found


def test_bad_input_is_refused(monkeypatch):
    with pytest.raises(InvalidError, match=r"^\$: is neither text nor bytes \(got 5\); give what the file holds$"):
        imported(5)
    with pytest.raises(InvalidError, match=r"^\$: is not UTF-8: invalid start byte at byte 0; save it as UTF-8$"):
        imported(b"\xff")
    with pytest.raises(InvalidError, match=r"^\$\.id: is not an id"):
        imports.from_markdown("", id="An id")
    with pytest.raises(LimitError, match=r"^\$: holds too many tasks: at most 1 are read"):
        imported("- [ ] a\n- [ ] b\n", limits=Limits(tasks=1))
    for text in ("\n" * 30_000, "- [ ] " + "**a" * 1_600_000):
        with pytest.raises(LimitError, match=r"^\$: is too long for Markdown, which is parsed slowly"):
            imported(text)
    assert len(imported("- [ ] a\n- [ ] b\n", limits=None)[0].checklist) == 2


def test_without_the_package_the_extra_is_named(monkeypatch):
    from servingchecklist.formats.tasklist import _boxes

    _boxes._parser.cache_clear()
    monkeypatch.setitem(sys.modules, "markdown_it", None)
    with pytest.raises(UnknownNameError, match=r"pip install 'servingchecklist\[markdown\]'$"):
        imported("- [ ] a")
