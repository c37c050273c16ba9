"""All that points into a guide finds its section: references of bundled files, links between guides, and commands in them."""

import re
import shlex
from urllib.parse import urlsplit

import pytest

from helpers.guides import FENCED, FOLDER, text_of
from servingchecklist import _guides, catalog
from servingchecklist.cli.parser import parse, parsers

GUIDES = sorted(path.stem for path in FOLDER.glob("*.md"))


def addresses(value):
    """Yield all that a document refers to."""
    if isinstance(value, dict):
        yield from [value["url"]] if isinstance(value.get("url"), str) else []
        for part in value.values():
            yield from addresses(part)
    elif isinstance(value, list):
        for part in value:
            yield from addresses(part)


@pytest.mark.parametrize("entry", [entry for entry in catalog.ids() if entry in catalog._BUNDLED])
def test_references_of_bundled_files_are_https_or_a_section_of_a_guide(entry):
    kind = catalog._BUNDLED[entry]
    value = catalog.load(entry) if kind.__name__ == "Checklist" else catalog.overlay(entry)
    found = list(addresses(value.to_dict()))
    assert found
    for address in found:
        if not address.startswith("https://"):
            assert address.startswith("servingchecklist/guides/"), address
            assert catalog.guide(address)


def links_of(name):
    return re.findall(r"\]\(<?([^)\s>]+)>?\)", re.sub(r"`[^`\n]*`", "", FENCED.sub("", text_of(name))))


@pytest.mark.parametrize("name", GUIDES)
def test_links_of_guides_are_https_or_lead_to_a_section_of_a_guide(name):
    assert "{doc}" not in text_of(name)
    for link in links_of(name):
        if urlsplit(link).scheme:
            assert link.startswith("https://"), link
            continue
        page, _, section = link.partition("#")
        guide = page.removesuffix(".md") or name
        assert guide in GUIDES, link
        assert not section or section in _guides.sections_of(guide), link


def commands_of(name):
    """Yield the commands of this program in the blocks and in the inline code of a guide."""
    text = text_of(name)
    for _, _, info, body in FENCED.findall(text):
        if info.split()[:1] in (["console"], ["sh"], ["bash"]):
            joined = re.sub(r" *\\\n>? *", " ", body)
            yield from re.findall(r"(?m)^(?:\$ )? *(servingchecklist .+)$", joined)
    yield from re.findall(r"`(servingchecklist [^`\n]+)`", FENCED.sub("", text))


def words_of(command):
    """Yield the words of each call of this program in a line for a shell."""
    lexer = shlex.shlex(command, posix=True, punctuation_chars=True)
    lexer.wordchars += "~-./*?=#:,@%+"
    lexer.commenters = ""
    words = []
    for word in [*lexer, ";"]:
        if word == "#" or set(word) <= set(";|&<>()"):
            if words[:1] == ["servingchecklist"]:
                yield words[1:]
            words = ["rest of the line"] if word == "#" or set(word) <= set("<>") else []
        else:
            words.append(word)


@pytest.mark.parametrize("name", GUIDES)
def test_commands_in_guides_can_be_parsed(name):
    for command in commands_of(name):
        for words in words_of(command):
            # The name of a command alone is the command as such, as in "`servingchecklist attest` records it".
            assert words in [[known] for known in parsers()] or parse(words), command


def test_the_check_of_commands_sees_a_wrong_option(capsys):
    (words,) = words_of("servingchecklist gate fraud-v3 --pepole 2 > out.txt")
    assert words == ["gate", "fraud-v3", "--pepole", "2"]
    with pytest.raises(SystemExit):
        parse(words)
    assert list(words_of("cat x | servingchecklist next 'a b' && servingchecklist list # all")) == [
        ["next", "a b"],
        ["list"],
    ]


def test_commands_that_name_a_section_of_a_guide_find_it():
    for name in GUIDES:
        for section in re.findall(r"servingchecklist guide ([\w-]+(?:#[\w-]+)?)", text_of(name)):
            assert catalog.guide(section)
