"""The command line: reads, asks the library, prints."""

from __future__ import annotations

import os
import sys
from io import TextIOWrapper
from typing import TYPE_CHECKING, NoReturn

from . import catalog
from ._text import printable
from .errors import ChecklistError, FileError, InvalidError, UnknownNameError
from .formats import FORMATS, READERS, dumps, read, write
from .formats.limits import Limits
from .planning.ordering import next_tasks
from .planning.rules import CRITICAL_FIRST, PHASES_FIRST

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Callable, Sequence

    from .model.checklist import Checklist

_DEFAULT = "model-serving"
_ORDERS = {"phases-first": PHASES_FIRST, "critical-first": CRITICAL_FIRST}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and give its exit status: 0, 1 where a file has faults, 2 where it was called wrongly or could not go on."""
    arguments = sys.argv[1:] if arguments is None else arguments
    try:
        return _run(arguments) if arguments else _overview()
    except (FileError, UnknownNameError) as error:
        _complain("servingchecklist", error)
        return 2


def run() -> NoReturn:
    """Run the command line as a process of its own: what is special about its streams is settled here."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a character gets its escape instead of a traceback.
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        status = main()
        if sys.stdout:  # there may be none at all
            sys.stdout.flush()
    except BrokenPipeError:  # whoever read us has seen enough
        status = 0
        _drop_output()
    except OSError as error:
        status = 2
        print(f"servingchecklist: the output cannot be written: {error.strerror}", file=sys.stderr)
        _drop_output()
    sys.exit(status)


def _drop_output() -> None:
    """Keep Python from complaining once more when it closes a stream that takes nothing."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _run(arguments: Sequence[str]) -> int:
    options = _parser().parse_args(arguments)
    run: Callable[[Namespace], int] = options.run
    try:
        return run(options)
    except InvalidError as error:
        _complain(printable(options.source), error)
        return 1


def _complain(where: str, error: ChecklistError) -> None:
    for fault in error.faults:
        # A path in a document helps; that the fault is in "$", the whole of whatever was named, goes without saying.
        print(f"{where}: {str(fault).removeprefix('$: ')}", file=sys.stderr)


def _version(options: Namespace) -> int:
    from importlib.metadata import version

    print(f"servingchecklist {version('servingchecklist')}")
    return 0


def _overview() -> int:
    from .formats.text import outline

    checklist = catalog.load(_DEFAULT)
    print(f"{checklist.title}\n\nWhat to do next, and why:\n")
    print(dumps(next_tasks(checklist), "text"))
    print(outline(checklist))
    print("When c1 is done: servingchecklist next --done c1. For the rest: servingchecklist --help.")
    return 0


def _next(options: Namespace) -> int:
    checklist = _load(options)
    found = next_tasks(checklist, options.done, limit=options.limit, by=_ORDERS[options.by])
    if options.json:
        import json

        print(json.dumps(found.to_dict(), indent=2, ensure_ascii=False))
    else:
        print(dumps(found, "text"), end="")
    return 0


def _render(options: Namespace) -> int:
    checklist = _load(options)
    if options.output:
        write(checklist, options.output, options.format)
    else:
        print(dumps(checklist, options.format or "markdown"), end="")
    return 0


def _list(options: Namespace) -> int:
    for checklist_id in catalog.ids():
        checklist = catalog.load(checklist_id)
        phases = len(checklist.phases)
        print(f"{checklist.id}  {checklist.version}  {checklist.title} ({phases} phases, {len(checklist)} tasks)")
    return 0


def _check(options: Namespace) -> int:
    status = 0
    for path in options.files:
        name = printable(path)
        try:
            checklist = read(path, limits=_limits(options))
        except (FileError, UnknownNameError) as error:
            _complain("servingchecklist", error)
            status = 2
        except InvalidError as error:
            for fault in error.faults:
                print(f"{name}: {fault}")
            status = max(status, 1)
        else:
            print(f"{name}: sound ({len(checklist.phases)} phases, {len(checklist)} tasks)")
    return status


def _load(options: Namespace) -> Checklist:
    """The checklist in a file, or the bundled one of that id. A bundled id is one, unless a file has that very name."""
    source: str = options.source
    is_path = os.path.isfile(source) or (
        source not in catalog.ids() and (os.path.exists(source) or _looks_like_path(source))
    )
    return read(source, limits=_limits(options)) if is_path else catalog.load(source)


def _looks_like_path(source: str) -> bool:
    return os.path.basename(source) != source or "." in source


def _limits(options: Namespace) -> Limits | None:
    return None if options.no_limits else Limits()


def _ids(text: str) -> list[str]:
    return [task_id for task_id in text.replace(",", " ").split() if task_id]


def _limit(text: str) -> int:
    from argparse import ArgumentTypeError

    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise ArgumentTypeError(f"{text!r} is not a whole number above 0")
    return int(text)


def _parser() -> ArgumentParser:
    from argparse import ArgumentParser, RawDescriptionHelpFormatter

    parser = ArgumentParser(
        prog="servingchecklist",
        description="A launch checklist for model serving. Without a command: what to do next and why, then the phases.",
        epilog=(
            "SOURCE is a file (.toml or .json) or the id of a bundled checklist, model-serving if left out.\n"
            "Exit status: 0 all is well, 1 a file has faults, 2 the command was called wrongly.\n\n"
            "examples:\n"
            "  servingchecklist next --done c1,c3\n"
            "  servingchecklist render --output LAUNCH.md\n"
            "  servingchecklist render team.toml --format html --output launch.html\n"
            "  servingchecklist check team.toml"
        ),
        formatter_class=RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="store_const", dest="run", const=_version, help="say which version this is")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")

    def command(name: str, run: Callable[[Namespace], int], help: str, description: str) -> ArgumentParser:
        made = commands.add_parser(name, help=help, description=description)
        made.set_defaults(run=run)
        return made

    one = command(
        "next", _next, "what to do next, and why", "The tasks that can be started now, best first, with the reasons."
    )
    _add_source(one)
    one.add_argument("--done", type=_ids, default=[], metavar="IDS", help="the tasks that are done, as in c1,c3")
    one.add_argument("--by", choices=_ORDERS, default="phases-first", help="what counts first (default: %(default)s)")
    one.add_argument(
        "--limit", type=_limit, default=3, metavar="N", help="how many to show at most (default: %(default)s)"
    )
    one.add_argument("--json", action="store_true", help="print JSON for another program")

    one = command(
        "render",
        _render,
        "write a checklist in another format",
        "A checklist as a page, a task list or a file to edit.",
    )
    _add_source(one)
    one.add_argument(
        "-f", "--format", choices=FORMATS, help="the format (default: as the output's suffix says, else markdown)"
    )
    one.add_argument(
        "-o", "--output", metavar="FILE", help="the file to write, replaced whole or not at all (default: print)"
    )

    command("list", _list, "the bundled checklists", "The bundled checklists: id, version, title and size.")

    one = command(
        "check",
        _check,
        "look for faults in files",
        "Say of each file whether it is sound, and if not, every fault with its path.",
    )
    one.add_argument("files", nargs="+", metavar="FILE", help=f"a checklist in {' or '.join(READERS).upper()}")
    _add_no_limits(one)
    return parser


def _add_source(parser: ArgumentParser) -> None:
    what = "a file or a bundled id (default: %(default)s)"
    parser.add_argument("source", nargs="?", default=_DEFAULT, metavar="SOURCE", help=what)
    _add_no_limits(parser)


def _add_no_limits(parser: ArgumentParser) -> None:
    what = "read files of any size and depth; for files that you trust"
    parser.add_argument("--no-limits", action="store_true", help=what)


if __name__ == "__main__":
    run()
