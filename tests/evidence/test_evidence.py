"""Evidence as a value: what it may hold, how it is written, and what is refused."""

from datetime import timedelta
from decimal import Decimal

import attrs
import pytest

from helpers.names import NAMES
from helpers.proof import GOOD, MODEL, USE, on, run
from servingchecklist.codec.evidence import read_evidence
from servingchecklist.errors import InvalidError
from servingchecklist.evidence import (
    Bucket,
    Caution,
    Evidence,
    Histogram,
    Measure,
    Number,
    Part,
    Share,
    Source,
)


def faults(build, *arguments, **fields):
    with pytest.raises(InvalidError) as caught:
        build(*arguments, **fields)
    return [f"{fault.path}: {fault.message}" for fault in caught.value.faults]


def made(*measures, **more):
    return Evidence(measures, **{"collected_from": on(1), "collected_to": on(1), **more})


def test_evidence_is_a_value_known_by_its_content():
    again = eval(repr(GOOD), dict(NAMES))
    assert again == GOOD
    assert again.id == GOOD.id != run(slow=1).id
    assert len(GOOD.id) == 64
    assert read_evidence(GOOD.to_dict()) == GOOD


def test_conditions_and_parts_have_no_order():
    turned = attrs.evolve(GOOD.measures[0], where={"loop": "open", "place": "caller"})
    assert attrs.evolve(GOOD, measures=[turned, *GOOD.measures[1:]], subject=[*reversed(GOOD.subject)]) == GOOD


def test_numbers_are_written_as_text_and_counts_as_numbers():
    document = made(
        Measure("request.latency", Histogram(9, [Bucket(0.005, 3, most=4), Bucket("1e1", 9)]), spread=2.50)
    ).to_dict()
    assert document["measures"] == [
        {
            "name": "request.latency",
            "value": {
                "kind": "histogram",
                "n": 9,
                "buckets": [{"bound": "0.005", "least": 3, "most": 4}, {"bound": "10", "least": 9}],
            },
            "spread": "2.5",
        }
    ]
    assert USE.to_dict()["measures"] == [
        {"name": "adoption.callers", "value": {"kind": "number", "value": "3"}, "sampling": "census"}
    ]


@pytest.mark.parametrize("number", [0.1, "0.1", Decimal("0.10"), "1e-1"])
def test_a_number_is_the_same_however_it_is_given(number):
    assert Number(number) == Number("0.1")
    assert str(Number(number).value) == "0.1"


@pytest.mark.parametrize(
    "number", [float("nan"), float("inf"), "1e999", "abc", "", "1" * 41, Decimal("NaN"), None, True, 10**13, "-1e13"]
)
def test_what_is_no_number_is_refused(number):
    assert faults(Number, number) == ["$.value: is not a number"]


def test_counts_are_in_order():
    assert Share(3, 520).most == 3
    assert Share(3, 520, most=9).most == 9
    assert faults(Share, 3, 2) == ["$.most: is out of order"]
    assert faults(Share, 3, 9, most=2) == ["$.most: is out of order"]
    assert faults(Share, -1, True) == ["$.least: is not a count", "$.n: is not a count", "$.most: is not a count"]
    assert faults(Bucket, 1, 3, most=2) == ["$.most: is out of order"]


def test_buckets_rise_and_hold_no_more_than_there_are():
    assert faults(Histogram, 9, [Bucket(1, 3), Bucket(1, 4)]) == ["$.buckets[1]: is out of order"]
    assert faults(Histogram, 9, [Bucket(1, 3), Bucket(2, 2)]) == ["$.buckets[1]: is out of order"]
    assert faults(Histogram, 9, [Bucket(1, 3, most=5), Bucket(2, 4)]) == ["$.buckets[1]: is out of order"]
    assert faults(Histogram, 9, [Bucket(1, 9, most=10)]) == ["$.n: is below the count of the last bucket"]
    assert faults(Histogram, 9, []) == ["$.buckets: is empty"]
    assert faults(Histogram, 9, [Bucket(number, 1) for number in range(129)]) == ["$.buckets: are too many"]


def test_parts_have_digests_and_names_of_their_own():
    assert made(USE.measures[0], subject={"model": MODEL}).subject == (Part("model", MODEL),)
    assert faults(Part, "model", "sha256:" + "A" * 64) == ["$.digest: is not a digest"]
    assert faults(made, USE.measures[0], subject={"model": "x"}) == ["$.digest: is not a digest"]
    twice = [Part("model", MODEL), Part("model", MODEL)]
    assert faults(made, USE.measures[0], subject=twice) == ["$.subject: name a part twice"]
    assert faults(made, USE.measures[0], subject=["model"]) == ["$.subject[0]: is not a Part"]
    assert Source("t").digest == ""
    assert faults(Source, "t", digest="x") == ["$.digest: is not a digest"]


def test_a_period_ends_after_it_begins_and_evidence_is_not_too_large():
    assert faults(made, USE.measures[0], collected_to=on(1) - timedelta(microseconds=1)) == [
        "$.collected_to: lies before collected_from"
    ]
    assert faults(made) == ["$.measures: is empty"]
    assert faults(made, *USE.measures * 201) == ["$.measures: are too much for one piece of evidence"]
    assert faults(made, USE.measures[0], sources=[Source("x" * 200, file="y" * 200)] * 200) == [
        "$.measures: are too much for one piece of evidence"
    ]


def test_kinds_of_measures_are_closed():
    assert faults(Measure, "request.latncy", Share(0, 1)) == ["$.name: is not a measure"]
    assert faults(Measure, "tests.failed", 0.5) == ["$.value: is not a measured value"]
    assert faults(Measure, "tests.failed", Share(0, 1), sampling="all", spread=0.5) == [
        "$.sampling: is not a kind of sampling",
        "$.spread: is not a design effect",
    ]
    assert faults(Caution, "c", "w", bias="bad", families=["speed"]) == [
        "$.bias: is not a bias",
        "$.families[0]: is not a family of KPIs",
    ]
    assert [Measure(name, Number(1)).name for name in ("score.f1", "x-own")] == ["score.f1", "x-own"]


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"spread": 1.5}, "$.measures[0].spread: is not a number as text"),
        ({"spread": "much"}, "$.measures[0].spread: is not a number"),
        ({"spread": " 2"}, "$.measures[0].spread: is not a number"),
        ({"spread": "1_0"}, "$.measures[0].spread: is not a number"),
        ({"spread": "\u0662"}, "$.measures[0].spread: is not a number"),
        ({"spread": "1e99999999999999999999999999"}, "$.measures[0].spread: is not a number"),
        ({"value": {"kind": "share", "least": 1}}, "$.measures[0].value.n: is missing"),
        ({"value": {"kind": "shape"}}, "$.measures[0].value.kind: is not a kind of measured"),
        ({"where": ["caller"]}, "$.measures[0].where: are not choices"),
        ({"name": None}, "$.measures[0].name: is not a measure"),
    ],
)
def test_evidence_is_read_strictly(changes, fault):
    document = GOOD.to_dict()
    document["measures"] = [{**document["measures"][0], **changes}]
    assert faults(read_evidence, document)[0] == fault
