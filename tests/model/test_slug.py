"""The law: an id that is valid, stable, new, and as near to the text as ASCII can be."""

import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servingchecklist import model_serving, slug
from servingchecklist._model._validation import is_id
from servingchecklist.errors import InvalidError

CORPUS = Path(__file__).parent.parent / "threats" / "corpus"
NAUGHTY = [
    text
    for name in ("naughty", "markup")
    for text in json.loads((CORPUS / f"{name}.json").read_text(encoding="utf-8"))
    if isinstance(text, str)
]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Prepare the roll-out", "prepare-the-roll-out"),
        ("  2. Schéma du modèle!  ", "2-schema-du-modele"),
        ("Übergröße & Co. (v2.1)", "ubergrosse-co-v2-1"),
        ("\uff21\uff22\uff23 \uff11\uff12 ﬁ ½ Ⓐ \u212a", "abc-12-fi-1-2-a-k"),
        ("İstanbul", "istanbul"),
        ("e\u0301te\u0301", "ete"),
        ("ser\u00advice a\u200bb", "service-ab"),
        ("\U0001f680 Deploy it", "deploy-it"),
        ("模型 v2", "v2-7f68f079"),
        ("模型", "item-c98e118e"),
        ("кириллица", "item-7aff089a"),
        ("\u04211 check", "1-check"),  # its first letter is Cyrillic, and most of the others are not
        ("", "item-e3b0c442"),
        ("!!!", "item-e84c538e"),
        ("\ud800", "item-91a681b9"),
        ("x" * 63 + " y", "x" * 63),
        ("x" * 70, "x" * 64),
        ("ab " * 20 + "模" * 60, "ab-" * 18 + "a-e4f55853"),
    ],
)
def test_an_id_is_made_of_any_text(text, expected):
    found = slug(text)
    assert is_id(found)
    assert found == expected


class Unsearchable(set):
    def __contains__(self, name):
        raise RuntimeError(name)


def test_ids_that_cannot_be_searched_are_refused():
    with pytest.raises(InvalidError, match=r"\$.taken: cannot be searched for an id.*give a set of them"):
        slug("C 1", Unsearchable())


def test_ids_that_are_taken_get_a_number_and_stay_within_their_length():
    assert slug("C 1", {"c-1"}) == "c-1-2"
    assert slug("C1", model_serving()) == "c1-2"
    assert slug("a", {"a": 1, "a-2": 2, "a-4": 4}) == "a-3"
    assert slug("a" * 70, ["a" * 64]) == "a" * 62 + "-2"
    assert slug("a" * 61 + "-b", ["a" * 61 + "-b"]) == "a" * 61 + "-2"
    taken = set()
    for _ in range(120):
        taken.add(slug("y" * 80, taken))
    assert len(taken) == 120
    assert max(map(len, taken)) == 64


@given(st.text() | st.sampled_from(NAUGHTY), st.integers(0, 12))
def test_every_text_has_ids_that_are_valid_stable_and_distinct(text, times):
    taken = []
    for _ in range(times + 1):
        taken.append(slug(text, taken))
    assert len(set(taken)) == times + 1
    assert all(map(is_id, taken))
    assert taken[0] == slug(text)


@given(st.from_regex(r"\A[a-z0-9]+(-[a-z0-9]+)*\Z").filter(lambda text: len(text) <= 64))
def test_an_id_of_words_stays_as_it_is(text):
    assert slug(text) == slug(text.upper()) == slug(f" {text}. ") == text


def test_naughty_strings_have_ids_that_tell_them_apart_where_the_letters_do_not():
    assert all(is_id(slug(text)) for text in NAUGHTY)
    words = ["модель", "данные", "模型", "데이터", "データ", "نموذج", "मॉडल"]
    assert len({slug(word) for word in words}) == len(words)


@pytest.mark.parametrize(
    "text",
    ["a" * 3_000_000, "a" + "\u0301\u0323" * 1_500_000, "\ufdfa" * 3_000_000, "- " * 1_500_000, "模" * 3_000_000],
)
def test_the_work_is_bounded(text):
    begun = time.process_time()
    assert is_id(slug(text))
    assert time.process_time() - begun < 5


class Everything:
    asked = 0

    def __contains__(self, item):
        self.asked += 1
        return True


class Word(str):
    __slots__ = ()


@pytest.mark.parametrize("text", [None, 3, b"a", ["a"], Word("a"), 1.5, object()])
def test_a_text_is_text(text):
    with pytest.raises(
        InvalidError, match=r"^\$\.text: is not text \(got .*\); write it as a plain string, in quotes$"
    ):
        slug(text)


@pytest.mark.parametrize("taken", [None, 3, "c1", True, iter(["a"]), len])
def test_ids_that_are_taken_are_a_collection(taken):
    with pytest.raises(InvalidError, match=r"^\$\.taken: is not a collection of ids \(got .*\); give a set of them$"):
        slug("a", taken)


def test_where_everything_is_taken_the_search_ends():
    taken = Everything()
    with pytest.raises(
        InvalidError, match=r"^\$\.taken: holds 100,000 ids that begin alike \(got 'A'\); use other titles"
    ):
        slug("A", taken)
    assert taken.asked == 100_000
