"""The bundled checklist, what to do next and why, and the whole of it as a page."""

from pathlib import Path
from tempfile import mkdtemp

from servingchecklist import CRITICAL_FIRST, model_serving, next_tasks, order, read, write

checklist = model_serving()
print(f"{checklist.title}: {len(checklist)} tasks in {len(checklist.phases)} phases\n")

print("Next, once c1 is done:")
for best in next_tasks(checklist, done={"c1"}):
    print(f"  {best.rank}. {best.title}: {', '.join(best.reasons)}")

print("\nWhat is critical first:", " ".join(order(checklist, rules=CRITICAL_FIRST).ids))

folder = Path(mkdtemp())
for name in ("launch.html", "launch.md", "launch.toml"):
    write(checklist, folder / name)
assert read(folder / "launch.toml") == checklist
print("\nWritten as a page, a task list and a file to edit.")
