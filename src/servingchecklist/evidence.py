"""KPIs, criteria, audiences and gates of checklists; evidence, and the importers that make it of files of other tools."""

from ._evidence.answers import Answer, mismatches
from ._evidence.evidence import (
    Bucket,
    Caution,
    Evidence,
    Histogram,
    Measure,
    Number,
    Part,
    Share,
    Source,
)
from ._evidence.judging import Verdict
from ._launch.gate import Decision
from ._model.audience import Audience, Example, ExpectedAnswer
from ._model.kpi import Criterion, GateDefinition, Kpi
from ._model.quantity import Quantity
from .importers import ImportOptions, digest_of, read_evidence

__all__ = [
    "Answer",
    "Audience",
    "Bucket",
    "Caution",
    "Criterion",
    "Decision",
    "Evidence",
    "Example",
    "ExpectedAnswer",
    "GateDefinition",
    "Histogram",
    "ImportOptions",
    "Kpi",
    "Measure",
    "Number",
    "Part",
    "Quantity",
    "Share",
    "Source",
    "Verdict",
    "digest_of",
    "mismatches",
    "read_evidence",
]
