"""No control, bidirectional control or surrogate is stored, by whichever path a value is built; nor an id that only looks like one."""

from __future__ import annotations

import json
import pickle
import sys
import unicodedata
from functools import cache, partial

import attrs
import pytest
import tomli_w
from hypothesis import given
from hypothesis import strategies as st

from helpers.cases import Cases
from helpers.forecasts import START, forecast_of, history, levers_of_two_people, path_through, plan_of, slip_of
from helpers.strategies import (
    ALONE,
    BIDI_CONTROLS,
    CONTROLS,
    CROWDED,
    DOCUMENT,
    SURROGATES,
    TEXT_FIELDS,
    crowd,
    crowd_path,
    forecasts,
    is_seen,
    with_value,
)
from servingchecklist import (
    Calendar,
    Checklist,
    ForecastOptions,
    Phase,
    Reference,
    Task,
    dumps,
    forecast,
    levers,
    loads,
)
from servingchecklist.errors import InvalidError
from servingchecklist.results import ReviewItem, Slot

LINE_BREAKS = ["\n", "\r", "\u2028", "\u2029"]
TEMPLATES = ["{}", "{}ab", "a{}b", "ab{}"]
CASES = [
    (template.format(character), template.index("{"), character)
    for character in [*CONTROLS, *BIDI_CONTROLS, *SURROGATES, "\u2028", "\u2029"]
    for template in TEMPLATES
]


class Forged:
    """Pickles as what builds a value of ``kind`` with fields of the attacker's choice."""

    def __init__(self, kind, fields):
        self.parts = kind, fields

    def __reduce__(self):
        kind, fields = self.parts
        return partial(kind, **fields), ()


def construct(field, text):
    return field.kind(**field.fields(text))


def evolve(field, text):
    return attrs.evolve(field.kind(**field.fields("ab")), **{field.name: field.fields(text)[field.name]})


def unpickle(field, text):
    return pickle.loads(pickle.dumps(Forged(field.kind, field.fields(text))))


def from_dict(field, text):
    return Checklist.from_dict(field.document(text))


def from_json(field, text):
    return loads(json.dumps(field.document(text), ensure_ascii=text.isascii()), "json")


PATHS = dict.fromkeys((construct, evolve, unpickle), True) | dict.fromkeys((from_dict, from_json), False)
"""Paths that build a value, and whether it builds the object that has the field alone."""


def expected_problem(form, text, place, character):
    """What the library must say of ``character`` at ``place``; None where the field may hold it."""
    long = form in ("prose", "tip")
    blanks = "\n\t\u2028\u2029"
    if (form == "line" and not is_seen(text) and character in blanks) or (form == "tip" and not text.strip()):
        return "is empty"
    if character in (blanks if long else ""):
        return None
    kinds = [
        (LINE_BREAKS, "line break"),
        (CONTROLS, "control character"),
        (BIDI_CONTROLS, "bidirectional control"),
        (SURROGATES, "lone surrogate"),
    ]
    kind = next(words for characters, words in kinds if character in characters)
    return f"holds the {kind} U+{ord(character):04X} at position {place}"


def faults_of(build, field, text):
    """The path and problem of each fault with which ``build`` refuses ``text``; empty where it is stored."""
    try:
        build(field, text)
    except InvalidError as error:
        return [(fault.path, fault.message) for fault in error.faults]
    return []


def test_every_character_is_tried():
    assert len(CONTROLS) == 65
    assert len(BIDI_CONTROLS) == 9
    assert {c for c in map(chr, range(sys.maxunicode + 1)) if unicodedata.category(c) == "Cc"} == set(CONTROLS)


@pytest.mark.parametrize("build", PATHS)
@pytest.mark.parametrize("name", TEXT_FIELDS)
def test_refused_characters_are_refused_by_every_path(name, build):
    field = TEXT_FIELDS[name]
    path = field.inner_path if PATHS[build] else field.path
    wrong = {}
    for text, place, character in CASES:
        problem = expected_problem(field.form, text, place, character)
        expected = [(path, problem)] if problem else []
        if (found := faults_of(build, field, text)) != expected:
            wrong[text] = found
    assert wrong == {}


@pytest.mark.parametrize("name", CROWDED)
def test_refused_characters_are_refused_in_toml(name):
    texts = [text for text, _, _ in CASES]
    problems = [expected_problem(TEXT_FIELDS[name].form, *case) for case in CASES]
    with pytest.raises(InvalidError) as caught:
        loads(tomli_w.dumps(crowd(name, texts)), "toml")
    found = [(fault.path, fault.message) for fault in caught.value.faults]
    assert found == [(crowd_path(name, number), problem) for number, problem in enumerate(problems) if problem]


@pytest.mark.parametrize("name", ALONE)
def test_refused_characters_are_refused_in_the_first_lines_of_toml(name):
    field = TEXT_FIELDS[name]
    head = {key: value for key, value in DOCUMENT.items() if key != "phases"}
    for text, place, character in CASES:
        if problem := expected_problem(field.form, text, place, character):
            with pytest.raises(InvalidError) as caught:
                loads(tomli_w.dumps(head | {field.name: text}), "toml")
            assert [(fault.path, fault.message) for fault in caught.value.faults] == [(field.path, problem)]


@pytest.mark.parametrize("name", TEXT_FIELDS)
def test_line_breaks_and_tabs_are_kept_in_long_texts_only(name):
    field = TEXT_FIELDS[name]
    for text in ("a\nb", "a\tb", "a\n\n\tb\n"):
        if field.form in ("prose", "tip"):
            assert text in repr(field.checklist(text)).encode().decode("unicode_escape")
        else:
            assert [path for path, _ in faults_of(from_dict, field, text)] == [field.path]


def test_what_is_refused_is_told_in_one_printable_line():
    for text, place, character in CASES:
        if problem := expected_problem("prose", text, place, character):
            with pytest.raises(InvalidError) as caught:
                Task("a", "A", description=text)
            shown = repr(text)
            assert (
                str(caught.value)
                == f"$.description: {problem} (got {shown}); take it out; line breaks are written as \\n"
            )
            assert str(caught.value).isprintable()


@given(st.text(), st.sampled_from(sorted(TEXT_FIELDS)))
def test_a_field_holds_exactly_what_the_design_lets_it_hold(text, name):
    field = TEXT_FIELDS[name]
    assert (faults_of(from_dict, field, text) == []) == field.may_hold(text)


def test_many_at_once_are_judged_as_each_alone():
    """Large checklists are read column by column; a bad text among a thousand good ones must still be found."""
    tasks = [{"id": f"x{number}", "title": f"T{number}", "description": "D"} for number in range(1_000)]
    for key, text in (
        ("title", "T\u202e"),
        ("description", "D\x9b31m"),
        ("title", "T\ud800"),
        ("description", "\ud800"),
        ("title", " T"),
    ):
        document = with_value(
            ("phases",), [{"id": "p", "title": "P", "tasks": [*tasks[:700], tasks[700] | {key: text}, *tasks[701:]]}]
        )
        with pytest.raises(InvalidError) as caught:
            Checklist.from_dict(document)
        assert [fault.path for fault in caught.value.faults] == [f"$.phases[0].tasks[700].{key}"]


def test_halves_of_a_pair_in_neighbouring_texts_do_not_make_a_whole():
    tasks = [{"id": "a", "title": "A", "description": "\ud83d"}, {"id": "b", "title": "B", "description": "\ude00"}]
    with pytest.raises(InvalidError) as caught:
        Checklist.from_dict(with_value(("phases",), [{"id": "p", "title": "P", "tasks": tasks}]))
    assert [fault.path for fault in caught.value.faults] == [
        f"$.phases[0].tasks[{number}].description" for number in (0, 1)
    ]


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("name", TEXT_FIELDS)
def test_a_pickle_whose_bytes_were_changed_is_refused(name, protocol):
    field = TEXT_FIELDS[name]
    honest = pickle.dumps(field.kind(**field.fields("ZQZ")), protocol)
    assert honest.count(b"ZQZ") == 1
    with pytest.raises(InvalidError) as caught:
        pickle.loads(honest.replace(b"ZQZ", b"Z\x1bZ"))
    assert [fault.path for fault in caught.value.faults] == [field.inner_path]


FORECAST_FIELDS = Cases(
    {
        "title of a task": lambda: (forecast_of(["A"]).tasks[0], "title", "prose"),
        "owner of a task": lambda: (forecast_of(["A"]).tasks[0], "owner", "line"),
        "title of a phase": lambda: (forecast_of(["A"]).phases[0], "title", "line"),
        "owner of a slot": lambda: (Slot(id="a", start=START, finish=START), "owner", "line"),
        "owner of a closed task": lambda: (history().tasks[0], "owner", "line"),
        "words of a lever": lambda: (levers_of_two_people()[0], "words", "prose"),
        "topic of a forecast": lambda: (forecast_of(["A"]), "topic", "topic"),
        "topic of levers": lambda: (levers_of_two_people(), "topic", "topic"),
        "title of a span": lambda: (path_through(["A"])[0], "title", "prose"),
        "title of a cause": lambda: (ReviewItem(id="a", title="A", words="w"), "title", "prose"),
        "words of a cause": lambda: (ReviewItem(id="a", title="A", words="w"), "words", "prose"),
    }
)
"""Where a stranger's text stands in what is forecast: what holds it, the field, and its form."""


@pytest.mark.parametrize("build", ["evolve", "unpickle"])
@pytest.mark.parametrize("name", FORECAST_FIELDS)
def test_refused_characters_are_refused_in_what_is_forecast(name, build):
    value, field, form = FORECAST_FIELDS[name]
    fields = attrs.asdict(value, recurse=False)
    wrong = {}
    for text, place, character in CASES:
        problem = expected_problem(form, text, place, character)
        try:
            if build == "evolve":
                attrs.evolve(value, **{field: text})
            else:
                pickle.loads(pickle.dumps(Forged(type(value), fields | {field: text})))
            found = []
        except InvalidError as error:
            found = [(fault.path, fault.message) for fault in error.faults]
        if found != ([(f"$.{field}", problem)] if problem else []):
            wrong[text] = found
    assert wrong == {}


def test_refused_characters_are_refused_as_owners():
    checklist = plan_of(["A"])
    for character in [*CONTROLS, *BIDI_CONTROLS, *SURROGATES]:
        name = f"a{character}b"
        for ask in (
            partial(forecast, checklist, start=START),
            partial(levers, checklist, start=START),
            ForecastOptions,
        ):
            with pytest.raises(InvalidError) as caught:
                ask(owners={"t0": name}, samples=1)
            assert [fault.path for fault in caught.value.faults] == ["$.owners.t0"]
            with pytest.raises(InvalidError) as caught:
                ask(calendars={name: Calendar()}, samples=1)
            assert [fault.path for fault in caught.value.faults] == ["$.calendars"]


@given(forecasts)
def test_nothing_that_drives_a_terminal_is_written_of_any_forecast(made):
    for value in (made, made.finish):
        assert not set(dumps(value, "text")) & ({*CONTROLS, *BIDI_CONTROLS, *SURROGATES} - {"\n"})


def test_the_text_of_a_forecast_holds_what_was_stored_and_no_more_lines():
    said = ["\\x1b[31m", "%s {0}", "# By", "\u05d0\u05d1", "- [x]", "====="]
    for kind in (forecast_of, path_through, slip_of):
        found = dumps(kind(said), "text")
        assert all(text in found for text in said)
        plain = [f"{number}{'x' * (len(text) - 1)}" for number, text in enumerate(said)]
        assert len(found.split("\n")) == len(dumps(kind(plain), "text").split("\n"))


@cache
def lookalikes():
    """Characters that look like, or are folded to, one that an id may hold: none of them may be held itself."""
    allowed = set("abcdefghijklmnopqrstuvwxyz0123456789._-")
    folded = [
        c
        for c in map(chr, range(0x80, sys.maxunicode + 1))
        if unicodedata.normalize("NFKC", c).casefold() in allowed
        or unicodedata.normalize("NFKD", c)[:1].lower() in allowed
    ]
    scripts = (
        "CYRILLIC SMALL",
        "GREEK SMALL",
        "ARMENIAN SMALL",
        "LATIN SMALL",
        "LATIN LETTER SMALL",
        "CHEROKEE SMALL",
        "COPTIC SMALL",
    )
    lettered = [c for c in map(chr, range(0x80, 0x2E00)) if unicodedata.name(c, "").startswith(scripts)]
    digits = [c for c in map(chr, range(0x80, sys.maxunicode + 1)) if unicodedata.category(c) == "Nd"]
    marks = [
        *"\u2010\u2011\u2012\u2013\u2014\u2212\u00ad\ufe63\uff0d\u2024\uff0e\u3002\uff3f\ufe4d\u203f\u200b\u200c\u200d\u2060\ufeff"
    ]
    return sorted({*folded, *lettered, *digits, *marks})


def test_there_are_thousands_of_lookalikes():
    assert len(lookalikes()) > 1_000
    assert {"\u0430", "\uff43", "\U0001d41c", "\u03bf", "\u0131", "\u017f", "\u212a", "\u0661", "\u00b9"} <= set(
        lookalikes()
    )


@pytest.mark.parametrize("kind", [Checklist, Phase, Task])
@pytest.mark.parametrize("template", ["{}", "c{}", "{}1", "a{}b"])
def test_lookalikes_are_refused_in_ids(kind, template):
    for character in lookalikes():
        with pytest.raises(InvalidError) as caught:
            kind(template.format(character), "A")
        assert [(fault.path, fault.message) for fault in caught.value.faults] == [("$.id", "is not an id")], character


ID_PLACES = [("id",), ("phases", 0, "id"), ("phases", 0, "tasks", 0, "after", 0), ("phases", 0, "tasks", 1, "id")]


@pytest.mark.parametrize("keys", ID_PLACES, ids=str)
def test_lookalikes_are_refused_as_the_ids_of_documents(keys):
    for character in lookalikes()[:: max(1, len(lookalikes()) // 250)]:
        with pytest.raises(InvalidError) as caught:
            Checklist.from_dict(with_value(keys, f"c{character}"))
        assert "is not an id" in [fault.message for fault in caught.value.faults]


@pytest.mark.parametrize(
    "made",
    [
        "c1\n",
        "\nc1",
        "c1 ",
        " c1",
        "C1",
        "c1\0",
        "c\u0000",
        "",
        ".",
        "-c",
        "_c",
        ".c",
        "c/1",
        "c\\1",
        "../c",
        "c:1",
        "c*",
        "c%31",
        "c" * 65,
    ],
)
@pytest.mark.parametrize("keys", ID_PLACES, ids=str)
def test_what_is_nearly_an_id_is_refused(keys, made):
    with pytest.raises(InvalidError) as caught:
        Checklist.from_dict(with_value(keys, made))
    assert "is not an id" in [fault.message for fault in caught.value.faults]


@pytest.mark.parametrize("version", ["1\n", "1\u0661", "\uff11", "1 ", "", "-1", "1/2", "1\x1b", "v" * 65])
def test_what_is_nearly_a_version_is_refused(version):
    with pytest.raises(InvalidError) as caught:
        Checklist.from_dict(with_value(("version",), version))
    assert [(fault.path, fault.message) for fault in caught.value.faults] == [("$.version", "is not a version")]


@pytest.mark.parametrize("character", [*CONTROLS, *BIDI_CONTROLS, *SURROGATES], ids=ascii)
def test_refused_characters_are_refused_in_addresses(character):
    for url in (
        f"https://example.com/{character}",
        f"{character}https://example.com/",
        f"ht{character}tps://example.com/",
        f"a{character}.md",
    ):
        with pytest.raises(InvalidError) as caught:
            Reference("A", url)
        (fault,) = caught.value.faults
        assert fault.path == "$.url"
        assert fault.message == f"is not an address: {character!r} at position {url.index(character)}"


def test_the_document_of_these_tests_is_sound():
    assert Checklist.from_dict(DOCUMENT).to_dict() == DOCUMENT
