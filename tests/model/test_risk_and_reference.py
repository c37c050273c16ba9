import pickle

import attrs
import pytest

from servingchecklist import Reference, Risk
from servingchecklist.errors import InvalidError


@pytest.mark.parametrize("bad", [0, 6, -1, 2.0, True, "3", None])
def test_a_risk_is_two_whole_numbers_from_one_to_five(bad):
    assert Risk(5, 3).score == 15
    with pytest.raises(InvalidError) as caught:
        Risk(bad, bad)
    assert [fault.path for fault in caught.value.faults] == ["$.blast_radius", "$.likelihood"]
    assert caught.value.faults[0].message == "is not a whole number from 1 to 5"
    with pytest.raises(InvalidError):
        attrs.evolve(Risk(1, 1), likelihood=bad)


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com",
        "http://example.com:8080/a/b?q=1&r=%20#top",
        "HTTPS://EXAMPLE.COM/",
        "https://[::1]/x",
        "mailto:ml-platform@example.com",
    ],
)
def test_addresses_become_links(url):
    assert Reference("A page", url).is_link


@pytest.mark.parametrize("url", ["guides/foundation.md", "page.html#top", "./a", "../a/b", "a?b:c"])
def test_relative_paths_are_no_links(url):
    assert not Reference("A page", url).is_link


@pytest.mark.parametrize(
    "url",
    [
        "",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "ftp://example.com",
        "//example.com",
        "/absolute",
        "#top",
        "?q",
        "https://",
        "https:/example.com",
        "https://a b",
        "https://example.com/%zz",
        "https://example.com/\u00e9",
        "https://example.com/<b>",
        'https://example.com/"x',
        "https://user@example.com",
        "https://user:word@example.com",
        "https://[x]/",
        "https://example.com\\x",
        "mailto:",
        "mailto:nobody",
        " https://example.com",
        "https://example.com\n",
        "x" * 2_001,
        3,
        None,
    ],
)
def test_other_addresses_are_refused(url):
    with pytest.raises(InvalidError) as caught:
        Reference("A page", url)
    (fault,) = caught.value.faults
    assert (fault.code, fault.path) == ("bad-format" if isinstance(url, str) else "wrong-kind", "$.url")
    assert fault.message.startswith("is not an address")


ANY_ADDRESS = "write an http, https or mailto address, or a relative path such as 'guides/foundation.md'"
RELATIVE = "which is a relative path, or the whole address"


@pytest.mark.parametrize(
    ("url", "problem", "hint"),
    [
        ("https://example.com/a ", ": ' ' at position 21", "write 'https://example.com/a'"),
        ("https://example.com/\n", ": '\\n' at position 20", "write 'https://example.com/'"),
        ("https://example.com/\u00fc", ": '\u00fc' at position 20", "write 'https://example.com/%C3%BC'"),
        ("https://example.com/a b", ": ' ' at position 21", "write 'https://example.com/a%20b'"),
        ("https://example.com/50%", ": '%' at position 22", "write 'https://example.com/50%25'"),
        ("guides/a\u202eb.md", ": '\\u202e' at position 8", "write 'guides/ab.md'"),
        ("https://a.com, https://b.com", ", but several", "give each a reference of its own"),
        ("https://a.com,https://b.com", ", but several", "give each a reference of its own"),
        ("#sec", ": it names no page", "write the page before it, as in 'guides/foundation.md#sec'"),
        ("/abs", ": '/' at position 0", f"write 'abs', {RELATIVE}"),
        ("www.example.com", "", "write 'https://www.example.com'"),
        ("www.example.com/a b", ": ' ' at position 17", "write 'https://www.example.com/a%20b'"),
        ("example.com/path", "", "write 'https://example.com/path'"),
        ("ftp://example.com", "", ANY_ADDRESS),
        ("https://us er@example.com", ": ' ' at position 10", ANY_ADDRESS),
        ("\u00fc" * 2_000, ": '\u00fc' at position 0", ANY_ADDRESS),
        ("x" * 2_001, "", ANY_ADDRESS),
    ],
)
def test_the_fault_of_an_address_names_the_place_and_the_correction(url, problem, hint):
    with pytest.raises(InvalidError) as caught:
        Reference("A page", url)
    (fault,) = caught.value.faults
    assert (fault.message, fault.hint) == (f"is not an address{problem}", hint)


@pytest.mark.parametrize("url", ["guides/x.md", "x.md", "notes.v2/a.md", "./example.com/a", "a.com.md", "command.md"])
def test_the_paths_of_files_are_no_hosts(url):
    assert not Reference("A page", url).is_link


def test_references_and_risks_travel():
    for value in (Reference("A page", "a.md"), Risk(1, 5)):
        assert pickle.loads(pickle.dumps(value)) == value == eval(repr(value))
