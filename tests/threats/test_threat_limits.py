"""What is written is read with the default limits, and no text passes a quick test that the exact one refuses."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servingchecklist import (
    Checklist,
    Launch,
    Limits,
    Overlay,
    Phase,
    Reference,
    Step,
    Task,
    changes,
    dumps,
    loads,
    tailor,
)
from servingchecklist.errors import InvalidError, LimitError
from servingchecklist.events import Begun, LaunchStarted, Noted
from servingchecklist.formats.limits import check_yaml

TEXT = 20_000


@pytest.fixture(scope="module")
def share(pytestconfig):
    """The part of the largest values that is tried by default; with --whole it is all of them."""
    return 1 if pytestconfig.getoption("--whole") else 20


def of_tasks(many, **fields):
    tasks = [Task(f"t{n}", f"Task {n}", **fields) for n in range(many)]
    return Checklist("x", "X", phases=[Phase("p", "P", tasks=tasks)])


def rich(many, steps):
    """Tasks with everything that a task can have."""
    return of_tasks(
        many,
        priority="high",
        effort="1-3 days",
        description="It is, as said, one: [a]\n\n* b\n" * 5,
        role="sre",
        section="Alerts",
        steps=[Step(f"s{n}", f"Step, {n}") for n in range(steps)],
        references=[Reference(f"R, {n}", f"https://example.com/{n}") for n in range(10)],
        labels=[f"l{n}" for n in range(10)],
        annotations={f"a{n}": "text, of a tool" for n in range(10)},
    )


def begun(number):
    at = datetime(2026, 1, 2, tzinfo=UTC) + timedelta(minutes=number)
    return Begun(f"t{number % 2_000}", by="x", at=at, note="It was, as said, begun.")


# One 4-byte character takes four bytes in the file, and makes the whole text take four bytes a character in memory.
@pytest.mark.parametrize(("character", "length"), [("a", 12_000), (",", 12_000), ("é", 6_000), ("語", 4_000), ("😀", 3_000), ('"', 6_000), ("\n", 6_000)])  # fmt: skip
def test_two_thousand_long_texts_are_read_from_json(character, length, share):
    checklist = of_tasks(2_000 // share, description="x" + character * (length - 2) + "x")
    assert loads(dumps(checklist, "json"), "json") == checklist


@pytest.mark.parametrize(("character", "length"), [("a", 2_000), (",", 2_000), ("é", 1_900), ("😀", 1_900), ("\\", 30)])
def test_two_thousand_texts_are_read_from_toml(character, length, share):
    checklist = of_tasks(2_000 // share, description="x" + character * (length - 2) + "x")
    assert loads(dumps(checklist, "toml"), "toml") == checklist


@pytest.mark.parametrize("character", ["a", "é", "語", "😀", "\n"])
@pytest.mark.parametrize("format", ["json", "toml", "yaml"])
def test_the_longest_text_is_read(character, format):
    checklist = of_tasks(3, description=character * TEXT)
    assert loads(dumps(checklist, format), format) == checklist
    with pytest.raises(InvalidError, match="is too long"):
        of_tasks(1, description=character * (TEXT + 1))


@pytest.mark.parametrize(("format", "many", "steps"), [("json", 2_000, 25), ("toml", 500, 5), ("yaml", 100, 5)])
def test_tasks_with_everything_are_read(format, many, steps, share):
    checklist = rich(many // share, steps)
    assert loads(dumps(checklist, format), format) == checklist


@pytest.mark.parametrize(("format", "events"), [("json", 24_990), ("toml", 10_000), ("yaml", 1_100)])
def test_a_launch_of_many_events_is_read(format, events, share):
    started = LaunchStarted(by="x", at=datetime(2026, 1, 1, tzinfo=UTC))
    launch = Launch(of_tasks(2_000), "x", events=[started, *map(begun, range(events // share))])
    assert loads(dumps(launch, format), format) == launch


def test_yaml_of_a_launch_that_went_on_for_long_is_read(share):
    started = LaunchStarted(by="ml-platform", at=datetime(2026, 1, 1, tzinfo=UTC))
    notes = [
        Noted(
            f"t{number % 9}",
            text="as planned, see the run",
            by="ml-platform",
            at=begun(number).at + timedelta(seconds=1),
        )
        for number in range(1_800)
    ]
    launch = Launch(of_tasks(40), "x", events=[started, *notes])
    text = dumps(launch, "yaml")
    check_yaml(text, Limits())
    if share == 1:
        assert loads(text, "yaml") == launch


@pytest.mark.parametrize(("format", "many", "steps"), [("json", 2_000, 25), ("toml", 250, 2), ("yaml", 45, 2)])
def test_a_tailored_checklist_with_its_base_and_layers_is_read(format, many, steps, share):
    base = rich(many // share, steps)
    task = base["t0"]
    set_all = [
        changes.SetTask(f"t{n}", description="Other, than before. " * 9, steps=task.steps, reason="It differs, here.")
        for n in range(many // share)
    ]
    overlay = Overlay("o", "O", changes=set_all)
    assert loads(dumps(overlay, format), format) == overlay
    tailored = tailor(base, overlay)
    again = loads(dumps(tailored, format), format)
    assert (again, again.base, again.layers) == (tailored, base, (overlay,))


def test_what_is_larger_gives_an_error_with_the_size_and_the_limit():
    checklist = of_tasks(2_000, description="a" * TEXT)
    with pytest.raises(LimitError, match=r"^\$: is too large: [\d,]+ bytes, and at most 25,000,000 are read; "):
        loads(dumps(checklist, "json"), "json")
    with pytest.raises(LimitError, match=r"^\$: holds 2,001 tasks, and at most 2,000 are read; "):
        loads(dumps(of_tasks(2_001), "json"), "json")
    long = dumps(of_tasks(400, description="a" * TEXT), "toml")
    with pytest.raises(
        LimitError, match=r"^\$: is too long for TOML, which is parsed slowly: it counts for [\d,]+ values"
    ):
        loads(long, "toml")


def exact(text):
    """The depth and the values of a JSON text, by a scan of its own."""
    outside = re.sub(r'"(?:[^"\\]|\\.)*"', "", text, flags=re.DOTALL)
    depth = most = 0
    for character in outside:
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(character, 0)
        most = max(most, depth)
    return most, max(sum(map(outside.count, ",[{")), 2 * outside.count(":"))


PIECES = st.sampled_from(
    ["[", "]", "{", "}", '"', '"', '\\"', "\\\\", ",", ":", "1", "a", " ", '"a":', '"["', '"]"', '""']
)
STRINGS = st.text(st.sampled_from('[]{}",\\a'), max_size=5)
VALUES = st.recursive(
    STRINGS | st.integers(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(STRINGS, inner, max_size=3),
    max_leaves=20,
)


@given(VALUES, st.integers(1, 6), st.integers(1, 12))
def test_valid_json_is_judged_exactly(value, nesting, values):
    text = json.dumps(value)
    depth, count = exact(text)
    allowed = depth <= nesting and count <= values
    with pytest.raises(InvalidError) as caught:  # it is no checklist
        loads(text, "json", Limits(nesting=nesting, values=values))
    assert (type(caught.value) is not LimitError) == allowed
    if count <= values:
        assert ("nests too deep" in str(caught.value)) == (depth > nesting)


@given(st.lists(PIECES, max_size=30).map("".join), st.integers(1, 3))
def test_no_text_reaches_the_parser_deeper_than_allowed(text, nesting):
    """What is no JSON counts up to the place where the parser gives up."""
    try:
        json.loads(text)
        end = len(text)
    except json.JSONDecodeError as error:
        end = error.pos
    depth, _ = exact(
        re.sub(r'"(?:[^"\\]|\\.)*$', "", re.sub(r'"(?:[^"\\]|\\.)*"', "", text[:end], flags=re.DOTALL), flags=re.DOTALL)
    )
    if depth > nesting:
        with pytest.raises(LimitError):
            loads(text, "json", Limits(nesting=nesting))
