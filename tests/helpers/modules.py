"""The public modules, as the table of the package has them."""

from importlib import import_module

import servingchecklist

MODULES = (
    servingchecklist,
    *(import_module(f"servingchecklist.{name}") for name, home in servingchecklist._HOMES.items() if home is None),
)
