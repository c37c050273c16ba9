"""The parameters of all that is public: their names, their order, those given by name alone, and the defaults.

After a change on purpose: UPDATE_SNAPSHOTS=1 python -m pytest tests/test_signatures.py, then look at the difference.
"""

from __future__ import annotations

import inspect
import os
import re
from enum import Enum
from pathlib import Path

from helpers.modules import MODULES

SIGNATURES = Path(__file__).with_name("signatures.txt")


def public():
    """Yield each function, class and method, by its name."""
    for module in MODULES:
        for value in (getattr(module, name) for name in module.__all__):
            if inspect.isroutine(value):
                yield f"{value.__module__}.{value.__qualname__}", value
            elif inspect.isclass(value) and not issubclass(value, Enum | dict):
                name = f"{value.__module__}.{value.__qualname__}"
                yield name, value
                for key in dir(value):
                    if (
                        not key.startswith("_")
                        and callable(member := getattr(value, key))
                        and hasattr(member, "__code__")
                    ):
                        yield f"{name}.{key}", member


def signature(value):
    """Return the parameters of a function without their types."""
    parameters = [
        parameter.replace(annotation=parameter.empty) for parameter in inspect.signature(value).parameters.values()
    ]
    return re.sub(" at 0x[0-9a-fA-F]+", "", str(inspect.Signature(parameters)))


def test_parameters_and_their_defaults_change_on_purpose_alone():
    ours = {name: value for name, value in public() if name.startswith("servingchecklist.")}
    text = "".join(f"{name}{signature(ours[name])}\n" for name in sorted(ours))
    if os.environ.get("UPDATE_SNAPSHOTS"):
        SIGNATURES.write_text(text, encoding="utf-8", newline="\n")
    assert text == SIGNATURES.read_text(encoding="utf-8")
