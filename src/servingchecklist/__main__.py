"""Entry point of ``python -m servingchecklist`` and of the installed command."""

from __future__ import annotations

from .cli import main, run

__all__ = ["main", "run"]

if __name__ == "__main__":
    run()
