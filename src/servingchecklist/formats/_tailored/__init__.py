"""What the formats for people tell of tailoring: the same page in each of them, before anything is escaped.

A page is a title, a few lines, and sections of items. The formats know how to write those, and nothing of what they are about.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, TypeVar

import attrs

from ..._text import join_words
from ...model.overlay import Overlay
from ...model.phase import Phase
from ...model.task import Task
from ...tailoring.difference import Diff
from ...tailoring.explanation import Explanation
from .._made import made_of
from . import changes, values
from .parts import Fact, Item, Passage, Row, Section, Sheet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from ...model.checklist import Checklist
    from ...tailoring.difference import Difference, Whole
    from ...tailoring.explanation import Origin
    from ...tailoring.upgrade import Conflict, Upgrade

_GROUPS = {"checklist": "The checklist", "phase": "Phases", "task": "Tasks"}
_KINDS = ("added", "dropped", "moved", "changed")
_RELINKED = "What these came after is not there any more. They come after what that came after."

_About = TypeVar("_About", "Difference", "Origin")


def sheet(value: Overlay | Diff | Explanation | Upgrade) -> Sheet:
    """The page about a value."""
    if isinstance(value, Overlay):
        return _overlay(value)
    if isinstance(value, Diff):
        return _diff(value)
    return _explanation(value) if isinstance(value, Explanation) else _upgrade(value)


# Overlays


def _overlay(overlay: Overlay) -> Sheet:
    edition = f"{overlay.label}, for {overlay.base or 'any checklist'}"
    made = [Section("Changes", list(map(changes.told, overlay.changes)), numbered=True)] if overlay.changes else []
    lines = [edition] if made else [edition, "It changes nothing."]
    return Sheet(overlay.title, lines, made, overlay.description, overlay.references)


# Diffs


def _diff(found: Diff) -> Sheet:
    between = f"From {found.before} to {found.after}"
    if found.before == found.after:
        between = f"Two forms of {found.before}"
    lines = [f"{between}: {_counts(found)}." if found else f"{between}. Nothing differs."]
    sections = _grouped(found, lambda about: _differing(about, found.topic))
    return Sheet(f"What differs: {found.title}", lines, list(sections))


def _counts(found: Diff) -> str:
    """How many tasks and phases were added, dropped, moved and changed, and how many fields of the checklist."""
    parts: list[str] = []
    about = Counter((what, kind) for what, _, kind in {(one.what, one.id, one.kind) for one in found})
    for what in ("task", "phase"):
        parts += [f"{values.count(about[what, kind], what)} {kind}" for kind in _KINDS if (what, kind) in about]
    if number := sum(one.what == "checklist" for one in found):
        parts.append(f"{values.count(number, 'field')} of the checklist changed")
    return join_words(parts)


def _grouped(found: Iterable[_About], item: Callable[[Sequence[_About]], Item]) -> Iterator[Section]:
    """What is about the checklist, its phases and its tasks: an item for each of these."""
    about: dict[str, dict[str, list[_About]]] = {}
    for one in found:
        about.setdefault(one.what, {}).setdefault(one.id, []).append(one)
    yield from (Section(_GROUPS[what], list(map(item, things.values()))) for what, things in about.items())


def _differing(about: Sequence[Difference], topic: str) -> Item:
    """All that differs of one thing."""
    one = about[0]
    kinds = {told.kind for told in about}
    mark = " and ".join(kind for kind in _KINDS if kind in kinds) if one.id else ""
    facts = [fact for told in about for fact in _difference(told)]
    return Item(_titled(one.what, one.title, topic), one.id, mark, facts)


def _difference(one: Difference) -> Iterator[Fact]:
    if one.field:
        yield values.turned(one.field, one.before, one.after)
    elif one.after is not None:
        yield Fact("facts" if one.what == "task" else "holds", values.in_words("", one.after))


def _titled(what: str, title: str, topic: str) -> str:
    """The title of a task as it is rendered everywhere, and that of a phase."""
    return f"{title} ({topic})" if what == "task" and topic else title


# Explanations


def _explanation(found: Explanation) -> Sheet:
    lines = [f"{made_of(found.layers)}."]
    if found.task:
        lines.insert(0, f"Task {found.task} of {found.checklist}.")
        sections = [Section("Fields", [_explained(found.origins, "")])]
    else:
        lines += [] if found else [f"Everything is as in {found.layers[0]}."]
        sections = list(_grouped(found, lambda about: _explained(about, about[0].title)))
    return Sheet(f"Where it came from: {found.title}", lines, sections)


def _explained(about: Sequence[Origin], title: str) -> Item:
    one = about[0]
    return Item(title, one.id if title else "", rows=[row for origin in about for row in _rows(origin)])


def _rows(origin: Origin) -> Iterator[Row]:
    """The value as it is now, and below it what it was with each layer before."""
    name = values.name_of(origin.field)
    if not origin.steps:
        yield Row(name, values.cell(origin.field, origin.value), origin.base, "", "")
    now = origin.value
    for step in reversed(origin.steps):
        before, after = values.cells(origin.field, step.before, now)
        if not origin.field:
            before, after = "" if step.before is None else before, "dropped" if now is None else after
        yield Row(name, after, step.layer, before, step.reason)
        name, now = f"{values.name_of(origin.field)}, before that", step.before


# Upgrades


def _upgrade(made: Upgrade) -> Sheet:
    overlay, draft = made.draft_overlay, made.draft
    sections: list[Section] = []
    if made.conflicts:
        sections.append(Section("Open conflicts", [_conflict(one, draft) for one in made.conflicts], _to_decide(made)))
    if made.agreed:
        items = [Item(_thing(path, draft), path) for path in made.agreed]
        sections.append(Section("Changed on both sides alike", items, "The overlay need not do this any more."))
    if made.relinked:
        items = [Item(_thing(path, draft), path) for path in made.relinked]
        sections.append(Section("Linked around", items, _RELINKED))
    if overlay.changes:
        sections.append(
            Section("What the overlay still changes", list(map(changes.told, overlay.changes)), numbered=True)
        )
    counts = [
        f"{values.count(len(made.conflicts), 'open conflict')}",
        f"{values.count(len(made.agreed), 'change')} made on both sides alike",
        f"{values.count(len(overlay.changes), 'change')} left in the {'draft of the ' if made.conflicts else ''}overlay",
    ]
    told = f"{join_words(counts)}." if sections else "Nothing is left to carry over: the overlay changes nothing."
    lines = [f"{overlay.label}, carried over to {draft.id} {draft.version}.", told[:1].upper() + told[1:]]
    return Sheet(f"Upgrade: {made.title or overlay.title}", lines, sections)


def _to_decide(made: Upgrade) -> str:
    path = made.conflicts[0].path
    return (
        "Decide on each by its path: ours is what the overlay made of it, theirs what the new edition says. "
        f'In Python, give upgrade the argument decisions={{"{path}": "ours"}}; on the command line, --ours {path}. '
        "What is not decided is as theirs in the draft."
    )


def _conflict(one: Conflict, draft: Checklist) -> Item:
    sides = {"base": one.base, "ours": one.ours, "theirs": one.theirs}
    whole = next((value for value in sides.values() if isinstance(value, Task | Phase)), None)
    if whole is not None:
        facts = [_fact(name, list(_whole(name, value, one.base))) for name, value in sides.items()]
    else:
        facts = list(_of_field(one.path.rpartition(".")[2], sides))
    more = {"problem": one.problem, "why ours": one.reason}
    facts += [Fact(name, words) for name, words in more.items() if words]
    return Item(_thing(one.path, draft, whole), one.path, facts=facts)


def _of_field(field: str, sides: Mapping[str, Whole]) -> Iterator[Fact]:
    """What was there, and what each side has made of it."""
    for name, value in sides.items():
        fact = values.stated(field, value)
        if name != "base" and fact.passages and sides["base"]:
            fact = values.turned(field, sides["base"], value)
        yield attrs.evolve(fact, name=name)


def _whole(side: str, value: Whole, base: Whole) -> Iterator[str]:
    """What a side made of a task or a phase."""
    comparable = type(value) is type(base) and side != "base"
    if comparable and isinstance(value, Task | Phase) and isinstance(base, Task | Phase):
        yield from values.told_apart(base, value)
    else:
        yield "dropped" if value is None else values.in_words("", value)


def _fact(name: str, words: Sequence[str]) -> Fact:
    return Fact(name, words[0]) if len(words) == 1 else Fact(name, passages=list(map(Passage, words)))


def _thing(path: str, draft: Checklist, whole: Task | Phase | None = None) -> str:
    """What a path is about, as people call it."""
    what, _, rest = path.partition(".")
    names = (rest, rest.rpartition(".")[0])
    if what == "tasks":
        found = next((draft.title_of(name) for name in names if name in draft), "")
    else:
        titles = {phase.id: phase.title for phase in draft.phases}
        found = next((titles[name] for name in names if name in titles), "" if rest else _GROUPS["checklist"])
    return found or (whole.title if whole else path)
