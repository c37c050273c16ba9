"""Commands that tailor, explain, compare and upgrade checklists."""

from __future__ import annotations

import re
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import attrs

from .._text import join_words, printable
from ..errors import Fault, InvalidError, UnknownNameError, member, nearest, show, show_path
from ..formats import write
from .checklists import DEFAULT, faults_of, load_checklist, load_overlay
from .output import (
    FaultyFileError,
    MisuseError,
    OptionError,
    check_kept,
    check_output,
    complain,
    deliver,
    format_of,
    print_json,
    tell,
    told_in,
)

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Generator, Iterator, Mapping, Sequence

    from .._model.checklist import Checklist
    from .._model.overlay import Overlay
    from .._tailoring.upgrade import Decision, Upgrade


def show_tailored(options: Namespace) -> int:
    """Tailor a checklist with overlays and a context (``tailor``)."""
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
    """Explain which layer has set each value of a checklist (``explain``)."""
    from .._tailoring.explanation import explain

    check_output(options)
    try:
        checklist = _tailored(options)
    except UnknownNameError:
        # The id of a task alone is meant as --task.
        if options.source and options.task is None and options.source in load_checklist(DEFAULT, options):
            hint = f"name it with --task {options.source}"
            raise MisuseError(f"that is a task of {DEFAULT}", show(options.source), hint) from None
        raise
    tell(options, explain(checklist, options.task))
    return 0


def _tailored(options: Namespace) -> Checklist:
    """Return SOURCE tailored with the overlays and the context that the options name."""
    from .._tailoring.context import for_context

    checklist = load_checklist(options.source or DEFAULT, options)
    for name, overlay in [(name, load_overlay(name, options)) for name in options.overlays]:
        checklist = _laid(checklist, name, overlay)
    # The context that was chosen for SOURCE before applies to what the overlays have added, too.
    if options.context or (options.overlays and checklist.context):
        with _words_of_context(options.context):
            return for_context(checklist, options.context)
    return checklist


def _laid(checklist: Checklist, name: str, overlay: Overlay) -> Checklist:
    """Return the checklist with one overlay applied. Faults name the overlay as the command line does."""
    from .._tailoring.tailor import tailor

    with faults_of(name):
        try:
            return tailor(checklist, overlay)
        except InvalidError as error:
            # An overlay for another checklist fits nowhere, so its other faults are left out.
            misfits = [one for one in error.faults if one.path == "$.base"]
            raise InvalidError(misfits or [_of_dropped(one, checklist, overlay) for one in error.faults]) from None


def _of_dropped(fault: Fault, checklist: Checklist, overlay: Overlay) -> Fault:
    """Return the fault; where a change names a task that a layer has dropped, its hint names the layer and the reason."""
    from .._model.changes import DropTask

    found = re.fullmatch(r"\$\.changes\[([0-9]+)\]\.(task|before|behind)", fault.path)
    if not found or fault.code != "unknown-task":
        return fault
    name: object = getattr(overlay.changes[int(found[1])], found[2])
    hints = [
        f"dropped by {layer.label}: {change.reason}; lay this overlay on before that"
        for layer in checklist.layers
        for change in layer.changes
        if isinstance(change, DropTask) and change.task == name and name not in checklist
    ]
    return attrs.evolve(fault, hint=hints[-1]) if hints else fault


@contextmanager
def _words_of_context(context: Mapping[str, object]) -> Generator[None]:
    """Make the faults of a context name the option."""
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
    """Print the differences between two checklists, and write them as an overlay if requested (``diff``)."""
    from .._tailoring.difference import diff

    check_output(options)
    check_kept(options.overlay, "--overlay")
    for name in ("id", "title", "reason"):
        if options.overlay is None and getattr(options, name) is not None:
            hint = "say with --overlay to which file, or leave it out"
            raise MisuseError(f"--{name} is for the overlay, and none is written", show(getattr(options, name)), hint)
    before, after = load_checklist(options.before, options), load_checklist(options.after, options)
    found = diff(before, after)
    if options.overlay is not None:
        overlay = _overlay_between(options, before, after)
        write(overlay, options.overlay)
        if not overlay.changes:
            print("servingchecklist: nothing differs; the overlay that was written changes nothing", file=sys.stderr)
    tell(options, found)
    return 1 if options.check and found else 0


def _overlay_between(options: Namespace, before: Checklist, after: Checklist) -> Overlay:
    from .._tailoring.tailor import overlay_from

    return overlay_from(
        before, after, id=options.id or "changes", title=options.title or "", reason=options.reason or ""
    )


def show_upgrade(options: Namespace) -> int:
    """Upgrade overlays to the next version of their checklist (``upgrade``)."""
    _check_upgrade(options)
    start = _to_upgrade(options)
    _check_number(options, len(start.overlays))
    made = _upgrades(options, start)
    open_ones = [(name, one) for name, one in made if one.conflicts]
    result = None if open_ones else _upgraded(options, start, made)
    _tell_upgrades(options, [one for _, one in made])
    for name, one in open_ones:
        complain(printable(name), InvalidError(_to_decide(one)))
    if result is None:
        if options.output is not None or options.checklist is not None:
            print("servingchecklist: nothing was written; decide first", file=sys.stderr)
        return 1
    if options.output is not None:
        write(made[-1][1].overlay, options.output)
    if options.checklist is not None:
        write(result, options.checklist)
    return 0


def _check_upgrade(options: Namespace) -> None:
    if options.json and options.format:
        raise MisuseError("--json does not go with --format", "", "leave one of them out")
    if twice := [name for name in options.overlays if options.overlays.count(name) > 1]:
        raise MisuseError("the overlay is named twice", show_path(twice[0]), "name it once")
    if both := [path for path in options.ours if path in options.theirs]:
        raise MisuseError("that conflict is decided in two ways", show(both[0]), "give it to --ours or to --theirs")
    check_kept(options.output, "--output")
    check_kept(options.checklist, "--checklist")


def _check_number(options: Namespace, number: int) -> None:
    """Refuse options that are for one overlay where there is none, or there are several."""
    there = "there are several" if number else "there is none"
    if number != 1 and options.output is not None:
        hint = "write the upgraded checklist with --checklist"
        if options.overlays:
            hint = "carry them over one by one; what the first made of OLD is the OLD of the second, and so for NEW"
        raise MisuseError(f"--output is for one overlay, and {there}", show_path(options.output), hint)
    if number != 1 and options.format == "html":
        hint = "print text or markdown" + (", or name one" if options.overlays else "")
        raise MisuseError(f"a page is of one overlay, and {there}", "", hint)


@attrs.frozen
class _Start:
    """The input of an upgrade.

    Attributes:
        old: The checklist that the lowest overlay was made for.
        new: Its next version.
        overlays: The overlays with the names used in messages, the lowest first.
        context: The values that are chosen at the end, by facet.
    """

    old: Checklist
    new: Checklist
    overlays: Sequence[tuple[str, Overlay]]
    context: Mapping[str, Sequence[str]]


def _to_upgrade(options: Namespace) -> _Start:
    old, new = load_checklist(options.old, options), load_checklist(options.new, options)
    if options.overlays:
        return _Start(old, new, [(name, load_overlay(name, options)) for name in options.overlays], {})
    if old.base is None:
        hint = "name the overlays that were made for it after NEW, or a checklist that holds its own in its place"
        raise MisuseError("that holds no overlays to carry over", show_path(options.old), hint)
    from .._tailoring.context import CONTEXT
    from .._tailoring.tailor import changed_by_hand

    with faults_of(options.old):
        by_hand = changed_by_hand(old)
    layers = [*old.layers, *([by_hand] if by_hand else [])]
    # Tasks that a context has dropped are not dropped for good, so the context is applied again to the next version.
    overlays = [(layer.id, layer) for layer in layers if layer.id != CONTEXT]
    return _Start(old.base, new, overlays, {choice.facet: choice.values for choice in old.context})


def _upgrades(options: Namespace, start: _Start) -> list[tuple[str, Upgrade]]:
    """Upgrade the overlays one after the other, and return each result with the name of its overlay."""
    old, new = start.old, start.new
    decisions: dict[str, Decision] = {**dict.fromkeys(options.ours, "ours"), **dict.fromkeys(options.theirs, "theirs")}
    made: list[tuple[str, Upgrade]] = []
    conflicts: set[str] = set()
    for name, overlay in start.overlays:
        ours = _laid(old, name, overlay)
        one, found = _upgrade(old, new, overlay, decisions)
        made.append((name, one))
        conflicts |= found
        old, new = ours, one.draft
    if unknown := [path for path in decisions if path not in conflicts]:
        raise UnknownNameError(
            Fault(
                "unknown-name",
                f"--{decisions[path]}",
                "there is no conflict of that path",
                show(path),
                nearest(path, sorted(conflicts)) if conflicts else "leave it out; nothing is in conflict",
            )
            for path in unknown
        )
    return made


def _upgraded(options: Namespace, start: _Start, made: Sequence[tuple[str, Upgrade]]) -> Checklist:
    """Return the upgraded checklist, for the context of the old one."""
    from .._tailoring.context import for_context

    checklist = made[-1][1].checklist if made else start.new
    if not start.context:
        return checklist
    try:
        narrowed = for_context(checklist, start.context)
    except (UnknownNameError, InvalidError) as error:
        hint = "name OLD and its overlays instead, and choose with: servingchecklist tailor --context"
        told = [attrs.evolve(fault, path="$.context", hint=hint) for fault in error.faults]
        raise FaultyFileError(options.old, InvalidError(told)) from None
    chosen = join_words([str(choice) for choice in narrowed.context])
    print(f"servingchecklist: chosen again: {chosen}", file=sys.stderr)
    return narrowed


def _upgrade(
    old: Checklist, new: Checklist, overlay: Overlay, decisions: Mapping[str, Decision]
) -> tuple[Upgrade, set[str]]:
    """Upgrade one overlay, and return the result with the paths of all its conflicts, decided or not.

    The decisions are about conflicts of this overlay or of another one. Some conflicts come up only when others are decided.
    """
    from .._tailoring.upgrade import upgrade

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
    """Make the faults of decisions name the option that cannot be followed."""
    try:
        yield
    except InvalidError as error:
        hint = "decide for --theirs in one of the conflicts"
        raise OptionError(
            Fault(fault.code, "--ours", fault.message.replace("do not", "does not", 1), "", hint)
            for fault in error.faults
        ) from None


def _tell_upgrades(options: Namespace, made: Sequence[Upgrade]) -> None:
    if options.json:
        documents = [one.to_dict() for one in made]
        print_json(documents[0] if len(documents) == 1 else documents)
        return
    print("\n".join(told_in(one, options.format or "text") for one in made), end="")


def _to_decide(upgrade: Upgrade) -> Iterator[Fault]:
    for one in upgrade.conflicts:
        hint = f"decide with --ours {one.path} or --theirs {one.path}"
        yield Fault("conflict", one.path, one.problem or "was changed on both sides", "", hint)
