"""The cyclic garbage collector, kept out of the way while a large value is built."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator


@contextmanager
def collector_paused() -> Generator[None]:
    """Keep the cyclic garbage collector from walking a growing tree again and again while it is built.

    Nothing made here is garbage before it is finished. Another thread merely finds the collector off for that long.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
