"""Whole pages in a browser: nothing prints over anything, nothing is wider than the page, and axe has nothing to say."""

import attrs
import pytest

from helpers.launches import END, two_weeks
from hosts.outside import CHROMIUM, needs, pictures, run
from hosts.values import BAD, FAULTS, NAMES, value
from servingchecklist import dumps
from servingchecklist.formats import html

pytestmark = needs("playwright-core", "axe-core", chromium=True)


@pytest.fixture(scope="module")
def faults(tmp_path_factory):
    """Return the faults of each page, by the name of the value."""
    folder = tmp_path_factory.mktemp("pages")
    texts = {name: dumps(value(name), "html") for name in NAMES}
    texts["index"] = html.index([two_weeks(), attrs.evolve(two_weeks(), name="ranker-v7")], at=END)
    texts["bad"] = f'<!doctype html><meta charset="utf-8"><img src="https://example.com/a.png">{BAD}'
    paths = {}
    for name, text in texts.items():
        path = folder / f"{name}.html"
        path.write_bytes(text.encode())
        paths[name] = str(path)
    return run("shoot.cjs", {"chromium": CHROMIUM, "pages": paths, "pictures": pictures("pages")}, seconds=300)


@pytest.mark.parametrize("name", [*NAMES, "index"])
def test_a_page_has_no_fault(faults, name):
    if faults[name]:
        pytest.fail("\n".join(faults[name]), pytrace=False)


def test_the_buttons_show_the_tasks_that_they_say_and_a_print_has_all(tmp_path):
    path, launch = tmp_path / "launch.html", value("launch")
    path.write_text(dumps(launch, "html"), "utf-8")
    tasks = [
        (f"task-{state.id}", state.status.value, launch.checklist[state.id].priority.value) for state in launch.states
    ]
    every = [task for task, *_ in tasks]
    found = run("filter.cjs", {"chromium": CHROMIUM, "page": str(path), "anchor": every[1]}, seconds=60)
    assert (found.pop("print"), found.pop("buttons")) == (every, 0)
    done = [task for task, status, _ in tasks if status == "done"]
    assert found.pop("link") == sorted([*done, every[1]])
    assert found.pop("scl-status-all") == found.pop("scl-priority-all") == every
    open_ones = [task for task, status, _ in tasks if status in ("todo", "doing", "blocked")]
    assert found.pop("scl-status-open") == open_ones
    assert found == {
        f"scl-{name}-{choice}": [task[0] for task in tasks if task[place] == choice]
        for place, name in ((1, "status"), (2, "priority"))
        for choice in {task[place] for task in tasks}
    }


@pytest.mark.parametrize("fault", [*FAULTS, "axe html-has-lang", "asks for https://example.com/a.png", "has no words"])
def test_faults_are_seen(faults, fault):
    assert fault in "\n".join(faults["bad"])
