"""All commands with their arguments, options, defaults and help, as one file that is read by people.

It is what the parsers hold, since argparse lays out the help differently in each version of Python.
After a change on purpose: UPDATE_SNAPSHOTS=1 python -m pytest tests/cli/test_commands.py, then look at the difference.
"""

import os
from pathlib import Path

from servingchecklist.cli.parser import parsers

COMMANDS = Path(__file__).parent.parent / "commands.txt"


def shown(value):
    """Return a value of an action; a function by its name, with the bounds or the names that it holds."""
    if not callable(value):
        return repr(value)
    held = [repr(cell.cell_contents) for cell in value.__closure__ or ()]
    return value.__qualname__.partition(".")[0] + f"({', '.join(held)})" * bool(held)


def details(action):
    """Yield what distinguishes an action from one that stores a text, None by default."""
    plain = {"nargs": None, "const": None, "default": None, "type": None}
    yield type(action).__name__.strip("_")
    if action.option_strings:
        # Whether an argument is required follows from its number, but not in the same way in each version of Python.
        plain["required"] = False
        yield f"dest={action.dest}"
    yield from (f"{name}={shown(value)}" for name in plain if (value := getattr(action, name)) != plain[name])


def lines():
    """Yield the commands; what is the same as in an earlier command has no second description."""
    described = set()
    for name, parser in parsers().items():
        yield f"{name}: {parser.description.rstrip()}"
        yield "    " + " ".join(f"{key}={shown(value)}" for key, value in sorted(parser._defaults.items()))
        for action in parser.actions[1:]:  # the first is --help
            head = "  " + " ".join([*action.option_strings, action.metavar or ""]).rstrip()
            full = f"{head}: {' '.join(details(action))}\n    {action.help}"
            yield head if full in described else full
            described.add(full)
        for group in parser._mutually_exclusive_groups:
            flags = " or ".join(action.option_strings[0] for action in group._group_actions)
            yield f"  {flags}: one at most{', and one is required' * group.required}"
        yield ""


def test_the_commands_are_as_they_were():
    text = "\n".join(lines())
    if os.environ.get("UPDATE_SNAPSHOTS"):
        COMMANDS.write_text(text, "utf-8", newline="\n")
    assert text == COMMANDS.read_text("utf-8")
