"""Outputs in a running JupyterLab: light and dark, wide and narrow, in a notebook that is trusted and in one that is not."""

import pytest
from nbformat import v4

from hosts.lab import lab_in
from hosts.outside import CHROMIUM, needs, pictures, run
from hosts.values import BAD, FAULTS, NAMES, value

pytestmark = needs("playwright-core", "axe-core", chromium=True, modules=["jupyterlab"])
TRUST = {"trusted": True, "untrusted": False}
THEMES = ("light", "dark")
DOLLARS = "<p>from $5 to $10</p>"


def notebook(title):
    """A notebook with the output of each value, which no kernel has to make.

    Its title is a part of what is trusted, and has a formula so that it can be seen when formulas are set.
    """
    cells = [v4.new_markdown_cell(f"{title} $x$", id="title")]
    bundles = {name: value(name)._repr_mimebundle_() for name in NAMES} | {"bad": {"text/html": BAD + DOLLARS}}
    for place, (name, bundle) in enumerate(bundles.items(), 1):
        output = v4.new_output("execute_result", bundle, execution_count=place)
        source = name.replace("-", "_")
        cells.append(v4.new_code_cell(source, id=name, execution_count=place, outputs=[output]))
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return v4.new_notebook(cells=cells, metadata={"kernelspec": kernel, "language_info": {"name": "python"}})


@pytest.fixture(scope="module")
def seen(tmp_path_factory):
    """Return the faults of each output, by theme, trust and name."""
    found = {}
    with lab_in(tmp_path_factory.mktemp("lab")) as lab:
        for trust, trusted in TRUST.items():
            lab.add(f"{trust}.ipynb", notebook(trust), trusted=trusted)
        given = {
            "chromium": CHROMIUM,
            "lab": lab.url,
            "token": lab.token,
            "notebooks": {trust: f"{trust}.ipynb" for trust in TRUST},
            "names": [*NAMES, "bad"],
            "pictures": pictures("jupyter"),
        }
        for theme in THEMES:
            lab.set_theme(theme)
            found[theme] = run("jupyter.cjs", given | {"theme": theme}, seconds=180)
    return found


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("trust", TRUST)
def test_an_output_has_no_fault(seen, trust, name):
    faults = [fault for theme in THEMES for fault in seen[theme][trust][name]["faults"]]
    if faults:
        pytest.fail("\n".join(faults), pytrace=False)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("theme", THEMES)
def test_the_notebooks_are_trusted_and_not_trusted(seen, theme, name):
    """A style is left only where a notebook is trusted; otherwise all the rest here would prove nothing."""
    assert seen[theme]["trusted"][name]["styles"]
    assert not seen[theme]["untrusted"][name]["styles"]


@pytest.mark.parametrize("fault", [*FAULTS, "became mathematics"])
@pytest.mark.parametrize("trust", TRUST)
@pytest.mark.parametrize("theme", THEMES)
def test_faults_are_seen(seen, theme, trust, fault):
    assert fault in "\n".join(seen[theme][trust]["bad"]["faults"])
