"""Mermaid: a picture as text, for wherever Mermaid is drawn: in Markdown on many a host, in notebooks, in wikis.

What is drawn depends on what is given:

* of a forecast the Gantt chart, of a launch that of its forecast as it stands now: when each task is worked, P50 to P80 of each phase, due dates,
  and P50, P80 and P95 of the whole;
* of a distribution, such as the finish of a forecast, how it is spread, with P50, P80 and P95 in its title;
* of a critical path the graph of what comes after what, with that path marked; of a checklist the graph alone.

Less is told than in SVG. Mermaid has one bar in a row, so P50 to P80 of single tasks is left out, and in what share of the samples they are
critical; settled tasks of which nobody knows when they were worked have no row. Titles are cut to 80 characters, and a prerequisite that follows
from others is left out. How large it is drawn is up to the host, and by itself Mermaid draws no more than 50,000 characters and 500
arrows: a graph of more than some fifty tasks is better read as SVG.

What is not a letter, a digit or plain punctuation is written as Mermaid's own entity, so that no text can be read as anything but text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._pictures import drawn

if TYPE_CHECKING:
    from ...launch.launch import Launch
    from ...model.checklist import Checklist
    from ...planning.critical import CriticalPath
    from ...planning.distribution import Distribution
    from ...planning.forecast import Forecast

NAME = "mermaid"
SUFFIXES = (".mmd", ".mermaid")


def dumps(value: Forecast | Launch | Distribution | CriticalPath | Checklist) -> str:
    """The picture as the text of a Mermaid diagram.

    Raises:
        InvalidError: The value is none that is drawn, or nobody could read a picture of it: it has more than 2,000 tasks, or goes over more
            than a hundred years, and the task that stretches it is named.
    """
    from ...planning.distribution import Distribution
    from ...planning.forecast import Forecast

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
