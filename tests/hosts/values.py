"""Values to show in each host, one of each kind that shows itself, and some that are hard to show."""

from __future__ import annotations

from datetime import date
from functools import cache

from helpers.forecasts import after_two_weeks, levers_of_two_people
from helpers.launches import END, SINCE, november, two_weeks
from helpers.tailorings import shown
from servingchecklist import Checklist, Launch, Phase, Reference, Step, Task, critical_path, model_serving, order


def _prices():
    """Text that a host may take for mathematics."""
    task = Task("a", "Go from $5 to $10 an hour", description="Spend $1,000 at first, then $2,000 a month.")
    return Checklist("prices", "From $5 to $10", phases=[Phase("p", "Agree", tasks=[task])])


_LAYOUT = """Move the traffic in **steps**, and watch the budget at each.
Nobody is in a hurry.

1. Send 1 % with `kubectl -n serving set weight ranker-v7=1`.
2. Wait for one hour:
   - p99 latency below 120 ms
   - no alert in [the dashboard](https://example.com/serving)

   If one fires, go back.
3. Go on

```sh
kubectl -n serving rollout status deployment/ranker-v7 --timeout=10m --watch=true --selector app=ranker,version=v7
```

Then rest."""


def _layout():
    """Descriptions with all the layout that there is."""
    tasks = [Task("shift", "Shift the traffic", description=_LAYOUT), Task("rest", "Rest", description="- a\n- b")]
    return Checklist("layout", "Layout", description=_LAYOUT, phases=[Phase("p", "Roll out", tasks=tasks)])


def _sections():
    """Sections, labels, annotations and steps with a layout."""
    steps = [
        Step("seconds", "Latency in `seconds`"),
        Step("fired", "Each alert in [the list](https://example.com/) has **fired**"),
    ]
    tasks = [
        Task("plan", "Plan"),
        Task(
            "track",
            "Track",
            section="Metrics",
            role="sre",
            steps=steps,
            labels=["kpi", "slo"],
            annotations={"jira": "ML-1"},
        ),
        Task(
            "ship",
            "Ship",
            section="Rollout",
            after=["track"],
            description=_LAYOUT,
            annotations={"a/b": "1", "c": "2\n3"},
        ),
        Task("watch", "Watch", section="Metrics"),
    ]
    phase = Phase("build", "Build", labels=["on-call"], annotations={"board": "7"}, tasks=tasks)
    return Checklist("sections", "Sections", labels=["a", "b"], annotations={"pillar": "Reliability"}, phases=[phase])


_AGREED = """The KPIs are agreed:

- p99 below 120 ms
- 800 requests per second

See `slo.yaml`."""


def _at_work():
    """A launch with ticks, notes, links, and tasks that are waived or do not apply."""
    checklist, runs = model_serving(), [Reference("run 812", "https://example.com/runs/812")]
    launch = Launch.start(checklist, name="ranker-v7", by="ml-platform", at=november(9))
    for task, count in (("c1", 5), ("c3", 3), ("c4", 2)):
        for step in checklist[task].steps[:count]:
            launch = launch.tick(task, step.id, by="data-science", at=november(10))
    launch = (
        launch.finish("c1", by="ml-platform", at=november(10, 16), references=runs, note=_AGREED)
        .assign("c3", "data-science", by="ml-platform", at=november(11))
        .begin("c3", by="data-science", at=november(11))
        .set_due("c3", date(2026, 11, 19), by="ml-platform", at=november(11))
        .mark_not_applicable("c2", reason="one caller, and it is known", by="ml-platform", at=november(12))
        .block("c6", reason="the budget is not agreed", by="serving-team", at=november(13))
        .note("c6", "Asked `@finance` **twice**.", by="serving-team", at=november(14))
        .waive("c8", reason="no real load yet", expires=date(2026, 12, 18), by="data-science", at=november(14))
    )
    return launch.snapshot(at=END)


def _empty():
    """A launch of a checklist without tasks."""
    nothing = Checklist("nothing", "Nothing yet", phases=[Phase("p", "Agree")])
    launch = Launch.start(nothing, name="nothing-yet", by="ml-platform", at=november(9))
    return launch.snapshot(at=END)


_VALUES = {
    "checklist": model_serving,
    "order": lambda: order(model_serving()),
    "launch": lambda: two_weeks().snapshot(at=END),
    "review": lambda: two_weeks().review(SINCE, at=END),
    "forecast": after_two_weeks,
    "levers": levers_of_two_people,
    "critical-path": lambda: critical_path(model_serving()),
    "diff": lambda: shown()["diff"],
    "upgrade": lambda: shown()["upgrade"],
    "overlay": lambda: shown()["overlay"],
    "explanation": lambda: shown()["explanation"],
    "prices": _prices,
    "layout": _layout,
    "sections": _sections,
    "at-work": _at_work,
    "phase": lambda: model_serving().phases[0],
    "task": lambda: model_serving()["c1"],
    "effort": lambda: model_serving()["c2"].effort,
    "task-state": lambda: two_weeks().snapshot(at=END).state("c5"),
    "progress": lambda: two_weeks().progress(at=END),
    "calendar": lambda: after_two_weeks().finish.calendar,
    "distribution": lambda: after_two_weeks().finish,
    "empty-launch": _empty,
}
NAMES = tuple(_VALUES)


@cache
def value(name):
    """Return the value of that name, which its pictures and snapshots have too."""
    return _VALUES[name]()


# Faults of every kind that is looked for, so that a look that sees nothing cannot pass for a page without faults.
BAD = """<p style="color: #eee; background: #fff">faint</p>
<table style="table-layout: fixed; width: 4em"><tbody><tr style="white-space: nowrap">
<td style="white-space: nowrap">longer than its cell</td><td>beside it</td></tr></tbody></table>
<p><img src="data:image/png;base64,AAAA" alt="broken"></p>
<div style="width: 3000px">wide</div>
"""
FAULTS = ("color-contrast", "beyond its cell", '"broken" is not shown', "px wide where there are")
