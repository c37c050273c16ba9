"""Commands for the subject of a launch, for evidence, gates, examples, and what is live."""

from __future__ import annotations

import re
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import attrs

from .._model.checklist import Checklist
from .._model.facet import as_choices
from .._text import join_words, printable
from ..errors import InvalidError, UnknownNameError, nearest, show, show_path, unknown_name
from .checklists import annotation
from .launches import change_launch, check_not_ahead, print_recorded, recorded, recorder, time_of
from .output import (
    HINTS,
    check_output,
    faults_name_options,
    for_people,
    print_json,
    rendered,
    show_result,
    usage_error,
)
from .sources import (
    DIGEST,
    faults_of,
    forecast_options,
    is_path,
    launch_names,
    limits_of,
    load,
    load_launch,
    open_store,
)

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterable, Iterator

    from .._evidence.answers import Answer
    from .._evidence.evidence import Evidence, Part
    from .._launch.gate import Gate
    from .._launch.launch import Launch
    from ..errors import Fault

EXITS = {"go": 0, "no-go": 3, "unproven": 4}
"""The exit statuses of decisions. 1 and 2 stay those of faults, so that a broken file is never taken for a verdict."""

ACTIONS = ("add", "list", "show", "withdraw")


def set_subject(options: Namespace) -> int:
    """Set parts of the subject, and print the tasks that were reopened, or print the subject (``subject``)."""
    if not options.parts:
        launch = load_launch(options)
        parts = launch.subject(at=time_of(options, launch) if options.at else None)
        if options.json:
            print_json({"launch": launch.name, "subject": [part.to_dict() for part in parts]})
        else:
            print(
                "\n".join(f"{part.name}  {part.digest}  {part.label}".rstrip() for part in parts) or "no parts are set"
            )
        return 0
    if len(dict(options.parts)) < len(options.parts):
        raise usage_error("a part is named twice", "", "give each part once")
    given, by = _parts(options.parts), recorder(options)
    check_not_ahead(options)
    before, after = change_launch(options, lambda launch: launch.set_subject(given, by=by, at=options.at))
    _warn_of_unbound(after.checklist, [part.name for part in given])
    events = recorded(before, after)
    if not events:
        return print_recorded(options, before, after, [f"{after.name}: the subject is the same; nothing was recorded"])
    from .._launch.events import Reopened

    changed = sorted(part.name for part in given if part not in before.subject(at=options.at))
    lines = [f"{after.name}: {join_words(changed)} set ({by})"]
    lines += [f"{after.name}: {one.task} reopened: {one.reason}" for one in events if isinstance(one, Reopened)]
    return print_recorded(options, before, after, lines)


def _warn_of_unbound(checklist: Checklist, names: Iterable[str]) -> None:
    """Print which parts nothing in the checklist is about, which may be typing mistakes."""
    from .._launch.events import KPIS

    bound = {name for kpi in checklist.kpis for name in kpi.binds}
    bound |= {name for task in checklist for criterion in task.criteria for name in criterion.binds} - {KPIS}
    for name in names:
        if bound and name not in bound:
            near = nearest(name, sorted(bound))
            words = f"no KPI and no criterion is about a part {show(name)}{f'; {near}' if near else ''}"
            print(f"servingchecklist: {words}", file=sys.stderr)


def _parts(given: Iterable[tuple[str, str]]) -> list[Part]:
    """Return the parts that ``NAME=FILE`` or ``NAME=DIGEST`` name."""
    from .._evidence.evidence import Part
    from ..importers import digest_of

    parts: list[Part] = []
    for name, value in given:
        is_digest = DIGEST.fullmatch(value) is not None
        digest = f"sha256:{value.removeprefix('sha256:')}" if is_digest else digest_of(value)
        label = "" if is_digest else printable(value.rpartition("/")[2])[:200].strip()
        parts.append(Part(name, digest, label))
    return parts


def evidence(options: Namespace) -> int:
    """Add, list, show or withdraw evidence (``evidence``)."""
    _check_options(options)
    if options.action == "add":
        return _add(options)
    if options.action == "withdraw":
        return _withdraw(options)
    launch = load_launch(options)
    records = launch.evidence()
    if options.action == "list":
        if options.json:
            print_json({"launch": launch.name, "evidence": [record.to_dict() for record in records]})
        for record in () if options.json else records:
            one = record.evidence
            files = join_words([source.file or source.tool for source in one.sources]) if one.sources else "by hand"
            state = f"by {record.by}"
            state += f", withdrawn by {record.withdrawn_by}: {record.reason}" if record.withdrawn_by else ""
            print(printable(f"{one.id[:8]}  {one.collected_to:%Y-%m-%d}  {_values(one)}  {files}  {state}"))
        return 0
    for name in _ids(options):
        found = [record for record in records if record.evidence.id.startswith(name) and len(name) >= 8]
        if len(found) != 1:
            known = [record.evidence.id[:8] for record in records]
            raise unknown_name("unknown-name", "$", "evidence in the log", name, known)
        if options.json:
            print_json(found[0].to_dict())
        else:
            print(rendered(found[0].evidence, "text"), end="")
    return 0


_OF_FILES = ("importer", "wanted", "sent", "warm_up")
_OF_NUMBERS = ("violations", "of", "value", "collected_from", "note")
_OF_BOTH = ("parts", "same_subject", "where", "sampling", "collected")


def _check_options(options: Namespace) -> None:
    """Refuse options that would do nothing."""
    allowed: dict[str, tuple[str, ...]] = {"list": (), "show": (), "withdraw": ("reason",)}
    used = allowed.get(options.action, (*(_OF_NUMBERS if options.measure else _OF_FILES), *_OF_BOTH, "measure"))
    for name in ("measure", "reason", *_OF_FILES, *_OF_NUMBERS, *_OF_BOTH):
        given = getattr(options, name)
        if name not in used and given is not False and given not in (None, "", [], {}):
            what = "add with --measure" if options.action == "add" and options.measure else options.action
            hint = (
                "it is for numbers by hand, with --measure" if name in _OF_NUMBERS and what == "add" else "leave it out"
            )
            raise usage_error(f"{options.names.get(name, name)} does nothing for evidence {what}", "", hint)


def _measures(evidence: Evidence) -> str:
    return join_words(list(dict.fromkeys(measure.name for measure in evidence.measures)))


def _values(evidence: Evidence) -> str:
    """Return the measures with their values and conditions, in the words of the page about the evidence."""
    from ..formats._document import Table
    from ..formats._views.proof import evidence as page

    rows = [row for block in page(evidence).blocks if isinstance(block, Table) for row in block.rows]
    cells = [(row.item.title, *map(str, row.cells)) for row in rows]
    return "; ".join(f"{name} {value}{f' ({where})' if where else ''}" for name, value, where in cells)


def _ids(options: Namespace) -> list[str]:
    if options.targets:
        return list(options.targets)
    raise usage_error(f"evidence {options.action} needs an id", "", "see them with: servingchecklist evidence list")


def _withdraw(options: Namespace) -> int:
    if not options.reason:
        raise usage_error("evidence withdraw needs --reason", "", "say why it does not count any more")
    names, by = _ids(options), recorder(options)
    check_not_ahead(options)

    def change(launch: Launch) -> Launch:
        for name in names:
            launch = launch.withdraw_evidence(name, reason=options.reason, by=by, at=options.at)
        return launch

    before, after = change_launch(options, change)
    from .._launch.events import EvidenceWithdrawn

    gone = [event.evidence for event in recorded(before, after) if isinstance(event, EvidenceWithdrawn)]
    lines: list[str] = []
    for name in names:
        is_new = any(one.startswith(name) for one in gone)
        state = f"withdrawn ({by})" if is_new else "is withdrawn already; nothing was recorded"
        lines.append(f"{after.name}: evidence {name[:8]} {state}")
    return print_recorded(options, before, after, lines)


def _add(options: Namespace) -> int:
    by = recorder(options)
    check_not_ahead(options)
    if bool(options.targets) == bool(options.measure):
        raise usage_error("evidence add needs files, or --measure with its numbers", "", "name one of the two")
    if options.parts and options.same_subject:
        raise usage_error("--part cannot be combined with --same-subject", "", "leave one of them out")
    added: list[Evidence] = []

    def change(launch: Launch) -> Launch:
        subject = (
            _parts(options.parts.items()) if options.parts else list(launch.subject()) if options.same_subject else []
        )
        found = [_by_hand(options, subject)] if options.measure else _from_files(options, launch, subject)
        added.extend(found)
        for one in found:
            launch = launch.add_evidence(one, by=by, at=options.at)
        return launch

    before, after = change_launch(options, change)
    known = {record.evidence.id: record for record in before.evidence()}
    lines: list[str] = []
    for one in added:
        state = f"added ({by})"
        if record := known.get(one.id):
            state = f"is there already{' and withdrawn' if record.withdrawn_by else ''}; nothing was recorded"
        lines.append(f"{after.name}: evidence {one.id[:8]} of {_measures(one)} {state}")
        for caution in one.cautions:
            print(f"servingchecklist: {one.id[:8]}: {caution.words} ({caution.bias})", file=sys.stderr)
        # A baseline is usually of something else, and is not bound.
        measures = {
            measure.name for measure in one.measures if all(choice.facet != "baseline" for choice in measure.where)
        }
        if not one.subject and any(kpi.binds for kpi in after.checklist.kpis if kpi.measure in measures):
            hint = "name its parts with --part, or give --same-subject"
            hint = "set the subject first, with subject NAME=FILE" if options.same_subject else hint
            hint += "; what is bound to a part will not count it"
            print(f"servingchecklist: {one.id[:8]}: does not say what it was measured of; {hint}", file=sys.stderr)
    return print_recorded(options, before, after, lines)


def _from_files(options: Namespace, launch: Launch, subject: list[Part]) -> list[Evidence]:
    from ..importers import ImportOptions, read_evidence

    asked = ImportOptions(
        subject=subject,
        where=as_choices(options.where, "where"),
        kpis=launch.checklist.kpis,
        wanted=options.wanted,
        sent=options.sent,
        warm_up=float(options.warm_up or 0),
        sampling=options.sampling,
        at=options.collected,
    )
    found: list[Evidence] = []
    for path in options.targets:
        with faults_of(path, _of_import):
            try:
                found.append(read_evidence(path, options.importer, asked, limits_of(options)))
            except UnknownNameError as error:
                raise UnknownNameError(map(_of_import, error.faults)) from None
    return found


def _of_import(fault: Fault) -> Fault:
    """Return a fault of an import with a hint that names options."""
    hint = for_people(fault).hint.replace("name its importer:", "name its importer with --importer:")
    if (fault.code, fault.path) == ("missing", "$"):
        hint = "give the time of the run with --collected"
    return attrs.evolve(fault, hint=hint)


def _by_hand(options: Namespace, subject: list[Part]) -> Evidence:
    from .._evidence.evidence import Evidence, Measure, Number, Share, Source

    if (options.value is None) == (options.violations is None):
        hint = "give --violations with --of for a share, or --value for a number"
        raise usage_error("--measure needs its numbers", "", hint)
    if options.value is None and options.of is None:
        raise usage_error("--violations needs --of", "", "say among how many observations they were counted")
    if options.value is None and options.violations > options.of:
        given = f"{options.violations} of {options.of}"
        raise usage_error("--violations is more than --of", given, "count them among the observations")
    _check_form(options.measure, is_share=options.value is None)
    value = Share(options.violations, options.of) if options.value is None else Number(options.value, n=options.of)
    at = options.collected or options.at or datetime.now(UTC)
    words = "the numbers were given by hand"
    return Evidence(
        [
            Measure(
                options.measure, value, where=as_choices(options.where, "where"), sampling=options.sampling or "stream"
            )
        ],
        subject=subject,
        sources=[Source(words)],
        collected_from=options.collected_from or at,
        collected_to=at,
        note=options.note or "",
    )


def _check_form(measure: str, *, is_share: bool) -> None:
    """Refuse a share or a number for a measure that is none, as the limit of a KPI of it is refused."""
    from .._model.kpi import Kpi

    try:
        Kpi("kpi", "KPI", measure=measure, at_most="1%" if is_share else "1")
    except InvalidError as error:
        match error.faults[0].path:
            case "$.measure":
                raise
            case "$.quantile":
                form, hint = "distribution", "add the file with its observations"
            case _:
                form, hint = ("number", "give --value") if is_share else ("share", "give --violations with --of")
        raise usage_error(f"--measure {measure} is a {form}", "", hint) from None


def attest(options: Namespace) -> int:
    """Record the word of a person about a criterion (``attest``)."""
    by = recorder(options)
    check_not_ahead(options)
    fields: Any = {"role": options.role or "", "holds": not options.fails, "note": options.note}
    hints = {
        "unsupported": "add evidence for it with: servingchecklist evidence add",
        "missing": "set it first with: servingchecklist subject NAME=FILE; without it the word would never count",
    }
    with faults_name_options(options.names, HINTS | hints):
        before, after = change_launch(
            options,
            lambda launch: launch.attest(
                options.task, options.criterion, by=by, at=options.at, references=options.references, **fields
            ),
        )
    from .._launch.events import Attested

    said = "does not hold" if options.fails else "holds"
    roles = [event.role for event in recorded(before, after) if isinstance(event, Attested)]
    words = f"{by} says as {roles[0]} that it {said}" if roles else "was said already; nothing was recorded"
    return print_recorded(options, before, after, [f"{after.name}: {options.task} {options.criterion}: {words}"])


def approve(options: Namespace) -> int:
    """Record the approval of a second person (``approve``)."""
    by = recorder(options)
    check_not_ahead(options)

    def change(launch: Launch) -> Launch:
        for name in options.named:
            launch = launch.approve(name, by=by, at=options.at)
        return launch

    before, after = change_launch(options, change)
    from .._launch.events import Approved

    new = {event.event for event in recorded(before, after) if isinstance(event, Approved)}
    lines: list[str] = []
    for event in map(after.find_event, options.named):
        state = f"approved ({by})" if event.id in new else f"is approved by {by} already; nothing was recorded"
        lines.append(f"{after.name}: {event.id[:8]} ({event.kind}) {state}")
    return print_recorded(options, before, after, lines)


def gate(options: Namespace) -> int:
    """Print the decision of a gate, and return 0 for GO, 3 for NO-GO and 4 for UNPROVEN (``gate``)."""
    is_annotated = options.format == "github"
    if not is_annotated:
        check_output(options)
    elif options.output or options.json:
        raise usage_error("--format github cannot be combined with --output or --json", "", "redirect the output")
    _find_gate(options)
    launch = load_launch(options)
    at = time_of(options, launch)
    conditions = {
        "priority": options.priority,
        "overdue": options.overdue,
        "expired_waivers": options.expired_waivers,
        "before": options.before,
        **({"chance": options.chance} if options.chance is not None else {}),
    }
    asked, head = (None, "")
    if options.before:
        asked, head = forecast_options(options, launch, at)
    hint = "give the approved checklist"
    approved = _checklist_of(options.approved, options, hint) if options.approved else None
    known = ", ".join(gate.id for gate in launch.checklist.gates)
    start = f"name a gate: {known}; or" if known else "the checklist has no gates;"
    hints = {
        "missing": f"{start} give a condition, as in --priority critical",
        "contradiction": "give the day too, as in --before 2026-12-21",
    }
    with faults_name_options(options.names, HINTS | hints):
        decided = launch.gate(options.gate, at=at, approved=approved, options=asked, **conditions)
    if is_annotated:
        source: str = options.launch or "-"
        is_file = source != "-" and is_path(source, options)
        print("\n".join(_annotations(decided, printable(source) if is_file else "")))
    else:
        show_result(options, decided, head)
    return EXITS[decided.decision.value]


def _find_gate(options: Namespace) -> None:
    """Take a word for the gate where it is given alone, and is a gate of the only launch in the store and no launch."""
    word = options.launch
    if word is None or options.gate or is_path(word, options) or word in (names := launch_names(options)) or not names:
        return
    with open_store(options) as store:
        having = (name for name in names if any(gate.id == word for gate in store.load(name).checklist.gates))
        name = next(having, None)
    if name and len(names) == 1:
        options.launch, options.gate = None, word
    elif name:
        hint = f"{word} is a gate: servingchecklist gate {name} {word}"
        raise usage_error("there is no launch in the store of that name", show(word), hint)


def _checklist_of(source: str, options: Namespace, hint: str) -> Checklist:
    """Load a checklist, or that of a launch."""
    value = load(source, options)
    checklist = getattr(value, "checklist", value)
    if isinstance(checklist, Checklist):
        return checklist
    raise usage_error("that is neither a checklist nor a launch", show_path(source), hint)


def _annotations(decided: Gate, file: str) -> Iterator[str]:
    """Yield the decision as workflow commands of GitHub."""
    from ..formats._phrases import findings
    from ..formats.junit import line_of

    for finding in (*decided.blockers, *decided.gaps):
        yield annotation("error", file, f"{finding.verdict.words}: {finding.place}", line_of(finding))
    for task, status in decided.open_tasks:
        yield annotation("error", file, f"open: {task}", f"{task} is {status}")
    for finding in decided.waived:
        assert finding.waiver
        words = f"{line_of(finding)}; waived {finding.waiver.words}"
        yield annotation("warning", file, f"waived: {finding.place}", words)
    for note in decided.notes:
        yield annotation("warning", file, "to know", note)
    yield annotation("notice", file, decided.decision.words, f"{decided.title}: {findings(decided)}")


def go_live(options: Namespace) -> int:
    """Record that the subject serves from now on (``go-live``)."""
    by = recorder(options)
    check_not_ahead(options)
    before, after = change_launch(options, lambda launch: launch.go_live(options.gate, by=by, at=options.at))
    from .._launch.events import WentLive
    from ..formats._phrases import clock

    went = next((event for event in recorded(before, after) if isinstance(event, WentLive)), None)
    since = f"since {clock(went.at)}" if went and options.at else "from now on"
    words = f"live {since} ({by})" if went else "that is recorded already; nothing was recorded"
    if went and went.decision != "go":
        said = f"the gate {went.gate} says {went.decision.upper()}, and that is recorded"
        print(f"servingchecklist: {said}", file=sys.stderr)
    return print_recorded(options, before, after, [f"{after.name}: {words}"])


def take_down(options: Namespace) -> int:
    """Record that nothing serves any more (``take-down``)."""
    by = recorder(options)
    check_not_ahead(options)
    before, after = change_launch(options, lambda launch: launch.take_down(reason=options.reason, by=by, at=options.at))
    words = f"taken down ({by})" if recorded(before, after) else "nothing was live; nothing was recorded"
    return print_recorded(options, before, after, [f"{after.name}: {words}"])


def live(options: Namespace) -> int:
    """Print what is live, or was at a time (``live``)."""
    check_output(options)
    launch = load_launch(options)
    found = launch.live(at=options.at)
    if found is not None:
        show_result(options, found)
    elif options.json:
        print_json({"launch": launch.name, "subject": [], "since": None})
    elif options.output:
        raise usage_error("nothing is live, and the file is left as it is", show_path(options.output), "remove it")
    else:
        print(f"{launch.name}: {_not_live(launch.as_of(options.at) if options.at else launch)}")
    return 0


def _not_live(launch: Launch) -> str:
    """Return in words why nothing is live."""
    from .._launch.events import TakenDown
    from ..formats._phrases import clock

    down = next((event for event in reversed(launch.events) if isinstance(event, TakenDown)), None)
    if down is None:
        return "nothing is recorded as live"
    return printable(f"nothing is live; taken down by {down.by} at {clock(down.at)}: {down.reason}")


def examples(options: Namespace) -> int:
    """List the example requests of the audiences, or print the commands that send them (``examples``)."""
    checklist = _checklist_of(options.source, options, "its audiences are needed")
    rows = [(audience, example) for audience in checklist.audiences for example in audience.examples]
    if options.audience:
        rows = [row for row in rows if row[0].id == options.audience]
        if not rows:
            known = [audience.id for audience in checklist.audiences]
            raise unknown_name("unknown-name", "$", f"audience in {checklist.id}", options.audience, known)
    lines: list[str] = []
    for audience, example in rows:
        name = f"{audience.id}/{example.id}"
        if options.curl is None:
            lines.append(f"{name}  {example.method} {example.path}  {example.title}")
            continue
        with faults_name_options({"base": "--curl"}):
            command = example.curl(options.curl)
        lines += [f"# {name}: {example.title}", f"{command} > {audience.id}.{example.id}.txt"]
    print("".join(f"{line}\n" for line in lines), end="")
    return 0


def judge(options: Namespace) -> int:
    """Judge answers to example requests, and record the result as evidence if asked to (``judge``)."""
    from .._evidence.answers import mismatches

    if options.record and options.degraded:
        hint = "add it with evidence add --measure degraded.wrong"
        raise usage_error("--record is for answers of the whole service", "", hint)
    launch = load_launch(options)
    known = {
        f"{audience.id}/{example.id}": example
        for audience in launch.checklist.audiences
        for example in audience.examples
    }
    short: dict[str, list[str]] = {}
    for name in known:
        short.setdefault(name.partition("/")[2], []).append(name)
    wrong: dict[str, tuple[str, ...]] = {}
    for given, path in options.answers:
        name = short[given][0] if len(short.get(given, ())) == 1 else given
        if name not in known:
            raise unknown_name("unknown-name", "$", "example request", given, known)
        if name in wrong:
            raise usage_error("an example is named twice", given, "give one answer to each")
        wrong[name] = mismatches(known[name], _answer(path), degraded=options.degraded)
    for name, words in wrong.items():
        print(f"{name}: {'; '.join(map(printable, words)) if words else 'as agreed'}")
    missing = [name for name in known if name not in wrong] if options.record else []
    if options.record:
        from .._evidence.evidence import Evidence, Measure, Share, Source

        for name in missing:
            print(f"{name}: was not sent, and counts as wrong")
        bad = len(missing) + sum(map(bool, wrong.values()))
        at, by = datetime.now(UTC), recorder(options)
        found = Evidence(
            [Measure("examples.wrong", Share(bad, len(known)), sampling="census")],
            subject=launch.subject(),
            sources=[Source("servingchecklist judge")],
            collected_from=at,
            collected_to=at,
        )
        change_launch(options, lambda launch: launch.add_evidence(found, by=by, at=options.at))
        print(f"{launch.name}: evidence {found.id[:8]} of examples.wrong added ({by})")
    return 3 if missing or any(wrong.values()) else 0


def _answer(path: str) -> Answer:
    """Read what the command of ``examples --curl`` printed: the body, and a line with the status and the time."""
    from .._evidence.answers import Answer
    from .._files import read_bytes

    text = read_bytes(path, 25_000_000).decode("utf-8", "replace")
    body, _, last = text.rstrip("\n").rpartition("\n")
    match = re.fullmatch(r"([0-9]{3}) ([0-9]{1,6}(?:\.[0-9]{1,9})?)", last.strip())
    if match is None:
        hint = "keep what the command of examples --curl prints"
        raise usage_error(f"{show_path(path)}: the last line is not a status and a time", show(last[:60]), hint)
    status = int(match[1])
    with faults_of(path):
        return Answer(status if status >= 100 else None, body, seconds=float(match[2]))
