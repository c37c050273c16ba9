r"""Lists that others wrote, as checklists: Markdown with boxes, CSV, and rows of a spreadsheet, a dataframe or another tool.

Importers are lenient: what does not fit is dropped or changed, and reported in the notes.

>>> from servingchecklist import imports
>>> found = imports.from_csv("Task,Title,Phase\nDB 1,Back up,Prepare\n", id="release")
>>> found.checklist["db-1"].title, str(found.notes[0])
('Back up', "line 2: 'DB 1' is not an id: the task is 'db-1'")
"""

from ._imports.draft import Imported, Note
from ._imports.markdown import from_markdown
from ._imports.records import from_csv, from_records

__all__ = ["Imported", "Note", "from_csv", "from_markdown", "from_records"]
