"""Strict conversion of values to plain data and back.

Writing uses the functions that cattrs generates from the classes, and leaves out fields that equal their default. Reading uses our own
readers, because those of cattrs would turn None into "None", "false" into True and "abc" into ("a", "b", "c"). Here nothing is coerced,
unknown keys are errors, and all faults of a document are reported at once, each with its path. :func:`register` puts both on a cattrs
converter.

A *document* is a dict with ``schema_version``, ``kind`` and the fields of one value by name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, cast, overload

from .._jsonlike import is_dict
from .._model._validation import article, checks_of
from .._model.audience import Audience, Example, ExpectedAnswer
from .._model.checklist import Checklist
from .._model.effort import Effort
from .._model.facet import Facet
from .._model.kpi import Criterion, GateDefinition, Kpi
from .._model.overlay import Overlay
from .._model.quantity import Quantity
from .._model.task import Phase, Priority, Reference, Risk, Step, Task
from ..errors import Fault, InvalidError, as_text, invalid, preceded_by, show
from .checklists import read_checklist
from .readers import READERS, WRITERS, hook, unknown_kind

if TYPE_CHECKING:
    from typing import TypeAlias

    from cattrs import Converter

    from .._launch.launch import Launch
    from .._planning.options import ForecastOptions

    Stored: TypeAlias = Checklist | Launch | Overlay | ForecastOptions

SCHEMA_VERSION = 1
KINDS = ("checklist", "launch", "overlay", "forecast-options")
"""The allowed values of ``kind`` in a document."""


def encode(value: object) -> dict[str, object]:
    """Return the document of a value: dicts, lists, strings and numbers only."""
    held = next((name for name in KINDS if type(value) is _class_of(name)), None)
    if held is None:
        is_result = hasattr(type(value), "to_dict")
        hint = "give a checklist, a launch, an overlay or the options of a forecast"
        hint = "write its to_dict() with a JSON library" if is_result else hint
        raise invalid("wrong-kind", "$", "is not something that a file can hold", value, hint)
    head = {"schema_version": SCHEMA_VERSION, "kind": held}
    if isinstance(value, Checklist):
        return {**head, **_converter().unstructure(value)}
    if held == "overlay":
        from .overlays import write_overlay

        return {**head, **write_overlay(cast("Overlay", value), _converter())}
    if held == "forecast-options":
        from .options import write_options

        return {**head, **write_options(cast("ForecastOptions", value))}
    from .launches import write_launch

    return {**head, **write_launch(cast("Launch", value), _converter())}


def _class_of(kind: str) -> type[Stored]:
    """Return the class of a kind of document. Some are imported only when needed: work on checklists does not need them."""
    if kind == "checklist":
        return Checklist
    if kind == "overlay":
        return Overlay
    if kind == "forecast-options":
        from .._planning.options import ForecastOptions

        return ForecastOptions
    from .._launch.launch import Launch

    return Launch


@overload
def decode(document: object, kind: None = None) -> Stored: ...
@overload
def decode(document: object, kind: type[Checklist]) -> Checklist: ...
@overload
def decode(document: object, kind: type[Launch]) -> Launch: ...
@overload
def decode(document: object, kind: type[Overlay]) -> Overlay: ...
@overload
def decode(document: object, kind: type[ForecastOptions]) -> ForecastOptions: ...
@overload
def decode(document: object, kind: type[Stored] | None) -> Stored: ...
def decode(document: object, kind: type[Stored] | None = None) -> Stored:
    """Return the value of a document.

    Args:
        document: The output of a parser: nested dicts and lists.
        kind: The expected class; None to accept any kind.

    Raises:
        InvalidError: The document has faults, all listed in the error, or it is of another kind.
    """
    if not is_dict(document):
        is_other_mapping = issubclass(type(document), Mapping)
        hint = "give a plain dict" if is_other_mapping else "write schema_version and kind at the top level"
        raise invalid("wrong-kind", "$", "is not a document", document, hint)
    fields = dict(document)
    fields.pop("$schema", None)  # the address of a schema, for editors
    stated = as_text(fields.pop("kind", None))
    faults = _schema_version_faults(fields.pop("schema_version", None))
    named = stated if type(stated) is str and stated in KINDS else None
    faults += [] if named else [unknown_kind(stated, "document", KINDS)]
    if kind is not None and all(kind is not known for known in map(_class_of, KINDS)):
        hint = "give Checklist, Launch, Overlay or ForecastOptions"
        raise invalid("unsupported", "$.kind", "is not a class that a file can hold", kind, hint)
    if kind is not None and named is not None and _class_of(named) is not kind:
        words = "the options of a forecast" if kind.__name__ == "ForecastOptions" else article(kind).lower()
        problem, hint = f"is not {words}", f"read it with kind={_class_of(named).__name__}"
        raise InvalidError([*faults, Fault("other-kind", "$.kind", problem, show(stated), hint)])
    read: Callable[[object], Stored] = read_checklist
    wanted = named or next((name for name in KINDS if kind is not None and _class_of(name) is kind), "checklist")
    if wanted == "launch":
        from .launches import read_launch as read
    elif wanted == "overlay":
        from .overlays import read_overlay as read
    elif wanted == "forecast-options":
        from .options import read_options as read
    try:
        value = read(fields)
    except InvalidError as error:
        raise preceded_by(error, faults) from None
    if faults:
        raise InvalidError(faults)
    return value


def _schema_version_faults(stated: object) -> list[Fault]:
    hint = f"write schema_version = {SCHEMA_VERSION}"
    if stated is None:
        return [Fault("missing", "$.schema_version", "is missing", "", hint)]
    if type(stated) is not int or stated < SCHEMA_VERSION:
        return [Fault("bad-format", "$.schema_version", "is not a schema version", show(stated), hint)]
    if stated > SCHEMA_VERSION:
        hint = "install a newer servingchecklist"
        return [Fault("newer-schema", "$.schema_version", "is newer than this release reads", show(stated), hint)]
    return []


def register(converter: Converter) -> None:
    """Teach a cattrs converter to read and write the classes of the model, launches, events and options of forecasts as this library does.

    Use it in tools whose own classes hold a checklist. Reading raises InvalidError with paths inside the value that was read, and
    expects lists where a file has lists, so have the converter write tuples as lists.

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
    from .launches import register_launches
    from .options import register_options
    from .overlays import register_overlays

    _register_model(converter)
    register_overlays(converter)
    register_launches(converter)
    register_options(converter)


def _register_model(converter: Converter) -> None:
    from cattrs.gen import make_dict_unstructure_fn, override

    converter.register_unstructure_hook(Priority, lambda priority: priority.value)
    converter.register_unstructure_hook(Effort, _write_effort)

    def write_layers(layers: Sequence[Overlay]) -> list[dict[str, object]]:
        from .overlays import write_overlay

        return [write_overlay(overlay, converter) for overlay in layers]

    hooks: dict[str, Callable[[Any], object]] = {**WRITERS, "layers": write_layers}
    converter.register_unstructure_hook(Quantity, str)
    nested = (Kpi, Criterion, GateDefinition, ExpectedAnswer, Example, Audience)
    for kind in (Risk, Reference, Facet, Step, *nested, Task, Phase, Checklist):  # nested classes come first
        overrides = {name: override(unstruct_hook=hooks[name]) for name in checks_of(kind) if name in hooks}
        converter.register_unstructure_hook(
            kind,
            make_dict_unstructure_fn(kind, converter, _cattrs_omit_if_default=True, **overrides),  # type: ignore[arg-type]
        )
    for held, read in {**READERS, Checklist: read_checklist}.items():
        converter.register_structure_hook(held, hook(read))


def plain(value: object, field: str = "") -> object:
    """Return the value of a field, a task, a phase or None as plain data, as in documents.

    Args:
        value: The value.
        field: The name of its field.
    """
    if field in WRITERS and type(value) in (tuple, date):
        return WRITERS[field](value)
    plain_value: object = _converter().unstructure(value)
    return plain_value


# A checklist of a thousand tasks has a handful of different efforts.
_write_effort = lru_cache(maxsize=256)(Effort.__str__)


@cache
def _converter() -> Converter:
    """Return our own converter, created on first use."""
    from cattrs import Converter

    converter = Converter(unstruct_collection_overrides={tuple: list})
    _register_model(converter)
    return converter
