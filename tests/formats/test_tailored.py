"""What is said of overlays, diffs, explanations, upgrades and tailored checklists, where it is not as in the snapshots."""

import json
import subprocess
import sys
from functools import cache
from itertools import zip_longest
from pathlib import Path

import attrs
import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from helpers.layout import with_elements, with_tokens
from helpers.pages import as_in_a_fragment, breaks_as_text
from helpers.strategies import BIDI_CONTROLS, CONTROLS, SURROGATES, checklists, is_seen, lines
from helpers.tailorings import NEW, OLD, OVERLAY, said_by, shown, tailored
from servingchecklist import (
    Checklist,
    Effort,
    Facet,
    Overlay,
    Phase,
    Priority,
    Reference,
    Risk,
    Step,
    Task,
    changes,
    dumps,
    for_context,
    tailor,
)
from servingchecklist._text import split_number
from servingchecklist.formats._document import Fields, Items, Section, Table, plain
from servingchecklist.formats._views import document, values
from servingchecklist.formats._views.checklist import tailoring
from servingchecklist.formats.html import fragment
from servingchecklist.results import Choice, Conflict, Diff, Difference, Explanation, Origin, Revision
from servingchecklist.tailoring import diff, explain, upgrade

FOR_PEOPLE = ["markdown", "html", "text"]
KINDS = list(shown())
PLAIN = Checklist("x", "X", phases=[Phase("p", "P", tasks=[Task("a", "Try"), Task("b", "Ship", after=["a"])])])


def laid(*made, on=PLAIN):
    return tailor(on, Overlay("o", "O", changes=made))


def facts(value):
    """What the sections of a page state, a line each: ids with their facts, fields with their values, and tables cell by cell."""
    return [
        line for section in document(value, "text").blocks if isinstance(section, Section) for line in stated(section)
    ]


def stated(block):
    match block:
        case Section():
            return [line for inner in block.blocks for line in stated(inner)]
        case Items():
            return [
                line
                for item in block.items
                for line in (*about(item), *(x for inner in item.body for x in stated(inner)))
            ]
        case Fields():
            return [line for field in block.fields for line in values_of(field)]
        case Table():
            return [plain(cell) for row in block.rows for cell in (row.item.title, *row.cells)]
    return [plain(block.line)]


def about(item):
    return [": ".join([item.id, *map(plain, item.facts)])] if item.id else []


def values_of(field):
    lines = list(map(plain, field.lines))
    return [f"{field.name}: {lines[0]}"] if len(lines) == 1 else [f"{field.name}:", *lines]


# What each kind says


@pytest.mark.parametrize(
    ("made", "told"),
    [
        (changes.SetTask("a", priority=Priority.HIGH, reason="r"), ["a: changed", "priority: medium -> high"]),
        (changes.SetTask("a", effort=Effort(1, 2), reason="r"), ["a: changed", "effort: none -> 1-2 days"]),
        (changes.SetTask("b", after=[], reason="r"), ["b: changed", "comes after: a -> none"]),
        (
            changes.SetTask("a", risk=Risk(5, 2), reason="r"),
            ["a: changed", "risk: none -> blast radius 5, likelihood 2"],
        ),
        (changes.SetTask("a", description="One.", reason="r"), ["a: changed", "description: new: One."]),
        (
            changes.SetTask("a", description=" ", reason="r"),
            ["a: changed", "description: only its white space differs"],
        ),
        (
            changes.SetTask("a", references=[Reference("A page", "a.md")], reason="r"),
            ["a: changed", "references: new: A page <a.md>"],
        ),
        (changes.DropTask("b", reason="r"), ["b: dropped"]),
        (changes.MoveTask("b", phase="p", before="a", reason="r"), ["b: moved", "place: behind a -> first"]),
        (
            changes.AddTask(Task("c", "C", effort=Effort(1, 1), after=["a", "b"]), phase="p", reason="r"),
            ["c: added", "facts: medium, 1 day, after a and b"],
        ),
        (changes.SetPhase("p", description="One.", reason="r"), ["p: changed", "description: new: One."]),
        (changes.AddPhase(Phase("q", "Q"), reason="r"), ["q: added", "holds: no tasks"]),
        (changes.AddPhase(Phase("q", "Q"), before="p", reason="r"), ["q: added", "holds: no tasks"]),
        (changes.SetChecklist(topic="T", reason="r"), ["topic: none -> T"]),
        (changes.SetChecklist(tips=["One.", "Two."], reason="r"), ["tips:", "new: One.", "new: Two."]),
        (
            changes.SetChecklist(facets=[Facet("mode", "Mode", ["a", "b"])], reason="r"),
            ["facets: new: Mode (mode): a or b"],
        ),
    ],
)
def test_a_diff_says_what_was_and_what_is(made, told):
    assert facts(diff(PLAIN, laid(made))) == told


def test_a_diff_says_where_a_task_and_a_phase_have_gone():
    two = laid(changes.AddPhase(Phase("q", "Q"), reason="r"), changes.MoveTask("a", phase="q", reason="r"))
    assert facts(diff(PLAIN, two)) == ["q: added", "holds: 1 task", "a: moved", "phase: p -> q"]
    three = laid(changes.MovePhase("q", before="p", reason="r"), on=attrs.evolve(two, base=None, layers=()))
    assert facts(diff(two, three)) == ["q: moved", "place: behind p -> first"]


def test_a_diff_counts_each_thing_once_and_in_words():
    made = laid(
        changes.SetTask("a", title="T", priority=Priority.LOW, reason="r"),
        changes.SetTask("b", priority=Priority.LOW, reason="r"),
        changes.SetChecklist(title="Y", version="2", reason="r"),
    )
    assert dumps(diff(PLAIN, made), "text").splitlines()[:3] == [
        "What differs: Y",
        "===============",
        "From x 1 to x 2: 2 tasks changed and 2 fields of the checklist changed.",
    ]


@pytest.mark.parametrize("format", FOR_PEOPLE)
def test_what_is_empty_says_so_in_a_sentence(format):
    assert "Two forms of x 1. Nothing differs." in dumps(diff(PLAIN, PLAIN), format)
    assert "Everything is as in x 1." in dumps(explain(PLAIN), format)
    nothing = "Nothing is left to carry over: the overlay changes nothing."
    assert nothing in dumps(upgrade(PLAIN, PLAIN, Overlay("o", "O")), format)
    assert "It changes nothing." in dumps(Overlay("o", "O"), format)


def test_an_explanation_of_a_task_tells_every_layer_of_the_fields_that_it_has():
    made = tailor(
        PLAIN,
        Overlay("one", "One", changes=[changes.SetTask("a", effort=Effort(1, 1), reason="first")]),
        Overlay("two", "Two", version="2.1", changes=[changes.SetTask("a", effort=Effort(2, 2), reason="second")]),
    )
    text = dumps(explain(made, "a"), "text")
    assert "Task a of x 1.\nMade of x 1, one 1 and two 2.1.\n" in text
    place = text.splitlines().index(f"   effort{' ' * 13}  2 days")
    assert [line.strip() for line in text.splitlines()[place : place + 8]] == [
        f"effort{' ' * 13}  2 days",
        "set by: two 2.1",
        "before: 1 day",
        "why: second",
        "effort, before that  1 day",
        "set by: one 1",
        "before: none",
        "why: first",
    ]
    shown = [row.cells and row.item.title for row in document(explain(made, "a"), "text").blocks[-1].blocks[0].rows]
    assert shown == ["id", "title", "priority", "effort", "effort, before that", "phase"]


def test_an_explanation_says_which_task_was_dropped_and_why():
    made = laid(changes.DropTask("b", reason="nobody asks"))
    told = ["as a whole", "dropped", "o 1", "medium, after a", "nobody asks"]
    assert facts(explain(made, "b")) == told
    assert facts(explain(made)) == ["b", *told]


def test_a_change_outside_of_any_overlay_has_no_reason():
    made = attrs.evolve(laid(changes.SetChecklist(topic="T", reason="r")), topic="U")
    text = dumps(explain(made), "text")
    assert f"   topic{' ' * 13}  U\n{' ' * 23}set by: by-hand 1\n{' ' * 23}before: T\n" in text
    assert text.count("why:") == 1
    assert "| topic | U | by-hand 1 | T |  |" in dumps(explain(made), "markdown")


def test_an_explanation_of_a_long_text_tells_what_is_its_own():
    on = laid(changes.SetTask("a", description="One. Two. Three.", reason="r"))
    assert _cells(on, "One. Two. Three. Four.") == ("\u2026 Four.", "the same without that")
    assert _cells(on, "One. Three.") == ("the same without that", "\u2026 Two. \u2026")
    assert _cells(on, "One. 2. Three.") == ("\u2026 2. \u2026", "\u2026 Two. \u2026")
    assert _cells(on, "One.\n\nTwo. Three.") == ("One. Two. Three.", "only its white space differs")
    assert _cells(on, "") == ("none", "One. Two. Three.")
    assert _cells(on, "word " * 60)[0] == ("word " * 32).strip() + " \u2026"
    assert _cells(on, "x" * 300)[0] == "x" * 160 + " \u2026"


def _cells(on, description):
    made = laid(changes.SetTask("a", description=description, reason="r"), on=attrs.evolve(on, base=None, layers=()))
    row = next(row for row in _table(explain(made, "a")) if row[0] == "description")
    return row[1], row[3]


def _table(value):
    page = html5lib.parse(dumps(value, "html"), namespaceHTMLElements=False)
    return [["".join(cell.itertext()) for cell in row] for row in page.iter("tr")]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (changes.SetTask("a", after=["b"], clear=["effort"], reason="why not"), ["comes after: b", "effort: none"]),
        (changes.SetTask("a", also_after=["b", "c"], reason="why not"), ["also comes after: b and c"]),
        (changes.SetTask("a", description="", when=[], reason="why not"), ["description: none", "is there where: everywhere"]),
        (changes.DropTask("a", reason="why not"), []),
        (changes.AddTask(Task("t", "T"), phase="p", before="a", reason="why not"), ["place: in p, before a", "priority: medium"]),
        (changes.MoveTask("a", phase="p", behind="b", reason="why not"), ["place: in p, behind b"]),
        (changes.SetPhase("p", title="T", clear=["guide"], reason="why not"), ["title: T", "guide: none"]),
        (changes.DropPhase("p", reason="why not"), []),
        (changes.AddPhase(Phase("p", "P", guide=Reference("G", "g.md")), reason="why not"), ["place: at the end", "guide: G <g.md>"]),
        (changes.AddPhase(Phase("p", "P", tasks=[Task("t", "T")]), reason="why not"), ["place: at the end", "tasks: t: T (medium)"]),
        (changes.MovePhase("p", before="q", reason="why not"), ["place: before q"]),
        (changes.SetChecklist(topic="", context={"m": ["x", "y"]}, reason="why not"), ["topic: none", "made for: m is x or y"]),
    ],
)  # fmt: skip
def test_an_overlay_says_what_each_change_does_and_why(change, told):
    assert facts(Overlay("o", "O", changes=[change])) == [*told, "why: why not"]


@pytest.mark.parametrize(
    ("change", "head"),
    [
        (changes.SetTask("a", title="T", reason="r"), "Change task a"),
        (changes.DropTask("a", reason="r"), "Drop task a"),
        (changes.AddTask(Task("a", "T"), phase="p", reason="r"), "Add task a: T"),
        (changes.MoveTask("a", phase="p", reason="r"), "Move task a"),
        (changes.SetPhase("p", title="T", reason="r"), "Change phase p"),
        (changes.DropPhase("p", reason="r"), "Drop phase p"),
        (changes.AddPhase(Phase("p", "T"), reason="r"), "Add phase p: T"),
        (changes.MovePhase("p", reason="r"), "Move phase p"),
        (changes.SetChecklist(title="T", reason="r"), "Change the checklist"),
    ],
)
def test_an_overlay_numbers_its_changes(change, head):
    overlay = Overlay("o", "O", changes=[changes.SetChecklist(topic="T", reason="r"), change])
    assert f"\n   2. {head}\n" in dumps(overlay, "text")
    assert f"\n2. {head}\n" in dumps(overlay, "markdown")
    assert f'<li value="2">\n<h3>{head}</h3>\n' in dumps(overlay, "html")


def test_an_overlay_says_what_it_is_for():
    assert dumps(Overlay("o", "O", version="7"), "text").splitlines()[2] == "o 7, for any checklist"
    assert dumps(Overlay("o", "O", version="7", base="x"), "text").splitlines()[2] == "o 7, for x"


def test_references_are_links_where_they_are_told_whole():
    page, text = dumps(OVERLAY, "html"), dumps(OVERLAY, "markdown")
    for title, url in (
        ("Why scores drift", "https://example.com/drift"),
        ("Traffic replay", "https://example.com/replay"),
    ):
        assert f'<a href="{url}" rel="noopener noreferrer">{title}</a>' in page
        assert f"[{title}](<{url}>)" in text
    assert "Our notes (<code>notes/fraud.md</code>)" in page


CARRIED = upgrade(OLD, NEW, OVERLAY)


def test_an_upgrade_tells_each_conflict_with_its_sides_and_how_to_decide():
    text = dumps(CARRIED, "text")
    assert [one.path for one in CARRIED.conflicts] == ["tasks.access", "tasks.load.effort", "tasks.load.description"]
    for one in CARRIED.conflicts:
        assert f"       {one.path}\n       base:" in text
    assert text.count("       why ours: ") == 3
    assert 'decisions={"tasks.access": "ours"}' in " ".join(text.split())
    decided = upgrade(OLD, NEW, OVERLAY, {one.path: "theirs" for one in CARRIED.conflicts})
    assert "No open conflicts, 1 change made on both sides alike and " in " ".join(dumps(decided, "text").split())
    assert "Open conflicts" not in dumps(decided, "text")


def test_an_upgrade_says_that_what_is_open_is_a_draft_and_how_to_decide_from_a_shell():
    text = " ".join(dumps(CARRIED, "text").split())
    assert "left in the draft of the overlay. Open conflicts" in text
    assert "on the command line, --ours tasks.access. What is not decided is as theirs" in text
    decided = upgrade(OLD, NEW, OVERLAY, {one.path: "ours" for one in CARRIED.conflicts})
    assert "left in the overlay." in " ".join(dumps(decided, "text").split())


@pytest.mark.parametrize("format", ["text", "markdown", "html"])
def test_an_upgrade_tells_what_was_linked_around(format):
    made = attrs.evolve(CARRIED, relinked=["tasks.load.after"])
    page = dumps(made, format)
    assert (
        page.index("Changed on both sides alike") < page.index("Linked around") < page.index("What the overlay still")
    )
    section = page[page.index("Linked around") : page.index("What the overlay still")]
    assert "Test under load (Fraud score)" in section
    assert "tasks.load.after" in section
    assert "Linked around" not in dumps(CARRIED, format)


def test_an_upgrade_tells_what_a_newer_version_of_the_overlay_changes():
    load = Task("load", "Test", effort=Effort(1, 1), description="Ask. Wait.", steps=[Step("a", "A")])
    more = attrs.evolve(load, effort=Effort(2, 2), description="Ask. Watch.", steps=[])
    old, new = (
        Overlay("lent", "Lent", version=version, changes=[changes.AddTask(task, phase="all", reason="r"), *others])
        for version, task, others in (
            ("1", load, []),
            ("2", more, [changes.SetChecklist(topic="Fraud", tips=["T"], reason="r")]),
        )
    )
    base = Checklist("x", "X", phases=[Phase("all", "All", tasks=[Task("a", "A")])])
    found = upgrade(base, base, old, replacement=new)
    assert dumps(found, "text") == (
        "Upgrade: Lent\n"
        "=============\n"
        "lent 2 takes the place of lent 1, on x 1.\n"
        "1 task changed and 2 fields of the checklist changed.\n\n"
        "The checklist\n"
        "   topic: none -> Fraud\n"
        "   other words in: tips\n\n"
        "Tasks\n\n"
        "   Test\n"
        "       load: changed\n"
        "       effort: 1 day -> 2 days\n"
        "       other words in: description and steps\n"
    )
    same = upgrade(base, base, old, replacement=attrs.evolve(old, version="2"))
    assert "\nlent 2 takes the place of lent 1, on x 1.\nNothing differs.\n" in dumps(same, "text")
    for format in ("markdown", "html"):
        assert "takes the place of" in dumps(found, format)


def with_conflict(*conflicts):
    return attrs.evolve(CARRIED, conflicts=conflicts, agreed=())


@pytest.mark.parametrize(
    ("conflict", "title", "told"),
    [
        (Conflict("topic", "A", "B", "C"), "The checklist", ["base: A", "ours: B", "theirs: C"]),
        (
            Conflict("tips", (), ("B",), ("C",)),
            "The checklist",
            ["base: none", "ours: B", "theirs: C"],
        ),
        (
            Conflict("tasks.load.after", ("access",), ("runbook",), (), problem="would form a dependency cycle"),
            "Test under load (Fraud score)",
            ["base: access", "ours: runbook", "theirs: none", "problem: would form a dependency cycle"],
        ),
        (
            Conflict("tasks.load.place", "", "runbook", "alerts"),
            "Test under load (Fraud score)",
            ["base: first", "ours: behind runbook", "theirs: behind alerts"],
        ),
        (
            Conflict("tasks.gone", OLD["load"], attrs.evolve(OLD["load"], references=()), None),
            "Test under load",
            [
                "base: medium, 2-3 days, after access, where mode is online",
                "ours: other references",
                "theirs: dropped",
            ],
        ),
        (
            Conflict("tasks.gone", OLD["load"], None, OLD["load"]),
            "Test under load",
            ["base: medium, 2-3 days, after access, where mode is online", "ours: dropped", "theirs: at another place"],
        ),
        (
            Conflict("phases.gone", Phase("gone", "G"), None, Phase("gone", "H")),
            "G",
            ["base: no tasks", "ours: dropped", "theirs:", "no tasks", "title: H, not G"],
        ),
        (
            Conflict("phases.build.guide", None, Reference("A", "a.md"), Reference("B", "b.md"), reason="why"),
            "Build and rehearse",
            ["base: none", "ours: A <a.md>", "theirs: B <b.md>", "why ours: why"],
        ),
        (
            Conflict("gone", Phase("gone", "G"), Task("gone", "T"), None),
            "The checklist",
            ["base: no tasks", "ours: medium", "theirs: dropped"],
        ),
        (Conflict("phases.gone.title", "A", "B", "C"), "phases.gone.title", ["base: A", "ours: B", "theirs: C"]),
    ],
)
def test_a_conflict_is_told_by_what_each_side_made_of_it(conflict, title, told):
    made = with_conflict(conflict)
    found = facts(attrs.evolve(made, draft_overlay=Overlay("o", "O")))
    assert found[0].startswith("Decide on each by its path")
    assert found[1:] == [conflict.path, *told]
    assert f"\n   {title}\n       {conflict.path}\n" in dumps(made, "text")


# Long texts


def test_what_has_come_and_gone_is_told_by_sentences_and_lines():
    assert values.sentences(" One. Two!  Three?\nFour\n\n \n5.6 \u2026 ") == [
        "One.",
        "Two!",
        "Three?",
        "Four",
        "5.6 \u2026",
    ]
    found = values.changed(["a", "b", "c", "d"], ["a", "x", "c", "d", "e"])
    assert [(one.sign, one.text) for one in found] == [("no longer", "b"), ("new", "x"), ("new", "e")]
    assert values.changed(["a"], ["a"]) == []


@given(st.lists(st.sampled_from("abc"), max_size=8), st.lists(st.sampled_from("abc"), max_size=8))
def test_no_piece_is_lost_between_two_texts(before, after):
    found = values.changed(before, after)
    gone, come = (sorted(one.text for one in found if one.sign == sign) for sign in ("no longer", "new"))
    assert sorted([*before, *come]) == sorted([*after, *gone])
    assert bool(found) == (before != after)


def test_very_long_texts_are_told_apart_without_matching_each_piece():
    before = [f"{number}" for number in range(300)]
    found = values.changed(["same", *before, "end"], ["same", *reversed(before), "end"])
    assert [one.text for one in found] == [*before, *reversed(before)]


# Checklists that were tailored


def test_a_checklist_that_nobody_tailored_is_shown_without_a_word_of_that():
    assert list(tailoring(PLAIN)) == list(tailoring(attrs.evolve(PLAIN, base=PLAIN))) == []
    for format in FOR_PEOPLE:
        text = dumps(PLAIN, format)
        assert "Made of" not in text
        assert "Where " not in text
        assert "For:" not in text


@pytest.mark.parametrize("format", FOR_PEOPLE)
def test_a_tailored_checklist_says_for_what_it_is_and_of_what_it_is_made(format):
    made = tailored()
    assert "For: tier is A" in dumps(made, format)
    assert "Made of house 2026.1, fraud 3 and context 1" in dumps(made, format)
    by_hand = for_context(attrs.evolve(OLD, topic="T"), mode=["batch", "online"], tier="B")
    assert "For: mode is online or batch, and tier is B" in dumps(by_hand, format)
    alone = attrs.evolve(by_hand, context={"mode": "online", "tier": "B"})
    assert "For: mode is online and tier is B" in dumps(alone, format)


def test_a_task_says_for_what_it_is():
    task = Task("t", "T", when={"mode": ["online", "batch"], "tier": "A_1"})
    made = Checklist(
        "x",
        "X",
        facets=[Facet("mode", "M", ["online", "batch"]), Facet("tier", "T", ["A_1"])],
        phases=[Phase("p", "P", tasks=[task, Task("u", "U", after=["t"], when=[Choice("tier", "A_1")])])],
    )
    assert "\n   [ ] t  medium  T\n          where mode is online or batch, and tier is A_1\n" in dumps(made, "text")
    assert " · medium · where mode is online or batch, and tier is A_1\n" in dumps(made, "markdown")
    assert " · medium · after `t` · where tier is A_1\n" in dumps(made, "markdown")
    assert " · where mode is online or batch, and tier is A_1</p>" in dumps(made, "html")


@pytest.mark.parametrize("format", ["svg", "mermaid"])
def test_a_tailored_checklist_is_drawn_like_any_other(format):
    made = tailored()
    picture = dumps(made, format)
    assert picture == dumps(attrs.evolve(made, base=None, layers=()), format)
    assert "Replay the worst" in picture
    assert "Request access" not in picture


# In a notebook, and in the eyes of parsers


@pytest.mark.parametrize("name", KINDS)
def test_the_fragment_is_the_article_of_the_page(name):
    value = shown()[name]
    article = fragment(value)
    assert article.startswith('<article class="scl mathjax_ignore tex2jax_ignore">\n')
    assert article in as_in_a_fragment(dumps(value, "html"))


@pytest.mark.parametrize("name", KINDS)
def test_a_notebook_shows_it_in_each_form(name):
    value = shown()[name]
    assert value._repr_mimebundle_() == {
        "text/html": fragment(value),
        "text/markdown": dumps(value, "markdown"),
        "text/plain": dumps(value, "text"),
    }


@pytest.mark.parametrize("name", KINDS)
def test_no_line_of_the_text_is_too_wide(name):
    assert max(map(len, dumps(shown()[name], "text").splitlines())) <= 80


def test_showing_a_checklist_loads_nothing_of_tailoring():
    code = (
        "import sys; from servingchecklist import Checklist, dumps; dumps(Checklist('x', 'X'), 'html');"
        "print(any('tailor' in name for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout == "False\n"


# What strangers say

CORPUS = Path(__file__).parent.parent / "threats" / "corpus"
PAYLOADS = [
    *json.loads((CORPUS / "markup.json").read_text(encoding="utf-8")),
    *json.loads((CORPUS / "markdown.json").read_text(encoding="utf-8"))["line"],
]
HARMLESS, DESCRIBED = "harmless", "described"
SAID = list(said_by(HARMLESS))
PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def is_one_piece(text):
    """True for a line that is no longer than a cell shows, and that is not told in pieces."""
    return (
        text == text.strip()
        and 0 < len(text) <= 60
        and is_seen(text)
        and len(values.sentences(f"{text}1")) == 1
        and bool(split_number(text)[0]) == bool(split_number(f"{text}5")[0])  # both are titles of phases
        and not set(text) & {*CONTROLS, *BIDI_CONTROLS, *SURROGATES, "\u2028", "\u2029"}
    )


LINES = [payload for payload in dict.fromkeys(PAYLOADS) if is_one_piece(payload)]


def test_there_are_hundreds_of_payloads():
    assert len(LINES) > 300


def skeleton(element):
    told = {name: value for name, value in element.attrib.items() if name not in ("href", "aria-label")}
    return element.tag, told, "href" in element.attrib, [skeleton(child) for child in element]


def words(text):
    """The words of a text; how many spaces are between them does not count here."""
    return " ".join(text.split())


def layouts(text):
    """The descriptions of the pages below, by what is in their place in the harmless ones."""
    return {f"{DESCRIBED}{number}": f"{text}{number}" for number in ("", *range(10))}


def read_html(value, description=DESCRIBED):
    """What a parser reads, with the layout of a description in the place of the harmless one."""
    page = html5lib.parse(dumps(value, "html"), namespaceHTMLElements=False)
    with_elements(page, layouts(description))
    return skeleton(page), [words(text) for one in page.iter() for text in (one.text, one.tail) if text]


def read_markdown(value, description=DESCRIBED):
    marks, said = [], []
    for token in with_tokens(PARSER.parse(dumps(value, "markdown")), layouts(description)):
        if token.type != "inline":
            marks.append((token.type, token.tag, token.attrs))
            continue
        children = [child for child in token.children if child.type != "text"]
        marks += [(child.type, {} if child.type == "link_open" else child.attrs) for child in children]
        said.append(words("".join(child.content for child in token.children)))
    return marks, said


READERS = {"html": read_html, "markdown": read_markdown}


@cache
def harmless_page(format, name, harmless, description=DESCRIBED):
    return READERS[format](said_by(harmless, DESCRIBED)[name], description)


def differs(format, name, value, text):
    """What a parser reads that is not as in the harmless page, but for the text that stands where the harmless word does."""
    # A phase whose title begins with a number shows none of ours.
    harmless = f"1) {HARMLESS}" if split_number(text)[0] else HARMLESS
    (marks, said), (expected, page) = READERS[format](value), harmless_page(format, name, harmless, text)
    if marks != expected:
        return "skeleton"
    wanted = [words(one.replace(harmless, text).replace(DESCRIBED, text)) for one in page]
    return None if said == wanted else [pair for pair in zip_longest(said, wanted) if pair[0] != pair[1]]


@pytest.mark.parametrize("format", READERS)
@pytest.mark.parametrize("name", SAID)
def test_the_pages_show_what_strangers_say(format, name):
    """Else the tests below would compare nothing."""
    shown = " ".join(harmless_page(format, name, HARMLESS)[1])
    assert shown.count(HARMLESS) + shown.count(DESCRIBED) >= (5 if name != "explanation of a dropped task" else 2)


@pytest.mark.parametrize("format", READERS)
@pytest.mark.parametrize("name", SAID)
def test_a_payload_in_every_text_leaves_the_page_as_it_is(format, name):
    place = SAID.index(name)
    found = {text: differs(format, name, said_by(text)[name], text) for text in LINES[place :: len(SAID)]}
    assert {text: how for text, how in found.items() if how} == {}


@pytest.mark.parametrize("format", READERS)
@given(text=lines.filter(is_one_piece))
def test_any_line_that_may_be_stored_leaves_the_pages_as_they_are(format, text):
    for name, value in said_by(text).items():
        assert differs(format, name, value, text) is None


@pytest.mark.parametrize(("where", "name"), [("formats.html.escape_html", "html"), ("_markdown.escape", "markdown")])
def test_the_judge_sees_what_is_not_escaped(monkeypatch, where, name):
    monkeypatch.setattr(f"servingchecklist.{where}", lambda text, starts=True: text)
    seen = [text for text in LINES[::9] if differs(name, "overlay", said_by(text)["overlay"], text)]
    assert len(seen) > len(LINES[::9]) // 4


LONG = "A\n- [ ] b\n\n# c\n    d\n<script>\n```\n|e|\n\n1. f &amp; g"


def test_texts_of_many_lines_stay_where_they_are():
    overlay = Overlay(
        "o",
        "O",
        description=LONG,
        changes=[
            changes.AddTask(Task("t", "T", description=LONG), phase="p", reason="r"),
            changes.SetChecklist(description=LONG, tips=[LONG], reason="r"),
        ],
    )
    marks, said = read_markdown(overlay)
    assert {mark for mark, *_ in marks} <= {
        *(f"{kind}_{end}" for kind in ("heading", "paragraph", "ordered_list", "bullet_list", "list_item", "strong") for end in ("open", "close")),
        "hardbreak",
        "fence",
    }  # fmt: skip
    assert [mark for mark, *_ in marks].count("fence") == 1
    assert " ".join(said).count("<script>") == 4
    page = html5lib.parse(dumps(overlay, "html"), namespaceHTMLElements=False)
    breaks_as_text(page)
    shown = ["".join(one.itertext()) for one in page.iter() if one.tag in ("p", "li", "pre", "dd")]
    assert shown.count(LONG) == 3
    places = [shown.index(text) for text in ("A", "[ ] b\n", "# c\n    d\n<script>", "|e|\n\n1. f &amp; g")]
    assert places == sorted(places)


def by_hand(hostile):
    step = Revision(hostile, hostile, hostile, hostile)
    origin = Origin("task", "a", "title", hostile, hostile, (step, step), hostile)
    conflict = Conflict(hostile, hostile, hostile, hostile, hostile, f"{hostile}\n{hostile}")
    return [
        Diff(hostile, "x 2", hostile, [Difference("task", "a", "title", hostile, hostile, hostile)], topic=hostile),
        Explanation(hostile, hostile, "a", (hostile, hostile), (origin,)),
        Explanation(hostile, hostile, "", (hostile,), (attrs.evolve(origin, revisions=()),)),
        attrs.evolve(CARRIED, conflicts=(conflict,), agreed=(hostile,), title=hostile),
    ]


@pytest.mark.parametrize("hostile", ['<i>`a`|"*b*_c_', "<script>|`", "| a | b |", "`", "- [x] [a](b)"])
def test_what_was_made_by_hand_is_escaped_too(hostile):
    for value, harmless in zip(by_hand(hostile), by_hand("harmless"), strict=True):
        (marks, said), (expected, plain) = read_html(value), read_html(harmless)
        assert marks == expected
        assert said == [one.replace(HARMLESS, hostile) for one in plain]
        (marks, said), (expected, plain) = read_markdown(value), read_markdown(harmless)
        assert marks == expected
        assert said == [one.replace(HARMLESS, hostile) for one in plain]


@given(checklists(), checklists())
def test_anything_that_differs_is_written_and_nothing_in_it_acts(before, after):
    found = diff(before, after)
    page = html5lib.parse(dumps(found, "html"), namespaceHTMLElements=False)
    assert {one.tag for one in page.iter()} <= {
        "html", "head", "meta", "title", "style", "body", "main", "article", "h1", "h2", "h3", "p", "section", "ul", "li",
        "code", "span", "strong", "br", "dl", "dt", "dd", "del", "ins",
    }  # fmt: skip
    assert not set(dumps(found, "text")) & ({*CONTROLS, *BIDI_CONTROLS, *SURROGATES} - {"\n", "\t"})
    tokens = PARSER.parse(dumps(found, "markdown"))
    assert len([token for token in tokens if token.type == "heading_open"]) == 1 + len({one.what for one in found})
