"""No cell of CSV begins a formula, whatever text is in a field, and each comes back as it was."""

import re
from csv import reader
from io import StringIO

import pytest

from servingchecklist import Checklist, Launch, Phase, Step, Task, dumps, imports

SIGNS = "=+-@\t\n\uff1d\uff0b\uff0d\uff20"
LEADS = [
    "",
    "a;",
    'a;\u00a0"',
    '"a"; \';',
    "a,b;'",
    "a\tb\n;",
    " ",
    "\u00a0",
    "\u3000",
    "\n",
    "\t",
    "'",
    "''",
    "' ",
    " '",
    '"',
    "\"'",
]
TEXTS = [f"{lead}{sign}{rest}" for lead in LEADS for sign in SIGNS for rest in ("1", '1,"x"', "cmd|' /C calc'!A0")]
FORMULA = re.compile(rf"\s*[\r{re.escape(SIGNS)}]")
BARE = re.compile(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20]")

_FIELDS = {
    "title": lambda text: Task("t", text),
    "description": lambda text: Task("t", "T", description=text),
    "role": lambda text: Task("t", "T", role=text),
    "section": lambda text: Task("t", "T", section=text),
    "steps": lambda text: Task("t", "T", steps=[Step("s", text), Step("s2", text)]),
    "annotations": lambda text: Task("t", "T", annotations={"a": text, "b": text}),
}


def checklist_of(field, text):
    if field == "topic":
        return Checklist("x", "X", topic=text, phases=[Phase("p", "P", tasks=[Task("t", "T")])])
    if field == "phase_title":
        return Checklist("x", "X", phases=[Phase("p", text, tasks=[Task("t", "T")])])
    return Checklist("x", "X", phases=[Phase("p", "P", tasks=[_FIELDS[field](text)])])


def formulas_of(value):
    """The cells that a spreadsheet takes for formulas, where lists have commas, and where they have semicolons or tabs."""
    text = dumps(value, "csv")
    for mark, is_formula in ((",", FORMULA.match), (";", BARE.match), ("\t", BARE.match)):
        yield from (
            cell for row in reader(StringIO(text, newline=""), delimiter=mark) for cell in row if is_formula(cell)
        )


@pytest.mark.parametrize("field", ["topic", "phase_title", *_FIELDS])
def test_no_cell_begins_a_formula_and_the_text_comes_back(field):
    is_long = field in ("description", "annotations")
    texts = TEXTS if is_long else sorted({re.sub("[\t\n]", "", text).strip() for text in TEXTS})
    for text in texts:
        checklist = checklist_of(field, text)
        assert not [*formulas_of(checklist)]
        found = imports.from_csv(dumps(checklist, "csv"), id="x")
        assert found.checklist.to_records() == checklist.to_records()
        assert not found.notes


def test_no_text_of_a_log_begins_a_formula():
    checklist = Checklist("x", "X", phases=[Phase("p", "P", tasks=[Task("t", "T")])])
    for text in sorted({re.sub("[\t\n]", "", text).strip() for text in TEXTS}):
        launch = (
            Launch.start(checklist, name="x", by=text)
            .assign("t", text, by=text)
            .block("t", reason=text, by=text, note=text)
        )
        assert not [*formulas_of(launch), *formulas_of(launch.log), *formulas_of(launch.snapshot())]
