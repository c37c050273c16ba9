"""Public names: the module that each belongs to, and its import on first use.

The code of a public class or function lies in a private module. `public` gives it the module that users import it from, so that
tracebacks, ``help`` and pickles show that path. `lazy` imports the names of a package when they are first asked for. `late_import` is
for the few methods that need a layer above their own, such as those by which a checklist shows itself in a notebook or a dataframe reads it.
"""

from __future__ import annotations

import sys
from importlib import import_module

TYPE_CHECKING = False  # type checkers know the name; importing it from typing would cost more than all the rest
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from types import ModuleType
    from typing import TypeVar

    T = TypeVar("T")

_PACKAGE = __name__.partition(".")[0]


def public(module: str = "") -> Callable[[T], T]:
    """Return a decorator that sets ``__module__`` of a class or function to ``servingchecklist`` or its submodule ``module``."""
    path = f"{_PACKAGE}.{module}".rstrip(".")

    def move(thing: T) -> T:
        if isinstance(thing, type):
            _resolve(thing)
        thing.__module__ = path
        return thing

    return move


def _resolve(kind: type) -> None:
    """Evaluate the annotations of a class where it is defined: its public module does not have the names that they use."""
    names = {**vars(sys.modules[kind.__module__]), kind.__name__: kind}
    annotations = vars(kind).get("__annotations__", {})
    for name, annotation in annotations.items():
        if not isinstance(annotation, str):
            continue
        try:  # noqa: SIM105  # contextlib is not worth loading for this
            annotations[name] = eval(annotation, names)  # noqa: S307  # source of this package
        except NameError:  # of a name that is imported for type checkers only
            pass


def lazy(package: str, homes: Mapping[str, str | None]) -> Callable[[str], object]:
    """Return a ``__getattr__`` for a package that imports each public name when it is first used.

    Args:
        package: The name of the package.
        homes: The module of each name, relative to the package; None for a name that is a module itself.
    """

    def __getattr__(name: str) -> object:  # noqa: N807
        if name == "__version__":
            from importlib.metadata import PackageNotFoundError, version

            try:
                return version(package)
            except PackageNotFoundError:  # run from its source, without having been installed
                raise AttributeError(f"{package} is not installed, so its version is not known") from None
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        home = homes[name]
        value = getattr(import_module(f".{home}", package), name) if home else import_module(f".{name}", package)
        setattr(sys.modules[package], name, value)
        return value

    return __getattr__


def late_import(module: str) -> ModuleType:
    """Return the module ``servingchecklist.<module>``, imported now if it was not before."""
    return import_module(f"{_PACKAGE}.{module}")


class NotebookDisplay:
    """A mixin that shows a value in a notebook as the formats write it. The formats decide which values can be shown."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        return str(late_import("formats.html").fragment(self))

    def _repr_markdown_(self) -> str:
        return str(late_import("formats.markdown").dumps(self))

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        """Return every form at once. A notebook picks the richest it can show, and filters those that it asks to leave out."""
        return {
            "text/html": self._repr_html_(),
            "text/markdown": self._repr_markdown_(),
            "text/plain": late_import("formats.text").dumps(self),
        }


class ArrowTable:
    """A mixin that hands the records of a value to dataframes as a stream of the Arrow C data interface."""

    __slots__ = ()

    if TYPE_CHECKING:

        def _rows(self) -> Iterator[Mapping[str, object]]:
            """Yield the rows that ``to_records`` returns."""
            ...

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """Return the records with a fixed schema, whatever the values are. It needs the extra ``arrow``.

        Args:
            requested_schema: The schema that the caller would like; the protocol allows to return another, and this one is fixed.

        Raises:
            UnknownNameError: The package nanoarrow is not installed.
        """
        stream: object = late_import("_arrow").stream(type(self), self._rows())
        return stream
