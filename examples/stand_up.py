"""A message for the stand-up: who has what under way, what stands in the way, and what is next and why.

A bot posts it to a chat; here it is printed. It reads a launch from a file, or from a store.

    python stand_up.py [FILE.json | FILE.toml | STORE.db [LAUNCH]]
"""

import sys
from datetime import UTC, date, datetime
from pathlib import Path

from servingchecklist import ChecklistError, Launch, Status, Store, model_serving, read
from servingchecklist.results import Snapshot


def load(path: Path, name: str | None) -> Launch:
    if path.suffix in {".json", ".toml"}:
        return read(path, kind=Launch)
    if not path.is_file():  # a store that is not there would be made
        sys.exit(f"there is no file {path}")
    with Store(path) as store:
        names = [name] if name else store.names()
        if len(names) != 1:
            sys.exit(f"say which launch: {', '.join(names) or 'there is none'}")
        return store.load(names[0])


def small_launch() -> Launch:
    """What to show without a file."""
    launch = Launch.start(model_serving(), name="fraud-v3", by="ml-platform", at=datetime(2026, 3, 2, 9, tzinfo=UTC))
    at = datetime(2026, 3, 4, 9, tzinfo=UTC)
    launch = launch.finish("c1", by="ml-platform", at=at).begin("c3", by="data-science", at=at)
    launch = launch.assign("c3", "data-science", by="ml-platform", at=at)
    launch = launch.set_due("c3", date(2026, 3, 6), by="data-science", at=at)
    launch = launch.assign("c6", "serving-team", by="ml-platform", at=at)
    return launch.block("c6", reason="no quota for metrics", by="serving-team", at=at)


def message(launch: Snapshot) -> str:
    title = launch.checklist.title_of
    overall = launch.progress.overall
    lines = [f"{launch.name}, {launch.at.date()}: {overall.closed} of {overall.total} tasks closed"]
    for state in launch.states:
        if state.status in {Status.DOING, Status.BLOCKED}:
            why = f" ({state.reason})" if state.reason else ""
            lines.append(f"* {state.owner or 'nobody'}: {title(state.id)}, {state.status}{why}")
    lines += [f"{best.rank}. {best.title}: {', '.join(best.reasons)}" for best in launch.next]
    return "\n".join(lines)


if __name__ == "__main__":
    if sys.argv[1:]:
        try:
            launch = load(Path(sys.argv[1]), sys.argv[2] if sys.argv[2:] else None)
        except ChecklistError as error:
            sys.exit(str(error))
        print(message(launch.snapshot()))
    else:
        print(message(small_launch().snapshot(at=datetime(2026, 3, 5, 9, tzinfo=UTC))))
