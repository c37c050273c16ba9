"""Documents that no view makes: every node with any text in each of its fields, in every format."""

import json
import re
from datetime import date
from pathlib import Path

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from helpers.pages import parse
from helpers.strategies import lines
from servingchecklist import Reference, dumps
from servingchecklist.errors import InvalidError
from servingchecklist.formats import text as plain_text
from servingchecklist.formats._document import (
    Became,
    Bullets,
    Changed,
    Code,
    CodeBlock,
    Document,
    Fact,
    Field,
    Fields,
    Figure,
    Item,
    Items,
    Link,
    Listing,
    Paragraph,
    Progress,
    Row,
    Section,
    Strong,
    Table,
    plain,
    texts,
)
from servingchecklist.formats._document import __dict__ as nodes
from servingchecklist.results import Distribution

PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
CORPUS = Path(__file__).parent.parent / "threats" / "corpus"
PAYLOADS = [
    *json.loads((CORPUS / "markup.json").read_text(encoding="utf-8"))[::5],
    *json.loads((CORPUS / "markdown.json").read_text(encoding="utf-8"))["line"],
    *("&", "a&", "!", "wow!", "amp;", "#38;", "_", "1.", "2)", "a\nb", "| a |", "`", "a`b", " a ", "\t", "0 \u00a0"),
]
STORED = [
    one
    for one in PAYLOADS
    if not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", one)
]
FINISH = Distribution([1], start=date(2026, 11, 30))


def every_node(word):
    """A document with each node, each field of text holding the word."""
    reference = Reference("A page", "https://example.com/")
    line = [word, Code([word, word]), f"{word} ", Strong(word), f" {word} ", Changed(word, "new"), word]
    line += [Became(word, word), word, Link(reference)]
    item = Item(
        word,
        word,
        [Fact(word, word), word, line],
        [Paragraph(word), Bullets([word, line])],
        Section(word, [Paragraph(word)]),
        anchor=word,
    )
    blocks = [
        Paragraph(word, word),
        Paragraph(line),
        Paragraph(line, "prose"),
        CodeBlock(word, word),
        Listing([[Paragraph(word, "prose"), CodeBlock(word), Listing([[Paragraph(line, "prose")], []], 2)], [], []]),
        Bullets([word, line], marks=["doing", "done"]),
        Items([item, attrs.evolve(item, mark="done")], "task", word),
        Items([attrs.evolve(item, body=[]), Item(word)], "bullet"),
        Paragraph("between"),
        Items(
            [Item(word, body=[Fields([Field(word, [word]), Field(word, [word, line])])]), Item(word, number=7)],
            "number",
        ),
        Table((word, word, word), [Row(attrs.evolve(item, body=[]), [word, line]), Row(Item(word), [word, word])]),
        Table((word, f"{word}1"), [Row(attrs.evolve(item, body=[]), [word])], numbers=(f"{word}1",), bars=[0.5]),
        Figure(FINISH, word, word, word),
        Progress(1, 2, word, word),
        Section(word, [Paragraph(word)], number=word, role=word, anchor=word),
    ]
    return Document(word, blocks)


def skeleton(element):
    """The elements and the names of their attributes; a line break is text."""
    return element.tag, sorted(element.attrib), [skeleton(child) for child in element]


HARMLESS = every_node("harmless")


@pytest.mark.sampled
@pytest.mark.parametrize("payload", [one for one in STORED if one.strip()])
def test_no_text_of_a_node_brings_elements_of_its_own(payload):
    assert skeleton(parse(dumps(every_node(payload), "html"))) == skeleton(parse(dumps(HARMLESS, "html")))


def blocks_of(markdown):
    """The blocks of a Markdown text, and the marks within its lines. Paragraphs of one text count as one."""
    found = []
    for token in PARSER.parse(markdown):
        if token.type in ("paragraph_open", "paragraph_close"):
            continue
        if token.type == "inline":
            found += [
                (child.type, child.attrs)
                for child in token.children
                if child.type not in ("text", "softbreak", "hardbreak", "code_inline")
            ]
        else:
            found.append((token.type, token.tag, token.attrs))
    return found


@pytest.mark.sampled
@pytest.mark.parametrize("payload", [one for one in STORED if one.strip()])
def test_no_text_of_a_node_is_read_as_markdown(payload):
    found, expected = dumps(every_node(payload), "markdown"), dumps(HARMLESS, "markdown")
    assert blocks_of(found) == blocks_of(expected)


@given(
    st.lists(
        st.one_of(
            lines, st.sampled_from(["a", "&", "amp;", "!", "_", "*", " "]), lines.map(Strong).map(lambda one: one)
        ),
        min_size=1,
        max_size=4,
    )
)
def test_a_line_of_several_runs_is_read_back(runs):
    runs = [part for run in runs for part in (run, " ")][:-1]  # a blank stands on both sides of what stands out
    (paragraph,) = [
        token
        for token in PARSER.parse(dumps(Document("T", [Paragraph(runs)], False), "markdown"))
        if token.type == "inline"
    ]
    said = "".join("\n" if child.type.endswith("break") else child.content for child in paragraph.children)
    assert said == plain(runs)


@pytest.mark.parametrize("text", ["- a", "2. a", "> a", "+ a", ": a", "= a"])
def test_only_at_its_start_a_line_is_escaped_against_blocks(text):
    url = "https://example.com/"
    runs = {
        f"x {text}": text,
        f"x **{text}**": Strong(text),
        f"x [{text}](<{url}>)": Link(Reference(text, url)),
        f"x {text} (`runbook`)": Link(Reference(text, "runbook")),
        f"x {text} \N{RIGHTWARDS ARROW} {text}": Became(text, text),
        f"x {text}&#10;{text}": Code([f"{text}\n{text}"]),
    } | {f"x {text} ": Changed(text, sign) for sign in ("new", "no longer")}
    for expected, run in runs.items():
        assert dumps(Document("T", [Paragraph(["x ", run])], False), "markdown").rstrip() == expected.rstrip()
    for run in (text, Changed(text, "new")):
        assert "\\" in dumps(Document("T", [Paragraph([run])], False), "markdown")


@pytest.mark.parametrize("text", ["\x1b[2J", "a\rb", "\ud800", "\u202e", "\x9b"])
@pytest.mark.parametrize("format", ["text", "markdown", "html"])
def test_what_no_text_may_hold_is_refused_in_documents_too(format, text):
    for page in (Document(text, []), Document("T", [Items([Item("A", facts=[[Code([text])]])])])):
        with pytest.raises(InvalidError, match=r"^\$: holds the "):
            dumps(page, format)


def test_every_text_of_a_document_is_looked_at():
    kinds = {type(one).__name__ for one in _nodes(every_node("x"))}
    assert kinds == {name for name, value in nodes.items() if isinstance(value, type) and attrs.has(value)}
    assert set(texts(HARMLESS)) >= {"harmless", "A page"}


def _nodes(node):
    if isinstance(node, list | tuple):
        for member in node:
            yield from _nodes(member)
    elif attrs.has(type(node)) and type(node).__module__ == Document.__module__:
        yield node
        for field in attrs.fields(type(node)):
            yield from _nodes(getattr(node, field.name))


@pytest.mark.parametrize("format", ["text", "markdown", "html"])
def test_what_is_no_block_is_not_dropped_in_silence(format):
    with pytest.raises((AssertionError, AttributeError)):
        dumps(Document("T", ["a string"]), format)


def test_nested_lists_keep_their_boxes_and_ids():
    inner = Items([Item("in", "q", mark="done"), Item("side", "longer")], "task")
    found = dumps(Document("T", [Items([Item("outer", "o", body=[inner])], "task")]), "text")
    assert found.endswith("\n[ ] outer\n    o\n    [x] q       in\n    [ ] longer  side\n")


def test_a_fact_below_the_title_is_not_lost_where_an_id_reads_the_same():
    items = [Item("A", "high", [Fact("high", "priority high"), Fact("x" * 40, "status x")])]
    assert "\n          high\n" not in dumps(Document("T", [Items(items)]), "text").partition("A\n")[0]
    assert plain_text.dumps(Document("T", [Items(items)]), 40).count("high") == 2


def test_folded_content_and_targets_are_kept_for_items_without_a_body():
    item = Item("A", folded=Section("More", [Paragraph("inside")]), anchor="a")
    found = dumps(Document("T", [Items([item])]), "html")
    assert '<li id="a">\n<h2>A</h2>\n<details><summary>More</summary>\n<p>inside</p>\n</details>\n</li>' in found
    assert "inside" not in dumps(Document("T", [Items([item])]), "markdown")


def test_items_are_numbered_by_their_places_where_nothing_else_is_said():
    assert dumps(Document("T", [Items([Item("a"), Item("b")], "number")], False), "markdown") == "1. a\n2. b\n"
    page = Document("T", [Items([Item("a"), Item("b"), Item("c", number=9)], "number")])
    assert dumps(page, "text").endswith("\n1. a\n2. b\n9. c\n")
    assert re.findall(r'<li value="(\d)">', dumps(page, "html")) == ["1", "2", "9"]


def test_numbers_that_do_not_follow_each_other_are_told_as_text_in_markdown():
    items = [Item("a", "x", number=9), Item("b", "y", number=4), Item("c", number=10**10)]
    found = dumps(Document("T", [Items(items, "number")], False), "markdown")
    assert found == "- 9\\. **a** · `x`\n- 4\\. **b** · `y`\n- 10000000000\\. c\n"
    assert [token.content for token in PARSER.parse(found) if token.type == "inline"][1] == "4\\. **b** · `y`"
    assert dumps(Document("T", [Items(items[:1], "number")], False), "markdown") == "9. **a** · `x`\n"
    assert dumps(Document("T", [Items([], "number"), Items([])], False), "markdown") == "\n\n\n"


@pytest.mark.parametrize(("start", "gap"), [(None, "\n"), (1, "\n"), (0, "\n\n"), (2, "\n\n")])
def test_a_list_in_an_item_follows_its_words_closely_where_it_can_interrupt_them(start, gap):
    page = Document("T", [Listing([[Paragraph("a"), Listing([[Paragraph("b")]], start)]])], False)
    found = dumps(page, "markdown")
    assert re.fullmatch(rf"[*+] a{gap}  [0-9.+*)]+ b\n", found)
    assert len([token for token in PARSER.parse(found) if token.type.endswith("list_open")]) == 2


def test_what_is_empty_makes_no_heading_and_no_asterisks():
    page = Document("T", [Items([Item("", "a", body=[Bullets([""])])]), Paragraph([Strong("")])], False)
    assert dumps(page, "markdown") == "- `a`\n  - &#32;\n\n\n"


def test_a_list_of_numbers_below_an_item_is_a_list():
    page = Document("T", [Items([Item("a", body=[Items([Item("b", number=2)], "number")])])], False)
    assert "ordered_list_open" in [token.type for token in PARSER.parse(dumps(page, "markdown"))]


def test_tabs_are_wrapped_as_what_they_are_shown_as():
    assert max(map(len, dumps(Document("T", [Paragraph("a\tb\t" * 40)]), "text").splitlines())) <= 80
    assert "\t" not in dumps(Document("T", [Paragraph("a\tb")]), "text")


def test_a_title_that_is_wider_than_its_column_is_no_fault():
    table = Table(("A", "B"), [Row(Item("模型" * 30), ["x"])])
    assert dumps(Document("T", [table]), "text").splitlines()[-1].strip() == "x"


def test_headings_end_at_the_sixth_level():
    deep = Paragraph("x")
    for _ in range(9):
        deep = Items([Item("A", body=[deep])])
    assert set(re.findall(r"<(h\d)>", dumps(Document("T", [deep]), "html"))) == {"h1", "h2", "h3", "h4", "h5", "h6"}


def test_nothing_of_nothing_has_no_bar():
    assert "<progress" not in dumps(Document("T", [Progress(0, 0, "no tasks")]), "html")


def test_tables_of_any_size_are_written():
    one_column = Table(("A",), [Row(Item("x"), []), Row(Item("y", "id"), [])])
    empty = Table(("A", "N"), [], numbers=("N",))
    found = dumps(Document("T", [one_column, empty]), "text")
    assert found == "T\n=\nx\ny\n   id\n"
    assert "| A | N |\n| --- | ---: |\n" in dumps(Document("T", [empty]), "markdown")
    records = Table(("A", "B", "C"), [Row(Item("x", "id", ["fact"]), ["1", ""]), Row(Item("y"), ["2", "3"])])
    assert dumps(Document("T", [records]), "text") == "T\n=\nx\n   id; fact; B: 1\ny  2\n   c: 3\n"


def test_a_table_that_is_too_wide_is_written_as_records():
    wide = Table(
        ("Task", "Early start", "Late finish"), [Row(Item("Try it", "a"), ["1", "2"])], numbers=("Early start",)
    )
    assert plain_text.dumps(Document("T", [wide]), 20).endswith("\nTry it\n   a; Early start:\n   1; Late finish: 2\n")
    assert plain_text.dumps(Document("T", [wide]), 40).endswith("\n             1  2            Try it\n") is False
    assert "Try it" in plain_text.dumps(Document("T", [wide]), 40)
    long_id = Table(("Task", "N"), [Row(Item("Try it", "x" * 30), ["1"])], numbers=("N",))
    assert dumps(Document("T", [long_id]), "text").endswith(f"\nTry it\n   {'x' * 30}; N: 1\n")


def test_a_list_below_an_item_is_no_part_of_its_line():
    body = [Progress(1, 2, "1 of 2"), Progress(2, 2, "2 of 2"), Table(("A",), [Row(Item("x"), [])])]
    found = dumps(Document("T", [Items([Item("t", "i", body=body)])], False), "markdown")
    assert found == "- **t** · `i`\n\n  1 of 2\n\n  2 of 2\n\n  | A |\n  | --- |\n  | x |\n"


@pytest.mark.parametrize("width", [20, 30, 40, 60, 80, 100, 120, 200])
def test_words_alone_make_lines_too_wide(width):
    for line in plain_text.dumps(every_node("some words of a text"), width).splitlines():
        assert len(line) <= max(width, 31), line  # a few words behind an indent that cannot be less
