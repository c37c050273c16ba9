"""The judging of a KPI: which evidence counts, and what it proves."""

from datetime import date, timedelta
from itertools import permutations

import attrs
import pytest

from helpers.proof import CONFIG, DARK, ERRORS, GOOD, LATENCY, MODEL, OTHER_MODEL, SUBJECT, on, run
from servingchecklist._evidence.judging import judge
from servingchecklist.evidence import (
    Bucket,
    Caution,
    Evidence,
    Histogram,
    Kpi,
    Measure,
    Number,
    Share,
    Verdict,
)

MISSED, MET, INCONCLUSIVE, NOT_MEASURED = Verdict
NOW = on(5)
LOAD = Measure("load.offered", Number(300), where={"place": "caller"})


def judged(kpi, *evidence, at=NOW, subject=SUBJECT):
    return judge(kpi, evidence, subject, at)


def verdict(kpi, *evidence, **more):
    return judged(kpi, *evidence, **more).judgement.verdict


def words(kpi, *evidence, **more):
    return judged(kpi, *evidence, **more).judgement.words


def of(measure, **more):
    more = {"subject": SUBJECT, "collected_from": on(2), "collected_to": on(2, 12), **more}
    return Evidence([measure] if isinstance(measure, Measure) else measure, **more)


def share(least, n, name="tests.failed", **more):
    return of(Measure(name, Share(least, n), **{"sampling": "set", **more}))


FAILED = Kpi("tests", "Tests", measure="tests.failed", at_most="1%")


@pytest.mark.parametrize(
    ("least", "n", "expected"),
    [(0, 298, INCONCLUSIVE), (0, 299, MET), (1, 472, INCONCLUSIVE), (1, 473, MET), (3, 772, INCONCLUSIVE), (3, 773, MET),
     (2, 36, INCONCLUSIVE), (2, 35, MISSED), (1, 5, MISSED), (1, 6, INCONCLUSIVE), (0, 0, NOT_MEASURED)],
)  # fmt: skip
def test_a_share_is_met_or_missed_where_a_sample_proves_it(least, n, expected):
    assert verdict(FAILED, share(least, n)) is expected


def test_a_finding_says_how_much_more_is_needed():
    judgement = judged(FAILED, share(0, 298)).judgement
    assert (judgement.least, judgement.most, judgement.n, judgement.spread) == (0, 0, 298, 1.0)
    assert judgement.needed == 915
    assert judgement.words == "0 of 298 wrong, and at most 1% may be: too few to tell; needs about 920"
    assert words(FAILED, share(9, 900)) == "9 of 900 wrong, and at most 1% may be: too near to the limit to tell"
    assert words(FAILED, share(8, 1_200)).endswith("too few to tell; needs about 6,600")


def test_a_stream_is_divided_by_its_spread_to_pass_and_not_to_fail():
    requests = {"name": "request.failed", "sampling": "stream"}
    assert verdict(ERRORS, share(0, 299, **requests, spread=1)) is MET
    assert verdict(ERRORS, share(0, 299, **requests, spread=1.01)) is INCONCLUSIVE
    assert verdict(ERRORS, share(0, 2_990, **requests, spread=10)) is MET
    assert words(ERRORS, share(0, 2_990, **requests, spread=10)) == (
        "0 of 2,990 wrong, and at most 1% may be; they tell as much as 299 independent ones (spread 10)"
    )
    assert verdict(ERRORS, share(60, 2_990, **requests, spread=10)) is MISSED
    assert verdict(ERRORS, share(0, 10**6, **requests)) is INCONCLUSIVE
    assert "so this can fail, and not pass" in words(ERRORS, share(0, 10**6, **requests))
    assert verdict(ERRORS, share(60, 2_990, **requests)) is MISSED
    free = attrs.evolve(ERRORS, independent=True)
    assert verdict(free, share(0, 299, **requests)) is MET
    assert "taken as independent" in words(free, share(0, 299, **requests))
    assert verdict(free, share(0, 299, **requests, spread=50)) is MET


def test_repeated_items_of_a_set_count_as_their_spread_says():
    assert verdict(FAILED, share(0, 2_990, spread=10)) is MET
    assert verdict(FAILED, share(0, 2_980, spread=10)) is INCONCLUSIVE


def test_a_limit_of_nothing_can_only_be_refuted_by_a_sample():
    never = attrs.evolve(FAILED, at_most="0%")
    assert verdict(never, share(1, 10**6)) is MISSED
    assert verdict(never, share(0, 10**6)) is INCONCLUSIVE
    assert "state the share that you can bear" in words(never, share(0, 10**6))
    assert verdict(never, share(0, 7, sampling="census")) is MET


def test_a_census_is_taken_as_it_is():
    assert verdict(FAILED, share(1, 100, sampling="census")) is MET
    assert verdict(FAILED, share(2, 100, sampling="census")) is MISSED
    assert "a census, taken as it is" in words(FAILED, share(1, 100, sampling="census"))
    between = of(Measure("tests.failed", Share(1, 100, most=2), sampling="census"))
    assert verdict(FAILED, between) is INCONCLUSIVE
    assert verdict(FAILED, share(0, 0, sampling="census")) is NOT_MEASURED


def test_requests_are_never_a_census():
    assert verdict(ERRORS, share(0, 299, name="request.failed", sampling="census")) is INCONCLUSIVE


def latency(*buckets, n=20_000, **more):
    return of(Measure("request.latency", Histogram(n, buckets), where={"place": "caller"}, spread=1, **more))


def test_a_quantile_is_a_share_above_the_limit():
    assert verdict(LATENCY, latency(Bucket("0.12", 20_000))) is MET
    assert words(LATENCY, latency(Bucket("0.12", 19_990))) == (
        "p99 is at most 120 ms; 10 of 20,000 above 120 ms, and at most 1% may be"
    )
    assert verdict(LATENCY, latency(Bucket("0.12", 19_000))) is MISSED
    # What failed is above every bound.
    assert verdict(LATENCY, latency(Bucket("0.05", 19_000))) is INCONCLUSIVE


def test_between_two_bounds_the_count_is_an_interval():
    found = judged(LATENCY, latency(Bucket("0.1", 19_000), Bucket("0.2", 19_999))).judgement
    assert (found.least, found.most, found.verdict) == (1, 1_000, INCONCLUSIVE)
    assert found.words.endswith("; 120 ms is no bound of its buckets, 0.1 and 0.2 s are")
    below = judged(LATENCY, latency(Bucket("0.1", 19_990))).judgement
    assert (below.least, below.most, below.verdict) == (0, 10, MET)
    beyond = judged(LATENCY, latency(Bucket("0.2", 19_000))).judgement
    assert (beyond.least, beyond.most, beyond.verdict) == (1_000, 20_000, MISSED)
    assert beyond.words.endswith("no bound of its buckets, 0.2 s is")
    assert verdict(LATENCY, latency(Bucket("0.12", 19_700, most=19_990))) is INCONCLUSIVE


def test_a_value_of_another_form_proves_nothing():
    assert verdict(ERRORS, of(Measure("request.failed", Number(0)))) is INCONCLUSIVE
    assert verdict(ERRORS, of(Measure("request.failed", Histogram(9, [Bucket(1, 9)]), spread=1))) is NOT_MEASURED
    assert verdict(Kpi("x", "X", measure="x-a", at_most="1%"), of(Measure("x-a", Share(0, 999), sampling="set"))) is MET


CALLERS = Kpi("callers", "Callers", measure="adoption.callers", at_least="2", binds=[])


def test_a_number_counts_as_a_census_or_where_the_kpi_says_so():
    assert verdict(CALLERS, of(Measure("adoption.callers", Number(3)))) is INCONCLUSIVE
    assert [verdict(CALLERS, of(Measure("adoption.callers", Number(n), sampling="census"))) for n in (1, 2)] == [
        MISSED,
        MET,
    ]
    free = attrs.evolve(CALLERS, independent=True, at_least=None, at_most="2")
    assert [verdict(free, of(Measure("adoption.callers", Number(n)))) for n in (2, 3)] == [MET, MISSED]


def test_evidence_of_another_subject_is_named_and_does_not_count():
    foreign = run(subject={"model": OTHER_MODEL, "config": CONFIG})
    found = judged(LATENCY, foreign)
    assert (found.judgement.verdict, found.evidence) == (NOT_MEASURED, ())
    assert found.not_counted == ((foreign.id, "it is of another model"),)
    assert found.judgement.words == "no evidence of request.latency counts: it is of another model"
    assert judged(LATENCY, run(subject={"model": MODEL})).not_counted[0][1] == "it does not say which config it is of"
    assert judged(LATENCY, GOOD, subject={"model": MODEL}).not_counted[0][1] == (
        "the launch does not say which config it is about"
    )
    assert judged(LATENCY, foreign, GOOD).evidence == (GOOD.id,)
    assert words(LATENCY) == "there is no evidence of request.latency"


@pytest.mark.parametrize(
    ("evidence", "why"),
    [
        (run(begin=on(5, 9, 6), hours=0), "it was collected later, on 2026-11-05"),
        (run(begin=on(1) - timedelta(days=31)), "it is 34 days old, and counts for 30"),
        (run(expires=date(2026, 11, 4)), "it expired after 2026-11-04"),
    ],
)
def test_evidence_of_another_time_is_named_and_does_not_count(evidence, why):
    assert judged(LATENCY, evidence).not_counted == ((evidence.id, why),)


def test_evidence_counts_to_the_last_day_and_from_a_clock_that_is_a_little_ahead():
    for evidence in (
        run(begin=on(5, 9, 5), hours=0),
        run(expires=date(2026, 11, 5)),
        run(begin=on(5) - timedelta(days=30), hours=0),
    ):
        assert verdict(LATENCY, evidence) is MET


def test_conditions_have_to_be_stated():
    gateway = attrs.evolve(LATENCY, where={"place": ["gateway", "proxy"]})
    assert judged(gateway, GOOD).not_counted[0][1] == "its place is caller, not gateway or proxy"
    users = attrs.evolve(LATENCY, where={"load": "peak"})
    assert judged(users, GOOD).not_counted[0][1] == "it does not state its load, which has to be peak"
    assert verdict(attrs.evolve(LATENCY, where={"place": ["gateway", "caller"]}), GOOD) is MET


def test_a_warm_up_counts_only_where_it_is_asked_for():
    early = Measure(
        "request.latency", Histogram(20_000, [Bucket("0.12", 0)]), where={"place": "caller", "phase": "warm-up"}
    )
    both = of([early, GOOD.measures[0]])
    assert verdict(LATENCY, both) is MET
    assert verdict(attrs.evolve(LATENCY, where={"phase": "warm-up"}), both) is MISSED
    (pair,) = judged(LATENCY, of(early)).not_counted
    assert pair[1] == "its phase is warm-up, which is not asked for"
    assert words(LATENCY, of(early)) == f"no evidence of request.latency counts: {pair[1]}"
    elsewhere = of(attrs.evolve(early, where={"place": "caller", "baseline": "old"}))
    assert [one for _, one in judged(LATENCY, GOOD, elsewhere).not_counted] == [
        "its baseline is old, which is not asked for"
    ]


def test_evidence_of_too_short_a_time_or_too_little_load_can_fail_and_not_pass():
    assert verdict(ERRORS, run(hours=1)) is MET
    assert verdict(ERRORS, run(hours=0.99)) is INCONCLUSIVE
    assert words(ERRORS, run(hours=0.5)).endswith("; it covers 30 min of the 1 h that it has to")
    assert words(ERRORS, run(hours=0.01)).endswith("; it covers 36 s of the 1 h that it has to")
    day = attrs.evolve(ERRORS, span="3 days")
    assert words(day, run(hours=36)).endswith("; it covers 1.5 days of the 3 days that it has to")
    assert words(day, run(hours=5)).endswith("; it covers 5 h of the 3 days that it has to")
    assert verdict(ERRORS, run(failed=900, hours=0.1)) is MISSED
    peak = attrs.evolve(LATENCY, offered="300/s")
    assert words(peak, GOOD).endswith("it does not say how many requests were offered, and 300/s have to be")
    loaded = attrs.evolve(GOOD, measures=[*GOOD.measures, LOAD])
    assert verdict(peak, loaded) is MET
    little = attrs.evolve(GOOD, measures=[*GOOD.measures, attrs.evolve(LOAD, value=Number("299.9"))])
    assert words(peak, little).endswith("; 299.9/s were offered of the 300/s that have to be")
    assert verdict(peak, little) is INCONCLUSIVE


def test_a_caution_takes_away_what_its_bias_allows():
    bad = run(slow=900)
    for bias, expected in {
        "flatters": (INCONCLUSIVE, MISSED),
        "darkens": (MET, INCONCLUSIVE),
        "unsound": (INCONCLUSIVE,) * 2,
    }.items():
        caution = Caution("c", "it is so", bias=bias)
        found = [judged(LATENCY, attrs.evolve(one, cautions=[caution])).judgement for one in (GOOD, bad)]
        assert tuple(one.verdict for one in found) == expected
        assert [one.cautions for one in found] == [
            ("it is so",) if one.verdict is INCONCLUSIVE else () for one in found
        ]
    assert verdict(LATENCY, DARK) is INCONCLUSIVE
    assert verdict(attrs.evolve(ERRORS, span=None), DARK) is MET  # the caution is about latency
    assert words(LATENCY, DARK).endswith("; it may be cut")


def test_a_miss_is_not_outvoted_in_any_order():
    foreign = run(subject={"model": OTHER_MODEL, "config": CONFIG})
    pieces = [GOOD, run(slow=900), DARK, foreign, run(n=9)]
    results = {repr(judged(LATENCY, *order)) for order in permutations(pieces)}
    assert len(results) == 1
    assert verdict(LATENCY, *pieces) is MISSED
    assert verdict(LATENCY, GOOD, DARK, foreign) is MET
    assert verdict(LATENCY, DARK, foreign) is INCONCLUSIVE


# Relative to a baseline

ACCURACY = Kpi("accuracy", "A", measure="accuracy.wrong", at_most="2 points", relative_to="offline", binds=["model"])


def wrong(least, n, most=None, **more):
    return Measure(
        "accuracy.wrong", Share(least, n, most=least if most is None else most), **{"sampling": "set", **more}
    )


OFFLINE = of(wrong(500, 10_000, where={"baseline": "offline"}), subject=())


def test_a_difference_of_shares_is_judged_by_its_interval():
    assert verdict(ACCURACY, OFFLINE, of(wrong(510, 10_000))) is MET
    assert verdict(ACCURACY, OFFLINE, of(wrong(30, 500))) is INCONCLUSIVE
    assert verdict(ACCURACY, OFFLINE, of(wrong(900, 10_000))) is MISSED
    assert words(ACCURACY, OFFLINE, of(wrong(510, 10_000))) == (
        "510 of 10,000 wrong, offline 500 of 10,000 wrong, and at most 2 points more than offline is wanted; "
        "the difference is -0.769 to 0.968 points"
    )
    assert verdict(ACCURACY, OFFLINE, of(wrong(510, 10_000, spread=20))) is INCONCLUSIVE
    assert verdict(ACCURACY, OFFLINE, of(wrong(510, 10_000, most=800))) is INCONCLUSIVE
    assert verdict(ACCURACY, OFFLINE, of(wrong(510, 10_000, sampling="stream"))) is INCONCLUSIVE


@pytest.mark.parametrize("n", [(1, 1), (3, 3), (30, 30), (100, 10), (200, 5)])
@pytest.mark.parametrize("p", [0.02, 0.3, 0.6])
def test_a_difference_that_just_misses_is_met_in_one_of_twenty_samples_at_most(n, p):
    binom = pytest.importorskip("scipy.stats").binom
    false = 0.0
    for own in range(n[0] + 1):
        for base in range(n[1] + 1):
            measures = of(wrong(own, n[0])), of(wrong(base, n[1], where={"baseline": "offline"}))
            if verdict(ACCURACY, *measures) is MET:
                false += binom.pmf(own, n[0], p + 0.02) * binom.pmf(base, n[1], p)
    assert false <= 0.05


def test_each_baseline_has_to_be_met():
    """An easier baseline, whatever it is of, does not replace another one; and a miss against one is a miss."""
    easy = of(wrong(2_000, 10_000, where={"baseline": "offline"}), subject={"model": OTHER_MODEL})
    near = of(wrong(660, 10_000))
    assert verdict(ACCURACY, easy, near) is MET
    for order in permutations([OFFLINE, easy, near]):
        assert verdict(ACCURACY, *order) is INCONCLUSIVE
    assert verdict(ACCURACY, OFFLINE, easy, of(wrong(900, 10_000))) is MISSED
    empty = of(wrong(0, 0, where={"baseline": "offline"}))
    assert verdict(ACCURACY, OFFLINE, empty, of(wrong(510, 10_000))) is NOT_MEASURED


def test_censuses_are_compared_as_they_are():
    whole = Kpi("t", "T", measure="tests.failed", at_most="2 points", relative_to="old", binds=[])
    old = share(1, 100, sampling="census", where={"baseline": "old"})
    assert [verdict(whole, old, share(k, 100, sampling="census")) for k in (3, 4)] == [MET, MISSED]
    ratio = attrs.evolve(whole, at_most="110%")
    assert [verdict(ratio, old, share(k, 1_000, sampling="census")) for k in (11, 12)] == [MET, MISSED]
    assert verdict(whole, old, share(3, 100)) is INCONCLUSIVE
    requests = attrs.evolve(whole, measure="request.failed")
    both = [share(0, 900, "request.failed", sampling="census", where=where) for where in ({"baseline": "old"}, {})]
    assert words(requests, *both).endswith("the order of the requests is not known")


def test_limits_relative_to_a_baseline_are_met_where_they_are_reached():
    census = Kpi("a", "A", measure="audit.unlisted", at_most="110%", relative_to="old", binds=[])
    none = share(0, 41, "audit.unlisted", sampling="census", where={"baseline": "old"})
    assert verdict(census, none, share(0, 41, "audit.unlisted", sampling="census")) is MET
    assert verdict(census, none, share(1, 41, "audit.unlisted", sampling="census")) is MISSED
    assert verdict(census, none, share(0, 900, "audit.unlisted")) is INCONCLUSIVE
    for limit, base, value in (({"at_most": "120%"}, "3", "3.6"), ({"at_least": "90%"}, "0.1", "0.09")):
        score = Kpi("s", "S", measure="score.l", relative_to="old", binds=[], **limit)
        of_old = of(Measure("score.l", Number(base), where={"baseline": "old"}, sampling="census"))
        assert verdict(score, of_old, of(Measure("score.l", Number(value), sampling="census"))) is MET


def test_a_phase_has_its_own_baseline_and_no_known_span():
    old = Kpi("old", "O", measure="request.latency", quantile=0.95, at_most="110%", relative_to="old", binds=["model"])
    steps = Histogram(10_000, [Bucket(bound, int(10_000 * bound)) for bound in (0.1, 0.5, 0.9, 0.94, 0.95, 0.96, 1)])
    fast = Histogram(10_000, [Bucket("0.001", 10_000)])
    main = Measure("request.latency", steps, where={"baseline": "old"}, spread=1)
    warm = Measure("request.latency", fast, where={"baseline": "old", "phase": "warm-up"}, spread=1)
    now = of(Measure("request.latency", steps, spread=1))
    assert verdict(old, of([main, warm]), now) is MET
    assert "its phase is warm-up" in words(old, of(warm), now) or verdict(old, of(warm), now) is NOT_MEASURED
    early = attrs.evolve(ERRORS, where={"phase": "warm-up"}, binds=[])
    assert words(early, share(0, 900, "request.failed", spread=1, where={"phase": "warm-up"})).endswith(
        "it does not say how much of the 1 h that it has to cover its phase took"
    )


def test_a_miss_that_is_only_just_significant_beats_a_later_pass():
    earlier = attrs.evolve(share(16, 900), collected_from=on(1), collected_to=on(1))
    assert verdict(FAILED, earlier) is MISSED
    assert verdict(attrs.evolve(FAILED, at_most="1%"), earlier, share(0, 900)) is MISSED
    assert verdict(FAILED, attrs.evolve(earlier, measures=share(14, 900).measures), share(0, 900)) is MET


def test_values_below_zero_have_no_ratio():
    old = Kpi("old", "O", measure="x-margin", quantile=0.9, at_most="110%", relative_to="old", binds=["model"])
    below, above = (Histogram(900, [Bucket(low, 400), Bucket(high, 900)]) for low, high in (("-5", "-4"), ("10", "20")))
    for ours, theirs in ((above, below), (below, above)):
        base = of(Measure("x-margin", theirs, where={"baseline": "old"}, spread=1))
        assert verdict(old, base, of(Measure("x-margin", ours, spread=1))) is INCONCLUSIVE
    score = Kpi("s", "S", measure="score.l", at_least="110%", relative_to="old", binds=[])
    for base, value in (("-5", "-5.4"), ("0", "1")):
        census = of(Measure("score.l", Number(base), where={"baseline": "old"}, sampling="census"))
        assert verdict(score, census, of(Measure("score.l", Number(value), sampling="census"))) is INCONCLUSIVE


def test_requests_are_no_census_whatever_their_form():
    achieved = Kpi("a", "A", measure="load.achieved", at_least="200/s", binds=[])
    number = of(Measure("load.achieved", Number(500), sampling="census"))
    assert verdict(achieved, number) is INCONCLUSIVE
    assert words(attrs.evolve(achieved, independent=True), number) == (
        "500, and at least 200/s is wanted; taken as independent"
    )
    relative = attrs.evolve(achieved, at_least="90%", relative_to="old")
    base = of(Measure("load.achieved", Number(500), sampling="census", where={"baseline": "old"}))
    assert verdict(relative, base, number) is INCONCLUSIVE


def test_without_a_baseline_or_observations_nothing_is_measured():
    assert words(ACCURACY, of(wrong(1, 100))) == "there is no evidence of accuracy.wrong for the baseline offline"
    assert verdict(ACCURACY, OFFLINE) is NOT_MEASURED
    assert words(ACCURACY, OFFLINE) == "there is no evidence of accuracy.wrong"
    assert verdict(ACCURACY, OFFLINE, of(wrong(0, 0))) is NOT_MEASURED
    number = of(Measure("accuracy.wrong", Number("0.05")))
    assert verdict(ACCURACY, OFFLINE, number) is NOT_MEASURED


def test_ratios_are_judged_by_intervals_of_both():
    ratio = attrs.evolve(ACCURACY, at_most="150%")
    assert verdict(ratio, OFFLINE, of(wrong(500, 10_000))) is MET
    assert verdict(ratio, OFFLINE, of(wrong(5, 100))) is INCONCLUSIVE
    assert verdict(ratio, OFFLINE, of(wrong(2_000, 10_000))) is MISSED
    assert verdict(ratio, of(wrong(0, 10, where={"baseline": "offline"})), of(wrong(0, 10_000))) is INCONCLUSIVE
    old = Kpi("old", "O", measure="request.latency", quantile=0.95, at_most="110%", relative_to="old", binds=["model"])
    steps = [Bucket(bound, int(10_000 * bound)) for bound in (0.1, 0.5, 0.9, 0.94, 0.95, 0.96, 1)]
    before = of(Measure("request.latency", Histogram(10_000, steps), where={"baseline": "old"}, spread=1))
    assert verdict(old, before, of(Measure("request.latency", Histogram(10_000, steps), spread=1))) is MET
    slow = [Bucket(float(bucket.bound) * 2, bucket.least) for bucket in steps]
    assert verdict(old, before, of(Measure("request.latency", Histogram(10_000, slow), spread=1))) is MISSED
    few = [Bucket(bucket.bound, bucket.least // 1_000) for bucket in steps]
    assert verdict(old, before, of(Measure("request.latency", Histogram(10, few), spread=1))) is INCONCLUSIVE


def test_numbers_are_compared_with_those_of_a_census_only():
    score = Kpi("f1", "F1", measure="score.f1", at_least="98%", relative_to="offline", binds=[])
    base = of(Measure("score.f1", Number("0.9"), where={"baseline": "offline"}, sampling="census"))
    values = [of(Measure("score.f1", Number(value), sampling="census")) for value in ("0.882", "0.881")]
    assert [verdict(score, base, value) for value in values] == [MET, MISSED]
    assert verdict(score, base, of(Measure("score.f1", Number(1)))) is INCONCLUSIVE
    lower = attrs.evolve(score, at_least=None, at_most="98%", independent=True)
    assert [verdict(lower, base, value) for value in values] == [MET, MET]


def test_a_baseline_has_the_form_observations_and_cautions_of_evidence():
    ratio = attrs.evolve(ACCURACY, at_most="110%")
    exact = [
        of(Measure("accuracy.wrong", Number(0), where=where, sampling="census"))
        for where in ({"baseline": "offline"}, {})
    ]
    assert words(ratio, *exact) == "it is a number, and the KPI is about a share"
    steps = Measure("accuracy.wrong", Histogram(9, [Bucket(1, 9)]), spread=1)
    both = of(attrs.evolve(steps, where={"baseline": "offline"})), of(steps)
    assert words(ratio, *both) == "it is a histogram, and the KPI is about a share"
    score = Kpi("f1", "F1", measure="score.f1", at_least="98%", relative_to="offline", binds=[])
    none = [of(Measure("score.f1", Number(1, n=0), where=one.measures[0].where, sampling="census")) for one in exact]
    assert words(score, *none) == "nothing was observed"
    alone = attrs.evolve(score, at_least="0.9", relative_to="")
    assert verdict(alone, none[1]) is NOT_MEASURED
    better, worse = of(wrong(10, 10_000)), of(wrong(900, 10_000))
    for bias, expected in (("darkens", (INCONCLUSIVE, MISSED)), ("flatters", (MET, INCONCLUSIVE))):
        told = attrs.evolve(OFFLINE, cautions=[Caution("x", "it is odd", bias=bias)])
        assert (verdict(ACCURACY, told, better), verdict(ACCURACY, told, worse)) == expected


def test_the_load_of_a_warm_up_is_not_that_of_the_run():
    quiet = attrs.evolve(LOAD, value=Number(5))
    fast = attrs.evolve(LOAD, where={"phase": "warm-up", "place": "caller"})
    loaded = attrs.evolve(ERRORS, offered="100/s", span=None)
    run = Measure("request.failed", Share(0, 2_990), spread=1)
    assert verdict(loaded, of([run, LOAD])) is MET
    assert verdict(loaded, of([run, quiet, fast])) is INCONCLUSIVE
    assert verdict(loaded, of([run, quiet, LOAD])) is INCONCLUSIVE


def test_a_span_of_any_length_is_compared():
    assert (
        verdict(attrs.evolve(ERRORS, span="999999999999 days"), share(0, 2_990, "request.failed", spread=1))
        is INCONCLUSIVE
    )


def test_verdicts_are_shown_in_words():
    assert [one.words for one in Verdict] == ["missed", "met", "inconclusive", "not measured"]


@pytest.mark.parametrize(
    ("limit", "buckets", "shown"),
    [
        ("120 ms", [("0.09", 19_799), ("0.0961", 19_800)], "p99 is 90 ms to 96.1 ms"),
        ("120 ms", [("0.09607", 19_799), ("0.09611", 19_800)], "p99 is 96.1 ms"),
        ("120 ms", [("0.0961", 19_900)], "p99 is at most 96.1 ms"),
        ("120 ms", [("0.05", 100), ("0.3104", 19_799)], "p99 is above 310 ms"),
        ("2 s", [("1.5", 19_799), ("1234.5", 20_000)], "p99 is 1.5 s to 1,230 s"),
    ],
)
def test_the_quantile_of_the_sample_is_shown_in_the_unit_of_the_limit(limit, buckets, shown):
    kpi = attrs.evolve(LATENCY, at_most=limit)
    found = words(kpi, latency(*(Bucket(bound, least) for bound, least in buckets)))
    assert found.startswith(f"{shown}; ")
    wide = latency(Bucket("0.05", 100, most=19_800), Bucket("0.12", 19_900, most=20_000))
    assert words(LATENCY, wide).startswith("p99 is at most 120 ms; ")
    vague = latency(Bucket("0.12", 100, most=20_000))
    assert words(LATENCY, vague).startswith("its buckets do not show p99; 0 to 19,900 of 20,000 above 120 ms")


def test_the_quantile_of_a_quantile_that_is_no_float_is_the_right_one():
    kpi = attrs.evolve(LATENCY, quantile=0.57)  # 0.57 * 100 is 56.99999999999999
    buckets = [Bucket(f"0.{place + 10:03}", place) for place in range(1, 101)]
    few = Measure("request.latency", Histogram(100, buckets), where={"place": "caller"}, spread=1)
    assert words(kpi, of(few)).startswith("p57 is 66 ms to 67 ms; ")
