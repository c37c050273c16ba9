"""The laws of tailoring, over generated checklists of few ids, so that they meet each other."""

from __future__ import annotations

import attrs
from hypothesis import given
from hypothesis import strategies as st
from strategies import FACETS, choices, efforts

from servingchecklist import (
    Checklist,
    CycleError,
    InvalidError,
    Overlay,
    Phase,
    Priority,
    Reference,
    Task,
    diff,
    overlay_from,
    tailor,
    upgrade,
)

_words = st.sampled_from(["One", "Two", "Three"])


@st.composite
def small(draw):
    """Checklists of up to seven tasks out of nine and three phases out of four, whose values are few."""
    names = draw(st.lists(st.sampled_from([f"t{n}" for n in range(9)]), max_size=7, unique=True))
    in_turn = draw(st.permutations(names))
    facets = draw(st.sampled_from([(), FACETS[:1], FACETS]))
    made = []
    for name in names:
        earlier = in_turn[: in_turn.index(name)]
        made.append(
            Task(
                name,
                draw(_words),
                priority=draw(st.sampled_from([Priority.HIGH, Priority.LOW])),
                effort=draw(st.none() | efforts),
                after=draw(st.lists(st.sampled_from(earlier), max_size=3, unique=True)) if earlier else [],
                references=draw(st.sampled_from([(), (Reference("A", "a.md"),)])),
                when=draw(choices(facets)),
            )
        )
    phases = draw(st.lists(st.sampled_from("pqrs"), min_size=1, max_size=3, unique=True))
    held = {phase: [] for phase in phases}
    for task in made:
        held[draw(st.sampled_from(phases))].append(task)
    return Checklist(
        draw(st.sampled_from(["x", "y"])),
        draw(_words),
        topic=draw(st.sampled_from(["", "Fraud"])),
        facets=facets,
        context=draw(choices(facets)),
        phases=[
            Phase(phase, draw(_words), guide=draw(st.sampled_from([None, Reference("A", "a.md")])), tasks=tasks)
            for phase, tasks in held.items()
        ],
    )


@given(small(), small())
def test_the_overlay_made_from_two_checklists_makes_one_into_the_other(before, after):
    overlay = overlay_from(before, after)
    made = tailor(before, overlay)
    assert made == after
    assert (made.base, made.layers) == (before, (overlay,))
    assert bool(overlay.changes) == (before != after)


@given(small(), small())
def test_a_diff_is_empty_for_what_is_equal_and_for_nothing_else(before, after):
    assert not diff(before, attrs.evolve(before))
    assert bool(diff(before, after)) == (before != after)
    turned = {(one.what, one.id, one.field) for one in diff(after, before)}
    places = {"place", "phase"}
    assert {one.key for one in diff(before, after) if one.field not in places} == {
        key for key in turned if key[2] not in places
    }


def overlay_of(base, wanted):
    return attrs.evolve(overlay_from(base, wanted, reason="ours"), base="")


@given(small(), small())
def test_without_an_overlay_an_upgrade_is_the_new_edition(old, new):
    made = upgrade(old, new, Overlay("ours", "Ours"))
    assert (made.checklist, made.conflicts, made.overlay.changes) == (new, (), ())


@given(small(), small())
def test_where_nothing_changed_upstream_ours_stays_as_it_is(old, wanted):
    overlay = overlay_of(old, wanted)
    made = upgrade(old, attrs.evolve(old), overlay)
    assert (made.checklist, made.overlay, made.conflicts, made.agreed) == (wanted, overlay, (), ())


@given(small(), small())
def test_what_both_sides_did_alike_is_no_conflict(old, wanted):
    made = upgrade(old, wanted, overlay_of(old, wanted))
    assert (made.checklist, made.overlay.changes, made.conflicts) == (wanted, (), ())


@given(small(), small(), small())
def test_any_upgrade_gives_a_checklist_and_the_overlay_that_leads_to_it(old, new, wanted):
    made = upgrade(old, new, overlay_of(old, wanted))
    assert tailor(new, made.draft_overlay) == made.draft
    assert len({one.path for one in made.conflicts}) == len(made.conflicts)


@given(small(), small(), small(), st.randoms(use_true_random=False))
def test_decisions_settle_conflicts_until_none_is_open(old, new, wanted, random):
    overlay = overlay_of(old, wanted)
    decisions = {}
    for _ in range(60):
        try:
            made = upgrade(old, new, overlay, decisions)
        except InvalidError:  # what was decided for ours may not fit together with the rest
            assert "ours" in decisions.values()
            return
        if not made.conflicts:
            assert made.checklist == tailor(new, made.overlay)
            return
        decisions |= {one.path: random.choice(["ours", "theirs"]) for one in made.conflicts}
    raise AssertionError("decisions do not end")


@given(small(), small(), small())
def test_when_all_is_decided_for_theirs_only_what_is_not_in_conflict_is_ours(old, new, wanted):
    overlay = overlay_of(old, wanted)
    decisions = {}
    while (made := upgrade(old, new, overlay, decisions)).conflicts:
        decisions |= dict.fromkeys((one.path for one in made.conflicts), "theirs")
    assert made.checklist == upgrade(old, new, overlay).draft


@given(small(), small(), small())
def test_what_only_one_side_has_changed_is_in_the_result(old, new, wanted):
    """Nothing is dropped silently: each field that only one side has changed is as that side has it."""
    made = upgrade(old, new, overlay_of(old, wanted))
    told = {one.path for one in made.conflicts}
    result = made.draft
    for task in set(old) & set(new) & set(wanted) if False else [t for t in old if t.id in new and t.id in wanted]:
        if task.id not in result:
            assert told
            continue
        for field in ("title", "priority", "effort", "description", "references"):
            was, ours, theirs = (getattr(side[task.id], field) for side in (old, wanted, new))
            now = getattr(result[task.id], field)
            if ours == was:
                assert now == theirs
            elif theirs in (was, ours):
                assert now == ours
            else:
                assert now == theirs
                assert f"tasks.{task.id}.{field}" in told


@given(small(), st.data())
def test_a_change_of_prerequisites_is_applied_or_refused_whole(checklist, data):
    if not len(checklist):
        return
    ids = [task.id for task in checklist]
    task = data.draw(st.sampled_from(ids))
    after = data.draw(st.lists(st.sampled_from(ids), unique=True, max_size=3))
    from servingchecklist import changes

    overlay = Overlay("o", "O", changes=[changes.SetTask(task, after=after, reason="r")])
    try:
        assert tailor(checklist, overlay)[task].after == tuple(after)
    except CycleError as error:
        assert error.faults[0].path == "$.changes[0].after"
        assert task in error.cycle
