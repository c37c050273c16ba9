"""Generated values, and the places where a stranger's text can stand: shared by the whole suite.

from helpers.strategies import checklists, tasks, texts, TEXT_FIELDS
"""

from __future__ import annotations

import copy
import unicodedata
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import attrs
from hypothesis import strategies as st

from servingchecklist import (
    Calendar,
    Checklist,
    Effort,
    Facet,
    Launch,
    Overlay,
    Phase,
    Priority,
    Reference,
    Risk,
    Step,
    Task,
    changes,
    events,
    forecast,
)
from servingchecklist.errors import CycleError
from servingchecklist.evidence import Audience, Criterion, Example, ExpectedAnswer, GateDefinition, Kpi
from servingchecklist.results import Choice

C0, DELETE, C1 = [*map(chr, range(0x20))], "\x7f", [*map(chr, range(0x80, 0xA0))]
CONTROLS = [*C0, DELETE, *C1]
BIDI_CONTROLS = [*map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x206A))]
SURROGATES = ["\ud800", "\udbff", "\udc00", "\udfff"]

# What text is made of: any character that may be stored, and pieces that mean something to one of the formats.
PIECES = (
    '"', "'", '"""', "'''", "\\", "\\\\", "\\n", "\\u0041", "#", "# ", "=", "---", "***", "_", "__", "~~", "`", "```",
    "[", "]", "[ ] ", "](", ")", "<", ">", "<!--", "-->", "</", "&", "&amp;", "&#10;", "- ", "+ ", "1. ", "1) ", "|", "!",
    ":", "://", "http://", "www.", "@", "{", "}", "$", "%", "~", "  ", "\u00a0", "\u3000", "\u200b", "\ufeff", "\u0301",
    "\u200d", "\u2028", "\u2029", "\U0001f469", "\u05d0", "\u0627", "\ufffe", "\U0010ffff", "a", "B", "7",
)  # fmt: skip
BREAKS = ("\n", "\n\n", "\n\n\n", "\t")

_characters = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters=BIDI_CONTROLS)
_line_characters = st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"], exclude_characters=BIDI_CONTROLS)


BLANKS = "\u115f\u1160\u2800\u3164\uffa0"
"""Letters and symbols that show nothing."""


def is_seen(text):
    """True where something of the text is seen: a character that is not a space, a control, or there for the layout only."""
    return any(unicodedata.category(character)[0] not in "CZ" and character not in BLANKS for character in text)


def _joined(pieces: st.SearchStrategy[str], most: int) -> st.SearchStrategy[str]:
    return st.lists(pieces, max_size=most).map("".join)


texts = _joined(st.sampled_from(PIECES + BREAKS) | _characters, 14)
"""Any text that may be stored in many lines, the empty one included."""

optional_lines = _joined(st.sampled_from(PIECES) | _line_characters, 14).map(
    lambda text: text.replace("\u2028", "").replace("\u2029", "").strip()
)
lines = optional_lines.map(lambda text: text if is_seen(text) else f"Title{text}")
tips = texts.filter(lambda text: text.strip())

ids = st.from_regex(r"\A[a-z0-9][a-z0-9._-]{0,8}\Z")
versions = st.from_regex(r"\A[0-9A-Za-z][0-9A-Za-z.+_-]{0,8}\Z")

_AWKWARD_DAYS = (
    0,
    1,
    0.1,
    0.125,
    0.2,
    1 / 3,
    2 / 3,
    0.875,
    5e-324,
    1e-7,
    2.2250738585072014e-308,
    9_999.999999999998,
    10_000.0,
)
_days = st.sampled_from(_AWKWARD_DAYS) | st.floats(0, 10_000) | st.integers(0, 80).map(lambda eighths: eighths / 8)


@st.composite
def _efforts(draw):
    low, likely, high = sorted(draw(st.tuples(_days, _days, _days)))
    return draw(
        st.sampled_from(
            [
                Effort(low, low),
                Effort(low, high),
                Effort(low, high, likely),
                Effort(low, low, low),
                Effort(low, exact=True),
                Effort(low, high, days="elapsed"),
                Effort(low, high, likely, days="any"),
            ]
        )
    )


efforts = _efforts()
risks = st.builds(Risk, st.integers(1, 5), st.integers(1, 5))
_address_ends = _joined(
    st.sampled_from(
        ["a", "B", "9", "/", "?", "#", "&", ";", "=", "&amp;", "&lt;", "%20", "'", "(", ")", "*", "_", "~", "."]
    ),
    8,
)
_address_starts = st.sampled_from(["https://example.com/", "HTTP://[::1]:80/", "guides/one.md", ".."])
urls = st.just("mailto:a+b@example.com?subject=c") | st.builds(str.__add__, _address_starts, _address_ends)
references = st.builds(Reference, lines, urls)


_steps = st.builds(Step, ids, lines)
_labels = st.from_regex(r"\A[a-z0-9][a-z0-9.:/+_-]{0,8}\Z")
steps = st.lists(_steps, max_size=2, unique_by=lambda step: step.id)
labels = st.lists(_labels, max_size=2, unique=True)
annotations = st.dictionaries(_labels, texts, max_size=2)

FACETS = (Facet("mode", "Mode", ["batch", "online"]), Facet("tier", "Tier", ["A", "B", "C"], description="By cost."))


def choices(facets=FACETS):
    """Choices on some of the facets."""
    one_each = [
        st.none()
        | st.lists(st.sampled_from(facet.values), min_size=1, unique=True).map(
            lambda values, facet=facet: Choice(facet.id, values)
        )
        for facet in facets
    ]
    return st.tuples(*one_each).map(lambda made: tuple(choice for choice in made if choice))


_quantities = {
    "share": st.sampled_from(["0%", "0.1%", "5%", "99.9%"]),
    "points": st.sampled_from(["0 points", "2 points"]),
    "time": st.sampled_from(["0 ms", "120 ms", "1.5 s", "2 h", "1 day"]),
    "number": st.sampled_from(["0", "2", "0.95", "300/s"]),
}


@st.composite
def kpis(draw, ids=ids):
    """KPIs of every form, some of them relative to a baseline."""
    form = draw(st.sampled_from(["share", "share", "distribution", "number", "relative", "ratio"]))
    measure, quantity = {
        "share": (st.sampled_from(["request.failed", "tests.failed", "x-own"]), "share"),
        "relative": (st.sampled_from(["accuracy.wrong", "x-own"]), "points"),
        "distribution": (st.sampled_from(["request.latency", "request.ttft", "x-time"]), "time"),
        "ratio": (st.just("request.latency"), "share"),
        "number": (st.sampled_from(["adoption.callers", "score.f1"]), "number"),
    }[form]
    side = draw(st.sampled_from(["at_most", "at_least"])) if form == "number" else "at_most"
    return Kpi(
        draw(ids),
        draw(lines),
        measure=draw(measure),
        **{side: draw(_quantities[quantity])},
        quantile=draw(st.sampled_from([0.5, 0.95, 0.999])) if form in ("distribution", "ratio") else None,
        relative_to=draw(ids) if form in ("relative", "ratio") else "",
        where=draw(choices(FACETS)),
        offered=draw(st.none() | st.just("300/s")),
        span=draw(st.none() | _quantities["time"]),
        confidence=draw(st.sampled_from([0.95, 0.99, 0.6])),
        independent=draw(st.booleans()),
        binds=draw(st.lists(st.sampled_from(["model", "config", "dataset"]), unique=True)),
        max_age=draw(st.none() | st.integers(1, 90)),
        placeholder=draw(st.booleans()),
    )


@st.composite
def criteria(draw, kpi_ids):
    """Criteria of a task: some measured by these KPIs, some attested."""
    found = []
    for name in draw(st.lists(ids, max_size=2, unique=True)):
        title, is_required = draw(lines), draw(st.booleans())
        if kpi_ids and draw(st.booleans()):
            named = draw(st.lists(st.sampled_from(kpi_ids), min_size=1, max_size=2, unique=True))
            found.append(Criterion(name, title, kpis=named, required=is_required))
            continue
        binds = draw(st.lists(st.sampled_from(["model", "kpis"]), unique=True))
        age = draw(st.none() | st.integers(1, 90))
        found.append(Criterion(name, title, attested=draw(lines), binds=binds, max_age=age, required=is_required))
    return found


@st.composite
def gates(draw):
    """Gates with policies."""
    return [
        GateDefinition(
            name,
            draw(lines),
            roles={draw(lines): ["a", draw(lines) + "b"]} if draw(st.booleans()) else {},
            second_person=draw(st.booleans()),
            longest_waiver=draw(st.none() | st.integers(0, 90)),
        )
        for name in draw(st.lists(ids, max_size=2, unique=True))
    ]


@st.composite
def _answers(draw):
    pointers = draw(st.lists(st.sampled_from(["", "/id", "/a~1b/0"]), unique=True, max_size=2))
    return ExpectedAnswer(
        draw(st.integers(100, 599)),
        json={pointer: draw(st.booleans() | st.integers(-9, 9) | texts) for pointer in pointers},
        tolerance=draw(st.sampled_from([None, "0.001"])),
        within=draw(st.sampled_from([None, "80 ms"])),
    )


@st.composite
def audiences(draw, kpi_ids):
    """Audiences that judge a service by some of these KPIs."""
    if draw(st.booleans()):
        return []
    example = Example(
        draw(ids),
        draw(lines),
        method=draw(st.sampled_from(["POST", "GET"])),
        path=draw(st.sampled_from(["/", "/v2/models/fraud/infer?x=%20"])),
        headers={"accept": draw(lines)} if draw(st.booleans()) else {},
        body=draw(texts),
        expect=draw(_answers()),
        fallback=draw(st.none() | _answers()),
    )
    return [
        Audience(
            draw(ids),
            draw(lines),
            contact=draw(optional_lines),
            needs=draw(texts),
            kpis=draw(st.lists(st.sampled_from(kpi_ids), unique=True, max_size=2)) if kpi_ids else [],
            examples=[example],
        )
    ]


# Mostly none, and seldom so long that a forecast ends in another century.
waits = st.just(0) | st.integers(0, 14) | st.integers(0, 10_000)


def tasks(ids=ids, after=st.just(()), when=st.just(()), criteria=st.just(()), gates=st.just(())):
    return st.builds(
        Task,
        ids,
        lines,
        priority=st.sampled_from(Priority),
        effort=st.none() | efforts,
        description=texts,
        steps=steps,
        role=optional_lines,
        section=optional_lines,
        labels=labels,
        annotations=annotations,
        after=after,
        wait_days=waits,
        not_before=st.none() | st.dates(),
        risk=st.none() | risks,
        references=st.lists(references, max_size=2),
        when=when,
        criteria=criteria,
        gates=gates,
    )


def _in_order(phases, draw):
    """The phases, each after some of those before it where that makes no circle."""
    earlier = [
        draw(st.lists(st.sampled_from([one.id for one in phases[:place]]), unique=True)) if place else []
        for place in range(len(phases))
    ]
    in_order = [attrs.evolve(phase, after=after) for phase, after in zip(phases, earlier, strict=True)]
    try:
        Checklist(
            "x",
            "X",
            phases=[
                attrs.evolve(one, tasks=[attrs.evolve(task, when=(), criteria=(), gates=()) for task in one.tasks])
                for one in in_order
            ],
        )
    except CycleError:
        return phases
    return in_order


@st.composite
def checklists(draw, most_tasks=6):
    """Whole checklists: what a task comes after stands before it, behind it or in another phase, and never in a circle."""
    names = draw(st.lists(ids, max_size=most_tasks, unique=True))
    in_turn = draw(st.permutations(names))  # the order in which they can be done
    facets = draw(st.sampled_from([(), (), FACETS[:1], FACETS]))
    proof = draw(st.booleans())
    targets = draw(st.lists(kpis(), max_size=3, unique_by=lambda kpi: kpi.id)) if proof else []
    kpi_ids = [kpi.id for kpi in targets]
    defined = draw(gates()) if proof else []
    conditions = criteria(kpi_ids) if proof else st.just(())
    named = st.lists(st.sampled_from([gate.id for gate in defined]), unique=True) if defined else st.just(())
    made = []
    for name in names:
        earlier = in_turn[: in_turn.index(name)]
        after = st.lists(st.sampled_from(earlier), max_size=3, unique=True) if earlier else st.just([])
        made.append(draw(tasks(st.just(name), after, choices(facets), conditions, named)))
    cuts = sorted(draw(st.lists(st.integers(0, len(made)), max_size=2)))
    groups = [made[start:end] for start, end in zip([0, *cuts], [*cuts, len(made)], strict=True)]
    phase_ids = draw(st.lists(ids, min_size=len(groups), max_size=len(groups), unique=True))
    phases = [
        draw(
            st.builds(
                Phase,
                st.just(name),
                lines,
                description=texts,
                guide=st.none() | references,
                labels=labels,
                annotations=annotations,
                tasks=st.just(group),
            )
        )
        for name, group in zip(phase_ids, groups, strict=True)
    ]
    if draw(st.booleans()):
        phases = _in_order(phases, draw)
    return draw(
        st.builds(
            Checklist,
            ids,
            lines,
            version=versions,
            topic=optional_lines,
            description=texts,
            phases=st.just(phases),
            tips=st.lists(tips, max_size=3),
            labels=labels,
            annotations=annotations,
            facets=st.just(facets),
            context=choices(facets),
            kpis=st.just(targets),
            gates=st.just(defined),
            audiences=audiences(kpi_ids) if proof else st.just(()),
        )
    )


facets = st.builds(
    Facet, ids, lines, st.lists(versions, min_size=1, max_size=3, unique=True), description=st.just("") | texts
)
any_choices = st.lists(
    st.builds(Choice, ids, st.lists(versions, min_size=1, max_size=3, unique=True)),
    max_size=2,
    unique_by=lambda choice: choice.facet,
)
"""Choices on any facets, whether or not there are such."""

_some_ids = st.lists(ids, max_size=3, unique=True)
_why = {"reason": lines}
_place = st.sampled_from([{}, {"before": "a"}, {"behind": "b"}])


def _set(kind, fields, *, clear=(), **told):
    """Changes that set at least one of ``fields`` (strategies by name), and clear some others."""

    @st.composite
    def made(draw):
        names = draw(st.lists(st.sampled_from(sorted(fields)), min_size=1, unique=True))
        cleared = [name for name in clear if name not in names and draw(st.booleans())]
        values = {name: draw(fields[name]) for name in names}
        return kind(
            **{name: draw(value) for name, value in (told | _why).items()},
            **values,
            **({"clear": cleared} if cleared else {}),
        )

    return made()


def _put(kind, **told):
    return st.builds(lambda place, **rest: kind(**rest, **place), _place, **told, **_why)


def any_changes():
    """Changes of every kind, whether or not they fit anything."""
    task_fields = {
        "title": lines,
        "priority": st.sampled_from(Priority),
        "effort": efforts,
        "description": texts,
        "steps": steps,
        "role": optional_lines,
        "section": optional_lines,
        "labels": labels,
        "annotations": annotations,
        "after": _some_ids,
        "wait_days": waits,
        "not_before": st.dates(),
        "risk": risks,
        "references": st.lists(references, max_size=2),
        "when": any_choices,
        "criteria": criteria(["k", "l"]),
        "gates": _some_ids,
    }
    marks = {"labels": labels, "annotations": annotations}
    phase_fields = {"title": lines, "description": texts, "guide": references, "after": _some_ids, **marks}
    checklist_fields = {
        "id": ids,
        "title": lines,
        "version": versions,
        "topic": optional_lines,
        "description": texts,
        "tips": st.lists(tips, max_size=2),
        **marks,
        "facets": st.lists(facets, max_size=2),
        "context": any_choices,
        "audiences": audiences(["k"]),
        "gates": gates(),
    }
    kpi_fields = {
        "title": lines,
        "measure": st.just("request.failed"),
        "at_most": _quantities["share"],
        "at_least": _quantities["number"],
        "quantile": st.just(0.9),
        "relative_to": ids,
        "where": any_choices,
        "offered": st.just("9/s"),
        "span": _quantities["time"],
        "confidence": st.just(0.9),
        "independent": st.booleans(),
        "binds": _some_ids,
        "max_age": st.integers(1, 9),
        "placeholder": st.booleans(),
    }
    cleared = ("at_most", "at_least", "quantile", "offered", "span", "max_age")
    task = tasks(after=_some_ids, when=any_choices)
    phase = st.builds(
        Phase, ids, lines, description=texts, guide=st.none() | references, tasks=st.lists(task, max_size=2)
    )
    return st.one_of(
        _set(changes.SetTask, task_fields, clear=("effort", "not_before", "risk"), task=ids),
        st.builds(changes.SetTask, ids, also_after=st.lists(ids, min_size=1, max_size=2, unique=True), **_why),
        st.builds(
            changes.SetTask, ids, also_steps=st.lists(_steps, min_size=1, max_size=1), also_labels=labels, **_why
        ),
        st.builds(changes.DropTask, ids, **_why),
        _put(changes.AddTask, task=task, phase=ids),
        _put(changes.MoveTask, task=ids, phase=ids),
        _set(changes.SetPhase, phase_fields, clear=("guide",), phase=ids),
        st.builds(changes.DropPhase, ids, **_why),
        _put(changes.AddPhase, phase=phase),
        _put(changes.MovePhase, phase=ids),
        _set(changes.SetChecklist, checklist_fields),
        _set(changes.SetKpi, kpi_fields, clear=cleared, kpi=ids),
        st.builds(changes.AddKpi, kpis(), **_why),
        st.builds(changes.DropKpi, ids, **_why),
        st.builds(changes.SetTask, ids, also_criteria=criteria(["k"]).filter(len), **_why),
    )


def overlays():
    """Whole overlays, whose changes need not fit anything."""
    return st.builds(
        Overlay,
        ids,
        lines,
        version=versions,
        base=st.just("") | ids,
        description=texts,
        references=st.lists(references, max_size=2),
        changes=st.lists(any_changes(), max_size=3),
    )


STARTED = datetime(2026, 11, 2, 9, tzinfo=UTC)

# Moments of few different values meet each other; some are told in other time zones.
_zones = st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=30)), ZoneInfo("America/New_York")])
moments = st.builds(
    lambda minutes, instant, zone: (STARTED + timedelta(minutes=minutes, microseconds=instant)).astimezone(zone),
    st.integers(0, 12) | st.integers(0, 60 * 24 * 40),
    st.sampled_from([0, 0, 1, 999_999]),
    _zones,
)
days = st.dates(date(2026, 10, 1), date(2027, 1, 31))


def _waived(task, by, at, days, **more):
    return events.Waived(task, by=by, at=at, expires=at.astimezone(UTC).date() + timedelta(days=days), **more)


def task_events(ids, moments=moments, steps=st.nothing()):
    """Any event about one of the tasks of these ids, or one of the steps, pairs of the ids of a task and a step; whatever was recorded before."""
    said = {
        "by": st.sampled_from(["ml-platform", "serving-team"]) | lines,
        "at": moments,
        "references": st.just(()) | st.lists(references, max_size=2),
        "note": st.just("") | texts,
    }
    noted = {name: strategy for name, strategy in said.items() if name != "note"}
    return st.one_of(
        st.builds(events.Begun, ids, **said),
        st.builds(events.Finished, ids, **said),
        st.builds(events.Blocked, ids, reason=lines, **said),
        st.builds(events.Unblocked, ids, **said),
        st.builds(events.Reopened, ids, reason=optional_lines, **said),
        st.builds(_waived, ids, reason=lines, days=st.integers(-1, 5), **said),
        st.builds(events.Assigned, ids, owner=st.none() | lines, **said),
        st.builds(events.DueSet, ids, due=st.none() | days, **said),
        st.builds(events.NotApplicable, ids, reason=lines, **said),
        st.builds(events.Noted, ids, text=tips, **noted),
        st.builds(_of_step, st.sampled_from([events.Ticked, events.Unticked]), steps, **said),
    )


def _of_step(kind, step, **more):
    return kind(step[0], step=step[1], **more)


def steps_of(checklist):
    """One of the steps of a checklist, as a pair of the ids of a task and a step; nothing where it has none."""
    pairs = [(task.id, step.id) for task in checklist for step in task.steps]
    return st.sampled_from(pairs) if pairs else st.nothing()


def retracted(told):
    """Retractions of some of these events, or of one that is elsewhere."""
    known = st.sampled_from([event.id for event in told]) if told else st.nothing()
    return st.builds(
        events.Retracted, known | st.just("0" * 64), reason=optional_lines, by=lines, at=st.just(STARTED) | moments
    )


@st.composite
def launches(draw, checklists=None):
    """Whole launches, with logs as merging makes them: nobody asked whether one event fits to the one before."""
    checklist = draw(checklists or globals()["checklists"](most_tasks=4).filter(len))
    start = st.builds(events.LaunchStarted, by=lines, at=st.just(STARTED) | moments, topic=st.just("") | lines)
    starts = draw(st.lists(start, max_size=2))
    tasks = st.sampled_from([task.id for task in checklist])
    told = draw(st.lists(task_events(tasks, steps=steps_of(checklist)), max_size=12))
    first = events.LaunchStarted(by="ml-platform", at=STARTED, digest=draw(st.sampled_from(["", checklist.digest])))
    retractions = draw(st.lists(retracted(told), max_size=3))
    return Launch(checklist, draw(ids), [first, *starts, *told, *retractions])


DOCUMENT = {
    "schema_version": 1,
    "kind": "checklist",
    "id": "mine",
    "title": "My launch",
    "version": "2026.1",
    "topic": "fraud",
    "description": "What it is for.",
    "phases": [
        {
            "id": "first",
            "title": "Foundation",
            "description": "What the phase is for.",
            "labels": ["planning"],
            "annotations": {"example.com/board": "7"},
            "guide": {"title": "Read this", "url": "https://example.com/guide"},
            "tasks": [
                {
                    "id": "c1",
                    "title": "Define goals",
                    "priority": "critical",
                    "effort": "2-5 days, likely 3",
                    "description": "Write them down.",
                    "steps": [{"id": "numbers", "text": "Each has a number"}, {"id": "agreed", "text": "All agree"}],
                    "role": "product owner",
                    "section": "Goals",
                    "labels": ["kpi", "team:risk"],
                    "annotations": {"jira": "MLP-12"},
                    "after": ["c2"],
                    "wait_days": 7,
                    "not_before": "2026-12-07",
                    "risk": {"blast_radius": 4, "likelihood": 2},
                    "references": [
                        {"title": "A page", "url": "https://example.com/?a=1&b=2"},
                        {"title": "A file", "url": "guides/goals.md"},
                    ],
                },
                {"id": "c2", "title": "Pick a team"},
            ],
        },
        {
            "id": "second",
            "title": "Launch",
            "after": ["first"],
            "tasks": [{"id": "c3", "title": "Go live", "after": ["c1"]}],
        },
    ],
    "tips": ["Start small.", "Keep it short."],
    "labels": ["serving"],
    "annotations": {"pillar": "Reliability\nand more"},
}
"""A document that states every key there is."""


def with_value(keys, value, document=DOCUMENT):
    """A copy of the document in which ``value`` stands at the end of ``keys``."""
    changed = copy.deepcopy(document)
    holder = changed
    for key in keys[:-1]:
        holder = holder[key]
    holder[keys[-1]] = value
    return changed


def path_of(keys):
    """The path that a fault at the end of ``keys`` has."""
    return "$" + "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in keys)


@attrs.frozen
class TextField:
    """A place where text is stored.

    Attributes:
        kind: The class that has it.
        keys: Where it stands in DOCUMENT.
        form: "line" (one line that says something), "optional line", "prose" (many lines) or "tip" (prose that says something).
    """

    kind: type
    keys: tuple[str | int, ...]
    form: str

    @property
    def name(self):
        if self.keys[-2:-1] == ("annotations",):
            return "annotations"
        return "tips" if self.form == "tip" else self.keys[-1]

    @property
    def path(self):
        return path_of(self.keys)

    @property
    def inner_path(self):
        """The path as the constructor of the class tells it."""
        if self.name == "annotations":
            return f"$.annotations.{self.keys[-1]}"
        return "$.tips[0]" if self.form == "tip" else f"$.{self.name}"

    def document(self, text):
        return with_value(self.keys, text)

    def checklist(self, text):
        return Checklist.from_dict(self.document(text))

    def fields(self, text):
        """What a constructor of the class is called with to store ``text`` there."""
        needed = {Reference: {"title": "A page", "url": "a.md"}, Step: {"id": "a"}, Effort: {"low": 1, "high": 2}}
        value = {"tips": (text,), "annotations": {self.keys[-1]: text}}.get(self.name, text)
        return needed.get(self.kind, {"id": "a", "title": "A"}) | {self.name: value}

    def may_hold(self, text):
        """Whether the design lets the field hold ``text``: told apart by Unicode category, and not as the library does it."""
        refused = {"Cc", "Cs"} if self.form in ("prose", "tip") else {"Cc", "Cs", "Zl", "Zp"}
        allowed = "\n\t" if self.form in ("prose", "tip") else ""
        if any((unicodedata.category(c) in refused and c not in allowed) or c in BIDI_CONTROLS for c in text):
            return False
        if self.form == "prose":
            return True
        if self.form == "tip":
            return bool(text.strip())
        return text == text.strip() and len(text) <= 200 and (is_seen(text) or self.form == "optional line")


_FIRST_TASK = ("phases", 0, "tasks", 0)
TEXT_FIELDS = {
    "checklist title": TextField(Checklist, ("title",), "line"),
    "checklist topic": TextField(Checklist, ("topic",), "optional line"),
    "checklist description": TextField(Checklist, ("description",), "prose"),
    "checklist tip": TextField(Checklist, ("tips", 0), "tip"),
    "phase title": TextField(Phase, ("phases", 0, "title"), "line"),
    "phase description": TextField(Phase, ("phases", 0, "description"), "prose"),
    "guide title": TextField(Reference, ("phases", 0, "guide", "title"), "line"),
    "task title": TextField(Task, (*_FIRST_TASK, "title"), "line"),
    "task description": TextField(Task, (*_FIRST_TASK, "description"), "prose"),
    "step": TextField(Step, (*_FIRST_TASK, "steps", 0, "text"), "line"),
    "role": TextField(Task, (*_FIRST_TASK, "role"), "optional line"),
    "section": TextField(Task, (*_FIRST_TASK, "section"), "optional line"),
    "annotation": TextField(Task, (*_FIRST_TASK, "annotations", "jira"), "prose"),
    "link title": TextField(Reference, (*_FIRST_TASK, "references", 0, "title"), "line"),
    "file title": TextField(Reference, (*_FIRST_TASK, "references", 1, "title"), "line"),
}
"""Every text field there is, by what it is called in words."""

LONG_FIELDS = [name for name, field in TEXT_FIELDS.items() if field.form in ("prose", "tip")]


def as_the_field_may_hold(name, text):
    """``text``, or as much of it as the field may hold; never nothing."""
    field = TEXT_FIELDS[name]
    for kept in (text, " ".join(text.replace("\u2028", " ").replace("\u2029", " ").split())[:200].strip()):
        if kept and field.may_hold(kept):
            return kept
    return "x"


def crowd(name, texts):
    """A document in which the field stands once for each of ``texts``, so that one parse judges them all.

    Only for the fields in ``CROWDED``, which can be there many times. ``crowd_path`` says where each stands.
    """
    keys = TEXT_FIELDS[name].keys
    if name == "checklist tip":
        return with_value(("tips",), list(texts))
    if name in ("link title", "file title"):
        url = "https://example.com/" if name == "link title" else "a.md"
        return with_value(keys[:-2], [{"title": text, "url": url} for text in texts])
    if name == "guide title":
        guides = [{"guide": {"title": text, "url": "a.md"}} for text in texts]
        return with_value(("phases",), [{"id": f"p{n}", "title": "P"} | guide for n, guide in enumerate(guides)])
    if name == "step":
        return with_value(keys[:-2], [{"id": f"s{n}", "text": text} for n, text in enumerate(texts)])
    held = {"annotation": lambda text: {"annotations": {"jira": text}}}.get(name, lambda text: {keys[-1]: text})
    made = [{"id": f"x{n}", "title": "T"} | held(text) for n, text in enumerate(texts)]
    return with_value(("phases",), made if name.startswith("phase") else [{"id": "p", "title": "P", "tasks": made}])


def crowd_path(name, number):
    """The path of the text of that number in a crowd: the last position in the path of the field is its own."""
    keys = list(TEXT_FIELDS[name].keys)
    keys[max(at for at, key in enumerate(keys) if isinstance(key, int))] = number
    return path_of(keys)


ALONE = ["checklist title", "checklist topic", "checklist description"]
CROWDED = [name for name in TEXT_FIELDS if name not in ALONE]


@st.composite
def calendars(draw, first=date(2026, 10, 1), last=date(2027, 3, 31)):
    """Calendars with any days of the week, and with holidays that come alone, in runs and on days that are off anyway."""
    weekdays = draw(st.sets(st.integers(0, 6), min_size=1) | st.just({0, 1, 2, 3, 4}))
    runs = draw(st.lists(st.tuples(st.dates(first, last), st.integers(1, 12)), max_size=4))
    holidays = {start + timedelta(days=more) for start, many in runs for more in range(many)}
    return Calendar(weekdays=weekdays, holidays=holidays)


_short_efforts = st.builds(
    lambda low, more, likely: Effort(low, low + more, low + more * likely if likely is not None else None),
    st.integers(0, 12).map(lambda quarters: quarters / 4),
    st.sampled_from([0, 0, 0.5, 1, 2, 5]),
    st.none() | st.sampled_from([0, 0.25, 0.5, 1]),
)
"""Efforts of a few days: fixed ones, which end at the same time as others, triangles, and ranges with a likely value at any place."""


@st.composite
def plans(draw, most_tasks=7, efforts=_short_efforts):
    """Checklists of which everything states an effort: two phases, and prerequisites across them in whichever order they are written."""
    size = draw(st.integers(0, most_tasks))
    when = draw(st.permutations(range(size)))  # the order in which they can be done
    made = []
    for number in range(size):
        earlier = [f"t{other}" for other in when[: when.index(number)]]
        after = draw(st.lists(st.sampled_from(earlier), max_size=3, unique=True)) if earlier else []
        priority = draw(st.sampled_from(Priority))
        made.append(Task(f"t{number}", "T", priority=priority, effort=draw(efforts), after=after))
    cut = draw(st.integers(0, size))
    return Checklist("x", "X", phases=[Phase("p", "P", tasks=made[:cut]), Phase("q", "Q", tasks=made[cut:])])


@st.composite
def facts(draw, checklist):
    """What may be said of a plan when it is forecast, besides when it starts and how often it is tried."""
    ids = [task.id for task in checklist]
    some = st.sets(st.sampled_from(ids)) if ids else st.just(set())
    done = draw(some)
    return {
        "people": draw(st.none() | st.integers(1, 3)),
        "owners": {task: draw(st.sampled_from(["ml-platform", "serving-team"])) for task in sorted(draw(some))},
        "done": done,
        "under_way": {task: draw(st.sampled_from([0.0, 0.5, 1.0, 4.0])) for task in sorted(draw(some) - done)},
        "blocked": {task: draw(st.none() | _short_efforts) for task in sorted(draw(some) - done)},
    }


forecasts = st.builds(
    lambda checklist, start, calendar, samples, seed: forecast(
        checklist,
        start=start,
        calendar=calendar,
        samples=samples,
        seed=seed,
        ranges="bounds" if any(task.effort.low == 0 for task in checklist) else "p10-p90",
    ),
    plans(),
    st.dates(date(2026, 10, 1), date(2026, 12, 31)),
    st.just(Calendar()) | calendars(),
    st.integers(1, 20),
    st.integers(0, 99),
)
