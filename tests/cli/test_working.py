"""The command ``begin --next``: one line for the task that was begun, or a status of its own."""

import json

import pytest

from servingchecklist import Launch, Store, model_serving, read, write
from servingchecklist.cli.working import NOTHING_TO_BEGIN

BY = ("--by", "worker-1")


@pytest.fixture
def started(run):
    assert run("start", "fraud-v3", "--by", "ml-platform", "--at", "2026-11-02T09:00Z")[0] == 0
    return run


def test_it_begins_what_is_next_and_prints_the_change(started):
    assert started("begin", "--next", *BY, "--at", "2026-11-03T09:00Z") == (
        0,
        "fraud-v3 (Model Serving): c1 Define goals and KPIs: todo -> doing (worker-1; 0 of 9 closed)\n",
        "",
    )
    assert started("begin", "--next", "--role", "data science", *BY)[:2] == (NOTHING_TO_BEGIN, "")
    status, out, _ = started(
        "begin", "--next", "--phase", "foundation", "--rules", "soonest", "--json", *BY, "--note", "x"
    )
    document = json.loads(out)
    assert status == 0
    assert [(event["task"], event["kind"], event["note"]) for event in document["events"]] == [("c3", "begun", "x")]
    assert list(document) == ["events", "tasks", "recommended"]
    assert [(row["task"], row["status"], row["document"]["by"]) for row in document["tasks"]] == [
        ("c3", "doing", "worker-1")
    ]
    assert [one["id"] for one in document["recommended"]["recommendations"]] == ["c3"]
    with Store("launches.db") as store:
        assert [event.task for event in store.load("fraud-v3").events[1:]] == ["c1", "c3"]


def test_where_no_task_can_be_begun_it_says_why_and_ends_with_5(started):
    assert started("begin", "c1", "c2", "c3", *BY)[0] == 0
    assert started("begin", "--next", *BY) == (
        5,
        "",
        "servingchecklist: fraud-v3: Nothing can be begun: "
        "c1 is under way (worker-1); c2 is under way (worker-1); c3 is under way (worker-1)\n",
    )
    status, out, err = started("begin", "--next", "--json", *BY)
    assert (status, err) == (5, "")
    document = json.loads(out)
    assert (document["events"], document["tasks"]) == ([], [])
    assert list(document["recommended"]["under_way"]) == ["c1", "c2", "c3"]
    everything = [task.id for task in model_serving()]
    assert started("finish", *everything, *BY)[0] == 0
    assert started("begin", "--next", *BY) == (5, "", "servingchecklist: fraud-v3: Nothing is left to begin.\n")


def test_it_works_on_the_file_of_a_launch(run, tmp_path):
    path = tmp_path / "fraud-v3.json"
    write(Launch.start(model_serving(), name="fraud-v3", by="ml-platform"), path)
    assert run("begin", "--next", "--launch", str(path), *BY)[0] == 0
    assert [event.kind for event in read(path, kind=Launch).events] == ["launch-started", "begun"]


def test_of_two_that_begin_a_task_at_once_one_is_refused(started, monkeypatch):
    change = Store.change

    def late(self, name, function):
        with Store(self.path) as other:
            other.save(other.load(name).begin("c1", by="serving-team"))
        return change(self, name, function)

    with monkeypatch.context() as patch:
        patch.setattr(Store, "change", late)
        status, out, err = started("begin", "c1", *BY)
    assert (status, out) == (1, "")
    assert "c1 cannot be begun: its status is doing, as" in err
    status, out, _ = started("begin", "--next", "--json", *BY)
    assert (status, [event["task"] for event in json.loads(out)["events"]]) == (0, ["c3"])


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--next", "c1"), "--next begins the task that is next, and not one that is named (got 'c1'); leave out the task, or --next"),
        ((), "no task is named; name one, or begin the one that is next with --next"),
        (("c1", "--role", "sre"), "--role is for --next; add --next, or leave it out"),
        (("c1", "--rules", "soonest"), "--rules is for --next; add --next, or leave it out"),
        (("--next", "--phase", "foundatio"), "--phase: there is no phase of that name (got 'foundatio'); did you mean 'foundation'?"),
    ],
)  # fmt: skip
def test_mistakes_are_told(started, arguments, sentence):
    assert started("begin", *arguments, *BY) == (2, "", f"servingchecklist: {sentence}\n")
