"""The commands for subjects, evidence, gates, examples and what is live, as a person types them."""

import json

import pytest

from importers.test_importers import ROWS, lines, suite
from servingchecklist import Checklist, Launch, Phase, Store, Task, model_serving, write
from servingchecklist.evidence import Criterion, Share

BY = ("--by", "ci")


@pytest.fixture
def launch(run, tmp_path):
    assert run("start", "fraud-v3", *BY)[0] == 0
    (tmp_path / "model.onnx").write_bytes(b"model")
    (tmp_path / "requests.jsonl").write_text(lines(ROWS), "utf-8")
    (tmp_path / "junit.xml").write_text(suite(), "utf-8")


def stored(name="fraud-v3"):
    with Store("launches.db", read_only=True) as store:
        return store.load(name)


@pytest.mark.usefixtures("launch")
def test_the_subject_is_set_by_files_and_digests(run):
    digest = "9372c470eeadd5ecd9c3c74c2b3cb633f8e2f2fad799250a0f70d652b6b825e4"
    assert run("subject", "model=model.onnx", f"config={'a' * 64}", *BY) == (
        0,
        "fraud-v3: config and model set (ci)\n",
        "",
    )
    assert run("subject") == (0, f"config  sha256:{'a' * 64}\nmodel  sha256:{digest}  model.onnx\n", "")
    assert json.loads(run("subject", "--json")[1])["subject"][1] == {
        "name": "model",
        "digest": f"sha256:{digest}",
        "label": "model.onnx",
    }
    assert run("subject", "model=model.onnx", *BY)[1] == "fraud-v3: the subject is the same; nothing was recorded\n"
    assert run("subject", "--at", "2026-11-01")[0] == 2
    assert run("subject", "model=none.onnx", *BY)[0] == 2
    assert (
        run("subject", "model=model.onnx", "model=model.onnx", *BY)[2]
        == "servingchecklist: a part is named twice; give each part once\n"
    )
    assert "is not NAME=FILE" in run("subject", "model", *BY)[2]


@pytest.mark.usefixtures("launch")
def test_a_launch_without_a_subject_says_so(run):
    assert run("subject") == (0, "no parts are set\n", "")


@pytest.mark.usefixtures("launch")
@pytest.mark.parametrize(
    ("more", "hint"),
    [
        ([], "name its parts with --part"),
        (["--same-subject"], "set the subject first"),
        (["--where", "baseline=offline"], None),
    ],
)
def test_only_what_is_bound_is_warned_to_be_of_nothing(run, more, hint):
    err = run("evidence", "add", "--measure", "accuracy.wrong", "--violations", "30", "--of", "2000", *more, *BY)[2]
    assert err == "" if hint is None else f"does not say what it was measured of; {hint}" in err


@pytest.mark.usefixtures("launch")
def test_evidence_is_added_listed_shown_and_withdrawn(run):
    run("subject", "model=model.onnx", *BY)
    status, out, err = run(
        "evidence", "add", "requests.jsonl", "--sent", "200", "--same-subject", "--wanted", "good", *BY
    )
    assert (status, err) == (0, "")
    found = out.split()[2]
    assert out == f"fraud-v3: evidence {found} of request.latency, request.failed and load.offered added (ci)\n"
    again = run("evidence", "add", "requests.jsonl", "--sent", "200", "--same-subject", "--wanted", "good", *BY)
    assert again[1].endswith("is there already; nothing was recorded\n")
    status, out, err = run("evidence", "add", "requests.jsonl", "--warm-up", "1", *BY)
    assert "nothing says how many requests were sent, so the file may be cut (flatters)" in err
    assert "does not say what it was measured of; name its parts with --part" in err
    listed = run("evidence", "list")[1].splitlines()
    assert [line.split("  ")[-2:] for line in listed] == [["requests.jsonl", "by ci"]] * 2
    assert listed[0].startswith(found)
    assert run("evidence", "show", found)[1].startswith(f"Evidence {found}\n")
    assert json.loads(run("evidence", "show", found, "--json")[1])["by"] == "ci"
    assert len(json.loads(run("evidence", "list", "--json")[1])["evidence"]) == 2
    assert (
        run("evidence", "withdraw", found, "--reason", "wrong build", *BY)[1]
        == f"fraud-v3: evidence {found} withdrawn (ci)\n"
    )
    assert (
        run("evidence", "withdraw", found, "--reason", "wrong build", *BY)[1]
        == f"fraud-v3: evidence {found} is withdrawn already; nothing was recorded\n"
    )
    assert "withdrawn by ci: wrong build" in run("evidence", "list")[1]
    assert "evidence-added" in run("log")[1]


@pytest.mark.usefixtures("launch")
def test_numbers_are_given_by_hand(run):
    added = ("evidence", "add", "--measure")
    assert (
        run(
            *added,
            "accuracy.wrong",
            "--violations",
            "4",
            "--of",
            "171",
            "--sampling",
            "set",
            "--where",
            "baseline=offline",
            "--part",
            "model=model.onnx",
            *BY,
        )[0]
        == 0
    )
    assert (
        run(
            *added,
            "adoption.callers",
            "--value",
            "3",
            "--sampling",
            "census",
            "--collected",
            "2026-11-02T10:00Z",
            "--collected-from",
            "2026-11-01T10:00Z",
            "--note",
            "by hand",
            *BY,
        )[0]
        == 0
    )
    with Store("launches.db", read_only=True) as store:
        first, second = store.load("fraud-v3").evidence()
    assert first.evidence.measures[0].value == Share(4, 171)
    assert (second.evidence.note, second.evidence.sources[0].tool) == ("by hand", "the numbers were given by hand")
    assert "by hand" in run("evidence", "list")[1]


@pytest.mark.usefixtures("launch")
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("add",), "evidence add needs files, or --measure with its numbers; name one of the two"),
        (("add", "requests.jsonl", "--measure", "tests.failed"), "name one of the two"),
        (
            ("add", "--measure", "tests.failed"),
            "--measure needs its numbers; give --violations with --of for a share, or --value",
        ),
        (("add", "--measure", "tests.failed", "--violations", "1"), "--violations needs --of"),
        (("add", "requests.jsonl", "--of", "3"), "--of does nothing for evidence add; it is for numbers by hand"),
        (("add", "--measure", "tests.failed", "--value", "1", "--sent", "3"), "--sent does nothing for evidence add"),
        (
            ("add", "requests.jsonl", "--same-subject", "--part", f"model={'a' * 64}"),
            "--part cannot be combined with --same-subject",
        ),
        (("list", "--reason", "x"), "--reason does nothing for evidence list; leave it out"),
        (("add", "empty.jsonl"), "is an empty file; measure again"),
        (("add", "--measure", "tests.faild", "--value", "1"), "did you mean 'tests.failed'?"),
        (("add", "none.jsonl"), "the file cannot be read"),
        (
            ("add", "junk.jsonl"),
            "servingchecklist: does not look like a known file (got 'junk.jsonl'); name its importer with --importer: requests, junit\n",
        ),
        (
            ("add", "timeless.xml"),
            "timeless.xml: does not say when the tests ran; give the time of the run with --collected\n",
        ),
        (("add", "large.jsonl"), "if you trust it, read it with --no-limits\n"),
        (("add", "requests.jsonl", "--sent", "201"), "holds 200 requests, and 201 were sent"),
        (("add", "requests.jsonl", "--importer", "junt"), "did you mean 'junit'?"),
        (("list", "x"), None),
        (("show",), "evidence show needs an id; see them with: servingchecklist evidence list"),
        (("show", "00000000"), "there is no evidence in the log of that name"),
        (("withdraw", "00000000"), "evidence withdraw needs --reason"),
        (("withdraw", "--reason", "r"), "evidence withdraw needs an id"),
        (("withdraw", "00000000", "--reason", "r"), "there is no evidence in the log of that name"),
        (("remove",), "invalid choice: 'remove'"),
    ],
)
def test_mistakes_are_answered_in_a_line(run, tmp_path, arguments, words):
    (tmp_path / "empty.jsonl").touch()
    (tmp_path / "junk.jsonl").write_bytes(b"\x00{]")
    (tmp_path / "timeless.xml").write_text("<testsuite/>", "utf-8")
    (tmp_path / "large.jsonl").write_text(" " * 25_000_001, "utf-8")
    status, out, err = run("evidence", *arguments, *BY)
    if words is None:
        assert (status, out, err) == (0, "", "")
    else:
        assert status in (1, 2)
        assert words in err
        assert "Traceback" not in err


@pytest.mark.usefixtures("launch")
def test_a_gate_has_exits_of_its_own(run, tmp_path):
    status, out, _ = run("gate", "fraud-v3", "go-live")
    assert (status, out.split("\n")[0]) == (4, "UNPROVEN: Let the first users in")
    status, out, _ = run("gate", "--priority", "critical")
    assert (status, out.split("\n")[0]) == (3, "NO-GO: Conditions")
    assert run("gate", "--expired-waivers")[0] == 4
    assert run("gate", "--before", "2099-01-01", "--chance", "50%")[0] == 0
    assert json.loads(run("gate", "fraud-v3", "go-live", "--json")[1])["decision"] == "unproven"
    assert run("gate", "fraud-v3", "go-live", "-o", "gate.xml") == (4, "", "")
    assert "<testsuites" in (tmp_path / "gate.xml").read_text("utf-8")
    assert run("gate", "fraud-v3", "go-live", "-f", "html")[1].startswith("<!DOCTYPE html>")
    with Store("launches.db", read_only=True) as store:
        write(store.load("fraud-v3"), "fraud.json")
    assert run("gate", "fraud.json", "--priority", "critical")[0] == 3
    status, out, _ = run("gate", "fraud.json", "go-live", "-f", "github")
    assert status == 4
    assert out.startswith("::error file=fraud.json,title=not measured%3A c1 agreed::")
    assert (
        out.splitlines()[-1]
        == "::notice file=fraud.json,title=UNPROVEN::Let the first users in: 0 of 13 required findings met, 13 not proven"
    )
    assert "::error file=fraud.json,title=open%3A c1::c1 is todo" in out
    assert "title=to know::targets that are placeholders" in out


@pytest.mark.usefixtures("launch")
def test_what_is_weaker_than_approved_is_named(run, tmp_path):
    checklist = model_serving()
    weaker = checklist.replace_task("c1", criteria=[])
    write(Launch.start(weaker, name="weak", by="b"), "weak.json")
    write(checklist, "approved.toml")
    out = run("gate", "weak.json", "go-live", "--approved", "approved.toml")[1]
    assert "weaker than approved: c1 agreed: is not asked for any more" in " ".join(out.split())
    assert "weaker" not in run("gate", "weak.json", "go-live", "--approved", "weak.json")[1]
    assert run("gate", "weak.json", "go-live", "--approved", "llm-serving")[2] == (
        "servingchecklist: that is neither a checklist nor a launch (got 'llm-serving'); give the approved checklist\n"
    )


@pytest.mark.usefixtures("launch")
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            ("fraud-v3",),
            "GATE: is missing, and so are conditions; name a gate: go-live, scale-up; or give a condition, as in --priority critical\n",
        ),
        (
            ("bare.json",),
            "is missing, and so are conditions; the checklist has no gates; give a condition, as in --priority critical\n",
        ),
        (
            ("fraud-v3", "--chance", "0.8"),
            "--chance: is the chance of no date (got 0.8); give the day too, as in --before 2026-12-21\n",
        ),
        (("fraud-v3", "go-lve"), "did you mean 'go-live'?"),
        (("fraud-v3", "go-live", "--chance", "50%"), "is the chance of no date"),
        (("fraud-v3", "go-live", "-f", "github", "--json"), "cannot be combined"),
        (("fraud-v3", "go-live", "-f", "junit", "--json"), "cannot be combined"),
        (("fraud-v3", "--priority", "urgent"), "invalid choice: 'urgent'"),
        (("none", "go-live"), "there is no launch in the store of that name"),
    ],
)
def test_a_gate_that_is_asked_wrongly_is_no_verdict(run, arguments, words):
    write(Launch.start(Checklist("bare", "Bare"), name="bare", by="b"), "bare.json")
    status, _, err = run("gate", *arguments)
    assert status == 2
    assert words in err


@pytest.mark.usefixtures("launch")
def test_people_attest_waive_and_approve(run):
    assert (
        run("attest", "c1", "agreed", "--by", "checkout-lead")[1]
        == "fraud-v3: c1 agreed: checkout-lead says as product owner that it holds\n"
    )
    assert run("attest", "c1", "agreed", "--by", "sre", "--role", "sre", "--fails")[1].endswith(
        "sre says as sre that it does not hold\n"
    )
    assert "no criterion of c1" in run("attest", "c1", "agred", *BY)[2].replace("there is ", "")
    words = "is measured, and not attested (got 'examples'); add evidence for it with: servingchecklist evidence add\n"
    assert run("attest", "c2", "examples", *BY)[2].endswith(words)
    waive = ("waive", "c2", "--criterion", "examples", "--reason", "later", "--expires", "2099-01-01", *BY)
    assert (
        run(*waive)[1]
        == "fraud-v3 (Model Serving): c2 Identify target audience: examples waived until 2099-01-01, still todo (ci; 0 of 9 closed)\n"
    )
    waiver = run("log", "--task", "c2")[1].split()[0]
    assert (
        run("approve", waiver, *BY)[2]
        == "servingchecklist: --by: recorded it, and cannot approve it (got 'ci'); a second person has to\n"
    )
    assert run("approve", waiver, "--by", "sre")[1] == f"fraud-v3: {waiver} (criterion-waived) approved (sre)\n"
    again = f"fraud-v3: {waiver} (criterion-waived) is approved by sre already; nothing was recorded\n"
    assert run("approve", waiver, "--by", "sre")[1] == again
    assert "::warning" in run("gate", "fraud-v3", "go-live", "-f", "github")[1]
    assert "waived by ci until 2099-01-01: later" in run("gate", "fraud-v3", "go-live")[1]
    status, _, err = run("waive", "c2", "--criterion", "exmples", "--reason", "later", "--expires", "2099-01-01", *BY)
    assert (status, "did you mean 'examples'?" in err) == (2, True)


@pytest.mark.usefixtures("launch")
def test_what_is_live_is_recorded_and_shown(run):
    assert run("live") == (0, "fraud-v3: nothing is recorded as live\n", "")
    assert json.loads(run("live", "--json")[1]) == {"launch": "fraud-v3", "subject": [], "since": None}
    status, out, err = run("go-live", "go-live", *BY)
    assert (status, out) == (0, "fraud-v3: live from now on (ci)\n")
    assert err == "servingchecklist: the gate go-live says UNPROVEN, and that is recorded\n"
    assert "let go live by ci" in run("live")[1]
    assert json.loads(run("live", "--json")[1])["by"] == "ci"
    assert run("take-down", "--reason", "it drifts", *BY)[1] == "fraud-v3: taken down (ci)\n"
    down = stored().events[-1].at
    words = f"nothing is live; taken down by ci at {down:%Y-%m-%d %H:%M} UTC: it drifts\n"
    assert run("live") == (0, f"fraud-v3: {words}", "")
    assert run("live", "--at", stored().started.isoformat())[1] == "fraud-v3: nothing is recorded as live\n"
    with Store("launches.db") as store:
        proven = read_proven()
        store.save(proven)
    assert run("go-live", "go-live", "--launch", "proven", *BY)[2] == ""


def read_proven():
    import attrs

    from helpers.proof import proven

    return attrs.evolve(proven(), name="proven")


ANSWER = '{"id": "launch-1", "outputs": [{"data": [0]}]}\n200 0.034\n'


@pytest.mark.usefixtures("launch")
def test_examples_are_printed_and_answers_are_judged(run, tmp_path):
    assert (
        run("examples")[1].splitlines()[0]
        == "application-teams/score  POST /v2/models/fraud/infer  A score for one payment"
    )
    assert (
        run("examples", "fraud-v3", "--audience", "data-scientists")[1]
        == "data-scientists/version  GET /v2/models/fraud  Which model answers\n"
    )
    commands = run("examples", "--curl", "https://staging.example.com")[1]
    assert "# application-teams/score: A score for one payment\ncurl " in commands
    assert commands.endswith("https://staging.example.com/v2/models/fraud > data-scientists.version.txt\n")
    assert "did you mean 'data-scientists'" in run("examples", "--audience", "data-scientist")[2]
    assert run("examples", "--curl", "localhost:8099") == (
        2,
        "",
        "servingchecklist: --curl: is not the beginning of a URL (got 'localhost:8099'); write https:// and the host\n",
    )
    assert run("examples", "llm-serving")[0] == 2
    (tmp_path / "score.txt").write_text(ANSWER, "utf-8")
    assert run("judge", "score=score.txt") == (0, "application-teams/score: as agreed\n", "")
    status, out, _ = run("judge", "score=score.txt", "--degraded")
    assert (status, out) == (3, "application-teams/score: the status is 200, not 503\n")
    status, _, err = run("judge", "score=score.txt", "application-teams/score=score.txt")
    assert (status, "an example is named twice" in err) == (2, True)
    status, _, err = run("judge", "score=score.txt", "--degraded", "--record", *BY)
    assert (status, "degraded.wrong" in err) == (2, True)
    status, out, _ = run("judge", "application-teams/score=score.txt", "--record", *BY)
    assert status == 3
    assert "data-scientists/version: was not sent, and counts as wrong" in out
    assert out.splitlines()[-1].endswith("of examples.wrong added (ci)")
    with Store("launches.db", read_only=True) as store:
        assert store.load("fraud-v3").evidence()[-1].evidence.measures[0].value == Share(2, 3)
    (tmp_path / "none.txt").write_text("\n000 0.000\n", "utf-8")
    assert run("judge", "score=none.txt")[1] == "application-teams/score: no answer came\n"
    (tmp_path / "cut.txt").write_text("{", "utf-8")
    assert "the last line is not a status and a time" in run("judge", "score=cut.txt")[2]
    assert run("judge", "scor=score.txt")[2] == (
        "servingchecklist: there is no example request of that name (got 'scor'); "
        "known: application-teams/score, evaluating-engineers/rows, data-scientists/version\n"
    )
    assert run("judge", "score=missing.txt")[0] == 2


@pytest.mark.usefixtures("launch")
def test_a_new_model_reopens_what_was_proven(run):
    with Store("launches.db") as store:
        store.save(read_proven())
    out = run("subject", f"model={'b' * 64}", "--launch", "proven", *BY)[1]
    assert out == (
        "proven: model set (ci)\nproven: ship reopened: another model, of which latency, errors are not proven\n"
    )
    assert [stored("proven").state(task).status for task in ("goals", "ship")] == ["done", "todo"]
    assert run("gate", "proven", "go-live")[1].startswith("UNPROVEN: ")
    undo = run("undo", "--launch", "proven", *BY)
    assert (undo[0], undo[2].startswith("servingchecklist: your latest event is subject-set, ")) == (2, True)
    run("reopen", "goals", "--reason", "new goals", "--launch", "proven", *BY)
    assert " (reopened) of goals " in run("undo", "--launch", "proven", *BY)[1]


@pytest.mark.usefixtures("launch")
@pytest.mark.parametrize(
    ("arguments", "kind"),
    [
        (("subject", "model=model.onnx"), "subject-set"),
        (("go-live", "go-live"), "went-live"),
        (("take-down", "--reason", "r"), "taken-down"),
        (("evidence", "add", "requests.jsonl", "--same-subject"), "evidence-added"),
    ],
)
def test_undo_reaches_no_event_behind_one_of_the_launch(run, arguments, kind):
    run("finish", "c1", *BY)
    run("waive", "c2", "--criterion", "examples", "--reason", "later", "--expires", "2099-01-01", *BY)
    if kind == "taken-down":
        run("go-live", "go-live", *BY)
    assert run(*arguments, *BY)[0] == 0
    event = stored().events[-1]
    hint = "record what holds now"
    if kind == "evidence-added":
        hint = f"withdraw it: servingchecklist evidence withdraw {event.evidence.id[:8]} --reason WORDS"
    words = f"{kind}, which cannot be retracted (got '{event.id[:8]}'); {hint}\n"
    assert run("undo", *BY) == (2, "", f"servingchecklist: your latest event is {words}")
    assert run("retract", event.id[:8], *BY) == (2, "", f"servingchecklist: that event is {words}")
    assert stored().retracted == ()
    earlier = run("note", "c3", "--text", "t", "--at", stored().started.isoformat(), *BY)[2]
    assert "undo would refuse a later event; this one: servingchecklist retract " in earlier
    run("note", "c3", "--text", "t", *BY)
    assert " (noted) of c3 " in run("undo", *BY)[1]


@pytest.mark.usefixtures("launch")
@pytest.mark.parametrize("command", ["gate", "live"])
def test_a_suffix_that_cannot_be_written_is_answered_with_those_that_can(run, tmp_path, command):
    known = ".txt, .md, .markdown, .html, .htm" + ", .xml" * (command == "gate")
    start = f"servingchecklist: {command} cannot be written as"
    for name, words in (
        ("g.json", f"{start} json (got 'g.json'); for another program, use --json and redirect the output\n"),
        ("g.svg", f"{start} svg (got 'g.svg'); end the name in one of {known}\n"),
        (
            "g.pdf",
            f"servingchecklist: the name of the file does not say its format (got 'g.pdf'); end it in one of {known}\n",
        ),
    ):
        assert run(command, "fraud-v3", "-o", name) == (2, "", words)
    assert not list(tmp_path.glob("g.*"))


@pytest.mark.usefixtures("launch")
def test_a_gate_saves_no_options(run):
    status, _, err = run("gate", "--before", "2099-01-01", "--people", "2", "--save-options")
    assert (status, "there is no option --save-options" in err) == (2, True)


@pytest.mark.usefixtures("launch")
def test_a_word_alone_is_the_gate_of_the_only_launch(run):
    assert run("gate", "go-live", "--json")[0] == 4
    assert json.loads(run("gate", "go-live", "--json")[1])["id"] == "go-live"
    assert "did you mean" not in run("gate", "go-lve")[2]
    assert "there is no launch in the store of that name" in run("gate", "go-lve")[2]
    run("start", "spam-v2", *BY)
    assert run("gate", "go-live") == (
        2,
        "",
        "servingchecklist: there is no launch in the store of that name (got 'go-live'); "
        "go-live is a gate: servingchecklist gate fraud-v3 go-live\n",
    )


@pytest.fixture
def proven(run):
    """A launch that is proven, from 2026-11-01 to 2026-11-03."""
    with Store("launches.db") as store:
        store.save(read_proven())
    return run


def of_proven(*arguments, day=None, by="ci"):
    return (*arguments, "--launch", "proven", "--by", by, *(("--at", f"2026-11-{day:02}T09:00Z") if day else ()))


def test_what_is_recorded_later_of_an_earlier_time_is_told_as_of_that_time(proven):
    assert proven(*of_proven("go-live", "go-live", day=5)) == (0, "proven: live since 2026-11-05 09:00 UTC (ci)\n", "")
    assert proven(*of_proven("go-live", "go-live", day=2)) == (
        0,
        "proven: live since 2026-11-02 09:00 UTC (ci)\n",
        "servingchecklist: the gate go-live says UNPROVEN, and that is recorded\n",
    )
    again = proven(*of_proven("go-live", "go-live", day=2))
    assert again == (0, "proven: that is recorded already; nothing was recorded\n", "")
    down = of_proven("take-down", "--reason", "it drifts")
    nothing = "proven: nothing was live; nothing was recorded\n"
    assert proven(*down, "--at", "2026-11-01T12:00Z") == (0, nothing, "")
    assert proven(*down, "--at", "2026-11-06T12:00Z")[2] == ""
    assert proven(*down, "--at", "2026-11-06T13:00Z")[1] == nothing
    assert proven("live", "proven", "-o", "live.md", "--at", "2026-11-07T09:00Z") == (
        2,
        "",
        "servingchecklist: nothing is live, and the file is left as it is (got 'live.md'); remove it\n",
    )
    live = ("live", "proven", "--at")
    assert proven(*live, "2026-11-07T09:00Z")[1].endswith("taken down by ci at 2026-11-06 12:00 UTC: it drifts\n")
    assert "let go live by ci" in proven(*live, "2026-11-05T10:00Z")[1]


def test_a_subject_of_an_earlier_time_is_recorded_and_told(proven):
    digest = f"model={'c' * 64}"
    assert proven(*of_proven("subject", digest, day=5))[1].startswith("proven: model set (ci)\n")
    assert proven(*of_proven("subject", digest, day=4))[1].startswith("proven: model set (ci)\n")
    assert proven(*of_proven("subject", digest, day=4))[1] == "proven: the subject is the same; nothing was recorded\n"


def test_a_word_of_an_earlier_time_is_told_with_its_role(proven):
    proven(*of_proven("note", "goals", "--text", "t", day=6))
    said = of_proven("attest", "goals", "agreed", day=5, by="sre")
    assert proven(*said)[1] == "proven: goals agreed: sre says as product owner that it holds\n"
    assert proven(*said)[1] == "proven: goals agreed: was said already; nothing was recorded\n"


def test_of_two_withdrawals_only_the_new_one_is_told_as_new(proven):
    first, second = (record.evidence.id[:8] for record in stored("proven").evidence())
    proven(*of_proven("evidence", "withdraw", first, "--reason", "r"))
    assert proven(*of_proven("evidence", "withdraw", first, second, "--reason", "r"))[1] == (
        f"proven: evidence {first} is withdrawn already; nothing was recorded\n"
        f"proven: evidence {second} withdrawn (ci)\n"
    )


@pytest.mark.usefixtures("launch")
def test_a_part_that_nothing_is_about_is_told(run):
    about = "servingchecklist: no KPI and no criterion is about a part"
    status, out, err = run("subject", f"modle={'b' * 64}", *BY)
    assert (status, out, err) == (0, "fraud-v3: modle set (ci)\n", f"{about} 'modle'; did you mean 'model'?\n")
    err = run("subject", f"image={'b' * 64}", f"model={'b' * 64}", *BY)[2]
    assert (err.startswith(f"{about} 'image'; known: config, "), err.count("\n")) == (True, 1)
    bare = Launch.start(
        Checklist("bare", "Bare", phases=[Phase("p", "P", tasks=[Task("t", "T")])]), name="bare", by="b"
    )
    write(bare, "bare.json")
    assert run("subject", f"image={'b' * 64}", "--launch", "bare.json", *BY)[2] == ""


@pytest.mark.usefixtures("launch")
def test_evidence_is_listed_with_its_values_and_conditions(run):
    added = ("evidence", "add", "--measure", "accuracy.wrong", "--of", "2000", "--part", "model=model.onnx", *BY)
    run(*added, "--violations", "70", "--where", "baseline=offline")
    run(*added, "--violations", "81", "--sampling", "set")
    run("evidence", "add", "requests.jsonl", "--sent", "200", "--same-subject", *BY)
    first, second, third = (line.split("  ")[2] for line in run("evidence", "list")[1].splitlines())
    assert first == "accuracy.wrong 70 of 2,000 wrong (baseline is offline)"
    assert second == "accuracy.wrong 81 of 2,000 wrong (as a set)"
    assert third.startswith("request.latency 200 observations, ")
    assert third.endswith("; load.offered 20 (loop is open, place is caller)")


@pytest.mark.usefixtures("launch")
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("accuracy.wrong", "--value", "0.5"), "--measure accuracy.wrong is a share; give --violations with --of"),
        (
            ("adoption.callers", "--violations", "1", "--of", "2"),
            "--measure adoption.callers is a number; give --value",
        ),
        (("score.f1", "--violations", "1", "--of", "2"), "--measure score.f1 is a number; give --value"),
        (
            ("request.latency", "--value", "0.1"),
            "--measure request.latency is a distribution; add the file with its observations",
        ),
        (
            ("accuracy.wrong", "--violations", "30", "--of", "20"),
            "--violations is more than --of (got 30 of 20); count them among the observations",
        ),
        (
            ("accuracy.wrng", "--value", "1"),
            "--measure: is not a measure (got 'accuracy.wrng'); did you mean 'accuracy.wrong'?",
        ),
    ],
)
def test_numbers_by_hand_have_the_form_of_their_measure(run, arguments, words):
    assert run("evidence", "add", "--measure", *arguments, *BY) == (2, "", f"servingchecklist: {words}\n")
    assert run("evidence", "add", "--measure", "x-own", "--value", "1", *BY)[0] == 0
    assert run("evidence", "add", "--measure", "x-own", "--violations", "1", "--of", "1", *BY)[0] == 0


def test_annotations_name_the_target_and_a_file_only_where_there_is_one(proven):
    proven(*of_proven("subject", f"model={'c' * 64}"))
    target = "The service is fast and answers: Latency, p99 at most 120 ms: no evidence of request.latency counts: "
    lines = proven("gate", "proven", "go-live", "-f", "github")[1].splitlines()
    assert lines[0].startswith("::error title=not measured%3A ship measured latency::" + target)
    assert lines[-1].startswith("::notice title=UNPROVEN::")
    waived = ("--criterion", "measured", "--reason", "few callers", "--expires", "2099-01-01")
    proven(*of_proven("waive", "ship", *waived))
    write(stored("proven"), "proven.json")
    lines = proven("gate", "proven.json", "go-live", "-f", "github")[1].splitlines()
    (shown,) = [line for line in lines if "ship measured latency" in line]
    assert shown.startswith("::warning file=proven.json,title=waived%3A ship measured latency::" + target)
    assert shown.endswith("; waived by ci until 2099-01-01: few callers")


def test_a_word_about_a_part_that_is_not_set_names_the_command_that_sets_it(run):
    criterion = Criterion("safe", "Safe", attested="sre", binds=["model"])
    phases = [Phase("p", "P", tasks=[Task("t", "T", criteria=[criterion])])]
    write(Launch.start(Checklist("x", "X", phases=phases), name="x", by="b"), "x.json")
    assert run("attest", "t", "safe", "--launch", "x.json", *BY)[2].endswith(
        "is about the model, which is not set (got 'safe'); "
        "set it first with: servingchecklist subject NAME=FILE; without it the word would never count\n"
    )
