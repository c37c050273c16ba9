"""The origin of every value of a checklist."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

import attrs

from .._model._validation import Validated, check, check_of, each, each_exactly, line, prose, require_kind, tuple_of
from .._model.changes import SetTask
from .._model.checklist import Checklist, id_of, known_tasks
from .._namespace import NotebookDisplay, late_import, public
from ..errors import unknown_name
from .difference import (
    IN_PHASE,
    Difference,
    Key,
    Subject,
    Whole,
    diff,
    label,
    plain_sides,
    reason_for,
    reasons_of,
)
from .tailor import BY_HAND, stages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .._model.task import Task
    from ..documents import ExplanationDocument


@public("results")
@attrs.frozen(getstate_setstate=False)
class Revision(Validated):
    """One change of a value.

    Attributes:
        layer: The id and the version of the overlay that made it; ``"by-hand 1"`` if it was made outside of any.
        before: The old value; None if there was none.
        after: The new value; None if there was none any more.
        reason: The reason for the change; empty if none is given.
    """

    layer: str = attrs.field(metadata=check(line))
    before: Whole = attrs.field(metadata=check_of(Difference, "before"))
    after: Whole = attrs.field(metadata=check_of(Difference, "after"))
    reason: str = attrs.field(default="", metadata=check(prose))


@public("results")
@attrs.frozen(getstate_setstate=False)
class Origin(Validated):
    """The origin of one value.

    Attributes:
        what: Its subject: ``"checklist"``, ``"kpi"``, ``"phase"`` or ``"task"``.
        id: The id of the KPI, the phase or the task; empty for the checklist itself.
        field: The field; empty for a whole KPI, phase or task that was added or dropped. ``"phase"`` and ``"place"`` are as in
            :class:`Difference`.
        value: The current value; None if there is none, or none any more.
        base: The id and the version of the checklist below all layers.
        revisions: The changes of the value, the first first; empty if it is as in the base.
        title: The title of the KPI, the phase or the task; empty for the checklist itself.
    """

    what: Subject = attrs.field(metadata=check_of(Difference, "what"))
    id: str = attrs.field(metadata=check_of(Difference, "id"))
    field: str = attrs.field(metadata=check_of(Difference, "field"))
    value: Whole = attrs.field(metadata=check_of(Difference, "after"))
    base: str = attrs.field(metadata=check(line))
    revisions: tuple[Revision, ...] = attrs.field(
        default=(),
        converter=tuple_of[Revision],
        metadata=check(each_exactly(Revision, "Revision(layer, before, after)")),
    )
    title: str = attrs.field(default="", metadata=check_of(Difference, "title"))

    @property
    def path(self) -> str:
        """The path of the value, such as ``tasks.c4.priority``, ``phases.execution`` or ``topic``."""
        return Key(self.what, self.id, self.field).path

    @property
    def layer(self) -> str:
        """The id and the version of the last overlay that set the value, or of the base if none did."""
        return self.revisions[-1].layer if self.revisions else self.base

    @property
    def before(self) -> Whole:
        """The value before the last change; None if there was none, or no change."""
        return self.revisions[-1].before if self.revisions else None

    @property
    def reason(self) -> str:
        """The reason for the last change; empty if there was no change, or no reason is given."""
        return self.revisions[-1].reason if self.revisions else ""


@public("results")
@attrs.frozen(getstate_setstate=False)
class Explanation(Validated, NotebookDisplay):
    """The origins of the values of a checklist, or of one task in it. Iterating yields them; ``[]`` takes a path.

    Attributes:
        checklist: The id and the version of the checklist.
        title: The title of the checklist, or of the task as it is rendered.
        task: The id of the explained task; empty for the whole checklist.
        layers: The id and the version of the base, then of its layers, in order.
        origins: The origins of all fields of a task or, for a checklist, of all values that differ from its base.
    """

    checklist: str = attrs.field(metadata=check(line))
    title: str = attrs.field(metadata=check(prose))
    task: str = attrs.field(metadata=check_of(Difference, "id"))
    layers: tuple[str, ...] = attrs.field(converter=tuple_of[str], metadata=check(each(line)))
    origins: tuple[Origin, ...] = attrs.field(
        converter=tuple_of[Origin], metadata=check(each_exactly(Origin, "explain(checklist)"))
    )

    def __iter__(self) -> Iterator[Origin]:
        return iter(self.origins)

    def __len__(self) -> int:
        return len(self.origins)

    def __getitem__(self, path: str) -> Origin:
        """Return the origin of a path such as ``"topic"`` or ``"tasks.c4.priority"``; for one task, the field is enough.

        Raises:
            UnknownNameError: There is no such origin.
        """
        origins = {origin.path: origin for origin in self.origins}
        if self.task:
            origins |= {origin.field: origin for origin in self.origins}
        if type(path) is not str or path not in origins:
            raise unknown_name("unknown-name", "$", "origin", path, origins)
        return origins[path]

    def to_dict(self) -> ExplanationDocument:
        """Return the explanation as dicts, lists and strings, ready for JSON; values are as in documents, None if there is none."""
        plain = late_import("codec").plain
        return {
            "checklist": self.checklist,
            "task": self.task or None,
            "layers": list(self.layers),
            "origins": [
                {
                    "path": one.path,
                    "value": plain(one.value, one.field),
                    "layer": one.layer,
                    "revisions": [plain_sides(revision, one.field) for revision in one.revisions],
                }
                for one in self.origins
            ],
        }


@public("tailoring")
def explain(checklist: Checklist, task: Task | str | None = None) -> Explanation:
    """Return the origin of the values: the layer that set each, the value before, and the reason.

    The layers are applied to the base once more, and the changes of each are listed with the reasons it gives. Changes made outside of any
    layer are marked ``by-hand``.

    >>> explain(for_context(model_serving(), tier="C"), "c5")["after"].reason
    'c4 was dropped: applies where tier is A or B; here tier is C'

    Args:
        checklist: A checklist, tailored or not.
        task: One of its tasks, or a task that a layer has dropped, or the id of either. None for the whole checklist.

    Raises:
        UnknownNameError: Neither the checklist nor an earlier stage of it has such a task.
        InvalidError: The layers do not apply to the base: the checklist was put together by hand.
    """
    require_kind(Checklist, {"$": checklist})
    history = _History(checklist)
    if task is None:
        keys = sorted(history.revisions, key=lambda key: get_args(Subject).index(key.what))
        origins = [history.origin(key) for key in keys]
        return Explanation(label(checklist), checklist.title, "", history.layers, origins)
    task_id = id_of(task)
    if type(task_id) is not str or (task_id not in checklist and Key("task", task_id) not in history.revisions):
        gone = [key.id for key in history.revisions if key.what == "task" and not key.field]
        known = dict.fromkeys([*known_tasks(checklist), *gone])
        raise unknown_name("unknown-task", "$", f"task in {checklist.id!r}", task_id, known)
    if task_id not in checklist:
        origins = [history.origin(key) for key in history.revisions if key.whole == Key("task", task_id)]
        return Explanation(label(checklist), origins[-1].title, task_id, history.layers, origins)
    origins = [history.field(task_id, field) for field in ("id", *SetTask.sets, IN_PHASE)]
    return Explanation(label(checklist), checklist.title_of(task_id), task_id, history.layers, origins)


class _History:
    """The history of changes to a checklist.

    Attributes:
        states: The base, and then the checklist with each of its layers.
        layers: The labels of the base and the layers.
        revisions: By key, the last difference, and each revision with the number of its layer.
    """

    def __init__(self, checklist: Checklist) -> None:
        self.states = list(stages(checklist))
        layers = [(overlay.label, reasons_of(overlay)) for overlay in checklist.layers]
        if self.states[-1] != checklist:
            self.states.append(checklist)
            layers.append((f"{BY_HAND} 1", {}))
        self.layers = (label(self.states[0]), *(name for name, _ in layers))
        self.revisions: dict[Key, tuple[Difference, list[tuple[int, Revision]]]] = {}
        for number, (name, reasons) in enumerate(layers):
            for difference in diff(self.states[number], self.states[number + 1]):
                _, revisions = self.revisions.get(difference.key, (difference, []))
                reason = reason_for(difference, reasons)
                revisions.append((number, Revision(name, difference.before, difference.after, reason)))
                self.revisions[difference.key] = difference, revisions

    def origin(self, key: Key) -> Origin:
        """Return the origin of a changed value."""
        last, revisions = self.revisions[key]
        return Origin(*key, last.after, self.layers[0], [revision for _, revision in revisions], last.title)

    def field(self, task_id: str, field: str) -> Origin:
        """Return the origin of a field of a current task, changed or not. Adding or dropping the task is a revision of each field."""
        key = Key("task", task_id, field)
        values = [_field_of(state, task_id, field) for state in self.states]
        revisions = [
            (number, attrs.evolve(revision, before=values[number], after=values[number + 1]))
            for number, revision in self._revisions(key.whole)
        ]
        in_turn = [
            revision for _, revision in sorted([*revisions, *self._revisions(key)], key=lambda numbered: numbered[0])
        ]
        return Origin(*key, values[-1], self.layers[0], in_turn, self.states[-1][task_id].title)

    def _revisions(self, key: Key) -> list[tuple[int, Revision]]:
        return self.revisions[key][1] if key in self.revisions else []


def _field_of(checklist: Checklist, task_id: str, field: str) -> Whole:
    """Return a field of a task, or the id of its phase for ``"phase"``; None if there is no such task."""
    if task_id not in checklist:
        return None
    value: Whole = checklist.phase_of(task_id).id if field == IN_PHASE else getattr(checklist[task_id], field)
    return value
