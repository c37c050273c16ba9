import re
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servingchecklist import _markdown
from servingchecklist._markdown import escape, escape_paragraphs, escape_within
from servingchecklist._text import (
    columns,
    count,
    escape_html,
    join_words,
    lead,
    printable,
    problem_in,
    split_number,
    without_number,
    wrap,
)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a\x00", "holds the control character U+0000 at position 1"),
        ("\x9b", "holds the control character U+009B at position 0"),
        ("ab\u202e", "holds the bidirectional control U+202E at position 2"),
        ("\ud800", "holds the lone surrogate U+D800 at position 0"),
        ("a\nb", "holds the line break U+000A at position 1"),
        ("a\u2028b", "holds the line break U+2028 at position 1"),
        ("a\tb", "holds the control character U+0009 at position 1"),
    ],
)
def test_what_a_line_may_not_hold_is_named_with_its_place(text, problem):
    assert problem_in(text, line=True) == problem


def test_long_texts_may_hold_line_breaks_and_tabs():
    assert problem_in("a\n\tb", line=False) is None
    assert problem_in("é\n\tb", line=False) is None
    assert problem_in("a\rb", line=False) == "holds the line break U+000D at position 1"


@pytest.mark.parametrize("text", ["plain", "naïve ☕ 👩\u200d🚀", "\u200e\u200f marks are no overrides", "\ufeff"])
def test_ordinary_text_of_any_script_is_welcome(text):
    assert problem_in(text, line=True) is None


def test_what_does_not_print_is_escaped_and_the_rest_is_left_alone():
    assert printable("naïve") == "naïve"
    assert printable("a\x1b'b") == "a\\x1b'b"


def test_html_is_escaped_for_text_and_for_attributes():
    assert escape_html("""<a href="x" title='y'>&amp;""") == "&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;amp;"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("snake_case stays", "snake_case stays"),
        ("_this_ does not", "\\_this\\_ does not"),
        ("a * b", "a \\* b"),
        ("# no heading", "\\# no heading"),
        ("- no list", "\\- no list"),
        ("1. no list", "1\\. no list"),
        ("2-3 days", "2-3 days"),
        ("R&D &amp; co", "R&D \\&amp; co"),
        (" edges ", "&#32;edges&#32;"),
        ("\u00a0", "&#160;"),
        ("2. ", "2\\.&#32;"),
        ("10.5 days", "10.5 days"),
        ("one\ntwo", "one\\\ntwo"),
        ("one\n\ntwo", "one\n\ntwo"),
        ("one\n\n\ntwo", "one&#10;&#10;&#10;two"),
        ("\none\n", "&#10;one&#10;"),
    ],
)
def test_markdown_is_escaped_where_it_would_mean_something(text, written):
    assert escape_paragraphs(text) == written


def test_behind_something_on_its_line_a_text_opens_no_block():
    assert escape("- a", starts=False) == "- a"
    assert escape("1. a", starts=False) == "1. a"
    assert escape("a\nb", starts=False) == "a&#10;b"


def test_within_a_line_white_space_stays_as_it_is():
    assert escape_within(" a ") == " a "
    assert escape_within(" *a* ") == " \\*a\\* "
    assert escape_within("&amp") == "\\&amp"  # a semicolon may follow


@given(st.text(alphabet=st.sampled_from("a1 .)*_&;#-=\n\t\u00a0é模"), max_size=12))
def test_the_quick_way_writes_what_the_slow_one_does(text):
    never = re.compile("(?!)")
    quick = escape(text), escape_within(text)
    with patch.multiple(_markdown, _PLAIN=never, _PLAIN_WITHIN=never):
        assert (escape(text), escape_within(text)) == quick


@pytest.mark.parametrize(
    ("text", "wide"), [("abc", 3), ("naïve", 5), ("模型", 4), ("\uff57", 2), ("e\u0301", 1), ("👩\u200d🚀", 4), ("", 0)]
)
def test_wide_characters_take_two_columns_and_marks_none(text, wide):
    assert columns(text) == wide


def test_text_is_wrapped_between_words_behind_its_lead():
    assert list(wrap("one two three", "- ", 9)) == ["- one two", "  three"]
    assert list(wrap("模型 上线 前", "", 6)) == ["模型", "上线", "前"]
    assert list(wrap("模型上线前要核对", "", 7)) == ["模型上", "线前要", "核对"]
    assert list(wrap("abc模型abc", "- ", 7)) == ["- abc模", "  型abc"]
    assert list(wrap("  one\ntwo  three", "> ", 80)) == [">   one", "  two  three"]
    assert list(wrap("a word-that-is-too-long b", "", 8)) == ["a", "word-that-is-too-long", "b"]


def test_behind_a_lead_that_leaves_too_little_room_the_text_begins_on_the_next_line():
    assert list(wrap("one two three", "x" * 6, 10)) == ["xxxxxxone", "      two", "      three"]
    assert list(wrap("one two three", "x" * 7, 10)) == ["xxxxxxx", " one two", " three"]
    assert list(wrap("", "x" * 7, 10)) == ["xxxxxxx"]
    assert list(wrap("one", "x" * 11, 17)) == ["x" * 11, "  one"]


def test_lines_are_as_full_as_they_can_be():
    assert list(wrap("a b c d", "", 5)) == ["a b c", "d"]
    assert list(wrap("a b c d e", "- ", 5)) == ["- a b", "  c d", "  e"]
    assert list(wrap("模 b 型 d", "", 6)) == ["模 b", "型 d"]


@pytest.mark.parametrize(
    ("title", "number", "rest", "without"),
    [
        ("1. Audit", "1. ", "Audit", "Audit"),
        ("2) Audit", "2) ", "Audit", "Audit"),
        ("Phase 2: Roll out", "Phase 2: ", "Roll out", "Roll out"),
        ("Step 3 - Roll out", "Step 3 - ", "Roll out", "Roll out"),
        ("2.1 Audit", "2.1 ", "Audit", "2.1 Audit"),
        ("01 Foundation", "01 ", "Foundation", "01 Foundation"),
        ("Phase 2", "Phase 2", "Phase 2", "Phase 2"),
        ("1.", "1.", "1.", "1."),
        ("2.5 GB of RAM", "", "2.5 GB of RAM", "2.5 GB of RAM"),
        ("Audit", "", "Audit", "Audit"),
    ],
)
def test_the_number_that_a_title_has_itself_is_known(title, number, rest, without):
    assert split_number(title) == (number, rest)
    assert without_number(title) == without
    assert lead("7", title) == ("" if number else "7 ")


def test_words_are_listed_as_in_a_sentence():
    assert [join_words(list("abc"[:n])) for n in (0, 1, 2, 3)] == ["", "a", "a and b", "a, b and c"]


@pytest.mark.parametrize(
    ("number", "words"), [(0, "no launches"), (1, "1 launch"), (2, "2 launches"), (1_000, "1,000 launches")]
)
def test_a_number_of_things_is_singular_for_one_alone(number, words):
    assert count(number, "launch", "es") == words
    assert count(number, "task") == words.replace("launches", "tasks").replace("launch", "task")
