"""SVG: a picture, as a document of its own.

What is drawn depends on what is given:

* of a review the burn-up: how many tasks were done and waived, from the start of the launch to the moment of the review;
* of a forecast the Gantt chart, of a launch that of its forecast as it stands now;
* of a distribution, such as the finish of a forecast, how it is spread, with P50, P80 and P95;
* of a critical path the graph of what comes after what, with that path marked; of a checklist the graph alone.

No script, nothing fetched from outside, no ids. Every picture tells what it
shows in words too, and each bar and box has its whole text as a title.

What is written is for people, and not read back. Texts are cut to the room there is. In the graph, a prerequisite that follows from others is
left out. Two characters that XML cannot hold, U+FFFE and U+FFFF, are replaced.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._pictures import drawn

if TYPE_CHECKING:
    from ...launch.launch import Launch
    from ...launch.review import Review
    from ...model.checklist import Checklist
    from ...planning.critical import CriticalPath
    from ...planning.distribution import Distribution
    from ...planning.forecast import Forecast
    from ._parts import Picture

NAME = "svg"
SUFFIXES = (".svg",)


def dumps(value: Review | Forecast | Launch | Distribution | CriticalPath | Checklist) -> str:
    """The picture as a document of its own, light or dark after the reader's setting.

    Raises:
        InvalidError: The value is none that is drawn, or nobody could read a picture of it: it has more than 2,000 tasks, or goes over more
            than a hundred years, and the task that stretches it is named.
    """
    return "\n".join([*_picture(value).lines(), ""])


def _picture(value: object) -> Picture:
    from ...launch.review import Review
    from ...planning.distribution import Distribution
    from ...planning.forecast import Forecast

    if isinstance(value, Review):
        from ._burn_up import picture as burn_up

        return burn_up(value)
    kinds = "a review, a forecast or its finish, a launch, a checklist, or what critical_path returns"
    value = drawn(value, "SVG", kinds)
    if isinstance(value, Forecast):
        from ._gantt import picture as gantt

        return gantt(value)
    if isinstance(value, Distribution):
        from ._finish import picture as finish

        return finish(value)
    from ._graph import picture as graph

    return graph(value)
