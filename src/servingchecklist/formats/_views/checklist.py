"""Views of a checklist, of its parts, and of recommendations."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from ..._guides import name_in
from ..._model.task import Priority
from ..._text import count, join_words, lead, without_number
from .._document import Bullets, Code, Document, Fact, Field, Fields, Item, Items, Link, Paragraph, Section
from .._layout import blocks as prose
from .._layout import inline

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from ..._model.checklist import Checklist
    from ..._model.effort import Effort
    from ..._model.facet import Choice
    from ..._model.task import Phase, Reference, Task
    from ..._planning.ordering import Recommendation, Recommendations
    from .._document import Block, Inline, Line

_NEXT = "What to do next"


def checklist(value: Checklist) -> Document:
    """Return the checklist phase by phase."""
    blocks: list[Block] = [Paragraph(f"{value.id}, version {value.version}", "meta"), *map(Paragraph, tailoring(value))]
    blocks += [*prose(value.description), *_marks(value)]
    for number, phase in enumerate(value.phases, 1):
        titles = map(value.title_of, phase.tasks)
        blocks.append(phase_section(number, phase, [*_of_phase(phase), *_items(phase.tasks, titles, value)]))
    if value.kpis or value.audiences or value.gates:
        from . import proof  # few checklists have any

        blocks += proof.sections(value)
    if value.tips:
        blocks.append(Section("Tips", [Bullets(value.tips)], role="tips"))
    return Document(value.title, blocks)


def phase(value: Phase) -> Document:
    """Return one phase with its tasks."""
    return Document(value.title, [*_of_phase(value), *_items(value.tasks, [task.title for task in value.tasks])])


def task(value: Task) -> Document:
    """Return one task as a list of its own."""
    return Document(f"Task {value.id}", [*_items([value], [value.title])], is_headed=False)


def effort(value: Effort) -> Document:
    """Return an effort and its mean."""
    from .._phrases import working_days  # imported late: it loads the module of forecasts

    is_work = value.days == "working"
    mean = working_days(value.mean) if is_work else str(type(value)(round(value.mean, 3), days=value.days))
    return Document("Effort", [Paragraph(f"{value}; {mean} in the mean")], is_headed=False)


def outline(value: Checklist) -> Document:
    """Return the whole checklist with one line per task."""
    sections: list[Block] = []
    for number, phase in enumerate(value.phases, 1):
        items = [Item(value.title_of(task), task.id, own_facts(task)) for task in phase.tasks]
        sections.append(phase_section(number, phase, [*by_section(phase.tasks, items)]))
    return Document(value.title, sections, is_headed=False)


def phase_section(number: int, phase: Phase, blocks: Sequence[Block]) -> Section:
    """Return a phase as a section with its number, unless its title has one."""
    shown = lead(f"{number:02}", phase.title)
    return Section(phase.title, blocks, number=shown.rstrip(), anchor=f"phase-{phase.id}")


_MOST_NAMED = 12

_PRIORITIES = {priority: Fact(priority.value, f"priority {priority.value}") for priority in Priority}


def own_facts(task: Task) -> list[Fact | Line]:
    """Return the priority and the effort of a task."""
    return [_PRIORITIES[task.priority], _effort_fact(task.effort)] if task.effort else [_PRIORITIES[task.priority]]


def first_day(task: Task) -> list[str]:
    """Return the first day on which a task can begin; nothing where it has none."""
    return [f"not before {task.not_before}"] if task.not_before else []


def terms(task: Task) -> list[str]:
    """Return the first day on which a task can begin, and its role; nothing where it has none."""
    return [*first_day(task), *([f"role {task.role}"] if task.role else [])]


def wait(task: Task, checklist: Checklist | None = None) -> list[str]:
    """Return the days that a task waits after the last of its prerequisites; nothing where it waits for nothing.

    Without its checklist a task does not tell if its phase comes after others, so the days are returned as it states them.
    """
    is_waiting = task.wait_days and (checklist is None or checklist.waits_for(task))
    return [f"waits {count(task.wait_days, 'day')}"] if is_waiting else []


def waits(ids: Sequence[str], task: Task | None = None) -> Line:
    """Return the tasks that a task waits for; of those of a large phase the first. A task that waits some days says so."""
    more = [f", and {len(ids) - _MOST_NAMED} more"] * (len(ids) > _MOST_NAMED)
    more += [f", then {count(task.wait_days, 'day')}"] if task and task.wait_days else []
    return ("waits for ", Code(ids[:_MOST_NAMED]), *more)


def waits_until(task: Task, day: date | None) -> list[str]:
    """Return the first day of a task after its wait, where that is to come; nothing where the day is its own."""
    return [f"waits until {day}"] if day and day != task.not_before else []


@lru_cache(maxsize=256)  # most tasks state one of a few efforts
def _effort_fact(effort: Effort) -> Fact:
    return Fact(str(effort), "effort")


def choices(chosen: Sequence[Choice]) -> str:
    """Return choices on facets: ``mode is batch and tier is A``, or ``mode is online or edge, and tier is A``."""
    if all(len(choice.values) == 1 for choice in chosen):
        return join_words([str(choice) for choice in chosen])
    return ", and ".join(map(str, chosen))


def layers_in_words(layers: Sequence[str]) -> str:
    """Return the layers that a checklist is made of, the lowest first."""
    return f"Made of {join_words(list(layers))}"


def tailoring(value: Checklist) -> Iterator[str]:
    """Yield the context of a checklist and the layers that it is made of; nothing if it is not tailored."""
    if value.context:
        yield f"For: {choices(value.context)}"
    if value.base is not None and value.layers:
        yield layers_in_words([f"{value.base.id} {value.base.version}", *(overlay.label for overlay in value.layers)])


def _of_phase(phase: Phase) -> Iterator[Block]:
    yield from prose(phase.description)
    if phase.after:
        yield Paragraph(["after phase " if len(phase.after) == 1 else "after phases ", Code(phase.after)], "meta")
    yield from _marks(phase)
    if phase.guide:
        yield Paragraph(["Guide: ", *page(phase.guide)])


def page(reference: Reference) -> list[Inline]:
    """Return a page to read on: a link, or the command that prints it where it is a guide of this package."""
    if guide := name_in(reference.url):
        return [f"{reference.title} (", Code([f"servingchecklist guide {guide}"]), ")"]
    return [Link(reference)]


def pages(references: Iterable[Reference]) -> list[Block]:
    """Return pages to read on as a list; nothing where there are none."""
    lines = [page(reference) for reference in references]
    return [Bullets(lines)] if lines else []


def _marks(part: Checklist | Phase) -> Iterator[Block]:
    """Yield the labels and the annotations of a checklist or a phase."""
    if part.labels:
        yield Paragraph(labels(part.labels), "meta")
    yield from annotation_fields(part.annotations)


def labels(names: Sequence[str]) -> Line:
    """Return labels in one line."""
    return ("label " if len(names) == 1 else "labels ", Code(names))


def annotation_fields(pairs: Sequence[tuple[str, str]]) -> list[Fields]:
    """Return annotations as fields; nothing where there are none."""
    return [Fields([Field(key, [text]) for key, text in pairs])] if pairs else []


def by_section(tasks: Sequence[Task], items: Iterable[Item], role: str = "") -> Iterator[Block]:
    """Yield the items of the tasks of a phase as lists: those without a section, then those of each section under its heading."""
    groups: dict[str, list[Item]] = {"": []}
    for task, item in zip(tasks, items, strict=True):
        groups.setdefault(task.section, []).append(item)
    for section, members in groups.items():
        if members:
            block = Items(members, "task", role)
            yield Section(section, [block]) if section else block


def _items(tasks: Sequence[Task], titles: Iterable[str], whole: Checklist | None = None) -> Iterator[Block]:
    return by_section(tasks, [_item(task, title, whole) for task, title in zip(tasks, titles, strict=True)])


def _item(task: Task, title: str, whole: Checklist | None) -> Item:
    facts = [*own_facts(task), *terms(task)]
    if task.after:
        facts.append(("after ", Code(task.after)))
    facts += wait(task, whole)
    if task.when:
        facts.append(f"where {choices(task.when)}")
    facts += [f"gate{'s' if len(task.gates) > 1 else ''} {join_words(list(task.gates))}"] if task.gates else []
    facts += [labels(task.labels)] if task.labels else []
    texts = [inline(step.text) for step in task.steps]
    boxes = [Bullets(texts, ["todo"] * len(texts))] if texts else []
    return Item(title, task.id, facts, details(task, boxes), anchor=f"task-{task.id}")


def details(task: Task, boxes: Sequence[Bullets] = ()) -> list[Block]:
    """Return the description, the boxes of the steps if they are given, the annotations and the references of a task."""
    body: list[Block] = [*prose(task.description), *boxes]
    if task.criteria:
        from .proof import criteria  # few tasks have any

        body += criteria(task.criteria)
    body += annotation_fields(task.annotations)
    if task.references:
        body += [Paragraph("Further reading:", "meta"), *pages(task.references)]
    return body


def recommendations(value: Recommendations) -> Document:
    """Return recommendations as a numbered list, with their reasons."""
    head = [Paragraph(f"For {value.topic}")] if value.topic else []
    return Document(_NEXT, [*head, *_ranked(value)], is_headed=False)


def overview(value: Checklist, best: Recommendations) -> Document:
    """Return the recommendations, and below them the whole checklist with one line per task."""
    return Document(value.title, [Section("What to do next, and why", [*_ranked(best)]), *outline(value).blocks])


def next_section(value: Recommendations) -> Section:
    """Return recommendations as a section of a larger page."""
    return Section(_NEXT, [*_ranked(value)])


def _ranked(value: Recommendations) -> Iterator[Block]:
    """Yield recommendations as a list, and a sentence on the tasks that are under way or blocked, or that there are none."""
    from ..._planning.rules import abbreviate  # imported late, since a checklist is shown without rules

    if value:
        yield Items([_recommended(recommendation) for recommendation in value], "number")
    blocked = abbreviate([f"{task} is blocked: {reason}" for task, reason in value.blocked])
    under_way = abbreviate([f"{task} is under way ({who})" for task, who in value.under_way])
    waiting = abbreviate(
        [
            f"{each.id} waits {f'for {join_words(abbreviate(list(each.waits_for)))}' if each.waits_for else f'until {each.not_before}'}"
            for each in sorted(value.waiting, key=lambda one: bool(one.waits_for))
        ]
    )
    words = "; ".join([*blocked, *under_way] or waiting)
    if value and words:
        yield Paragraph(words, "meta")
    elif not value:
        yield Paragraph(f"Nothing can be begun: {words}" if words else "Nothing is left to begin.")


def _recommended(recommendation: Recommendation) -> Item:
    task = recommendation.task
    facts = [*own_facts(task), *terms(task), *waits_until(task, recommendation.not_before)]
    if recommendation.waits_for:
        facts.append(waits(recommendation.waits_for, task))
    reasons = [reason for reason in recommendation.reasons if reason != task.priority.value]  # it is a fact already
    body = [Bullets(reasons)] if reasons else []
    title = without_number(recommendation.title)
    return Item(title, task.id, facts, body, number=recommendation.rank)
