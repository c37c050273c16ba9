"""No file keeps a reader busy for a second of CPU time, or makes it hold 200 MB, or raises anything but the documented error."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servingchecklist import loads
from servingchecklist.errors import ChecklistError, LimitError
from threats import bombs
from threats.measuring import printed_by

SECONDS = 1.0
MEGABYTES = 200


def set_off(chosen):
    """What came of each bomb, all in one process."""
    found = printed_by("bombs", given=chosen)
    assert [tuple(one["bomb"]) for one in found] == [tuple(one) for one in chosen]
    return found


def harmful(found):
    """Those that took too long, held too much or raised something else; in words."""
    return [
        f"{' '.join(map(str, one['bomb']))}: {one['came']}, {one['seconds']:.2f} s, {one['megabytes']:.0f} MB"
        for one in found
        if one["seconds"] >= SECONDS
        or one["megabytes"] >= MEGABYTES
        or one["came"].startswith(("no end", "not documented"))
    ]


def test_there_are_enough_families():
    assert len(bombs.JSON) >= 50
    assert len(bombs.TOML) >= 60
    assert len(bombs.YAML) >= 60


def test_bombs_are_of_about_the_size_they_should_be():
    """A bomb that came out small would prove nothing, and one beyond the limit of bytes no more. Some grow by steps."""
    for (format, name), make in bombs.FAMILIES.items():
        assert 12_000 <= len(make(30_000)) <= 31_000, (format, name)


def batches():
    """All families at the size that costs most, which is 0 here, in a few processes."""
    chosen = [(format, name, 0) for format, name in bombs.FAMILIES]
    return [chosen[start::6] for start in range(6)]


@pytest.mark.parametrize("chosen", batches(), ids=lambda chosen: f"{len(chosen)} families")
def test_no_family_does_harm_right_below_the_limits(chosen, some):
    assert harmful(set_off(some(chosen, 10))) == []


@pytest.mark.parametrize(
    "bomb",
    [
        ("json", "many keys"),
        ("json", "flat objects"),
        ("json", "wrong tips"),
        ("toml", "many keys"),
        ("toml", "white space"),
        ("yaml", "one key many times"),
        ("yaml", "long text of words"),
        ("yaml", "wrong tips"),
    ],
)
def test_the_size_that_costs_most_is_right_below_the_limits(bomb):
    """A bomb that came out small would prove nothing, and one that is refused for its size no more."""
    make = bombs.FAMILIES[bomb]
    size = bombs.size_at_limit(bomb[0], make)
    with pytest.raises(ChecklistError) as caught:
        loads(make(size), bomb[0])
    assert not isinstance(caught.value, LimitError)
    with pytest.raises(LimitError, match="pass Limits"):
        loads(make(int(size * 1.2)), bomb[0])


def test_small_bombs_do_no_harm():
    """Every third family in each small size; all of them with ``--slow``."""
    chosen = [
        (format, name, size)
        for shift, size in enumerate(bombs.SIZES)
        for format, name in list(bombs.FAMILIES)[shift::3]
    ]
    assert harmful(set_off(chosen)) == []


def test_what_is_too_large_is_refused_for_its_size_alone():
    names = [("json", "nested arrays", 26_000_000), ("json", "white space", 26_000_000)]
    names += [
        ("toml", name, size) for name in ("dotted key", "long comment", "quotes") for size in (6_000_000, 24_000_000)
    ]
    found = set_off(names)
    assert harmful(found) == []
    assert {one["came"] for one in found} == {"LimitError"}
    assert max(one["seconds"] for one in found) < 0.1


@pytest.mark.slow
@pytest.mark.parametrize("size", [*bombs.SIZES, 4_000_000, bombs.LARGEST])
@pytest.mark.parametrize("format", ["json", "toml", "yaml"])
def test_no_family_does_harm_at_any_size(format, size):
    assert harmful(set_off([(one, name, size) for one, name in bombs.FAMILIES if one == format])) == []


LONG_KEY = "{" + ".".join("k" * 12) + " = 1}"


def depth(value):
    """How deep tables and arrays stand inside each other."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + max(map(depth, inner), default=0) if isinstance(value, dict | list) else 0


@pytest.mark.parametrize("opening", ['"', "'", '"""', "'''"])
@given(
    st.lists(st.sampled_from(['"', "'", '""', "''", '"""', "'''", "a", "\\", "#", "\n", ", ", " "]), max_size=9).map(
        "".join
    )
)
def test_no_string_or_comment_hides_a_long_key(opening, hidden):
    """Wherever the parser sees the key, the limits see it too: what is a string and what is not is told apart as the parser does."""
    text = f"x = [{opening}{hidden}, {LONG_KEY}]"
    try:
        seen = depth(tomllib.loads(text)) > 9
    except tomllib.TOMLDecodeError:
        seen = False
    if seen:
        with pytest.raises(LimitError, match="has a key of too many parts"):
            loads(text, "toml")


@pytest.mark.parametrize(
    "hidden",
    [
        '"a"',
        '"""a"""',
        '"""a""""',
        '"""a"""""',
        '""""""',
        '"""""""',
        '""""""""',
        "'a'",
        "'''a''''",
        "'''a'''''",
        "'''''''",
        '"\\""',
        '"""\\""""',
        "'\\'",
        '"#"',
        "'''\\'''",
        '"\'"',
        "'\"'",
        '#"\n1',
        "#'\n1",
    ],
)
def test_what_looks_like_the_end_of_a_string_hides_no_long_key(hidden):
    text = f"x = [{hidden}, {LONG_KEY}]"
    assert depth(tomllib.loads(text)) > 9
    with pytest.raises(LimitError, match="has a key of too many parts"):
        loads(text, "toml")


def test_the_judge_sees_harm():
    """The clock, the memory and the errors are measured, and not only looked at."""
    script = (
        "from threats import bombs; from threats.bombs import set_off, most_memory; import json;"
        "bombs.PATIENCE = 0.2; before = most_memory();"
        "came = [set_off('json', '', lambda *_: exec('while True: pass'), ValueError)[0],"
        " set_off('json', '', lambda *_: {}['x'], ValueError)[0],"
        " set_off('json', '', lambda *_: int('x'), ValueError)[0],"
        " set_off('json', '', lambda *_: bytearray(b'x') * 50_000_000, ValueError)[0]];"
        "print(json.dumps([*came, most_memory() - before > 40]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=Path(__file__).parents[1], capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == ["no end", "not documented: KeyError", "ValueError", "sound", True]
    assert harmful([{"bomb": ["json", "x", 1], "came": "sound", "seconds": 1.2, "megabytes": 3}]) == [
        "json x 1: sound, 1.20 s, 3 MB"
    ]
    assert harmful([{"bomb": ["json", "x", 1], "came": "sound", "seconds": 0.2, "megabytes": 300}])
    assert harmful([{"bomb": ["json", "x", 1], "came": "sound", "seconds": 0.2, "megabytes": 30}]) == []


def test_no_description_keeps_a_writer_busy():
    """The layout of a text takes time that is linear in its length: ten times the text takes no more than a few times ten times the time."""
    found = printed_by("bombs_layout")
    assert len(found) >= 50
    # The longer texts are nearly as long as a text can be.
    worst = [one for one in found if max(one["seconds"]) >= 0.6 * SECONDS or one["megabytes"] >= MEGABYTES]
    superlinear = [one for one in found if one["seconds"][1] > 30 * (one["seconds"][0] + 0.003)]
    assert (worst, superlinear) == ([], [])
