"""Whatever the texts hold, a task is one line, and a CommonMark parser reads back the texts that were stored, and descriptions with the layout
that they have.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from helpers.forecasts import forecast_of, path_through, slip_of
from helpers.launches import END, SINCE, said_by
from helpers.layout import with_tokens
from helpers.pages import as_shown
from helpers.strategies import (
    ALONE,
    DOCUMENT,
    LONG_FIELDS,
    TEXT_FIELDS,
    as_the_field_may_hold,
    checklists,
    crowd,
    forecasts,
    launches,
    texts,
    with_value,
)
from servingchecklist import Checklist, Status, critical_path, dumps, order
from servingchecklist._text import split_number
from servingchecklist.results import ReviewItem

CORPUS = Path(__file__).parent / "corpus"
MARKUP = json.loads((CORPUS / "markup.json").read_text(encoding="utf-8"))
MARKDOWN = json.loads((CORPUS / "markdown.json").read_text(encoding="utf-8"))
URLS = json.loads((CORPUS / "urls.json").read_text(encoding="utf-8"))

MARK = re.compile(r"mark\d+\.")
PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
BOX = re.compile(r"(?:[-*+]|\d+[.)])\s+\[[ xX]\](?:\s|$)")


@attrs.frozen
class Reading:
    """What a parser reads: the blocks and marks without their words, the words (one text for each run of paragraphs), and the
    source lines of list items that begin with a box to tick.
    """

    blocks: list
    words: list
    task_lines: list


def read(markdown, layouts=None):
    """What a parser reads, with the layout of a text in the place of each paragraph that is a mark in ``layouts``."""
    blocks, words, boxes, lines = [], [], [], markdown.split("\n")
    for token in with_tokens(PARSER.parse(markdown), layouts or {}):
        if token.type == "inline":
            marks, text = spoken(token.children)
            if blocks[-2:] == ["/p", "p"]:  # one more paragraph of the same text
                del blocks[-2:]
                words[-1] += "\n\n" + text
            else:
                words.append(text)
            blocks += marks
        elif token.type in ("paragraph_open", "paragraph_close"):
            blocks.append("p" if token.nesting > 0 else "/p")
        else:
            blocks.append((token.type, token.tag, token.attrs, token.markup if token.nesting == 0 else ""))
            if token.content:
                words.append(token.content)
            if token.type == "list_item_open" and token.map and BOX.match(lines[token.map[0]].lstrip(" ")):
                boxes.append(lines[token.map[0]])
    return Reading(blocks, words, boxes)


def spoken(children):
    """The marks of an inline token, and its text with every kind of line break as one."""
    marks, text = [], ""
    for child in children:
        if child.type in ("softbreak", "hardbreak"):
            text += "\n"
        elif child.type == "text":
            text += child.content
        else:
            marks.append((child.type, child.attrs))
            text += child.content
    return marks, text


def written(checklist, layouts=None):
    return read(dumps(checklist, "markdown"), layouts)


def layouts_of(name, text_of):
    """The texts of a field by their marks where it has a layout, else none."""
    return text_of if name.endswith("description") or name == "step" else {}


def differs(found, expected, text_of):
    """What is not the same in the two readings, but for the payloads that stand where the marks do."""
    if len(found.task_lines) != len(expected.task_lines):
        return "task lines"
    if found.blocks != expected.blocks:
        return "skeleton"
    wanted = [MARK.sub(lambda mark: text_of[mark[0]], text) for text in expected.words]
    wrong = [(text, got) for text, got in zip(wanted, found.words, strict=True) if got not in (text, *numbered(text))]
    return f"text: {wrong}" if wrong else None


def numbered(text):
    """Yield a text without a number of ours before one of its own, or without its own number, as in a numbered list."""
    reason = re.fullmatch(r"in (.*), phase \d+ of \d+", text, re.DOTALL)
    if reason and split_number(reason[1])[0]:
        yield f"in {reason[1]}"
    ours = re.match(r"\d+ ", text)
    if ours and split_number(text[ours.end() :])[0]:
        yield text[ours.end() :]
    yield split_number(text)[1]


def changed_alone(name, payloads, view=written):
    """Those of ``payloads`` that are not read back from the field, each put there alone, and how."""
    field = TEXT_FIELDS[name]
    found, expected = {}, view(field.checklist("mark0."))
    for payload in payloads:
        text_of = {"mark0.": payload}
        if layouts := layouts_of(name, text_of):
            expected = view(field.checklist("mark0."), layouts)
        found[payload] = differs(view(field.checklist(payload)), expected, text_of)
    return {payload: how for payload, how in found.items() if how}


def changed_together(name, payloads, view=written):
    """Those of ``payloads`` that are not read back from the field, or how they disturb each other."""
    if name in ALONE:
        return changed_alone(name, payloads, view)
    marks = [f"mark{number}." for number in range(len(payloads))]
    text_of = dict(zip(marks, payloads, strict=True))
    found = view(Checklist.from_dict(crowd(name, payloads)))
    expected = view(Checklist.from_dict(crowd(name, marks)), layouts_of(name, text_of))
    if how := differs(found, expected, text_of):
        return changed_alone(name, payloads, view) or how
    return {}


def payloads_for(name):
    payloads = dict.fromkeys([*MARKUP, *MARKDOWN["line"], *MARKDOWN["long"]])
    return [payload for payload in payloads if TEXT_FIELDS[name].may_hold(payload)]


def recommended(checklist, layouts=None):
    return read(dumps(order(checklist), "markdown"), layouts)


def test_the_texts_are_there_and_each_task_is_one_line():
    """Else the tests below would compare nothing."""
    for field in TEXT_FIELDS.values():
        found = written(field.checklist("mark0."))
        assert "mark0." in "".join(found.words)
        short = [
            re.sub(r"\*\*.*\*\*|role [^`]*(?= · after)|(?<=^  - \[ \] ).*", "...", line) for line in found.task_lines
        ]
        assert short == [
            "- [ ] ... · `c2` · medium",
            "- [ ] ... · `c1` · critical · 2-5 days, likely 3 · not before 2026-12-07 · ... · after `c2` · waits 7 days · labels `kpi` and `team:risk`",
            "  - [ ] ...",
            "  - [ ] ...",
            "- [ ] ... · `c3` · medium · after `c1`",
        ]


@pytest.mark.parametrize("name", ["task title", "task description"])
def test_the_judge_sees_what_is_not_escaped(monkeypatch, name):
    monkeypatch.setattr("servingchecklist._markdown.escape", lambda text, starts=True: text)
    payloads = payloads_for(name)[::4]
    assert len(changed_alone(name, payloads)) > len(payloads) // 3


@pytest.mark.parametrize("name", TEXT_FIELDS)
def test_markup_is_read_back_as_text(name):
    payloads = payloads_for(name)
    assert len(payloads) > 700
    assert changed_together(name, payloads[::3] if name in ALONE else payloads) == {}


@pytest.mark.slow
@pytest.mark.parametrize("name", TEXT_FIELDS)
def test_markup_alone_is_read_back_as_text(name):
    assert changed_alone(name, payloads_for(name)) == {}


@pytest.mark.parametrize("name", LONG_FIELDS)
@pytest.mark.parametrize("gap", ["\n", "\n\n", "\n\n\n"])
def test_what_opens_a_block_on_a_later_line_is_read_back_as_text(name, gap):
    payloads = [f"a{gap}{payload}{gap}b" for payload in MARKDOWN["line"][::2]]
    assert changed_together(name, payloads[::5] if name in ALONE else payloads) == {}


@pytest.mark.parametrize("name", ["checklist topic", "task title", "phase title", "role"])
def test_recommendations_are_read_back_as_they_are(name):
    assert "mark0." in "".join(recommended(TEXT_FIELDS[name].checklist("mark0.")).words)
    assert changed_alone(name, payloads_for(name)[::3], recommended) == {}


@given(texts.filter(str.strip), st.sampled_from(sorted(TEXT_FIELDS)))
def test_any_text_that_may_be_stored_is_read_back(text, name):
    assert changed_alone(name, [as_the_field_may_hold(name, text)]) == {}


@given(checklists())
def test_any_checklist_has_as_many_task_lines_as_tasks_and_steps(checklist):
    expected = [more for task in as_shown(checklist) for more in ("- [", *["  - ["] * len(task.steps))]
    assert [line[: line.index("[") + 1] for line in written(checklist).task_lines] == expected


@given(st.lists(texts.filter(str.strip), min_size=len(TEXT_FIELDS), max_size=len(TEXT_FIELDS)))
def test_texts_do_not_work_together(chosen):
    """As a link's definition in one text and its use in another would."""
    document, marked, layouts = DOCUMENT, DOCUMENT, {}
    for (name, field), text in zip(TEXT_FIELDS.items(), chosen, strict=True):
        stored = as_the_field_may_hold(name, text)
        document = with_value(field.keys, stored, document)
        if layout := layouts_of(name, {f"mark{len(layouts)}.": stored}):
            marked = with_value(field.keys, next(iter(layout)), marked)
            layouts |= layout
    found, expected = written(Checklist.from_dict(document)), written(Checklist.from_dict(marked), layouts)
    assert found.blocks == expected.blocks
    assert len(found.task_lines) == len(expected.task_lines)


@pytest.mark.parametrize(
    "document",
    [
        with_value(("description",), "[c]: https://evil.example", with_value(("tips", 0), "[c]")),
        with_value(("tips", 0), "[^1]: note", with_value(("title",), "A[^1]")),
        with_value(("title",), "*a", with_value(("description",), "b*")),
        with_value(("title",), "`a", with_value(("phases", 0, "title"), "b`")),
        with_value(("description",), "<!--", with_value(("tips", 1), "-->")),
        with_value(("description",), "```", with_value(("tips", 1), "```")),
        with_value(("topic",), "](https://evil.example)", with_value(("phases", 0, "tasks", 0, "title"), "[a")),
    ],
)
def test_two_halves_of_a_mark_do_not_find_each_other(document):
    marked = Checklist.from_dict(with_value(("description",), "mark0."))
    expected = written(marked, {"mark0.": document["description"]})
    assert written(Checklist.from_dict(document)).blocks == expected.blocks


def links(markdown):
    children = [child for token in PARSER.parse(markdown) if token.type == "inline" for child in token.children]
    return [child.attrs["href"] for child in children if child.type == "link_open"]


@pytest.mark.parametrize(
    "place", [("phases", 0, "guide"), ("phases", 0, "tasks", 0, "references", 0)], ids=["guide", "reference"]
)
def test_an_address_is_read_back_as_it_was_written(place):
    expected = links(dumps(Checklist.from_dict(with_value((*place, "url"), "https://example.com/x")), "markdown"))
    changed = {}
    for url in URLS["harmless"]:
        markdown = dumps(Checklist.from_dict(with_value((*place, "url"), url)), "markdown")
        found = links(markdown)
        if url.lower().startswith(("http://", "https://", "mailto:")):
            # The parser percent-encodes brackets and the like on its own; that is the same address.
            wanted = [PARSER.normalizeLink(url) if one == "https://example.com/x" else one for one in expected]
        else:
            wanted = [one for one in expected if one != "https://example.com/x"]
            if url not in "\n".join(read(markdown).words):
                changed[url] = "not shown"
        if found != wanted:
            changed[url] = found
    assert changed == {}


LINES = [payload for payload in payloads_for("task title") if not MARK.search(payload)]


def launch_read(launch, layouts=None):
    return read(dumps(launch.snapshot(at=END), "markdown"), layouts)


def review_read(launch, layouts=None):
    return read(dumps(launch.review(SINCE, at=END), "markdown"), layouts)


LAUNCH_VIEWS = (launch_read, review_read)


@pytest.mark.parametrize("view", LAUNCH_VIEWS)
def test_each_task_of_a_launch_is_one_line(view):
    found = view(said_by(["mark0."] * 7))
    assert len("".join(found.words).split("mark0.")) > 20
    assert [line[:5] for line in found.task_lines] == (["- [ ]"] * 6 + ["- [x]"] if view is launch_read else [])


@pytest.mark.parametrize("view", LAUNCH_VIEWS)
def test_what_strangers_say_in_a_launch_is_read_back_as_text(view):
    marks = [f"mark{number}." for number in range(len(LINES))]
    text_of = dict(zip(marks, LINES, strict=True))
    assert differs(view(said_by(LINES)), view(said_by(marks), text_of), text_of) is None


@pytest.mark.parametrize("view", LAUNCH_VIEWS)
def test_one_payload_in_every_text_of_a_launch_is_read_back_as_text(view, some):
    found, marked = {}, said_by(["mark0."] * 7)
    for payload in some(LINES[:: 2 if view is launch_read else 3], 60):
        text_of = {"mark0.": payload}
        found[payload] = differs(view(said_by([payload] * 7)), view(marked, text_of), text_of)
    assert {payload: how for payload, how in found.items() if how} == {}


@pytest.mark.parametrize("where", ["title", "words"])
def test_an_item_that_was_made_by_hand_is_one_line_and_read_back_as_text(where):
    review = said_by(["A"]).review(SINCE, at=END)

    def with_item(text):
        item = ReviewItem(**({"id": "t0", "title": "T", "words": "w"} | {where: text}))
        return read(dumps(attrs.evolve(review, done=(item,)), "markdown"))

    payloads = [payload for payload in payloads_for("task description")[::3] if payload]
    payloads += [f"a{gap}{payload}{gap}b" for gap in ("\n", "\n\n", "\n\n\n") for payload in MARKDOWN["line"][::5]]
    expected = with_item("mark0.")
    found = {payload: differs(with_item(payload), expected, {"mark0.": payload}) for payload in payloads}
    assert {payload: how for payload, how in found.items() if how} == {}


@given(launches())
def test_any_launch_has_as_many_task_lines_as_tasks_and_steps_at_work(launch):
    at = max(END, launch.events[-1].at)
    snapshot = launch.snapshot(at=at)
    at_work = {
        state.id
        for state in snapshot.states
        if state.status is Status.DOING or 0 < sum(step.done for step in state.steps) < len(state.steps)
    }
    shown = [snapshot.state(task) for task in as_shown(launch.checklist)]
    expected = [more for s in shown for more in ("- [", *["  - ["] * len(s.steps) * (s.id in at_work))]
    lines = read(dumps(snapshot, "markdown")).task_lines
    assert [line[: line.index("[") + 1] for line in lines] == expected
    assert read(dumps(launch.review(SINCE, at=at), "markdown")).task_lines == []


def forecast_read(said):
    return read(dumps(forecast_of(said), "markdown"))


def path_read(said):
    return read(dumps(path_through(said), "markdown"))


def slip_read(said):
    return read(dumps(slip_of(said), "markdown"))


PLANNING_VIEWS = (forecast_read, path_read, slip_read)


def rows_of(reading):
    return sum(block[0] == "tr_open" for block in reading.blocks if isinstance(block, tuple))


@pytest.mark.parametrize(("view", "rows"), [(forecast_read, 21), (path_read, 7), (slip_read, 7)])
def test_each_task_that_is_forecast_is_one_row(view, rows):
    found = view(["mark0."] * 6)
    assert rows_of(found) == rows
    assert len("".join(found.words).split("mark0.")) > 10
    assert found.task_lines == []


@pytest.mark.parametrize("view", PLANNING_VIEWS)
def test_what_strangers_say_in_a_forecast_is_read_back_as_text(view):
    marks = [f"mark{number}." for number in range(len(LINES))]
    assert differs(view(LINES), view(marks), dict(zip(marks, LINES, strict=True))) is None


@pytest.mark.parametrize("view", PLANNING_VIEWS)
def test_one_payload_in_every_text_of_a_forecast_is_read_back_as_text(view, some):
    expected = view(["mark0."] * 6)
    payloads = some(LINES[:: 2 if view is forecast_read else 4], 60)
    found = {payload: differs(view([payload] * 6), expected, {"mark0.": payload}) for payload in payloads}
    assert {payload: how for payload, how in found.items() if how} == {}


@pytest.mark.parametrize("view", PLANNING_VIEWS)
def test_the_judge_sees_what_is_not_escaped_in_a_forecast(monkeypatch, view):
    monkeypatch.setattr("servingchecklist._markdown.escape", lambda text, starts=True: text)
    expected, payloads = view(["mark0."] * 6), LINES[::9]
    seen = [payload for payload in payloads if differs(view([payload] * 6), expected, {"mark0.": payload})]
    assert len(seen) > len(payloads) // 3


@pytest.mark.parametrize("kind", [forecast_of, path_through])
def test_a_title_that_was_made_by_hand_is_one_row_and_read_back_as_text(kind):
    made = kind(["A"])

    def with_title(text):
        if kind is forecast_of:
            (task,) = made.tasks
            return read(dumps(attrs.evolve(made, tasks=(attrs.evolve(task, title=text),)), "markdown"))
        (span,) = made
        return read(dumps(type(made)(made.checklist, [attrs.evolve(span, title=text)], path=made.path), "markdown"))

    payloads = [payload for payload in payloads_for("task description")[::3] if payload]
    payloads += [f"a{gap}{payload}{gap}b" for gap in ("\n", "\n\n", "\n\n\n") for payload in MARKDOWN["line"][::5]]
    payloads += ["|", "a|b", "\\|", "a\\|b", "a\\\\|b", "| - | - |", "a\\", "`|`", "`a|", "|\n|-|\n|a|"]
    expected = with_title("mark0.")
    found = {payload: differs(with_title(payload), expected, {"mark0.": payload}) for payload in payloads}
    assert {payload: how for payload, how in found.items() if how} == {}


@given(forecasts)
def test_any_forecast_has_a_row_for_each_task(made):
    tasks, phases = len(made.tasks), len(made.phases)
    assert rows_of(read(dumps(made, "markdown"))) == (tasks + phases + 2 if tasks else 0)
    assert rows_of(read(dumps(critical_path(made.checklist), "markdown"))) == (tasks + 1 if tasks else 0)
    assert 2 <= rows_of(read(dumps(made.finish, "markdown"))) <= 25
