"""End with status 1 while a critical task of a launch is open: a gate for CI. Usage: gate.py [FILE ...]."""

import sys

from servingchecklist import Launch, Priority, read


def open_critical(launch: Launch) -> list[str]:
    """Return the ids of the critical tasks that are neither done nor waived."""
    critical = [task for task in launch.checklist if task.priority is Priority.CRITICAL]
    return [task.id for task in critical if not launch.state(task).status.is_closed]


def main(*paths: str) -> None:
    """Judge the launches in files."""
    for path in paths:
        if tasks := open_critical(read(path, kind=Launch)):
            sys.exit(f"open and critical in {path}: {', '.join(tasks)}")


if __name__ == "__main__":
    main(*sys.argv[1:])
