"""The checklist of one service: the bundled one, what a house asks for on top, and the choices of the service; what differs, and why.

    python tailor_for_a_service.py [FACET=VALUE[,VALUE] ...] [--overlay FILE] [-o FILE]

FACET=VALUE is as in mode=online or mode=online,batch. Without --overlay it is house.toml, beside this file.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from servingchecklist import ChecklistError, Overlay, catalog, for_context, read, tailor, write
from servingchecklist.results import Explanation
from servingchecklist.tailoring import explain


def chosen(text: str) -> tuple[str, list[str]]:
    """A facet and its values, from FACET=VALUE."""
    facet, equals, values = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"{text!r} has no '=', as in mode=online")
    return facet.strip(), [value.strip() for value in values.split(",")]


def told(found: Explanation) -> Iterator[str]:
    """What is not as in the bundled checklist: a line for what it is, and one for each layer that made it so."""
    for origin in found:
        yield f"{origin.path}: {origin.title}" if origin.title else origin.path
        for step in origin.revisions:
            what = "added" if step.before is None else "dropped" if step.after is None else "changed"
            yield f"    {what} by {step.layer}: {step.reason}"


def main() -> None:
    parser = argparse.ArgumentParser(description="The checklist of one service.")
    parser.add_argument("choices", nargs="*", type=chosen, metavar="FACET=VALUE")
    parser.add_argument("--overlay", default=Path(__file__).with_name("house.toml"), metavar="FILE")
    parser.add_argument("-o", "--output", metavar="FILE", help="write the tailored checklist there")
    asked = parser.parse_args()
    choices = dict(asked.choices)
    if len(choices) < len(asked.choices):
        parser.error("a facet is there twice; give it once, with all its values, as in mode=online,batch")
    try:
        checklist = for_context(tailor(catalog.load("model-serving"), read(asked.overlay, kind=Overlay)), choices)
        found = explain(checklist)
        print(f"{' + '.join(found.layers)}: {len(checklist)} tasks\n", *told(found), sep="\n")
        if asked.output:
            write(checklist, asked.output)
    except ChecklistError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
