"""Text with a layout: what is markup here is the same to a CommonMark parser, and nothing else is."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from helpers.layout import tokens_of
from servingchecklist import Checklist, Phase, Task, _markdown, dumps
from servingchecklist.formats import text as plain_text
from servingchecklist.formats._document import (
    Bullets,
    Code,
    CodeBlock,
    Document,
    Item,
    Items,
    Link,
    Listing,
    Paragraph,
    Strong,
    plain,
)
from servingchecklist.formats._layout import blocks, inline

JUDGE = MarkdownIt("commonmark", {"html": False})


# Ours and theirs, in one form: [list kind, start, [items]], [code, language, text], and the marks of the lines between them


def ours(nodes):
    """The lists and the code of a text, and what is marked in the lines before, between and behind them."""
    found = []
    for node in nodes:
        match node:
            case Listing():
                found.append(["list", node.start, [ours(item) for item in node.items]])
            case CodeBlock():
                found.append(["code", node.language, code_lines(node.text)])
            case Paragraph():
                found += marks(node.line)
    return found


def code_lines(text):
    """The lines of code, without blanks in empty ones and without empty ones at the end, which the judge drops there."""
    return [line if line.strip(" \t") else "" for line in text.rstrip(" \t\n").split("\n")]


def marks(line):
    return [] if isinstance(line, str) else [mark_of(part) for part in line if not isinstance(part, str)]


def mark_of(part):
    match part:
        case Code():
            return ["code span", spaced(part.texts[0])]
        case Strong():
            return ["strong", letters(part.text)]
        case Link():
            return ["link", letters(part.reference.title), JUDGE.normalizeLink(part.reference.url)]


def spaced(text):
    return " ".join(text.split())


def letters(text):
    """A text without what escapes and references stand for, which is literal here."""
    return re.sub(r"&(?:#\w+|\w+);|[\W_]", "", text)


def theirs(text):
    stack = [[]]
    skipped = 0
    for token in JUDGE.parse(text):
        if token.type == "blockquote_open":
            skipped += 1
        elif token.type == "blockquote_close":
            skipped -= 1
        elif skipped:
            continue
        elif token.type in ("bullet_list_open", "ordered_list_open"):
            start = token.attrs.get("start", 1) if token.type == "ordered_list_open" else None
            stack[-1].append(["list", start, []])
            stack.append(stack[-1][-1][2])
        elif token.type == "list_item_open":
            stack[-1].append([])
            stack.append(stack[-1][-1])
        elif token.type in ("bullet_list_close", "ordered_list_close", "list_item_close"):
            stack.pop()
        elif token.type == "fence":
            language = "".join(token.info.split()[:1])
            stack[-1].append(["code", language, code_lines(token.content.removesuffix("\n"))])
        elif token.type == "inline":
            stack[-1] += their_marks(token.children)
    return stack[0]


def their_marks(children):
    found, opened = [], []
    for child in children:
        if child.type in ("strong_open", "link_open"):
            found.append(["strong", ""] if child.type == "strong_open" else ["link", "", child.attrs["href"]])
            opened.append(found[-1])
        elif child.type in ("strong_close", "link_close"):
            opened.pop()
        else:
            if child.type == "code_inline":
                found.append(["code span", spaced(child.content)])
            for mark in opened:
                mark[1] += letters(child.content)
    return found


def is_block(node):
    return node[0] in ("list", "code")


def differs(mine, judged):
    """The first of ours that is not theirs, or the first block of theirs that is not ours."""
    rest = iter(judged)
    for node in mine:
        for other in rest:
            if is_block(other):
                if node[:2] != other[:2]:
                    return node, other
                if node[0] == "list":
                    if len(node[2]) != len(other[2]):
                        return node, other
                    for item, its in zip(node[2], other[2], strict=True):
                        if how := differs(item, its):
                            return how
                elif node != other:
                    return node, other
                break
            if node == other:
                break
        else:
            return node, None
    left = [other for other in rest if is_block(other)]
    return (None, left) if left else None


def is_literal(nodes):
    """True where the whole text is left as it is."""
    return all(isinstance(node, Paragraph) and isinstance(node.line, str) for node in nodes)


def judged(text):
    nodes = blocks(text)
    return None if is_literal(nodes) else differs(ours(nodes), theirs(text))


ADDRESSES = (
    "(https://a.b)",
    "(<https://a.b>)",
    "(http://a/b_(c)?d=1&e=2)",
    "(c)",
    '(https://a.b "t")',
    "(mailto:a@b.c)",
)
INLINE = (
    *(
        "*",
        "**",
        "***",
        "_",
        "__",
        "`",
        "``",
        "```",
        "[",
        "]",
        "![",
        "](",
        "(",
        ")",
        "<",
        ">",
        "\\",
        "&amp;",
        "&#42;",
        "!",
        "~",
    ),
    *(
        "a",
        "b",
        "c",
        " ",
        " ",
        "\n",
        ".",
        ":",
        "é",
        "—",
        "\u00a0",
        "€",
        "1",
        "<https://a.b>",
        "<b>",
        "<a@b.c>",
        "<x:*>",
        "<!--",
    ),
    *(f"]{address}" for address in ADDRESSES),
    *(
        "](javascript:a)",
        "](a b)",
        "](<a",
        "]()",
        "](\\)",
        "](https://a.b?&lt;)",
        "][a]",
        "]: ",
        "[a](https://a.b)",
        "**a**",
        "`a`",
    ),
)
INLINE_TEXTS = st.lists(st.sampled_from(INLINE), max_size=16).map("".join)
STARTS = (
    *(
        "",
        "",
        " ",
        "  ",
        "   ",
        "    ",
        "     ",
        "\t",
        "- ",
        "* ",
        "+ ",
        "-\t",
        "-   ",
        "-     ",
        "1. ",
        "1) ",
        "2. ",
        "10) ",
    ),
    *("> ", ">", "# ", "```", "~~~", "````", "-", "1.", "0. "),
)
ENDS = (
    "",
    "",
    "a",
    "**a**",
    "`a",
    "a `b` c",
    "---",
    "===",
    "***",
    "* * *",
    "```",
    "~~~",
    "``` sh",
    "[a]: b",
    "[a]",
    "# a",
    "<div>",
    " ",
    "b\\",
)
LINES = st.tuples(st.lists(st.sampled_from(STARTS), max_size=4).map("".join), st.sampled_from(ENDS) | INLINE_TEXTS).map(
    "".join
)
BLOCK_TEXTS = st.lists(LINES, max_size=9).map("\n".join)
MANY = settings(max_examples=settings().max_examples * 8)  # 80,000 with --slow


@MANY
@given(BLOCK_TEXTS)
def test_blocks_are_blocks_to_the_judge(text):
    assert judged(text) is None


@MANY
@given(INLINE_TEXTS)
def test_what_is_marked_in_a_line_is_marked_to_the_judge(text):
    assert judged(text) is None


def test_the_judge_sees_what_is_none():
    """Else the properties would prove nothing."""
    assert differs([["strong", "a"]], theirs("*a*"))
    assert differs([], theirs("- a"))
    assert differs(ours(blocks("- a\n- b")), theirs("- a\n* b"))
    assert differs(ours(blocks("- a\n  - b")), theirs("- a\n- b"))
    assert differs(ours(blocks("```\na")), theirs("```\nb"))


def shape(text):
    """A text as it is read, in short."""
    return [_short(node) for node in blocks(text)]


def _short(node):
    match node:
        case Paragraph():
            parts = [node.line] if isinstance(node.line, str) else node.line
            return "".join(
                part if isinstance(part, str) else f"{{{'|'.join(map(str, mark_of(part)))}}}" for part in parts
            )
        case CodeBlock():
            return {node.language: node.text}
        case Listing():
            return (node.start, *[[_short(part) for part in item] for item in node.items])


BLOCK_CASES = {
    "": [],
    " \n\t\n": [],
    "a": ["a"],
    "a\n  b\n\n\n c ": ["a\n  b", " c "],
    "- a\n- b": [(None, ["a"], ["b"])],
    "a\n- b\n\n\n- c\nd\n\ne": ["a", (None, ["b"], ["c\nd"]), "e"],
    "- a\n* b\n+ c": [(None, ["a"]), (None, ["b"]), (None, ["c"])],
    "1. a\n7. b\n2) c": [(1, ["a"], ["b"]), (2, ["c"])],
    "0. a": [(0, ["a"])],
    "1234567890. a": ["1234567890. a"],
    "a\n2. b": ["a\n2. b"],
    "10.   a\n    \u3000": ["10.   a\n    \u3000"],
    "a\n1. b": ["a", (1, ["b"])],
    "a\n-\nb": ["a\n-\nb"],
    "a\n*\nb": ["a\n*\nb"],
    "-a\n1.b": ["-a\n1.b"],
    "- a\n  - b\n    1. c\n\n       d\n- e": [(None, ["a", (None, ["b", (1, ["c", "d"])])], ["e"])],
    "-\t- a\n\t- b": ["-\t- a\n\t- b"],
    "- a\n\n\tb": ["- a", "\tb"],
    "- a\n\t\n  b\n  \t": [(None, ["a", "b"])],
    "-\n  a": [(None, ["a"])],
    "- \n- a": [(None, [], ["a"])],
    "-\n\n  a": ["-", "  a"],
    "-\n  \n  - a": ["-", "  - a"],
    "> a\n    \n- b": ["> a", (None, ["b"])],
    ">\n\n- b": [">", (None, ["b"])],
    "-     a": [(None, ["    a"])],
    "- a\n\n      b": [(None, ["a", "    b"])],
    "    a **b**\n\n\tc": ["    a **b**", "\tc"],
    "a\n    b **c**": ["a\n    b {strong|c}"],
    "- - -\n* * *\n___": ["- - -\n* * *\n___"],
    "a\n---\n**b**\n===\n# c\n#d": ["a\n---\n{strong|b}\n===\n# c\n#d"],
    "> a\n> - b\nc `d`\n- e": ["> a\n> - b\nc `d`\n- e"],
    "> a\n> - b\nc `d`\n\n- e": ["> a\n> - b\nc `d`", (None, ["e"])],
    "> a\n```\nb": ["> a\n```\nb"],
    "- > a\nb": ["- > a\nb"],
    "a **b**\n> c": ["a {strong|b}\n> c"],
    "- > a\n  b\n\n  c": [(None, ["> a\nb", "c"])],
    "> ```\n> a\nb `c`": ["> ```\n> a\nb `c`"],
    "> ```\n> a\n\nb `c`": ["> ```\n> a", "b {code span|c}"],
    ">\n> 1. a\n>\n> b": [">\n> 1. a\n>\n> b"],
    "```\na\n\n  b\n```\nc": [{"": "a\n\n  b"}, "c"],
    "``` sh x\na\n````` \nb": [{"sh": "a"}, "b"],
    "~~~ a`b ~~~\n```\n~~": [{"a`b": "```\n~~"}],
    "``` a`b\nc": ["``` a`b\nc"],
    "  ```\n   a\n b\n    c\n   ```": [{"": " a\nb\n  c"}],
    "  ```\n\ta\n```": ["  ```\n\ta\n```"],
    "```\n\ta\n\t```\n```": [{"": "\ta\n\t```"}],
    "    ```\na": ["    ```\na"],
    "- ```\n  a\n\n    b\nc": [(None, [{"": "a\n\n  b"}]), "c"],
    "- ```\n\ta\n  \tb": ["- ```\n\ta\n  \tb"],
    "- ```\n    a\n  \tb": [(None, [{"": "  a\n\tb"}])],
    "```": [{"": ""}],
    "``\na\n``": ["{code span|a}"],
    "<div>\n- a\n</div>": ["<div>", (None, ["a\n</div>"])],
    "| a |\n| - |\n| **b** |": ["| a |\n| - |\n| {strong|b} |"],
    "[a]: https://a.b\n- b": ["[a]: https://a.b\n- b"],
    "- b\n\n> [a\n> ]: https://a.b": ["- b", "> [a\n> ]: https://a.b"],
    "[a] b: **c**": ["[a] b: {strong|c}"],
    "10.   a\n    - b": ["10.   a\n    - b"],
    "10. a\n   - b": [(10, ["a"]), (None, ["b"])],
    "- " * 8 + "a": [(None, [(None, [(None, [(None, [(None, [(None, [(None, [(None, ["a"])])])])])])])])],
    "- " * 9 + "**a**": ["- " * 9 + "**a**"],
}


@pytest.mark.parametrize("text", BLOCK_CASES)
def test_blocks_as_commonmark_has_them(text):
    assert shape(text) == BLOCK_CASES[text]
    assert judged(text) is None


LINE_CASES = {
    "a `b c` ``d ` e`` `` ` `` ` f `": "a {code span|b c} {code span|d ` e} {code span|`} {code span|f}",
    "`a``b` `c": "{code span|ab}".replace("ab", "a``b") + " `c",
    "`a\n b` ` ` `` ``": "{code span|a b} {code span|} {code span|}",
    "\\`a` b`": "\\`a{code span|b}",
    "**a** **b c**, a**b**c **a `b`**": "{strong|a} {strong|bc}, a{strong|b}c {strong|ab}",
    "**a\nb** **a b**c**": "{strong|ab} {strong|ab}c**",
    "** a** **a ** **** ***a*** **a": "** a** **a ** **** ***a*** **a",
    "*a* _a_ __a__ ~~a~~ *a **b** c*": "*a* _a_ __a__ ~~a~~ *a {strong|b} c*",
    "**a*b** **a_b** **a _b** **a _b_**": "**a*b** {strong|ab} **a _b** **a _b_**",
    "**a**— **a**€ €**a** a**(b)**": "**a**— **a**€ €**a** a**(b)**",
    "\\**a** \\\\**a** **a\\**": "\\**a** \\\\{strong|a} **a\\**",
    "[a](https://a.b) [a b](<http://a.b>) [a](mailto:a@b.c)": (
        "{link|a|https://a.b} {link|ab|http://a.b} {link|a|mailto:a@b.c}"
    ),
    "[a_(b)](https://a.b/c_(d)) [a] b](https://a.b)": "{link|ab|https://a.b/c_(d)} [a] b](https://a.b)",
    "[[a] b](https://a.b) `c`": "[[a] b](https://a.b) `c`",
    "[a\n  `b` **c**](https://a.b)": "{link|abc|https://a.b}",
    "[a](b) [**a**](b.md) **x [a](b) y**": "[a](b) [**a**](b.md) **x [a](b) y**",
    "[a](https://a.b \"t\") [a](https://a.b 't') [a](https://a.b (t))": (
        "[a](https://a.b \"t\") [a](https://a.b 't') [a](https://a.b (t))"
    ),
    "[](https://a.b) [ ](https://a.b) [a](https://u@a.b) [a]()": (
        "[](https://a.b) [ ](https://a.b) [a](https://u@a.b) [a]()"
    ),
    "[a](https://a.b/?c&amp;) `b`": "[a](https://a.b/?c&amp;) `b`",
    "[a](https://a.b/?c&d) [a](b c) `b`": "[a](https://a.b/?c&d) [a](b c) `b`",
    "[a](javascript:b) `c`": "[a](javascript:b) `c`",
    "![a](https://a.b) [![a](b)](https://a.b) ![a [b](c)](d)": (
        "![a](https://a.b) [![a](b)](https://a.b) ![a [b](c)](d)"
    ),
    "![a](https://a.b) `c`": "![a](https://a.b) {code span|c}",
    "[a [b](https://a.b) c [d] [e][f] g]": "[a {link|b|https://a.b} c [d] [e][f] g]",
    "[a [b](https://a.b) c](https://a.b)": "[a [b](https://a.b) c](https://a.b)",
    "\\[a](https://a.b) !\\[a](https://a.b) \\![a](https://a.b)": (
        "\\[a](https://a.b) !\\[a](https://a.b) \\!{link|a|https://a.b}"
    ),
    "[a `](https://a.b)` b](https://a.b)": "{link|ahttpsabb|https://a.b}",
    "**[a](https://a.b)** **a [b** c](https://a.b)": "**{link|a|https://a.b}** **a {link|bc|https://a.b}",
    "<https://a.b/?c> <HTTP://a> <mailto:a@b.c> <ftp://a> <a@b.c>": (
        "{link|httpsabc|https://a.b/?c} {link|HTTPa|HTTP://a} {link|mailtoabc|mailto:a@b.c} <ftp://a> <a@b.c>"
    ),
    "<https://a.b/?&lt;> <https://u@a.b> <https://" + "a" * 200 + ">": (
        "<https://a.b/?&lt;> <https://u@a.b> <https://" + "a" * 200 + ">"
    ),
    "[a <https://a.b> c](https://a.b) **d**": "[a <https://a.b> c](https://a.b) **d**",
    "<b>**c**</b>": "<b>{strong|c}</b>",
    "<x:*a*> **b**": "<x:*a*> **b**",
    "[" * 9 + "a](https://a.b) **b**": "[" * 9 + "a](https://a.b) **b**",
    "&amp; &#42;&#42;a** <!-- **b** -->": "&amp; &#42;&#42;a** <!-- {strong|b} -->",
}


@pytest.mark.parametrize("text", LINE_CASES)
def test_lines_as_commonmark_has_them(text):
    assert _short(Paragraph(inline(text))) == LINE_CASES[text]
    assert judged(f"a {text}") is None


def typed(part):
    """A part of a line with all its letters."""
    return (
        part.reference.title * (part.reference.title != part.reference.url) + part.reference.url
        if isinstance(part, Link)
        else plain(part)
    )


@MANY
@given(INLINE_TEXTS)
def test_no_letter_is_lost_or_moved(text):
    line = inline(text)
    if isinstance(line, str):
        assert line == text
    else:
        assert re.sub(r"[\W_]", "", "".join(map(typed, line))) == re.sub(r"[\W_]", "", text)


@MANY
@given(BLOCK_TEXTS)
def test_a_text_without_layout_is_shown_as_it_was_typed(text):
    nodes = blocks(text)
    if is_literal(nodes):
        lines = [line for node in nodes for line in node.line.split("\n")]
        assert lines == [line for line in text.split("\n") if line.strip(" \t")]


@MANY
@given(BLOCK_TEXTS | INLINE_TEXTS)
def test_markdown_is_read_back_with_the_same_layout(text):
    nodes = blocks(text)
    judge = MarkdownIt("commonmark")
    assert told(judge.parse(dumps(Document("T", nodes, False), "markdown"))) == told(tokens_of(nodes))


def told_info(token):
    return token.info if token.type == "fence" and not re.search(r"[`&\\]", token.info) else ""


def told(tokens):
    """What tokens say, with the text of a line in one piece."""
    found = []
    for token in tokens:
        if token.type != "inline":
            found.append((token.type, token.attrs, told_info(token), token.content))
            continue
        line = [""]
        for child in token.children:
            if child.type in ("text", "softbreak", "hardbreak"):
                line[-1] += child.content or "\n" * child.type.endswith("break")
            else:
                line += [(child.type, child.attrs, child.content), ""]
        found.append(line)
    return found


TEXT = """\
Move it, and **watch the budget**.
A second line with `a | b`, [the guide](https://example.com/guide) and <https://example.com>.

3. Send 1 %:
   - no alert

   Or go back.
4. Go on

```sh
for step in 1 10; do
    ./set  "$step" && echo a very long line that is wider than any terminal of eighty columns is
done
```

Then rest.
"""


def checklist():
    tasks = [Task("t1", "Shift", description=TEXT), Task("t2", "Rest", description="- a\n- b")]
    return Checklist("x", "X", description=TEXT, phases=[Phase("p", "P", description="* c", tasks=tasks)])


def test_text_shows_the_layout():
    lines = """\
X
=
x, version 1

Move it, and **watch the budget**.
A second line with `a | b`, the guide <https://example.com/guide> and
https://example.com.
3. Send 1 %:
   - no alert

   Or go back.
4. Go on

    for step in 1 10; do
        ./set  "$step" && echo a very long line that is wider than any terminal of eighty columns is
    done

Then rest.

01 P
   - c

   [ ] Shift
       t1: medium
       Move it, and **watch the budget**.
"""
    page = dumps(checklist(), "text")
    assert page.startswith(lines)
    assert page.endswith("\n       Then rest.\n\n   [ ] Rest\n       t2: medium\n       - a\n       - b\n")
    assert "\n           3. Send 1 %:\n" not in page
    assert "\n       3. Send 1 %:\n          - no alert\n\n          Or go back.\n       4. Go on\n" in page
    assert "\n   - no alert\n" in plain_text.dumps(checklist(), 40)


def test_html_shows_the_layout():
    page = dumps(checklist(), "html")
    assert '<p class="scl-prose">Move it, and <strong>watch the budget</strong>.<br>A second' in page
    assert (
        'with <code>a | b</code>, <a href="https://example.com/guide" rel="noopener noreferrer">the guide</a>' in page
    )
    assert (
        '<ol class="scl-prose" start="3">\n<li>Send 1 %:\n<ul class="scl-prose">\n<li>no alert\n</li>\n</ul>\n' in page
    )
    assert '<p class="scl-prose">Or go back.</p>\n</li>\n<li>Go on\n</li>\n</ol>\n' in page
    assert (
        '<pre class="scl-code" tabindex="0"><code class="language-sh">for step in 1 10; do\n    ./set  &quot;' in page
    )


def test_markdown_shows_the_layout():
    page = dumps(checklist(), "markdown")
    assert "**watch the budget**.\\\nA second line with `a | b`, [the guide](<https://example.com/guide>)" in page
    assert "\n3. Send 1 %:\n\n   * no alert\n\n   Or go back.\n\n4. Go on\n\n```sh\nfor step" in page
    assert "\n  3. Send 1 %:\n\n     * no alert\n\n     Or go back.\n\n  4. Go on\n\n  ```sh\n  for step" in page
    assert page.endswith("\n\n  * a\n  * b\n")


@pytest.mark.parametrize(
    ("format", "shown"),
    [
        ("text", "[ ] t  T\n       [x] Read `it`\n       [>] a\n       [ ] b\n"),
        ("markdown", "- [ ] **T** · `t`\n  - [x] Read `it`\n  - [ ] a\n  - [ ] b\n"),
        ("html", '<ul class="scl-steps"><li><span class="scl-mark scl-done" aria-hidden="true">☑</span> Read <code>it'),
    ],
)
def test_steps_are_boxes(format, shown):
    steps = Bullets([inline("Read `it`"), "a", "b"], marks=["done", "doing", "todo"])
    page = dumps(Document("D", [Items([Item("T", "t", body=[steps])], "task")], False), format)
    assert shown in page


@pytest.mark.parametrize("text", ["a b", " a", "`", "a``b", "` a `", " a ", "  ", "a|b", "a\\|b", "\\"])
def test_code_is_read_back_in_lines_and_in_tables(text):
    from servingchecklist.formats._document import Row, Table

    judge = MarkdownIt("commonmark").enable("table")
    table = Table(("A",), [Row(Item("T"), []), Row(Item("T", text), [])])
    for page in (Document("D", [Paragraph([Code([text])])], False), Document("D", [table], False)):
        codes = [
            child.content
            for token in judge.parse(dumps(page, "markdown"))
            for child in token.children or []
            if child.type == "code_inline"
        ]
        assert codes == [text]


def test_lists_that_follow_each_other_stay_apart_in_markdown():
    nodes = [Listing([[Paragraph("a")]]), Listing([[Paragraph("b")]]), Listing([[]], 1), Listing([[]], 10**9)]
    assert dumps(Document("D", nodes, False), "markdown") == ("* a\n\n+ b\n\n1. &#32;\n\n999999999) &#32;\n")


def test_a_language_that_could_end_its_line_is_left_out_of_markdown():
    page = dumps(Document("D", [CodeBlock("a\n````", "x`y"), CodeBlock("b", "c++")], False), "markdown")
    assert page == "`````\na\n````\n`````\n\n```c++\nb\n```\n"


def test_what_cannot_be_code_is_text_in_markdown():
    page = Document("D", [Paragraph([Code(["", "a\nb", "c"])])], False)
    assert dumps(page, "markdown") == ", a&#10;b and `c`\n"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("\na", "&#10;a"),
        ("a\n", "a&#10;"),
        ("\n\na\nb", "&#10;&#10;a\\\nb"),
        ("a\n\nb\n", "a\n\nb&#10;"),
        ("a\n\n\nb", "a&#10;&#10;&#10;b"),
    ],
)
def test_line_breaks_that_markdown_would_drop_are_references(text, written):
    assert _markdown.escape_paragraphs(text) == written
