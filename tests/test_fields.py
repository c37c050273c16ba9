"""Every field of every value has a check: none takes whatever it is given."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import attrs
import pytest

import servingchecklist
from servingchecklist import changes, events, evidence, results, rules, tasklist
from servingchecklist._model._validation import Validated, checks_of

KINDS = {
    "tasklist." * (module is tasklist) + kind.__name__: kind  # two kinds of conflicts have one name
    for module in (servingchecklist, changes, events, evidence, results, rules, tasklist)
    for kind in (getattr(module, name) for name in module.__all__)
    if isinstance(kind, type) and issubclass(kind, Validated)
}


@pytest.mark.parametrize("name", KINDS)
def test_each_field_refuses_what_is_no_value_of_any_field(name):
    checks = checks_of(KINDS[name])
    for field in attrs.fields(KINDS[name]):
        if name == "Recommendations" and field.name in ("members", "waiting"):  # their converters check them
            continue
        assert [fault.path for fault in checks[field.name](object(), field.name)] == [f"$.{field.name}"]


def test_every_class_is_looked_at():
    assert len(KINDS) > 50


@pytest.mark.parametrize("name", KINDS)
def test_a_list_is_taken_for_a_tuple_and_a_timestamp_for_a_date_wherever_there_is_one(name):
    for field in attrs.fields(KINDS[name]):
        # Some types are resolved by then, as cattrs and get_type_hints do it.
        kind = re.sub(
            r"<(class|enum) '|servingchecklist\.(\w+\.)*|datetime\.|collections\.abc\.|'>", "", str(field.type)
        )
        is_number = (name, kind) in NUMBERS
        assert (field.converter is not None) == (is_number or kind.startswith(CONVERTED)), field.name


NUMBERS = [
    ("Effort", "float"),
    ("Effort", "float | None"),
    ("ForecastOptions", "float | None"),
    ("ClosedTask", "float"),
    ("Kpi", "float"),
    ("Kpi", "float | None"),
    ("SetKpi", "float | None"),
    ("Answer", "float | None"),
    ("ImportOptions", "float"),
    ("Quantity", "str"),
]
CONVERTED = ("tuple[", "Sequence[", "Pairs", "date", "Effort", "Priority", "Quantity", "Decimal")


def test_every_fault_says_what_to_write_instead():
    package = Path(servingchecklist.__file__).parent
    for path in sorted(package.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("Fault", "fault", "invalid"):
                hint = [word.arg for word in node.keywords]
                assert len(node.args) == 5 or "hint" in hint, f"{path.name}:{node.lineno}"
