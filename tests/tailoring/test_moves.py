"""Who has to move: as few as possible, and never one that can stay."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servingchecklist._tailoring.builder import neighbours, staying


def most(before, after):
    """How many can stay, found by trying all choices of them."""
    old = {name: place for place, name in enumerate(before)}
    common = [name for name in after if name in old]
    for size in range(len(common), 0, -1):
        if any(sorted(some, key=old.get) == list(some) for some in combinations(common, size)):
            return size
    return 0


@pytest.mark.parametrize(
    ("before", "after", "stay"),
    [
        ("", "", ""),
        ("abc", "", ""),
        ("", "abc", ""),
        ("abc", "abc", "abc"),
        ("abc", "xaybz", "ab"),
        ("abcd", "bcda", "bcd"),
        ("abcd", "dabc", "abc"),
        ("abcd", "acbd", "abd"),
        ("abcde", "eabcd", "abcd"),
        ("abcdef", "defabc", "abc"),
        ("ab", "ba", "a"),
    ],
)
def test_as_many_as_possible_stay(before, after, stay):
    assert staying(before, after) == set(stay)


@given(st.permutations("abcdefg").map("".join), st.lists(st.sampled_from("abcdefghi"), unique=True))
def test_those_that_stay_are_in_order_and_no_others_could_be_added(before, after):
    stay = staying(before, after)
    kept = [name for name in after if name in stay]
    assert kept == [name for name in before if name in stay]
    assert len(stay) == len(kept) == most(before, after)


def test_each_stands_behind_the_one_before_it():
    assert neighbours("abc") == {"a": "", "b": "a", "c": "b"}
    assert neighbours([]) == {}


def test_a_hundred_thousand_are_put_in_order_without_trying_all():
    names = [str(n) for n in range(100_000)]
    assert len(staying(names, [*names[50_000:], *names[:50_000]])) == 50_000
    assert len(staying(names, names[::-1])) == 1
