"""Parsers of the commands that merge, export and import launches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...formats import READERS
from .. import launches
from . import options

if TYPE_CHECKING:
    from .options import Command


def add(command: Command) -> None:
    """Add ``merge``, ``export`` and ``import``."""
    one = command(
        "merge",
        launches.merge,
        "put copies of a launch together",
        "Put copies of one launch together, which are files.",
    )
    one.add_argument("files", nargs="+", metavar="FILE", help=f"a launch in {' or '.join(READERS).upper()}")
    options.add_output(one, READERS, "json")
    options.add_no_limits(one)

    one = command(
        "export",
        launches.export,
        "write the store's launches to files",
        "Write every launch of the store to a file of its own.",
    )
    one.add_argument("folder", metavar="FOLDER", help="the folder, which must be there")
    one.add_argument("-f", "--format", choices=READERS, default="json", help="the format (default: %(default)s)")
    options.add_store(one)

    one = command(
        "import",
        launches.import_files,
        "take launches from files into the store",
        "Take every launch in a folder into the store, all of them or none.",
    )
    one.add_argument("folder", metavar="FOLDER", help="the folder")
    options.add_store(one)
    options.add_no_limits(one)
