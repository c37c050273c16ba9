"""Task lists that come back: record what people ticked in a document, and bring it up to date.

>>> from datetime import UTC, datetime
>>> from servingchecklist import tasklist
>>> monday = datetime(2026, 11, 23, 9, tzinfo=UTC)
>>> launch = Launch.start(model_serving(), name="fraud-v3", by="ml-platform", at=monday)
>>> body = dumps(launch, "tasklist")
>>> merged = tasklist.apply(body.replace("[ ] <!-- task c1 ", "[x] <!-- task c1 "), launch, by="ml-platform", at=monday)
>>> merged.launch.state("c1").status, merged.conflicts
(Status.DONE, ())
>>> "[x] <!-- task c1 done -->" in tasklist.update(body, merged.launch, at=monday)
True
"""

from .formats.tasklist._examine import Conflict
from .formats.tasklist._merge import Merged, apply
from .formats.tasklist._update import update

__all__ = ["Conflict", "Merged", "apply", "update"]
