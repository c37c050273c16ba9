"""The dependency graph of a checklist."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..._model.checklist import Checklist
from .._pictures.graph import Graph
from ._parts import escape, label

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..._model.task import Task
    from ..._planning.critical_path import CriticalPath

_RED = "#d8432f"


def graph(value: CriticalPath | Checklist) -> Iterator[str]:
    """Yield the lines of the diagram. Its nodes are numbered, so that no id is read as a keyword of Mermaid."""
    facts = Graph(value) if isinstance(value, Checklist) else Graph(value.checklist, value)
    tasks = facts.checklist.tasks
    yield "flowchart TD"
    yield f"    accTitle: {facts.title}"
    yield f"    accDescr: {facts.whole().replace(';', ',')}"
    place = 0
    for number, phase in enumerate(facts.checklist.phases, 1):
        if not phase.tasks:
            continue
        yield f'    subgraph p{number}["{number} {label(phase.title)}"]'
        for task in phase.tasks:
            yield f'        t{place}["{_label(facts, task)}"]'
            place += 1
        yield "    end"
    edges = [(one, other) for other, earlier in enumerate(facts.before) for one in sorted(earlier)]
    for one, other in edges:
        yield f"    t{one} {'==>' if (one, other) in facts.marked else '-->'} t{other}"
    loud = [str(number) for number, edge in enumerate(edges) if edge in facts.marked]
    if loud:
        yield f"    linkStyle {','.join(loud)} stroke:{_RED},stroke-width:3px"
    critical = [f"t{place}" for place, task in enumerate(tasks) if facts.is_on_path(task)]
    closed = [f"t{place}" for place, task in enumerate(tasks) if facts.is_closed(task)]
    yield from _marked("critical", f"stroke:{_RED},stroke-width:3px", critical)
    yield from _marked("closed", "stroke-dasharray:4 3", closed)


def _marked(name: str, look: str, nodes: list[str]) -> Iterator[str]:
    if nodes:
        yield f"    classDef {name} {look}"
        yield f"    class {','.join(nodes)} {name}"


def _label(facts: Graph, task: Task) -> str:
    brief = facts.brief(task)
    return f"{task.id}{f', {escape(brief)}' if brief else ''}<br>{label(task.title)}"
