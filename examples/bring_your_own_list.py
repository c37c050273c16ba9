"""Bring a team's own list in: a Markdown task list, a review in JSON, or tables with levels.

    python bring_your_own_list.py [LIST ...] [-o FOLDER]

Without a LIST it reads the three in lists/, beside this file. Each checklist is written to FOLDER as TOML and as a page.
"""

import argparse
import json
from pathlib import Path

import attrs

from servingchecklist import Facet, imports, slug, write


def review(path: Path) -> imports.Imported:
    """Read a review: categories are phases, subcategories sections, and what other tools need stays as annotations."""
    document = json.loads(path.read_text("utf-8"))
    title = document.get("metadata", {}).get("name") or path.stem
    names = [severity["name"] for severity in document.get("severities", [])]  # in its own language, the worst first
    return imports.from_records(
        document["items"],
        id=slug(title),
        title=title,
        columns={
            "task": "id",
            "title": "text",
            "phase": "category",
            "section": "subcategory",
            "priority": "severity",
            "labels": "waf",
            "references": "link",
            "annotations": ["guid", "graph", "training"],
        },
        priorities=dict(zip(names, ("high", "medium", "low"), strict=False)),
    )


def tables(path: Path) -> imports.Imported:
    """Read tables with a column for each level: a level is a value of a facet, so that for_context picks the tasks of one level."""
    title, phase, head = path.stem, "", []
    rows: list[dict[str, str]] = []
    for line in path.read_text("utf-8").splitlines():
        if line.startswith("# "):
            title = line[2:]
        elif line.startswith("#"):
            phase, head = line.lstrip("# "), []
        elif line.startswith("|"):
            cells = [cell.strip() for cell in line.strip("| ").split("|")]
            if head and not set(line) <= set("|-: "):
                rows.append({"phase": phase, **dict(zip(head, cells, strict=False))})
            head = head or cells
    levels = [name for name in rows[0] if name.startswith("Level ")]
    found = imports.from_records(rows, id=slug(title), title=title, columns={"title": "Name"})
    checklist = attrs.evolve(found.checklist, facets=[Facet("level", "Level", [name[6:] for name in levels])])
    for task, row in zip(found.checklist, rows, strict=True):
        needed = [name[6:] for name in levels if row.get(name)]
        if len(needed) < len(levels):
            checklist = checklist.replace_task(task, when={"level": needed})
    return attrs.evolve(found, checklist=checklist)


def bring_in(path: Path) -> imports.Imported:
    """Read a list by its kind."""
    if path.suffix == ".json":
        return review(path)
    text = path.read_text("utf-8")
    if "[ ] " not in text and "[x] " not in text:
        return tables(path)
    found = imports.from_markdown(text, id=slug(path.stem))
    return attrs.evolve(found, checklist=attrs.evolve(found.checklist, id=slug(found.checklist.title)))


def main() -> None:
    parser = argparse.ArgumentParser(description="Bring a team's own list in.")
    own = Path(__file__).with_name("lists")
    parser.add_argument("lists", nargs="*", type=Path, default=sorted(own.iterdir()), metavar="LIST")
    parser.add_argument("-o", "--output", type=Path, metavar="FOLDER", help="write the checklists there")
    options = parser.parse_args()
    if options.output:
        options.output.mkdir(parents=True, exist_ok=True)
    for path in options.lists:
        found = bring_in(path)
        checklist = found.checklist
        steps = sum(len(task.steps) for task in checklist)
        print(f"{checklist.id}: {len(checklist.phases)} phases, {len(checklist)} tasks, {steps} steps")
        for note in found.notes:
            print(f"  {note}")
        if options.output:
            write(checklist, options.output / f"{checklist.id}.toml")
            write(checklist, options.output / f"{checklist.id}.html")


if __name__ == "__main__":
    main()
