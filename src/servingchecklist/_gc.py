"""A pause of the cyclic garbage collector while a large value is built."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator


@contextmanager
def collector_paused(is_large: bool) -> Generator[None]:  # noqa: FBT001
    """Keep the cyclic garbage collector from walking a growing tree again and again while it is built.

    Nothing built here is garbage before it is finished. The collector belongs to the whole process: other threads find it off for that
    long, and one that turns it off meanwhile finds it on afterwards. So this does nothing unless the value ``is_large``.
    """
    if not (is_large and gc.isenabled()):
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
