"""The commands that make a checklist one's own and take its next edition, mistakes included."""

import json
import shlex
import subprocess
import sys

import attrs
import pytest

from servingchecklist import (
    Checklist,
    Effort,
    Launch,
    Overlay,
    Phase,
    Priority,
    Store,
    Task,
    catalog,
    changes,
    dumps,
    for_context,
    loads,
    model_serving,
    read,
    tailor,
    write,
)
from servingchecklist.tailoring import diff, explain, overlay_from, upgrade

BASE = model_serving()
LLM = catalog.overlay("llm-serving")
REGULATED = catalog.overlay("regulated")
TEAM = Overlay(
    "team",
    "How we launch",
    base="model-serving",
    changes=[
        changes.SetTask("c3", priority=Priority.CRITICAL, reason="we have been bitten"),
        changes.DropTask("c2", reason="we are the audience"),
        changes.AddTask(Task("night", "Agree on who is called at night"), phase="execution", reason="it is ours"),
    ],
)
BY = ("--by", "ml-platform")


@pytest.fixture(autouse=True)
def files(tmp_path):
    write(TEAM, tmp_path / "team.toml")
    write(attrs.evolve(BASE, title="Edited", description="By hand"), tmp_path / "edited.toml")


# tailor


def test_overlays_are_laid_on_in_order_and_printed_as_a_file_to_read_back(run, tmp_path):
    made = tailor(BASE, LLM, TEAM)
    assert run("tailor", "--with", "llm-serving", "--with", "team.toml") == (0, dumps(made, "toml"), "")
    status, out, _ = run("tailor", "edited.toml", "--with", "team.toml", "--with", "online-serving", "-f", "json")
    again, online = loads(out, "json", limits=None), catalog.overlay("online-serving")
    assert (status, again) == (0, tailor(read("edited.toml"), TEAM, online))
    assert again.layers == (TEAM, online)
    assert run("tailor", "--with", "team.toml", "-o", "fraud.json") == (0, "", "")
    assert read("fraud.json") == tailor(BASE, TEAM)
    assert run("tailor", "--with", "team.toml", "-o", "page.html")[0] == 0
    assert (tmp_path / "page.html").read_text("utf-8") == dumps(tailor(BASE, TEAM), "html")


def test_a_context_comes_after_all_overlays(run):
    made = for_context(tailor(BASE, LLM), mode="batch", tier=["A", "B"])
    asked = ("tailor", "--context", "mode=batch", "--context", "tier = A, B", "--with", "llm-serving")
    assert run(*asked) == (0, dumps(made, "toml"), "")
    assert "llm-streaming" not in made
    both = run("tailor", "--context", "mode=online,edge")
    assert both == (0, dumps(for_context(BASE, mode=["online", "edge"]), "toml"), "")
    assert run("tailor", "--context", "mode=online", "--context", "mode=edge", "--context", "mode=online") == both


def test_a_context_that_the_checklist_has_holds_for_what_is_added(run):
    assert run("tailor", "--context", "mode=batch", "-o", "batch.toml")[0] == 0
    status, out, _ = run("tailor", "batch.toml", "--with", "llm-serving")
    made = loads(out, "toml", limits=None)
    assert (status, made) == (0, for_context(tailor(for_context(BASE, mode="batch"), LLM)))
    assert "llm-streaming" not in made


def test_what_does_not_fit_is_told_with_the_overlay(run, tmp_path):
    bad = Overlay("bad", "Bad", changes=[changes.DropTask("c33", reason="r"), changes.DropTask("c22", reason="r")])
    write(bad, tmp_path / "bad.toml")
    status, out, err = run("tailor", "--with", "llm-serving", "--with", "bad.toml")
    assert (status, out) == (1, "")
    assert err == (
        "bad.toml: $.changes[0].task: there is no task of that id (got 'c33'); did you mean 'c3'?\n"
        "bad.toml: $.changes[1].task: there is no task of that id (got 'c22'); did you mean 'c2'?\n"
    )
    # What else is wrong with an overlay for another checklist is no news.
    assert run("tailor", "model-rollback", "--with", "llm-serving") == (
        1,
        "",
        "llm-serving: $.base: is another checklist (got 'model-serving'); "
        "this one is 'model-rollback'; take an overlay for it, or one that is for any\n",
    )


# explain


def test_an_explanation_is_that_of_the_library(run, tmp_path):
    made = for_context(tailor(BASE, TEAM), tier="C")
    write(made, tmp_path / "fraud.toml")
    assert run("explain", "fraud.toml") == (0, dumps(explain(made), "text"), "")
    assert run("explain", "fraud.toml", "--task", "c3", "-f", "markdown")[1] == dumps(explain(made, "c3"), "markdown")
    status, out, _ = run("explain", "--with", "team.toml", "--context", "tier=C", "--task", "c3", "--json")
    assert (status, json.loads(out)) == (0, explain(made, "c3").to_dict())
    assert run("explain", "fraud.toml", "-o", "why.html")[0] == 0
    assert (tmp_path / "why.html").read_text("utf-8") == dumps(explain(made), "html")
    assert run("explain") == (0, dumps(explain(BASE), "text"), "")


# diff


def test_a_diff_is_that_of_the_library_and_can_be_checked(run, tmp_path):
    difference = diff(BASE, read("edited.toml"))
    assert run("diff", "model-serving", "edited.toml") == (0, dumps(difference, "text"), "")
    assert json.loads(run("diff", "model-serving", "edited.toml", "--json")[1]) == difference.to_dict()
    assert run("diff", "model-serving", "edited.toml", "--check", "-o", "diff.md") == (1, "", "")
    assert (tmp_path / "diff.md").read_text("utf-8") == dumps(difference, "markdown")
    assert run("diff", "model-serving", "model-serving", "--check") == (0, dumps(diff(BASE, BASE), "text"), "")


def test_an_overlay_is_made_of_what_differs(run):
    edited = read("edited.toml")
    assert run("diff", "model-serving", "edited.toml", "--overlay", "made.toml")[:2] == (
        0,
        dumps(diff(BASE, edited), "text"),
    )
    assert read("made.toml") == overlay_from(BASE, edited)
    asked = ("--id", "ours", "--title", "Ours", "--reason", "it reads better", "--check")
    assert run("diff", "model-serving", "edited.toml", "--overlay", "made.json", *asked)[0] == 1
    assert read("made.json") == overlay_from(BASE, edited, id="ours", title="Ours", reason="it reads better")
    assert loads(run("tailor", "--with", "made.json")[1], "toml") == edited
    warning = "servingchecklist: no differences; the overlay that was written has no changes\n"
    same = run("diff", "model-serving", "model-serving", "--overlay", "none.toml")
    assert same == (0, dumps(diff(BASE, BASE), "text"), warning)
    assert read("none.toml").changes == ()


# upgrade

OLD = BASE
NEW = tailor(
    BASE,
    Overlay(
        "next",
        "Next",
        changes=[
            changes.SetTask("c3", priority=Priority.MEDIUM, reason="r"),
            changes.SetTask("c2", title="Find the audience", reason="r"),
            changes.SetTask("c9", effort=Effort(2, 2), reason="r"),
            changes.SetChecklist(version="2027.1", reason="r"),
        ],
    ),
)
LATER = Overlay("later", "Later", changes=[changes.SetTask("c9", effort=Effort(3, 3), reason="we are slow")])


@pytest.fixture
def versions(run, tmp_path):
    write(OLD, tmp_path / "old.toml")
    write(attrs.evolve(NEW, base=None, layers=()), tmp_path / "new.toml")
    write(LATER, tmp_path / "later.toml")
    return run


def test_an_upgrade_waits_for_decisions_and_writes_nothing_before(versions, tmp_path):
    made = upgrade(OLD, NEW, TEAM)
    assert [one.path for one in made.conflicts] == ["tasks.c2", "tasks.c3.priority"]
    conflicts = (
        "team.toml: tasks.c2: changed on both sides; resolve it with --ours tasks.c2 or --theirs tasks.c2\n"
        "team.toml: tasks.c3.priority: changed on both sides; resolve it with --ours tasks.c3.priority or --theirs tasks.c3.priority\n"
    )
    asked = ("upgrade", "old.toml", "new.toml", "team.toml")
    assert versions(*asked) == (1, dumps(made, "text"), conflicts)
    unwritten = f"{conflicts}servingchecklist: nothing was written; resolve the conflicts first\n"
    assert versions(*asked, "-o", "new-team.toml") == (1, dumps(made, "text"), unwritten)
    status, out, err = versions(*asked, "--checklist", "fraud.toml", "--json")
    assert (status, json.loads(out), err) == (1, made.to_dict(), unwritten)
    assert not (tmp_path / "new-team.toml").exists()
    assert not (tmp_path / "fraud.toml").exists()


def test_a_decided_upgrade_is_written(versions):
    made = upgrade(OLD, NEW, TEAM, {"tasks.c2": "ours", "tasks.c3.priority": "theirs"})
    asked = ("upgrade", "old.toml", "new.toml", "team.toml", "--ours", "tasks.c2", "--theirs", "tasks.c3.priority")
    files = ("-o", "new-team.toml", "--checklist", "fraud.json")
    assert versions(*asked, *files) == (0, dumps(made, "text"), "")
    assert read("new-team.toml") == made.overlay
    assert read("fraud.json") == made.checklist
    assert loads(versions("tailor", "new.toml", "--with", "new-team.toml")[1], "toml") == made.checklist
    assert versions(*asked, "-f", "markdown") == (0, dumps(made, "markdown"), "")


def test_several_overlays_are_carried_over_in_turn(versions):
    first = upgrade(OLD, NEW, TEAM, dict.fromkeys(("tasks.c2", "tasks.c3.priority"), "theirs"))
    second = upgrade(tailor(OLD, TEAM), first.checklist, LATER, {"tasks.c9.effort": "ours"})
    asked = ("upgrade", "old.toml", "new.toml", "team.toml", "later.toml", "--theirs", "tasks.c2,tasks.c3.priority")
    decided = (*asked, "--ours", "tasks.c9.effort")
    text = f"{dumps(first, 'text')}\n{dumps(second, 'text')}"
    assert versions(*decided, "--checklist", "fraud.toml") == (0, text, "")
    assert read("fraud.toml") == second.checklist
    assert json.loads(versions(*decided, "--json")[1]) == [first.to_dict(), second.to_dict()]
    status, _, err = versions(*asked)
    words = "later.toml: tasks.c9.effort: changed on both sides; resolve it with --ours tasks.c9.effort or --theirs tasks.c9.effort\n"
    assert (status, err) == (1, words)


EDITION = tailor(
    attrs.evolve(NEW, base=None, layers=()),
    Overlay("o", "O", changes=[changes.AddTask(Task("big", "Big", when={"tier": "A"}), phase="execution", reason="r")]),
)
LAID = tailor(for_context(tailor(BASE, TEAM), tier=["B", "C"]), LATER)
DECIDED = ("--ours", "tasks.c2,tasks.c9.effort", "--theirs", "tasks.c3.priority")


@pytest.fixture
def tailored(run, tmp_path):
    write(LAID, tmp_path / "fraud.toml")
    write(attrs.evolve(EDITION, base=None, layers=()), tmp_path / "new.toml")
    return run


def carried(*overlays):
    """Carry over overlays that lie on each other, and decide each conflict as the command says."""
    old, new = BASE, attrs.evolve(EDITION, base=None, layers=())
    sides = {"tasks.c2": "ours", "tasks.c9.effort": "ours", "tasks.c3.priority": "theirs"}
    for overlay in overlays:
        open_ones = [one.path for one in upgrade(old, new, overlay).conflicts]
        made = upgrade(old, new, overlay, {path: sides[path] for path in open_ones})
        yield made
        old, new = tailor(old, overlay), made.checklist


def test_a_tailored_checklist_is_carried_over_with_what_it_holds(tailored):
    first, second = carried(TEAM, LATER)
    assert [layer.id for layer in LAID.layers] == ["team", "context", "later"]
    text = f"{dumps(first, 'text')}\n{dumps(second, 'text')}"
    warning = "servingchecklist: context applied again: tier is B or C\n"
    asked = ("upgrade", "fraud.toml", "new.toml", *DECIDED)
    assert tailored(*asked, "--checklist", "next.toml") == (0, text, warning)
    made = read("next.toml")
    assert made == for_context(second.checklist, tier=["B", "C"])
    assert [layer.id for layer in made.layers] == ["team", "later", "context"]
    assert "big" in second.checklist
    assert "big" not in made
    assert made["c9"].effort == Effort(3, 3)
    assert made.base == read("new.toml")
    assert json.loads(tailored(*asked, "--json")[1]) == [first.to_dict(), second.to_dict()]
    # Once more: to the edition on which it is already.
    status, _, err = tailored("upgrade", "next.toml", "new.toml", "--checklist", "again.toml")
    assert (status, err) == (0, warning)
    assert read("again.toml") == made


def test_conflicts_of_a_tailored_checklist_are_told_with_its_overlays(tailored, tmp_path):
    status, _, err = tailored("upgrade", "fraud.toml", "new.toml", "--checklist", "next.toml")
    assert status == 1
    assert [line.split(":")[:2] for line in err.splitlines()] == [
        ["team", " tasks.c2"],
        ["team", " tasks.c3.priority"],
        ["later", " tasks.c9.effort"],
        ["servingchecklist", " nothing was written; resolve the conflicts first"],
    ]
    assert not (tmp_path / "next.toml").exists()


def test_the_one_overlay_of_a_tailored_checklist_can_be_written(tailored, tmp_path):
    write(tailor(BASE, TEAM), tmp_path / "one.toml")
    (made,) = carried(TEAM)
    decided = ("--ours", "tasks.c2", "--theirs", "tasks.c3.priority")
    asked = ("upgrade", "one.toml", "new.toml", *decided, "-o", "team-2.toml", "--checklist", "next.toml")
    assert tailored(*asked) == (0, dumps(made, "text"), "")
    assert read("team-2.toml") == made.overlay
    assert read("next.toml") == made.checklist


def test_what_was_changed_by_hand_is_carried_over_too(tailored, tmp_path):
    write(attrs.evolve(tailor(BASE, LATER), title="Ours by hand"), tmp_path / "hand.toml")
    status, _, err = tailored("upgrade", "hand.toml", "new.toml", "--ours", "tasks.c9.effort", "--checklist", "n.toml")
    assert (status, err) == (0, "")
    assert read("n.toml").title == "Ours by hand"
    assert [layer.id for layer in read("n.toml").layers] == ["later", "by-hand"]


def test_what_was_narrowed_only_is_narrowed_again(tailored, tmp_path):
    write(for_context(BASE, tier="C"), tmp_path / "small.toml")
    warning = "servingchecklist: context applied again: tier is C\n"
    assert tailored("upgrade", "small.toml", "new.toml", "--checklist", "n.toml") == (0, "", warning)
    assert read("n.toml") == for_context(read("new.toml"), tier="C")
    assert tailored("upgrade", "small.toml", "new.toml", "--json") == (0, "[]\n", warning)
    assert tailored("upgrade", "small.toml", "new.toml", "-o", "o.toml") == (
        2, "", "servingchecklist: --output writes one overlay, and there is none (got 'o.toml'); write the upgraded checklist with --checklist\n",
    )  # fmt: skip
    words = "servingchecklist: an HTML page shows one overlay, and there is none; print text or markdown\n"
    assert tailored("upgrade", "small.toml", "new.toml", "-f", "html") == (2, "", words)


def test_a_context_that_cannot_be_chosen_again_is_told(tailored, tmp_path):
    write(for_context(BASE, tier="C"), tmp_path / "small.toml")
    assert tailored("upgrade", "small.toml", "model-rollback", "--checklist", "n.toml") == (
        1,
        "",
        "small.toml: $.context: there is no facet of that name (got 'tier'); "
        "name the base as OLD and its overlays, and choose a context with: servingchecklist tailor --context\n",
    )
    assert not (tmp_path / "n.toml").exists()


def test_a_file_that_holds_overlays_is_no_overlay_and_says_what_it_is_good_for(tailored, tmp_path):
    words = (
        "fraud.toml:2: $.kind: is not an overlay (got 'checklist'); it is tailored; upgrade it: "
        "servingchecklist upgrade fraud.toml NEW, or write its changes as an overlay: servingchecklist diff BASE fraud.toml --overlay FILE\n"
    )
    assert tailored("upgrade", "model-serving", "new.toml", "fraud.toml") == (1, "", words)
    assert tailored("tailor", "--with", "fraud.toml") == (1, "", words)
    text = (tmp_path / "fraud.toml").read_text("utf-8").replace('title = "How we launch"', 'title = ""')
    (tmp_path / "faulty.toml").write_text(text, "utf-8")
    assert tailored("tailor", "--with", "faulty.toml")[2].endswith("diff BASE faulty.toml --overlay FILE\n")
    (tmp_path / "torn.toml").write_text("kind = ", "utf-8")
    assert tailored("tailor", "--with", "torn.toml")[2].startswith("torn.toml: is not TOML")


def test_a_change_to_what_a_layer_has_dropped_says_which_and_why(run, tmp_path):
    write(for_context(BASE, tier="C"), tmp_path / "small.toml")
    late = [changes.SetTask("c4", title="T", reason="r"), changes.DropTask("c44", reason="r")]
    place = changes.MoveTask("c5", phase="execution", behind="c4", reason="r")
    phase = changes.SetPhase("c4", title="T", reason="r")
    write(Overlay("late", "Late", changes=[*late, place, phase]), tmp_path / "late.toml")
    hint = "dropped by context 1: applies where tier is A or B; here tier is C; apply this overlay before that one"
    assert run("tailor", "small.toml", "--with", "late.toml")[2].splitlines() == [
        f"late.toml: $.changes[0].task: there is no task of that id (got 'c4'); {hint}",
        "late.toml: $.changes[1].task: there is no task of that id (got 'c44'); known: c1, c3, c5, c6, c7, c8, c9",
        f"late.toml: $.changes[2].behind: there is no such task in execution (got 'c4'); {hint}",
        "late.toml: $.changes[3].phase: there is no phase of that id (got 'c4'); known: foundation, execution, launch-review",
    ]


# upgrade --replace

LIMITS = Task("llm-limits", "Limit the length of answers", effort=Effort(30, 40), after=["c1"])
BEFORE = attrs.evolve(LLM, version="2020.1", changes=[changes.AddTask(LIMITS, phase="execution", reason="r")])
"""What an older package has shipped as llm-serving: fewer tasks."""

MINE = Overlay(
    "mine",
    "Mine",
    base="model-serving",
    changes=[
        changes.SetTask("llm-limits", labels=["mine"], effort=Effort(9, 9), reason="our callers are many"),
        changes.SetKpi("adoption", at_least="3", reason="three teams wait for it"),
    ],
)


@pytest.fixture
def aged(run, tmp_path):
    """A checklist that was tailored with older versions of what the package ships."""
    base = attrs.evolve(BASE, version="2020.1")
    write(for_context(tailor(base, BEFORE, MINE), tier="B"), tmp_path / "assistant.toml")
    write(BEFORE, tmp_path / "before.toml")
    write(MINE, tmp_path / "mine.toml")
    write(base, tmp_path / "base.toml")
    return run, base


AGAIN = "servingchecklist: context applied again: tier is B\n"
EFFORT = "tasks.llm-limits.effort"


def test_a_newer_overlay_takes_the_place_of_a_layer(aged):
    run, base = aged
    first = upgrade(base, BASE, BEFORE, replacement=LLM)
    second = upgrade(tailor(base, BEFORE), first.checklist, MINE, {EFFORT: "ours"})
    asked = ("upgrade", "assistant.toml", "--replace", "llm-serving")
    open_ones = f"mine: {EFFORT}: changed on both sides; resolve it with --ours {EFFORT} or --theirs {EFFORT}\n"
    text = f"{dumps(first, 'text')}\n"
    status, out, err = run(*asked)
    assert (status, out.startswith(text), err) == (1, True, open_ones)
    decided = (*asked, "--ours", EFFORT)
    assert run(*decided, "--checklist", "next.toml", "-o", "mine-2.toml") == (
        0,
        f"{text}{dumps(second, 'text')}",
        AGAIN,
    )
    made = read("next.toml")
    assert made == for_context(second.checklist, tier="B")
    assert [layer.label for layer in made.layers] == [LLM.label, "mine 1", "context 1"]
    assert (made["llm-limits"].effort, "mine" in made["llm-limits"].labels) == (Effort(9, 9), True)
    assert read("mine-2.toml") == second.overlay
    assert json.loads(run(*decided, "--json")[1]) == [first.to_dict(), second.to_dict()]
    # The versions and the overlays can be named as well, and the newer one by its file.
    write(LLM, "llm.toml")
    named = ("upgrade", "base.toml", "model-serving", "before.toml", "mine.toml", "--replace", "llm.toml", "--ours")
    assert run(*named, EFFORT, "--checklist", "named.toml")[::2] == (0, "")
    assert read("named.toml") == second.checklist
    # It has the newest versions now.
    assert run("upgrade", "next.toml")[::2] == (0, AGAIN)


def test_an_overlay_that_is_not_to_be_replaced_is_carried_over_and_the_newer_one_named(aged):
    run, base = aged
    line = (
        f"servingchecklist: newer in the catalog: {LLM.label}; replace with: "
        "servingchecklist upgrade {} --replace llm-serving{}\n"
    )
    assert run("upgrade", "assistant.toml", "--checklist", "next.toml")[::2] == (
        0,
        line.format("assistant.toml", " --checklist next.toml") + AGAIN,
    )
    assert [layer.label for layer in read("next.toml").layers] == ["llm-serving 2020.1", "mine 1", "context 1"]
    named = "base.toml model-serving before.toml mine.toml"
    assert run("upgrade", *named.split())[::2] == (0, line.format(named, ""))
    write(attrs.evolve(BEFORE, version="2020.2"), "between.toml")
    asked = ("upgrade", "assistant.toml", "--replace", "between.toml")
    assert run(*asked)[::2] == (0, AGAIN)
    # The command that is named does what was asked for, with the newer overlay in place of the old one.
    asked = f"assistant.toml {{}}--context tier=C --context hosting=own,api --checklist next.toml --no-limits --theirs {EFFORT}"
    status, _, err = run("upgrade", *asked.format("").split())
    command = err.splitlines()[0].partition("; replace with: ")[2]
    assert (status, command) == (
        2,
        "servingchecklist upgrade " + asked.format("--replace llm-serving ").partition(" --theirs")[0],
    )
    assert run(*shlex.split(command)[1:], "--theirs", EFFORT)[0] == 0
    assert [str(choice) for choice in read("next.toml").context] == ["tier is C", "hosting is own or api"]
    # What nobody knows to be newer is not named, nor what cannot be replaced.
    for version in ("2026.2rc1", "2026.2.0", "2099.1"):
        write(attrs.evolve(BEFORE, version=version), "other.toml")
        assert run("upgrade", "base.toml", "model-serving", "other.toml")[::2] == (0, "")
    write(tailor(base, BEFORE, attrs.evolve(MINE, id="llm-serving", version="2020.2")), "twice.toml")
    assert run("upgrade", "twice.toml")[::2] == (0, "")
    # A layer for another checklist may have the id of one in the catalog.
    other = Checklist("own", "Own", phases=[Phase("p", "P", tasks=[Task("a", "A")])])
    write(tailor(other, Overlay("llm-serving", "Ours", version="0", changes=[])), "own.toml")
    write(other, "own-2.toml")
    assert run("upgrade", "own.toml", "own-2.toml")[::2] == (0, "")


def test_a_context_can_be_chosen_anew(aged, tmp_path):
    run, base = aged
    asked = ("upgrade", "assistant.toml", "--replace", "llm-serving", "--theirs", EFFORT)
    chosen = ("--context", "tier=A", "--context", "model=llm", "--checklist", "next.toml")
    line = "servingchecklist: context applied: model is llm and tier is A\n"
    assert run(*asked, *chosen)[::2] == (0, line)
    kept = tailor(BASE, LLM, MINE)
    narrowed = for_context(kept, model="llm", tier="A")
    assert [task.id for task in read("next.toml")] == [task.id for task in narrowed]
    assert read("next.toml").context == narrowed.context
    named = ("upgrade", "base.toml", "model-serving", "mine.toml", "before.toml", "--context", "tier=C")
    write(attrs.evolve(MINE, changes=MINE.changes[1:]), tmp_path / "mine.toml")
    assert run(*named, "--checklist", "named.toml")[0] == 0
    assert "c2" not in read("named.toml")
    # What the next version does not know is told, with what to do.
    words = "servingchecklist: --context tier: is not a value of that facet (got 'D'); known: A, B, C\n"
    assert run(*asked, "--context", "tier=D") == (2, "", words)
    # It is told at once, not behind the conflicts.
    words = "servingchecklist: --context: there is no facet of that name (got 'mood'); known: mode, model, tier, hosting, context\n"
    assert run(*asked[:-2], "--context", "mood=good") == (2, "", words)
    tiers = [attrs.evolve(facet, values=["A", "BB"]) if facet.id == "tier" else facet for facet in BASE.facets]
    whens = [attrs.evolve(phase, tasks=[attrs.evolve(task, when={}) for task in phase.tasks]) for phase in BASE.phases]
    write(attrs.evolve(BASE, version="2030.1", facets=tiers, phases=whens), tmp_path / "renamed.toml")
    write(for_context(base, tier="B"), tmp_path / "small.toml")
    assert run("upgrade", "small.toml", "renamed.toml") == (
        1,
        "",
        "small.toml: $.context: is not a value of that facet (got 'B'); known: A, BB; "
        "choose again with --context tier=VALUE\n",
    )
    again = run("upgrade", "small.toml", "renamed.toml", "--context", "tier=BB")
    assert again == (0, "", "servingchecklist: context applied: tier is BB\n")


def test_facets_that_are_new_and_not_chosen_are_told(run, tmp_path):
    old = attrs.evolve(BASE, version="2020.1", facets=[facet for facet in BASE.facets if facet.id in ("tier", "model")])
    whens = [attrs.evolve(phase, tasks=[attrs.evolve(task, when={}) for task in phase.tasks]) for phase in old.phases]
    old = attrs.evolve(old, phases=whens)
    write(for_context(old, tier="B"), tmp_path / "small.toml")
    write(old, tmp_path / "whole.toml")
    # Who has not chosen on old facets need not choose on new ones.
    write(Overlay("o", "O", changes=[changes.SetTask("c9", labels=["ours"], reason="r")]), tmp_path / "o.toml")
    assert run("upgrade", "whole.toml", "model-serving", "o.toml")[::2] == (0, "")
    asked = ("upgrade", "small.toml", "--context", "mode=online")
    assert run(*asked) == (
        0,
        "",
        "servingchecklist: context applied: mode is online and tier is B\n"
        "servingchecklist: not chosen: hosting (own or api) and context (none, rag or tools); "
        "choose with --context hosting=VALUE --context context=VALUE\n",
    )
    status, out, err = run(*asked, "--context", "hosting=own", "--context", "context=none", "--checklist", "-")
    assert (status, err.count("\n")) == (0, 1)
    assert loads(out, "toml", limits=None) == for_context(BASE, mode="online", tier="B", hosting="own", context="none")


def test_a_newer_overlay_that_does_not_fit_is_told_with_its_name(aged, tmp_path):
    run, _ = aged
    bad = attrs.evolve(BEFORE, version="2021.1", changes=[changes.DropTask("c77", reason="r")])
    write(bad, tmp_path / "bad.toml")
    assert run("upgrade", "assistant.toml", "--replace", "bad.toml", "--checklist", "next.toml") == (
        1,
        "",
        "bad.toml: $.changes[0].task: there is no task of that id (got 'c77'); did you mean 'c7'?\n",
    )
    assert not (tmp_path / "next.toml").exists()
    # An old one that does not fit may have a newer one that does.
    write(attrs.evolve(bad, version="2019.1"), tmp_path / "bad.toml")
    assert run("upgrade", "base.toml", "model-serving", "bad.toml") == (
        1,
        "",
        f"servingchecklist: newer in the catalog: {LLM.label}; replace with: "
        "servingchecklist upgrade base.toml model-serving bad.toml --replace llm-serving\n"
        "bad.toml: $.changes[0].task: there is no task of that id (got 'c77'); did you mean 'c7'?\n",
    )


def test_what_was_decided_and_does_not_fit_together_is_told(run, tmp_path):
    def edition(version, **after):
        tasks = [Task(name, name.upper(), after=after.get(name, ())) for name in "ab"]
        return Checklist("x", "X", version=version, phases=[Phase("p", "P", tasks=tasks)])

    write(edition("1"), tmp_path / "old.toml")
    write(edition("2", b=["a"]), tmp_path / "new.toml")
    write(Overlay("o", "O", changes=[changes.SetTask("a", after=["b"], reason="r")]), tmp_path / "o.toml")
    asked = ("upgrade", "old.toml", "new.toml", "o.toml")
    words = "o.toml: tasks.a.after: would form a dependency cycle: a -> b -> a; resolve it with --ours tasks.a.after or --theirs tasks.a.after\n"
    assert run(*asked)[::2] == (1, words)
    words = "servingchecklist: --ours and --theirs: do not fit together: phases[0].tasks[0].after dependency cycle: a -> b -> a, each after the next; use --theirs for one of the conflicts\n"
    assert run(*asked, "--ours", "tasks.a.after") == (2, "", words)
    assert run(*asked, "--theirs", "tasks.a.after")[::2] == (0, "")


# move


@pytest.fixture
def started(run):
    assert run("start", "fraud-v3", *BY, "--at", "2026-11-02T09:00Z")[0] == 0
    assert run("finish", "c1", "c4", *BY, "--at", "2026-11-03T09:00Z")[0] == 0
    assert run("begin", "c2", *BY, "--at", "2026-11-03T09:00Z")[0] == 0
    assert run("note", "c2", "--text", "half of it", *BY, "--at", "2026-11-03T10:00Z")[0] == 0
    assert run("tailor", "--context", "tier=C", "-o", "small.toml")[0] == 0
    return run


def stored():
    with Store("launches.db") as store:
        return store.load("fraud-v3")


def test_a_launch_moves_and_says_what_is_kept_of_what_has_gone(started):
    assert started("migrate", "small.toml", *BY, "--at", "2026-11-04T09:00Z") == (
        0,
        "fraud-v3: migrated from model-serving 2026.2 (9 tasks) to model-serving 2026.2 (7 tasks) (ml-platform; 1 of 7 closed)\n"
        "fraud-v3: c2 Identify target audience: no longer in the checklist; 2 events are kept\n"
        "fraud-v3: c4 Prioritize high-impact tasks: no longer in the checklist; 1 event is kept\n",
        "",
    )
    assert stored().checklist == for_context(BASE, tier="C")
    assert stored().retired == ("c2", "c4")
    line = "fraud-v3: already has model-serving 2026.2 (7 tasks); nothing was recorded\n"
    assert started("migrate", "small.toml", "--launch", "fraud-v3", *BY) == (0, line, "")
    assert started("log")[1].splitlines()[-1][10:] == (
        "2026-11-04T09:00:00Z  ml-platform  migrated  model-serving  2026.2  c2, c4  go-live: c2: is not there any more, go-live: c4: is not there any more"
    )
    assert started("log", "--task", "c4")[1][10:] == "2026-11-03T09:00:00Z  ml-platform  finished  c4\n"
    # What went earlier has no title any more.
    assert started("migrate", "model-rollback", *BY)[1].splitlines()[1:] == [
        "fraud-v3: c2: no longer in the checklist; 2 events are kept",
        "fraud-v3: c1 Define goals and KPIs: no longer in the checklist; 1 event is kept",
        "fraud-v3: c4: no longer in the checklist; 1 event is kept",
    ]
    assert started("migrate", "model-serving", *BY)[1].endswith("(9 tasks) (ml-platform; 2 of 9 closed)\n")


# list, check and render


def test_list_shows_what_is_bundled_and_what_it_needs(run):
    status, out, err = run("list")
    assert (status, err) == (0, "")
    assert out.splitlines() == [
        "model-serving    checklist  2026.2  Model Serving Launch Checklist for 2026",
        "model-rollback   checklist  2026.2  Model Rollback Drill",
        "online-serving   overlay    2026.2  Online serving (for model-serving)",
        "llm-serving      overlay    2026.2  Serving a large language model (for model-serving)",
        "batch-inference  overlay    2026.2  Batch inference (for model-serving)",
        "only-runs        overlay    2026.2  Scheduled runs only (for model-serving)",
        "edge-serving     overlay    2026.2  Serving on devices (for model-serving)",
        "only-devices     overlay    2026.2  Devices only (for model-serving)",
        "regulated        overlay    2026.2  Regulated and high-risk uses (for model-serving)",
    ]


def install(folder, name, entry_points, **modules):
    """A distribution as it lies in a folder of packages."""
    records = folder / f"{name.replace('-', '_')}-1.0.dist-info"
    records.mkdir()
    (records / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n", "utf-8")
    (records / "entry_points.txt").write_text(entry_points, "utf-8")
    for module, code in modules.items():
        (folder / f"{module}.py").write_text(code, "utf-8")


@pytest.fixture
def packs(run, tmp_path, monkeypatch):
    folder = tmp_path / "packages"
    folder.mkdir()
    monkeypatch.syspath_prepend(folder)
    return run, folder


GOOD = """
from servingchecklist import Checklist, Overlay, Phase, Task, changes
house = Overlay("house.rules", "House rules", changes=[changes.SetChecklist(topic="Ours", reason="it is ours")])
own = Checklist("own", "Our own", phases=[Phase("p", "P", tasks=[Task("a", "A")])])
NAME, SUFFIXES = "count", (".count",)
def dumps(value):
    return f"{len(value)} tasks\\n"
"""
GOOD_POINTS = """
[servingchecklist.checklists]
house.rules = cli_good_pack:house
own = cli_good_pack:own
[servingchecklist.formats]
count = cli_good_pack
"""


def test_what_packs_bring_is_listed_and_used(packs, tmp_path):
    run, folder = packs
    install(folder, "good-pack", GOOD_POINTS, cli_good_pack=GOOD)
    status, out, err = run("list", "--packs")
    assert (status, err) == (0, "")
    rows = {line.split()[0]: line for line in out.splitlines()}
    assert list(rows) == ["house.rules", "own", "count"]
    assert rows["own"].split() == ["own", "checklist", "1", "Our", "own", "(from", "good-pack", "1.0)"]
    assert rows["house.rules"].endswith("  House rules (for any checklist; from good-pack 1.0)")
    assert rows["count"].split()[:2] == ["count", "format"]
    assert {" ".join(line.split()) for line in out.splitlines()} < {
        " ".join(line.split()) for line in run("list")[1].splitlines()
    }
    assert loads(run("tailor", "--with", "house.rules")[1], "toml").topic == "Ours"
    assert run("next", "own")[1].startswith("1. A\n")
    assert run("render", "own", "-f", "count") == (0, "1 tasks\n", "")
    assert run("tailor", "own", "--with", "house.rules", "-o", "x.count") == (0, "", "")
    assert (tmp_path / "x.count").read_text("utf-8") == "1 tasks\n"


def test_a_malformed_pack_is_listed_as_that_and_hides_no_other(packs):
    run, folder = packs
    install(folder, "good-pack", GOOD_POINTS, cli_good_pack=GOOD)
    points = "[servingchecklist.checklists]\nbroken = cli_bad_pack:gone\n"
    install(folder, "bad-pack", points, cli_bad_pack="")
    for asked in (["list"], ["list", "--packs"]):
        status, out, err = run(*asked)
        assert (status, err) == (1, "")
        (row,) = [line for line in out.splitlines() if line.startswith("broken")]
        assert row.split()[1] == "malformed"
        assert "bad-pack 1.0" in row
        assert "own " in out
    status, out, err = run("next", "broken")
    assert (status, out, err.count("\n")) == (1, "", 1)
    assert "bad-pack 1.0" in err
    assert run("tailor", "--with", "broken")[2].count("bad-pack 1.0") == 1


def test_without_packs_that_is_said(run):
    assert run("list", "--packs") == (0, "", "servingchecklist: no packs are installed\n")


def test_overlays_are_checked(run, tmp_path):
    write(LATER, tmp_path / "later.json")
    assert run("check", "team.toml", "later.json") == (
        0,
        "team.toml: valid (an overlay of 3 changes, for model-serving)\n"
        "later.json: valid (an overlay of 1 change, for any checklist)\n",
        "",
    )
    text = (tmp_path / "team.toml").read_text("utf-8").replace('priority = "critical"', 'priority = "hihg"')
    (tmp_path / "team.toml").write_text(text, "utf-8")
    assert run("check", "team.toml") == (
        1,
        "team.toml:11: $.changes[0].priority: is not a priority (got 'hihg'), in task c3; did you mean 'high'?\n",
        "",
    )


def test_overlays_are_rendered(run):
    assert run("render", "team.toml") == (0, dumps(TEAM, "markdown"), "")
    assert run("render", "llm-serving", "-f", "json") == (0, dumps(LLM, "json"), "")


# Mistakes


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["tailor"], 2, "servingchecklist: there is nothing to apply; name overlays with --with, or a context with --context\n"),
        (["tailor", "llm-serving", "--with", "team.toml"], 2, "servingchecklist: that is an overlay, not a checklist (got 'llm-serving'); apply it to a checklist: servingchecklist tailor --with llm-serving\n"),
        (["tailor", "team.toml", "--context", "tier=A"], 1, "team.toml:2: $.kind: is not a checklist (got 'overlay'); apply it to a checklist: servingchecklist tailor --with team.toml\n"),
        (["tailor", "--with", "model-rollback"], 2, "servingchecklist: that is a checklist, not an overlay (got 'model-rollback'); write its changes as an overlay: servingchecklist diff BASE model-rollback --overlay FILE\n"),
        (["tailor", "--with", "edited.toml"], 1, "edited.toml:2: $.kind: is not an overlay (got 'checklist'); write its changes as an overlay: servingchecklist diff BASE edited.toml --overlay FILE\n"),
        (["tailor", "launch.json", "--with", "team.toml"], 1, "launch.json:3: $.kind: is not a checklist (got 'launch'); a launch keeps a copy of its checklist; name the file that it was started with\n"),
        (["tailor", "--with", "llm-servng"], 2, "(got 'llm-servng'); did you mean 'llm-serving'?\n"),
        (["tailor", "--with", "gone.toml"], 2, "servingchecklist: the file cannot be read: No such file or directory (got 'gone.toml'); check the path\n"),
        (["tailor", "gone.toml", "--context", "tier=A"], 2, "servingchecklist: the file cannot be read: No such file or directory (got 'gone.toml')"),
        (["tailor", "--context", "mood=batch"], 2, "servingchecklist: --context: there is no facet of that name (got 'mood'); known: mode, model, tier, hosting, context\n"),
        (["tailor", "--context", "mode=btch"], 2, "servingchecklist: --context mode: is not a value of that facet (got 'btch'); known: online, batch, events, edge\n"),
        (["tailor", "--context", "mode=b/c"], 2, "servingchecklist: --context mode: is not a value of a facet (got 'b/c'); "),
        (["tailor", "--context", "Mode=batch"], 2, "servingchecklist: --context Mode: is not an id (got 'Mode'); "),
        (["tailor", "small.toml", "--context", "tier=A"], 2, "servingchecklist: --context tier: was chosen before: tier is C (got 'A'); begin with the checklist as it was before that choice\n"),
        (["tailor", "--context", "batch"], 2, "servingchecklist tailor: argument --context: 'batch' is not FACET=VALUE, such as mode=batch or mode=online,edge; see "),
        (["tailor", "--context", "mode="], 2, "'mode=' is not FACET=VALUE"),
        (["tailor", "--context", "mode=,"], 2, "'mode=,' is not FACET=VALUE"),
        (["tailor", "--context", "mode=batch,tier=A"], 2, "'mode=batch,tier=A' names two facets; give --context once for each"),
        (["tailor", "--with", "team.toml", "-f", "icalendar"], 2, "servingchecklist: a checklist has no dates for a calendar (got 'model-serving'); tailor it to a file, and forecast that: "),
        (["tailor", "--with", "team.toml", "-o", "x.ics"], 2, "servingchecklist: a checklist has no dates for a calendar (got 'model-serving')"),
        (["tailor", "--with", "team.toml", "-f", "docx"], 2, "servingchecklist: there is no format of that name (got 'docx')"),
        (["tailor", "--with", "team.toml", "-o", "x.docx"], 2, "servingchecklist: the name of the file does not say its format (got 'x.docx')"),
        (["explain", "c4"], 2, "servingchecklist: that is a task of model-serving (got 'c4'); name it with --task c4\n"),
        (["explain", "modelserving"], 2, "(got 'modelserving'); did you mean 'model-serving'?\n"),
        (["explain", "modelserving", "--task", "c4"], 2, "(got 'modelserving'); did you mean 'model-serving'?\n"),
        (["explain", "--task", "foundation"], 2, "servingchecklist: there is no task in 'model-serving' of that name (got 'foundation'); that is a phase; its tasks are c1, c2 and c3\n"),
        (["explain", "--task", "c44"], 2, "servingchecklist: there is no task in 'model-serving' of that name (got 'c44'); did you mean 'c4'?\n"),
        (["explain", "--with", "c4"], 2, "(got 'c4')"),
        (["explain", "--json", "-f", "html"], 2, "servingchecklist: --json cannot be combined with --output or --format"),
        (["explain", "-o", "x.toml"], 2, "servingchecklist: explain cannot be written as toml (got 'x.toml'); for another program, use --json"),
        (["explain", "-o", "x.svg"], 2, "servingchecklist: explain cannot be written as svg (got 'x.svg'); end the name in one of "),
        (["diff", "model-serving"], 2, "servingchecklist diff: the following arguments are required: B; see servingchecklist diff --help\n"),
        (["diff", "model-serving", "team.toml"], 1, "team.toml:2: $.kind: is not a checklist (got 'overlay'); apply it to a checklist: "),
        (["diff", "regulated", "model-serving"], 2, "servingchecklist: that is an overlay, not a checklist (got 'regulated')"),
        (["diff", "model-serving", "edited.toml", "--id", "x"], 2, "servingchecklist: --id needs --overlay (got 'x'); name the file of the overlay, or leave out --id\n"),
        (["diff", "model-serving", "edited.toml", "--reason", "x"], 2, "servingchecklist: --reason needs --overlay (got 'x'); "),
        (["diff", "model-serving", "edited.toml", "--title", "x"], 2, "servingchecklist: --title needs --overlay (got 'x'); "),
        (["diff", "model-serving", "edited.toml", "--overlay", "x.md"], 2, "servingchecklist: --overlay writes JSON, JSONL, TOML or YAML (got 'x.md'); end the name in .json, .jsonl, .toml or .yaml\n"),
        (["diff", "model-serving", "edited.toml", "--overlay", ""], 2, "servingchecklist: --overlay writes JSON, JSONL, TOML or YAML (got ''); "),
        (["diff", "model-serving", "edited.toml", "--overlay", "no/x.toml"], 2, "servingchecklist: the file cannot be written: No such file or directory"),
        (["diff", "model-serving", "edited.toml", "--overlay", "x.toml", "--id", "A b"], 2, "argument --id: 'A b' is not an id; use 1 to 64 of a-z, "),
        (["diff", "model-serving", "edited.toml", "--overlay", "x.toml", "--reason", ""], 2, "argument --reason: '' is empty; say in a few words what it is"),
        (["diff", "model-serving", "edited.toml", "--overlay", "x.toml", "--title", "a\nb"], 2, "argument --title: 'a\\nb' holds the line break U+000A at position 1"),
        (["upgrade"], 2, "servingchecklist upgrade: the following arguments are required: OLD"),
        (["upgrade", "model-serving"], 2, "servingchecklist: this checklist has no overlays to carry over (got 'model-serving'); name its overlays after NEW, or give a tailored checklist as OLD\n"),
        (["upgrade", "own.toml"], 2, "servingchecklist: the catalog has no version of this checklist (got 'own'); name the next version after OLD\n"),
        (["upgrade", "small.toml", "--replace", "llm-serving"], 2, "servingchecklist: --replace: is not among the overlays that are carried over (got 'LLM'); leave it out; there are none\n"),
        (["upgrade", "model-serving", "edited.toml", "team.toml", "--replace", "llm-serving"], 2, "servingchecklist: --replace: is not among the overlays that are carried over (got 'LLM'); known: team\n"),
        (["upgrade", "model-serving", "edited.toml", "llm-serving", "--replace", "llm-serving"], 2, "servingchecklist: --replace: is not newer than VERSION (got 'LLM'); leave it out to carry that version over\n"),
        (["upgrade", "model-serving", "edited.toml", "team.toml", "--replace", "older.toml"], 2, "servingchecklist: --replace: is not newer than 1 (got 'team 0.9'); leave it out to carry that version over\n"),
        (["upgrade", "model-serving", "edited.toml", "team.toml", "--replace", "newer.toml", "--replace", "newer.toml"], 2, "servingchecklist: --replace: is there twice (got 'team 2'); name one version of it\n"),
        (["upgrade", "twice.toml", "edited.toml", "--replace", "newer.toml"], 2, "servingchecklist: --replace: is there in several layers (got 'team 2'); name the base as OLD, and the overlays that you want\n"),
        (["upgrade", "model-serving", "edited.toml", "team.toml", "--replace", "other.toml"], 1, "other.toml: $.base: is another checklist (got 'model-rollback'); this one is 'model-serving'; take an overlay for it, or one that is for any\n"),
        (["upgrade", "model-serving", "edited.toml", "team.toml", "--replace", "newer.toml", "-o", "x.toml"], 2, "servingchecklist: --output writes one overlay, and there is none (got 'x.toml'); write the upgraded checklist with --checklist\n"),
        (["upgrade", "model-serving", "edited.toml", "team.toml", "--replace", "gone.toml"], 2, "servingchecklist: the file cannot be read: No such file or directory (got 'gone.toml'); check the path\n"),
        (["upgrade", "model-serving", "edited.toml", "team.toml", "--replace", "edited.toml"], 1, "edited.toml:2: $.kind: is not an overlay (got 'checklist'); "),
        (["upgrade", "model-serving", "edited.toml"], 2, "servingchecklist: this checklist has no overlays to carry over (got 'model-serving'); name its overlays after NEW, or give a tailored checklist as OLD\n"),
        (["upgrade", "model-serving", "edited.toml", "edited.toml"], 1, "edited.toml:2: $.kind: is not an overlay (got 'checklist'); "),
        (["upgrade", "model-serving", "team.toml", "team.toml"], 1, "team.toml:2: $.kind: is not a checklist (got 'overlay'); "),
        (["upgrade", "model-rollback", "edited.toml", "team.toml"], 1, "team.toml: $.base: is another checklist (got 'model-serving'); this one is 'model-rollback'"),
        (["upgrade", "model-serving", "edited.toml", "team.toml", "--ours", "tasks.c3.priority"], 2, "servingchecklist: --ours: there is no conflict at that path (got 'tasks.c3.priority'); leave it out; there are no conflicts\n"),
        (["upgrade", "model-serving", "new.toml", "team.toml", "--theirs", "tasks.c3.prority"], 2, "servingchecklist: --theirs: there is no conflict at that path (got 'tasks.c3.prority'); did you mean 'tasks.c3.priority'?\n"),
        (["upgrade", "model-serving", "edited.toml", "team.toml", "--ours", "topic", "--theirs", "topic"], 2, "servingchecklist: the conflict is resolved both ways (got 'topic'); give it to --ours or to --theirs\n"),
        (["upgrade", "model-serving", "edited.toml", "team.toml", "team.toml"], 2, "servingchecklist: the overlay is named twice (got 'team.toml'); name it once\n"),
        (["upgrade", "model-serving", "edited.toml", "team.toml", "llm-serving", "-o", "x.toml"], 2, "servingchecklist: --output writes one overlay, and there are several (got 'x.toml'); upgrade them one by one"),
        (["upgrade", "model-serving", "edited.toml", "team.toml", "llm-serving", "-f", "html"], 2, "servingchecklist: an HTML page shows one overlay, and there are several; print text or markdown, or name one\n"),
        (["upgrade", "model-serving", "edited.toml", "team.toml", "-o", "x.md"], 2, "servingchecklist: --output writes JSON, JSONL, TOML or YAML (got 'x.md'); end the name in .json, .jsonl, .toml or .yaml\n"),
        (["upgrade", "model-serving", "edited.toml", "team.toml", "--checklist", "x"], 2, "servingchecklist: --checklist writes JSON, JSONL, TOML or YAML (got 'x'); "),
        (["upgrade", "model-serving", "edited.toml", "team.toml", "--json", "-f", "text"], 2, "servingchecklist: --json cannot be combined with --format; leave one of them out\n"),
        (["next", "team.toml"], 2, "servingchecklist: that is an overlay, not a checklist (got 'team.toml'); apply it to a checklist: servingchecklist tailor --with team.toml\n"),
        (["forecast", "llm-serving"], 2, "servingchecklist: that is an overlay, not a checklist (got 'llm-serving'); "),
        (["start", "x", "--checklist", "llm-serving", *BY], 2, "servingchecklist: that is an overlay, not a checklist (got 'llm-serving'); "),
        (["render", "team.toml", "-f", "svg"], 2, "servingchecklist: an overlay cannot be written as svg (got 'team.toml'); apply it to a checklist: servingchecklist tailor --with team.toml --format svg\n"),
        (["render", "llm-serving", "-f", "csv"], 2, "servingchecklist: an overlay cannot be written as csv (got 'llm-serving'); apply it to a checklist: servingchecklist tailor --with llm-serving --format csv\n"),
        (["render", "llm-serving", "-f", "tasklist"], 2, "servingchecklist: an overlay cannot be written as tasklist (got 'llm-serving')"),
        (["render", "-f", "junit"], 2, "servingchecklist: junit is for the gate of a launch (got 'model-serving'); decide a gate of a launch: servingchecklist gate --format junit\n"),
        (["render", "llm-serving", "-o", "x.xml"], 2, "servingchecklist: junit is for the gate of a launch (got 'llm-serving')"),
        (["tailor", "--with", "team.toml", "-f", "junit"], 2, "servingchecklist: junit is for the gate of a launch (got 'model-serving')"),
        (["render", "llm-serving", "-o", "x.ics"], 2, "servingchecklist: an overlay cannot be written as icalendar (got 'llm-serving')"),
        (["merge", "team.toml"], 1, "team.toml:2: $.kind: is not a launch (got 'overlay'); apply it to a checklist: "),
        (["merge", "edited.toml"], 1, "edited.toml:2: $.kind: is not a launch (got 'checklist'); start a launch: servingchecklist start NAME --checklist edited.toml\n"),
        (["migrate", "small.toml", "--store", "gone.db"], 2, "servingchecklist: there is no store of launches (got 'gone.db')"),
        (["migrate", "small.toml", "--launch", "fraud"], 2, "(got 'fraud'); "),
        (["migrate", "team.toml", *BY], 1, "team.toml:2: $.kind: is not a checklist (got 'overlay')"),
        (["migrate", "gone.toml", *BY], 2, "servingchecklist: the file cannot be read"),
        (["migrate", *BY], 2, "servingchecklist migrate: the following arguments are required: CHECKLIST"),
        (["migrate", "small.toml", *BY, "--at", "2999-01-01"], 2, "servingchecklist: that time is more than an hour ahead"),
        (["migrate", "small.toml", *BY, "--at", "2026-11-01"], 2, "servingchecklist: --at: lies before the start of the launch"),
    ],
)  # fmt: skip
def test_a_mistake_is_one_line_that_says_what_to_do(started, tmp_path, arguments, status, words):
    write(attrs.evolve(NEW, base=None, layers=()), tmp_path / "new.toml")
    write(Launch.start(BASE, name="x", by="a"), tmp_path / "launch.json")
    own = Checklist("own", "Own", phases=[Phase("p", "P", tasks=[Task("a", "A")])])
    write(tailor(own, Overlay("o", "O", changes=[changes.DropTask("a", reason="r")])), tmp_path / "own.toml")
    alone = attrs.evolve(TEAM, changes=TEAM.changes[:1])
    write(tailor(BASE, alone, alone), tmp_path / "twice.toml")
    write(attrs.evolve(TEAM, version="0.9"), tmp_path / "older.toml")
    write(attrs.evolve(TEAM, version="2"), tmp_path / "newer.toml")
    write(attrs.evolve(TEAM, version="2", base="model-rollback"), tmp_path / "other.toml")
    words = words.replace("'LLM'", repr(LLM.label)).replace("VERSION", LLM.version)
    before = {path.name for path in tmp_path.iterdir()}
    actual, out, err = started(*arguments)
    assert (actual, out) == (status, "")
    assert words in err
    assert err.count("\n") == 1
    assert {path.name for path in tmp_path.iterdir()} == before
    assert len(stored().events) == 5


def test_limits_can_be_lifted(run, tmp_path):
    (tmp_path / "big.json").write_text(dumps(TEAM, "json") + " " * 25_000_000, "utf-8")
    asked = ("tailor", "--with", "big.json")
    status, _, err = run(*asked)
    assert status == 1
    assert err.startswith("big.json: the file is too large: 25,00")
    assert run(*asked, "--no-limits")[0] == 0
    assert run("upgrade", "model-serving", "model-serving", "big.json", "--no-limits")[0] == 0


def test_nothing_is_loaded_that_tailors_unless_it_is_asked_for():
    code = (
        "import sys; from servingchecklist.__main__ import main; main({}); print(*sorted(sys.modules), file=sys.stderr)"
    )
    rooms = (
        "servingchecklist.tailoring",
        "servingchecklist._model.changes",
        "servingchecklist._plugins",
        "importlib.metadata",
    )
    for arguments, heavy in (
        (["next"], rooms),
        (["next", "model-serving"], rooms),
        (["tailor", "--with", "llm-serving"], rooms[2:]),
    ):
        command = [sys.executable, "-c", code.format(arguments)]
        done = subprocess.run(command, capture_output=True, check=True, text=True)
        loaded = done.stderr.split()
        assert "servingchecklist.cli.tailoring" in loaded
        assert [name for name in loaded if name.startswith(heavy)] == []


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("tailor", ["--with OVERLAY", "--context FACET=VALUE", "icalendar", "--output FILE", "[SOURCE]"]),
        ("explain", ["--task TASK", "--with OVERLAY", "--json", "[SOURCE]"]),
        ("diff", ["--check", "--overlay FILE", "--id ID", "--title WORDS", "--reason WORDS", "A B"]),
        (
            "upgrade",
            ["--ours PATH", "--theirs PATH", "--replace OVERLAY", "--checklist FILE", "OLD [NEW] [OVERLAY"],
        ),
        ("migrate", ["--launch LAUNCH", "--by WHO", "--at WHEN", "CHECKLIST"]),
        ("list", ["--packs"]),
    ],
)
def test_every_command_explains_itself(run, command, words):
    status, out, _ = run(command, "--help")
    assert (status, out.startswith(f"usage: servingchecklist {command} ")) == (0, True)
    assert [word for word in words if word not in " ".join(out.split())] == []
    assert command in run("--help")[1]
