"""Rules, of which an order is made, and the two bundled orders."""

from ._planning.rules import CRITICAL_FIRST, DUE, EFFORT, PHASE, PHASES_FIRST, POSITION, PRIORITY, RISK, Rule, Situation

__all__ = [
    "CRITICAL_FIRST",
    "DUE",
    "EFFORT",
    "PHASE",
    "PHASES_FIRST",
    "POSITION",
    "PRIORITY",
    "RISK",
    "Rule",
    "Situation",
]
