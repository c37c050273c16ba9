"""The burn-up picture: what it shows is what happened, and it can be read."""

import re
from datetime import UTC, datetime, timedelta
from itertools import combinations
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.cases import Cases
from helpers.launches import END, SINCE, november, two_weeks
from helpers.strategies import launches, moments
from servingchecklist import Checklist, Launch, Phase, Task, dumps, events
from servingchecklist.formats.svg._axes import count_ticks, time_ticks
from servingchecklist.results import BurnUpPoint

SVG = "{http://www.w3.org/2000/svg}"
DONE, WAIVED, NOT_APPLICABLE = "#3f83d1", "#c27a0a", "#7d8590"


def read(review):
    return ElementTree.fromstring(dumps(review, "svg"))


def texts(root):
    return [one.text for one in root.iter(f"{SVG}text")]


def level(root, colour, at):
    """How many tasks high the line of that colour is at a share of its length."""
    (line,) = [one for one in root.iter(f"{SVG}path") if one.get("stroke") == colour]
    x, y = 40.0, None
    for command, first, second in re.findall(r"([MHV])([\d.]+)(?: ([\d.]+))?", line.get("d")):
        if command == "V":
            y = float(first)
        elif command == "M":
            x, y = float(first), float(second)
        else:
            x = float(first)
            if x > 40 + 500 * at:
                break
    top = max(float(one.text) for one in root.iter(f"{SVG}text") if one.text.isdigit())
    (height,) = [float(one.get("y")) - 4 for one in root.iter(f"{SVG}text") if one.text == f"{top:.0f}"]
    return round(top * (222 - y) / (222 - height), 1)


def launch_of(count, start=november(9)):
    tasks = [Task(f"t{number}", f"Task {number}") for number in range(count)]
    return Launch.start(Checklist("x", "X", phases=[Phase("p", "P", tasks=tasks)]), name="x-1", by="x", at=start)


def test_the_lines_are_as_high_as_tasks_were_closed():
    root = read(two_weeks().review(SINCE, at=END))
    # The 9th and 12th in the morning, the 13th, and the 18th: in the morning, after c4 was begun again, and when the waiver was over.
    for day, hour, done, closed in [
        (9, 10, 0, 0),
        (12, 10, 1, 1),
        (13, 9, 1, 2),
        (18, 9, 2, 3),
        (18, 12, 3, 4),
        (18, 20, 2, 3),
        (19, 9, 2, 2),
        (23, 9, 4, 5),
    ]:
        share = (november(day, hour) - november(9)) / (END - november(9))
        assert (level(root, DONE, share), level(root, WAIVED, share)) == (done, closed)


def test_nothing_is_closed_before_the_first_step():
    review = two_weeks().review(SINCE, at=END)
    start = review.burn_up[0]
    assert start == BurnUpPoint(review.started_at, done=0, waived=0)
    later = BurnUpPoint(november(12), done=1, waived=1, not_applicable=1)
    for steps in ((), (later,)):
        with_start = attrs.evolve(review, burn_up=(start, *steps))
        assert dumps(attrs.evolve(review, burn_up=steps), "svg") == dumps(with_start, "svg")


@given(launches())
def test_any_picture_ends_at_the_numbers_that_it_tells(launch):
    at = max(END, launch.events[-1].at)
    review = launch.review(launch.started - timedelta(minutes=1), at=at)
    root, now = read(review), review.now.overall
    assert level(root, DONE, 1) == now.done
    assert f"{now.done} done" in texts(root)
    assert ("1 task" if now.total == 1 else f"{now.total} tasks") in texts(root)
    if any(point.waived for point in review.burn_up):
        assert level(root, WAIVED, 1) == now.done + now.waived
        assert f"{now.waived} waived" in texts(root)
    else:
        assert not [one for one in root.iter() if WAIVED in one.attrib.values()]
    if any(point.not_applicable for point in review.burn_up):
        assert level(root, NOT_APPLICABLE, 1) == now.closed
        assert f"{now.not_applicable} not applicable" in texts(root)
    else:
        assert not [one for one in root.iter() if NOT_APPLICABLE in one.attrib.values()]


def box(text):
    """Where a text is at most: no system's sans-serif digits are wider than this."""
    width, x, y = 7 * len(text.text), float(text.get("x")), float(text.get("y"))
    left = {"start": x, "middle": x - width / 2, "end": x - width}[text.get("text-anchor")]
    return left, y - 11, left + width, y + 3


def all_done():
    launch = launch_of(9)
    for number in range(9):
        launch = launch.finish(f"t{number}", by="x", at=november(10 + number))
    return launch


def all_waivers_expired():
    launch = launch_of(9)
    for number in range(9):
        until = november(12 + number).date()
        launch = launch.waive(f"t{number}", reason="r", expires=until, by="x", at=november(10 + number))
    return launch


def all_closed_in_one_way_or_another():
    launch = all_waivers_expired()
    for number in range(3):
        launch = launch.finish(f"t{number}", by="x", at=november(22)).mark_not_applicable(
            f"t{number + 3}", reason="r", by="x", at=november(22, 12 + number)
        )
    return launch


def two_years():
    start = datetime(2024, 11, 20, 9, tzinfo=UTC)
    said = [events.Finished(f"t{number}", by="x", at=start + timedelta(days=3.5 * number)) for number in range(200)]
    return launch_of(200, start).record(*said)


def almost_done():
    launch = launch_of(200)
    for number in range(199):
        launch = launch.finish(f"t{number}", by="x", at=november(10))
    return launch.waive("t199", reason="r", expires=END.date(), by="x", at=november(11))


REVIEWS = Cases(
    {
        "no events": lambda: launch_of(9).review(SINCE, at=END),
        "no tasks": lambda: launch_of(0).review(SINCE, at=END),
        "one hour": lambda: (
            launch_of(9)
            .finish("t0", by="x", at=november(9))
            .review(november(9) + timedelta(minutes=9), at=november(9, 10))
        ),
        "thirty hours": lambda: launch_of(3).review(november(9, 20), at=november(10, 15)),
        "two years": lambda: two_years().review(
            datetime(2026, 11, 10, tzinfo=UTC), at=datetime(2026, 11, 20, tzinfo=UTC)
        ),
        "all done": lambda: all_done().review(SINCE, at=END),
        "all but one done": lambda: almost_done().review(SINCE, at=END),
        "not applicable": lambda: all_closed_in_one_way_or_another().review(SINCE, at=END),
        "waivers expired": lambda: all_waivers_expired().review(SINCE, at=END),
        "since before the start": lambda: all_done().review(november(1), at=END),
        "since a moment ago": lambda: all_done().review(END - timedelta(microseconds=1), at=END),
        "just started": lambda: launch_of(9, END).review(SINCE, at=END),
        "two weeks": lambda: two_weeks().review(SINCE, at=END),
        "as many as can be": lambda: launch_of(1_000).review(SINCE, at=datetime(9998, 12, 31, tzinfo=UTC)),
    }
)


@pytest.mark.parametrize("name", REVIEWS)
def test_no_label_is_cut_off_or_lies_on_another(name):
    root = read(REVIEWS[name])
    labels, width = list(root.iter(f"{SVG}text")), float(root.get("width"))
    boxes = {f"{number}: {one.text}": box(one) for number, one in enumerate(labels)}
    for label, (left, top, right, bottom) in boxes.items():
        assert (left >= 0, top >= 0, right <= width + 8, bottom <= 268) == (True,) * 4, label
    for (one, a), (other, b) in combinations(boxes.items(), 2):
        assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1], f"{one} lies on {other}"


def test_the_beginning_of_the_period_is_marked_where_it_lies_within_the_launch():
    assert "since 2026-11-16" in texts(read(REVIEWS["two weeks"]))
    assert "since 09:09" in texts(read(REVIEWS["one hour"]))
    assert not [text for text in texts(read(REVIEWS["since before the start"])) if text.startswith("since")]


def test_waivers_that_are_over_leave_their_band_and_a_count_of_none():
    root = read(REVIEWS["waivers expired"])
    assert "0 waived" in texts(root)
    assert level(root, WAIVED, 0.5) > level(root, WAIVED, 1) == 0


def test_the_numbers_are_told_in_words():
    assert read(REVIEWS["one hour"]).find(f"{SVG}desc").text == (
        "The launch was started on 2026-11-09. By 09:09: 1 of 9 done. By 10:00: 1 of 9 done."
    )
    assert read(REVIEWS["no tasks"]).find(f"{SVG}desc").text.endswith("By 2026-11-23: no tasks.")
    assert "1 task" in texts(read(launch_of(1).review(SINCE, at=END)))


def test_steps_that_were_made_by_hand_are_drawn_as_far_as_they_go():
    review = REVIEWS["two weeks"]
    point = attrs.evolve(review.burn_up[-1], at=END + timedelta(days=9), done=12)
    assert level(read(attrs.evolve(review, burn_up=(point,))), DONE, 1) == 12
    assert dumps(attrs.evolve(review, burn_up=()), "svg").count("<path") == 2


def test_the_picture_acts_on_nothing_and_brings_its_ground_in_light_and_in_dark():
    picture = dumps(REVIEWS["two weeks"], "svg")
    assert not re.search(r"\bid=|<script|href|url\(|style=", picture)
    assert 'fill="currentColor"' in picture
    assert "prefers-color-scheme: dark" in picture


def luminance(colour):
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(share * part for share, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_what_is_drawn_stands_out_in_light_and_in_dark():
    """Three to one for what is drawn and four and a half for text, as WCAG 2.1 asks; #121212 is what browsers have for dark."""
    inks, grounds = re.findall(r"(?<!-)color: (#\w+)", dumps(REVIEWS["two weeks"], "svg")), ("#ffffff", "#0d1117")
    assert len(inks) == 2
    for ink, ground in zip(inks, grounds, strict=True):
        assert contrast(ink, ground) >= 4.5
    for ground in (*grounds, "#121212"):
        assert min(contrast(DONE, ground), contrast(WAIVED, ground)) >= 3


def test_counts_are_marked_at_few_round_numbers():
    assert [list(count_ticks(most)) for most in (1, 2, 5, 9, 10, 26, 200)] == [
        [0, 1],
        [0, 1, 2],
        [0, 1, 2, 3, 4, 5],
        [0, 2, 4, 6, 8],
        [0, 2, 4, 6, 8, 10],
        [0, 10, 20],
        [0, 50, 100, 150, 200],
    ]
    assert all(3 <= len(count_ticks(most)) <= 6 for most in range(2, 3_000))


def labels(start, end):
    return [tick.label for tick in time_ticks(start, end)]


def test_moments_are_marked_at_the_ends_and_at_few_round_ones_between():
    assert labels(november(9), november(9) + timedelta(minutes=5)) == [
        "09:00",
        "09:01",
        "09:02",
        "09:03",
        "09:04",
        "09:05",
    ]
    assert labels(november(9), november(9, 19)) == ["09:00", "12:00", "14:00", "16:00", "19:00"]
    assert labels(november(9), november(11, 21)) == ["09:00", "00:00", "12:00", "00:00", "21:00"]
    assert labels(november(9), november(13)) == ["2026-11-09", "2026-11-11", "2026-11-12", "2026-11-13"]
    assert labels(november(9), END) == ["2026-11-09", "2026-11-16", "2026-11-23"]
    assert labels(november(9), datetime(2027, 2, 9, tzinfo=UTC)) == [
        "2026-11-09",
        "2026-12-01",
        "2027-01-01",
        "2027-02-09",
    ]
    assert labels(datetime(2020, 3, 3, tzinfo=UTC), END)[1:-1] == ["2022-01-01", "2024-01-01"]
    assert labels(END, END) == ["09:00"]


def test_a_time_just_at_the_edge_is_marked():
    """Of 100 minutes, 17 are the edge."""
    nine = november(9)
    for start, end, inner in ((43, 143, ["10:00", "10:30", "11:00"]), (37, 137, ["10:00", "10:30", "11:00"])):
        assert labels(nine + timedelta(minutes=start), nine + timedelta(minutes=end))[1:-1] == inner
    assert labels(nine + timedelta(minutes=44), nine + timedelta(minutes=144))[1:-1] == ["10:30", "11:00"]
    assert labels(nine + timedelta(minutes=36), nine + timedelta(minutes=136))[1:-1] == ["10:00", "10:30"]


def test_days_are_skipped_where_they_are_closer_than_six_to_the_axis():
    nine, six_days = november(9), timedelta(days=6)
    daily = ["2026-11-11", "2026-11-12", "2026-11-13", "2026-11-14"]
    assert labels(nine, nine + six_days)[1:-1] == daily
    assert labels(nine, nine + six_days + timedelta(seconds=3))[1:-1] == daily[::2]


def test_days_begin_where_they_do_in_the_time_zone_of_the_end():
    end = november(11).astimezone(ZoneInfo("America/New_York"))
    ticks = time_ticks(november(9), end)
    assert [(tick.label, tick.day) for tick in ticks] == [
        ("04:00", "2026-11-09"),
        ("00:00", "2026-11-10"),
        ("12:00", "2026-11-10"),
        ("04:00", "2026-11-11"),
    ]
    assert {tick.at.utcoffset() for tick in ticks} == {timedelta(hours=-5)}


@given(moments, st.integers(0, 10**9), st.sampled_from([1, 1_000, 10**6, 10**8]))
def test_marks_are_few_in_order_and_apart(start, span, unit):
    end = start + timedelta(microseconds=span * unit)
    times = [tick.at.timestamp() for tick in time_ticks(start, end)]
    assert len(times) <= 7
    assert times[0] == start.timestamp()
    length = end.timestamp() - times[0]
    if length:
        assert times[-1] == end.timestamp()
        assert min((later - earlier) / length for earlier, later in zip(times, times[1:], strict=False)) > 0.1
