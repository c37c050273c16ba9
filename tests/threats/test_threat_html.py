"""Whatever the texts hold, the elements of the page are the same: judged by html5lib, which parses as browsers do."""

from __future__ import annotations

import json
from pathlib import Path

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from servingchecklist import Checklist, InvalidError, Reference, dumps, order
from servingchecklist.formats.html import fragment
from strategies import DOCUMENT, TEXT_FIELDS, checklists, texts, with_value

CORPUS = Path(__file__).parent / "corpus"
MARKUP = json.loads((CORPUS / "markup.json").read_text(encoding="utf-8"))
URLS = json.loads((CORPUS / "urls.json").read_text(encoding="utf-8"))

HARMLESS = "harmless"
CHECKLIST = Checklist.from_dict(DOCUMENT)


def page(checklist):
    return html5lib.parse(dumps(checklist, "html"), namespaceHTMLElements=False)


def shown_in_a_notebook(checklist):
    return html5lib.parse(fragment(checklist), namespaceHTMLElements=False)


def next_page(checklist):
    return html5lib.parse(dumps(order(checklist), "html"), namespaceHTMLElements=False)


def next_in_a_notebook(checklist):
    return html5lib.parse(order(checklist)._repr_html_(), namespaceHTMLElements=False)


VIEWS = (page, shown_in_a_notebook, next_page, next_in_a_notebook)


def skeleton(element):
    """The elements, what is inside what, and the attributes: their names, and the values of those that act on anything."""
    told = {name: value for name, value in element.attrib.items() if name not in ("href", "class")}
    return element.tag, told, "href" in element.attrib, element.get("class"), [skeleton(child) for child in element]


def words(element):
    """Every text of the tree, in order, with the comments that are none of ours left in to be seen."""
    return [text for one in element.iter() for text in (one.text, one.tail)]


def links(element):
    return [one.get("href") for one in element.iter() if one.get("href") is not None]


def differs(view, checklist, harmless, payload):
    """What is not the same in the two views, but for the payload that stands where the harmless word does."""
    found, expected = view(checklist), view(harmless)
    if skeleton(found) != skeleton(expected):
        return "skeleton"
    if words(found) != [text and text.replace(HARMLESS, payload) for text in words(expected)]:
        return "text"
    return "links" if links(found) != links(expected) else None


@pytest.mark.parametrize("view", VIEWS)
def test_the_views_show_the_texts_that_the_tests_below_put_there(view):
    """Else those tests would compare nothing."""
    shown = {
        name
        for name, field in TEXT_FIELDS.items()
        if HARMLESS in "".join(filter(None, words(view(field.checklist(HARMLESS)))))
    }
    if view in (page, shown_in_a_notebook):
        assert shown == set(TEXT_FIELDS)
    else:
        assert shown == {"checklist topic", "task title", "phase title"}


def test_the_judge_sees_what_is_not_escaped(monkeypatch):
    monkeypatch.setattr("servingchecklist.formats.html.escape_html", lambda text: text)
    field = TEXT_FIELDS["task title"]
    seen = [p for p in MARKUP if differs(shown_in_a_notebook, field.checklist(p), field.checklist(HARMLESS), p)]
    assert len(seen) > 200


@pytest.mark.parametrize("payload", MARKUP)
def test_a_payload_in_every_text_at_once_leaves_the_page_as_it_is(payload):
    everywhere, harmless = DOCUMENT, DOCUMENT
    for field in TEXT_FIELDS.values():
        everywhere, harmless = with_value(field.keys, payload, everywhere), with_value(field.keys, HARMLESS, harmless)
    view = VIEWS[MARKUP.index(payload) % len(VIEWS)]
    assert differs(view, Checklist.from_dict(everywhere), Checklist.from_dict(harmless), payload) is None
    assert differs(page, Checklist.from_dict(everywhere), Checklist.from_dict(harmless), payload) is None


def crowd(name, text_at):
    """A document with as many places for the field as there are payloads, so that a single parse judges them all."""
    field, count = TEXT_FIELDS[name], len(MARKUP)
    keys = field.keys
    if name == "checklist tip":
        return with_value(("tips",), [text_at(n) for n in range(count)])
    if name == "link title":
        return with_value(keys[:-2], [{"title": text_at(n), "url": "https://example.com/"} for n in range(count)])
    if name == "file title":
        return with_value(keys[:-2], [{"title": text_at(n), "url": "a.md"} for n in range(count)])
    if name == "guide title":
        guides = [{"title": text_at(n), "url": "a.md"} for n in range(count)]
        return with_value(
            ("phases",), [{"id": f"p{n}", "title": "P", "guide": guide} for n, guide in enumerate(guides)]
        )
    made = [{"id": f"x{n}", "title": "T"} | {field.name: text_at(n)} for n in range(count)]
    return with_value(("phases",), made if name.startswith("phase") else [{"id": "p", "title": "P", "tasks": made}])


@pytest.mark.parametrize(
    "name",
    [name for name in TEXT_FIELDS if name not in ("checklist title", "checklist topic", "checklist description")],
)
@pytest.mark.parametrize("view", [page, next_page])
def test_all_payloads_beside_each_other_in_one_field_leave_the_page_as_it_is(name, view):
    found = view(Checklist.from_dict(crowd(name, MARKUP.__getitem__)))
    expected = view(Checklist.from_dict(crowd(name, "harmless {}.".format)))
    shown = [text for text in words(expected) if text]
    for number in reversed(range(len(MARKUP))):
        shown = [text.replace(f"harmless {number}.", MARKUP[number]) if "harmless" in text else text for text in shown]
    assert skeleton(found) == skeleton(expected)
    assert [text for text in words(found) if text] == shown


@pytest.mark.slow
@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("name", TEXT_FIELDS)
def test_each_payload_alone_in_each_field_leaves_the_page_as_it_is(name, view):
    field = TEXT_FIELDS[name]
    harmless = field.checklist(HARMLESS)
    assert [p for p in MARKUP if differs(view, field.checklist(p), harmless, p)] == []


@pytest.mark.parametrize("name", ["checklist title", "checklist topic", "checklist description"])
def test_breakouts_alone_in_the_texts_of_the_checklist_leave_the_page_as_it_is(name):
    field = TEXT_FIELDS[name]
    harmless = field.checklist(HARMLESS)
    breakouts = [payload for payload in MARKUP if payload.startswith(("</", "<!", "-", "]", '"', "'"))]
    assert len(breakouts) > 60
    assert [p for p in breakouts if differs(page, field.checklist(p), harmless, p)] == []


@given(texts.filter(str.strip), st.sampled_from(sorted(TEXT_FIELDS)))
def test_any_text_that_may_be_stored_leaves_the_page_as_it_is(text, name):
    field = TEXT_FIELDS[name]
    text = text if field.may_hold(text) else "".join(text.split()).strip() or "x"
    assert differs(shown_in_a_notebook, field.checklist(text), field.checklist(HARMLESS), text) is None


def assert_nothing_acts(tree):
    """No script, no handler, nothing fetched: only links of the three schemes, which wait for a reader's click."""
    for element in tree.iter():
        assert element.tag not in ("script", "iframe", "object", "embed", "base", "link", "form", "img", "svg", "math")
        assert not [name for name in element.attrib if name.startswith("on")]
        assert not element.attrib.keys() & {
            "src",
            "srcset",
            "style",
            "action",
            "formaction",
            "data",
            "ping",
            "background",
            "http-equiv",
        }
        if element.tag == "a":
            assert element.get("href").lower().startswith(("http://", "https://", "mailto:"))
            assert element.get("rel") == "noopener noreferrer"
        else:
            assert "href" not in element.attrib
        if element.tag == "style":
            assert "url(" not in element.text
            assert "@import" not in element.text


@pytest.mark.parametrize("view", VIEWS)
def test_nothing_acts_on_a_page_of_payloads(view):
    checklist = CHECKLIST
    for payload in MARKUP[::20]:
        for field in TEXT_FIELDS.values():
            checklist = field.checklist(payload)
            assert_nothing_acts(view(checklist))


@given(checklists())
def test_nothing_acts_on_the_page_of_any_checklist(checklist):
    assert_nothing_acts(page(checklist))


@pytest.mark.parametrize("url", URLS["refused"])
def test_addresses_of_another_kind_are_refused(url):
    with pytest.raises(InvalidError) as caught:
        Reference("A page", url)
    (fault,) = caught.value.faults
    assert (fault.path, fault.problem) == ("$.url", "is not an address")
    assert fault.hint == "write an http, https or mailto address, or a relative path such as 'guides/foundation.md'"


def test_addresses_of_another_kind_are_refused_at_every_place_of_a_document():
    for keys in (("phases", 0, "guide", "url"), ("phases", 0, "tasks", 0, "references", 0, "url")):
        for url in URLS["refused"]:
            with pytest.raises(InvalidError, match="is not an address"):
                Checklist.from_dict(with_value(keys, url))


@pytest.mark.parametrize("url", URLS["harmless"])
def test_other_addresses_become_the_link_that_was_written_or_text(url):
    keys = ("phases", 0, "tasks", 0, "references", 0, "url")
    found = page(Checklist.from_dict(with_value(keys, url)))
    assert_nothing_acts(found)
    if url.lower().startswith(("http://", "https://", "mailto:")):
        assert links(found) == ["https://example.com/guide", url]
        assert skeleton(found) == skeleton(page(CHECKLIST))
    else:
        assert links(found) == ["https://example.com/guide"]
        assert url in [one.text for one in found.iter("code")]


@pytest.mark.parametrize("case", [str.upper, str.title, str.swapcase])
@pytest.mark.parametrize(
    "lead", ["", " ", "\t", "\n", "\x01", "\u00a0", "\u200b", "/", "\\", "&Tab;", "&#9;", "%09", "%0a", ".", "-", "1"]
)
@pytest.mark.parametrize("scheme", ["javascript", "data", "vbscript", "file", "blob"])
def test_no_spelling_of_a_scheme_becomes_a_link(scheme, lead, case):
    for colon in (":", "&colon;", "&#58;", "&#x3A;", "%3A", "\uff1a", "\t:", "\\:"):
        url = f"{lead}{case(scheme)}{colon}alert(1)"
        try:
            reference = Reference("A page", url)
        except InvalidError as error:
            assert [fault.path for fault in error.faults] == ["$.url"]
        else:
            assert not reference.is_link
            keys = ("phases", 0, "tasks", 0, "references", 0, "url")
            assert links(shown_in_a_notebook(Checklist.from_dict(with_value(keys, url)))) == [
                "https://example.com/guide"
            ]
