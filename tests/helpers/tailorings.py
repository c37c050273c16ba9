"""Tailorings to be shown: one of a small checklist that has a next edition, and one in which strangers have their say."""

from __future__ import annotations

from servingchecklist import (
    Checklist,
    Effort,
    Facet,
    Overlay,
    Phase,
    Priority,
    Reference,
    Risk,
    Step,
    Task,
    changes,
    tailor,
)
from servingchecklist.results import Choice
from servingchecklist.tailoring import diff, explain, upgrade

FACETS = (Facet("mode", "Mode", ["online", "batch"], description="How it answers."), Facet("tier", "Tier", ["A", "B"]))

OLD = Checklist(
    "house",
    "House launch",
    version="2026.1",
    topic="Service",
    description="What we do before a launch.\n\nAll of it.",
    facets=FACETS,
    tips=["Begin early.", "Ask who is on call."],
    phases=[
        Phase(
            "ready",
            "Get ready",
            description="Before anything is built.",
            guide=Reference("The guide", "guides/ready.md"),
            tasks=[
                Task("levels", "Agree on service levels", priority=Priority.HIGH, effort=Effort(1, 1)),
                Task("access", "Request access", effort=Effort(1, 2), after=["levels"]),
            ],
        ),
        Phase(
            "build",
            "Build",
            tasks=[
                Task(
                    "load",
                    "Test under load",
                    effort=Effort(2, 3),
                    after=["access"],
                    description="Send twice the peak. Watch the queue. Write down what broke.",
                    risk=Risk(3, 2),
                    references=[Reference("Load testing", "https://example.com/load")],
                    when={"mode": ["online"]},
                ),
                Task("runbook", "Write the runbook", after=["levels"]),
                Task("alerts", "Set alerts", after=["runbook"]),
            ],
        ),
    ],
)

NEW = Checklist.from_dict(
    OLD.to_dict()
    | {
        "version": "2026.2",
        "phases": [
            {
                "id": "ready",
                "title": "Get ready",
                "description": "Before anything is built.",
                "guide": {"title": "The guide", "url": "guides/ready.md"},
                "tasks": [
                    {"id": "levels", "title": "Agree on service levels", "priority": "high", "effort": "2 days"},
                    {
                        "id": "access",
                        "title": "Request access and quotas",
                        "effort": "1-3 days",
                        "after": ["levels"],
                        "description": "Ask early.",
                    },
                ],
            },
            {
                "id": "build",
                "title": "Build and rehearse",
                "tasks": [
                    {
                        "id": "load",
                        "title": "Test under load",
                        "effort": "3-4 days",
                        "after": ["access"],
                        "description": "Send three times the peak. Watch the queue. Write down what broke.",
                        "risk": {"blast_radius": 3, "likelihood": 2},
                        "references": [{"title": "Load testing", "url": "https://example.com/load"}],
                        "when": {"mode": ["online"]},
                    },
                    {"id": "runbook", "title": "Write the runbook", "priority": "critical", "after": ["levels"]},
                    {"id": "alerts", "title": "Set alerts", "after": ["runbook"]},
                    {"id": "way-back", "title": "Rehearse the way back", "after": ["alerts"]},
                ],
            },
        ],
    }
)

OVERLAY = Overlay(
    "fraud",
    "Launches of the fraud score",
    version="3",
    base="house",
    description="A wrong score costs money.\nPayday brings ten times the traffic.",
    references=[Reference("Why scores drift", "https://example.com/drift"), Reference("Our notes", "notes/fraud.md")],
    changes=[
        changes.SetChecklist(
            topic="Fraud score", tips=["Begin early.", "Call the data team first."], reason="it is what we launch"
        ),
        changes.DropTask("access", reason="we have had our quotas since the first model"),
        changes.SetTask(
            "load",
            effort=Effort(4, 5),
            description="Send ten times the peak. Watch the queue. Write down what broke. Do it again on payday.",
            clear=["risk"],
            reason="payday brings ten times the traffic of a normal day",
        ),
        changes.SetTask("runbook", priority=Priority.CRITICAL, reason="whoever is on call changes every week"),
        changes.AddTask(
            Task(
                "replay",
                "Replay the worst day",
                priority=Priority.HIGH,
                effort=Effort(2, 3),
                after=["load"],
                when={"mode": ["online", "batch"], "tier": "A"},
                references=[Reference("Traffic replay", "https://example.com/replay")],
                description="Take the logs of that day.\n\nSend them again.",
            ),
            phase="build",
            behind="load",
            reason="the peaks of the past hold patterns that no generator makes",
        ),
        changes.SetTask("alerts", also_after=["replay"], reason="the replay shows which alerts are missing"),
        changes.AddPhase(
            Phase("look-back", "Look back", tasks=[Task("talk", "Talk it over", after=["alerts"])]),
            reason="we learn from each launch",
        ),
        changes.SetPhase("ready", title="Agree", clear=["guide"], reason="there is less to get ready"),
        changes.MoveTask("alerts", phase="build", before="load", reason="alerts are wanted early"),
    ],
)

CONTEXT = Overlay(
    "context",
    "Where tier is A",
    changes=[changes.SetChecklist(context={"tier": "A"}, reason="chosen: tier is A")],
)


def tailored():
    """The old edition with the overlay on it, for one tier."""
    return tailor(OLD, OVERLAY, CONTEXT)


def shown():
    """A value of each kind that tells of tailoring, by the name of its snapshot."""
    made = tailored()
    return {
        "overlay": OVERLAY,
        "diff": diff(OLD, made),
        "explanation": explain(made),
        "explanation-of-a-task": explain(made, "load"),
        "upgrade": upgrade(OLD, NEW, OVERLAY),
        "tailored": made,
    }


def said_by(text, description=None):
    """The same kinds of value, with ``text`` wherever untrusted text can be, or another one in descriptions. It has to be a single line."""
    described = text if description is None else description

    def base(version, number):
        task = Task(
            "a",
            text,
            description=f"{described}{number}",
            steps=[Step("s", f"{described}{number}")],
            role=f"{text}{number}",
            section=f"{text}{number}",
            labels=["l"] * (number == 2),
            annotations={"k": f"{text}{number}"},
            effort=Effort(number, number),
            references=[Reference(text, f"https://example.com/{number}")],
            when={"m": "x"},
        )
        return Checklist(
            "c",
            text,
            version=version,
            topic=text,
            description=f"{described}{number}",
            facets=[Facet("m", text, ["x"], description=f"{text}{number}")],
            tips=[f"{text}{number}"],
            phases=[
                Phase(
                    "p",
                    text,
                    description=f"{described}{number}",
                    guide=Reference(text, f"g{number}.md"),
                    tasks=[task, Task("b", text, description=f"{described}{number}")],
                )
            ],
        )

    old, new = base("1", 1), base("2", 2)
    overlay = Overlay(
        "o",
        text,
        description=described,
        references=[Reference(text, "https://example.com/")],
        changes=[
            changes.SetTask("a", title=f"{text}4", description=f"{described}3", effort=Effort(3, 3), reason=text),
            changes.SetTask("a", references=[Reference(text, "r.md")], reason=text),
            changes.SetTask("a", also_steps=[Step("t", described)], annotations={"k": f"{text}3"}, reason=text),
            changes.DropTask("b", reason=text),
            changes.AddTask(Task("n", text, description=described, role=text), phase="p", reason=text),
            changes.SetPhase(
                "p", title=f"{text}5", description=f"{described}3", guide=Reference(text, "g.md"), reason=text
            ),
            changes.AddPhase(Phase("q", text, description=described, tasks=[Task("z", text)]), reason=text),
            changes.SetChecklist(
                title=f"{text}6",
                topic=text,
                tips=[f"{text}3"],
                description=f"{described}3",
                facets=[Facet("m", text, ["x"], description=f"{text}3")],
                context=[Choice("m", ["x"])],
                reason=text,
            ),
        ],
    )
    made = tailor(old, overlay)
    return {
        "overlay": overlay,
        "diff": diff(old, made),
        "versions": diff(old, new),
        "explanation": explain(made),
        "explanation of a task": explain(made, "a"),
        "explanation of a dropped task": explain(made, "b"),
        "upgrade": upgrade(old, new, overlay),
        "tailored": made,
    }
