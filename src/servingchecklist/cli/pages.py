"""The pages of all launches in a store: one of each, and an index (``render --all``)."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from .._files import replace
from .._planning.options import ForecastOptions
from .._text import printable
from ..errors import show
from ..formats import html
from .launches import now_of
from .output import usage_error
from .sources import open_store, path_of_options, read_as

if TYPE_CHECKING:
    from argparse import Namespace

_INDEX = "index"


def render_all(options: Namespace) -> int:
    """Write a page of each launch in the store to a folder and then, since it leads to them, the index."""
    if options.subject is not None:
        raise usage_error(
            "--all is for all launches in the store", show(options.subject), "leave out its name, or --all"
        )
    if options.format not in (None, "html"):
        raise usage_error("--all writes pages", show(options.format), "leave out --format, or write html")
    if options.output is None:
        raise usage_error("--all needs a folder", "", "name it with --out")
    with open_store(options) as store:
        launches = [store.load(name) for name in store.names()]
    if any(launch.name == _INDEX for launch in launches):
        hint = "render the others one by one, with render NAME --output NAME.html"
        raise usage_error("a launch has the name of the index", show(_INDEX), hint)
    at = max(map(now_of, launches), default=None)
    beside = {launch.name: path_of_options(options, launch) for launch in launches}
    kept = {name: read_as(ForecastOptions, path, options) for name, path in beside.items() if os.path.exists(path)}
    pages = {launch.name: launch.snapshot(at=at) for launch in launches}
    index = html.index(launches, at=at, options=kept)
    with suppress(OSError, ValueError):  # then it is reported that the files cannot be written
        os.makedirs(options.output)
    for name, page in pages.items():
        replace(os.path.join(options.output, f"{name}.html"), html.dumps(page, index=f"{_INDEX}.html").encode())
        print(f"{name}: written to {printable(options.output)}")
    path = os.path.join(options.output, f"{_INDEX}.html")
    replace(path, index.encode())
    print(f"{_INDEX}: written to {printable(options.output)}")
    return 0
