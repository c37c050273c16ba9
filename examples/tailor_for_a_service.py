"""The checklist of one service: the bundled one, what a house asks for on top, and the choices of the service; what differs, and why.

    python tailor_for_a_service.py [FACET=VALUE[,VALUE] ...] [--overlay FILE] [-o FILE]

FACET=VALUE is as in mode=online or mode=online,batch. Without --overlay it is house.toml, beside this file.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from servingchecklist import (
    Checklist,
    ChecklistError,
    Explanation,
    Overlay,
    explain,
    for_context,
    model_serving,
    read,
    tailor,
    write,
)


def tailored(overlay: Overlay, choices: list[str]) -> Checklist:
    """The checklist of the house, as far as it applies."""
    return for_context(tailor(model_serving(), overlay), dict(map(chosen, choices)))


def chosen(choice: str) -> tuple[str, list[str]]:
    """A facet, and the values of it."""
    facet, _, values = choice.partition("=")
    return facet.strip(), [value.strip() for value in values.split(",")]


def told(found: Explanation) -> Iterator[str]:
    """What is not as in the bundled checklist: a line for what it is, and one for each layer that made it so."""
    for origin in found:
        yield f"{origin.path}: {origin.title}" if origin.title else origin.path
        for step in origin.steps:
            what = "added" if step.before is None else "dropped" if step.after is None else "changed"
            yield f"    {what} by {step.layer}: {step.reason}"


def main() -> None:
    parser = argparse.ArgumentParser(description="The checklist of one service.")
    parser.add_argument("choices", nargs="*", metavar="FACET=VALUE")
    parser.add_argument("--overlay", default=Path(__file__).with_name("house.toml"), metavar="FILE")
    parser.add_argument("-o", "--output", metavar="FILE", help="write the tailored checklist there")
    asked = parser.parse_args()
    facets = [chosen(choice)[0] for choice in asked.choices]
    for choice, facet in zip(asked.choices, facets, strict=True):
        if "=" not in choice or facets.count(facet) > 1:
            parser.error(
                f"{choice}: write FACET=VALUE, with each facet once and all its values, as in mode=online,batch"
            )
    try:
        checklist = tailored(read(asked.overlay, kind=Overlay), asked.choices)
        found = explain(checklist)
        print(f"{' + '.join(found.layers)}: {len(checklist)} tasks\n", *told(found), sep="\n")
        if asked.output:
            write(checklist, asked.output)
    except ChecklistError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
