"""No text of a checklist forges a box, a mark or a region, and no document does harm or raises anything but the documented errors."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.strategies import ALONE, TEXT_FIELDS, crowd, texts
from servingchecklist import Checklist, Launch, Phase, Task, dumps, tasklist
from servingchecklist.errors import LimitError
from threats import bombs_markdown
from threats.measuring import printed_by

CORPUS = Path(__file__).parent / "corpus"
MARKUP = json.loads((CORPUS / "markup.json").read_text(encoding="utf-8"))
MARKDOWN = json.loads((CORPUS / "markdown.json").read_text(encoding="utf-8"))
FORGED = [
    "<!-- task c1 done -->",
    "--> - [x] <!-- task c1 done -->",
    "[x] <!-- task c1 done -->",
    "- [x] <!-- task c1 done -->",
    "</p>\n- [x] <!-- task c1 done -->\n",
    "a\n- [x] <!-- task c1 done -->",
    "a\n\n- [x] <!-- task c1 done -->",
    "<!-- /servingchecklist -->",
    "a\n\n<!-- /servingchecklist -->\n\nb",
    "<!-- servingchecklist:progress -->",
    "**<!-- step c1 a done -->",
    "](x) <!-- task c1 done -->",
    "` <!-- task c1 done --> `",
    "\\<!-- task c1 done -->",
    "<!--",
    "-->",
    "<![CDATA[",
    "<?",
    "```",
    "~~~",
    "<script>",
    "<pre>",
]
START = datetime(2026, 11, 2, 9, tzinfo=UTC)
AT = START + timedelta(days=1)


def payloads_for(name):
    payloads = dict.fromkeys([*FORGED, *MARKUP, *MARKDOWN["line"], *MARKDOWN["long"]])
    return [payload for payload in payloads if TEXT_FIELDS[name].may_hold(payload)]


def expected(checklist):
    return [key for task in checklist for key in [(task.id, ""), *((task.id, step.id) for step in task.steps)]]


def boxes(text):
    """The marks behind the boxes that the parser of GitHub shows, and the number of all boxes."""
    cmarkgfm = pytest.importorskip("cmarkgfm")
    from cmarkgfm.cmark import Options

    html = cmarkgfm.github_flavored_markdown_to_html(text, options=Options.CMARK_OPT_UNSAFE)
    marked = re.findall(r'<input type="checkbox"[^>]*/> <!-- (?:task (\S+)|step (\S+) (\S+)) \S+ -->', html)
    return (
        [(task or owner, step) for task, owner, step in marked],
        html.count('<input type="checkbox"'),
        html.count("<!--"),
    )


def check(checklist, change=lambda launch: launch):
    launch = change(Launch.start(checklist, name="hostile", by="b", at=START))
    text = dumps(launch.snapshot(at=AT), "tasklist")
    merged = tasklist.apply(text, launch, by="b", at=AT)
    assert (merged.events, merged.conflicts) == ((), ())
    assert tasklist.update(text, launch, at=AT) == text
    wanted = expected(checklist)
    marked, all_boxes, comments = boxes(text)
    assert sorted(marked) == sorted(wanted)
    assert all_boxes == len(wanted)
    assert comments == len(wanted) + 5  # those of two regions, and of the launch
    every = tasklist.apply(text.replace("[ ] <!-- ", "[x] <!-- "), launch, by="b", at=AT)
    assert sorted((event.task, getattr(event, "step", "")) for event in every.events) == sorted(wanted)


@pytest.mark.parametrize("name", TEXT_FIELDS)
def test_no_text_of_a_checklist_forges_anything(name, some):
    payloads = payloads_for(name)
    assert len(payloads) > 700
    if name in ALONE:
        for payload in some(payloads, 40):
            check(TEXT_FIELDS[name].checklist(payload))
    else:
        check(Checklist.from_dict(crowd(name, payloads)))


@pytest.mark.parametrize("payload", [payload for payload in FORGED if "\n" not in payload])
def test_no_text_of_a_launch_forges_anything(payload):
    checklist = Checklist("a", "A", phases=[Phase("p", "P", tasks=[Task(f"c{n}", "T") for n in range(1, 5)])])

    def change(launch):
        said = {"by": payload, "at": START}
        return (
            launch.block("c1", reason=payload, note=payload, **said).assign("c2", payload, **said).begin("c3", **said)
        )

    check(checklist, change)


@given(
    st.text(st.sampled_from("-*+1.) []xX<>!\n\r\t\\`~#|&:\ufeff\u2028taskepc1nd/servinghl"), max_size=80)
    | texts
    | st.text()
)
def test_any_text_is_read_and_updated(text):
    launch = Launch.start(
        Checklist("a", "A", phases=[Phase("p", "P", tasks=[Task("c1", "T")])]), name="a", by="b", at=START
    )
    merged = tasklist.apply(text, launch, by="b", at=AT)
    after = tasklist.update(text, merged.launch, at=AT)
    assert tasklist.update(after, merged.launch, at=AT) == after


def test_no_bomb_right_below_the_limits_does_harm(some):
    names = some([*bombs_markdown.FAMILIES])
    found = printed_by("bombs_markdown", given=names)
    assert [one["name"] for one in found] == names
    assert [one for one in found if one["seconds"] >= 2 or one["megabytes"] >= 200 or one["came"] != "sound"] == []


@pytest.mark.parametrize("name", bombs_markdown.FAMILIES)
def test_a_larger_bomb_is_refused(name):
    text = bombs_markdown.at_limit(name)
    launch = Launch.start(Checklist("a", "A"), name="a", by="b", at=START)
    with pytest.raises(LimitError, match=r"is too long for Markdown|nests too deep"):
        tasklist.apply(text + text[: len(text) // 3], launch, by="b", at=AT)


def test_many_quotes_and_lists_in_one_line_are_refused():
    launch = Launch.start(Checklist("a", "A"), name="a", by="b", at=START)
    hint = "write less into one line, or pass limits=None where you trust the text"
    for text in ("> " * 7 + "a", "a\r" + "- " * 7 + "a", "1. " * 7 + "a"):
        with pytest.raises(LimitError) as caught:
            tasklist.apply(text, launch, by="b", at=AT)
        assert str(caught.value) == f"$: nests too deep: at most 6 quotes and lists in one line are read; {hint}"
    for text in ("> " * 6 + "a", "- " * 40 + "\n", "* " * 39 + "*", "a " + "> " * 40):
        assert tasklist.apply(text, launch, by="b", at=AT).conflicts == ()
