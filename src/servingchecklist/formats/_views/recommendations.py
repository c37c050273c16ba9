"""The view of recommendations: the next tasks, with reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._document import Bullets, Code, Document, Item, Items, Paragraph, Section
from .checklist import outline, own_facts

if TYPE_CHECKING:
    from ..._model.checklist import Checklist
    from ..._planning.ordering import Recommendation, Recommendations
    from .._document import Block

_NEXT = "What to do next"


def recommendations(value: Recommendations) -> Document:
    """Return recommendations as a numbered list, with their reasons."""
    return Document(_NEXT, [ranked(value)], is_headed=False)


def overview(value: Checklist, best: Recommendations) -> Document:
    """Return the recommendations, and below them the whole checklist with one line per task."""
    return Document(value.title, [Section("What to do next, and why", [ranked(best)]), *outline(value).blocks])


def next_section(value: Recommendations) -> Section:
    """Return recommendations as a section of a larger page."""
    return Section(_NEXT, [ranked(value)])


def ranked(value: Recommendations) -> Block:
    """Return recommendations as a list, or a sentence where there are none."""
    items = [_item(recommendation) for recommendation in value]
    return Items(items, "number") if items else Paragraph("No task to recommend.")


def _item(recommendation: Recommendation) -> Item:
    task = recommendation.task
    facts = own_facts(task)
    if recommendation.waits_for:
        facts.append(("waits for ", Code(recommendation.waits_for)))
    reasons = [reason for reason in recommendation.reasons if reason != task.priority.value]  # it is a fact already
    body = [Bullets(reasons)] if reasons else []
    return Item(recommendation.title, task.id, facts, body, number=recommendation.rank)
