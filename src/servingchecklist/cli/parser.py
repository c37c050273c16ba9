"""What can be typed."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError, RawDescriptionHelpFormatter
from datetime import date, datetime
from typing import TYPE_CHECKING, TypeAlias

from ..formats import FORMATS, READERS
from . import checklists, launches

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable

    Run: TypeAlias = Callable[[Namespace], int]

_FOR_PEOPLE = ("text", "markdown", "html")
_WHOLE = tuple(name for name in FORMATS if name != "svg")  # which is a picture of a review


def parser() -> ArgumentParser:
    """The parser of the whole command line."""
    made = ArgumentParser(
        prog="servingchecklist",
        description="A launch checklist for model serving. Without a command: what to do next and why, then the phases.",
        epilog=(
            "SOURCE is a file (.toml or .json) or the id of a bundled checklist, model-serving if left out.\n"
            "Launches are kept in a store, launches.db in the current folder unless --store names another.\n"
            "Exit status: 0 all is well, 1 a file has faults or a task cannot be moved that way, 2 the command was called wrongly.\n\n"
            "examples:\n"
            "  servingchecklist next --done c1,c3\n"
            "  servingchecklist render --output LAUNCH.md\n"
            "  servingchecklist render team.toml --format html --output launch.html\n"
            "  servingchecklist check team.toml\n"
            "  servingchecklist start fraud-v3 --by ml-platform\n"
            "  servingchecklist finish c1 --by ml-platform\n"
            '  servingchecklist waive c6 --reason "metrics come with the mesh" --expires 2026-12-31\n'
            "  servingchecklist review --output review.html"
        ),
        formatter_class=RawDescriptionHelpFormatter,
    )
    made.add_argument(
        "--version", action="store_const", dest="run", const=checklists.version, help="say which version this is"
    )
    commands = made.add_subparsers(title="commands", metavar="COMMAND")

    def command(name: str, run: Run, help: str, description: str) -> ArgumentParser:
        added = commands.add_parser(name, help=help, description=description)
        added.set_defaults(run=run)
        return added

    _add_checklist_commands(command)
    _add_recording_commands(command)
    _add_asking_commands(command)
    _add_file_commands(command)
    return made


def _add_checklist_commands(command: Callable[[str, Run, str, str], ArgumentParser]) -> None:
    one = command(
        "next",
        launches.show_next,
        "what to do next, and why",
        "The tasks that can be started now, best first, with the reasons.",
    )
    _add_source(one)
    one.add_argument("--done", type=_ids, default=[], metavar="IDS", help="the tasks that are done, as in c1,c3")
    one.add_argument(
        "--by", choices=checklists.ORDERS, default="phases-first", help="what counts first (default: %(default)s)"
    )
    one.add_argument(
        "--limit", type=_from_one, default=3, metavar="N", help="how many to show at most (default: %(default)s)"
    )
    one.add_argument("--launch", metavar="NAME", help="a launch in the store, instead of SOURCE")
    one.add_argument("--store", metavar="FILE", help=f"the file that keeps the launches (default: {launches.STORE})")
    _add_json(one)

    one = command(
        "render",
        checklists.render,
        "write a checklist or a launch in another format",
        "A checklist or a launch as a page, a task list or a file to edit.",
    )
    _add_source(one)
    _add_output(one, _WHOLE, "markdown")

    command(
        "list", checklists.show_list, "the bundled checklists", "The bundled checklists: id, version, title and size."
    )

    one = command(
        "check",
        checklists.check,
        "look for faults in files",
        "Say of each file whether it is sound, and if not, every fault with its path.",
    )
    one.add_argument("files", nargs="+", metavar="FILE", help=f"a file in {' or '.join(READERS).upper()}")
    _add_no_limits(one)


def _add_recording_commands(command: Callable[[str, Run, str, str], ArgumentParser]) -> None:
    one = command(
        "start",
        launches.start,
        "start a launch",
        "Start a launch: a checklist being worked for one service. To begin a task, use begin.",
    )
    one.add_argument("name", metavar="NAME", help="what the launch is called, as in fraud-v3")
    what = "a file or a bundled id: what is to be worked (default: %(default)s)"
    one.add_argument("--checklist", dest="source", default=checklists.DEFAULT, metavar="SOURCE", help=what)
    _add_no_limits(one)
    _add_store(one)
    _add_who_and_when(one)

    def recording(name: str, run: Run, help: str, description: str) -> ArgumentParser:
        added = command(name, run, help, description)
        added.add_argument("tasks", nargs="+", metavar="TASK", help="the id of a task, as in c1")
        _add_launch(added)
        _add_who_and_when(added)
        return added

    recording("begin", launches.begin, "work on a task begins", "Record that work on tasks begins.")
    recording("finish", launches.finish, "a task is done", "Record that tasks are done.")
    one = recording(
        "block", launches.block, "a task cannot be worked on", "Record what keeps tasks from being worked on."
    )
    one.add_argument("--reason", required=True, metavar="WORDS", help="what they wait for")
    recording(
        "unblock", launches.unblock, "a task can be worked on again", "Record that nothing keeps tasks any longer."
    )
    one = recording("reopen", launches.reopen, "a task is to do again", "Record that tasks are to do again.")
    one.add_argument("--reason", default="", metavar="WORDS", help="why")
    one = recording(
        "waive",
        launches.waive,
        "leave a task undone on purpose",
        "Record that tasks are left undone on purpose, for a time.",
    )
    one.add_argument("--reason", required=True, metavar="WORDS", help="why that can be borne")
    one.add_argument("--expires", required=True, type=_day, metavar="DAY", help="the last day, as in 2026-12-31")
    one = recording("assign", launches.assign, "a task has an owner", "Record whose tasks are.")
    whose = one.add_mutually_exclusive_group(required=True)
    whose.add_argument("--to", metavar="OWNER", help="a person or a team")
    whose.add_argument("--to-nobody", dest="to", action="store_const", const=None, help="take the owner off")
    one = recording("due", launches.due, "a task has a due date", "Record when tasks are due.")
    when = one.add_mutually_exclusive_group(required=True)
    when.add_argument("--on", type=_day, metavar="DAY", help="the last day on which it is in time, as in 2026-12-31")
    when.add_argument("--never", dest="on", action="store_const", const=None, help="take the due date off")
    one = recording(
        "note", launches.note, "write something down", "Record something worth keeping, which changes nothing."
    )
    one.add_argument("--text", required=True, metavar="WORDS", help="the note")


def _add_asking_commands(command: Callable[[str, Run, str, str], ArgumentParser]) -> None:
    one = command(
        "status",
        launches.show_status,
        "how a launch stands",
        "How a launch stands: progress, what is next, and every task.",
    )
    _add_launch(one)
    one.add_argument("--at", type=_moment, metavar="WHEN", help="as of when (default: now)")
    _add_output(one, _FOR_PEOPLE, "text")
    _add_json(one)

    one = command(
        "review",
        launches.review,
        "what has happened, and what needs attention",
        "What has happened to a launch in a week, what needs attention, and what is next.",
    )
    _add_launch(one)
    one.add_argument("--since", type=_moment, metavar="WHEN", help="from when on (default: a week before)")
    one.add_argument("--at", type=_moment, metavar="WHEN", help="up to when (default: now)")
    what = "after how many days without any event a task under way has gone stale (default: %(default)s)"
    one.add_argument("--stale-after", type=_from_one, default=7, metavar="DAYS", help=what)
    _add_output(one, (*_FOR_PEOPLE, "svg"), "text")
    _add_json(one)

    one = command(
        "log",
        launches.log,
        "everything that was recorded",
        "The log of a launch, or of one task, in the order of time.",
    )
    one.add_argument("task", nargs="?", metavar="TASK", help="the id of a task (default: all)")
    _add_launch(one)

    one = command(
        "launches", launches.show_names, "the launches in the store", "The launches in the store, a line each."
    )
    _add_store(one)


def _add_file_commands(command: Callable[[str, Run, str, str], ArgumentParser]) -> None:
    one = command(
        "merge",
        launches.merge,
        "put copies of a launch together",
        "Put copies of one launch together, which are files.",
    )
    one.add_argument("files", nargs="+", metavar="FILE", help=f"a launch in {' or '.join(READERS).upper()}")
    _add_output(one, READERS, "json")
    _add_no_limits(one)

    one = command(
        "export",
        launches.export,
        "write the store's launches to files",
        "Write every launch of the store to a file of its own.",
    )
    one.add_argument("folder", metavar="FOLDER", help="the folder, which must be there")
    one.add_argument("-f", "--format", choices=READERS, default="json", help="the format (default: %(default)s)")
    _add_store(one)

    one = command(
        "import",
        launches.import_files,
        "take launches from files into the store",
        "Take every launch in a folder into the store, all of them or none.",
    )
    one.add_argument("folder", metavar="FOLDER", help="the folder")
    _add_store(one)
    _add_no_limits(one)


def _add_source(parser: ArgumentParser) -> None:
    what = "a file or a bundled id (default: %(default)s)"
    parser.add_argument("source", nargs="?", default=checklists.DEFAULT, metavar="SOURCE", help=what)
    _add_no_limits(parser)


def _add_no_limits(parser: ArgumentParser) -> None:
    what = "read files of any size and depth; for files that you trust"
    parser.add_argument("--no-limits", action="store_true", help=what)


def _add_json(parser: ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print JSON for another program")


def _add_output(parser: ArgumentParser, formats: object, default: str) -> None:
    what = f"the format (default: as the output's suffix says, else {default})"
    parser.add_argument("-f", "--format", choices=formats, help=what)  # type: ignore[arg-type]
    what = "the file to write, replaced whole or not at all (default: print)"
    parser.add_argument("-o", "--output", metavar="FILE", help=what)


def _add_store(parser: ArgumentParser) -> None:
    what = "the file that keeps the launches (default: %(default)s)"
    parser.add_argument("--store", default=launches.STORE, metavar="FILE", help=what)


def _add_launch(parser: ArgumentParser) -> None:
    parser.add_argument("--launch", metavar="NAME", help="which launch, where the store keeps more than one")
    _add_store(parser)


def _add_who_and_when(parser: ArgumentParser) -> None:
    parser.add_argument("--by", metavar="WHO", help="who records this (default: whoever is logged in)")
    what = "when it happened, as in 2026-11-24T17:30, in local time unless it says another (default: now)"
    parser.add_argument("--at", type=_moment, metavar="WHEN", help=what)


def _ids(text: str) -> list[str]:
    return [task_id for task_id in text.replace(",", " ").split() if task_id]


def _from_one(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise ArgumentTypeError(f"{text!r} is not a whole number above 0")
    return int(text)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is not a day, as in 2026-12-31") from None


def _moment(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
        return at if at.tzinfo else at.astimezone()
    except (ValueError, OverflowError):
        raise ArgumentTypeError(f"{text!r} is not a moment, as in 2026-11-24 or 2026-11-24T17:30") from None
