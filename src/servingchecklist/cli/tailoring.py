"""Commands that tailor, explain, compare and upgrade checklists."""

from __future__ import annotations

import re
import shlex
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import attrs

from .. import catalog
from .._text import join_words, printable
from ..errors import ChecklistError, Fault, InvalidError, UnknownNameError, member, nearest, show, show_path
from .output import (
    FaultyValueError,
    UsageError,
    check_output,
    check_readable,
    emit,
    format_of,
    print_faults,
    print_json,
    refuse_junit,
    rendered,
    show_result,
    usage_error,
    write_or_print,
    write_to,
)
from .sources import DEFAULT, faults_of, load_checklist, load_overlay

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Generator, Mapping, Sequence

    from .._model.checklist import Checklist
    from .._model.overlay import Overlay
    from .._tailoring.upgrade import Decision, Upgrade


def show_tailored(options: Namespace) -> int:
    """Tailor a checklist with overlays and a context (``tailor``)."""
    if not (options.overlays or options.context):
        raise usage_error("there is nothing to apply", "", "name overlays with --with, or a context with --context")
    name = printable(options.source or DEFAULT)
    refuse_junit(format_of(options, "toml"), name)
    if format_of(options, "toml") == "icalendar":
        hint = f"tailor it to a file, and forecast that: servingchecklist forecast {name} --format icalendar"
        raise usage_error("a checklist has no dates for a calendar", show(name), hint)
    write_or_print(options, load_tailored(options), "toml")
    return 0


def show_explanation(options: Namespace) -> int:
    """Explain which layer has set each value of a checklist (``explain``)."""
    from .._tailoring.explanation import explain

    check_output(options)
    try:
        checklist = load_tailored(options)
    except UnknownNameError:
        # The id of a task alone is meant as --task.
        if options.source and options.task is None and options.source in load_checklist(DEFAULT, options):
            hint = f"name it with --task {options.source}"
            raise usage_error(f"that is a task of {DEFAULT}", show(options.source), hint) from None
        raise
    show_result(options, explain(checklist, options.task))
    return 0


def load_tailored(options: Namespace) -> Checklist:
    """Return SOURCE tailored with the overlays and the context that the options name."""
    from .._tailoring.context import for_context

    checklist = load_checklist(options.source or DEFAULT, options)
    for name, overlay in [(name, load_overlay(name, options)) for name in options.overlays]:
        checklist = _apply(checklist, name, overlay)
    # The context that was chosen for SOURCE before applies to what the overlays have added, too.
    if options.context or (options.overlays and checklist.context):
        with _faults_name_context(options.context):
            return for_context(checklist, options.context)
    return checklist


def _apply(checklist: Checklist, name: str, overlay: Overlay) -> Checklist:
    """Return the checklist with one overlay applied. Faults name the overlay as the command line does."""
    from .._tailoring.tailor import tailor

    with faults_of(name):
        try:
            return tailor(checklist, overlay)
        except InvalidError as error:
            # An overlay for another checklist fits nowhere, so its other faults are left out.
            misfits = [fault for fault in error.faults if fault.path == "$.base"]
            faults = misfits or [_with_dropping_layer(fault, checklist, overlay) for fault in error.faults]
            raise InvalidError(faults) from None


def _with_dropping_layer(fault: Fault, checklist: Checklist, overlay: Overlay) -> Fault:
    """Return the fault; where a change names a task that a layer has dropped, its hint names the layer and the reason."""
    from .._model.changes import DropTask

    match = re.fullmatch(r"\$\.changes\[([0-9]+)\]\.(task|before|behind)", fault.path)
    if not match or fault.code != "unknown-task":
        return fault
    name: object = getattr(overlay.changes[int(match[1])], match[2])
    hints = [
        f"dropped by {layer.label}: {change.reason}; apply this overlay before that one"
        for layer in checklist.layers
        for change in layer.changes
        if isinstance(change, DropTask) and change.task == name and name not in checklist
    ]
    return attrs.evolve(fault, hint=hints[-1]) if hints else fault


@contextmanager
def _faults_name_context(context: Mapping[str, object]) -> Generator[None]:
    """Make the faults of a context name the option."""
    paths = {"$": "--context"}
    for facet in context:
        paths |= dict.fromkeys((f"$.{facet}", member("$.context", facet)), f"--context {printable(facet)}")
    try:
        yield
    except (UnknownNameError, InvalidError) as error:
        # The value says which of several it is, so its position is left out.
        places = [re.sub(r"\[\d+\]$", "", fault.path) for fault in error.faults]
        faults = zip(error.faults, places, strict=True)
        raise UsageError(attrs.evolve(fault, path=paths.get(place, fault.path)) for fault, place in faults) from None


def show_diff(options: Namespace) -> int:
    """Print the differences between two checklists, and write them as an overlay if requested (``diff``)."""
    from .._tailoring.difference import diff
    from .._tailoring.tailor import overlay_from

    check_output(options)
    check_readable(options.overlay, "--overlay")
    _check_printed(options.json or (options.format and not options.output), options.overlay)
    given = {name: getattr(options, name) for name in ("id", "title", "reason") if getattr(options, name) is not None}
    if given and options.overlay is None:
        name, value = next(iter(given.items()))
        hint = f"name the file of the overlay, or leave out --{name}"
        raise usage_error(f"--{name} needs --overlay", show(value), hint)
    before, after = load_checklist(options.before, options), load_checklist(options.after, options)
    difference = diff(before, after)
    if options.overlay is not None:
        overlay = overlay_from(before, after, **given)
        write_to(options.overlay, overlay)
        if not overlay.changes:
            print("servingchecklist: no differences; the overlay that was written has no changes", file=sys.stderr)
    if options.overlay != "-" or options.output:
        show_result(options, difference)
    return 1 if options.check and difference else 0


def _check_printed(has_report: object, *outputs: str | None) -> None:
    """Refuse to print more than one document."""
    if outputs.count("-") + bool(has_report and "-" in outputs) > 1:
        raise usage_error("only one document can be printed", show_path("-"), "write the other to a file")


def show_upgrade(options: Namespace) -> int:
    """Upgrade overlays to the next version of their checklist (``upgrade``)."""
    _check_upgrade(options)
    inputs = _to_upgrade(options)
    _check_number(options, len(inputs.overlays), len(inputs.replacements))
    _tell_newer(options, inputs)
    upgrades = _upgrades(options, inputs)
    _check_context(options, upgrades[-1][1].draft if upgrades else inputs.new)
    has_conflicts = any(upgrade.conflicts for _, upgrade in upgrades)
    result = None if has_conflicts else _upgraded(options, inputs, upgrades)
    if "-" in (options.output, options.checklist):
        pass  # a document takes the place of the report
    elif options.json:
        documents = [upgrade.to_dict() for _, upgrade in upgrades]
        print_json(documents[0] if len(documents) == 1 else documents)
    else:
        format = options.format or "text"
        emit("\n".join(rendered(upgrade, format) for _, upgrade in upgrades), format)
    for name, upgrade in upgrades:
        print_faults(printable(name), _faults_of_conflicts(upgrade))
    if result is None:
        if options.output is not None or options.checklist is not None:
            print("servingchecklist: nothing was written; resolve the conflicts first", file=sys.stderr)
        return 1
    if options.output is not None:
        (overlay,) = [upgrade.overlay for _, upgrade in upgrades if upgrade.replaced is None]
        write_to(options.output, overlay)
    if options.checklist is not None:
        write_to(options.checklist, result)
    return 0


def _check_upgrade(options: Namespace) -> None:
    if options.json and options.format:
        raise usage_error("--json cannot be combined with --format", "", "leave one of them out")
    if twice := [name for name in options.overlays if options.overlays.count(name) > 1]:
        raise usage_error("the overlay is named twice", show_path(twice[0]), "name it once")
    if both := [path for path in options.ours if path in options.theirs]:
        raise usage_error("the conflict is resolved both ways", show(both[0]), "give it to --ours or to --theirs")
    check_readable(options.output, "--output")
    check_readable(options.checklist, "--checklist")
    _check_printed(options.json or options.format, options.output, options.checklist)


def _check_number(options: Namespace, number: int, replaced: int) -> None:
    """Refuse options that are for one overlay where there is none, or there are several. A file needs one that is not replaced."""
    carried = number - replaced
    if carried != 1 and options.output is not None:
        hint = "write the upgraded checklist with --checklist"
        if options.overlays and carried:
            hint = "upgrade them one by one: the second starts from OLD and NEW with the first applied, and so on"
        count = "there are several" if carried else "there is none"
        raise usage_error(f"--output writes one overlay, and {count}", show_path(options.output), hint)
    if number != 1 and options.format == "html":
        hint = "print text or markdown" + (", or name one" if options.overlays else "")
        count = "there are several" if number else "there is none"
        raise usage_error(f"an HTML page shows one overlay, and {count}", "", hint)


@attrs.frozen
class _Inputs:
    """The input of an upgrade.

    Attributes:
        old: The checklist that the lowest overlay was made for.
        new: Its next version.
        overlays: The overlays with the names used in messages, the lowest first.
        context: The values that are chosen at the end, by facet.
        replacements: The overlays that take the place of others, with the names used in messages, by their id.
    """

    old: Checklist
    new: Checklist
    overlays: Sequence[tuple[str, Overlay]]
    context: Mapping[str, Sequence[str]]
    replacements: Mapping[str, tuple[str, Overlay]]


def _to_upgrade(options: Namespace) -> _Inputs:
    old = load_checklist(options.old, options)
    if options.overlays:
        new = load_checklist(options.new, options)
        overlays = [(name, load_overlay(name, options)) for name in options.overlays]
        return _Inputs(old, new, overlays, {}, _replacements(options, overlays))
    if old.base is None:
        hint = "name its overlays after NEW, or give a tailored checklist as OLD"
        raise usage_error("this checklist has no overlays to carry over", show_path(options.old), hint)
    new = load_checklist(options.new or _id_in_catalog(old.base), options)
    from .._tailoring.context import CONTEXT
    from .._tailoring.tailor import changed_by_hand

    with faults_of(options.old):
        by_hand = changed_by_hand(old)
    layers = [*old.layers, *([by_hand] if by_hand else [])]
    # Tasks that a context has dropped are not dropped for good, so the context is applied again to the next version.
    overlays = [(layer.id, layer) for layer in layers if layer.id != CONTEXT]
    context = {choice.facet: choice.values for choice in old.context}
    return _Inputs(old.base, new, overlays, context, _replacements(options, overlays))


def _id_in_catalog(base: Checklist) -> str:
    """Return the id of the checklist that another was made of, if the catalog has one of that id."""
    if base.id not in catalog.ids():
        raise usage_error(
            "the catalog has no version of this checklist", show(base.id), "name the next version after OLD"
        )
    return base.id


def _replacements(options: Namespace, overlays: Sequence[tuple[str, Overlay]]) -> dict[str, tuple[str, Overlay]]:
    """Return the overlays after ``--replace`` by their ids. Each is a newer version of one overlay that is carried over."""
    from .._tailoring.upgrade import can_replace

    layers = [overlay for _, overlay in overlays]
    found: dict[str, tuple[str, Overlay]] = {}
    for name in options.replace:
        replacement = load_overlay(name, options)
        versions = [layer.version for layer in layers if layer.id == replacement.id]
        problem = hint = ""
        if replacement.id in found:
            problem, hint = "is there twice", "name one version of it"
        elif not versions:
            names = [layer.id for layer in layers]
            problem = "is not among the overlays that are carried over"
            hint = nearest(replacement.id, names) if names else "leave it out; there are none"
        elif len(versions) > 1:
            problem, hint = "is there in several layers", "name the base as OLD, and the overlays that you want"
        elif not can_replace(replacement.version, versions[0]):
            problem, hint = f"is not newer than {versions[0]}", "leave it out to carry that version over"
        if problem:
            raise UsageError([Fault("usage", "--replace", problem, show(replacement.label), hint)])
        found[replacement.id] = name, replacement
    return found


def _tell_newer(options: Namespace, inputs: _Inputs) -> None:
    """Tell on standard error which overlays have a newer version in the catalog that is not asked for, and how to ask for it."""
    from .._tailoring.upgrade import is_newer

    newer: list[Overlay] = []
    ids = [overlay.id for _, overlay in inputs.overlays]
    for _, overlay in inputs.overlays:
        # Of an overlay in several layers none can be replaced.
        if overlay.id not in inputs.replacements and ids.count(overlay.id) == 1:
            with suppress(ChecklistError):  # the catalog has none of that id, or a pack that cannot be used
                entry = catalog.overlay(overlay.id)
                if is_newer(entry.version, overlay.version) and entry.base in ("", inputs.new.id):
                    newer.append(entry)
    if newer:
        words = ["servingchecklist", "upgrade", options.old, *([options.new] if options.new else []), *options.overlays]
        for name in (*options.replace, *(overlay.id for overlay in newer)):
            words += ["--replace", name]
        words += _repeated(options)
        labels = join_words([overlay.label for overlay in newer])
        command = printable(shlex.join(words))
        print(f"servingchecklist: newer in the catalog: {labels}; replace with: {command}", file=sys.stderr)


def _repeated(options: Namespace) -> list[str]:
    """Return the options of an upgrade that stay the same when more overlays are replaced.

    Decisions are not among them, since other conflicts may be open then. Nor is ``--output``: it writes the one overlay that is carried
    over, which is then replaced.
    """
    words: list[str] = []
    for facet, values in options.context.items():
        words += ["--context", f"{facet}={','.join(values)}"]
    if options.checklist is not None:
        words += ["--checklist", options.checklist]
    return words + ["--no-limits"] * options.no_limits


def _upgrades(options: Namespace, inputs: _Inputs) -> list[tuple[str, Upgrade]]:
    """Upgrade the overlays one after the other, and return each result with the name of its overlay."""
    old, new = inputs.old, inputs.new
    decisions: dict[str, Decision] = {**dict.fromkeys(options.ours, "ours"), **dict.fromkeys(options.theirs, "theirs")}
    upgrades: list[tuple[str, Upgrade]] = []
    conflicts: set[str] = set()
    for name, overlay in inputs.overlays:
        ours = _apply(old, name, overlay)
        if overlay.id in inputs.replacements:
            result, paths = _replace(old, new, overlay, *inputs.replacements[overlay.id]), set[str]()
        else:
            result, paths = _upgrade(old, new, overlay, decisions)
        upgrades.append((name, result))
        conflicts |= paths
        old, new = ours, result.draft
    if unknown := [path for path in decisions if path not in conflicts]:
        raise UsageError(
            Fault(
                "unknown-name",
                f"--{decisions[path]}",
                "there is no conflict at that path",
                show(path),
                nearest(path, sorted(conflicts)) if conflicts else "leave it out; there are no conflicts",
            )
            for path in unknown
        )
    return upgrades


def _check_context(options: Namespace, draft: Checklist) -> None:
    """Refuse values of ``--context`` that the upgraded checklist does not know, also while conflicts are open."""
    from .._tailoring.context import for_context

    if options.context:
        with _faults_name_context(options.context):
            for_context(draft, options.context)


def _upgraded(options: Namespace, inputs: _Inputs, upgrades: Sequence[tuple[str, Upgrade]]) -> Checklist:
    """Return the upgraded checklist, for the context of the old one."""
    from .._tailoring.context import for_context

    checklist = upgrades[-1][1].checklist if upgrades else inputs.new
    choices = {**inputs.context, **options.context}
    if not choices:
        return checklist
    try:
        narrowed = for_context(checklist, choices)
    except (UnknownNameError, InvalidError) as error:
        hint = "name the base as OLD and its overlays, and choose a context with: servingchecklist tailor --context"
        faults = [attrs.evolve(_with_choice(fault, hint), path="$.context") for fault in error.faults]
        raise FaultyValueError(options.old, faults) from None
    context = join_words([str(choice) for choice in narrowed.context])
    again = "" if options.context else " again"
    print(f"servingchecklist: context applied{again}: {context}", file=sys.stderr)
    _tell_not_chosen(inputs, narrowed)
    return narrowed


def _tell_not_chosen(inputs: _Inputs, narrowed: Checklist) -> None:
    """Tell on standard error which facets are new and have no value yet: tasks for all of their values are left in."""
    old = {facet.id for facet in inputs.old.facets}
    new = {facet.id for facet in inputs.new.facets} - old - {choice.facet for choice in narrowed.context}
    if facets := [facet for facet in narrowed.facets if facet.id in new]:
        names = join_words([f"{facet.id} ({join_words([*facet.values], 'or')})" for facet in facets])
        words = " ".join(f"--context {facet.id}=VALUE" for facet in facets)
        print(f"servingchecklist: not chosen: {names}; choose with {words}", file=sys.stderr)


def _with_choice(fault: Fault, hint: str) -> Fault:
    """Return the fault of an old choice with a hint: a value that NEW does not know is chosen anew."""
    if fault.code == "unknown-value":
        hint = f"{fault.hint}; choose again with --context {fault.path.removeprefix('$.')}=VALUE"
    return attrs.evolve(fault, hint=hint)


def _replace(old: Checklist, new: Checklist, overlay: Overlay, name: str, replacement: Overlay) -> Upgrade:
    """Put a newer version of an overlay in its place."""
    from .._tailoring.upgrade import upgrade

    _apply(new, name, replacement)  # for faults that name it
    return upgrade(old, new, overlay, replacement=replacement)


def _upgrade(
    old: Checklist, new: Checklist, overlay: Overlay, decisions: Mapping[str, Decision]
) -> tuple[Upgrade, set[str]]:
    """Upgrade one overlay, and return the result with the paths of all its conflicts, decided or not.

    The decisions are about conflicts of this overlay or of another one. Some conflicts come up only when others are decided.
    """
    from .._tailoring.upgrade import upgrade

    result = upgrade(old, new, overlay)
    conflicts = {conflict.path for conflict in result.conflicts}
    taken: dict[str, Decision] = {}
    while met := [path for path in conflicts if path in decisions and path not in taken]:
        taken |= {path: decisions[path] for path in met}
        try:
            result = upgrade(old, new, overlay, taken)
        except InvalidError as error:
            hint = "use --theirs for one of the conflicts"
            faults = [attrs.evolve(fault, path="--ours and --theirs", hint=hint) for fault in error.faults]
            raise UsageError(faults) from None
        conflicts |= {conflict.path for conflict in result.conflicts}
    return result, conflicts


def _faults_of_conflicts(upgrade: Upgrade) -> list[Fault]:
    return [
        Fault(
            "conflict",
            conflict.path,
            conflict.problem or "changed on both sides",
            "",
            f"resolve it with --ours {conflict.path} or --theirs {conflict.path}",
        )
        for conflict in upgrade.conflicts
    ]
