"""Text with a layout as parsers should read it back: the tree of a text as tokens of Markdown and as elements of HTML.

from helpers.layout import with_tokens, with_elements
"""

from __future__ import annotations

import re
from xml.etree import ElementTree

from markdown_it import MarkdownIt
from markdown_it.token import Token

from servingchecklist.formats._document import Code, CodeBlock, Link, Listing, Paragraph, Strong
from servingchecklist.formats._layout import blocks, inline

normalized = MarkdownIt("commonmark").normalizeLink


def runs_of(line):
    """The texts and the marked parts of a line, with None for each line break."""
    for run in [line] if isinstance(line, str) else line:
        if isinstance(run, str):
            for number, text in enumerate(run.split("\n")):
                yield from [None] * bool(number)
                yield text
        else:
            yield run


def _child(kind, tag="", nesting=0, content="", **attrs):
    return Token(kind, tag, nesting, attrs=attrs, content=content)


def _children(line):
    for run in runs_of(line):
        match run:
            case None:
                yield _child("hardbreak", "br")
            case str():
                yield _child("text", content=run)
            case Code():
                yield _child("code_inline", "code", content=run.texts[0])
            case Strong():
                yield from (_child("strong_open"), _child("text", content=run.text), _child("strong_close"))
            case Link():
                yield _child("link_open", href=normalized(run.reference.url))
                yield from (_child("text", content=run.reference.title), _child("link_close"))


def tokens_of(nodes):
    """The tokens of a text with a layout."""
    found = []
    for node in nodes:
        match node:
            case Paragraph():
                inline = Token("inline", "", 0, children=list(_children(node.line)))
                found += [Token("paragraph_open", "p", 1), inline, Token("paragraph_close", "p", -1)]
            case CodeBlock():
                longest = max(map(len, re.findall("`+", node.text)), default=0)
                fence = "`" * max(3, longest + 1)
                found.append(
                    Token("fence", "code", 0, content=f"{node.text}\n", markup=fence, info=node.language, block=True)
                )
            case Listing():
                kind, tag = ("bullet_list", "ul") if node.start is None else ("ordered_list", "ol")
                start = {} if node.start in (None, 1) else {"start": node.start}
                found.append(Token(f"{kind}_open", tag, 1, attrs=start))
                for item in node.items:
                    found += [Token("list_item_open", "li", 1), *tokens_of(item or [Paragraph(" ")])]
                    found.append(Token("list_item_close", "li", -1))
                found.append(Token(f"{kind}_close", tag, -1))
    return found


def with_tokens(tokens, text_of):
    """The tokens, with the layout of a text in the place of each paragraph, and of each step, that holds nothing but its mark."""
    found = []
    for token in tokens:
        found.append(token)
        if token.content[:4] == "[ ] " and token.content[4:] in text_of:
            token.children = [_child("text", content="[ ] "), *_children(inline(text_of[token.content[4:]]))]
        if token.type == "paragraph_close" and found[-2].content in text_of:
            found[-3:] = tokens_of(blocks(text_of[found[-2].content]))
    return found


def _fill(element, line, last=None):
    for run in runs_of(line):
        text = "\n" if run is None else run if isinstance(run, str) else None
        if text is None:
            tag = {Code: "code", Strong: "strong", Link: "a"}[type(run)]
            last = ElementTree.SubElement(element, tag)
            match run:
                case Code():
                    last.text = run.texts[0]
                case Strong():
                    last.text = run.text
                case Link():
                    last.text = run.reference.title
                    last.attrib.update(href=run.reference.url, rel="noopener noreferrer")
        elif last is None:
            element.text = (element.text or "") + text
        else:
            last.tail = (last.tail or "") + text


def elements_of(nodes):
    """The elements of a text with a layout."""
    for node in nodes:
        match node:
            case Paragraph():
                element = ElementTree.Element("p", {"class": "scl-prose"})
                _fill(element, node.line)
            case CodeBlock():
                element = ElementTree.Element("pre", {"class": "scl-code", "tabindex": "0"})
                language = {"class": f"language-{node.language}"} if node.language else {}
                ElementTree.SubElement(element, "code", language).text = node.text or None
            case Listing():
                start = {} if node.start in (None, 1) else {"start": str(node.start)}
                element = ElementTree.Element("ul" if node.start is None else "ol", {"class": "scl-prose"} | start)
                element.text = "\n"
                for item in node.items:
                    entry = ElementTree.SubElement(element, "li")
                    entry.tail = "\n"
                    is_led = bool(item) and isinstance(item[0], Paragraph)
                    _fill(entry, [*runs_without_breaks(item[0].line), "\n"] if is_led else "\n")
                    entry.extend(elements_of(item[is_led:]))
        element.tail = "\n"
        yield element


def runs_without_breaks(line):
    return ["\n" if run is None else run for run in runs_of(line)]


def with_elements(tree, text_of):
    """The tree, with the layout of a text in the place of each description, and of each step, that holds nothing but its mark."""
    for parent in list(tree.iter()):
        for place, child in reversed(list(enumerate(parent))):
            if child.get("class") == "scl-prose" and child.text in text_of:
                parent[place : place + 1] = elements_of(blocks(text_of[child.text]))
            elif parent.tag == "li" and child.tag == "span" and (child.tail or "")[1:] in text_of:
                text, child.tail = text_of[child.tail[1:]], " "
                _fill(parent, inline(text), child)
    return tree
