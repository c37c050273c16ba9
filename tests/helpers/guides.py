"""Checks of a guide that travels in the package: its numbers are computed by a test, and its blocks can be taken out."""

import re
from pathlib import Path

import servingchecklist

FOLDER = Path(servingchecklist.__file__).parent / "guides"
FENCED = re.compile(r"^( *)(```+|~~~+)([^\n]*)\n(.*?)^\1\2 *$", re.MULTILINE | re.DOTALL)
_TARGET = re.compile(r"\]\([^)\s]*\)|<https?://[^>]*>|`[^`\n]*`")


def text_of(name):
    """Return the Markdown text of a guide."""
    return (FOLDER / f"{name}.md").read_text("utf-8")


def blocks_of(name, language):
    """Return the code blocks of one language, without their fences."""
    return [body for _, _, info, body in FENCED.findall(text_of(name)) if info.split()[:1] == [language]]


def prose_of(name):
    """Return the text that makes claims: without code blocks, code spans and the targets of links, all blanks being one."""
    return " ".join(_TARGET.sub("] ", FENCED.sub("", text_of(name))).split())


def check_numbers(name, computed, stated):
    """Check that each number of a guide is within one of the phrases that are given, and each phrase within the guide.

    ``computed`` are phrases that the test has built of results; ``stated`` those that are decisions, inputs or facts with a source. What
    is left of the prose when all are taken away has no digit.
    """
    rest = prose_of(name)
    missing = [phrase for phrase in (*computed, *stated) if phrase not in rest]
    assert not missing, f"the guide {name} does not say: {missing}"
    for phrase in sorted((*computed, *stated), key=len, reverse=True):
        rest = rest.replace(phrase, "\N{MIDDLE DOT}")
    left = [
        rest[max(0, match.start() - 40) : match.end() + 20] for match in re.finditer(r"(?<![\w.#-])\d[\d.,]*", rest)
    ]
    assert not left, f"numbers of the guide {name} that no test computes or names: {left}"
