"""Every field of every value has a check: none takes whatever it is given."""

from __future__ import annotations

import attrs
import pytest

import servingchecklist
from servingchecklist import changes, events, results, rules
from servingchecklist._model._validation import Validated, checks_of

KINDS = {
    kind.__name__: kind
    for module in (servingchecklist, changes, events, results, rules)
    for kind in (getattr(module, name) for name in module.__all__)
    if isinstance(kind, type) and issubclass(kind, Validated)
}


@pytest.mark.parametrize("name", KINDS)
def test_each_field_refuses_what_is_no_value_of_any_field(name):
    checks = checks_of(KINDS[name])
    for field in attrs.fields(KINDS[name]):
        if (name, field.name) == ("Recommendations", "members"):  # its converter checks it
            continue
        assert [fault.path for fault in checks[field.name](object(), field.name)] == [f"$.{field.name}"]


def test_every_class_is_looked_at():
    assert len(KINDS) > 50


POSITIONAL = {
    7: "Origin",
    6: "Conflict Difference Upgrade",
    5: "Explanation",
    4: "Diff Revision",
    3: "Effort Facet Launch Rule",
    2: "Checklist Choice Migrated Overlay Phase Reference Risk Step Task",
    1: "AddPhase AddTask Assigned Begun Blocked BurnUpPoint DropPhase DropTask DueSet Finished MovePhase MoveTask NotApplicable Noted "
    "Recommendations Reopened Retracted SetPhase SetTask Ticked Unblocked Unticked Waived Waiver",
    0: "Calendar Forecast LaunchStarted PhaseForecast Progress Recommendation Review ReviewItem SetChecklist Slip Slot Snapshot Span "
    "StepState Tally TaskForecast TaskState",
}
"""How many fields are given by position: the others may come in any order, and more may come between them. Many only in what this library makes."""


def test_the_table_names_every_class():
    assert sorted(name for names in POSITIONAL.values() for name in names.split()) == sorted(KINDS)


@pytest.mark.parametrize(
    ("count", "name"), [(count, name) for count, names in POSITIONAL.items() for name in names.split()]
)
def test_most_fields_are_given_by_name(count, name):
    assert sum(not field.kw_only for field in attrs.fields(KINDS[name])) == count
