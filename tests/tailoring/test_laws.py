"""The laws of tailoring, over generated checklists of few ids, so that they meet each other."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from helpers.strategies import FACETS, choices, efforts
from servingchecklist import Checklist, Effort, Facet, Overlay, Phase, Priority, Reference, Step, Task, changes, tailor
from servingchecklist._tailoring.difference import keys_of
from servingchecklist._tailoring.tailor import changes_between
from servingchecklist.errors import CycleError, InvalidError
from servingchecklist.results import Choice
from servingchecklist.tailoring import diff, explain, overlay_from, upgrade

_words = st.sampled_from(["One", "Two", "Three"])
NARROW = (FACETS[0], Facet("tier", "Tier", ["A", "B"]))
NAMES = [f"t{n}" for n in range(9)]


def built(head, phases, members, tasks):
    """The checklist of these parts; None where tasks would wait for each other in a circle."""
    try:
        return Checklist(
            **head,
            phases=[
                Phase(phase, **phases[phase], tasks=[Task(name, **tasks[name]) for name in held])
                for phase, held in members.items()
            ],
        )
    except CycleError:
        return None


some_steps = st.lists(
    st.builds(Step, st.sampled_from("abc"), st.sampled_from(["One", "Two"])), max_size=3, unique_by=lambda step: step.id
)
some_labels = st.lists(st.sampled_from(["gdpr", "slo", "kpi"]), max_size=2, unique=True)
some_annotations = st.dictionaries(st.sampled_from(["jira", "pillar"]), st.sampled_from(["1", "2"]))
MEMBERWISE = {"steps": some_steps, "labels": some_labels, "annotations": some_annotations}


@st.composite
def small(draw):
    """Checklists of up to seven tasks out of nine and three phases out of four, whose values are few."""
    names = draw(st.lists(st.sampled_from(NAMES), max_size=7, unique=True))
    facets = draw(st.sampled_from([(), FACETS[:1], FACETS, NARROW]))
    tasks = {}
    for name in draw(st.permutations(names)):
        earlier = list(tasks)
        tasks[name] = {
            "title": draw(_words),
            "priority": draw(st.sampled_from([Priority.HIGH, Priority.LOW])),
            "effort": draw(st.none() | efforts),
            "after": draw(st.lists(st.sampled_from(earlier), max_size=3, unique=True)) if earlier else [],
            "references": draw(st.sampled_from([(), (Reference("A", "a.md"),)])),
            "when": draw(choices(facets)),
            "steps": draw(some_steps),
            "labels": draw(some_labels),
            "annotations": draw(some_annotations),
            "role": draw(st.sampled_from(["", "sre"])),
        }
    phases = draw(st.lists(st.sampled_from("pqrs"), min_size=1, max_size=3, unique=True))
    members = {phase: [] for phase in phases}
    for name in names:
        members[draw(st.sampled_from(phases))].append(name)
    guides = st.sampled_from([None, Reference("A", "a.md")])
    head = {
        "id": draw(st.sampled_from(["x", "y"])),
        "title": draw(_words),
        "topic": draw(st.sampled_from(["", "Fraud"])),
        "facets": facets,
        "context": draw(choices(facets)),
    }
    made = {phase: {"title": draw(_words), "guide": draw(guides)} for phase in phases}
    earlier = {
        phase: draw(st.sampled_from([[], [], phases[:place], phases[:place][-1:]]))
        for place, phase in enumerate(phases)
    }
    in_order = {phase: fields | {"after": earlier[phase]} for phase, fields in made.items()}
    return built(head, in_order, members, tasks) or built(head, made, members, tasks)


class Desk:
    """A checklist in parts, on which somebody works."""

    def __init__(self, checklist):
        fields = ("title", "priority", "effort", "after", "references", "when", "role", *MEMBERWISE)
        self.head = {name: getattr(checklist, name) for name in ("id", "title", "topic", "facets", "context")}
        self.tasks = {task.id: {name: getattr(task, name) for name in fields} for task in checklist}
        self.phases = {
            phase.id: {"title": phase.title, "guide": phase.guide, "after": phase.after} for phase in checklist.phases
        }
        self.members = {phase.id: [task.id for task in phase.tasks] for phase in checklist.phases}

    def take_out(self, name):
        for held in self.members.values():
            if name in held:
                held.remove(name)

    def drop(self, name):
        gone = self.tasks.pop(name)
        self.take_out(name)
        for task in self.tasks.values():
            around = (one for other in task["after"] for one in (gone["after"] if other == name else [other]))
            task["after"] = [one for one in dict.fromkeys(around) if one in self.tasks]

    def declare(self, facets):
        """Other facets, and of what was said only what they know."""
        values = {facet.id: facet.values for facet in facets}

        def known(made):
            kept = [(one.facet, [value for value in one.values if value in values.get(one.facet, ())]) for one in made]
            return tuple(Choice(facet, some) for facet, some in kept if some)

        self.head |= {"facets": facets, "context": known(self.head["context"])}
        for task in self.tasks.values():
            task["when"] = known(task["when"])

    def edit_task(self, kind, draw):
        names = sorted(self.tasks)
        name = draw(st.sampled_from(names))
        task = self.tasks[name]
        match kind:
            case "title":
                task["title"] = draw(_words)
            case "effort":
                task["effort"] = draw(st.sampled_from([None, Effort(1, 2), Effort(3, 3)]))
            case "after":
                task["after"] = draw(st.lists(st.sampled_from(names), max_size=3, unique=True))
            case "when":
                task["when"] = draw(choices(self.head["facets"]))
            case "members":
                field = draw(st.sampled_from(sorted(MEMBERWISE)))
                task[field] = draw(MEMBERWISE[field])
            case "drop":
                self.drop(name)
            case "move":
                self.take_out(name)
                held = self.members[draw(st.sampled_from(sorted(self.members)))]
                held.insert(draw(st.integers(0, len(held))), name)

    def edit(self, kind, draw):
        homes = sorted(self.members)
        match kind:
            case "add":
                new = draw(st.sampled_from(NAMES))
                if new not in self.tasks:
                    effort = draw(st.sampled_from([None, Effort(1, 2)]))
                    self.tasks[new] = {"title": draw(_words), "effort": effort, "after": (), "when": ()}
                    self.members[draw(st.sampled_from(homes))].insert(0, new)
            case "phase":
                phase = draw(st.sampled_from("pqrstu"))
                if phase not in self.members:
                    self.members[phase], self.phases[phase] = [], {"title": draw(_words)}
                elif len(homes) > 1:
                    left, gone = self.members.pop(phase), self.phases.pop(phase)
                    self.members[draw(st.sampled_from(sorted(self.members)))] += left
                    for name, fields in self.phases.items():
                        earlier = fields.get("after", ())
                        around = (
                            one for other in earlier for one in (gone.get("after", ()) if other == phase else [other])
                        )
                        fields["after"] = [one for one in dict.fromkeys(around) if one != name]
            case "phase after":
                self.phases[draw(st.sampled_from(homes))]["after"] = draw(
                    st.lists(st.sampled_from(homes), max_size=2, unique=True)
                )
            case "phase title":
                self.phases[draw(st.sampled_from(homes))]["title"] = draw(_words)
            case "phases":
                self.members = {phase: self.members[phase] for phase in draw(st.permutations(homes))}
            case "topic":
                self.head["topic"] = draw(st.sampled_from(["", "Fraud", "Chat"]))
            case "facets":
                self.declare(draw(st.sampled_from([(), FACETS[:1], FACETS, NARROW])))
            case "context":
                self.head["context"] = draw(choices(self.head["facets"]))


OF_TASKS = ("title", "effort", "after", "when", "members", "drop", "move")
OF_THE_REST = ("add", "phase", "phase title", "phase after", "phases", "topic", "facets", "context")


@st.composite
def edited(draw, checklist):
    """What somebody makes of a checklist in a few steps, as the next edition and a team do."""
    desk = Desk(checklist)
    for kind in draw(st.lists(st.sampled_from(OF_TASKS + OF_THE_REST), max_size=5)):
        if kind in OF_THE_REST:
            desk.edit(kind, draw)
        elif desk.tasks:
            desk.edit_task(kind, draw)
    return built(desk.head, desk.phases, desk.members, desk.tasks) or checklist


pairs = small().flatmap(lambda old: st.tuples(st.just(old), small() | edited(old)))
triples = small().flatmap(lambda old: st.tuples(st.just(old), small() | edited(old), small() | edited(old)))
near_triples = small().flatmap(lambda old: st.tuples(st.just(old), edited(old), edited(old)))


def overlay_of(base, wanted):
    return attrs.evolve(overlay_from(base, wanted, reason="ours"), base="")


def decided(old, new, overlay, side):
    """The upgrade once all conflicts are decided, each by ``side``, which is asked with its path."""
    decisions = {}
    for _ in range(60):
        made = upgrade(old, new, overlay, decisions)
        if not made.conflicts:
            return made
        assert not {one.path for one in made.conflicts} & set(decisions)
        decisions |= {one.path: side(one.path) for one in made.conflicts}
    raise AssertionError("decisions do not end")


@given(pairs)
def test_the_overlay_made_from_two_checklists_makes_one_into_the_other(pair):
    before, after = pair
    overlay = overlay_from(before, after)
    made = tailor(before, overlay)
    assert made == after
    assert (made.base, made.layers) == (before, (overlay,))
    assert bool(overlay.changes) == (before != after)


@given(pairs)
def test_a_diff_is_empty_for_what_is_equal_and_for_nothing_else(pair):
    before, after = pair
    assert not diff(before, attrs.evolve(before))
    assert bool(diff(before, after)) == (before != after)
    assert len({one.path for one in diff(before, after)}) == len(diff(before, after))
    turned = {one.key for one in diff(after, before) if one.kind != "moved"}
    assert {one.key for one in diff(before, after) if one.kind != "moved"} == turned
    for one in diff(before, after):
        assert one.before != one.after
        if one.what == "task" and one.kind == "changed":
            assert (one.before, one.after) == tuple(getattr(side[one.id], one.field) for side in (before, after))


@given(triples)
def test_what_is_explained_is_what_differs_from_the_base_with_every_layer_that_had_a_hand_in_it(triple):
    base, second, third = triple
    stacked = tailor(base, overlay_of(base, second), Overlay("more", "More", changes=overlay_of(second, third).changes))
    found = explain(stacked)
    assert {one.path for one in found} == {one.path for one in [*diff(base, second), *diff(second, third)]}
    for one in found:
        assert all(
            later.before == step.after for step, later in zip(one.revisions, one.revisions[1:], strict=False)
        ) or (one.field in ("place", "phase"))
        assert all(step.reason == "ours" or "was dropped: ours" in step.reason for step in one.revisions)
    for task in stacked:
        for one in explain(stacked, task):
            value = stacked.phase_of(task).id if one.field == "phase" else getattr(task, one.field)
            assert one.value == value
            assert not one.revisions or one.revisions[-1].after == value


@given(pairs)
def test_without_an_overlay_an_upgrade_is_the_new_edition(pair):
    old, new = pair
    made = upgrade(old, new, Overlay("ours", "Ours"))
    assert (made.checklist, made.conflicts, made.overlay.changes) == (new, (), ())


@given(pairs)
def test_where_nothing_changed_upstream_ours_stays_as_it_is(pair):
    old, wanted = pair
    overlay = overlay_of(old, wanted)
    made = upgrade(old, attrs.evolve(old), overlay)
    assert (made.checklist, made.overlay, made.conflicts, made.agreed) == (wanted, overlay, (), ())


@given(pairs)
def test_what_both_sides_did_alike_is_no_conflict(pair):
    old, wanted = pair
    made = upgrade(old, wanted, overlay_of(old, wanted))
    assert (made.checklist, made.overlay.changes, made.conflicts) == (wanted, (), ())


@given(triples)
def test_any_upgrade_gives_a_checklist_and_the_overlay_that_leads_to_it(triple):
    old, new, wanted = triple
    made = upgrade(old, new, overlay_of(old, wanted))
    assert tailor(new, made.draft_overlay) == made.draft
    assert len({one.path for one in made.conflicts}) == len(made.conflicts)
    assert not {one.path for one in made.conflicts} & set(made.agreed)


@given(triples, st.randoms(use_true_random=False))
def test_decisions_settle_conflicts_until_none_is_open(triple, random):
    old, new, wanted = triple
    sides = []

    def either(_):
        sides.append(random.choice(["ours", "theirs"]))
        return sides[-1]

    try:
        made = decided(old, new, overlay_of(old, wanted), either)
    except InvalidError:  # what was decided for ours may not fit together with the rest
        refused = True
    else:
        refused = False
        assert made.checklist == tailor(new, made.overlay)
    assert not refused or "ours" in sides


@given(triples)
def test_when_all_is_decided_for_theirs_only_what_is_not_in_conflict_is_ours(triple):
    old, new, wanted = triple
    overlay = overlay_of(old, wanted)
    made = decided(old, new, overlay, lambda _: "theirs")
    assert made.checklist == upgrade(old, new, overlay).draft


@given(triples)
def test_what_both_sides_have_is_there_in_the_end(triple):
    old, new, wanted = triple
    draft = upgrade(old, new, overlay_of(old, wanted)).draft
    both = {task.id for task in new} & {task.id for task in wanted}
    assert both <= {task.id for task in draft}
    assert {task.id for task in draft} <= {task.id for task in new} | {task.id for task in wanted}
    phases = {phase.id for phase in new.phases} & {phase.id for phase in wanted.phases}
    assert phases <= {phase.id for phase in draft.phases}


FIELDS = ("title", "priority", "effort", "description", "role", "section", "risk", "references", "when")


@given(near_triples)
def test_both_changed_it_differently_is_always_a_conflict(triple):
    """Symmetric: each field, each task and the head, whichever side did what."""
    old, new, wanted = triple
    told = {one.path for one in upgrade(old, new, overlay_of(old, wanted)).conflicts}
    for name in ("id", "title", "version", "topic", "description", "tips", "facets", "context"):
        was, we, they = (getattr(side, name) for side in (old, wanted, new))
        if was not in (we, they) and we != they:
            assert name in told
    for task in old:
        sides = [next((one for one in side if one.id == task.id), None) for side in (wanted, new)]
        if sides == [None, None]:
            continue
        if None in sides:
            left = next(side for side in sides if side)
            if any(getattr(left, field) != getattr(task, field) for field in FIELDS):
                assert f"tasks.{task.id}" in told
            continue
        for field in FIELDS:
            we, they = (getattr(side, field) for side in sides)
            if getattr(task, field) not in (we, they) and we != they:
                assert f"tasks.{task.id}.{field}" in told


def lost(old, wanted, made):
    """Changes of ours that are neither in the result, nor agreed on, nor in a conflict."""
    told = {*made.agreed, *(one.path for one in made.conflicts)}
    draft = made.draft
    phases = {phase.id: phase for phase in draft.phases}
    for one in diff(old, wanted):
        whole = f"{one.what}s.{one.id}" if one.id else one.path
        if one.path in told or whole in told or one.field in ("after", *MEMBERWISE):
            continue  # what is merged member by member has laws of its own
        if one.what == "checklist":
            now = getattr(draft, one.field)
        elif one.what == "phase":
            held = phases.get(one.id)
            if one.field == "place":
                continue  # there is more than one way to say who has moved
            if not one.field:
                # A phase that we have dropped comes back for what they have put into it, which is told of the tasks.
                is_told = any(path.startswith("tasks.") and path.endswith(".phase") for path in told)
                now = one.after if is_told or (held is None) == (one.after is None) else held
            else:
                now = getattr(held, one.field, None)
        elif one.id not in draft:
            now = None
        elif not one.field:
            now = one.after if one.after and same(draft[one.id], one.after, told) else draft[one.id]
        elif one.field == "place":
            continue
        elif one.field == "phase":
            if f"phases.{one.after}" in told:
                continue  # whether there is such a phase is to be decided first
            now = draft.phase_of(one.id).id
        else:
            now = getattr(draft[one.id], one.field)
        if now != one.after:
            yield one.path


def same(task, other, told):
    return all(getattr(task, field) == getattr(other, field) or f"tasks.{task.id}.{field}" in told for field in FIELDS)


@given(triples)
def test_nothing_of_ours_is_lost_in_silence(triple):
    old, new, wanted = triple
    made = upgrade(old, new, overlay_of(old, wanted))
    assert list(lost(old, wanted, made)) == []


def members(value):
    """The members of steps, labels or annotations by their keys."""
    return {
        entry if isinstance(entry, str) else entry.id if isinstance(entry, Step) else entry[0]: entry for entry in value
    }


@given(near_triples)
def test_members_that_one_side_has_changed_are_as_that_side_has_them(triple):
    """An independent reading of the rule: member by member, the side that has changed it; both, differently: a conflict."""
    old, new, wanted = triple
    made = upgrade(old, new, overlay_of(old, wanted))
    told = {one.path for one in made.conflicts}
    for task in old:
        if not all(task.id in side for side in (new, wanted, made.draft)):
            continue
        for field in MEMBERWISE:
            was, they, we, now = (members(getattr(side[task.id], field)) for side in (old, new, wanted, made.draft))
            sides = {name: [side.get(name) for side in (was, they, we)] for name in {*was, *they, *we}}
            clash = any(base not in (their, our) and their != our for base, their, our in sides.values())
            if f"tasks.{task.id}.{field}" in told:
                assert clash or [name for name in was if name in we] != [name for name in we if name in was]
                continue
            assert not clash
            expected = {name: our if their == base else their for name, (base, their, our) in sides.items()}
            assert now == {name: entry for name, entry in expected.items() if entry is not None}


@given(near_triples)
def test_prerequisites_that_one_side_has_added_are_there_in_the_end(triple):
    """Where nobody has dropped a task, so that nothing was linked around."""
    old, new, wanted = triple
    if not {task.id for task in old} <= {task.id for task in new} & {task.id for task in wanted}:
        return
    made = upgrade(old, new, overlay_of(old, wanted))
    told = {one.path for one in made.conflicts}
    for task in old:
        if f"tasks.{task.id}.after" in told:
            continue
        was, we, they, now = (set(side[task.id].after) for side in (old, wanted, new, made.draft))
        assert now == (we & they) | (we - was) | (they - was) | (was & we & they)


@given(small(), st.data())
def test_a_change_of_prerequisites_is_applied_or_refused_whole(checklist, data):
    if not len(checklist):
        return
    ids = [task.id for task in checklist]
    task = data.draw(st.sampled_from(ids))
    after = data.draw(st.lists(st.sampled_from(ids), unique=True, max_size=3))
    overlay = Overlay("o", "O", changes=[changes.SetTask(task, after=after, reason="r")])
    try:
        made, paths, cycle = tailor(checklist, overlay), [], ()
    except CycleError as error:
        made, paths, cycle = None, [fault.path for fault in error.faults], error.cycle
    if made:
        assert made[task].after == tuple(after)
    else:
        assert paths[0] == "$.changes[0].after"
        assert task in cycle


# Overlays written by hand: their changes may repeat each other, undo each other, and say what the base says already.


@st.composite
def any_change(draw, checklist, reason="ours"):
    """A change of any kind against a checklist, which may fit or not; half of the values are those that are there already."""
    ids, phases = [task.id for task in checklist], [phase.id for phase in checklist.phases] or ["u"]
    name, phase = draw(st.sampled_from([*ids, *ids, *NAMES[-2:]])), draw(st.sampled_from([*phases, *phases, "u"]))
    task = checklist[name] if name in checklist else Task(name, "One")
    held = next((one for one in checklist.phases if one.id == phase), Phase(phase, "One"))
    near = draw(st.sampled_from([*ids, *NAMES[:1]] if ids else NAMES[:1]))
    place = draw(st.sampled_from([{}, {"before": near}, {"behind": near}]))
    phase_place = draw(st.sampled_from([{}, {"before": draw(st.sampled_from(phases))}, {"behind": phases[-1]}]))
    values = {
        "title": _words,
        "priority": st.sampled_from([Priority.HIGH, Priority.LOW]),
        "after": st.lists(st.sampled_from([*ids, "t0"]), max_size=2, unique=True),
        "when": choices(checklist.facets),
        "role": st.sampled_from(["", "sre"]),
        **MEMBERWISE,
    }
    field = draw(st.sampled_from(sorted(values)))
    added = draw(st.sampled_from(sorted({"after", "steps", "labels"})))
    more = draw(values[added]) or list(getattr(task, added))[:1]
    value = draw(st.just(getattr(task, field)) | values[field])
    made = [
        changes.SetTask(name, reason=reason, **{field: value}),
        changes.SetTask(name, reason=reason, clear=["effort"]),
        changes.SetTask(name, reason=reason, **({f"also_{added}": more} if more else {"title": task.title})),
        changes.DropTask(name, reason=reason),
        changes.MoveTask(name, phase=checklist.phase_of(name).id if name in ids else phase, **place, reason=reason),
        changes.MoveTask(name, phase=phase, **place, reason=reason),
        changes.AddTask(Task(draw(st.sampled_from(NAMES)), draw(_words)), phase=phase, **place, reason=reason),
        changes.SetPhase(phase, title=draw(st.just(held.title) | _words), reason=reason),
        changes.SetPhase(phase, clear=["guide"], reason=reason),
        changes.SetPhase(
            phase, after=draw(st.lists(st.sampled_from([*phases, "u"]), max_size=2, unique=True)), reason=reason
        ),
        changes.DropPhase(phase, reason=reason),
        changes.AddPhase(
            Phase(draw(st.sampled_from("pqrstu")), "New", tasks=[Task(draw(st.sampled_from(NAMES)), "New")]),
            **phase_place,
            reason=reason,
        ),
        changes.MovePhase(phase, **phase_place, reason=reason),
        changes.SetChecklist(topic=draw(st.sampled_from([checklist.topic, "Fraud", "Chat"])), reason=reason),
        changes.SetChecklist(context=draw(choices(checklist.facets)), reason=reason),
    ]
    return draw(st.sampled_from(made))


def applied(checklist, *made):
    """The checklist with these changes; None if they are refused."""
    try:
        return tailor(checklist, Overlay("o", "O", changes=made))
    except InvalidError:
        return None


@st.composite
def written(draw, base, least=0):
    """An overlay whose changes fit one after the other; the reason of each is its place."""
    state, fitting = base, []
    for _ in range(draw(st.integers(least, 6))):
        change = draw(any_change(state, f"reason {len(fitting)}"))
        if (after := applied(state, change)) is not None:
            state, fitting = attrs.evolve(after, base=None, layers=()), [*fitting, change]
    return Overlay("ours", "Ours", changes=fitting)


with_overlay = small().flatmap(lambda old: st.tuples(st.just(old), written(old)))
upgrades = with_overlay.flatmap(lambda pair: st.tuples(*map(st.just, pair), edited(pair[0])))


@given(with_overlay)
def test_changes_do_together_as_one_after_the_other(pair):
    base, overlay = pair
    one_by_one = tailor(base, *(attrs.evolve(overlay, changes=[change]) for change in overlay.changes))
    assert tailor(base, overlay) == one_by_one
    assert tailor(base, overlay_from(base, one_by_one)) == one_by_one


IN_PLACE = (changes.DropTask, changes.MoveTask, changes.DropPhase, changes.AddPhase, changes.MovePhase)


@given(with_overlay, st.data())
def test_a_refused_change_is_the_only_fault_and_what_is_behind_it_applies_all_the_same(pair, data):
    base, overlay = pair
    place = data.draw(st.integers(0, len(overlay.changes)))
    before, behind = overlay.changes[:place], overlay.changes[place:]
    state = tailor(base, Overlay("o", "O", changes=before))
    refused = data.draw(any_change(state).filter(lambda change: isinstance(change, IN_PLACE)))
    if applied(state, refused) is not None:
        return
    with pytest.raises(InvalidError) as caught:
        tailor(base, Overlay("o", "O", changes=[*before, refused, *behind]))
    assert {fault.path.split(".")[1] for fault in caught.value.faults} == {f"changes[{place}]"}
    assert not any("list." in str(fault) for fault in caught.value.faults)


@given(with_overlay)
def test_a_written_overlay_is_explained_by_its_own_reasons(pair):
    base, overlay = pair
    made = tailor(base, overlay)
    assert {one.path for one in explain(made)} == {one.path for one in diff(base, made)}
    reasons = {change.reason for change in overlay.changes}
    for one in explain(made):
        assert len(one.revisions) == 1
        assert one.reason.rpartition("was dropped: ")[2] in reasons | {""}
        assert one.reason or one.field in ("place", "after")


@given(with_overlay)
def test_a_written_overlay_stays_as_it_is_where_nothing_changed_upstream(pair):
    old, overlay = pair
    made = upgrade(old, attrs.evolve(old), overlay)
    assert (made.checklist, made.overlay, made.conflicts, made.agreed) == (tailor(old, overlay), overlay, (), ())
    # With another version, but nothing that meets the overlay, it stays as well.
    made = upgrade(old, attrs.evolve(old, version="other"), overlay)
    assert (made.overlay, made.conflicts, made.agreed) == (overlay, (), ())


@given(with_overlay)
def test_a_base_that_has_all_of_a_written_overlay_is_the_result(pair):
    old, overlay = pair
    new = attrs.evolve(tailor(old, overlay), base=None, layers=())
    made = upgrade(old, new, overlay)
    assert (made.checklist, made.conflicts) == (new, ())
    assert tailor(new, made.overlay) == new


@given(upgrades, st.sampled_from(["ours", "theirs"]))
def test_a_written_overlay_is_carried_over_and_nothing_of_it_is_lost(sides, side):
    old, overlay, new = sides
    made = upgrade(old, new, overlay)
    assert tailor(new, made.draft_overlay) == made.draft
    assert len({one.path for one in made.conflicts}) == len(made.conflicts)
    assert not {one.path for one in made.conflicts} & set(made.agreed)
    assert list(lost(old, tailor(old, overlay), made)) == []
    reasons = {change.reason for change in overlay.changes}
    assert {one.reason.rpartition("was dropped: ")[2] for one in made.conflicts} <= reasons
    try:
        closed = decided(old, new, overlay, lambda _: side)
    except InvalidError:
        assert side == "ours"  # what was decided for ours may not fit together with the rest
    else:
        assert tailor(new, closed.overlay) == closed.checklist
        assert side == "ours" or closed.checklist == made.draft


@given(small(), small())
@example(
    Checklist("x", "X", phases=[Phase("p", "P", tasks=[Task("a", "A")]), Phase("q", "Q"), Phase("r", "R")]),
    Checklist("x", "X", phases=[Phase("s", "S", tasks=[Task("a", "A")]), Phase("r", "R"), Phase("p", "P2")]),
)
def test_each_change_has_the_reason_of_what_it_changes(before, after):
    for change in changes_between(before, after, lambda key: f"for {key.path}"):
        assert change.reason in {f"for {key.path}" for key in keys_of(change)}
