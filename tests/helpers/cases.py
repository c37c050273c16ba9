"""Cases of parametrized tests that cost something: collecting the tests names them, and running a test computes its own."""

from __future__ import annotations

from collections.abc import Mapping


class Cases(Mapping):
    """Values by name, from functions, each computed when it is first asked for."""

    def __init__(self, functions):
        self._functions = functions
        self._values = {}

    def __getitem__(self, name):
        if name not in self._values:
            self._values[name] = self._functions[name]()
        return self._values[name]

    def __iter__(self):
        return iter(self._functions)

    def __len__(self):
        return len(self._functions)
