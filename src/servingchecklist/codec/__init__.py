"""Values to plain data and back, strictly.

One cattrs converter holds the whole correspondence. Writing uses the functions that cattrs generates, leaving out what equals its
default. Reading uses hooks of our own, because the ones that cattrs brings would turn None into "None", "false" into True and "abc"
into ("a", "b", "c"): here nothing is coerced, unknown keys are refused, and all faults of a document come at once, each with its path.

A *document* is a dict with ``schema_version``, ``kind`` and the fields of one value by name.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TypeVar

from cattrs import Converter
from cattrs.gen import make_dict_unstructure_fn

from .._collector import collector_paused
from ..errors import Fault, InvalidError, nearest, raise_invalid, show
from ..model.checklist import Checklist
from ..model.effort import Effort
from ..model.phase import Phase
from ..model.priority import Priority
from ..model.reference import Reference
from ..model.risk import Risk
from ..model.task import Task
from .readers import MOST_FAULTS, READERS, Reader

SCHEMA_VERSION = 1
KINDS: dict[str, type] = {"checklist": Checklist}
"""What a document can hold, by the word it says under ``kind``."""

V = TypeVar("V")


def encode(value: object) -> dict[str, object]:
    """The document of a value: dicts, lists, strings and numbers only."""
    kind = next((kind for kind, held in KINDS.items() if type(value) is held), None)
    if kind is None:
        raise_invalid("$", "is not something that a file can hold", value, f"give a {' or a '.join(KINDS)}")
    with collector_paused():
        return {"schema_version": SCHEMA_VERSION, "kind": kind, **_converter().unstructure(value)}


def decode(document: object, kind: type[V] | None = None) -> V:
    """The value that a document says.

    Args:
        document: What a parser made of a file: nested dicts and lists.
        kind: The class that is wanted, or None for whichever the document holds.

    Raises:
        InvalidError: The document has faults; all of them are in the error.
    """
    if type(document) is not dict:
        raise_invalid(
            "$", "is not a document", document, "write the keys schema_version, kind, id and title at the top level"
        )
    fields = dict(document)
    faults: list[Fault] = []
    stated = fields.pop("schema_version", None)
    if type(stated) is not int or stated != SCHEMA_VERSION:
        faults.append(_version_fault(stated))
    wanted = list(KINDS) if kind is None else [name for name, held in KINDS.items() if held is kind]
    name = fields.pop("kind", None)
    if not isinstance(name, str) or name not in wanted:
        hint = nearest(name, wanted) or f"write kind = {wanted[0]!r}"
        faults.append(
            Fault(
                "$.kind",
                "is missing" if name is None else "is not a kind of document that is wanted here",
                show(name),
                hint,
            )
        )
    target = KINDS.get(name, Checklist) if isinstance(name, str) else Checklist
    with collector_paused():
        try:
            value: V = _converter().structure(fields, target)
        except InvalidError as error:
            if not faults:
                raise
            faults.extend(error.faults)
    if faults:
        raise InvalidError(faults[:MOST_FAULTS])
    return value


def _version_fault(stated: object) -> Fault:
    if stated is None:
        return Fault("$.schema_version", "is missing", "", f"write schema_version = {SCHEMA_VERSION}")
    if type(stated) is int and stated > SCHEMA_VERSION:
        return Fault(
            "$.schema_version", "is newer than this release can read", show(stated), "install a newer servingchecklist"
        )
    return Fault(
        "$.schema_version", "is not a schema version", show(stated), f"write schema_version = {SCHEMA_VERSION}"
    )


@cache
def _converter() -> Converter:
    """The converter: made when it is first needed, and the same ever after."""
    converter = Converter(unstruct_collection_overrides={tuple: list})
    converter.register_unstructure_hook(Priority, lambda priority: priority.value)
    converter.register_unstructure_hook(Effort, str)
    for kind in (Risk, Reference, Task, Phase, Checklist):  # those that others hold come first
        converter.register_unstructure_hook(
            kind, make_dict_unstructure_fn(kind, converter, _cattrs_omit_if_default=True)
        )
    for held, read in READERS.items():
        converter.register_structure_hook(held, _hook(read))
    return converter


def _hook(read: Reader) -> Callable[[object, type], object]:
    """A reader as the hook that cattrs calls, which is told the class as well."""
    return lambda raw, _: read(raw)
