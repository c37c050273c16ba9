"""The language of the code: docstrings open with a verb or a noun phrase, so that one knows what a name stands for from its first word."""

import ast
import re
from pathlib import Path

import pytest

import servingchecklist

ROOT = Path(servingchecklist.__file__).parent
FORBIDDEN = re.compile(r"(What|How|Where|Who|Whom|Which|When|Whether|That|Whatever|Whoever)\b")
MODULES = sorted(ROOT.rglob("*.py"))


def openings(tree):
    """The docstrings of a module and of all that is in it, and the strings that describe its constants."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield ast.get_docstring(node) or ""
    for node in tree.body:
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield node.value.value


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_docstring_opens_with_a_riddle(path):
    found = [text.splitlines()[0] for text in openings(ast.parse(path.read_text("utf-8"))) if FORBIDDEN.match(text)]
    assert found == []


def test_the_check_sees_what_it_looks_for():
    source = '"""What it is."""\nX = 1\n"""How many."""\ndef f():\n    """Where."""\nclass C:\n    """That."""\n'
    assert [text for text in openings(ast.parse(source)) if FORBIDDEN.match(text)] == [
        "What it is.",
        "Where.",
        "That.",
        "What it is.",
        "How many.",
    ]


OLD = {
    "names": "_door|upstairs|Displayed|_collector|Rebuilt|rebuild|raise_invalid|raise_unknown|blocked_by|move_to|IllegalMoveError|"
    "IllegalMove|lender|told_apart|GRAIN|WINS|blamed|circle_fault|PickledByConstructor|launch-moved",
    "words": "settled|edition|editions|lay on|lays on|laid on|lies on|moment|moments|taken for granted|comes after itself|"
    "whoever|somebody|anybody|everybody|stranger|strangers|knows until when|recorded against each other",
}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_old_words_do_not_come_back(path):
    text = path.read_text("utf-8")
    assert re.findall(rf"\b(?:{OLD['names']})\b", text) + re.findall(rf"(?i)\b(?:{OLD['words']})\b", text) == []
