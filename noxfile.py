"""Every check, by the name that continuous integration knows it by."""

from __future__ import annotations

import shutil
from pathlib import Path

import nox

nox.needs_version = ">=2024.10.9"
nox.options.default_venv_backend = "venv"

PYPROJECT = nox.project.load_toml("pyproject.toml")
PYTHONS = nox.project.python_versions(PYPROJECT)  # its classifiers

# Beside these run the README's commands, on the newest Python there is, and pyodide; coverage takes the oldest. What lies between is
# run by hand before a release: nox -s tests.
nox.options.sessions = [
    "lint",
    "types",
    "docs",
    "examples",
    "alerts",
    "calendar",
    "dataframes",
    "mcp",
    "wheel",
    "hosts",
    "coverage",
    "threats",
]


def group(name: str) -> list[str]:
    return list(nox.project.dependency_groups(PYPROJECT, name))


def built_wheel(session: nox.Session) -> str:
    folder = session.create_tmp()
    for old in Path(folder).glob("*.whl"):
        old.unlink()
    session.run("python", "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", folder, ".")
    (wheel,) = Path(folder).glob("*.whl")
    return str(wheel)


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """The suite against the built wheel."""
    session.install(built_wheel(session), *group("tests"))
    session.run("python", "-m", "pytest", "--quiet", "--numprocesses", "2", "--dist", "loadfile", *session.posargs)


@nox.session
def threats(session: nox.Session) -> None:
    """All cases of the families of threats, and more generated ones; the suite runs a sample, and coverage the rest."""
    session.install("--editable", ".", *group("tests"))
    session.run(
        "python", "-m", "pytest", "--quiet", "--numprocesses", "2", "--whole", "tests/threats", *session.posargs
    )


@nox.session(python=PYTHONS[0])
def coverage(session: nox.Session) -> None:
    """Every branch of the source is taken by a test."""
    session.install("--editable", ".", *group("tests"))
    session.run("coverage", "erase")
    # The tests of single rooms take every branch by themselves; the threats only repeat them a thousand times.
    session.run(
        "coverage",
        "run",
        "-m",
        "pytest",
        "--quiet",
        "--numprocesses",
        "2",
        "--dist",
        "loadfile",
        "--whole",
        "--ignore",
        "tests/threats",
        *session.posargs,
    )
    session.run("coverage", "combine", "--quiet")
    session.run("coverage", "report")


@nox.session
def alerts(session: nox.Session) -> None:
    """The alert rules of the guides pass the tests that stand beside them; it needs promtool, of Prometheus."""
    session.install("--editable", ".", *group("tests"))
    env = {"ALERTS_REQUIRED": "1"}
    session.run("python", "-m", "pytest", "--quiet", "tests/guides/test_alerts.py", *session.posargs, env=env)


@nox.session
def calendar(session: nox.Session) -> None:
    """Calendars are read back by ical.js too, a reader in another language; it needs node and npm."""
    session.install("--editable", ".", *group("tests"))
    folder = Path(session.create_tmp()).resolve()
    session.run("npm", "install", "--silent", "--no-save", "--prefix", str(folder), "ical.js@2", external=True)
    env = {"NODE_PATH": str(folder / "node_modules")}
    # Where it cannot be loaded its tests are skipped, which here must not go by in silence.
    session.run("node", "-e", "require('ical.js')", external=True, env=env)
    tests = ["tests/formats/test_icalendar.py", "tests/threats/test_threat_icalendar.py"]
    session.run("python", "-m", "pytest", "--quiet", *tests, *session.posargs, env=env)


@nox.session
def dataframes(session: nox.Session) -> None:
    """polars, pandas, duckdb and pyarrow read records, and their Arrow streams."""
    session.install("--editable", ".", *group("dataframes"))
    # Elsewhere these tests are skipped where a library is not there, which here must not go by in silence.
    session.run("python", "-c", "import duckdb, pandas, polars, pyarrow")
    session.run("python", "-m", "pytest", "--quiet", "tests/dataframes", *session.posargs)


@nox.session
def mcp(session: nox.Session) -> None:
    """The example of a server is asked by a client of the Model Context Protocol."""
    session.install("--editable", ".", *group("mcp"))
    session.run("python", "-m", "pytest", "--quiet", "tests/test_mcp.py", *session.posargs)


@nox.session
def hosts(session: nox.Session) -> None:
    """Pages in a browser, outputs in a JupyterLab; it needs node, npm and chromium. ``-- --pictures DIR`` keeps what was seen."""
    session.install("--editable", ".", *group("hosts"))
    folder = Path(session.create_tmp()).resolve()
    packages = ["@jupyterlab/apputils@4.7.6", "axe-core@4.14.1", "playwright-core@1.65.1"]
    session.run("npm", "install", "--silent", "--no-save", "--prefix", str(folder), *packages, external=True)
    # Elsewhere these tests are skipped where their needs are not there, which here must not go by in silence.
    env = {"NODE_PATH": str(folder / "node_modules"), "HOSTS_REQUIRED": "1"}
    args = list(session.posargs)
    if "--pictures" in args:
        place = args.index("--pictures")
        env["HOSTS_PICTURES"] = args[place + 1]
        del args[place : place + 2]
    if not any(Path(arg.partition("::")[0]).exists() for arg in args):
        args.append("tests/hosts")
    session.run("python", "-m", "pytest", "--quiet", *args, env=env)


@nox.session
def pyodide(session: nox.Session) -> None:
    """The suite against the built wheel on CPython 3.14, compiled to WebAssembly; it needs node and npm."""
    folder = Path(session.create_tmp()).resolve()
    packages = folder / "site-packages"
    shutil.rmtree(packages, ignore_errors=True)
    wheels = ["--only-binary", ":all:", "--platform", "any", "--python-version", "3.14", "--target", str(packages)]
    session.run("python", "-m", "pip", "install", "--quiet", *wheels, built_wheel(session), *group("pyodide"))
    session.run("npm", "install", "--silent", "--no-save", "--prefix", str(folder), "pyodide@314.0.7", external=True)
    # Text that is nested 100,000 times is read on the stack of node: with its usual size it would end the process.
    script = 'ulimit -s unlimited; exec node --stack-size=60000 tests/pyodide/run.cjs "$@"'
    args = [str(packages), "-p", "no:cacheprovider", *session.posargs]
    session.run("bash", "-c", script, "bash", *args, external=True, env={"NODE_PATH": str(folder / "node_modules")})


@nox.session
def lint(session: nox.Session) -> None:
    """Style, and the layout of the code."""
    session.install(*group("lint"))
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")


@nox.session
def types(session: nox.Session) -> None:
    """The source, the public face and the examples of the pages under both type checkers, strictly."""
    session.install("--editable", ".", *group("types"))
    session.run("mypy")
    session.run("pyright")
    # The tests do not have the type checkers, so the default suite skips this one.
    session.run("python", "-m", "pytest", "--quiet", "--types", "tests/test_page_types.py")


@nox.session
def docs(session: nox.Session) -> None:
    """The documentation, warnings being errors."""
    session.install("--editable", ".", *group("docs"))
    session.run("sphinx-build", "-q", "-W", "--keep-going", "-b", "html", "docs", "docs/_build/html")


@nox.session
def examples(session: nox.Session) -> None:
    """Every example, as its reader would run it; the notebook runs in the tests."""
    session.install(".[markdown]")
    for path in sorted(Path("examples").glob("*.py")):
        # A server answers on its standard output, so it shows what it offers only where it is asked to.
        session.run("python", str(path), *(["--help"] if path.stem == "mcp_server" else []), silent=True)


@nox.session
def wheel(session: nox.Session) -> None:
    """The built wheel installed alone, and its main job."""
    session.install(built_wheel(session))
    session.chdir(session.create_tmp())
    session.run("python", "-W", "error", "-m", "servingchecklist")
    session.run("servingchecklist", "render", "--output", "LAUNCH.html")
    session.run("python", "-m", "pip", "check")


@nox.session
def changelog(session: nox.Session) -> None:
    """What the next release notes will say."""
    session.install(*group("docs"))
    session.run("towncrier", "build", "--draft", "--version", PYPROJECT["project"]["version"])


@nox.session
def bench(session: nox.Session) -> None:
    """The benchmarks, as ratios within one run. ``-- --write`` puts their table into docs/explanation/speed.md."""
    session.install("--editable", ".", *group("bench"))
    session.run("python", "-m", "pytest", "--quiet", "-p", "no:cacheprovider", "benchmarks", *session.posargs)


@nox.session
def proof(session: nox.Session) -> None:
    """The orders against the optimum, the dates against projects. ``-- --write --record DIR`` renews the tables of the docs; ``--quick``."""
    session.install("--editable", ".", *group("bench"))
    shared = [arg for arg in session.posargs if arg in {"--quick", "--write"}]
    session.run("python", "benchmarks/proof_order.py", *shared)
    session.run("python", "benchmarks/proof_coverage.py", *session.posargs)


@nox.session
def mutants(session: nox.Session) -> None:
    """Small changes to the source, each against the tests of its room. ``-- --seed N --sample N --room NAME``; it takes long."""
    session.install("--editable", ".", *group("tests"))
    session.run("python", "tests/mutants/driver.py", *session.posargs)
