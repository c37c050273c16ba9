"""The command ``begin``, for tasks that are named and for the one that is next."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import attrs

from .._planning.rules import ORDERS
from ..errors import show
from .launches import (
    SELECTION,
    change_launch,
    change_lines,
    check_not_ahead,
    print_recorded,
    record,
    recorder,
    selection_of,
)
from .output import usage_error

if TYPE_CHECKING:
    from argparse import Namespace

    from .._launch.launch import Launch
    from .._planning.ordering import Recommendations
    from .._store import Store

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
    arguments: dict[str, Any] = {"by": recorder(options), "rules": ORDERS[options.rules or "phases-first"]}
    arguments |= {name: getattr(options, name) for name in ("at", "note", "references")} | {**selection_of(options)}
    taken: list[Recommendations] = []

    def change(launch: Launch) -> Launch:
        launch, best = launch.begin_next(**arguments)
        taken.append(best)
        return launch

    def in_store(store: Store, launch: Launch) -> Launch:
        launch, best = store.begin_next(launch.name, **arguments)
        taken.append(best)
        return launch

    _, after = change_launch(options, change, in_store)
    (best,) = taken
    if not best:
        return _print_nothing(options, after, best)
    # Others may have recorded as well since the launch was loaded.
    begun = next(event for event in reversed(after.history(best[0].id)) if event.kind == "begun")
    before = attrs.evolve(after, events=[event for event in after.events if event is not begun])
    return print_recorded(
        options, before, after, list(change_lines(before, after, [("", begun.task, begun.kind)], begun.by))
    )


def _print_nothing(options: Namespace, launch: Launch, best: Recommendations) -> int:
    """Print why no task can be begun."""
    if options.json:
        print_recorded(options, launch, launch, [])
    else:
        from ..formats._document import Paragraph, plain
        from ..formats._views.checklist import next_section

        (reason,) = next_section(best).blocks
        assert isinstance(reason, Paragraph)
        print(f"servingchecklist: {launch.name}: {plain(reason.line)}", file=sys.stderr)
    return NOTHING_TO_BEGIN
