"""HTML as the tests read it: line breaks as text, and pictures out of the way once they are seen to be nothing but pictures."""

from __future__ import annotations

import re
from base64 import b64decode
from xml.etree import ElementTree

import html5lib

SVG = "{http://www.w3.org/2000/svg}"
PREFIX = "data:image/svg+xml;base64,"
DRAWN = {
    f"{SVG}{tag}"
    for tag in (
        *("svg", "title", "desc", "style", "g", "defs", "marker", "path", "line", "rect"),
        *("text", "tspan", "polygon", "polyline", "circle"),
    )
}


def as_in_a_fragment(page):
    """Return a page without what a fragment has not: targets of links, and filters."""
    page = re.sub(r'<div class="scl-filters">.*?</div>\n', "", page, flags=re.DOTALL)
    return re.sub(r' (?:id|data-status|data-priority)="[^"]*"', "", page)


def parse(html):
    """Return the tree of a page or of a fragment, without namespaces."""
    tree = html5lib.parse(html, namespaceHTMLElements=False)
    breaks_as_text(tree)
    for image in list(tree.iter("img")):
        picture_of(image)
        image.tag = "picture"
        del image.attrib["src"]
    return tree


def breaks_as_text(tree):
    for parent in list(tree.iter()):
        before = None
        for child in list(parent):
            if child.tag != "br":
                before = child
                continue
            text = f"\n{child.tail or ''}"
            if before is None:
                parent.text = f"{parent.text or ''}{text}"
            else:
                before.tail = f"{before.tail or ''}{text}"
            parent.remove(child)


def picture_of(image):
    """Return the picture in an image of a page; it acts on nothing and has a text in its place."""
    assert set(image.attrib) == {"alt", "src"}
    assert image.get("alt")
    assert image.get("src").startswith(PREFIX)
    root = ElementTree.fromstring(b64decode(image.get("src").removeprefix(PREFIX), validate=True))
    assert root.tag == f"{SVG}svg"
    assert {one.tag for one in root.iter()} <= DRAWN
    assert not [name for one in root.iter() for name in one.attrib if name.startswith("on") or "href" in name]
    return root


def as_shown(checklist):
    """The tasks in the order of a page: in each phase those without a section, then those of each section."""
    return [
        task
        for phase in checklist.phases
        for section in dict.fromkeys(["", *(task.section for task in phase.tasks)])
        for task in phase.tasks
        if task.section == section
    ]
