"""Rules, of which an order is made, and the three bundled orders."""

from ._planning.rules import (
    CRITICAL_FIRST,
    CRITICAL_PATH,
    DUE,
    EFFORT,
    PHASE,
    PHASES_FIRST,
    POSITION,
    PRIORITY,
    RISK,
    SOONEST,
    Rule,
    Situation,
)

__all__ = [
    "CRITICAL_FIRST",
    "CRITICAL_PATH",
    "DUE",
    "EFFORT",
    "PHASE",
    "PHASES_FIRST",
    "POSITION",
    "PRIORITY",
    "RISK",
    "SOONEST",
    "Rule",
    "Situation",
]
