"""What the pictures of the bundled checklist and of a launch of it look like, as whole files.

After a change on purpose: UPDATE_SNAPSHOTS=1 python -m pytest tests/formats/test_picture_snapshots.py, then look at the pictures.
"""

import os
import re
from datetime import date
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import pytest

from helpers.cases import Cases
from helpers.launches import END, two_weeks
from helpers.pictures import OWNERS, SVG
from servingchecklist import critical_path, dumps, forecast, model_serving

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


VALUES = Cases(
    {
        "checklist": lambda: CHECKLIST,
        "critical-path": lambda: critical_path(CHECKLIST),
        "forecast": planned,
        "finish": lambda: planned().finish,
        "launch-forecast": lambda: LAUNCH.forecast(at=END, people=2, seed=7),
        "launch-critical-path": lambda: LAUNCH.critical_path(at=END),
    }
)
FORMATS = {".svg": "svg", ".mmd": "mermaid"}
CASES = [f"{name}{suffix}" for name in VALUES for suffix in FORMATS]


@pytest.mark.parametrize("name", CASES)
def test_the_picture_is_as_it_was(name):
    path = SNAPSHOTS / name
    text = dumps(VALUES[path.stem], FORMATS[path.suffix])
    if os.environ.get("UPDATE_SNAPSHOTS"):
        path.write_bytes(text.encode())
    assert path.read_bytes().decode() == text


def test_no_picture_is_left_over():
    assert {path.name for path in SNAPSHOTS.iterdir()} == set(CASES)


@pytest.mark.parametrize("name", VALUES)
def test_an_xml_reader_finds_every_task_in_words(name):
    root = ElementTree.parse(SNAPSHOTS / f"{name}.svg").getroot()
    assert root.get("role") == "img"
    assert all(root.find(f"{SVG}{tag}").text for tag in ("title", "desc"))
    told = [one.text for one in root.iter(f"{SVG}title")]
    if name == "finish":
        assert all(re.match(r"\d{4}-\d\d-\d\d: ", title) for title in told[1:])
    else:
        for task in CHECKLIST:
            title = task.title if name == "launch-forecast" else CHECKLIST.title_of(task)
            assert [one for one in told if one.startswith(f"{task.id} {title}; ")]
