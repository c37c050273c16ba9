"""However much time a small value goes over, no writer is busy for a second, holds 100 MB or raises anything but the documented error."""

from __future__ import annotations

import json

import pytest

from servingchecklist import dumps
from servingchecklist.errors import InvalidError
from threats import spans
from threats.measuring import printed_by

SECONDS = 1.0
MEGABYTES = 100


@pytest.mark.parametrize("name", spans.VALUES)
def test_no_writer_does_more_than_its_input_warrants(name):
    _, formats, refusing = spans.VALUES[name]
    found = printed_by("spans", name)
    assert {one["format"]: one["came"] for one in found} == {
        "made": "sound",
        **{format: "InvalidError" if format in refusing else "sound" for format in formats},
    }
    assert [one for one in found if one["seconds"] >= SECONDS or one["megabytes"] >= MEGABYTES] == []


@pytest.mark.parametrize("format", spans.DATES)
def test_the_refusal_names_the_task(format):
    with pytest.raises(
        InvalidError, match=r"^\$\.past\[0\]: more than 100 years from 0002-01-02 to .*, with the task 'a'; check"
    ):
        dumps(spans.launch(2), format)


def test_the_launch_is_a_small_file():
    assert len(json.dumps(json.loads(spans.begun(2)))) < 450
