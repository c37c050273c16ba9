"""The command ``begin``, for tasks that are named and for the one that is next."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, cast

from .._planning.rules import ORDERS
from ..errors import show
from .launches import (
    SELECTION,
    change_launch,
    change_lines,
    check_not_ahead,
    now_of,
    print_recorded,
    record,
    recorder,
    selection_of,
    status_document,
)
from .output import usage_error

if TYPE_CHECKING:
    from argparse import Namespace

    from .._launch.launch import Launch
    from .._planning.ordering import Recommendations

NOTHING_TO_BEGIN = 5
"""The exit status where no task can be begun."""


def begin(options: Namespace) -> int:
    """Record that work has begun on the tasks that are named, or on the one that is next (``begin``)."""
    if options.next and options.named:
        hint = "leave out the task, or --next"
        raise usage_error(
            "--next begins the task that is next, and not one that is named", show(options.named[0][0]), hint
        )
    if options.next:
        return _begin_next(options)
    if stated := [option for option in (*SELECTION, "--rules") if getattr(options, option[2:]) is not None]:
        raise usage_error(f"{stated[0]} is for --next", "", "add --next, or leave it out")
    if not options.named:
        raise usage_error("no task is named", "", "name one, or begin the one that is next with --next")
    return record(options)


def _begin_next(options: Namespace) -> int:
    check_not_ahead(options)
    by = recorder(options)
    arguments: dict[str, Any] = {"by": by, "rules": ORDERS[options.rules or "phases-first"]}
    arguments |= {name: getattr(options, name) for name in ("at", "note", "references")} | {**selection_of(options)}
    taken: list[Recommendations] = []

    def change(launch: Launch) -> Launch:
        launch, best = launch.begin_next(**arguments)
        taken.append(best)
        return launch

    before, after = change_launch(options, change)
    (best,) = taken
    if not best:
        return _print_nothing(options, after, best)
    lines = list(change_lines(before, after, [("", best[0].id, "begun")], by))
    return print_recorded(options, before, after, lines, **_taken(options, after, best))


def _taken(options: Namespace, launch: Launch, best: Recommendations) -> dict[str, object]:
    """Return for ``--json`` the tasks that were taken, with their states, and the reasons."""
    if not options.json:
        return {}
    rows = status_document(launch.snapshot(at=now_of(launch)))["tasks"]
    tasks = [row for row in cast("list[dict[str, object]]", rows) if row["task"] in best.ids]
    return {"tasks": tasks, "recommended": best.to_dict()}


def _print_nothing(options: Namespace, launch: Launch, best: Recommendations) -> int:
    """Print why no task can be begun."""
    if options.json:
        print_recorded(options, launch, launch, [], **_taken(options, launch, best))
    else:
        from ..formats._document import Paragraph, plain
        from ..formats._views.checklist import next_section

        (reason,) = next_section(best).blocks
        assert isinstance(reason, Paragraph)
        print(f"servingchecklist: {launch.name}: {plain(reason.line)}", file=sys.stderr)
    return NOTHING_TO_BEGIN
