"""Tools for language models: four schemas as plain data, and one function that answers a call.

A program that runs a model offers it :func:`schemas`, and passes what the model asks for to :func:`call`. The arguments are untrusted
input. Who records is an argument of the program, and never of the model; and waivers, by which a person accepts a risk, are not among the
events that a model may record, nor take back, unless the program allows them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from ._dates import read_day
from ._launch.transitions import legal_in, verb_of
from ._model._validation import listed, mapped
from ._namespace import public
from ._planning.rules import abbreviate
from ._text import join_words
from .errors import (
    ChecklistError,
    Fault,
    Faults,
    IllegalTransitionError,
    InvalidError,
    as_text,
    member,
    show,
    unknown_name,
)
from .formats import text
from .formats._phrases import though_early
from .formats._views import launch as views

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from ._launch.launch import Launch
    from ._launch.results import TaskState
    from ._store import Store

__all__ = ["EVENTS", "call", "schemas"]

_METHODS: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "begun": ("begin", (), ("task",)),
    "finished": ("finish", ("task",), ()),
    "blocked": ("block", ("task", "reason"), ()),
    "unblocked": ("unblock", ("task",), ()),
    "reopened": ("reopen", ("task",), ("reason",)),
    "ticked": ("tick", ("task", "step"), ()),
    "unticked": ("untick", ("task", "step"), ()),
    "assigned": ("assign", ("task", "owner"), ()),
    "due-set": ("set_due", ("task", "due"), ()),
    "noted": ("note", ("task", "text"), ()),
    "waived": ("waive", ("task", "reason", "expires"), ()),
    "not-applicable": ("mark_not_applicable", ("task", "reason"), ()),
}
"""The method that records each event, with the arguments that it needs and those that it takes besides ``launch``, ``event`` and ``text``."""

_DECISIONS = ("waived", "not-applicable")
"""Decisions of a person: the events, and the statuses that they lead to."""

_OF_STATUS = ("begun", "finished", "blocked", "unblocked", "reopened", *_DECISIONS)
"""The events that set the status of a task."""

EVENTS = tuple(event for event in _METHODS if event not in _DECISIONS)
"""The events that a model may record by default. The decisions of a person, ``"waived"`` and ``"not-applicable"``, are not among them."""

_LAUNCH = {"launch": {"type": "string", "description": "default: the only one"}}
_TASK = {"task": {"type": "string", "description": "id, such as c1"}}
_MOST_NEXT = 20
_HINTS = {
    "launch": "give the name of a launch, or leave it out where there is only one",
    "task": "give its id, such as c1",
    "step": "give its id, as launch_task shows it",
    "role": "give a role of the checklist",
    "phase": "give the id of a phase",
    "reason": "say in a few words why",
    "owner": "give a person or team, or '' for none",
    "due": "give a day, such as '2026-12-31', or '' for none",
    "expires": "give the last day, such as '2026-12-31'",
    "text": "give a note in words",
}
"""The hint for each argument that is a text."""
_CLEARED = ("owner", "due")
"""Arguments of which an empty text removes what there is."""


@public("tools")
def schemas(events: Iterable[str] = EVENTS) -> list[dict[str, Any]]:
    """Return the four tools: each with its ``name``, its ``description`` and the JSON Schema of its arguments as ``inputSchema``.

    These are the keys of the Model Context Protocol; for other interfaces, rename them.

    Args:
        events: The events that the model may record, such as ``(*EVENTS, "waived")``; give the same to :func:`call`. With a decision of a
            person among them, the model may also reopen a task for which one was taken.

    Raises:
        UnknownNameError: There is no such event.
        InvalidError: ``events`` is not a collection.
    """
    allowed = _checked_events(events)
    words = {"type": "string"}  # one type for each argument: some interfaces refuse several, and values without one
    record: dict[str, object] = {
        **_LAUNCH,
        "event": {**words, "enum": list(allowed)},
        **_TASK,
        "reason": words,
        "step": {"type": "string", "description": "id, as launch_task shows it"},
        "owner": {"type": "string", "description": "'' for none"},
        "due": {"type": "string", "description": "YYYY-MM-DD, '' for none"},
        "text": {"type": "string", "description": "a note"},
    }
    if "waived" in allowed:
        record["expires"] = {"type": "string", "description": "last day, YYYY-MM-DD"}
    limit = {"type": "integer", "minimum": 1, "maximum": _MOST_NEXT}
    return [
        _schema("launch_next", "The tasks to do next, with reasons", {**_LAUNCH, "role": words, "limit": limit}),
        _schema("launch_task", "One task: what to do, steps, state", {**_LAUNCH, **_TASK}, "task"),
        _schema("launch_status", "Progress; with a phase, its tasks", {**_LAUNCH, "phase": words}),
        _schema("launch_record", "Record what happened. begun without a task: begin what is next", record, "event"),
    ]


def _schema(name: str, description: str, properties: Mapping[str, object], *required: str) -> dict[str, Any]:
    schema: dict[str, object] = {"type": "object", "properties": properties, "additionalProperties": False}
    if required:
        schema["required"] = list(required)
    return {"name": name, "description": description, "inputSchema": schema}


def _checked_events(events: Iterable[str]) -> Sequence[str]:
    given = listed(events, "$.events", "is not a collection of events", "give a tuple of them, such as tools.EVENTS")
    allowed = [as_text(event) for event in given]
    for event in allowed:
        if type(event) is not str or event not in _METHODS:
            raise unknown_name("unknown-name", "$.events", "event that a model may record", event, _METHODS)
    return allowed


@public("tools")
def call(
    store: Store,
    name: str,
    arguments: Mapping[str, object],
    *,
    by: str,
    at: datetime | None = None,
    events: Iterable[str] = EVENTS,
) -> str:
    """Answer a call of a tool, in plain text. The message of an error is an answer too, which says what to write instead.

    Args:
        store: The store of the launches.
        name: The name of a tool, such as ``"launch_next"``.
        arguments: Its arguments, as a dict; those of a model may be anything.
        by: The person, team or tool that the model works for. What is recorded is recorded by it.
        at: The time to look at and to record; by default now.
        events: The events that the model may record, as for :func:`schemas`.

    Raises:
        UnknownNameError: There is no such tool, launch, task, step, event, role or phase; the hint names the nearest.
        IllegalTransitionError: The event is not legal in the status of its task, or would take back a decision that is a person's.
        InvalidError: An argument is missing, unknown or invalid.
        FileError: The store cannot be read or written.
    """
    allowed = _checked_events(events)
    known: dict[str, dict[str, Any]] = {schema["name"]: schema["inputSchema"] for schema in schemas(allowed)}
    name = as_text(name)
    if type(name) is not str or name not in known:
        raise unknown_name("unknown-name", "$", "tool", name, known)
    given = _checked(arguments, known[name])
    try:
        launch = _load(store, given.pop("launch", None))
        match name:
            case "launch_next":
                return text.dumps(launch.next(given.get("limit", 3), at=at, role=given.get("role")))
            case "launch_task":
                return _page(launch, given["task"], at)
            case "launch_status":
                snapshot = launch.snapshot(at=at, phase=given.get("phase"))
                return text.dumps(snapshot if snapshot.selection else views.brief(snapshot))
            case _:
                return _record(store, launch, given, allowed, {"by": by, "at": at})
    except ChecklistError as error:
        error.faults = tuple(attrs.evolve(fault, path=_argument(fault)) for fault in error.faults)
        error.args = (error.faults,)
        raise


def _argument(fault: Fault) -> str:
    """Return the path of a fault, as that of the argument that it is about."""
    arguments = {"unknown-task $": "$.task", "unknown-name $": "$.launch", "bad-text $.note": "$.text"}
    return arguments.get(f"{fault.code} {fault.path}", fault.path)


def _checked(arguments: Mapping[str, object], schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments that fit their schema. Null is as if left out, and so is an empty text that neither tool nor event needs."""
    hint = "give a dict, such as {'task': 'c1'}"
    stated = mapped(arguments, "$", "is not a mapping from arguments to values", hint)
    properties: dict[str, dict[str, Any]] = schema["properties"]
    faults, given = Faults(), dict[str, Any]()
    for key, value in ((as_text(key), as_text(value)) for key, value in stated.items()):
        if type(key) is not str or key not in properties:
            faults.add("unknown-key", member("$", key), "is not known to this tool", key, known=properties)
        elif value is not None:
            # JSON Schema takes 3.0 for an integer, and some models write it so
            given[key] = int(value) if type(value) is float and value.is_integer() else value
            faults += _faults(key, given[key], properties[key])
    for key in schema.get("required", ()):
        if key not in given:
            faults.append(Fault("missing", f"$.{key}", "is missing", "", _hint(key, properties[key])))
    if faults:
        raise InvalidError(faults)
    needed = (*schema.get("required", ()), *(_METHODS[given["event"]][1] if "event" in given else ()))
    return {key: value for key, value in given.items() if value != "" or key in needed}


def _faults(key: str, value: object, schema: Mapping[str, Any]) -> Faults:
    faults, path = Faults(), f"$.{key}"
    if "enum" in schema:
        if type(value) is not str or value not in schema["enum"]:
            faults.add("unknown-value", path, "is not an event that can be recorded", value, known=schema["enum"])
    elif schema["type"] == "integer":
        if type(value) is not int or not 1 <= value <= _MOST_NEXT:
            faults.add("out-of-range", path, f"is not a number from 1 to {_MOST_NEXT}", value, "leave it out for 3")
    elif type(value) is not str:
        faults.add("wrong-kind", path, "is not text", value, _HINTS[key])
    return faults


def _hint(key: str, schema: Mapping[str, Any]) -> str:
    return f"give {join_words(schema['enum'], 'or')}" if "enum" in schema else _HINTS[key]


def _load(store: Store, name: str | None) -> Launch:
    if name is not None:
        return store.load(name)
    names = store.names()
    if len(names) != 1:
        problem = "is missing, and the store holds several launches" if names else "is missing: the store holds none"
        hint = f"name one: {join_words(abbreviate(list(names)), 'or')}" if names else "ask a person to start one"
        raise InvalidError([Fault("missing", "$.launch", problem, "", hint)])
    return store.load(names[0])


def _page(launch: Launch, task: str, at: datetime | None) -> str:
    known = launch.checklist[task].id
    return text.dumps(views.task_in_full(launch.snapshot(at=at), known))


def _record(store: Store, launch: Launch, given: dict[str, Any], allowed: Sequence[str], stamp: dict[str, Any]) -> str:
    """Record an event, and return the answer. The ``stamp`` says by whom and at what time."""
    at: datetime | None = stamp["at"]
    event: str = given.pop("event")
    method, needed, optional = _METHODS[event]
    faults = Faults()
    for key in [key for key in given if key not in (*needed, *optional, "text")]:
        hint = f"leave it out; {event} takes {join_words(list(dict.fromkeys((*needed, *optional, 'text'))))}"
        faults.add("misplaced", f"$.{key}", f"does not belong to {event}", given[key], hint)
    hint = f"give {join_words(list(needed))}"
    faults += [Fault("missing", f"$.{key}", "is missing", "", hint) for key in needed if key not in given]
    fields = {key: given[key] for key in (*needed, *optional) if key in given}
    fields |= {key: None for key in _CLEARED if fields.get(key) == ""}
    for key in ("due", "expires"):
        if fields.get(key) is not None:
            try:
                fields[key] = read_day(fields[key])
            except InvalidError as error:
                faults += [fault.under(f"$.{key}") for fault in error.faults]
    if faults:
        raise InvalidError(faults)
    if "text" not in needed:
        fields["note"] = given.get("text", "")
    if event == "begun" and "task" not in fields:
        launch, taken = store.begin_next(launch.name, **stamp, **fields)
        return _page(launch, taken[0].id, at) if taken else text.dumps(taken)

    def change(found: Launch) -> Launch:
        state = found.state(fields["task"], at=at)
        if event in _OF_STATUS and state.status.value in _DECISIONS and state.status.value not in allowed:
            raise _left_to_a_person(state, event)
        try:
            changed: Launch = getattr(found, method)(**fields, **stamp)
        except IllegalTransitionError as error:
            legal = [verb_of(kind) for kind in legal_in(state.status) if kind.kind in allowed]
            hint = f"it can be {join_words(legal, 'or')}" if legal else "leave it"
            error.faults = tuple(attrs.evolve(fault, hint=hint) for fault in error.faults)
            raise
        return changed

    launch = store.change(launch.name, change)
    return _page(launch, fields["task"], at) if event == "begun" else _line(launch, fields["task"], at)


def _left_to_a_person(state: TaskState, event: str) -> IllegalTransitionError:
    """Return the error of an event that would take back a decision which the model may not take itself."""
    deed = "marked not applicable" if event == "not-applicable" else event
    problem = f"cannot be {deed}: its status is {state.status.words}, which is the decision of a person"
    fault = Fault("illegal-transition", "$.task", problem, show(state.id), "leave it, or ask a person to reopen it")
    return IllegalTransitionError([fault], state.id)


def _line(launch: Launch, task: str, at: datetime | None) -> str:
    """Return a task and the progress of its launch in one line."""
    snapshot = launch.snapshot(at=at)
    state, overall = snapshot.state(task), snapshot.progress.overall
    early = though_early(state) if state.status.is_closed else ""
    facts = [state.status.words + early, *([f"owner {state.owner}"] if state.owner else [])]
    facts += [f"due {state.due.isoformat()}"] if state.due else []
    facts += [f"{sum(step.done for step in state.steps)} of {len(state.steps)} steps ticked"] if state.steps else []
    title = snapshot.checklist[task].title
    return f"{state.id} {title}: {', '.join(facts)}; {overall.closed} of {overall.total:,} tasks closed\n"
