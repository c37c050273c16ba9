"""Whole pages in a browser: nothing prints over anything, nothing is wider than the page, and axe has nothing to say."""

import pytest

from hosts.outside import CHROMIUM, needs, pictures, run
from hosts.values import BAD, FAULTS, NAMES, value
from servingchecklist import dumps

pytestmark = needs("playwright-core", "axe-core", chromium=True)


@pytest.fixture(scope="module")
def faults(tmp_path_factory):
    """Return the faults of each page, by the name of the value."""
    folder = tmp_path_factory.mktemp("pages")
    texts = {name: dumps(value(name), "html") for name in NAMES}
    texts["bad"] = f'<!doctype html><meta charset="utf-8"><img src="https://example.com/a.png">{BAD}'
    paths = {}
    for name, text in texts.items():
        path = folder / f"{name}.html"
        path.write_bytes(text.encode())
        paths[name] = str(path)
    return run("shoot.cjs", {"chromium": CHROMIUM, "pages": paths, "pictures": pictures("pages")}, seconds=300)


@pytest.mark.parametrize("name", NAMES)
def test_a_page_has_no_fault(faults, name):
    if faults[name]:
        pytest.fail("\n".join(faults[name]), pytrace=False)


@pytest.mark.parametrize("fault", [*FAULTS, "axe html-has-lang", "asks for https://example.com/a.png", "has no words"])
def test_faults_are_seen(faults, fault):
    assert fault in "\n".join(faults["bad"])
