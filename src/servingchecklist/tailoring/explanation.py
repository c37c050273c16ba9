"""Where every value of a checklist came from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from .._door import Displayed, upstairs
from ..errors import raise_invalid, raise_unknown
from ..model._check import Rebuilt, as_tuple, each_exactly, line, optional_line, verify
from ..model.changes import SetTask
from ..model.checklist import Checklist, id_of
from ..model.task import Task
from .difference import IN_PHASE, Whole, diff, label, path_of
from .reasons import reason_for, reasons_of
from .tailor import BY_HAND, stages

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .difference import Difference, Key


@attrs.frozen(getstate_setstate=False)
class Step(Rebuilt):
    """One time that a value was changed.

    Attributes:
        layer: The id and the version of the overlay that did it; ``"by-hand 1"`` where it was done outside of any.
        before: What it was; None where there was nothing.
        after: What it became; None where there was nothing any more.
        reason: Why; empty where nobody said.
    """

    layer: str
    before: Whole
    after: Whole
    reason: str = ""


def _steps(value: Sequence[Step]) -> tuple[Step, ...]:
    return as_tuple(value)


@attrs.frozen(getstate_setstate=False)
class Origin(Rebuilt):
    """Where one value came from.

    Attributes:
        what: What it is about: ``"checklist"``, ``"phase"`` or ``"task"``.
        id: The id of the phase or the task; empty for the checklist itself.
        field: The field; empty for the whole phase or task, which was added or dropped. ``"phase"`` and ``"place"`` are as in
            :class:`Difference`.
        value: What it is now; None where there is nothing, or not any more.
        base: The id and the version of the checklist below all layers.
        steps: What changed it, the first first; none where it is as in the base.
        title: What the phase or the task is called, for people; empty for the checklist itself.
    """

    what: str
    id: str
    field: str
    value: Whole
    base: str
    steps: tuple[Step, ...] = attrs.field(default=(), converter=_steps)
    title: str = ""

    @property
    def path(self) -> str:
        """What it is about, as one text: ``tasks.c4.priority``, ``phases.execution`` or ``topic``."""
        return path_of((self.what, self.id, self.field))

    @property
    def layer(self) -> str:
        """Who set the value: the id and the version of the last overlay that did, or of the base."""
        return self.steps[-1].layer if self.steps else self.base

    @property
    def before(self) -> Whole:
        """What it was before that; None where there was nothing, or nobody has changed it."""
        return self.steps[-1].before if self.steps else None

    @property
    def reason(self) -> str:
        """Why it was set; empty where nobody has changed it, or nobody said."""
        return self.steps[-1].reason if self.steps else ""


def _origins(value: Sequence[Origin]) -> tuple[Origin, ...]:
    return as_tuple(value)


def _labels(value: Sequence[str]) -> tuple[str, ...]:
    return as_tuple(value)


@attrs.frozen(getstate_setstate=False)
class Explanation(Rebuilt, Displayed):
    """Where the values of a checklist, or of one task in it, came from. Iterating gives the origins, ``[]`` that of a path.

    Attributes:
        checklist: The id and the version of the checklist.
        title: What is explained: the title of the checklist, or of the task as it is rendered.
        task: The id of the task that is explained; empty where it is the whole checklist.
        layers: What it is made of, by id and version: the base first, then what was laid on it, in order.
        origins: Of one task, where each of its fields came from. Of a checklist, all that is not as in its base.
    """

    checklist: str
    title: str
    task: str
    layers: tuple[str, ...] = attrs.field(converter=_labels)
    origins: tuple[Origin, ...] = attrs.field(converter=_origins)

    def __attrs_post_init__(self) -> None:
        verify(_CHECKS, self)

    def __iter__(self) -> Iterator[Origin]:
        return iter(self.origins)

    def __len__(self) -> int:
        return len(self.origins)

    def __getitem__(self, path: str) -> Origin:
        """The origin of a path such as ``"topic"`` or ``"tasks.c4.priority"``; of one task, its field alone will do.

        Raises:
            UnknownNameError: There is no such origin.
        """
        found = {one.path: one for one in self.origins} | {one.field: one for one in self.origins if self.task}
        if path not in found:
            raise_unknown("$", "origin", path, found)
        return found[path]

    def to_dict(self) -> dict[str, object]:
        """The explanation as dicts, lists and strings, ready for JSON; values are as in documents, and None where there is nothing."""
        plain = upstairs("codec").plain
        return {
            "checklist": self.checklist,
            "task": self.task or None,
            "layers": list(self.layers),
            "origins": [
                {
                    "path": one.path,
                    "value": plain(one.value),
                    "layer": one.layer,
                    "steps": [
                        {
                            "layer": step.layer,
                            "before": plain(step.before),
                            "after": plain(step.after),
                            "reason": step.reason,
                        }
                        for step in one.steps
                    ],
                }
                for one in self.origins
            ],
        }


_CHECKS = {
    "checklist": line,
    "title": line,
    "task": optional_line,
    "origins": each_exactly(Origin, "explain(checklist)"),
}


def explain(checklist: Checklist, task: Task | str | None = None) -> Explanation:
    """Where the values came from: which layer set each, what it was before, and why.

    It is worked out from what the checklist was made of: its layers are laid on its base once more, and what each of them changed is told with
    the reason that it gives. What was changed outside of any layer is told as that.

    >>> explain(for_context(model_serving(), tier="C"), "c5")["after"].reason
    'c4 was dropped: is there where tier is A or B, and here tier is C'

    Args:
        checklist: A checklist, tailored or not.
        task: One of its tasks, or one that a layer has dropped, given as itself or by its id. None for the whole checklist.

    Raises:
        UnknownNameError: There is no such task, and never was.
        InvalidError: The layers do not fit on the base: somebody has put them together by hand.
    """
    if not isinstance(checklist, Checklist):
        raise_invalid("$", "is not a checklist", checklist, "give a Checklist")
    steps, base, layers = _history(checklist)
    if task is None:
        known = sorted(steps.items(), key=lambda one: ("checklist", "phase", "task").index(one[0][0]))
        origins = [_origin(last, found, label(base)) for _, (last, found) in known]
        return Explanation(label(checklist), checklist.title, "", layers, origins)
    task_id = id_of(task)
    if task_id not in checklist:
        gone = {name for what, name, _ in steps if what == "task"}
        if task_id not in gone:
            raise_unknown("$", f"task in {checklist.id!r}", task_id, [*(one.id for one in checklist), *gone])
        told = [one for one in steps.items() if one[0][:2] == ("task", task_id)]
        origins = [_origin(last, found, label(base)) for _, (last, found) in told]
        return Explanation(label(checklist), origins[-1].title, task_id, layers, origins)
    return Explanation(
        label(checklist),
        checklist.title_of(task_id),
        task_id,
        layers,
        list(_fields(checklist, task_id, steps, label(base))),
    )


_Steps = dict["Key", tuple["Difference", list[Step]]]


def _history(checklist: Checklist) -> tuple[_Steps, Checklist, tuple[str, ...]]:
    """What was changed when, by what it is about; the base; and the layers by their labels, the base first."""
    states = list(stages(checklist))
    names = [overlay.label for overlay in checklist.layers]
    reasons = [reasons_of(overlay) for overlay in checklist.layers]
    if states[-1] != checklist:
        states.append(checklist)
        names.append(f"{BY_HAND} 1")
        reasons.append({})
    steps: _Steps = {}
    for number, name in enumerate(names):
        for one in diff(states[number], states[number + 1]):
            _, found = steps.get(one.key, (one, []))
            found.append(Step(name, one.before, one.after, reason_for(one, reasons[number])))
            steps[one.key] = one, found
    return steps, states[0], (label(states[0]), *names)


def _origin(last: Difference, steps: Sequence[Step], base: str) -> Origin:
    return Origin(last.what, last.id, last.field, last.after, base, tuple(steps), last.title)


def _fields(checklist: Checklist, task_id: str, steps: _Steps, base: str) -> Iterator[Origin]:
    """The origin of each field of a task. What was added whole had its fields from then on."""
    task = checklist[task_id]
    _, whole = steps.get(("task", task_id, ""), (None, []))
    for field in ("id", *SetTask.sets, IN_PHASE):
        value = checklist.phase_of(task_id).id if field == IN_PHASE else getattr(task, field)
        _, found = steps.get(("task", task_id, field), (None, []))
        since = [attrs.evolve(one, before=_part(one.before, field), after=_part(one.after, field)) for one in whole]
        yield Origin("task", task_id, field, value, base, (*since, *found), task.title)


def _part(whole: Whole, field: str) -> Whole:
    """The field of a task that was added or dropped; None where it is not a field of its own."""
    part: Whole = getattr(whole, field, None) if isinstance(whole, Task) else None
    return part
