"""The garbage collector is out of the way for what is large, and as it was before afterwards."""

import gc

import pytest

from servingchecklist import Checklist, Phase, Task, dumps, loads
from servingchecklist._jsonlike import collector_paused
from servingchecklist.errors import InvalidError


def test_the_collector_is_paused_for_what_is_large_and_on_again_afterwards():
    assert gc.isenabled()
    with collector_paused(True):
        assert not gc.isenabled()
        with collector_paused(True):
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()
    with collector_paused(False):
        assert gc.isenabled()
    with pytest.raises(KeyError), collector_paused(True):
        raise KeyError
    assert gc.isenabled()


def test_what_was_off_stays_off():
    gc.disable()
    try:
        with collector_paused(True):
            assert not gc.isenabled()
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_a_large_document_is_read_and_written_and_the_collector_is_on_again():
    tasks = [Task(f"t{number}", "T", description="d" * 100) for number in range(10_001)]
    large = Checklist("x", "X", phases=[Phase("p", "P", tasks=tasks)])
    text = dumps(large, "json")
    assert loads(text, "json", limits=None) == large
    assert gc.isenabled()
    with pytest.raises(InvalidError, match="is not JSON"):
        loads(text[:-10], "json", limits=None)
    assert gc.isenabled()
