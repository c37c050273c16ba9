"""Where every value of a checklist came from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from .._door import Displayed, upstairs
from ..errors import raise_invalid, raise_unknown
from ..model._check import Rebuilt, as_tuple, each, each_exactly, line, prose, verify
from ..model.changes import SetTask
from ..model.checklist import Checklist, id_of
from .difference import DIFFERENCE_CHECKS, IN_PHASE, Whole, diff, id_or_nothing, label, path_of, whole
from .reasons import reason_for, reasons_of
from .tailor import BY_HAND, stages

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..model.task import Task
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

    def __attrs_post_init__(self) -> None:
        verify(_STEP_CHECKS, self)


_STEP_CHECKS = {"layer": line, "before": whole, "after": whole, "reason": prose}


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

    def __attrs_post_init__(self) -> None:
        verify(_ORIGIN_CHECKS, self)

    @property
    def path(self) -> str:
        """What it is about, as one text such as ``tasks.c4.priority``, ``phases.execution`` or ``topic``."""
        return path_of((self.what, self.id, self.field))

    @property
    def layer(self) -> str:
        """The id and the version of the last overlay that set the value, or of the base where none did."""
        return self.steps[-1].layer if self.steps else self.base

    @property
    def before(self) -> Whole:
        """What it was before that; None where there was nothing, or nobody has changed it."""
        return self.steps[-1].before if self.steps else None

    @property
    def reason(self) -> str:
        """Why it was set; empty where nobody has changed it, or nobody said."""
        return self.steps[-1].reason if self.steps else ""


_ORIGIN_CHECKS = {
    **{name: check for name, check in DIFFERENCE_CHECKS.items() if name not in ("before", "after")},
    "value": whole,
    "base": line,
    "steps": each_exactly(Step, "Step(layer, before, after)"),
}


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
        if not isinstance(path, str) or path not in found:
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
                    "value": plain(one.value, one.field),
                    "layer": one.layer,
                    "steps": [
                        {
                            "layer": step.layer,
                            "before": plain(step.before, one.field),
                            "after": plain(step.after, one.field),
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
    "title": prose,
    "task": id_or_nothing,
    "layers": each(line),
    "origins": each_exactly(Origin, "explain(checklist)"),
}


def explain(checklist: Checklist, task: Task | str | None = None) -> Explanation:
    """Where the values came from: which layer set each, what it was before, and why.

    It is worked out from what the checklist was made of: its layers are laid on its base once more, and what each of them changed is told with
    the reason that it gives. What was changed outside of any layer is told as that.

    >>> explain(for_context(model_serving(), tier="C"), "c5")["after"].reason
    'c4 was dropped: applies where tier is A or B; here tier is C'

    Args:
        checklist: A checklist, tailored or not.
        task: One of its tasks, or one that a layer has dropped, given as itself or by its id. None for the whole checklist.

    Raises:
        UnknownNameError: There is no such task, and never was.
        InvalidError: The layers do not fit on the base: somebody has put them together by hand.
    """
    if not isinstance(checklist, Checklist):
        raise_invalid("$", "is not a checklist", checklist, "give a Checklist")
    told = _History(checklist)
    if task is None:
        known = sorted(told.steps, key=lambda key: ("checklist", "phase", "task").index(key[0]))
        return Explanation(label(checklist), checklist.title, "", told.layers, [told.origin(key) for key in known])
    task_id = id_of(task)
    if not isinstance(task_id, str) or (task_id not in checklist and ("task", task_id, "") not in told.steps):
        gone = [name for what, name, field in told.steps if what == "task" and not field]
        raise_unknown("$", f"task in {checklist.id!r}", task_id, dict.fromkeys([*(one.id for one in checklist), *gone]))
    if task_id not in checklist:
        origins = [told.origin(key) for key in told.steps if key[:2] == ("task", task_id)]
        return Explanation(label(checklist), origins[-1].title, task_id, told.layers, origins)
    origins = [told.field(task_id, field) for field in ("id", *SetTask.sets, IN_PHASE)]
    return Explanation(label(checklist), checklist.title_of(task_id), task_id, told.layers, origins)


class _History:
    """What was changed when.

    Attributes:
        states: What the checklist was at first, and then with each of its layers.
        layers: The base and the layers by their labels.
        steps: By what they are about, the last difference, and each step with the number of its layer.
    """

    def __init__(self, checklist: Checklist) -> None:
        self.states = list(stages(checklist))
        names = [overlay.label for overlay in checklist.layers]
        reasons = [reasons_of(overlay) for overlay in checklist.layers]
        if self.states[-1] != checklist:
            self.states.append(checklist)
            names.append(f"{BY_HAND} 1")
            reasons.append({})
        self.layers = (label(self.states[0]), *names)
        self.steps: dict[Key, tuple[Difference, list[tuple[int, Step]]]] = {}
        for number, name in enumerate(names):
            for one in diff(self.states[number], self.states[number + 1]):
                _, found = self.steps.get(one.key, (one, []))
                found.append((number, Step(name, one.before, one.after, reason_for(one, reasons[number]))))
                self.steps[one.key] = one, found

    def _found(self, key: Key) -> list[tuple[int, Step]]:
        return self.steps[key][1] if key in self.steps else []

    def origin(self, key: Key) -> Origin:
        """Where something that was changed came from."""
        last, found = self.steps[key]
        steps = [step for _, step in found]
        return Origin(last.what, last.id, last.field, last.after, self.layers[0], steps, last.title)

    def field(self, task_id: str, field: str) -> Origin:
        """Where a field of a task that is there came from, changed or not. What was added whole had its fields from then on."""
        whole_steps, own = self._found(("task", task_id, "")), self._found(("task", task_id, field))
        since = [
            (
                number,
                attrs.evolve(
                    step,
                    before=_field_of(self.states[number], task_id, field),
                    after=_field_of(self.states[number + 1], task_id, field),
                ),
            )
            for number, step in whole_steps
        ]
        steps = [step for _, step in sorted([*since, *own], key=lambda one: one[0])]
        now = self.states[-1]
        return Origin("task", task_id, field, _field_of(now, task_id, field), self.layers[0], steps, now[task_id].title)


def _field_of(checklist: Checklist, task_id: str, field: str) -> Whole:
    """The field of a task, the phase that it is in being one; None where there is no such task."""
    if task_id not in checklist:
        return None
    found: Whole = checklist.phase_of(task_id).id if field == IN_PHASE else getattr(checklist[task_id], field)
    return found
