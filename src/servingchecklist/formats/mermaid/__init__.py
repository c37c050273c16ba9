"""Mermaid: a diagram as text, rendered in Markdown on many hosts, in notebooks and in wikis.

The diagram depends on the value:

* a forecast: the Gantt chart, with the schedule of each task, P50 to P80 of each phase, due dates, and P50, P80 and P95 of the whole;
  a launch: the Gantt chart of its forecast as it stands now;
* a distribution, such as the finish of a forecast: a histogram with P50, P80 and P95 in its title;
* a critical path: the dependency graph with that path marked; a checklist: the graph alone.

It shows less than SVG. Mermaid has one bar in a row, so P50 to P80 of single tasks is left out, and their criticality; closed tasks
without a record of when they were worked have no row. Titles are cut to 80 characters, and a prerequisite that follows from others is
left out. The host determines the size, and by default Mermaid draws no more than 50,000 characters and 500 arrows: for a graph of more
than some fifty tasks SVG is better.

All characters but letters, digits and plain punctuation are written as Mermaid's own entities, so that text is never read as syntax.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._pictures import drawn

if TYPE_CHECKING:
    from ..._launch.launch import Launch
    from ..._model.checklist import Checklist
    from ..._planning.critical_path import CriticalPath
    from ..._planning.distribution import Distribution
    from ..._planning.forecast import Forecast

NAME = "mermaid"
SUFFIXES = (".mmd", ".mermaid")


def dumps(value: Forecast | Launch | Distribution | CriticalPath | Checklist) -> str:
    """Return a picture of a value as the text of a Mermaid diagram.

    Raises:
        InvalidError: There is no picture of such a value, or it would be too large to read: it has more than 2,000 tasks, or spans more
            than a hundred years; then the task at the far end is named.
    """
    from ..._planning.distribution import Distribution
    from ..._planning.forecast import Forecast

    kinds = "a forecast or its finish, a launch, a checklist, or what critical_path returns"
    value = drawn(value, "Mermaid", kinds)
    if isinstance(value, Forecast):
        from ._gantt import gantt

        lines = gantt(value)
    elif isinstance(value, Distribution):
        from ._finish import finish

        lines = finish(value)
    else:
        from ._graph import graph

        lines = graph(value)
    return "\n".join([*lines, ""])
