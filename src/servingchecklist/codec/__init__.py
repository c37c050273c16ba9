"""Values to plain data and back, strictly.

Writing uses the functions that cattrs generates from the classes, leaving out what equals its default. Reading uses readers of our own,
because what cattrs brings would turn None into "None", "false" into True and "abc" into ("a", "b", "c"): here nothing is coerced, unknown
keys are refused, and all faults of a document come at once, each with its path. :func:`register` puts both on a converter of cattrs.

A *document* is a dict with ``schema_version``, ``kind`` and the fields of one value by name.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from .._collector import collector_paused
from .._plain import is_dict
from ..errors import Fault, InvalidError, nearest, raise_invalid, show
from ..model.checklist import Checklist
from ..model.effort import Effort
from ..model.phase import Phase
from ..model.priority import Priority
from ..model.reference import Reference
from ..model.risk import Risk
from ..model.task import Task
from .readers import READERS, Reader, read_checklist

if TYPE_CHECKING:
    from collections.abc import Callable

    from cattrs import Converter

SCHEMA_VERSION = 1
KINDS: dict[str, type] = {"checklist": Checklist}
"""What a document can hold, by the word it says under ``kind``."""

_MANY_TASKS = 10_000


def encode(value: object) -> dict[str, object]:
    """The document of a value: dicts, lists, strings and numbers only."""
    kind = next((kind for kind, held in KINDS.items() if type(value) is held), None)
    if kind is None:
        raise_invalid("$", "is not something that a file can hold", value, f"give a {' or a '.join(KINDS)}")
    with collector_paused(isinstance(value, Checklist) and len(value) > _MANY_TASKS):
        return {"schema_version": SCHEMA_VERSION, "kind": kind, **_converter().unstructure(value)}


def decode(document: object) -> Checklist:
    """The value that a document says.

    Args:
        document: What a parser made of a file: nested dicts and lists.

    Raises:
        InvalidError: The document has faults; all of them are in the error.
    """
    if not is_dict(document):
        is_other_mapping = isinstance(document, Mapping)
        hint = "give a plain dict" if is_other_mapping else "write schema_version, kind, id and title at the top level"
        raise_invalid("$", "is not a document", document, hint)
    fields = dict(document)
    faults = [
        *_schema_version_faults(fields.pop("schema_version", None)),
        *_kind_faults(fields.pop("kind", None)),
    ]
    try:
        value = read_checklist(fields)
    except InvalidError as error:
        raise error.behind(faults) from None
    if faults:
        raise InvalidError(faults)
    return value


def _schema_version_faults(stated: object) -> list[Fault]:
    hint = f"write schema_version = {SCHEMA_VERSION}"
    if stated is None:
        return [Fault("$.schema_version", "is missing", "", hint)]
    if type(stated) is not int or stated < SCHEMA_VERSION:
        return [Fault("$.schema_version", "is not a schema version", show(stated), hint)]
    if stated > SCHEMA_VERSION:
        return [
            Fault(
                "$.schema_version", "is newer than this release reads", show(stated), "install a newer servingchecklist"
            )
        ]
    return []


def _kind_faults(stated: object) -> list[Fault]:
    if isinstance(stated, str) and stated in KINDS:
        return []
    if stated is None:
        return [Fault("$.kind", "is missing", "", nearest(None, KINDS))]
    return [Fault("$.kind", "is not a kind of document", show(stated), nearest(stated, KINDS))]


def register(converter: Converter) -> None:
    """Teach a cattrs converter to read and write the classes of the model exactly as this library does.

    For tools whose own classes hold a checklist. Reading raises InvalidError with the paths inside the value that was read, and
    wants lists where a file has lists; so let the converter write tuples as lists.

    >>> import attrs, cattrs
    >>> @attrs.frozen
    ... class Project:
    ...     name: str
    ...     checklist: Checklist
    >>> converter = cattrs.Converter(unstruct_collection_overrides={tuple: list})
    >>> register(converter)
    >>> plain = converter.unstructure(Project("fraud", Checklist("canary", "Canary")))
    >>> plain
    {'name': 'fraud', 'checklist': {'id': 'canary', 'title': 'Canary'}}
    >>> converter.structure(plain, Project).checklist == Checklist("canary", "Canary")
    True
    """
    from cattrs.gen import make_dict_unstructure_fn

    converter.register_unstructure_hook(Priority, lambda priority: priority.value)
    converter.register_unstructure_hook(Effort, _write_effort)
    for kind in (Risk, Reference, Task, Phase, Checklist):  # those that others hold come first
        converter.register_unstructure_hook(
            kind, make_dict_unstructure_fn(kind, converter, _cattrs_omit_if_default=True)
        )
    for held, read in READERS.items():
        converter.register_structure_hook(held, _hook(read))


# A checklist of a thousand tasks has a handful of different efforts.
_write_effort = lru_cache(maxsize=256)(Effort.__str__)


def _hook(read: Reader) -> Callable[[object, type], object]:
    """A reader as the hook that cattrs calls, which is told the class as well."""
    return lambda raw, _: read(raw)


@cache
def _converter() -> Converter:
    """Our own converter: made when something is first written."""
    from cattrs import Converter

    converter = Converter(unstruct_collection_overrides={tuple: list})
    register(converter)
    return converter
