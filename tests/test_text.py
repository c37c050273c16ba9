import pytest

from servingchecklist._text import escape_html, escape_markdown, join_words, printable, problem_in


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
        ("one\ntwo", "one\\\n  two"),
        ("one\n\ntwo", "one\n\n  two"),
        ("one\n\n\ntwo", "one&#10;&#10;&#10;two"),
        ("\none\n", "&#10;one&#10;"),
    ],
)
def test_markdown_is_escaped_where_it_would_mean_something(text, written):
    assert escape_markdown(text, "  ") == written


def test_words_are_listed_as_in_a_sentence():
    assert [join_words(list("abc"[:n])) for n in (0, 1, 2, 3)] == ["", "a", "a and b", "a, b and c"]
