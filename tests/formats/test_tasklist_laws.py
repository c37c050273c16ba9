"""The laws of task lists, on generated launches and on documents as people leave them, with GitHub's own parser as the judge of boxes."""

from __future__ import annotations

import re
from collections import Counter
from datetime import timedelta
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from helpers.strategies import launches, task_events
from servingchecklist import Launch, dumps, events, tasklist

SOUP = (
    "", "", "text", "# heading", "Setext\n---", "> quote", "> - [ ] <!-- task {id} todo -->quoted", "- [ ] our own", "- [x] done",
    "1. [x] <!-- task {id} todo -->", "- [ ] <!-- task {id} -->by hand", "  - [x] <!-- task {id} done -->below", "- item",
    "* [X]\t<!-- task {id} todo -->", "- - [x] <!-- task {id} todo -->", "```", "~~~", "    - [x] <!-- task {id} todo -->", "***",
    "- [x] <!-- task nowhere todo -->", "- [ ]", "a\u2028b\x0cc\x85d", "<div>", "</div>", "[x]: <y>", "&amp; `code` **strong**",
    "- [x] <!-- Task {id} -->", "<!-- /servingchecklist -->", "<!-- servingchecklist:next -->", "<!-- servingchecklist:progress -->",
    "<!-- a comment -->", "<!--", "-->", "| a | b |\n| - | - |", "+ a\n\n  b\n\n  - [x] <!-- task {id} waived -->c",
)  # fmt: skip
EDITS = ("keep", "keep", "keep", "keep", "tick", "tick", "delete", "double", "strip", "quote", "indent", "star", "soup", "end", "wrap", "table", "word", "rule", "break", "open")  # fmt: skip
WORDS = ("", "todo", "doing", "blocked", "done", "waived", "not-applicable")
BOX = re.compile(r"\[[ xX]\](?=[ \t\v\f]+<!-- )")
MARK = re.compile(
    r"(\[)[ xX](\][ \t\v\f]+<!-- (?:task [a-z0-9._-]+|step [a-z0-9._-]+ [a-z0-9._-]+))(?: [a-z-]+)?(?= -->)"
)
ANY_MARK = re.compile(r"<!-- (?:task [a-z0-9._-]+|step [a-z0-9._-]+ [a-z0-9._-]+)(?: [a-z-]+)? -->")
OPENING = re.compile(r"<!-- servingchecklist:(?:next|progress)(?: [a-z]+=\S+)* -->")


def edited(draw, line, task):
    """A line as it is after somebody's edit."""
    match draw(st.sampled_from(EDITS)):
        case "tick":
            return BOX.sub(lambda found: "[ ]" if found[0] != "[ ]" else draw(st.sampled_from(["[x]", "[X]"])), line)
        case "delete":
            return None
        case "double":
            return f"{line}\n{line}"
        case "strip":
            return re.sub(r"(<!-- task [a-z0-9._-]+) [a-z-]+ -->", r"\1 -->", line)
        case "quote":
            return f"> {line}"
        case "indent":
            return f"   {line}"
        case "star":
            return re.sub("^- ", "* ", line)
        case "end" if found := ANY_MARK.search(line):
            return f"{line.replace(found[0], '')} {found[0]}"
        case "wrap" if found := ANY_MARK.search(line):
            return f"{line.replace(found[0], 'a')}\n    {found[0]} b"
        case "table" if BOX.search(line):
            return "| a |\n| - |\n" + re.sub("^ *- ", "2. ", line)
        case "word":
            return re.sub(r"(<!-- task [a-z0-9._-]+) [a-z-]+ -->", r"\1 dne -->", line)
        case "break":
            return re.sub(r"(<!-- (?:task|step) [a-z0-9._ -]+) ([a-z-]+ -->)", r"\1\n    \2", line)
        case "open":
            return re.sub(r"(<!-- (?:task|step) .*?) -->", r"\1 ->", line)
        case "rule":
            return f"{line}\n  ---"
        case "soup":
            return f"{line}\n{draw(st.sampled_from(SOUP)).format(id=task)}"
        case _:
            return line


@st.composite
def worked(draw):
    """A launch as it is now, and its document of some earlier time as people left it."""
    launch = draw(launches())
    ids = [task.id for task in launch.checklist]
    task = draw(st.sampled_from(ids))
    lines = dumps(launch, "tasklist").split("\n")
    if draw(st.booleans()):
        lines = [line for line in (edited(draw, line, task) for line in lines) if line is not None]
    else:  # only boxes change
        lines = [edited(draw, line, task) or line if BOX.search(line) else line for line in lines]
    text = draw(st.sampled_from(["", "\ufeff"])) + draw(st.sampled_from(["\n", "\r\n", "\r"])).join(lines)
    more = draw(st.lists(task_events(st.sampled_from(ids)), max_size=4))
    later = [event for event in more if event.at >= launch.started]
    now = Launch(launch.checklist, launch.name, [*launch.events, *later])
    return text, now, max(event.at for event in now.events) + timedelta(hours=draw(st.integers(1, 200)))


def done(launch, at):
    """The boxes that are ticked, by task and step."""
    states = launch.snapshot(at=at).states
    of_tasks = {(state.id, ""): state.status.value == "done" for state in states}
    return of_tasks | {(state.id, step.id): step.done for state in states for step in state.steps}


class OnGithub(NamedTuple):
    """A box that GitHub's parser finds: the lines of its item, the mark right behind it, and the comments in its first paragraph."""

    first: int
    last: int
    is_ticked: bool
    task: str
    step: str
    status: str
    comments: list[str]


def boxes_on_github(text):
    """The boxes that GitHub's parser finds, in order."""
    cmarkgfm = pytest.importorskip("cmarkgfm")
    from cmarkgfm.cmark import Options

    html = cmarkgfm.github_flavored_markdown_to_html(
        text, options=Options.CMARK_OPT_UNSAFE | Options.CMARK_OPT_SOURCEPOS
    )
    found = re.findall(
        r'<li data-sourcepos="(\d+):\d+-(\d+):\d+"><input type="checkbox"( checked="")? disabled="" />\s+(?:<(?:p|h[12])[^>]*>)?'
        r"(<!-- (?:task|step) (?s:.*?) -->)?((?:[^<]|<(?!/?(?:li|ul|ol|p|pre|blockquote|h[1-6]|table)\b))*)",
        html,
    )
    return [
        OnGithub(
            int(first),
            int(last),
            bool(ticked),
            *(mark_of(mark) or ("", "", "")),
            re.findall("(?s)<!-- .*? -->", mark + rest),
        )
        for first, last, ticked, mark, rest in found
    ]


def mark_of(comment):
    words = comment.split()[1:-1]
    match words:
        case ["task", task]:
            return task, "", ""
        case ["task", task, status]:
            return task, "", status
        case ["step", task, step, status]:
            return task, step, status
    return None


def outside(text):
    """The text without what an update may change: boxes, the statuses of marks, and what stands between the comments of a region."""
    bare = text.removeprefix("\ufeff")
    lines = re.split(r"(?<=\n)|(?<=\r)(?!\n)", bare)
    opened, kept = None, []
    done = 0
    for token in MarkdownIt("commonmark", {"maxNesting": 100}).parse(bare):
        if token.type != "html_block" or token.level:
            continue
        comment = token.content.strip()
        if comment == "<!-- /servingchecklist -->":
            if opened is not None:
                kept += lines[done:opened]
                done = token.map[0]
                lines[done] = lines[done].lstrip(" ")
            opened = None
        elif comment.startswith("<!-- servingchecklist:") and not comment.startswith("<!-- servingchecklist:launch"):
            opened = token.map[1] if OPENING.fullmatch(comment) else None
    return MARK.sub(r"\1\2", "".join([*kept, *lines[done:]]))


@given(launches())
def test_a_list_that_nobody_touched_says_nothing(launch):
    at = max(event.at for event in launch.events)
    text = dumps(launch.snapshot(at=at), "tasklist")
    merged = tasklist.apply(text, launch, by="b", at=at)
    assert (merged.launch, merged.events, merged.conflicts) == (launch, (), ())
    assert tasklist.update(text, launch, at=at) == text


@given(launches())
def test_github_shows_a_box_for_each_task_and_each_step_and_no_other(launch):
    at = max(event.at for event in launch.events)
    found = boxes_on_github(dumps(launch.snapshot(at=at), "tasklist"))
    assert {(box.task, box.step): box.is_ticked for box in found} == done(launch, at)
    assert len(found) == len(done(launch, at))


@given(worked())
def test_an_update_is_complete_and_changes_nothing_else(case):
    text, launch, at = case
    merged = tasklist.apply(text, launch, by="b", at=at)
    after = tasklist.update(text, merged.launch, at=at)
    assert tasklist.update(after, merged.launch, at=at) == after
    assert tasklist.apply(after, merged.launch, by="b", at=at).events == ()
    assert outside(after) == outside(text)


@given(worked())
def test_the_log_only_grows_and_each_tick_is_in_it_or_a_conflict(case):
    text, launch, at = case
    merged = tasklist.apply(text, launch, by="b", at=at)
    assert set(launch.events) <= set(merged.launch.events)
    assert set(merged.launch.events) - set(launch.events) == set(merged.events)
    assert all(
        isinstance(one, events.Finished | events.Reopened | events.Ticked | events.Unticked) for one in merged.events
    )
    assert len({event.at for event in merged.events}) == len(merged.events)
    now = done(merged.launch, at + timedelta(seconds=1))
    told = {(conflict.line, conflict.task) for conflict in merged.conflicts}
    for box in boxes_on_github(text):
        if box.task and box.status in WORDS and box.is_ticked != (box.status == "done"):
            assert now.get((box.task, box.step)) == box.is_ticked or (box.first, box.task) in told
        elif box.status not in WORDS:
            assert (box.first, box.task) in told


@given(worked())
def test_each_mark_in_a_box_is_taken_over_or_a_conflict_of_its_line(case):
    text, launch, at = case
    told = {(conflict.line, conflict.task) for conflict in tasklist.apply(text, launch, by="b", at=at).conflicts}
    for box in boxes_on_github(text):
        behind = [mark_of(comment) for comment in box.comments]
        for task, *_ in filter(None, behind if not box.task else behind[1:]):
            assert any((line, task) in told for line in range(box.first, box.last + 1))


@given(worked())
def test_github_shows_the_boxes_that_the_log_says(case):
    text, launch, at = case
    merged = tasklist.apply(text, launch, by="b", at=at)
    after = tasklist.update(text, merged.launch, at=at)
    found, now = boxes_on_github(after), done(merged.launch, at + timedelta(seconds=1))
    copies = Counter((box.task, box.step) for box in found)
    no_box, no_mark = "its line is not read as a box", "what is behind its box is not a mark"
    unread = {conflict.line for conflict in merged.conflicts if conflict.problem.startswith((no_box, no_mark))}
    before_and_after = [[box for box in boxes if box.task] for boxes in (boxes_on_github(text), found)]
    for before, box in zip(*before_and_after, strict=True):
        assert (before.task, before.step) == (box.task, box.step)
        if box.task in merged.launch.checklist and copies[box.task, box.step] == 1 and box.status in WORDS:
            assert now[box.task, box.step] == box.is_ticked or before.first in unread


@given(worked())
def test_what_two_people_ticked_is_recorded_once(case):
    """Applying the same document a second time, before it was updated, records nothing new."""
    text, launch, at = case
    merged = tasklist.apply(text, launch, by="a", at=at)
    again = tasklist.apply(text, merged.launch, by="b", at=at + timedelta(hours=1))
    marked_by_hand = re.search("<!-- (?:task [a-z0-9._-]+|step [a-z0-9._-]+ [a-z0-9._-]+) -->", text)
    assert again.events == () or marked_by_hand
