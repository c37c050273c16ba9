"""Whatever the texts hold, a task is one line, and a CommonMark parser reads back the texts that were stored."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from servingchecklist import Checklist, dumps, order
from strategies import DOCUMENT, LONG_FIELDS, TEXT_FIELDS, checklists, texts, with_value

CORPUS = Path(__file__).parent / "corpus"
MARKUP = json.loads((CORPUS / "markup.json").read_text(encoding="utf-8"))
MARKDOWN = json.loads((CORPUS / "markdown.json").read_text(encoding="utf-8"))
URLS = json.loads((CORPUS / "urls.json").read_text(encoding="utf-8"))

HARMLESS = "harmless"
PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
BOX = re.compile(r"(?:[-*+]|\d+[.)])\s+\[[ xX]\](?:\s|$)")


def reading(markdown):
    """What a parser reads: the blocks and marks without their words, and the words, one text for each run of paragraphs."""
    blocks, words = [], []
    for token in PARSER.parse(markdown):
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
    return blocks, words


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


def task_lines(markdown):
    """The source lines of list items that begin with a box to tick."""
    lines = markdown.split("\n")
    starts = [lines[token.map[0]] for token in PARSER.parse(markdown) if token.type == "list_item_open"]
    return [line for line in starts if BOX.match(line.lstrip(" "))]


def differs(checklist, harmless, payload, write=lambda one: dumps(one, "markdown")):
    """What is not the same in the two documents, but for the payload that stands where the harmless word does."""
    found, expected = write(checklist), write(harmless)
    if task_lines(found) != [line.replace(HARMLESS, "") for line in task_lines(found)]:
        return "harness"
    if len(task_lines(found)) != len(task_lines(expected)):
        return "task lines"
    blocks, words = reading(found)
    expected_blocks, expected_words = reading(expected)
    if blocks != expected_blocks:
        return "skeleton"
    return None if words == [text.replace(HARMLESS, payload) for text in expected_words] else "text"


def recommended(checklist):
    return dumps(order(checklist), "markdown")


def test_the_texts_are_there_and_each_task_is_one_line():
    """Else the tests below would compare nothing."""
    for field in TEXT_FIELDS.values():
        markdown = dumps(field.checklist(HARMLESS), "markdown")
        assert HARMLESS in "".join(reading(markdown)[1])
        assert [re.sub(r"\*\*.*\*\*", "...", line) for line in task_lines(markdown)] == [
            "- [ ] ... · `c1` · critical · 2-5 days, likely 3",
            "- [ ] ... · `c2` · medium",
            "- [ ] ... · `c3` · medium",
        ]


@pytest.mark.parametrize("name", ["task title", "task description"])
def test_the_judge_sees_what_is_not_escaped(monkeypatch, name):
    for place in ("servingchecklist._text.escape_markdown_line", "servingchecklist.formats.markdown.escape_markdown"):
        monkeypatch.setattr(place, lambda text, indent="": text)
    field = TEXT_FIELDS[name]
    payloads = MARKUP + MARKDOWN["line"]
    assert len([p for p in payloads if differs(field.checklist(p), field.checklist(HARMLESS), p)]) > len(payloads) // 2


@pytest.mark.parametrize("name", TEXT_FIELDS)
def test_markup_is_read_back_as_text(name):
    field = TEXT_FIELDS[name]
    harmless = field.checklist(HARMLESS)
    assert {p: how for p in MARKUP if (how := differs(field.checklist(p), harmless, p))} == {}


@pytest.mark.parametrize("name", TEXT_FIELDS)
def test_markdown_is_read_back_as_text(name):
    field = TEXT_FIELDS[name]
    harmless = field.checklist(HARMLESS)
    payloads = MARKDOWN["line"] + (MARKDOWN["long"] if field.form in ("prose", "tip") else [])
    if field.form == "tip":
        payloads = [payload for payload in payloads if payload.strip()]
    assert {p: how for p in payloads if (how := differs(field.checklist(p), harmless, p))} == {}


@pytest.mark.parametrize("name", LONG_FIELDS)
def test_what_opens_a_block_on_a_later_line_is_read_back_as_text(name):
    field = TEXT_FIELDS[name]
    harmless = field.checklist(HARMLESS)
    texts = [f"a{gap}{p}{gap}b" for p in MARKDOWN["line"][::2] for gap in ("\n", "\n\n")]
    assert {p: how for p in texts if (how := differs(field.checklist(p), harmless, p))} == {}


@pytest.mark.parametrize("name", ["checklist topic", "task title", "phase title"])
def test_recommendations_are_read_back_as_they_are(name):
    field = TEXT_FIELDS[name]
    harmless = field.checklist(HARMLESS)
    assert HARMLESS in recommended(harmless)
    payloads = MARKUP + MARKDOWN["line"]
    assert {p: how for p in payloads if (how := differs(field.checklist(p), harmless, p, recommended))} == {}


@given(texts.filter(str.strip), st.sampled_from(sorted(TEXT_FIELDS)))
def test_any_text_that_may_be_stored_is_read_back(text, name):
    field = TEXT_FIELDS[name]
    text = (
        text
        if field.may_hold(text)
        else " ".join(text.split()).replace("\u2028", "").replace("\u2029", "").strip() or "x"
    )
    assert differs(field.checklist(text), field.checklist(HARMLESS), text) is None


@given(checklists())
def test_any_checklist_has_as_many_task_lines_as_tasks(checklist):
    assert len(task_lines(dumps(checklist, "markdown"))) == len(checklist)


@given(st.lists(texts.filter(str.strip), min_size=len(TEXT_FIELDS), max_size=len(TEXT_FIELDS)))
def test_texts_do_not_work_together(chosen):
    """As a link's definition in one text and its use in another would."""
    document = DOCUMENT
    for field, text in zip(TEXT_FIELDS.values(), chosen, strict=True):
        allowed = (
            text
            if field.may_hold(text)
            else " ".join(text.split()).replace("\u2028", "").replace("\u2029", "").strip() or "x"
        )
        document = with_value(field.keys, allowed, document)
    found, expected = (dumps(Checklist.from_dict(one), "markdown") for one in (document, DOCUMENT))
    assert reading(found)[0] == reading(expected)[0]
    assert len(task_lines(found)) == len(task_lines(expected))


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
    assert (
        reading(dumps(Checklist.from_dict(document), "markdown"))[0]
        == reading(dumps(Checklist.from_dict(DOCUMENT), "markdown"))[0]
    )


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
            if url not in "\n".join(reading(markdown)[1]):
                changed[url] = "not shown"
        if found != wanted:
            changed[url] = found
    assert changed == {}
