"""Bring a team's own list in: a Markdown task list, a review in JSON, or tables with levels.

    python bring_your_own_list.py [LIST ...] [-o FOLDER]

Without a LIST it reads the three in lists/, beside this file. Each checklist is written to FOLDER as TOML and as a page.
"""

import argparse
import json
import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

from servingchecklist import Checklist, ChecklistError, Facet, Phase, Priority, Reference, Step, Task, slug, write

LONGEST = 200


def title_and_rest(text: str) -> tuple[str, str]:
    """Split a text that is too long for a title at a sentence or a word, and keep all of it as the description."""
    if len(text) <= LONGEST:
        return text, ""
    sentence = re.match(r".{1,199}?[.!?](?=\s)", text, re.DOTALL)
    return (sentence[0] if sentence else text[: LONGEST - 1].rpartition(" ")[0] + "…"), text


def field_of(item: dict[str, str | None], key: str, otherwise: str = "") -> str:
    """Return a field of an item without blanks around it; lists by many hands have fields that are missing, empty or null."""
    return " ".join((item.get(key) or otherwise).split())


def category_of(item: dict[str, str | None]) -> str:
    return field_of(item, "category", "Other")


def links(address: str) -> list[Reference]:
    """Return the reference for an address; none where it is something else, such as a sentence."""
    try:
        return [Reference("Read more", address)] if address else []
    except ChecklistError:
        return []


def review(path: Path) -> Checklist:
    """Read a review: categories are phases, subcategories sections, and what other tools need stays as annotations."""
    document = json.loads(path.read_text("utf-8"))
    # A review names its severities in its own language, the worst first.
    names = [field_of(severity, "name") for severity in document.get("severities", [])]
    words = dict(zip(names, ("high", "medium", "low"), strict=False))
    phases, taken = [], set()
    in_order = sorted(document["items"], key=category_of)
    for category, members in groupby(in_order, key=category_of):
        tasks = []
        for item in members:
            title, description = title_and_rest(field_of(item, "text", "Untitled"))
            taken.add(name := slug(field_of(item, "id", title), taken))
            tasks.append(
                Task(
                    name,
                    title,
                    description=description,
                    priority=Priority.parse(field_of(item, "severity", "medium"), words),
                    section=title_and_rest(field_of(item, "subcategory"))[0],
                    labels=[slug(pillar)] if (pillar := field_of(item, "waf")) else [],
                    annotations={
                        key: text for key in ("guid", "graph", "training", "link") if (text := field_of(item, key))
                    },
                    references=links(field_of(item, "link")),
                )
            )
        phases.append(Phase(slug(category, {phase.id for phase in phases}), category, tasks=tasks))
    title = document.get("metadata", {}).get("name") or path.stem
    return Checklist(slug(title), title, phases=phases)


def sections(lines: Iterable[str]) -> Iterator[tuple[int, str, list[str]]]:
    """Yield each heading of a Markdown file: its level, its text, and the lines below it."""
    level, heading, below, fence = 0, "", [], False
    for line in lines:
        fence ^= line.lstrip().startswith("```")
        if not fence and (match := re.match(r"(#{1,6}) +(.*)", line)):
            yield level, heading, below
            level, heading, below = len(match[1]), match[2].strip(), []
        else:
            below.append(line)
    yield level, heading, below


BOX = re.compile(r"( *)(?:[-*+]|[0-9]+[.)]) \[[ xX]\] (.*)")


def boxes(lines: Iterable[str]) -> Iterator[tuple[str, list[str]]]:
    """Yield each box that is not indented: its text, and the lines below it without their indentation."""
    text, below = None, []
    for line in lines:
        match = BOX.match(line)
        if match and not match[1]:
            if text is not None:
                yield text, below
            text, below = match[2], []
        elif text is not None:
            below.append(re.sub("^ {1,3}", "", line))
    if text is not None:
        yield text, below


def task_of(text: str, below: list[str], section: str, taken: set[str]) -> Task:
    """Make a task of a box: sub-boxes become steps, and the other lines its description, with lists and commands as they are."""
    word = re.search(r" \((P[0-3])\)$", text)
    text = text.removesuffix(word[0]) if word else text
    pages = re.findall(r"\[[^\]]+\]\(([^)\s]+)\)", text)
    title, rest = title_and_rest(
        re.sub(r"\[([^\]]+)\]\([^)]*\)", r"\1", text).replace("**", "").replace("`", "").strip()
    )
    steps: dict[str, Step] = {}
    for match in filter(None, map(BOX.match, below)):  # of any depth: there is one level of steps
        name = slug(match[2], steps)
        steps[name] = Step(name, title_and_rest(match[2])[0])
    description = "\n".join(line for line in below if not BOX.match(line)).strip()
    taken.add(name := slug(title, taken))
    return Task(
        name,
        title,
        priority=Priority.parse(word[1]) if word else Priority.MEDIUM,
        section=section,
        steps=list(steps.values()),
        references=[link for page in pages for link in links(page)],
        description="\n\n".join(filter(None, (rest, description))),
    )


def task_list(path: Path) -> Checklist:
    """Read a Markdown task list: headings of the second level are phases, those below are sections."""
    title, phases, taken = path.stem, [], set()
    for level, heading, below in sections(path.read_text("utf-8").splitlines()):
        title = heading if level == 1 else title
        tasks = [task_of(text, more, heading if level > 2 else "", taken) for text, more in boxes(below)]
        if level > 2 and phases:
            phases[-1] = Phase(phases[-1].id, phases[-1].title, tasks=[*phases[-1].tasks, *tasks])
        elif level == 2 or tasks:
            phases.append(Phase(slug(heading or title, {phase.id for phase in phases}), heading or title, tasks=tasks))
    return Checklist(slug(title), title, phases=phases)


def tables(path: Path) -> Checklist:
    """Read tables with a column for each level: a level is a value of a facet, so that for_context picks the tasks of one level."""
    title, phases, taken, levels = path.stem, [], set(), []
    for level, heading, below in sections(path.read_text("utf-8").splitlines()):
        rows = [[cell.strip() for cell in line.strip("| ").split("|")] for line in below if line.startswith("|")]
        title = heading if level == 1 else title
        if len(rows) < 3:
            continue
        levels = [head.removeprefix("Level ") for head in rows[0][2:]]
        tasks = []
        for name, description, *marks in rows[2:]:
            taken.add(task_id := slug(name, taken))
            needed = [value for value, mark in zip(levels, marks, strict=False) if mark]
            when = {} if needed == levels else {"level": needed}
            tasks.append(Task(task_id, name, description=description, when=when))
        phases.append(Phase(slug(heading, {phase.id for phase in phases}), heading, tasks=tasks))
    return Checklist(slug(title), title, phases=phases, facets=[Facet("level", "Level", levels)])


def bring_in(path: Path) -> Checklist:
    """Read a list by its kind."""
    if path.suffix == ".json":
        return review(path)
    return task_list(path) if any(map(BOX.match, path.read_text("utf-8").splitlines())) else tables(path)


def main() -> None:
    parser = argparse.ArgumentParser(description="Bring a team's own list in.")
    own = Path(__file__).with_name("lists")
    parser.add_argument("lists", nargs="*", type=Path, default=sorted(own.iterdir()), metavar="LIST")
    parser.add_argument("-o", "--output", type=Path, metavar="FOLDER", help="write the checklists there")
    options = parser.parse_args()
    if options.output:
        options.output.mkdir(parents=True, exist_ok=True)
    for path in options.lists:
        checklist = bring_in(path)
        steps = sum(len(task.steps) for task in checklist)
        print(f"{checklist.id}: {len(checklist.phases)} phases, {len(checklist)} tasks, {steps} steps")
        if ticked := len(re.findall(r"\[[xX]\] ", path.read_text("utf-8"))):
            print(f"  {ticked} ticked: start a launch, and finish or tick them there")
        if options.output:
            write(checklist, options.output / f"{checklist.id}.toml")
            write(checklist, options.output / f"{checklist.id}.html")


if __name__ == "__main__":
    main()
