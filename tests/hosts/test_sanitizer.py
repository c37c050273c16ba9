"""Outputs in a notebook that is not trusted, as JupyterLab's own sanitizer leaves them."""

import re
from collections import Counter
from functools import cache

import html5lib
import pytest

from hosts.outside import needs, run
from hosts.values import NAMES, value

pytestmark = needs("@jupyterlab/apputils")

# Attributes that it removes or rewrites, and without which a page still reads the same.
HINTS = {"aria-hidden", "aria-label", "rel", "role", "tabindex"}
UNSEEN = {"style", "script", "title", "svg"}  # with all that is in them
WITHIN_A_LINE = {
    "a",
    "abbr",
    "b",
    "code",
    "del",
    "em",
    "i",
    "ins",
    "kbd",
    "mark",
    "s",
    "small",
    "span",
    "strong",
    "sub",
    "sup",
    "time",
}


def fragment(name):
    return value(name)._repr_html_()


@cache
def remains():
    """Return each fragment as the sanitizer leaves it, by the name of the value."""
    return run("sanitize.cjs", {name: fragment(name) for name in NAMES}, seconds=60)


def tree(html):
    return html5lib.parseFragment(html, namespaceHTMLElements=False)


def is_seen(element):
    return isinstance(element.tag, str) and element.tag.rpartition("}")[2] not in UNSEEN


def lines(element):
    """The runs of text of each line, a line ending wherever a block begins or ends."""
    found = [[]]

    def walk(one):
        breaks = one.tag not in WITHIN_A_LINE
        if breaks:
            found.append([])
        if is_seen(one):
            found[-1].append(one.text or "")
            for child in one:
                walk(child)
                found[-1].append(child.tail or "")
        if breaks:
            found.append([])

    walk(element)
    return [line for line in found if "".join(line).strip()]


def words(html):
    """Return the words that can be read."""
    return [word for line in lines(tree(html)) for word in "".join(line).split()]


@pytest.mark.parametrize("name", NAMES)
def test_all_that_can_be_read_is_still_there(name):
    lost = Counter(words(fragment(name))) - Counter(words(remains()[name]))
    assert not list(lost.elements())


@pytest.mark.parametrize("name", NAMES)
def test_nothing_to_read_comes_in(name):
    more = Counter(words(remains()[name])) - Counter(words(fragment(name)))
    assert not list(more.elements())


@pytest.mark.parametrize("name", NAMES)
def test_words_stand_apart_without_a_style(name):
    """No two runs of a line touch with a letter or digit on either side, as a number and a title did."""
    for line in lines(tree(remains()[name])):
        runs = [one for one in line if one]
        pairs = zip(runs, runs[1:], strict=False)
        assert not [f"{one}|{other}" for one, other in pairs if (one[-1] + other[0]).isalnum()]


@pytest.mark.parametrize("name", NAMES)
def test_no_mark_is_drawn_by_a_style_alone(name):
    empty = [one.get("class") for one in tree(remains()[name]).iter("span") if not "".join(one.itertext()).strip()]
    assert not empty
    drawn = re.findall(r"content:\s*([^;}]*)", fragment(name))
    assert not [one for one in drawn if one.strip() not in {'""', "''", "none", "normal"}]


@pytest.mark.parametrize("name", NAMES)
def test_each_picture_is_left_whole_and_can_be_told(name):
    given = [(one.get("src"), one.get("alt")) for one in tree(fragment(name)).iter("img")]
    assert given == [(one.get("src"), one.get("alt")) for one in tree(remains()[name]).iter("img")]
    assert all(src and alt for src, alt in given)


def elements(html):
    """The elements that hold content, each with its attributes and its text, in order."""
    return [
        (one.tag, {name: value for name, value in one.attrib.items() if name not in HINTS}, *texts_of(one))
        for one in tree(html).iter()
        if one.tag != "style"
    ]


def texts_of(element):
    return [" ".join((text or "").split()) for text in (element.text, element.tail)]


@pytest.mark.parametrize("name", NAMES)
def test_nothing_but_the_style_and_hints_is_removed(name):
    assert elements(remains()[name]) == elements(fragment(name))
