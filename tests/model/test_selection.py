"""Selecting tasks by owner, role, label, phase and section."""

import pytest

from servingchecklist import Checklist, Phase, Task, next_tasks
from servingchecklist._model.selection import selected
from servingchecklist.errors import InvalidError, UnknownNameError

CHECKLIST = Checklist(
    "x",
    "X",
    phases=[
        Phase(
            "p",
            "P",
            labels=["all"],
            tasks=[
                Task("a", "A", role="sre", labels=["gdpr"], section="Alerts"),
                Task("b", "B", role="sre"),
            ],
        ),
        Phase("q", "Q", tasks=[Task("c", "C", role="product owner", labels=["gdpr", "slo"])]),
        Phase("r", "R"),
    ],
)


@pytest.mark.parametrize(
    ("selection", "ids"),
    [
        ({"role": "sre"}, "ab"),
        ({"label": "gdpr"}, "ac"),
        ({"label": "all"}, "ab"),
        ({"phase": "q"}, "c"),
        ({"phase": "r"}, ""),
        ({"section": "Alerts"}, "a"),
        ({"owner": "ben"}, "bc"),
        ({"owner": "kim"}, ""),
        ({"label": "gdpr", "phase": "q"}, "c"),
        ({"label": "slo", "role": "sre"}, ""),
    ],
)
def test_a_task_is_selected_by_all_that_is_given(selection, ids):
    assert selected(CHECKLIST, selection, {"b": "ben", "c": "ben", "a": None}) == set(ids)


def test_without_a_selection_there_is_none():
    assert selected(CHECKLIST, {}) is None
    assert next_tasks(CHECKLIST, limit=None).ids == next_tasks(CHECKLIST, limit=None, role=None).ids == ("a", "b", "c")


def test_the_limit_counts_what_is_selected():
    assert next_tasks(CHECKLIST, limit=1, phase="q").ids == ("c",)
    assert next_tasks(CHECKLIST, {"c"}, label="gdpr").ids == ("a",)


@pytest.mark.parametrize(
    ("selection", "error", "message"),
    [
        ({"role": "SRE"}, UnknownNameError, "$.role: there is no role of that name (got 'SRE'); did you mean 'sre'?"),
        (
            {"label": "gdrp"},
            UnknownNameError,
            "$.label: there is no label of that name (got 'gdrp'); did you mean 'gdpr'?",
        ),
        ({"phase": "a"}, UnknownNameError, "$.phase: there is no phase of that name (got 'a'); known: p, q, r"),
        ({"section": ""}, UnknownNameError, "$.section: there is no section of that name (got ''); known: Alerts"),
        ({"role": 3}, InvalidError, "$.role: is not text (got 3); write it as a plain string, in quotes"),
        (
            {"label": ["gdpr"]},
            InvalidError,
            "$.label: is not text (got a list of 1); write it as a plain string, in quotes",
        ),
        ({"owner": "ben"}, InvalidError, "$.owner: needs a launch (got 'ben'); a checklist by itself has no owners"),
        (
            {"lable": None},
            TypeError,
            "unexpected keyword argument 'lable'; tasks are selected by owner, role, label, phase, section",
        ),
    ],
)
def test_what_is_not_there_is_refused(selection, error, message):
    with pytest.raises(error) as caught:
        next_tasks(CHECKLIST, **selection)
    assert str(caught.value) == message
