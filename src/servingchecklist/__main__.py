"""``python -m servingchecklist``, and the installed command: the same thing."""

from __future__ import annotations

from .cli import main, run

__all__ = ["main", "run"]

if __name__ == "__main__":
    run()
