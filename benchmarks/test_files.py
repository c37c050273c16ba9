"""JSON text to a validated Checklist, of 10, 100 and 700 tasks with default limits and of 100,000 without, and back."""

from __future__ import annotations

import json
from enum import Enum
from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field
from shapes import document

from servingchecklist import Checklist, Limits, dumps, loads
from servingchecklist.schemas import json_schema

DOCUMENT = document()
TEXT = json.dumps(DOCUMENT)
CHECKLIST = Checklist.from_dict(DOCUMENT)


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Priority(Enum):
    critical = "critical"
    high = "high"
    medium = "medium"
    low = "low"


Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]


class PeerRisk(Strict):
    blast_radius: Annotated[int, Field(ge=1, le=5)]
    likelihood: Annotated[int, Field(ge=1, le=5)]


class PeerReference(Strict):
    title: Annotated[str, Field(min_length=1, max_length=200)]
    url: Annotated[str, Field(max_length=2000)]


class PeerTask(Strict):
    id: Id
    title: Annotated[str, Field(min_length=1, max_length=200)]
    priority: Priority = Priority.medium
    effort: str | None = None
    description: str = ""
    after: tuple[Id, ...] = ()
    risk: PeerRisk | None = None
    references: tuple[PeerReference, ...] = ()


class PeerPhase(Strict):
    id: Id
    title: Annotated[str, Field(min_length=1, max_length=200)]
    description: str = ""
    tasks: tuple[PeerTask, ...] = ()


class PeerChecklist(Strict):
    schema_version: Literal[1]
    kind: Literal["checklist"]
    id: Id
    title: Annotated[str, Field(min_length=1, max_length=200)]
    phases: tuple[PeerPhase, ...]


# The same rules on text and effort as ours, as far as pydantic can declare them. What it cannot (duplicate keys and ids, prerequisites
# that exist, cycles) it is not asked to do.
Line = Annotated[
    str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+$")
]
Prose = Annotated[str, Field(pattern=r"^[^\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]*$")]
Effort = Annotated[str, Field(pattern=r"^\d+(\.\d+)?([-\u2013]\d+(\.\d+)?)? (hour|day|week)s?(, likely \d+(\.\d+)?)?$")]


class RuledTask(PeerTask):
    title: Line
    effort: Effort | None = None
    description: Prose = ""


class RuledPhase(PeerPhase):
    title: Line
    description: Prose = ""
    tasks: tuple[RuledTask, ...] = ()


class RuledChecklist(PeerChecklist):
    title: Line
    phases: tuple[RuledPhase, ...]


def decode():
    return loads(TEXT, "json", limits=None)


def test_decode_against_pydantic(compare):
    assert len(PeerChecklist.model_validate_json(TEXT).phases) == len(decode().phases)
    compare(
        "loads 100,000 tasks, no limits", decode, "pydantic", lambda: PeerChecklist.model_validate_json(TEXT), rounds=5
    )


def test_decode_against_pydantic_with_the_same_rules(compare):
    theirs = "pydantic, with the same rules on texts"
    compare(
        "loads 100,000 tasks, no limits", decode, theirs, lambda: RuledChecklist.model_validate_json(TEXT), rounds=5
    )


def test_decode_against_json(compare):
    compare("loads 100,000 tasks, no limits", decode, "json.loads alone", lambda: json.loads(TEXT), rounds=5)


@pytest.mark.parametrize("limits", [Limits(), None], ids=["default limits", "no limits"])
@pytest.mark.parametrize("many", [10, 100, 700])
def test_decode_lists_that_people_have(compare, many, limits):
    phase = DOCUMENT["phases"][0]
    text = json.dumps(DOCUMENT | {"phases": [phase | {"tasks": phase["tasks"][:many]}]}, indent=2)
    compare(
        f"loads {many} tasks, {'default' if limits else 'no'} limits",
        lambda: loads(text, "json", limits),
        "pydantic, with the same rules on texts",
        lambda: RuledChecklist.model_validate_json(text),
        goal=6,
    )


@pytest.mark.parametrize("indent", [2, None], ids=["indented", "compact"])
def test_encode(compare, indent):
    assert json.loads(dumps(CHECKLIST, "json")) == DOCUMENT
    compare(
        "dumps 100,000 tasks",
        lambda: dumps(CHECKLIST, "json"),
        "json.dumps of the plain dicts, indented alike" if indent else "json.dumps, compact, another output",
        lambda: json.dumps(DOCUMENT, indent=indent),
        goal=1.5 if indent else None,
        rounds=5,
    )


def test_schema(compare):
    text = json.dumps(json_schema("launch"))
    compare(
        'json_schema("launch")',
        lambda: json_schema("launch"),
        "json.loads of its text",
        lambda: json.loads(text),
        goal=1.2,
    )
