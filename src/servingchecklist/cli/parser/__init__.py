"""The argument parser of the command line."""

from __future__ import annotations

from argparse import ArgumentParser, RawDescriptionHelpFormatter
from typing import TYPE_CHECKING, NoReturn

from ..._text import printable
from ..checklists import version
from . import asking, checklists, files, forecasting, recording, tailoring

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

    from .options import Run


class _Parser(ArgumentParser):
    """An argument parser that reports an error in one line, without listing every option first."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}; see {self.prog} --help\n")


def parse(arguments: Sequence[str]) -> Namespace:
    """Parse a command line. An error is printed with a pointer to the help of the command, and ends the process."""
    made = parser()
    options, strange = made.parse_known_args(arguments)
    if strange:
        command: ArgumentParser = getattr(options, "command", made)
        command.error(f"unrecognized arguments: {printable(' '.join(strange))}")
    return options


def parser() -> ArgumentParser:
    """Return the parser of the whole command line."""
    made = _Parser(
        prog="servingchecklist",
        description="A launch checklist for model serving. Without a command: what to do next and why, then the phases.",
        epilog=(
            "SOURCE is a file (.toml or .json) or the id of a checklist that list shows, model-serving if left out.\n"
            "Launches are kept in a store, launches.db in the current folder unless --store names another.\n"
            "Exit status: 0 all is well, 1 a file has faults, a task cannot be moved that way or an upgrade is in conflict, 2 the command was called wrongly.\n\n"
            "examples:\n"
            "  servingchecklist next --done c1,c3\n"
            "  servingchecklist render --output LAUNCH.md\n"
            "  servingchecklist render team.toml --format html --output launch.html\n"
            "  servingchecklist check team.toml\n"
            "  servingchecklist tailor --with llm-serving --with ours.toml --context tier=B --output fraud.toml\n"
            "  servingchecklist forecast team.toml --start 2026-11-30 --people 2\n"
            "  servingchecklist start fraud-v3 --by ml-platform\n"
            "  servingchecklist finish c1 --by ml-platform\n"
            '  servingchecklist waive c6 --reason "metrics come with the mesh" --expires 2026-12-31\n'
            "  servingchecklist review --output review.html\n"
            "  servingchecklist forecast --launch fraud-v3 --output fraud-v3.ics"
        ),
        formatter_class=RawDescriptionHelpFormatter,
    )
    made.add_argument("--version", action="store_const", dest="run", const=version, help="say which version this is")
    commands = made.add_subparsers(title="commands", metavar="COMMAND")

    def command(name: str, run: Run, help: str, description: str) -> ArgumentParser:
        added = commands.add_parser(name, help=help, description=description)
        added.set_defaults(run=run, command=added)
        return added

    for group in (checklists, tailoring, forecasting, recording, asking, files):
        group.add(command)
    return made
