"""What the pictures of the bundled checklist and of a launch of it look like, as whole files.

After a change on purpose: UPDATE_SNAPSHOTS=1 python -m pytest tests/formats/test_picture_snapshots.py, then look at the pictures.
"""

import json
import os
import re
from datetime import date, timedelta, timezone
from functools import cache, partial
from hashlib import sha256
from pathlib import Path
from xml.etree import ElementTree

import attrs
import pytest

from helpers.cases import Cases
from helpers.forecasts import BOUNDS
from helpers.launches import END, november, two_weeks
from helpers.pictures import OWNERS, SVG, chain, large
from servingchecklist import (
    Calendar,
    Checklist,
    Effort,
    Launch,
    Phase,
    Task,
    critical_path,
    dumps,
    forecast,
    model_serving,
)
from servingchecklist.results import BurnUpPoint, Review

SNAPSHOTS = Path(__file__).parent.parent / "picture_snapshots"
CHECKLIST = model_serving()
LAUNCH = two_weeks()


@cache
def planned():
    return forecast(
        CHECKLIST,
        start=date(2026, 11, 30),
        people=2,
        seed=7,
        owners={task.id: OWNERS[place % 3] for place, task in enumerate(CHECKLIST)},
        due={"c9": date(2026, 12, 16)},
        today=date(2026, 11, 27),
    )


WHO = {"by": "ml-platform"}


def all_kinds_of_closed():
    launch = Launch.start(CHECKLIST, name="fraud-v3", at=november(9), **WHO).finish("c1", at=november(10), **WHO)
    launch = launch.waive("c2", reason="r", expires=date(2026, 11, 18), at=november(11), **WHO)
    return launch.mark_not_applicable("c6", reason="r", at=november(13), **WHO).finish("c3", at=november(17), **WHO)


VALUES = Cases(
    {
        "checklist": lambda: CHECKLIST,
        "critical-path": lambda: critical_path(CHECKLIST),
        "forecast": planned,
        "finish": lambda: planned().finish,
        "launch-forecast": lambda: LAUNCH.forecast(at=END, people=2, seed=7),
        "launch-critical-path": lambda: LAUNCH.critical_path(at=END),
        "review": lambda: all_kinds_of_closed().review(november(12), at=november(20)),
    }
)


def loose(many, phases=1, tied=0):
    """So many tasks that nothing ties to another, and some that follow each other."""
    groups = [[Task(f"p{phase}-t{n}", f"Task {n} of {phase}") for n in range(many)] for phase in range(phases)]
    groups[0] += [Task(f"x{n}", f"Tied {n}", after=[f"x{n - 1}"] if n else []) for n in range(tied)]
    return Checklist(
        "x", "X", phases=[Phase(f"p{phase}", f"Phase {phase}", tasks=tasks) for phase, tasks in enumerate(groups)]
    )


def over(**duration):
    """The review of a launch of that length in which each task was finished at its time."""
    whole, tasks = timedelta(**duration), chain(7, topic="fraud")
    start = november(11, 7).astimezone(timezone(timedelta(hours=9)))  # a Wednesday
    launch = Launch.start(tasks, name="x", at=start, **WHO)
    for place, task in enumerate(tasks):
        launch = launch.finish(task, at=start + whole * place / 8, **WHO)
    return launch.review(start + whole / 3, at=start + whole, samples=0)


def ahead(checklist, **options):
    return forecast(checklist, **{"start": date(2026, 11, 30), "options": BOUNDS, "samples": 40, "seed": 3} | options)


def counted(many, since=10):
    """The review of a launch of many tasks, the first of them finished."""
    launch = Launch.start(loose(many), name="x", at=november(9), **WHO).finish("p0-t0", at=november(9, 12), **WHO)
    return launch.review(november(since), at=november(20), samples=0)


def titled(length):
    """A checklist all of whose titles are so long."""
    words = "Widen the canary, i.e. route more of the live traffic to the new model, while the alarms are watched"
    title = words[:length].rstrip()
    tasks = {phase: [Task(f"{phase}{n}", title, after=["p0"] if n else []) for n in range(3)] for phase in "pqr"}
    return Checklist(
        "x", title, topic=title, phases=[Phase(phase, f"{title} {phase}", tasks=tasks[phase]) for phase in tasks]
    )


def by_hand():
    """A review whose chart goes higher than its tasks."""
    review = counted(3)
    points = [BurnUpPoint(november(day), done=day - 8, waived=1, not_applicable=7) for day in (10, 11, 12)]
    return attrs.evolve(review, burn_up=[*review.burn_up, *points])


LENGTHS = [
    *({"minutes": many} for many in (1, 6, 7, 25, 50, 80, 150, 300)),
    *({"hours": many} for many in (6, 9, 14, 30, 60)),
    *(
        {"days": many}
        for many in (5, 6, 10, 30, 42, 75, 150, 300, 500, 1_000, 2_000, 4_000, 9_000, 20_000, 40_000, 90_000)
    ),
    *({"days": many} for many in (200_000, 400_000, 1_000_000, 2_000_000, 2_900_000)),
]
FAR = {"due": {"t0": date(2020, 1, 1), "t1": date(2040, 1, 1), "t2": date(2026, 11, 30)}}
VARIETY = Cases(
    {
        **{"over-" + "-".join(f"{n}-{unit}" for unit, n in length.items()): partial(over, **length) for length in LENGTHS},
        **{f"counted-{many}": partial(counted, many) for many in (1, 2, 5, 6, 11, 26, 60, 101, 400)},
        **{f"since-{day}": partial(counted, 3, day) for day in (1, 9, 14, 15, 19)},
        **{f"long-{days}": partial(lambda days: ahead(chain(3, Effort(days / 2, days))), days) for days in (1, 4, 9, 20, 45, 100, 250, 600, 1_500, 4_000, 10_000)},
        **{f"finish-{days}": partial(lambda days: ahead(chain(2, Effort(0, days)), samples=300).finish, days) for days in (0, 1, 3, 8, 20, 60, 200, 900, 9_000)},
        **{f"loose-{many}": partial(loose, many) for many in (0, 1, 2, 3, 4, 5, 9)},
        **{f"tied-{tied}-{many}": partial(loose, many, 2, tied) for tied in (2, 3, 7) for many in (0, 1, 2, 3, 7)},
        **{f"titled-{n}": partial(titled, n) for n in (*range(4, 101, 3), 80, 81, 98, 99)},
        **{f"titled-{n}-path": partial(lambda n: critical_path(titled(n), default_effort=Effort(1, 2)), n) for n in range(4, 101, 9)},
        **{f"titled-{n}-gantt": partial(lambda n: ahead(titled(n), default_effort=Effort(1, 2), owners={"p0": "w" * n, "q1": "i" * n}), n) for n in range(4, 101, 3)},
        **{f"span-{n}": partial(lambda n: ahead(chain(3, Effort(1, 1.17**n))), n) for n in range(4, 58)},
        **{f"while-{n}": partial(lambda n: over(days=30 * 1.2**n), n) for n in range(62)},
        "by-hand": by_hand,
        **{f"due-{n}": partial(lambda n: ahead(chain(2), due={"t1": date(2026, 11, 30) + timedelta(n)}), n) for n in (20, 21, 22, 149, 150, 151, 1_499, 1_500, 1_501)},
        **{f"holiday-{day}": partial(lambda day: ahead(chain(4), calendar=Calendar(weekdays=range(7), holidays=[day])), day) for day in (date(2026, 11, 28) + timedelta(n) for n in range(14))},
        "nine-phases": lambda: loose(2, 9, 3),
        "late": lambda: over(days=9, hours=5),
        "large": lambda: large(60),
        "larger": lambda: large(200),
        "largest": lambda: large(700),
        "large-path": lambda: critical_path(large(60)),
        "large-forecast": lambda: ahead(large(60), people=3),
        "far": lambda: ahead(chain(4), **FAR),
        "today-before": lambda: ahead(chain(4), today=date(2020, 1, 1)),
        "owners": lambda: ahead(chain(4), owners={"t0": OWNERS[0], "t3": OWNERS[-1]}),
        "holidays": lambda: ahead(chain(9), calendar=Calendar(weekdays=[0, 2, 6], holidays=[date(2026, 12, 2)])),
        "blocked": lambda: ahead(chain(4), blocked={"t1": None, "t2": Effort(2, 5)}, under_way={"t0": 3.0, "t3": 0.5}),
        "closed": lambda: ahead(chain(4), done=["t0", "t1", "t2", "t3"]),
        "closed-path": lambda: critical_path(chain(4), done=["t0", "t1", "t2", "t3"]),
        "half-closed": lambda: critical_path(loose(3, 2, 5), done=["x0", "p0-t1"], blocked=["x1"], default_effort=Effort(1, 2)),
    }
)  # fmt: skip
DIGESTS = Path(__file__).parent.parent / "picture_digests.json"
FORMATS = {".svg": "svg", ".mmd": "mermaid"}
CASES = [f"{name}{suffix}" for name in VALUES for suffix in FORMATS if (name, suffix) != ("review", ".mmd")]


@pytest.mark.parametrize("name", CASES)
def test_the_picture_is_as_it_was(name):
    path = SNAPSHOTS / name
    text = dumps(VALUES[path.stem], FORMATS[path.suffix])
    if os.environ.get("UPDATE_SNAPSHOTS"):
        path.write_bytes(text.encode())
    assert path.read_bytes().decode() == text


def test_pictures_of_all_sizes_are_as_they_were():
    """By their digests alone: to see what has changed, write the picture of a name that differs before and after."""
    digests = {
        f"{name}{suffix}": sha256(dumps(value, format).encode()).hexdigest()[:16]
        for name in VARIETY
        for value in [VARIETY[name]]
        for suffix, format in FORMATS.items()
        if suffix == ".svg" or not isinstance(value, Review)
    }
    if os.environ.get("UPDATE_SNAPSHOTS"):
        DIGESTS.write_text(json.dumps(digests, indent=1) + "\n", "utf-8", newline="\n")
    assert digests == json.loads(DIGESTS.read_text("utf-8"))


def test_no_picture_is_left_over():
    assert {path.name for path in SNAPSHOTS.iterdir()} == set(CASES)


@pytest.mark.parametrize("name", VALUES)
def test_an_xml_reader_finds_every_task_in_words(name):
    root = ElementTree.parse(SNAPSHOTS / f"{name}.svg").getroot()
    assert root.get("role") == "img"
    assert all(root.find(f"{SVG}{tag}").text for tag in ("title", "desc"))
    told = [one.text for one in root.iter(f"{SVG}title")]
    if name in ("finish", "review"):
        assert all(re.match(r"\d{4}-\d\d-\d\d: ", title) for title in told[1:])
    else:
        for task in CHECKLIST:
            title = task.title if name == "launch-forecast" else CHECKLIST.title_of(task)
            assert [one for one in told if one.startswith(f"{task.id} {title}; ")]
