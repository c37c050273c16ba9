"""The commands that make a checklist one's own, and take its next edition."""

from __future__ import annotations

import re
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import attrs

from .._text import printable
from ..errors import Fault, InvalidError, UnknownNameError, member, nearest, show, show_path
from ..formats import dumps, write
from .checklists import DEFAULT, faults_of, load_checklist, load_overlay
from .output import MisuseError, OptionError, check_kept, check_output, complain, deliver, format_of, print_json, tell

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Generator, Iterator, Mapping

    from ..model.checklist import Checklist
    from ..model.overlay import Overlay
    from ..tailoring.upgrade import Decision, Upgrade


def show_tailored(options: Namespace) -> int:
    """``tailor``."""
    if not (options.overlays or options.context):
        hint = "lay overlays on it with --with, or say with --context what it is for"
        raise MisuseError("that leaves the checklist as it is", "", hint)
    what = printable(options.source or DEFAULT)
    if format_of(options, "toml") == "icalendar":
        hint = f"tailor it to a file, and forecast that: servingchecklist forecast {what} --format icalendar"
        raise MisuseError("a checklist has no dates for a calendar", show(what), hint)
    deliver(options, _tailored(options), "toml")
    return 0


def show_explanation(options: Namespace) -> int:
    """``explain``."""
    from ..tailoring.explanation import explain

    check_output(options)
    try:
        checklist = _tailored(options)
    except UnknownNameError:
        # Whoever has typed the id of a task alone means it.
        if options.source and options.task is None and options.source in load_checklist(DEFAULT, options):
            hint = f"name it with --task {options.source}"
            raise MisuseError(f"that is a task of {DEFAULT}", show(options.source), hint) from None
        raise
    tell(options, explain(checklist, options.task))
    return 0


def _tailored(options: Namespace) -> Checklist:
    """SOURCE, with the overlays on it that the command names, for the services that it names."""
    from ..tailoring.context import for_context

    checklist = load_checklist(options.source or DEFAULT, options)
    for name, overlay in [(name, load_overlay(name, options)) for name in options.overlays]:
        checklist = _laid(checklist, name, overlay)
    # What was chosen for SOURCE before holds for what the overlays have added to it, too.
    if options.context or (options.overlays and checklist.context):
        with _words_of_context(options.context):
            return for_context(checklist, options.context)
    return checklist


def _laid(checklist: Checklist, name: str, overlay: Overlay) -> Checklist:
    """The checklist with one overlay on it. What does not fit is told of the overlay, by the name that the command has for it."""
    from ..tailoring.tailor import tailor

    with faults_of(name):
        try:
            return tailor(checklist, overlay)
        except InvalidError as error:
            # What is for another checklist fits nowhere; that goes without saying.
            raise InvalidError([one for one in error.faults if one.path == "$.base"] or error.faults) from None


@contextmanager
def _words_of_context(context: Mapping[str, object]) -> Generator[None]:
    """Have faults of a choice name the option."""
    paths = {"$": "--context"}
    for facet in context:
        paths |= dict.fromkeys((f"$.{facet}", member("$.context", facet)), f"--context {printable(facet)}")
    try:
        yield
    except (UnknownNameError, InvalidError) as error:
        # The value says which of several it is, so its position is left out.
        places = [re.sub(r"\[\d+\]$", "", fault.path) for fault in error.faults]
        told = [
            attrs.evolve(fault, path=paths.get(place, fault.path))
            for fault, place in zip(error.faults, places, strict=True)
        ]
        raise OptionError(told) from None


def show_diff(options: Namespace) -> int:
    """``diff``."""
    from ..tailoring.difference import diff

    check_output(options)
    check_kept(options.overlay, "--overlay")
    for name in ("id", "title", "reason"):
        if options.overlay is None and getattr(options, name) is not None:
            hint = "say with --overlay to which file, or leave it out"
            raise MisuseError(f"--{name} is for the overlay, and none is written", show(getattr(options, name)), hint)
    before, after = load_checklist(options.before, options), load_checklist(options.after, options)
    found = diff(before, after)
    if options.overlay is not None:
        write(_overlay_between(options, before, after), options.overlay)
    tell(options, found)
    return 1 if options.check and found else 0


def _overlay_between(options: Namespace, before: Checklist, after: Checklist) -> Overlay:
    from ..tailoring.route import overlay_from

    return overlay_from(
        before, after, id=options.id or "changes", title=options.title or "", reason=options.reason or ""
    )


def show_upgrade(options: Namespace) -> int:
    """``upgrade``."""
    _check_upgrade(options)
    made = _upgrades(options)
    _tell_upgrades(options, made)
    open_ones = {name: one for name, one in made.items() if one.conflicts}
    for name, one in open_ones.items():
        complain(printable(name), InvalidError(_to_decide(one)))
    if open_ones:
        if options.output is not None or options.checklist is not None:
            print("servingchecklist: nothing was written; decide first", file=sys.stderr)
        return 1
    *_, last = made.values()
    if options.output is not None:
        write(last.overlay, options.output)
    if options.checklist is not None:
        write(last.checklist, options.checklist)
    return 0


def _check_upgrade(options: Namespace) -> None:
    several = len(options.overlays) > 1
    if options.json and options.format:
        raise MisuseError("--json does not go with --format", "", "leave one of them out")
    if several and options.output is not None:
        hint = "carry them over one by one; what the first made of OLD is the OLD of the second, and so for NEW"
        raise MisuseError("--output is for one overlay, and there are several", show_path(options.output), hint)
    if several and options.format == "html":
        raise MisuseError("a page is of one overlay, and there are several", "", "print text or markdown, or name one")
    if twice := [name for name in options.overlays if options.overlays.count(name) > 1]:
        raise MisuseError("the overlay is named twice", show_path(twice[0]), "name it once")
    if both := [path for path in options.ours if path in options.theirs]:
        raise MisuseError("that conflict is decided in two ways", show(both[0]), "give it to --ours or to --theirs")
    check_kept(options.output, "--output")
    check_kept(options.checklist, "--checklist")


def _upgrades(options: Namespace) -> dict[str, Upgrade]:
    """What comes of each overlay, one carried over after the other."""
    old, new = load_checklist(options.old, options), load_checklist(options.new, options)
    overlays = {name: load_overlay(name, options) for name in options.overlays}
    decisions: dict[str, Decision] = {**dict.fromkeys(options.ours, "ours"), **dict.fromkeys(options.theirs, "theirs")}
    made: dict[str, Upgrade] = {}
    conflicts: set[str] = set()
    for name, overlay in overlays.items():
        ours = _laid(old, name, overlay)
        made[name], found = _upgrade(old, new, overlay, decisions)
        conflicts |= found
        old, new = ours, made[name].draft
    if unknown := [path for path in decisions if path not in conflicts]:
        raise UnknownNameError(
            Fault(
                f"--{decisions[path]}",
                "there is no conflict of that path",
                show(path),
                nearest(path, sorted(conflicts)) if conflicts else "leave it out; nothing is in conflict",
            )
            for path in unknown
        )
    return made


def _upgrade(
    old: Checklist, new: Checklist, overlay: Overlay, decisions: Mapping[str, Decision]
) -> tuple[Upgrade, set[str]]:
    """An overlay carried over, and the paths of all conflicts that were met, decided or not.

    The decisions are about conflicts, of this overlay or of another one. Some conflicts come up only when others are decided.
    """
    from ..tailoring.upgrade import upgrade

    made = upgrade(old, new, overlay)
    conflicts = {one.path for one in made.conflicts}
    taken: dict[str, Decision] = {}
    while met := [path for path in conflicts if path in decisions and path not in taken]:
        taken |= {path: decisions[path] for path in met}
        with _words_of_decisions():
            made = upgrade(old, new, overlay, taken)
        conflicts |= {one.path for one in made.conflicts}
    return made, conflicts


@contextmanager
def _words_of_decisions() -> Generator[None]:
    """Have faults of what was decided name the option that cannot be followed."""
    try:
        yield
    except InvalidError as error:
        hint = "decide for --theirs in one of the conflicts"
        if any(fault.path != "$.decisions" for fault in error.faults):
            raise
        raise OptionError(
            Fault("--ours", fault.problem.replace("do not", "does not", 1), "", hint) for fault in error.faults
        ) from None


def _tell_upgrades(options: Namespace, made: Mapping[str, Upgrade]) -> None:
    if options.json:
        documents = [one.to_dict() for one in made.values()]
        print_json(documents[0] if len(documents) == 1 else documents)
        return
    print("\n".join(dumps(one, options.format or "text") for one in made.values()), end="")


def _to_decide(upgrade: Upgrade) -> Iterator[Fault]:
    for one in upgrade.conflicts:
        hint = f"decide with --ours {one.path} or --theirs {one.path}"
        yield Fault(one.path, one.problem or "was changed on both sides", "", hint)
