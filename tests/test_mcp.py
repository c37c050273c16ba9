"""The server of the example, asked by a client of the protocol: in memory, and as a process of its own."""

import asyncio
import importlib.util
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from servingchecklist import Launch, Store, model_serving, tools

mcp = pytest.importorskip("mcp", reason="needs mcp")

EXAMPLE = Path(__file__).parent.parent / "examples" / "mcp_server.py"
NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "launches.db"
    with Store(path) as store:
        store.save(Launch.start(model_serving(), name="fraud-v3", by="ml-platform", at=NINE))
    return path


async def _conversation(server):
    """Return the tools that a server offers, and its answers to some calls: whether each is an error, and its text."""
    calls = [
        ("launch_next", {"limit": 1}),
        ("launch_record", {"event": "begun"}),
        ("launch_task", {"task": "c11"}),
        ("launch_record", {"event": "waived", "task": "c1", "reason": "r"}),
        ("launch_record", {"event": "finished", "task": "c1", "by": "ceo"}),
        ("launch_record", {"event": "finished", "task": "c1"}),
        ("launch_status", {}),
    ]
    async with mcp.Client(server) as client:
        listed = (await client.list_tools()).tools
        answers = [await client.call_tool(name, arguments) for name, arguments in calls]
    return listed, [(bool(answer.is_error), answer.content[0].text) for answer in answers]


def _assert_worked(listed, answers, path):
    assert [tool.model_dump(by_alias=True, exclude_none=True) for tool in listed] == tools.schemas()
    assert [is_error for is_error, _ in answers] == [False, False, True, True, True, False, False]
    texts = [text for _, text in answers]
    assert "1. Define goals and KPIs" in texts[0]
    assert texts[1].startswith("[>] Define goals and KPIs")
    assert texts[2] == "$.task: there is no task in 'model-serving' of that name (got 'c11'); did you mean 'c1'?"
    assert texts[3].startswith("$.event: is not an event that can be recorded (got 'waived'); known: begun, finished")
    assert texts[4].startswith("$.by: is not known to this tool (got 'by')")
    assert texts[5] == "c1 Define goals and KPIs: done, 0 of 6 steps ticked; 1 of 9 tasks closed\n"
    assert "1 of 9 done" in texts[6]
    with Store(path) as store:
        assert [event.by for event in store.load("fraud-v3").events] == ["ml-platform", "agent", "agent"]


def test_a_client_in_memory_works_a_launch(path):
    spec = importlib.util.spec_from_file_location("mcp_server", EXAMPLE)
    example = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(example)
    with Store(path) as store:
        worked = asyncio.run(_conversation(example.server_of(store, "agent")))
    _assert_worked(*worked, path)


def test_a_store_that_there_is_not_is_an_error_and_none_is_created(tmp_path):
    missing = tmp_path / "lunches.db"
    done = subprocess.run(
        [sys.executable, EXAMPLE, missing, "agent"], capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("$: the store cannot be opened: No such file or directory (got ")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("arguments", [[], ["launches.db"], ["launches.db", "agent", "more"]])
def test_a_wrong_call_says_nothing_on_the_stream_of_the_protocol(arguments):
    done = subprocess.run(
        [sys.executable, EXAMPLE, *arguments], capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("usage: mcp_server.py [-h] store who\n")


def test_the_help_shows_the_tools():
    done = subprocess.run([sys.executable, EXAMPLE, "--help"], capture_output=True, text=True, check=True, timeout=60)
    assert "\nlaunch_next: The tasks to do next, with reasons\n" in done.stdout


def test_the_example_serves_over_standard_input_and_output(path):
    server = mcp.StdioServerParameters(
        command=sys.executable, args=[str(EXAMPLE), str(path), "agent"], env={**os.environ}
    )
    _assert_worked(*asyncio.run(_conversation(server)), path)
