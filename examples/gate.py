"""End with status 1 while a critical task of a launch is open: a gate for CI. Usage: gate.py [FILE ...]."""

import sys

from servingchecklist import Launch, Priority, read


def main(*paths: str) -> None:
    """Judge the launches in files."""
    for path in paths:
        gate = read(path, kind=Launch).gate(priority=Priority.CRITICAL)
        if gate.blockers:
            sys.exit(f"open and critical in {path}: {', '.join(finding.task for finding in gate.blockers)}")


if __name__ == "__main__":
    main(*sys.argv[1:])
