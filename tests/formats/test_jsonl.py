"""The launch file that git merges: its lines, its faults, and thousands of merges by git itself."""

import json
import subprocess
from datetime import UTC, date, datetime, timedelta
from random import Random

import attrs
import pytest
from hypothesis import given

from helpers.proof import CHECKLIST as PROOF
from helpers.proof import DARK, GOOD, PROOF_EVENTS, everything
from helpers.strategies import launches, overlays
from servingchecklist import (
    Launch,
    Limits,
    Overlay,
    Phase,
    Step,
    Task,
    dumps,
    events,
    loads,
    model_serving,
    read,
    tailor,
    write,
)
from servingchecklist._jsonlike import digest_of
from servingchecklist.changes import AddTask, DropTask, SetChecklist
from servingchecklist.errors import InvalidError, LimitError
from servingchecklist.formats import jsonl

AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
TASK = Task("c1", "Define goals", steps=[Step("numbers", "Each has a number")])
CHECKLIST = attrs.evolve(PROOF, phases=[*PROOF.phases, Phase("more", "More", tasks=[TASK])])
CHANGES = [
    [SetChecklist(version="2", reason="r"), DropTask("tell", reason="r")],
    [SetChecklist(version="3", reason="r"), AddTask(Task("new", "New"), phase="more", reason="r")],
    [SetChecklist(version="4", reason="r"), DropTask("c1", reason="r")],
]
NEXT = [tailor(CHECKLIST, Overlay(f"o{number}", "O", changes=changes)) for number, changes in enumerate(CHANGES)]
START = Launch.start(CHECKLIST, name="fraud-v3", by="ml-platform", at=AT)


def note(number, launch=START):
    return launch.note("c1", f"note {number}", by="ml-platform", at=AT + timedelta(minutes=number))


def templates(task):
    """An event of each kind but migrations, which come with a checklist, and retractions, which need an event."""
    who = {"by": "x", "at": AT}
    return [
        events.LaunchStarted(**who, topic="Fraud"),
        *(kind(task, **who) for kind in (events.Begun, events.Finished, events.Unblocked)),
        events.Blocked(task, **who, reason="no access"),
        events.Reopened(task, **who, reason="it drifts"),
        events.Waived(task, **who, reason="one caller", expires=date(2026, 12, 31), note="a\nb\u2028c"),
        events.NotApplicable(task, **who, reason="one caller"),
        events.Assigned(task, **who, owner="serving-team"),
        events.DueSet(task, **who, due=date(2026, 12, 1)),
        events.Noted(task, **who, text='two\n\tlines, "quotes" and \\ <<<<<<< ======='),
        events.Ticked("c1", **who, step="numbers"),
        events.Unticked("c1", **who, step="numbers"),
        events.EvidenceAdded(DARK, **who),
        *PROOF_EVENTS,
    ]


def worked(random, launch, most=12):
    """The launch with some more events of any kind, as a branch adds them."""
    for _ in range(random.randint(0, most)):
        at = AT + timedelta(minutes=random.randint(1, 40), microseconds=random.choice([0, 0, 0, 1]))
        by = random.choice(["ml-platform", "serving-team", "ci"])
        kind = random.randrange(24)
        if kind == 0:
            last = max((event.at for event in launch.events if event.kind == "migrated"), default=AT)
            launch = launch.migrate(
                random.choice([CHECKLIST, *NEXT]), by=by, at=last + timedelta(minutes=random.randint(1, 9))
            )
        elif kind == 1:
            event = events.Retracted(random.choice(launch.events).id, by=by, at=at)
            launch = launch.merge(attrs.evolve(launch, events=[*launch.events, event]))
        else:
            event = random.choice(templates(random.choice(["goals", "ship", "tell", "c1"])))
            launch = attrs.evolve(launch, events=[*launch.events, attrs.evolve(event, by=by, at=at)])
    return launch


def git(folder, *arguments):
    done = subprocess.run(
        ["git", "-c", "user.name=x", "-c", "user.email=x@example.com", "-c", "core.autocrlf=false", *arguments],
        cwd=folder, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def test_a_launch_is_a_line_with_its_checklist_and_one_for_each_event():
    launch = note(1)
    first, *lines = dumps(launch, "jsonl").splitlines()
    assert json.loads(first) == {
        "schema_version": 1, "kind": "launch", "name": "fraud-v3", "checklist": json.loads(dumps(launch, "json"))["checklist"],
    }  # fmt: skip
    assert lines == [
        json.dumps({**event.to_dict(), "id": event.id}, sort_keys=True, separators=(",", ":"))
        for event in launch.events
    ]
    assert dumps(launch, "jsonl").endswith("}\n")


@given(launches())
def test_a_launch_comes_back_whatever_the_order_of_its_lines(launch):
    text = dumps(launch, "jsonl")
    assert loads(text, "jsonl") == loads(text, "jsonl", kind=Launch) == launch
    assert dumps(loads(text, "jsonl"), "jsonl") == text
    lines = text.removesuffix("\n").split("\n")
    assert loads("\r\n".join([*reversed(lines), *lines[:3], "", " \t"]), "jsonl") == launch
    assert loads("\n".join(f"\ufeff{line}" for line in lines), "jsonl") == launch


@given(overlays())
def test_any_other_value_is_one_line(overlay):
    text = dumps(overlay, "jsonl")
    assert text.count("\n") == 1
    assert loads(text, "jsonl") == overlay


def test_a_document_of_one_line_that_another_program_has_written_is_read(tmp_path):
    document = json.dumps(everything().to_dict())
    assert loads(document, "jsonl") == everything()
    write(model_serving(), tmp_path / "x.jsonl")
    assert read(tmp_path / "x.jsonl") == model_serving()


def test_a_line_that_a_tool_has_appended_needs_no_id():
    text = dumps(START, "jsonl") + '{"kind":"finished","task":"c1","by":"ci","at":"2026-11-03T10:00:00+01:00"}'
    assert loads(text, "jsonl", kind=Launch).events[-1] == events.Finished("c1", by="ci", at=AT + timedelta(days=1))


CHECKLIST_LINE, FIRST, NOTE = dumps(note(1), "jsonl").splitlines(keepends=True)
FIRST_ID, NOTE_ID = (json.loads(line)["id"] for line in (FIRST, NOTE))
MOVED = note(1).migrate(NEXT[0], by="a", at=AT + timedelta(hours=1))
NEW_CHECKLIST_LINE, *_, MIGRATION = dumps(MOVED, "jsonl").splitlines(keepends=True)
PUT_BACK = "put back what was there, as from an earlier version of the file"
MIGRATE = "to change the checklist, migrate the launch to another one"
ALTERED = "is not the one that the log names: it was altered, or is not that of the latest migration"
UNBOUND = '{"kind":"launch-started","by":"a tool","at":"2026-11-02T09:00:00Z"}\n'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "$: is empty; put back its lines, as from an earlier version, or start a launch in a new file"),
        (" \n\n", "$: is empty; put back its lines"),
        (FIRST + NOTE, "$.checklist: is in none of the lines; put back the line with the name and the checklist of the launch, which comes first"),
        (NOTE, "$.checklist: is in none of the lines; put back the line with the name"),
        ('{"kind":["noted"]}', "line 1: $.schema_version: is missing"),
        (CHECKLIST_LINE, "line 1: $.events: do not say when the launch was started; let the log begin with an event launch-started"),
        (
            CHECKLIST_LINE + FIRST + NOTE.replace("note 1", "note 2"),
            f"line 3: $.events[1]: is not the event of that id, so the line was altered (got '{NOTE_ID[:60]}'... of 64 characters); {PUT_BACK}",
        ),
        (CHECKLIST_LINE + FIRST + NOTE.replace(NOTE_ID, FIRST_ID), f"line 3: $.events[1]: is not the event of that id, so the line was altered (got '{FIRST_ID[:60]}'... of 64 characters); {PUT_BACK}"),
        (CHECKLIST_LINE + FIRST + NOTE.replace(f'"{NOTE_ID}"', "[1]"), f"line 3: $.events[1]: is not the event of that id, so the line was altered (got a list of 1); {PUT_BACK}"),
        (CHECKLIST_LINE + FIRST + NOTE.replace(NOTE_ID, "x"), f"line 3: $.events[1]: is not the event of that id, so the line was altered (got 'x'); {PUT_BACK}"),
        (CHECKLIST_LINE + FIRST + NOTE[:-20], "line 3: $: is not JSON: Unterminated string starting at at column 143; mend the text there"),
        (CHECKLIST_LINE + "\n[]\n", "line 3: $: is not an object (got a list of 0); write an object, as in {...}"),
        (CHECKLIST_LINE + FIRST.replace('"by":', '"by":"x","by":'), "line 2: $: holds a key twice (got 'by'); keep one of them"),
        (CHECKLIST_LINE + FIRST + '{"kind":"finished","task":"c9","by":"ci","at":"2026-11-03T10:00:00Z"}', "line 3: $.events[1].task: there is no task of that id (got 'c9'); known: goals, ship, tell, c1"),
        (CHECKLIST_LINE + FIRST + '{"kind":"finishd"}', "line 3: $.events[1].kind: is not a kind of event (got 'finishd'); did you mean 'finished'?"),
        (NEW_CHECKLIST_LINE + FIRST + NOTE, f"line 1: $.checklist: {ALTERED} (got '{NEXT[0].digest[:15]}'); {PUT_BACK}; {MIGRATE}"),
        (CHECKLIST_LINE + FIRST + MIGRATION, f"line 1: $.checklist: {ALTERED} (got '{CHECKLIST.digest[:15]}'); {PUT_BACK}; {MIGRATE}"),
        (CHECKLIST_LINE.replace('"title":"Proof"', '"title":"Proofs"') + FIRST, f"line 1: $.checklist: {ALTERED} (got 'sha256:"),
        (CHECKLIST_LINE + CHECKLIST_LINE.replace('"schema_version":1', '"schema_version":99') + FIRST, "line 2: $.schema_version: is newer than this release reads (got 99)"),
        (CHECKLIST_LINE + CHECKLIST_LINE.replace('"schema_version":1', '"migration":"","schema_version":1') + FIRST, "line 2: $.migration: is not a known key"),
        (CHECKLIST_LINE + CHECKLIST_LINE.replace("fraud-v3", "fraud-v4") + FIRST, "line 2: $.name: is the name of another launch (got 'fraud-v4'); keep the lines of 'fraud-v3' only"),
        (
            CHECKLIST_LINE + FIRST + CHECKLIST_LINE.replace('"title":"Proof"', '"title":"Proofs"'),
            f"line 3: $.checklist: {ALTERED} (got 'sha256:",
        ),
        (
            CHECKLIST_LINE + UNBOUND + CHECKLIST_LINE.replace('"title":"Proof"', '"title":"Proofs"'),
            "line 3: $.checklist: is not the same checklist: title differs (got 'proof 1'); only copies of one launch are merged; "
            "migrate one of them to the checklist of the other, or start it under another name",
        ),
        (CHECKLIST_LINE + CHECKLIST_LINE.replace('"checklist":{', '"checklist":{"x":1,') + FIRST, "line 2: $.checklist.x: is not a known key"),
        (CHECKLIST_LINE.replace('"name":"fraud-v3"', '"nam":"fraud-v3"') + FIRST, "line 1: $.name: is missing; it has no default"),
        (
            CHECKLIST_LINE + "<<<<<<< HEAD\n" + FIRST,
            "line 2: $: is a conflict that git has left (got '<<<<<<< HEAD'); "
            "delete the lines with such marks, keep all others, and let .gitattributes say *.jsonl merge=union",
        ),
        (CHECKLIST_LINE + FIRST + "=======\r\n", "line 3: $: is a conflict that git has left (got '=======\\r'); delete the lines"),
        ('{"kind":"checklist"}\n{"kind":"checklist"}\n', "$.checklist: is in none of the lines"),
        ('\n{"kind":"checklist"}\n', "line 2: $.schema_version: is missing"),
    ],
)  # fmt: skip
def test_faults_name_their_lines(text, words):
    with pytest.raises(InvalidError) as caught:
        loads(text, "jsonl")
    fault = caught.value.faults[0]
    said = str(attrs.evolve(fault, line=None))
    said = f"line {fault.line}: {said}" if fault.line else said
    assert said.startswith(words), said


def test_an_edited_checklist_line_beside_that_of_the_log_is_to_be_deleted():
    """As a union merge leaves it, of a branch with the edit and one that has migrated."""
    edited = CHECKLIST_LINE.replace('"title":"Proof"', '"title":"Proofs"')
    digest = loads(edited + UNBOUND, "jsonl", kind=Launch).checklist.digest[:15]
    damaged = f"$.checklist: {ALTERED} (got '{digest}'), on line {{}}; {{}}; {MIGRATE}"
    for lines, line, way_out in [
        ([edited, NEW_CHECKLIST_LINE, FIRST, MIGRATION], 1, "delete line 1: line 2 has the checklist of the log"),
        ([CHECKLIST_LINE, FIRST, NEW_CHECKLIST_LINE, MIGRATION, edited], 5, "delete line 5: line 3 has the checklist of the log"),
        ([CHECKLIST_LINE, edited, FIRST, MIGRATION], 2, PUT_BACK),  # that of the migration is in none
    ]:  # fmt: skip
        with pytest.raises(InvalidError) as caught:
            loads("".join(lines), "jsonl")
        assert str(caught.value) == damaged.format(line, way_out)
        if way_out != PUT_BACK:
            del lines[line - 1]
            assert loads("".join(lines), "jsonl", kind=Launch).checklist == NEXT[0]


def test_a_line_with_several_faults_and_a_cycle_keep_their_errors():
    with pytest.raises(InvalidError) as caught:
        loads(CHECKLIST_LINE + FIRST + '{"kind":"noted","task":"?","by":1}\n{"kind":"begun"}', "jsonl")
    assert {(fault.line, fault.path) for fault in caught.value.faults} >= {(3, "$.events[1].task"), (3, "$.events[1].text"), (4, "$.events[2].by")}  # fmt: skip
    with pytest.raises(InvalidError) as caught:
        loads(dumps(CHECKLIST, "jsonl").replace('"id":"goals"', '"id":"goals","after":["ship"]'), "jsonl")
    assert type(caught.value).__name__ == "CycleError"
    assert caught.value.cycle == ("goals", "ship")
    assert [fault.line for fault in caught.value.faults] == [1]


def test_limits_hold():
    text = dumps(note(2, note(1)), "jsonl")
    assert loads(text, "jsonl", Limits(events=3)) == note(2, note(1))
    with pytest.raises(LimitError, match="holds 3 events, and at most 2 are read"):
        loads(text, "jsonl", Limits(events=2))
    with pytest.raises(LimitError, match="holds 9 tasks, and at most 8 are read"):
        loads(dumps(model_serving(), "jsonl"), "jsonl", Limits(tasks=8))
    with pytest.raises(LimitError, match=r"has 103 lines, and at most 102 are read; pass Limits\(events=\.\.\.\)"):
        loads(text + "\n" * 99, "jsonl", Limits(events=2))
    with pytest.raises(LimitError, match=r"has 101 lines with a checklist, and at most 100 are read; keep one of each"):
        loads(CHECKLIST_LINE * 101 + FIRST, "jsonl")
    lines = "".join(CHECKLIST_LINE.replace('"title":"Proof"', f'"title":"Proof {n}"') for n in range(21))
    with pytest.raises(
        LimitError, match="has 21 different checklists and no migrations; at most 20 checklists are then"
    ):
        loads(lines + FIRST, "jsonl")
    moves = MIGRATION * 1_001
    with pytest.raises(LimitError, match="has 2 different checklists and 1,001 migrations; at most 1,000 migrations"):
        loads(CHECKLIST_LINE + NEW_CHECKLIST_LINE + FIRST + moves, "jsonl")
    assert loads(CHECKLIST_LINE * 101 + FIRST, "jsonl", None) == START
    with pytest.raises(LimitError, match="nests too deep"):
        loads(dumps(START, "jsonl") + "[" * 40, "jsonl")
    with pytest.raises(LimitError, match="holds too many values"):
        loads(text, "jsonl", Limits(values=20))
    assert loads(text, "jsonl", None) == note(2, note(1))


def test_the_digest_is_of_the_set():
    one, other = note(1), note(2)
    merged = one.merge(other)
    assert merged.digest == other.merge(one).digest == loads(dumps(merged, "jsonl"), "jsonl", kind=Launch).digest
    assert len({START.digest, one.digest, other.digest, merged.digest, attrs.evolve(one, name="y").digest}) == 5
    unbound = loads(CHECKLIST_LINE + UNBOUND, "jsonl", kind=Launch)
    assert unbound.digest != attrs.evolve(unbound, checklist=attrs.evolve(CHECKLIST, tips=["Another."])).digest
    assert one.digest == "sha256:" + digest_of(
        {"name": "fraud-v3", "checklist": CHECKLIST.digest, "events": sorted(event.id for event in one.events)}
    )


def test_forged_layers_win_no_merge():
    forged = attrs.evolve(CHECKLIST, base=CHECKLIST, layers=[Overlay("o", "O")])
    line = dumps(Launch.start(forged, name="fraud-v3", by="ml-platform", at=AT), "jsonl").splitlines(keepends=True)[0]
    for text in (line + FIRST, CHECKLIST_LINE + FIRST + line, line + FIRST + CHECKLIST_LINE):
        with pytest.raises(InvalidError, match=ALTERED):
            loads(text, "jsonl")


def test_copies_that_were_started_separately_keep_the_checklist_with_more_layers():
    layered = attrs.evolve(CHECKLIST, base=CHECKLIST, layers=[Overlay("o", "O")])
    other = Launch.start(layered, name="fraud-v3", by="serving-team", at=AT)
    for text in (dumps(START, "jsonl") + dumps(other, "jsonl"), dumps(other, "jsonl") + dumps(START, "jsonl")):
        merged = loads(text, "jsonl", kind=Launch)
        assert merged == START.merge(other)
        assert merged.checklist.layers == layered.layers
    later = other.migrate(NEXT[0], by="serving-team", at=AT + timedelta(hours=1))
    for text in (
        dumps(START, "jsonl") + dumps(other, "jsonl") + MIGRATION,
        dumps(later, "jsonl") + dumps(START, "jsonl"),
    ):
        with pytest.raises(InvalidError):
            loads(text, "jsonl")
    text = dumps(START, "jsonl") + dumps(other, "jsonl") + dumps(later, "jsonl")
    assert loads(text, "jsonl", kind=Launch).checklist == NEXT[0]


def test_a_branch_that_goes_back_to_an_earlier_checklist_keeps_its_line(tmp_path):
    """git would otherwise drop the line that this branch has left as it was."""
    minutes = (AT + timedelta(minutes=number) for number in (1, 2, 3))
    theirs = START.migrate(NEXT[0], by="a", at=next(minutes))
    ours = START.migrate(NEXT[1], by="a", at=next(minutes)).migrate(CHECKLIST, by="a", at=next(minutes))
    merged = merged_by_git(tmp_path, START, ours, theirs)
    assert merged == ours.merge(theirs)
    assert merged.checklist == CHECKLIST
    first = dumps(ours, "jsonl").splitlines()[0]
    assert json.loads(first)["migration"] == ours.events[-1].id
    for wrong in ('"x"', "1", f'"{ours.events[-1].id[1:]}"'):
        text = dumps(ours, "jsonl").replace(f'"migration":"{ours.events[-1].id}"', f'"migration":{wrong}')
        with pytest.raises(InvalidError, match=r"\$\.migration: is not a known key"):
            loads(text, "jsonl")


def test_copies_that_were_started_with_different_checklists_are_not_merged():
    """Not even where one of them was migrated since, and its line does not show what it was started with."""
    other = Launch.start(model_serving(), name="fraud-v3", by="serving-team", at=AT)
    later = other.migrate(NEXT[0], by="serving-team", at=AT + timedelta(hours=1))
    with pytest.raises(InvalidError, match="is not the same checklist"):
        START.merge(later)
    separate = "hold separate starts, and no line shows that their checklists are the same"
    different = "is not the same checklist: id, title"
    for text, words in (
        (dumps(START, "jsonl") + dumps(later, "jsonl"), separate),
        (dumps(later, "jsonl") + dumps(START, "jsonl"), separate),
        (dumps(START, "jsonl") + dumps(other, "jsonl") + dumps(later, "jsonl"), different),
        (dumps(START, "jsonl") + dumps(other, "jsonl"), different),
    ):
        with pytest.raises(InvalidError, match=words):
            loads(text, "jsonl")


def test_what_holds_no_digest_of_its_checklist_is_read_by_its_content():
    older = CHECKLIST_LINE.replace('"title":"Proof"', '"title":"Proofs"')
    launch = loads(CHECKLIST_LINE + UNBOUND, "jsonl", kind=Launch).migrate(NEXT[0], by="a", at=AT + timedelta(hours=1))
    assert loads(dumps(launch, "jsonl") + older, "jsonl") == loads(older + dumps(launch, "jsonl"), "jsonl") == launch


def test_lines_without_an_id_are_counted():
    text = (
        CHECKLIST_LINE + "\n" + FIRST + NOTE + '{"kind":"finished","task":"c1","by":"ci","at":"2026-11-03T10:00:00Z"}\n'
    )
    assert jsonl.lines_without_id(text) == [5]
    assert jsonl.lines_without_id(json.dumps(everything().to_dict())) == []


def merged_by_git(folder, base, ours, theirs):
    """What ``git merge-file`` makes of the files of three launches with the rules of ``merge=union``."""
    for name, launch in (("base", base), ("ours", ours), ("theirs", theirs)):
        (folder / name).write_bytes(dumps(launch, "jsonl").encode())
    status, said = git(folder, "merge-file", "--union", "ours", "base", "theirs")
    assert (status, said) == (0, "")
    return loads((folder / "ours").read_bytes(), "jsonl", kind=Launch)


def test_git_merges_pairs_of_branches_as_the_library_does(tmp_path, some):
    """1,000 pairs with --whole: no conflict, nothing lost, equal to ``merge``."""
    kinds, separate = set(), 0
    for seed in some(range(1_000), 150):
        random = Random(seed)
        base = worked(random, START, 6)
        ours, theirs = worked(random, base), worked(random, base)
        merged = merged_by_git(tmp_path, base, ours, theirs)
        assert merged == ours.merge(theirs), seed
        assert dumps(merged, "jsonl") == dumps(ours.merge(theirs), "jsonl")
        assert set(merged.events) == {*ours.events, *theirs.events}
        kinds |= {event.kind for event in merged.events}
        separate += len({ours.checklist.version, theirs.checklist.version, base.checklist.version}) == 3
    assert len(kinds) == 23
    assert separate > 1  # both branches have gone on with another checklist


def test_git_merges_branches_of_a_repository(tmp_path, some):
    """Three branches, two merges: 100 with --whole. Only .gitattributes is set up."""
    path = tmp_path / "fraud-v3.jsonl"
    assert git(tmp_path, "init", "--quiet", "--initial-branch=main")[0] == 0
    (tmp_path / ".gitattributes").write_text("*.jsonl merge=union\n")
    git(tmp_path, "add", ".gitattributes")
    git(tmp_path, "commit", "--quiet", "--message", "attributes")
    for seed in some(range(100), 8):
        random = Random(seed)
        base = worked(random, START, 6)
        copies = [worked(random, base, 8) for _ in range(3)]
        for branch, launch in [("main", base), *((f"b{number}-{seed}", copy) for number, copy in enumerate(copies))]:
            git(tmp_path, "checkout", "--quiet", *(["-b", branch, "main"] if branch != "main" else ["main"]))
            write(launch, path)
            git(tmp_path, "add", ".")
            git(tmp_path, "commit", "--quiet", "--allow-empty", "--message", branch)
        for number in (0, 1):  # into the third
            status, said = git(tmp_path, "merge", "--quiet", "--no-edit", f"b{number}-{seed}")
            assert status == 0, said
        merged = read(path, kind=Launch)
        assert merged == copies[0].merge(copies[1]).merge(copies[2]), seed
        write(merged, path)  # in the stated order, as the next command does
        assert read(path) == merged
        git(tmp_path, "commit", "--all", "--quiet", "--message", "in order")


def test_the_json_file_conflicts_in_nearly_all_of_them(tmp_path):
    """The reason for this format."""
    conflicts = 0
    for seed in range(20):
        random = Random(seed)
        for name, launch in (
            ("base", START),
            ("ours", worked(random, START).note("goals", "ours", by="a", at=AT + timedelta(days=99))),
            ("theirs", worked(random, START).note("goals", "theirs", by="b", at=AT + timedelta(days=99))),
        ):
            (tmp_path / name).write_text(dumps(launch, "json"), "utf-8")
        conflicts += git(tmp_path, "merge-file", "--quiet", "ours", "base", "theirs")[0] > 0
    assert conflicts > 15


def test_evidence_and_everything_else_comes_back():
    launch = everything()
    assert loads(dumps(launch, "jsonl"), "jsonl") == launch
    assert GOOD in [record.evidence for record in loads(dumps(launch, "jsonl"), "jsonl", kind=Launch).evidence()]
