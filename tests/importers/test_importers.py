"""Importers: files of other tools as evidence, and the absence of anything in them."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal, localcontext

import attrs
import pytest

from helpers.proof import ERRORS, LATENCY, MODEL, SUBJECT, on
from servingchecklist import Limits
from servingchecklist._evidence.judging import judge
from servingchecklist.errors import FileError, InvalidError, LimitError, PackError, UnknownNameError
from servingchecklist.evidence import (
    Bucket,
    Histogram,
    ImportOptions,
    Measure,
    Number,
    Share,
    Verdict,
    digest_of,
    read_evidence,
)

START = datetime(2026, 11, 2, 9, tzinfo=UTC)


def row(number, latency=0.02, **more):
    """A request of a run of 20 a second."""
    at = START + timedelta(seconds=number / 20)
    row = {"seq": number, "class": "good", "intended_at": at.isoformat().replace("+00:00", "Z")}
    return {**row, "latency_s": latency, "status": 200, "ok": True, **more}


def lines(rows, end=None):
    texts = [json.dumps(one) for one in rows]
    return "\n".join([*texts, *([json.dumps({"end": True, "requests": end})] if end is not None else []), ""])


@pytest.fixture
def read(tmp_path):
    def read(text, importer=None, name="requests.jsonl", limits=None, **options):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_evidence(path, importer, ImportOptions(**options), limits)

    return read


def measures(evidence):
    return {
        (one.name, *(value for choice in one.where for value in choice.values if choice.facet == "phase")): one
        for one in evidence.measures
    }


def faults(read, *arguments, **more):
    with pytest.raises(InvalidError) as caught:
        read(*arguments, **more)
    return [str(fault) for fault in caught.value.faults]


ROWS = [row(number, 0.02 + number % 7 / 1_000) for number in range(200)]


def test_requests_give_latencies_failures_and_the_offered_load(read):
    rows = [*ROWS, row(200, status=500, ok=False, latency_s=None), row(201, status=None, ok=False)]
    evidence = read(lines(rows, 202), subject=SUBJECT, kpis=[LATENCY], where={"load": "usual"})
    found = measures(evidence)
    latency, failed = found[("request.latency",)], found[("request.failed",)]
    assert failed.value == Share(2, 202)
    assert latency.value.n == 202
    assert next(bucket for bucket in latency.value.buckets if float(bucket.bound) == 0.12).least == 200
    assert found[("load.offered",)].value == Number(20, n=202)
    assert [str(choice) for choice in latency.where] == ["load is usual", "loop is open", "place is caller"]
    assert latency.spread == failed.spread >= 1
    assert (evidence.collected_from, evidence.collected_to) == (START, START + timedelta(seconds=10.05))
    assert (evidence.cautions, [part.name for part in evidence.subject]) == ((), ["config", "model"])
    (source,) = evidence.sources
    assert (source.tool, source.file, source.digest[:7]) == ("requests.jsonl", "requests.jsonl", "sha256:")
    assert source.options == ""


def test_only_classes_that_deserve_an_answer_count(read):
    rows = [*ROWS, *(row(number, **{"class": "malformed"}, status=400, ok=False) for number in range(200, 240))]
    found = measures(read(lines(rows, 240), wanted=["good"]))
    assert (
        read(lines(rows, 240), wanted=["good"], warm_up=1.5).sources[0].options
        == '{"wanted": ["good"], "warm_up": 1.5}'
    )
    many = faults(read, lines(rows, 240), wanted=["good", *(f"class-{number}" for number in range(30))])
    assert many[0].startswith("$.wanted: are too many classes to be kept")
    assert found[("request.failed",)].value == Share(0, 200)
    assert found[("load.offered",)].value.n == 240
    assert measures(read(lines(rows, 240)))[("request.failed",)].value == Share(40, 240)
    assert faults(read, lines(rows, 240), wanted=["god"]) == [
        "$.wanted: has no request of the wanted classes (got 'god'); known classes: 'good', 'malformed'"
    ]
    bare = {key: value for key, value in row(200, ok=False).items() if key != "class"}
    assert faults(read, lines([*ROWS, bare], 201), wanted=["good"]) == [
        "$.class: is missing, on line 201; name the class of each request, or import it without wanted classes"
    ]


def test_a_warm_up_is_kept_apart(read):
    rows = [row(number, 1.0 if number < 40 else 0.02) for number in range(200)]
    evidence = read(lines(rows, 200), warm_up=2, kpis=[LATENCY])
    found = measures(evidence)
    assert found[("request.failed",)].value.n == 160
    assert found[("request.failed", "warm-up")].value.n == 40
    assert evidence.collected_from == START + timedelta(seconds=2)
    assert (found[("load.offered",)].value.n, found[("load.offered", "warm-up")].value.n) == (160, 40)
    assert faults(read, lines(rows, 200), warm_up=20) == [
        "$.warm_up: leaves no request to count (got 20); the run takes 9.95 s"
    ]


def test_the_load_of_a_warm_up_is_not_that_of_the_run(read):
    rows = [
        row(
            number,
            intended_at=(START + timedelta(seconds=number / 1_000 if number < 2_000 else number - 1_998)).isoformat(),
        )
        for number in range(2_100)
    ]
    found = measures(read(lines(rows, 2_100), warm_up=2))
    assert (found[("load.offered",)].value.value, found[("load.offered", "warm-up")].value.value) == (1, 1_000)


@pytest.mark.parametrize("late", [{"latency_s": 3_600}, {"latency_s": 3_600, "class": "odd"}, {"class": "odd"}])
def test_the_time_of_a_run_is_that_in_which_wanted_requests_were_sent(read, late):
    later = {} if "latency_s" in late else {"intended_at": (START + timedelta(hours=1)).isoformat()}
    rows = [*(row(number) for number in range(500)), row(500, **{**late, **later})]
    evidence = read(lines(rows, 501), wanted=["good"] if "class" in late else [])
    assert evidence.collected_to - evidence.collected_from <= timedelta(seconds=25)


def test_what_cannot_be_seen_from_inside_is_a_caution(read):
    assert [one.code for one in read(lines(ROWS)).cautions] == ["may-be-cut"]
    assert [one.code for one in read(lines(ROWS), sent=200).cautions] == []
    assert faults(read, lines(ROWS[:50], 200), sent=50)[0].startswith("$: holds 50 requests, and 200 were sent")
    sent = [{"sent_at" if key == "intended_at" else key: value for key, value in one.items()} for one in ROWS]
    (caution,) = read(lines(sent, 200)).cautions
    assert (caution.code, caution.bias, caution.families) == ("loop-unknown", "flatters", ("latency", "throughput"))
    some = [{key: value for key, value in one.items() if key != "seq" or one["seq"] % 9} for one in ROWS]
    assert [one.words for one in read(lines(some[:8] + some[9:], 199)).cautions] == [
        "23 rows are missing by their numbers"
    ]
    gap = [one for one in ROWS if one["seq"] not in (7, 8)]
    (caution,) = read(lines(gap, 198)).cautions
    assert (caution.code, caution.words) == ("rows-missing", "2 rows are missing by their numbers")
    unnumbered = {key: value for key, value in gap[5].items() if key != "seq"}
    assert [one.code for one in read(lines([*gap[:5], unnumbered, *gap[6:]], 198)).cautions] == ["rows-missing"]
    few = read(lines(ROWS[:50], 50))
    assert measures(few)[("request.latency",)].spread is None
    assert read(lines(ROWS[:1], 1)).measures[-1].name == "request.failed"


def test_a_run_in_which_every_request_failed_has_missed_its_latency(read):
    failed = [row(number, ok=False) for number in range(400)]
    for kpis in ([LATENCY], []):
        evidence = read(lines(failed, 400), subject=SUBJECT, kpis=kpis)
        assert judge(LATENCY, [evidence], SUBJECT, on(5)).judgement.verdict is Verdict.MISSED
    assert measures(read(lines(failed, 400)))[("request.latency",)].value == Histogram(400, [Bucket("1000000", 0)])


def test_a_burst_an_hour_later_does_not_make_a_run_an_hour_long(read):
    at = (START + timedelta(hours=1)).isoformat()
    rows = [row(number) for number in range(1_200)]
    late = [*rows[:-1], {**rows[-1], "intended_at": at}]
    kpi = attrs.evolve(ERRORS, at_most="5%")
    evidence = read(lines(late, 1_200), subject=SUBJECT, kpis=[LATENCY])
    assert [one.words for one in evidence.cautions] == ["nothing was sent in 23 of 25 equal parts of its time"]
    assert judge(kpi, [evidence], SUBJECT, on(5)).judgement.verdict is Verdict.INCONCLUSIVE


def test_few_requests_leave_pauses(read):
    rows = [*({**row(number / 10), "seq": number} for number in range(23)), {**row(72_000), "seq": 23}]
    assert [one.code for one in read(lines(rows, 24)).cautions] == ["pauses"]


def test_many_limits_are_all_kept_exactly(read):
    kpis = [attrs.evolve(LATENCY, id=f"k{number}", at_most=f"{number + 1} ms") for number in range(120)]
    rows = [row(number, latency=number / 10_000) for number in range(1_200)]
    latency = measures(read(lines(rows, 1_200), kpis=kpis))[("request.latency",)].value
    assert {kpi.limit.value for kpi in kpis} <= {bucket.bound for bucket in latency.buckets}
    assert len(latency.buckets) == 128


def test_the_quantiles_of_kpis_are_kept_exactly(read):
    rows = [row(number, 0.02 + number / 100_000) for number in range(3_000)]
    kpi = attrs.evolve(LATENCY, quantile=0.9)
    bounds = [
        float(bucket.bound) for bucket in measures(read(lines(rows), kpis=[kpi]))[("request.latency",)].value.buckets
    ]
    assert {round(0.02 + 2_698 / 100_000, 9), round(0.02 + 2_699 / 100_000, 9)} <= set(bounds)
    few = read(lines([row(0, 0.5)]), kpis=[kpi])
    assert "p90 is 120 ms to 500 ms; 1 of 1 " in judge(attrs.evolve(kpi, binds=[]), [few], {}, on(5)).judgement.words


def test_the_spread_is_taken_at_the_limits_too(read):
    """A service that is slow for a while and fast for a while, just below the middle."""
    rows = [row(number, latency=0.2 if number // 100 % 5 < 2 else 0.02) for number in range(2_000)]
    kpi = attrs.evolve(LATENCY, quantile=0.5, at_most="100 ms")
    evidence = read(lines(rows, 2_000), subject=SUBJECT, kpis=[kpi])
    assert measures(evidence)[("request.latency",)].spread > 50
    assert judge(kpi, [evidence], SUBJECT, on(5)).judgement.verdict is Verdict.INCONCLUSIVE


def test_requests_are_no_set_and_the_context_of_decimals_changes_nothing(read):
    set_of = Measure("request.failed", Share(0, 20_000), sampling="set")
    evidence = attrs.evolve(read(lines(ROWS, 200), subject=SUBJECT), measures=[set_of])
    kpi = attrs.evolve(ERRORS, span=None)
    assert judge(kpi, [evidence], SUBJECT, on(5)).judgement.verdict is Verdict.INCONCLUSIVE
    rows = [row(number, latency=0.1234567) for number in range(1_000)]
    usual = read(lines(rows, 1_000), subject=SUBJECT, kpis=[LATENCY])
    with localcontext(prec=2):
        odd = attrs.evolve(LATENCY, at_most="123.45 ms")
        assert read(lines(rows, 1_000), subject=SUBJECT, kpis=[LATENCY]) == usual
        assert odd.limit.value == Decimal("0.12345")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "$: holds no request; write one line for each request"),
        ('{"end": true, "requests": 0}', "$: holds no request; write one line for each request"),
        (lines(ROWS, 201), "$: holds 200 requests, and 201 were sent; the file was cut"),
        (lines(ROWS)[:-30], "$: is not JSON: "),
        (lines(ROWS[:1]).replace('"ok"', '"ok": false, "ok"'), "$: holds a key twice (got 'ok'), on line 1"),
        (lines([row(0, intended_at="9999-12-31T23:59:59Z", latency_s=1e6)]), "$.collected_from: is out of range"),
        (lines(ROWS, 200) + lines(ROWS[:1]), "$: comes after the end of the file"),
        ("[1]", "$: is not a request (got a list of 1), on line 1"),
        (lines([{}]), "$.status: is missing, on line 1; every row has it"),
        (lines([{"status": 200, "ok": True}]), "$.intended_at: is missing, and so is sent_at"),
        (lines([row(0, intended_at="now")]), "$.intended_at: is not a timestamp"),
        (lines([row(0, intended_at=None, sent_at="now")]), "$.sent_at: is not a timestamp"),
        (lines([row(0, ok="yes")]), "$.ok: is not true or false"),
        (lines([row(0, status="200")]), "$.status: is not a status of HTTP"),
        (lines([row(0, status=True)]), "$.status: is not a status of HTTP"),
        (lines([row(0, **{"class": 3})]), "$.class: is not text"),
        (lines([row(0, -1)]), "$.latency_s: is not a latency"),
        (lines([row(0, None)]), "$.latency_s: is not a latency"),
        (lines([row(0, True)]), "$.latency_s: is not a latency"),
        ('{"intended_at": "2026-11-02T09:00:00Z", "latency_s": NaN, "status": 200, "ok": true}', "$: holds NaN, which is not JSON"),
        ('{"intended_at": "2026-11-02T09:00:00Z", "latency_s": 1e999, "status": 200, "ok": true}', "$: holds a number that no float can hold"),
        (lines([row(0, seq=-1)]), "$.seq: is not a count"),
        (lines([row(0), row(0)]), "$.seq: is there twice (got 0), on line 2"),
        (lines([row(0, note="x" * 20_000)]), "$: is too long for a request"),
        ('{"end": true, "requests": "9"}', "$.requests: is not a count"),
        (b"\xff", "$: is not UTF-8: invalid start byte at byte 0"),
    ],
)  # fmt: skip
def test_what_is_no_file_of_requests_is_refused(read, text, fault):
    assert faults(read, text, "requests")[0].startswith(fault)


def test_all_faults_of_a_file_are_told_up_to_a_thousand(read):
    assert len(faults(read, "x\n" * 1_200, "requests")) == 1_000


NEVER = {"intended_at", "status", "ok", "latency_s"}


def test_nothing_that_is_taken_away_makes_a_run_pass(read, some):
    """Each row, each key of a row and each end of the file: what was not met stays so, and what was met is not without its end."""
    slow = [row(number, 0.5 if number % 20 == 0 else 0.02) for number in range(120)]
    texts = [lines(slow[:cut] + slow[cut + 1 :], 120) for cut in some(range(120))]
    texts += [lines(slow)[:cut] for cut in some(range(0, len(lines(slow)), 7))]
    for key in row(0):
        texts.append(lines([{name: value for name, value in one.items() if name != key} for one in slow], 120))
        texts.append(lines([{name: value for name, value in slow[0].items() if name != key}, *slow[1:]], 120))
    for text in texts:
        try:
            evidence = read(text, "requests", subject=SUBJECT, kpis=[LATENCY], wanted=["good"])
        except InvalidError:
            continue
        assert judge(LATENCY, [evidence], SUBJECT, on(5)).judgement.verdict is not Verdict.MET
    good = [row(number) for number in range(2_000)]
    whole = read(lines(good, 2_000), subject=SUBJECT, kpis=[LATENCY])
    assert judge(LATENCY, [whole], SUBJECT, on(5)).judgement.verdict is Verdict.MET
    for cut in some([*range(1, 40), *range(40, 1_960, 20), *range(1_960, 1_999)]):
        with pytest.raises(InvalidError):
            read(lines(good[:cut] + good[cut + 1 :], 2_000), "requests", subject=SUBJECT, kpis=[LATENCY])
        cut_off = read(lines(good[:cut]), "requests", subject=SUBJECT, kpis=[LATENCY])
        assert judge(LATENCY, [cut_off], SUBJECT, on(5)).judgement.verdict is not Verdict.MET


XML = '<?xml version="1.0" encoding="utf-8"?>\n<testsuites>{}</testsuites>'
SUITE = '<testsuite name="s" tests="{}" time="2.5" timestamp="2026-11-02T09:00:00+00:00">{}</testsuite>'
PASS, FAIL, ERROR, SKIP = (
    f'<testcase classname="c" name="{name}">{inner}</testcase>'
    for name, inner in {"a": "", "b": "<failure/>", "c": "<error/>", "d": '<skipped type="pytest.xfail"/>'}.items()
)


def suite(*cases, tests=None):
    return XML.format(SUITE.format(len(cases) if tests is None else tests, "".join(cases)))


def test_tests_that_ran_and_that_did_not_are_counted_by_element(read):
    evidence = read(
        suite(PASS, FAIL, ERROR, SKIP, PASS.replace('"a"', '"e"')), name="junit.xml", subject={"model": MODEL}
    )
    assert [(one.name, one.value, one.sampling, one.spread) for one in evidence.measures] == [
        ("tests.failed", Share(2, 4), "set", 1),
        ("tests.not-run", Share(1, 5), "set", 1),
    ]
    assert (evidence.collected_from, evidence.collected_to) == (START, START + timedelta(seconds=2.5))
    assert evidence.sources[0].tool == "JUnit XML"
    # A test that is skipped and then fails in its teardown has failed.
    both = '<testcase name="x"><skipped/><error/></testcase><testcase name="y"><error/><skipped/></testcase>'
    assert read(suite(both, tests=2)).measures[0].value == Share(2, 2)


def test_tests_that_ran_again_are_one_item(read):
    again = read(suite(*[PASS] * 30, *[FAIL] * 30))
    assert (again.measures[0].value, again.measures[0].spread) == (Share(30, 60), 30)
    assert read(suite(), sampling="census").measures[0].value == Share(0, 0)
    assert read(suite(PASS), sampling="census").measures[0].sampling == "census"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (suite(PASS, FAIL, tests=3), "$: says 3 tests, and shows 2 (got 's'); the file was cut"),
        (suite(PASS).replace("<testsuite ", '<testsuite failures="1" '), "$: says 1 failures, and shows 0"),
        (suite(PASS).replace("<testsuite ", '<testsuite errors="1" '), "$: says 1 errors, and shows 0"),
        (suite(PASS).replace("<testsuites", '<testsuites skipped="2"'), "$: says 2 skipped, and shows 0"),
        (suite(PASS).replace('tests="1"', 'tests="many"'), "$: states tests that are no count (got 'many')"),
        (suite(f"<testcase name='x'>{PASS}</testcase>"), "$: holds a test within a test"),
        (suite(PASS).replace("2026-", "9999-").replace('"2.5"', '"9999999"'), "$: ends beyond the last year"),
        (
            suite("<testcase><failure/><failure/></testcase>", PASS).replace("<testsuite ", '<testsuite failures="2" '),
            "$: says 2 failures, and shows 1",
        ),
        (suite("<testcase result='maybe'/>"), "$.result: is no outcome of a test (got 'maybe')"),
        (
            suite('<testcase status="failed"/>', '<testcase status="failed"/>').replace(
                "<testsuite ", '<testsuite failures="3" '
            ),
            "$: says 3 failures, and shows 2",
        ),
        (suite(PASS)[:-5], "$: is not XML: unclosed token"),
        ("<testsuite/>", "$: does not say when the tests ran; give the time of the run as at"),
        (suite(PASS).replace("+00:00", ""), "$: is not a timestamp with a time zone"),
        ("<testsuites><html/></testsuites>", "$: does not say when the tests ran"),
        ("<html><testsuite/></html>", "$: is not JUnit XML (got 'html')"),
        ('<!DOCTYPE x [<!ENTITY a "b">]><testsuites/>', "$: has a document type"),
        ('<?xml version="1.0" encoding="utf-16"?><testsuites/>', "$: is not UTF-8 (got 'utf-16')"),
        ("<testsuites>" + "<testsuite>" * 70, "$: nests too deep"),
        ("", "$: is not XML: no element found"),
    ],
)
def test_what_is_no_report_of_tests_is_refused(read, text, fault):
    assert faults(read, text, "junit")[0].startswith(fault)


def test_a_report_without_a_time_is_given_one(read):
    assert read("<testsuites><testcase name='a'/></testsuites>", at=on(2)).collected_to == on(2)
    odd = suite(PASS).replace('time="2.5"', 'time="long"')
    assert read(odd).collected_to == START
    assert read('<x:testsuites xmlns:x="u"><x:testcase/></x:testsuites>', "junit", at=on(2)).measures[0].value == Share(
        0, 1
    )
    assert read(suite(PASS).replace("+00:00", ""), at=on(2)).collected_to == on(2)
    assert read(suite(PASS), at=on(4)).collected_to == START + timedelta(seconds=2.5)


@pytest.mark.parametrize(
    "state", ["status='notrun'", "result='suppressed'", "status='disabled'", "status='Not-Run'", "result='SKIPPED'"]
)
def test_what_did_not_run_or_failed_outside_of_tests_is_seen(read, state):
    skipped = read(suite(PASS, f"<testcase name='x' {state}/>").replace("<testsuite ", '<testsuite skipped="1" '))
    assert [one.value for one in skipped.measures] == [Share(0, 1), Share(1, 2)]
    assert read(suite(PASS, "<skipped/>", tests=1)).measures[1].value == Share(1, 2)
    outside = read(suite(PASS, "<error/>", tests=1).replace("<testsuite ", '<testsuite errors="1" '))
    assert outside.measures[0].value == Share(1, 2)
    assert read(suite(PASS, "<properties><error/></properties>", tests=1)).measures[0].value == Share(1, 2)


@pytest.mark.parametrize(
    "test",
    [
        "<testcase status='Failed'/>",
        "<testcase result='error' status='run'/>",
        "<testcase status='notrun' result='timeout'/>",
        "<testcase><attempt><failure/></attempt></testcase>",
        "<testcase><attempt><failure/></attempt><attempt><skipped/></attempt></testcase>",
        "<testcase status='fail'><failure/></testcase>",
        "<testcase status='failed'><skipped/></testcase>",
        "<testcase><failure/><failure/></testcase>",
    ],
)
def test_a_failure_is_seen_wherever_a_test_states_it(read, test):
    known = read(suite(PASS, test).replace("<testsuite ", '<testsuite failures="1" '))
    assert [one.value for one in known.measures] == [Share(1, 2), Share(0, 2)]


@pytest.mark.parametrize("state", ["Passed", "run", "ok", "Completed", "executed"])
def test_the_usual_words_for_a_good_test_are_known(read, state):
    assert read(suite(f"<testcase status='{state}' result=''/>")).measures[0].value == Share(0, 1)


def test_an_importer_is_found_by_the_content_or_by_its_name(read, nothing_else_is_installed):
    assert read(suite(PASS), name="anything").measures[0].name == "tests.failed"
    with pytest.raises(
        UnknownNameError, match=r"does not look like a known file .*; name its importer: requests, junit"
    ):
        read("a,b\n1,2\n", name="stats.csv")
    with pytest.raises(UnknownNameError, match="did you mean 'junit'"):
        read(suite(PASS), "junt")
    with pytest.raises(UnknownNameError, match="no importer of that name"):
        read(suite(PASS), 3)


def test_files_are_read_within_limits(read, tmp_path):
    with pytest.raises(LimitError):
        read(lines(ROWS), limits=Limits(bytes=100))
    with pytest.raises(FileError):
        read_evidence(tmp_path / "none")
    with pytest.raises(InvalidError, match="are not options of an import"):
        read_evidence(tmp_path / "none", options={"sent": 3})
    (tmp_path / "model").write_bytes(b"abc")
    assert digest_of(tmp_path / "model") == "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    with pytest.raises(LimitError):
        digest_of(tmp_path / "model", Limits(bytes=2))
    strange = tmp_path / " odd\x1bname"
    strange.write_text(lines(ROWS), "utf-8")
    assert read_evidence(strange).sources[0].file == ""


PACK = """
from datetime import UTC, datetime
from servingchecklist.evidence import Evidence, Measure, Share
NAME = "ours"
def sniff(head): return head.startswith(b"ours")
def read(data, options):
    if b"fail" in data: raise KeyError("x")
    if b"none" in data: return None
    at = datetime(2026, 11, 2, tzinfo=UTC)
    return Evidence([Measure("tests.failed", Share(0, len(data)))], collected_from=at, collected_to=at)
"""


@pytest.fixture
def pack(tmp_path, monkeypatch, nothing_else_is_installed):
    info = tmp_path / "ours-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: ours\nVersion: 1.0\n", "utf-8")
    (info / "entry_points.txt").write_text("[servingchecklist.importers]\nours = ours_importer\n", "utf-8")
    (tmp_path / "ours_importer.py").write_text(PACK, "utf-8")
    monkeypatch.syspath_prepend(tmp_path)


@pytest.mark.usefixtures("pack")
def test_packs_offer_importers(read):
    evidence = read("ours: abc", name="x.txt")
    assert evidence.measures[0].value == Share(0, 9)
    assert (evidence.sources[0].tool, evidence.sources[0].file) == ("file", "x.txt")
    with pytest.raises(PackError, match=r"the pack ours 1.0 offers 'ours', whose read fails with KeyError"):
        read("ours: fail", name="x.txt")
    with pytest.raises(PackError, match="whose read gives no evidence"):
        read("ours: none", name="x.txt")
    with pytest.raises(UnknownNameError, match="name its importer: requests, junit, ours"):
        read("theirs", name="x.txt")


@pytest.mark.parametrize(
    "wrong",
    [
        {"warm_up": -1},
        {"sampling": "all"},
        {"sent": -1},
        {"wanted": "good"},
        {"at": "now"},
        {"kpis": [1]},
        {"subject": 3},
        {"where": 3},
    ],
)
def test_options_are_checked(wrong):
    with pytest.raises(InvalidError):
        ImportOptions(**wrong)


def test_measures_of_an_import_are_measures(read):
    assert all(type(one) is Measure for one in read(lines(ROWS)).measures)
    assert ERRORS.measure == "request.failed"
