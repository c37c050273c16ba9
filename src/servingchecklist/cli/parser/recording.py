"""Parsers of the commands that record the events of a launch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import checklists, launches
from . import options, values

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from .options import Command, Run


def add(command: Command) -> None:
    """Add ``start``, ``move`` and every command that records an event of a task."""
    one = command(
        "start",
        launches.start,
        "start a launch",
        "Start a launch: a checklist being worked for one service. To begin a task, use begin.",
    )
    one.add_argument("name", metavar="NAME", help="what the launch is called, as in fraud-v3")
    what = "a file or an id that list shows: what is to be worked (default: %(default)s)"
    one.add_argument("--checklist", dest="source", default=checklists.DEFAULT, metavar="SOURCE", help=what)
    options.add_no_limits(one)
    options.add_store(one)
    options.add_who_and_when(one)
    _add_migrate(command)
    _add_moves(command)
    _add_facts(command)


def _add_migrate(command: Command) -> None:
    one = command(
        "migrate",
        launches.migrate,
        "have a launch go on with another checklist",
        "Have a launch go on with another checklist, such as the next edition. Its log is kept, that of tasks which are not there any more too.",
    )
    one.add_argument("source", metavar="CHECKLIST", help="a file or an id that list shows: what is to be worked now")
    options.add_no_limits(one)
    options.add_launch(one)
    options.add_who_and_when(one)


def _recording(command: Command, name: str, run: Run, help: str, description: str) -> ArgumentParser:
    added = command(name, run, help, description)
    added.add_argument("tasks", nargs="+", metavar="TASK", help="the id of a task, as in c1")
    options.add_launch(added)
    options.add_who_and_when(added)
    return added


def _add_moves(command: Command) -> None:
    _recording(command, "begin", launches.begin, "work on a task begins", "Record that work on tasks begins.")
    _recording(command, "finish", launches.finish, "a task is done", "Record that tasks are done.")
    words = "a task cannot be worked on", "Record what keeps tasks from being worked on."
    one = _recording(command, "block", launches.block, *words)
    one.add_argument("--reason", required=True, metavar="WORDS", help="what they wait for")
    words = "a task can be worked on again", "Record that nothing keeps tasks any longer."
    _recording(command, "unblock", launches.unblock, *words)
    one = _recording(command, "reopen", launches.reopen, "a task is to do again", "Record that tasks are to do again.")
    one.add_argument("--reason", default="", metavar="WORDS", help="why")
    words = "leave a task undone on purpose", "Record that tasks are left undone on purpose, for a time."
    one = _recording(command, "waive", launches.waive, *words)
    one.add_argument("--reason", required=True, metavar="WORDS", help="why that can be borne")
    one.add_argument("--expires", required=True, type=values.day, metavar="DAY", help="the last day, as in 2026-12-31")


def _add_facts(command: Command) -> None:
    one = _recording(command, "assign", launches.assign, "a task has an owner", "Record whose tasks are.")
    whose = one.add_mutually_exclusive_group(required=True)
    whose.add_argument("--to", metavar="OWNER", help="a person or a team")
    whose.add_argument("--to-nobody", dest="to", action="store_const", const=None, help="take the owner off")
    one = _recording(command, "due", launches.due, "a task has a due date", "Record when tasks are due.")
    when = one.add_mutually_exclusive_group(required=True)
    what = "the last day on which it is in time, as in 2026-12-31"
    when.add_argument("--on", type=values.day, metavar="DAY", help=what)
    when.add_argument("--clear", dest="on", action="store_const", const=None, help="remove the due date")
    words = "write something down", "Record something worth keeping, which changes nothing."
    one = _recording(command, "note", launches.note, *words)
    one.add_argument("--text", required=True, metavar="WORDS", help="the note")
