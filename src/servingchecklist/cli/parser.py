"""The commands of the command line: their arguments, their help, and the function that runs each."""

from __future__ import annotations

import re
from argparse import ArgumentParser, Namespace
from itertools import takewhile
from typing import TYPE_CHECKING, Any, NoReturn

from .._model.task import Priority
from .._text import join_words, printable
from ..codec import KINDS
from ..errors import nearest_name, show
from ..formats import READERS
from . import checklists, copies, forecasts, launches, proof, sync, tailoring, working
from .options import (
    OUTPUT,
    SHELLS,
    SOURCE,
    SUBJECT,
    add,
    add_output,
    answer,
    day,
    identifier,
    ids,
    number,
    one_line,
    one_of,
    part,
    share,
    some_ids,
    start_time,
    timestamp,
    view_time,
)
from .output import READABLE
from .sources import DEFAULT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import TypeAlias

    Run: TypeAlias = Callable[[Namespace], int]
    Command: TypeAlias = "Callable[..., Parser]"

_PAGES = ("text", "markdown", "html")
_PICTURES = ("svg", "mermaid")
_MOST_SAMPLES = 1_000_000
"""The maximum number of samples of options: more add no information, and for a long checklist they fill the memory."""

_ORDER = "the order of tasks (default: phases-first)"
_SOURCE = ("source", "--no-limits")
_SUBJECT = ("subject", "--store", "--no-limits")
_LAUNCH = ("launch", "--store", "--no-limits", "--json")
_RECORD = ("--launch", "--store", "--no-limits", "--by", "--at", "--json", "--quiet")
_RESOURCES = (
    *("--people", "--assume-owner", "--weekdays", "--holidays", "--leave", "--blocked", "--effort", "--default-effort"),
    *("--ranges", "--shared", "--history", "--seed", "--options", "--save-options"),
)


ALIASES = {
    "complete": "finish",
    "create": "start",
    "done": "finish",
    "show": "status",
    "undo": "retract",
    "validate": "check",
}
"""Names that people know from other tools, and the command of each."""

_MEANT = {
    "owner": "to assume-owner", "note": "text", "message": "text note reason", "until": "expires", "due": "on", "date": "at on",
    "who": "by", "user": "by", "author": "by", "file": "output",
}  # fmt: skip
"""Options that people know from other tools or other commands, with those that may be meant, the likeliest first."""

_HELPS = ("help", "-h", "--help")
_HELP = """\
usage: servingchecklist [-h] [--version] COMMAND ...

A launch checklist for model serving. Without a command: what to do next.

see     next            what to do next     status          how a launch stands
        review          what has happened   log, launches   events; launches
        list, guide     catalog; guides     critical-path   what holds the date
plan    forecast        the finish date     levers          what moves it
        calibration     how dates held
tailor  tailor, explain overlays, origins   diff, upgrade   versions
work    start, migrate  launches            begin, finish   work on tasks
        tick, untick    steps of a task     block, unblock  impediments
        reopen          do tasks again      waive           leave tasks undone
        not-applicable  leave them out      assign, due     owners and dates
        note, sync      notes; task lists   retract         undo an event
prove   subject         what is launched    evidence        add, list, withdraw
        attest, approve the word of people  gate            go or no-go
        examples, judge requests of callers live            what serves
        go-live         let it serve        take-down       stop serving
files   render, check   formats, faults     export, import  launches and files
        merge, schema   copies; for editors completion      for your shell

Launches are in a store: launches.db in this folder, or the file after --store.
The options of a command: servingchecklist help COMMAND
"""


class Parser(ArgumentParser):
    """An argument parser that reports an error in one line, and in the same words for all versions of Python."""

    def __init__(self, **options: str) -> None:
        super().__init__(allow_abbrev=False, **options)  # type: ignore[arg-type]
        self.color = False  # only some versions know it
        self.flags, self.actions = self._option_string_actions, self._actions

    def names(self) -> dict[str, str]:
        """Return the options and arguments, by the names of the arguments of functions that they give."""
        flags = {action.dest: [str(action.metavar), *action.option_strings][-1] for action in reversed(self.actions)}
        return {"event": "ID", "step": "STEP", **flags}

    def error(self, message: str) -> NoReturn:
        """Print an error and end the process."""
        self.exit(2, f"{self.prog}: {message}; see {self.prog} --help\n")

    def refuse(self, problem: str, name: str, known: Iterable[str], lead: str = "") -> NoReturn:
        """Report a name that is not known, with the nearest one that is; both without their lead."""
        near = nearest_name(name, known)
        self.error(f"{problem}; did you mean '{lead}{near}'?" if near else problem)


def parse(arguments: Sequence[str]) -> Namespace:
    """Parse a command line. An error is printed with a pointer to the help of the command, and ends the process."""
    name, *words = arguments
    if name in _HELPS and words:
        name, words = words[0], ["--help"]
    if name in _HELPS:
        return Namespace(run=_show_help, names={})
    if name in ("version", "--version"):
        return Namespace(run=checklists.version, names={})
    commands = parsers()
    parser = commands.get(ALIASES.get(name, name))
    if not parser:
        known = [*commands, *ALIASES, "help", "version"]
        problem = f"there is no command {show(name)}" + "; options follow the command" * name.startswith("-")
        Parser(prog="servingchecklist").refuse(problem, name, known)
    for word in takewhile("--".__ne__, words):
        # Before argparse, which would rather tell what is missing, and which takes words with a blank for values, too.
        if (flag := word.partition("=")[0])[:2] == "--" and flag not in parser.flags and " " not in flag:
            names = [flag[2:] for flag in parser.flags if flag[:2] == "--"]
            meant = [name for name in _MEANT.get(flag[2:], "").split() if name in names]
            parser.refuse(f"there is no option {printable(flag)}", meant[0] if meant else flag[2:], names, "--")
    # Files may come before or after options; what comes after -- is no option.
    read = parser.parse_known_args if "--" in words else parser.parse_known_intermixed_args
    options, unknown = read(_with_values(words))
    if unknown:
        parser.error(f"unrecognized arguments: {printable(' '.join(unknown))}")
    options.names = parser.names()
    return options


def _show_help(options: Namespace) -> int:
    print(_HELP, end="")
    return 0


def _show_script(options: Namespace) -> int:
    from importlib.resources import files

    script = files(__name__.rpartition(".")[0]).joinpath("completions", f"servingchecklist.{options.shell}")
    print(script.read_text("utf-8"), end="")
    return 0


def _with_values(words: list[str]) -> list[str]:
    """Return the words with values such as -2d joined to their options; argparse takes them for options else."""
    joined: list[str] = []
    for word in words:
        is_value = joined and re.match("-[0-9]", word) and re.fullmatch("--[a-z-]+", joined[-1])
        joined.append(f"{joined.pop()}={word}" if is_value else word)
    return joined


def parsers() -> dict[str, Parser]:
    """Return the parser of each command, by its name."""
    parsers: dict[str, Parser] = {}

    def command(name: str, run: Run, help: str, *shared: str, more: str = "") -> Parser:
        """Add a command: its name, the function that runs it, a line of help, its shared options, and more help."""
        parser = Parser(prog=f"servingchecklist {name}", description=f"{help[0].upper()}{help[1:]}. {more}")
        parser.set_defaults(run=run, command=name)
        add(parser, *shared)
        parsers[name] = parser
        return parser

    for add_commands in (
        _add_checklists,
        _add_tailoring,
        _add_forecasts,
        _add_starts,
        _add_records,
        _add_proof,
        _add_gates,
        _add_launches,
        _add_files,
    ):
        add_commands(command)
    return parsers


def _add_checklists(command: Command) -> None:
    shared = (*_SUBJECT, *launches.SELECTION, "--done", "--rules", "--json")
    help = "recommend the next tasks, with reasons"
    parser = command("next", launches.show_next, help, *shared)
    help = "the maximum number of tasks (default: %(default)s)"
    parser.add_argument("--limit", type=number(1), default=3, metavar="N", help=help)
    parser.set_defaults(format=None, output=None, formats=("text",))
    more = "The picture or calendar of a launch is that of its forecast."
    help = "write a checklist, a launch or an overlay in another format"
    parser = command("render", checklists.render, help, "--store", "--no-limits", more=more)
    add(parser, "subject", help=f"{SUBJECT}; an overlay too (default: {DEFAULT})")
    help = "write a page of each launch in the store, and an index of them, to the folder after --out"
    parser.add_argument("--all", action="store_true", help=help)
    add_output(parser, "markdown")
    more = "Each line has an id, the kind, the version, the title, and the checklist that an overlay is for."
    parser = command(
        "list",
        checklists.show_list,
        "list the bundled checklists and overlays, and those of packs",
        "--json",
        more=more,
    )
    help = "list only what packs offer; an entry that cannot be used is listed as malformed, with the reason"
    parser.add_argument("--packs", action="store_true", help=help)
    more = "For example: servingchecklist guide execution#c6"
    help = "print a guide to a phase or to a kind of service, in Markdown, or list the guides"
    parser = command("guide", checklists.show_guide, help, more=more)
    help = (
        "the name of the guide, NAME# to list its sections, or NAME#SECTION for one of them, of which the words up to "
        "a hyphen are enough if no other begins so (default: list the names)"
    )
    parser.add_argument("name", nargs="?", metavar="GUIDE", help=help)
    help = "check files, and print each fault with its line"
    parser = command("check", checklists.check, help, "--no-limits", "--json")
    parser.add_argument("files", nargs="+", metavar="FILE", help=f"a file in {READABLE}; - is standard input")
    help = "github: workflow commands, which GitHub shows beside the lines (default: text)"
    parser.add_argument("-f", "--format", **one_of(("text", "github")), help=help)
    help = "an earlier copy of the launch, such as of the main branch: each of its events has to be there still"
    parser.add_argument("--since", metavar="FILE", help=help)
    help = "the digest that the launch or the checklist has to have; that of a launch is of its name, its checklist and the set of its events"
    parser.add_argument("--digest", metavar="SHA256", help=help)


def _add_tailoring(command: Command) -> None:
    more = "Tasks that do not apply in the context are left out. The result keeps its base and its layers."
    help, tailor = "apply overlays and a context to a checklist", (*_SOURCE, "--with", "--context")
    add_output(command("tailor", tailoring.show_tailored, help, *tailor, more=more), "toml")
    help = "explain which layer set each value, and why"
    more = "Explain every difference from the base, or every field of one task."
    parser = command("explain", tailoring.show_explanation, help, *tailor, "--json", more=more)
    parser.add_argument("--task", metavar="TASK", help="explain each field of the task with this id, such as c4")
    add_output(parser, "text", _PAGES)

    help = "compare two checklists"
    more = "The two need not be related. The differences can also be written as an overlay."
    parser = command("diff", tailoring.show_diff, help, "--no-limits", "--json", more=more)
    parser.add_argument("before", metavar="A", help=f"a checklist: {SOURCE}")
    parser.add_argument("after", metavar="B", help="another checklist")
    parser.add_argument("--check", action="store_true", help="exit with 1 if they differ (default: exit with 0)")
    help = "also write the overlay that turns A into B, to a .toml, .json or .yaml file, or - for standard output"
    parser.add_argument("--overlay", metavar="FILE", help=help)
    parser.add_argument("--id", type=identifier, metavar="ID", help="the id of that overlay (default: changes)")
    help = "the title of that overlay (default: made from both ids)"
    parser.add_argument("--title", type=one_line, metavar="WORDS", help=help)
    help = "the reason for each of its changes (default: the reasons in B)"
    parser.add_argument("--reason", type=one_line, metavar="WORDS", help=help)
    add_output(parser, "text", _PAGES)

    help = "carry overlays over to the next version of a checklist, and list the conflicts"
    more = "While there are conflicts, nothing is written and the exit status is 1."
    parser = command("upgrade", tailoring.show_upgrade, help, "--no-limits", "--json", "--quiet", more=more)
    help = f"the checklist that the overlays are for: {SOURCE}; without OVERLAY a tailored checklist, whose own overlays and context are carried over"
    parser.add_argument("old", metavar="OLD", help=help)
    help = "its next version (default: what the catalog has under the id of the checklist that OLD was made of)"
    parser.add_argument("new", nargs="?", metavar="NEW", help=help)
    help = f"an overlay: {SOURCE}; several are carried over in this order (default: those that OLD holds)"
    parser.add_argument("overlays", nargs="*", metavar="OVERLAY", help=help)
    for option, side in (("--ours", "the overlay"), ("--theirs", "NEW")):
        help = f"resolve the conflict at this path, such as tasks.c4.priority, with the value of {side}; repeatable"
        parser.add_argument(option, action="extend", type=ids, default=[], metavar="PATH", help=help)
    help = f"put a newer version of an overlay in the place of the one with its id: {SOURCE}; repeatable"
    parser.add_argument("--replace", action="append", default=[], metavar="OVERLAY", help=help)
    add(parser, "--context", help="choose this on a facet of NEW, in place of what OLD has chosen on it; repeatable")
    for flags, holds in ((OUTPUT, "overlay for NEW"), (("--checklist",), "upgraded checklist")):
        help = f"write the {holds} to a .toml, .json or .yaml file, or - for standard output (default: do not write it)"
        parser.add_argument(*flags, dest=flags[-1].strip("-"), metavar="FILE", help=help)
    parser.add_argument("-f", "--format", **one_of(_PAGES), help="the format of the printed report (default: text)")


def _add_forecasts(command: Command) -> None:
    shared: tuple[str, ...] = (*_SUBJECT, "--done", *_RESOURCES, "--json")
    help = "forecast the finish date of a checklist or a launch, with probabilities"
    forecast = command("forecast", forecasts.show_forecast, help, *shared)
    help = "show what would bring the finish date forward, and by how many days"
    more = "Each change is forecast alone: another order, one more person, a blocked task unblocked, a task that takes no time."
    levers = command("levers", forecasts.show_levers, help, *shared, more=more)
    for parser, samples in ((forecast, "10,000"), (levers, "1,000, fewer for more than 100 tasks")):
        add(parser, "--rules", default=None, help=_ORDER)
        add(parser, "--at", type=view_time, help="forecast a launch as of this time (default: now)")
        help = "the first day on which open tasks can be worked on (default: today, or the day of --at)"
        parser.add_argument("--start", type=day, metavar="DAY", help=help)
        help = f"the number of samples, at most {_MOST_SAMPLES:,} (default: {samples})"
        parser.add_argument("--samples", type=number(1, _MOST_SAMPLES), metavar="N", help=help)
        help = "a name for the forecast of a checklist, such as fraud-v3 (default: the id of the checklist)"
        parser.add_argument("--name", type=identifier, metavar="NAME", help=help)
    help = (
        "all: the forecast, drawn as a Gantt chart; finish: the distribution of the finish date (default: %(default)s)"
    )
    forecast.add_argument("--show", **one_of(("all", "finish")), default="all", help=help)
    add_output(forecast, "text", (*_PAGES, *_PICTURES, "icalendar"))
    add_output(levers, "text", _PAGES)

    help = "compare the estimates and the forecasts of earlier launches with what came of them"
    shared = ("--store", "--no-limits", "--people", "--weekdays", "--holidays", "--leave", "--options", "--json")
    parser = command("calibration", forecasts.show_calibration, help, *shared)
    parser.set_defaults(owners={}, blocked={}, efforts={}, history=None, save_options=False)
    help = "a launch: a file, or its name in the store (default: all launches in the store)"
    parser.add_argument("launches", nargs="*", metavar="LAUNCH", help=help)
    add_output(parser, "text", _PAGES)

    help = "show the critical path, and the slack of every other task"
    shared = (*_SUBJECT, "--done", "--default-effort", "--weekdays", "--holidays", "--json")
    parser = command("critical-path", forecasts.show_critical_path, help, *shared)
    add(parser, "--at", type=view_time, help="show the path of a launch as of this time (default: now)")
    help = "the value of each effort to use (default: %(default)s)"
    parser.add_argument("--estimate", **one_of(("low", "mean", "high")), default="mean", help=help)
    add_output(parser, "text", (*_PAGES, *_PICTURES))


def _add_starts(command: Command) -> None:
    more = "A launch is one checklist being worked for one service. To begin a task, use begin."
    shared = ("--no-limits", "--store", "--by", "--with", "--context", "--json", "--quiet")
    parser = command("start", launches.start, "start a launch", *shared, more=more)
    add(parser, "--at", type=start_time)  # what happens later on that day must not lie before the start
    parser.add_argument("name", metavar="NAME", help="the name of the launch, such as fraud-v3")
    help = f"the checklist: {SOURCE} (default: %(default)s)"
    parser.add_argument("--checklist", dest="source", default=DEFAULT, metavar="SOURCE", help=help)
    help = "the thing to launch, in one line (default: the topic of the checklist)"
    parser.add_argument("--topic", default="", metavar="WORDS", help=help)
    help = "the file to keep the launch in, in place of the store, such as launches/fraud-v3.jsonl"
    parser.add_argument(*OUTPUT, dest="output", metavar="FILE", help=help)
    help = "continue a launch with another checklist, such as the next version"
    more = "The log is kept, with the events of tasks that the new checklist does not have."
    parser = command("migrate", launches.migrate, help, *_RECORD, more=more)
    parser.add_argument("source", metavar="CHECKLIST", help=f"the new checklist: {SOURCE}")


def _add_records(command: Command) -> None:
    help, more = "record that work on tasks has begun", "With --next: exit 5 where no task can be begun."
    parser = command("begin", working.begin, help, *_RECORD, "--link", "--note", more=more)
    add(parser, "named", nargs="*")
    help = "begin the task that is next, which no other process then takes from the same store"
    parser.add_argument("--next", action="store_true", help=help)
    add(parser, *launches.SELECTION)
    add(parser, "--rules", default=None, help=_ORDER)

    def record(name: str, help: str, *shared: str, more: str = "") -> Parser:
        return command(name, launches.record, help, "named", *_RECORD, "--link", *(shared or ("--note",)), more=more)

    record("finish", "record that tasks are done")
    parser = record("block", "record that tasks are blocked")
    parser.add_argument("--reason", required=True, metavar="WORDS", help="the impediment")
    record("unblock", "record that tasks are no longer blocked")
    parser = record("reopen", "record that tasks have to be done again")
    parser.add_argument("--reason", default="", metavar="WORDS", help="the reason")
    parser = record(
        "waive", "record a waiver: tasks, or one criterion of them, are left undone on purpose until a date"
    )
    help = "waive only the criterion with this id: its risk is accepted, and its bare result is still shown"
    parser.add_argument("--criterion", type=identifier, metavar="ID", help=help)
    parser.add_argument("--reason", required=True, metavar="WORDS", help="the reason why the risk is acceptable")
    help = "the last day of the waiver, such as 2026-12-31"
    parser.add_argument("--expires", required=True, type=day, metavar="DAY", help=help)
    parser = record("not-applicable", "record that tasks do not apply, until they are reopened")
    parser.add_argument("--reason", required=True, metavar="WORDS", help="the reason why they do not apply")
    group = record("assign", "set or remove the owner of tasks").add_mutually_exclusive_group(required=True)
    group.add_argument("--to", dest="owner", type=one_line, metavar="OWNER", help="a person or a team")
    group.add_argument("--clear", dest="owner", action="store_const", const=None, help="remove the owner")
    group = record("due", "set or remove the due date of tasks").add_mutually_exclusive_group(required=True)
    group.add_argument("--on", dest="due", type=day, metavar="DAY", help="the due date, such as 2026-12-31")
    group.add_argument("--clear", dest="due", action="store_const", const=None, help="remove the due date")
    for name, help in (
        ("tick", "record that steps of a task are done"),
        ("untick", "record that steps are open again"),
    ):
        parser = command(name, launches.record, help, *_RECORD, "--link", "--note")
        parser.add_argument("task", metavar="TASK", help="the id of the task, such as c6")
        parser.add_argument(
            "named",
            nargs="+",
            type=some_ids,
            metavar="STEP",
            help="the id of a step; a wrong one is answered with all of them",
        )
    parser = record("note", "record a note on tasks", "--text", more="It does not change their status.")
    help = "retract events that were recorded by mistake: they count nowhere any more, and stay in the log"
    parser = command("retract", launches.record, help, *_RECORD)
    help = "the first 8 digits or more of an id, as in log (default: of the events that you have recorded, that of the latest time)"
    parser.add_argument("named", nargs="*", type=some_ids, metavar="ID", help=help)
    parser.add_argument("--reason", default="", metavar="WORDS", help="the reason")
    help = "record what people have ticked in a task list, and bring it up to date"
    more = "It exits with 1 where there are conflicts, and prints each with its line; all else is recorded."
    parser = command("sync", sync.sync, help, *_RECORD, more=more)
    help = "the task list, as 'render --format tasklist' writes it, replaced atomically; - is standard input and output"
    parser.add_argument("document", metavar="FILE", help=help)


def _add_proof(command: Command) -> None:
    help = "set the parts of what is launched, such as the model, or show them"
    more = "Done tasks that are not proven of it any more are reopened."
    parser = command("subject", proof.set_subject, help, *_RECORD, more=more)
    help = "a part by its file or its digest, such as model=model.onnx (default: show the parts)"
    parser.add_argument("parts", nargs="*", type=part, metavar="NAME=FILE", help=help)

    help = "add, list, show or withdraw evidence"
    parser = command("evidence", proof.evidence, help, *_RECORD, "--part", "--where", "--note")
    help = "add: files or, with --measure, numbers by hand; list; show or withdraw the evidence with an id"
    parser.add_argument("action", **one_of(proof.ACTIONS), help=help)
    parser.add_argument("targets", nargs="*", metavar="FILE|ID", help="files to add, or the first 8 digits of ids")
    flags: list[tuple[str, dict[str, Any]]] = [
        ("--same-subject", {"action": "store_true", "help": "it was measured of the parts that the launch has now"}),
        ("--importer", {"metavar": "NAME", "help": "the importer of the files (default: by their content)"}),
        (
            "--wanted",
            {
                "type": ids,
                "default": [],
                "metavar": "CLASSES",
                "help": "the classes of requests that deserve an answer (default: all)",
            },
        ),
        (
            "--sent",
            {
                "type": number(0),
                "metavar": "N",
                "help": "the number of requests that were sent, so that a cut file is noticed",
            },
        ),
        ("--warm-up", {"type": number(0), "metavar": "SECONDS", "help": "the seconds at the beginning to keep apart"}),
        (
            "--sampling",
            {
                **one_of(("stream", "set", "census")),
                "help": "stream: in a row; set: chosen independently; census: all there are",
            },
        ),
        (
            "--collected",
            {
                "type": timestamp,
                "metavar": "WHEN",
                "help": "the time at which it was measured, where the file does not say it",
            },
        ),
        (
            "--collected-from",
            {"type": timestamp, "metavar": "WHEN", "help": "the beginning of that, for numbers by hand"},
        ),
        (
            "--measure",
            {"metavar": "NAME", "help": "a measure, such as accuracy.wrong, whose numbers are given by hand"},
        ),
        ("--violations", {"type": number(0), "metavar": "K", "help": "the number of observations that were wrong"}),
        ("--of", {"type": number(0), "metavar": "N", "help": "the number of observations"}),
        ("--value", {"metavar": "NUMBER", "help": "the value of a measure that is a number"}),
        ("--reason", {"metavar": "WORDS", "help": "why evidence is withdrawn"}),
    ]
    for flag, details in flags:
        parser.add_argument(flag, **details)

    help = "record that a criterion of a task holds, as a person in a role"
    parser = command("attest", proof.attest, help, *_RECORD, "--link", "--note")
    parser.add_argument("task", metavar="TASK", help="the id of the task, such as c1")
    parser.add_argument("criterion", metavar="CRITERION", help="the id of the criterion")
    help = "the role in which it is said (default: the one that the criterion asks for)"
    parser.add_argument("--role", type=one_line, metavar="ROLE", help=help)
    parser.add_argument("--fails", action="store_true", help="say that it does not hold")
    help = "approve waivers, tasks marked as not applicable and withdrawals of evidence, as a second person"
    parser = command("approve", proof.approve, help, *_RECORD)
    parser.add_argument("named", nargs="+", metavar="ID", help="the first 8 digits or more of an id, as in log")


def _add_gates(command: Command) -> None:
    help = "decide a gate: exit 0 for GO, 3 for NO-GO, 4 for UNPROVEN"
    more = "Conditions such as --priority need no KPI, and can be given without GATE."
    shared = (option for option in _RESOURCES if option != "--save-options")
    parser = command("gate", proof.gate, help, "launch", "--store", "--no-limits", *shared, "--json", more=more)
    parser.set_defaults(rules=None, samples=None, save_options=False)
    parser.add_argument("gate", nargs="?", metavar="GATE", help="the id of a gate of the checklist")
    add(parser, "--at", type=view_time, help="decide it as of this time (default: now)")
    help = "name what is weaker than in this checklist, which was approved: a file, or an id of the catalog"
    parser.add_argument("--approved", metavar="SOURCE", help=help)
    help = "no task of this priority or a higher one is open"
    parser.add_argument("--priority", **one_of(priority.value for priority in Priority), help=help)
    parser.add_argument("--overdue", action="store_true", help="no open task is past its due date")
    parser.add_argument("--expired-waivers", action="store_true", help="no waiver has expired")
    parser.add_argument("--before", type=day, metavar="DAY", help="the launch is finished before this day")
    parser.add_argument("--chance", type=share, metavar="SHARE", help="with this probability (default: 0.8)")
    add_output(parser, "text", (*_PAGES, "junit", "github"))

    source = f"a checklist or a launch: {SOURCE}, or the name of a launch (default: {DEFAULT})"
    parser = command("examples", proof.examples, "list the example requests of audiences", "--store", "--no-limits")
    parser.add_argument("source", nargs="?", default=DEFAULT, metavar="SOURCE", help=source)
    parser.add_argument("--audience", metavar="ID", help="only those of the audience with this id")
    help = "print the curl commands that send them to the service at this address; nothing is sent"
    parser.add_argument("--curl", metavar="URL", help=help)
    help = "judge answers to example requests: exit 3 if one is not as agreed"
    parser = command("judge", proof.judge, help, "--launch", "--store", "--no-limits", "--by", "--at")
    help = "an example and the file with what its curl command printed, such as score=score.txt"
    parser.add_argument("answers", nargs="+", type=answer, metavar="EXAMPLE=FILE", help=help)
    parser.add_argument("--degraded", action="store_true", help="the fallback has to come")
    help = "add the result as evidence; examples that are not named count as wrong"
    parser.add_argument("--record", action="store_true", help=help)

    help = "record that the subject serves from now on, with the decision of a gate"
    parser = command("go-live", proof.go_live, help, *_RECORD)
    parser.add_argument("gate", metavar="GATE", help="the id of the gate")
    parser = command("take-down", proof.take_down, "record that nothing serves any more", *_RECORD)
    parser.add_argument("--reason", required=True, metavar="WORDS", help="the reason")
    help = "show what is live, who let it go live, and what that rests on"
    parser = command("live", proof.live, help, *_LAUNCH)
    add(parser, "--at", type=view_time, help="show what was live at this time (default: now)")
    add_output(parser, "text", _PAGES)


def _add_launches(command: Command) -> None:
    help = "show the progress of a launch, the next tasks and the status of every task"
    parser = command("status", launches.show_status, help, *_LAUNCH, *launches.SELECTION)
    add(parser, "--at", type=view_time, help="show the status as of this time (default: now)")
    add_output(parser, "text", (*_PAGES, "tasklist"))

    help = "show the events of a period, what needs attention, how the forecast has moved, and the next tasks"
    parser = command("review", launches.review, help, *_LAUNCH, *launches.SELECTION, *_RESOURCES)
    add(parser, "--rules", default=None, help=_ORDER)
    help = "the start of the period (default: a week before its end)"
    parser.add_argument("--since", type=start_time, metavar="WHEN", help=help)
    add(parser, "--at", type=view_time, help="the end of the period (default: now)")
    help = "the number of days without an event after which a task in progress is stale (default: %(default)s)"
    parser.add_argument("--stale-after", type=number(1), default=7, metavar="DAYS", help=help)
    help = f"the number of samples of each of the two forecasts, at most {_MOST_SAMPLES:,}; 0 for no forecast (default: 1,000, fewer beyond 100 tasks, 0 beyond 1,000)"
    parser.add_argument("--samples", type=number(0, _MOST_SAMPLES), metavar="N", help=help)
    add_output(parser, "text", (*_PAGES, "svg"))

    parser = command("log", launches.log, "show the events of a launch or of one task, oldest first", *_LAUNCH)
    parser.add_argument("--task", metavar="TASK", help="only the events of the task with this id (default: all)")
    command("launches", launches.show_names, "list the launches in the store", "--store", "--json")


def _add_files(command: Command) -> None:
    parser = command("merge", copies.merge, "merge copies of one launch", "--no-limits")
    parser.add_argument("files", nargs="+", metavar="FILE", help=f"a launch in {READABLE}; - for standard input")
    help = "the path to name in messages, whose suffix says the format, in place of two temporary files: %%P in a merge driver of git"
    parser.add_argument("--path", metavar="PATH", help=help)
    add_output(parser, "json", READERS)
    parser.flags["--format"].help = "the format of the output (default: by its suffix, else that of the first file)"
    parser = command(
        "export", copies.export, "write each launch in the store to a file of its own", "--store", "--json", "--quiet"
    )
    parser.add_argument("folder", metavar="FOLDER", help="the folder, made if there is none")
    parser.add_argument("-f", "--format", **one_of(READERS), default="jsonl", help="the format (default: %(default)s)")
    parser = command("schema", checklists.show_schema, "print the JSON Schema of a kind of file, for editors")
    help = f"the kind, as the file has it under kind: {join_words(list(KINDS), 'or')}"
    parser.add_argument("kind", **one_of(KINDS, "KIND"), help=help)
    parser = command("completion", _show_script, "print the script that completes what you type in a shell")
    help = "bash, zsh or fish; evaluate the script in the start file of the shell"
    parser.add_argument("shell", **one_of(SHELLS, "SHELL"), help=help)
    help = "import every launch in a folder into the store: all of them or none"
    parser = command("import", copies.import_files, help, "--store", "--no-limits", "--json", "--quiet")
    parser.add_argument("folder", metavar="FOLDER", help="the folder")
