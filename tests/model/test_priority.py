import operator
import pickle

import pytest

from servingchecklist import Priority, Status


def test_priorities_compare_by_urgency():
    assert sorted(Priority) == [Priority.LOW, Priority.MEDIUM, Priority.HIGH, Priority.CRITICAL]
    assert Priority.CRITICAL > Priority.HIGH >= Priority.HIGH
    assert Priority.LOW < Priority.MEDIUM <= Priority.MEDIUM
    assert [priority.urgency for priority in Priority] == [4, 3, 2, 1]


@pytest.mark.parametrize(
    "compare", [operator.lt, operator.le, operator.gt, operator.ge], ids=lambda compare: compare.__name__
)
def test_priorities_compare_with_nothing_else(compare):
    # Not by the alphabet, as strings do, on either side.
    for one, other in ((Priority.HIGH, "low"), ("low", Priority.HIGH), (Priority.HIGH, 3)):
        with pytest.raises(TypeError):
            compare(one, other)


def test_priorities_are_written_in_lower_case_and_evaluate():
    assert str(Priority.CRITICAL) == Priority.CRITICAL.value == "critical"
    assert eval(repr(Priority.CRITICAL)) is Priority.CRITICAL
    assert pickle.loads(pickle.dumps(Priority.LOW)) is Priority.LOW


@pytest.mark.parametrize(
    "compare", [operator.lt, operator.le, operator.gt, operator.ge], ids=lambda compare: compare.__name__
)
def test_statuses_have_no_order(compare):
    for one, other in ((Status.TODO, Status.DONE), (Status.TODO, "done"), ("done", Status.TODO)):
        with pytest.raises(TypeError):
            compare(one, other)
