"""The picture of a distribution: what it shows is what was sampled, and it can be read."""

from datetime import date
from functools import partial
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.cases import Cases
from helpers.pictures import BLUE, SVG, assert_labels_are_apart, boxes, large, read, texts, titles
from servingchecklist import Calendar, dumps, forecast, model_serving
from servingchecklist.results import Distribution

MONDAY = date(2026, 11, 30)


def of(*counts, calendar=None):
    """One that was finished on the first worked day so often, on the second so often, and so on."""
    days = [number for number, many in enumerate(counts, 1) for _ in range(many)]
    return Distribution(days, start=MONDAY, calendar=calendar or Calendar())


def early(step):
    """P50, P80 and P95 in the first bars, so many steps apart."""
    counts = [0] * 24
    for place, many in ((0, 50), (step, 30), (2 * step, 15), (23, 5)):
        counts[place] += many
    return of(*counts)


FINISHES = Cases(
    {
        "bundled": lambda: forecast(model_serving(), start=MONDAY, people=2, seed=7, samples=500).finish,
        "200 tasks": lambda: forecast(large(), start=MONDAY, people=3, samples=60).finish,
        "one day": lambda: of(7),
        "one sample": lambda: Distribution([3.5], start=MONDAY),
        "two days": lambda: of(1, 1),
        "a long tail": lambda: of(96, *[0] * 60, 2, *[0] * 60, 2),
        "early, then late": lambda: of(40, 20, *[0] * 90, 25, *[0] * 100, 15),
        "early, late, late": lambda: of(60, *[0] * 100, 22, 3, 15),
        "a thousand days": lambda: of(*range(1, 1_000, 7)),
        "centuries": lambda: Distribution([5, 90_000, 200_000], start=MONDAY),
        "rare": lambda: of(*[1] * 24),
        **{f"levels {step} bars apart": partial(early, step) for step in range(8)},
    }
)


@pytest.mark.parametrize("name", FINISHES)
def test_no_label_is_cut_off_or_lies_on_another(name):
    assert_labels_are_apart(read(FINISHES[name]))


def lines(root):
    """Where P50, P80 and P95 are and how far up they reach, by their labels."""
    dashed = [one for one in root.iter(f"{SVG}line") if one.get("stroke-dasharray")]
    found = {}
    for label in (one for one in root.iter(f"{SVG}text") if one.text.startswith("P")):
        side = -5 if label.get("text-anchor") == "end" else 5
        (line,) = [
            one
            for one in dashed
            if abs(float(one.get("x1")) + side - float(label.get("x"))) < 0.11
            and abs(float(one.get("y1")) + 8 - float(label.get("y"))) < 0.11
        ]
        found[label.text[:3]] = (line, label)
    return found


@pytest.mark.parametrize("name", FINISHES)
def test_no_line_runs_through_the_label_of_another(name):
    found = lines(read(FINISHES[name]))
    assert len(found) == 3
    for level, (_, label) in found.items():
        x, y = float(label.get("x")), float(label.get("y"))
        left, right = (x - 107, x) if label.get("text-anchor") == "end" else (x, x + 107)
        for other, (line, _) in found.items():
            if other != level and float(line.get("y1")) < y:
                assert not left < float(line.get("x1")) < right, f"{other} runs through {level}"


def test_bars_are_as_high_as_days_are_frequent():
    finish = of(10, 0, 30, 60)
    bars = boxes(read(finish), fill=BLUE)[:4]
    heights = [height for _, _, _, height in bars]
    assert heights == pytest.approx([heights[3] / 6, 0, heights[3] / 2, heights[3]], abs=0.11)
    assert titles(read(finish)) == [
        "2026-11-30: 10% of the samples, 10% by then",
        "2026-12-01: 0% of the samples, 10% by then",
        "2026-12-02: 30% of the samples, 40% by then",
        "2026-12-03: 60% of the samples, 100% by then",
    ]
    ticks = [label for label in texts(read(finish)) if label.endswith("%")]
    assert ticks == ["0%", "20%", "40%", "60%", "0%", "50%", "100%"]


def test_a_bar_is_as_high_as_its_share_on_the_axis():
    root = read(of(25, 75))
    (_, top, _, height) = boxes(root, fill=BLUE)[1]
    heights = {one.text: float(one.get("y")) - 4 for one in root.iter(f"{SVG}text") if one.get("text-anchor") == "end"}
    per_percent = (heights["0%"] - heights["80%"]) / 80
    assert height == pytest.approx(75 * per_percent, abs=0.11)
    assert top + height == pytest.approx(heights["0%"], abs=0.11)


def test_levels_are_dated_and_stand_at_the_end_of_their_day():
    finish = of(50, 30, 15, 5)
    root = read(finish)
    bars = boxes(root, fill=BLUE)[:4]
    for bar, name, day in zip(bars, ("P50", "P80", "P95"), (finish.p50, finish.p80, finish.p95), strict=False):
        line, label = lines(root)[name]
        assert label.text == f"{name} {day}"
        assert float(line.get("x1")) == pytest.approx(bar[0] + bar[2] + 1, abs=0.2)


def test_what_is_finished_by_then_climbs_to_all_of_it():
    (path,) = [one.get("d") for one in read(of(10, 0, 30, 60)).iter(f"{SVG}path") if one.get("fill") == "none"]
    heights = [float(point.split()[1]) for point in path[1:].split("L")]
    whole = heights[0] - heights[-1]
    assert [round((heights[0] - height) / whole, 2) for height in heights] == [0, 0.1, 0.1, 0.4, 1]


def test_many_days_share_a_bar():
    finish = FINISHES["a thousand days"]
    told = titles(read(finish))
    assert len(told) <= 24
    assert told[0].startswith("2026-11-30 to 2026-12-")
    assert told[-1].endswith(" 100% by then")


def test_the_picture_is_told_in_words():
    root = read(of(50, 30, 15, 5))
    assert (root.get("role"), root.find(f"{SVG}title").text) == ("img", "When it is finished")
    assert root.find(f"{SVG}desc").text == (
        "Finished from 2026-11-30 to 2026-12-03: P50 is 2026-11-30, P80 is 2026-12-01, P95 is 2026-12-02. 100 samples."
    )


def test_the_picture_brings_its_ground_in_light_and_in_dark():
    assert "prefers-color-scheme: dark" in dumps(FINISHES["bundled"], "svg")


@given(st.lists(st.floats(0, 3_000), min_size=1, max_size=60))
def test_any_distribution_can_be_read(days):
    root = read(Distribution(days, start=MONDAY))
    assert_labels_are_apart(root)
    bars = boxes(root, fill=BLUE)[:-1]
    assert all(left[0] + left[2] <= right[0] + 0.11 for left, right in pairwise(bars))
    assert all(top >= 54 and top + height == pytest.approx(244, abs=0.11) for _, top, _, height in bars)
