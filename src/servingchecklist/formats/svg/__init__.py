"""SVG: a picture as a self-contained document.

The picture depends on the value:

* a review: the burn-up, the number of tasks done and waived from the start of the launch to the time of the review;
* a forecast: the Gantt chart; a launch: the Gantt chart of its forecast as it stands now;
* a distribution, such as the finish of a forecast: a histogram with P50, P80 and P95;
* a critical path: the dependency graph with that path marked; a checklist: the graph alone.

There are no scripts, no external resources and no ids. Every picture has a
description in words, and each bar and box has its whole text as a title.

It is for people, and not read back. Texts are cut to the available width. In the graph, a prerequisite that follows from others is
left out. Two characters that XML cannot hold, U+FFFE and U+FFFF, are replaced.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._pictures import drawable

if TYPE_CHECKING:
    from ..._launch.launch import Launch
    from ..._launch.review import Review
    from ..._model.checklist import Checklist
    from ..._planning.critical_path import CriticalPath
    from ..._planning.distribution import Distribution
    from ..._planning.forecast import Forecast

NAME = "svg"
SUFFIXES = (".svg",)


def dumps(value: Review | Forecast | Launch | Distribution | CriticalPath | Checklist) -> str:
    """Return a picture of a value as a self-contained document, light or dark after the reader's setting.

    Raises:
        InvalidError: There is no picture of such a value, or it has more than 2,000 tasks or spans more than a hundred years.
    """
    from ..._launch.review import Review
    from ..._planning.distribution import Distribution
    from ..._planning.forecast import Forecast

    if isinstance(value, Review):
        from ._burn_up import picture as burn_up

        picture = burn_up(value)
    else:
        kinds = "a review, a forecast or its finish, a launch, a checklist, or what critical_path returns"
        value = drawable(value, "SVG", kinds)
        if isinstance(value, Forecast):
            from ._gantt import picture as gantt

            picture = gantt(value)
        elif isinstance(value, Distribution):
            from ._histogram import picture as histogram

            picture = histogram(value)
        else:
            from ._graph import picture as graph

            picture = graph(value)
    return "\n".join([*picture.lines(), ""])
