"""Views of KPIs, criteria, audiences and gates of a checklist; of evidence; of the decision of a gate; and of what is live."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..._evidence.evidence import Histogram, Share
from ..._text import join_words
from .._document import (
    Bullets,
    Code,
    CodeBlock,
    Document,
    Fact,
    Field,
    Fields,
    Item,
    Items,
    Paragraph,
    Row,
    Section,
    Table,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..._evidence.evidence import Evidence, Measure, Part, Source
    from ..._launch.gate import Finding, Gate, Live, LoggedEvidence
    from ..._model.audience import Audience, Example, ExpectedAnswer
    from ..._model.checklist import Checklist
    from ..._model.kpi import Criterion, GateDefinition, Kpi
    from .._document import Block, Line


def sections(value: Checklist) -> Iterator[Section]:
    """Yield the KPIs, the audiences and the gates of a checklist as sections; nothing where it has none."""
    if value.kpis:
        rows = [Row(Item(kpi.title, kpi.id), [kpi.target, conditions(kpi)]) for kpi in value.kpis]
        yield Section("KPIs", [Table(("KPI", "Target", "Evidence"), rows)])
    if value.audiences:
        yield Section("Audiences", [Items(list(map(_audience, value.audiences)))])
    if value.gates:
        yield Section("Gates", [Items([_gate_definition(gate, value) for gate in value.gates])])


def conditions(kpi: Kpi) -> str:
    """Return the demands of a KPI on its evidence, in words."""
    words = [kpi.measure, *(str(choice) for choice in kpi.where)]
    words += [f"at {kpi.offered} offered"] * bool(kpi.offered) + [f"over {kpi.span}"] * bool(kpi.span)
    words += [f"of the same {join_words(list(kpi.binds))}"] * bool(kpi.binds)
    words += [f"at most {kpi.max_age} days old"] * bool(kpi.max_age)
    words += [f"confidence {kpi.confidence:g}"] * (kpi.confidence != 0.95)
    words += ["taken as independent"] * kpi.independent + ["target is a placeholder"] * kpi.placeholder
    return ", ".join(words)


def criteria(values: Sequence[Criterion]) -> list[Block]:
    """Return the criteria of a task as a list; nothing where it has none."""
    return [Paragraph("Proven when:", "meta"), Bullets(list(map(_criterion, values)))] if values else []


def _criterion(value: Criterion) -> Line:
    head = (Code([value.id]), f" {value.title}: ")
    end = () if value.required else (" (not required)",)
    if value.kpis:
        return (*head, "KPI " if len(value.kpis) == 1 else "KPIs ", Code(value.kpis), *end)
    bound = f", for the same {join_words(list(value.binds))}" if value.binds else ""
    age = f", every {value.max_age} days" if value.max_age else ""
    return (*head, f"attested by {value.attested}{bound}{age}", *end)


def criterion_in_words(value: Criterion) -> str:
    """Return a criterion in one line."""
    how = f"KPIs {join_words(list(value.kpis))}" if value.kpis else f"attested by {value.attested}"
    return f"{value.title} ({value.id}): {how}"


def _audience(value: Audience) -> Item:
    facts: list[Line] = [f"contact {value.contact}"] if value.contact else []
    facts += [("KPI " if len(value.kpis) == 1 else "KPIs ", Code(value.kpis))] if value.kpis else []
    body: list[Block] = [Paragraph(value.needs)] if value.needs else []
    for example in value.examples:
        body += _example(example)
    return Item(value.title, value.id, facts, body)


def _example(value: Example) -> list[Block]:
    request = "\n".join(
        [f"{value.method} {value.path}", *(f"{name}: {text}" for name, text in value.headers)]
        + (["", value.body] if value.body else [])
    )
    fallback = f"; while degraded {_expected(value.fallback)}" if value.fallback else ""
    words: Line = (Code([value.id]), f" {value.title}: expects {_expected(value.expect)}{fallback}")
    return [Bullets([words]), CodeBlock(request, "http")]


def _expected(value: ExpectedAnswer) -> str:
    words = [str(value.status)] + [f"within {value.within}"] * bool(value.within)
    words += [f"{pointer or 'the whole'} = {expected}" for pointer, expected in value.json]
    return ", ".join(words)


def policy(value: GateDefinition) -> list[str]:
    """Return the policy of a gate, each demand in words."""
    words = [f"only {join_words(list(who), 'or')} can attest as {role}" for role, who in value.roles]
    words += ["waivers and withdrawals count once a second person has approved them"] * value.second_person
    if value.longest_waiver is not None:
        words.append(f"waivers for {value.longest_waiver} days at most" if value.longest_waiver else "no waivers")
    return words


def gate_in_words(value: GateDefinition) -> str:
    """Return a gate in one line."""
    demands = policy(value)
    return f"{value.title} ({value.id}){': ' if demands else ''}{'; '.join(demands)}"


def _gate_definition(value: GateDefinition, checklist: Checklist) -> Item:
    tasks = [task.id for task in checklist if value.id in task.gates]
    facts: list[Line] = [("tasks ", Code(tasks))] if tasks else ["no tasks"]
    body: list[Block] = [Bullets(demands)] if (demands := policy(value)) else []
    return Item(value.title, value.id, facts, body)


def kpi(value: Kpi) -> Document:
    """Return one KPI."""
    fields = [Field("target", [value.target]), Field("evidence", [conditions(value)])]
    return Document(f"KPI {value.id}", [Items([Item(value.title, value.id, body=[Fields(fields)])])], is_headed=False)


def evidence(value: Evidence) -> Document:
    """Return one piece of evidence: its measures, where it comes from, and what speaks against it."""
    rows = [Row(Item(measure.name), [_value(measure), _circumstances(measure)]) for measure in value.measures]
    blocks: list[Block] = [
        Paragraph(f"Collected from {str(value.collected_from)[:19]} to {str(value.collected_to)[:19]} UTC"),
        Table(("Measure", "Value", "Measured"), rows),
        *subject(value.subject, "Of"),
    ]
    if value.sources:
        blocks.append(Section("Sources", [Bullets(list(map(_source, value.sources)))]))
    if value.cautions:
        words = [f"{caution.words} ({caution.bias}: {caution.code})" for caution in value.cautions]
        blocks.append(Section("Cautions", [Bullets(words)]))
    if value.note:
        blocks.append(Paragraph(value.note))
    return Document(f"Evidence {value.id[:8]}", blocks)


def _source(source: Source) -> str:
    return " ".join(filter(None, (source.tool, source.version, source.file, source.digest[:19])))


def _value(measure: Measure) -> str:
    value = measure.value
    if isinstance(value, Share):
        most = f" to {value.most:,}" if value.most != value.least else ""
        return f"{value.least:,}{most} of {value.n:,} wrong"
    if isinstance(value, Histogram):
        return f"{value.n:,} observations, {value.buckets[-1].least:,} of them up to {value.buckets[-1].bound:f}"
    return f"{value.value:f}"


def _circumstances(measure: Measure) -> str:
    words = [str(choice) for choice in measure.where]
    words += [f"as a {measure.sampling}"] * (measure.sampling != "stream")
    words += [f"spread {measure.spread:f}"] if measure.spread is not None else []
    return ", ".join(words)


def subject(parts: Sequence[Part], name: str) -> list[Block]:
    """Return the parts of a subject as fields; nothing where there are none."""
    if not parts:
        return []
    fields = [Field(part.name, [f"{part.label} {part.digest}".strip()]) for part in parts]
    return [Section(name, [Fields(fields)])]


def records(values: Sequence[LoggedEvidence], heading: str) -> list[Block]:
    """Return evidence as a table, by id; nothing where there is none."""
    if not values:
        return []
    rows = [
        Row(
            Item(
                join_words(list(dict.fromkeys(measure.name for measure in record.evidence.measures))),
                record.evidence.id[:8],
            ),
            [_origin(record), f"{record.evidence.collected_to:%Y-%m-%d}", _state(record)],
        )
        for record in values
    ]
    return [Section(heading, [Table(("Measures", "Source", "Collected", "Added"), rows)])]


def _origin(record: LoggedEvidence) -> str:
    files = [source.file or source.tool for source in record.evidence.sources]
    return join_words(files) if files else "by hand"


def _state(record: LoggedEvidence) -> str:
    words = f"by {record.by}, {record.at:%Y-%m-%d}"
    return f"{words}; withdrawn by {record.withdrawn_by}: {record.reason}" if record.withdrawn_by else words


def gate(value: Gate) -> Document:
    """Return the decision of a gate: what blocks it, what is not proven, what is waived, what is met, and what it rests on."""
    from .. import _phrases

    blocks: list[Block] = [
        Paragraph(f"{_phrases.titled(value.launch, value.topic)}, as of {_phrases.clock(value.at)}"),
        Paragraph(f"{value.decision.words}: {_phrases.findings(value)}", f"lead decision {value.decision.value}"),
    ]
    if not value.findings:
        blocks.append(Paragraph("Nothing is asked for, so nothing is proven."))
    blocks += _findings("Blockers", value.blockers)
    blocks += _findings("Not proven", value.gaps)
    if value.open_tasks:
        blocks.append(
            Section("Open tasks", [Bullets([(Code([task]), f" {status}") for task, status in value.open_tasks])])
        )
    blocks += _findings("Waived: the risk is accepted", value.waived)
    if value.notes:
        blocks.append(Section("To know", [Bullets(value.notes)]))
    blocks += _findings("Met", value.met)
    others = [one for one in value.findings if not one.required and one not in value.met]
    blocks += _findings("Not required", others)
    if value.not_applicable:
        blocks.append(Paragraph(f"Not applicable: {join_words(list(value.not_applicable))}", "meta"))
    blocks += [*subject(value.subject, "Subject"), *records(value.evidence, "Evidence that counts")]
    return Document(f"{value.decision.words}: {value.title}", blocks)


def _findings(heading: str, findings: Sequence[Finding]) -> list[Section]:
    return [Section(heading, [Items(list(map(_finding, findings)))])] if findings else []


def _finding(value: Finding) -> Item:
    facts: list[Fact | Line] = [Fact(value.verdict.words, f"verdict {value.verdict.value}")]
    title = f"{value.title}: {value.kpi.title}, {value.kpi.target}" if value.kpi else value.title
    lines: list[Line] = [value.words]
    if value.waiver:
        lines.append(f"waived {value.waiver.words}")
    lines += [f"{one[:8]} does not count: {why}" for one, why in value.not_counted]
    return Item(title, value.place, facts, [Bullets(lines)])


def live(value: Live) -> Document:
    """Return what is live, and who let it go live."""
    from .. import _phrases

    head = f"Live since {_phrases.clock(value.since)}, let go live by {value.by}"
    words = f"The gate {value.gate} of {value.checklist} said {value.decision.words} at that time."
    blocks: list[Block] = [Paragraph(head, "lead"), Paragraph(words), *subject(value.subject, "Subject")]
    if value.waivers:
        lines = [f"{place}: {waiver.words}" for place, waiver in value.waivers]
        blocks.append(Section("Waivers", [Bullets(lines)]))
    return Document(f"{value.launch}: what is live", [*blocks, *records(value.evidence, "Evidence")])
