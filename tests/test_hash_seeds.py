"""What is written does not depend on the order of sets, which differs from one process to the next."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import servingchecklist
from helpers import forecasts, launches, pictures, tailorings
from servingchecklist import Launch, catalog, critical_path, dumps, for_context, model_serving, order
from servingchecklist.errors import ChecklistError, InvalidError
from servingchecklist.formats import FORMATS, READERS
from servingchecklist.tailoring import diff, overlay_from, upgrade


def values():
    """Values of all kinds by name, in which much is merged, dropped, moved and in conflict."""
    launch, crowd = launches.two_weeks(), launches.said_by([f"Text {number}" for number in range(14)])
    large, small = pictures.large(60, seed=1), pictures.large(40, seed=2)
    ours = overlay_from(large, pictures.large(60, phases=5, seed=3))
    yield from tailorings.shown().items()
    for entry in catalog.entries():
        yield entry.id, (catalog.overlay if entry.kind == "overlay" else catalog.load)(entry.id)
    yield "context", for_context(model_serving(), tier="C")
    for name, one in {"launch": launch, "crowd": crowd}.items():
        half = [event for place, event in enumerate(one.events) if not place % 2 or event.kind == "launch-started"]
        merged = one.merge(Launch(one.checklist, one.name, half))
        yield from {name: merged, f"{name} now": merged.snapshot(at=launches.END)}.items()
        yield f"{name} review", merged.review(launches.SINCE, at=launches.END)
    yield from {"plan": forecasts.two_people(), "finish": forecasts.two_people().finish}.items()
    yield from {"order": order(large), "critical path": critical_path(large)}.items()
    yield from {"large diff": diff(large, small), "ours": ours, "large upgrade": upgrade(large, small, ours)}.items()


def pages():
    """All that can be written of them, and the faults of what is wrong in many ways."""
    for name, value in values():
        # The page of a launch is that of the present minute.
        for form in READERS if isinstance(value, Launch) else FORMATS:
            try:
                yield f"{name} as {form}", dumps(value, form)
            except InvalidError as error:
                yield f"{name} as {form}", str(error)
        if hasattr(value, "to_dict"):
            yield f"{name} as a dict", repr(value.to_dict())
    document = {**model_serving().to_dict(), "kinds": 1, "titel": 2, "phases": [{"ids": 1, "after": 2}, 3]}
    try:
        servingchecklist.Checklist.from_dict(document)
    except ChecklistError as error:
        yield "faults", repr(error.faults)


@pytest.fixture(scope="module")
def printed():
    """What three processes print, each with another seed of its hashes."""
    tests = Path(__file__).parent
    path = os.pathsep.join([str(tests), str(Path(servingchecklist.__file__).parents[1])])
    command = [sys.executable, "-c", "import test_hash_seeds as t\nfor page in t.pages(): print(ascii(page))"]
    runs = [
        subprocess.run(
            command, capture_output=True, text=True, check=False, env=os.environ | {"PYTHONPATH": path} | seed
        )
        for seed in ({"PYTHONHASHSEED": str(number)} for number in range(3))
    ]
    assert [run.stderr for run in runs] == [""] * 3
    return [run.stdout.splitlines() for run in runs]


def test_the_bytes_are_the_same_whatever_the_seed_of_hashes(printed):
    first, *others = printed
    assert len(first) > 200
    for other in others:
        assert [here.split("',")[0] for here, there in zip(first, other, strict=True) if here != there] == []
