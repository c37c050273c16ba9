"""Content of a dependency graph, for all picture formats: its edges, and the texts for each task and for the whole."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from ... import _graph
from ..._planning.rules import abbreviate
from ..._text import join_words
from .. import _phrases

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..._model.checklist import Checklist
    from ..._model.task import Task
    from ..._planning.critical_path import CriticalPath


class Graph:
    """The dependency graph of a checklist, and a critical path through it.

    Args:
        checklist: The checklist.
        found: The critical path to mark.

    Attributes:
        checklist: The checklist.
        found: The critical path that is marked; may be None.
        marked: The edges of the critical path, each as the positions of two tasks.
        before: The positions of the prerequisites of each task, without those that follow from others.
        left_out: The number of those left out.
    """

    def __init__(self, checklist: Checklist, found: CriticalPath | None = None) -> None:
        self.checklist = checklist
        self.found = found
        self._spans = {span.id: span for span in found or ()}
        self._path = set(found.path) if found else set[str]()
        places = [checklist.position(one) for one in found.path] if found else []
        self.marked = set(pairwise(places))
        self.before = _reduced(checklist.prerequisites, self.marked)
        self.left_out = sum(map(len, checklist.prerequisites)) - sum(map(len, self.before))

    @property
    def title(self) -> str:
        """The title of the graph."""
        return f"{'Tasks' if self.found is None else 'Critical path'} of {self.checklist.id}"

    def is_on_path(self, task: Task) -> bool:
        """Return whether a task is on the critical path."""
        return task.id in self._path

    def is_closed(self, task: Task) -> bool:
        """Return whether a task is closed."""
        return self.found is not None and task.id not in self._spans

    @property
    def has_closed(self) -> bool:
        """True if any task is closed."""
        return any(map(self.is_closed, self.checklist))

    def brief(self, task: Task) -> str:
        """Return the slack of a task or, without a critical path, its effort."""
        if self.found is None:
            return str(task.effort or "")
        if self.is_closed(task):
            return "closed"
        return "critical" if self.is_on_path(task) else f"slack {_phrases.days(self._spans[task.id].slack)}"

    def told(self, task: Task) -> str:
        """Return the full description of a task, in one line."""
        said = [f"{task.id} {self.checklist.title_of(task)}", f"phase {self.checklist.phase_of(task).title}"]
        if task.after:
            said.append(f"after {join_words(abbreviate(list(task.after)))}")
        if task.effort:
            said.append(str(task.effort))
        if self.is_on_path(task):
            said.append("on the critical path")
        elif self.is_closed(task):
            said.append("closed")
        elif task.id in self._spans:
            said.append(f"slack {_phrases.working_days(self._spans[task.id].slack)}")
        return "; ".join(said)

    def whole(self) -> str:
        """Return the description of the whole graph, in sentences."""
        many = len(self.checklist)
        said = ["1 task" if many == 1 else f"{many} tasks, each behind those that it comes after"]
        if self.found is not None and self.found.path:
            said.append(f"The critical path is {', '.join(self.found.path)}: {_phrases.length(self.found)}")
        if self.left_out:
            said.append(f"Of the arrows, {self.left_out} that follow from others are left out")
        return "".join(f"{sentence}. " for sentence in said).rstrip()


def _reduced(before: Sequence[Sequence[int]], kept: set[tuple[int, int]]) -> list[list[int]]:
    """Return the transitive reduction of a graph, with the edges in ``kept`` retained.

    Args:
        before: The prerequisites of each node, without a cycle.
        kept: Edges, each as the earlier node and the later one.
    """
    found: list[list[int]] = [[] for _ in before]
    reach = [0] * len(before)  # as bits: a node and all its ancestors
    order = _graph.topological(before)
    place = {node: number for number, node in enumerate(order)}
    for node in order:
        covered = 0
        for other in sorted(before[node], key=place.__getitem__, reverse=True):
            if not covered >> other & 1 or (other, node) in kept:
                found[node].append(other)
            covered |= reach[other]
        reach[node] = covered | 1 << node
    return found
