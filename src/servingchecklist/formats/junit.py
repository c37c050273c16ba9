"""JUnit XML: the decision of a gate for programs that show test results; written, and not read back.

A suite is a task, and a case is a criterion with a KPI. What is missed is a failure; what is not proven is an error, since most programs take a
skipped test for a good one; what is waived is skipped. A gate that is GO has neither failures nor errors, and any other has at least one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from .._text import escape_html
from ..errors import invalid

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import TypeAlias

    from .._launch.gate import Finding, Gate

    _Case: TypeAlias = tuple[str, str, str, str]

NAME = "junit"
SUFFIXES = (".xml",)


def dumps(value: Gate) -> str:
    """Return the decision of a gate as JUnit XML.

    Raises:
        InvalidError: The value is no decision of a gate.
    """
    from .._launch.gate import Gate

    if type(cast("object", value)) is not Gate:
        raise invalid("unsupported", "$", "cannot be written as JUnit XML", value, "give the gate of a launch")
    suites: dict[str, list[_Case]] = {}
    for finding in value.findings:
        suites.setdefault(finding.task or "conditions", []).append(_case(finding))
    for task, status in value.open_tasks:
        suites.setdefault(task, []).append(("status", "error", f"the task is {status}", ""))
    if not value.findings:
        suites.setdefault("gate", []).append(("gate", "error", "nothing is asked for, so nothing is proven", ""))
    elif not value and not (value.blockers or value.gaps or value.open_tasks):
        words = "nothing is required, so nothing is proven"
        if any(finding.required and (finding.task or not value.id) for finding in value.findings):
            words = "all that is required is waived, and nothing is proven"
        suites.setdefault("gate", []).append(("gate", "error", words, ""))
    lines = ['<?xml version="1.0" encoding="utf-8"?>', f"<testsuites {_attributes(_name(value), suites.values())}>"]
    at = value.at.isoformat(timespec="seconds")
    for task, cases in suites.items():
        lines.append(f'  <testsuite {_attributes(task, [cases])} timestamp="{at}">')
        lines += [_element(f"{value.launch}.{task}", *case) for case in cases]
        lines.append("  </testsuite>")
    return "\n".join([*lines, "</testsuites>", ""])


def _name(value: Gate) -> str:
    return f"{value.launch} {value.id or 'conditions'}: {value.decision.words}"


def line_of(finding: Finding) -> str:
    """Return a finding in one line: the criterion, the KPI and its target, and the reason for the verdict."""
    kpi = f": {finding.kpi.title}, {finding.kpi.target}" if finding.kpi else ""
    return f"{finding.title}{kpi}: {finding.words}"


def _case(finding: Finding) -> _Case:
    """Return the name of a case, its outcome, and the message and the text about it."""
    name = f"{finding.criterion} {finding.kpi.id}" if finding.kpi else finding.criterion
    text = line_of(finding)
    if finding.waiver and finding.is_waived:
        return name, "skipped", f"waived {finding.waiver.words}", f"{finding.verdict.words}: {text}"
    if not finding.is_open:
        is_shown = not finding.required and finding.verdict.value != "met"
        return name, "skipped" if is_shown else "", f"not required; {finding.words}" if is_shown else "", text
    outcome = "failure" if finding.is_blocker else "error"
    return name, outcome, f"{finding.verdict.words}: {finding.words}", text


def _attributes(name: str, suites: Iterable[Sequence[_Case]]) -> str:
    outcomes = [outcome for cases in suites for _, outcome, _, _ in cases]
    counts = {"tests": len(outcomes), "failures": outcomes.count("failure"), "errors": outcomes.count("error")}
    counts["skipped"] = outcomes.count("skipped")
    return " ".join([f'name="{_escaped(name)}"', *(f'{key}="{count}"' for key, count in counts.items())])


def _element(classname: str, name: str, outcome: str, message: str, text: str) -> str:
    head = f'    <testcase classname="{_escaped(classname)}" name="{_escaped(name)}"'
    if not outcome:
        return f"{head}><system-out>{_escaped(text)}</system-out></testcase>"
    return f'{head}><{outcome} message="{_escaped(message)}">{_escaped(text)}</{outcome}></testcase>'


def _escaped(text: str) -> str:
    return escape_html(text).replace("\n", "&#10;").replace("\t", "&#9;")
