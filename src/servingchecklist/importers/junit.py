"""The importer of JUnit XML, as pytest and most test runners write it: one item for each test case.

Elements are counted, since the attributes of suites count in different ways; but a suite that shows less than it states is refused.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from xml.parsers import expat

from .._evidence import dependence
from .._evidence.evidence import Evidence, Measure, Share, Source
from .._model.timestamps import later, read_stamp
from ..errors import Fault, InvalidError, invalid

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from . import ImportOptions

NAME = "junit"

_SUITES = ("testsuite", "testsuites")
_DEEPEST = 64
_STATED: tuple[str, ...] = ("tests", "failures", "errors", "skipped")
_OUTCOMES = {"failure": "failures", "error": "errors", "skipped": "skipped"}
"""By element, the attribute of a suite that counts it."""
_STATES = {
    **dict.fromkeys(
        ["run", "ok", "pass", "passed", "success", "successful", "succeeded", "complete", "completed", "executed"],
        "",
    ),
    **dict.fromkeys(
        ["notrun", "suppressed", "disabled", "skip", "skipped", "ignored", "pending", "notexecuted", "filtered"],
        "skipped",
    ),
    **dict.fromkeys(
        ["fail", "failed", "failure", "error", "broken", "aborted", "timeout", "timedout", "crashed"], "failures"
    ),
}
"""By values that some runners write in the attributes ``status`` and ``result`` of a test, what suites count it as; nothing for a good one."""
_ZONE = re.compile(r"(?:Z|[+-]\d\d:\d\d)$")


def sniff(head: bytes) -> bool:
    """Return True for XML that begins with a suite of tests."""
    return re.search(rb"<testsuites?[\s>/]", head) is not None


def read(data: bytes, options: ImportOptions) -> Evidence:
    """Return the shares of failed tests among those that ran, and of those that did not run among all.

    Raises:
        InvalidError: It is not JUnit XML, has a document type or another encoding than UTF-8, was cut, or does not say when the tests ran.
    """
    suites = _Suites()
    suites.parse(data)
    begin, end = suites.period(options.at)
    ran = {key: (bad, n) for key, (bad, n, _) in suites.cases.items() if n}
    shared: Any = {"where": options.where, "sampling": options.sampling or "set"}
    every = [(skipped, n + skipped) for _, n, skipped in suites.cases.values()]
    return Evidence(
        [
            Measure("tests.failed", _share(ran.values()), spread=_spread(ran.values()), **shared),
            Measure("tests.not-run", _share(every), spread=_spread(every), **shared),
        ],
        subject=options.subject,
        sources=[Source("JUnit XML")],
        collected_from=begin,
        collected_to=end,
    )


def _share(clusters: Iterable[tuple[int, int]]) -> Share:
    counts = list(clusters)
    return Share(sum(bad for bad, _ in counts), sum(n for _, n in counts))


def _spread(clusters: Iterable[tuple[int, int]]) -> Decimal:
    """Return the design effect of tests that ran more than once."""
    return round(Decimal(dependence.of_clusters(clusters)), 4)


class _Suites:
    """A pass over the elements.

    Attributes:
        cases: By class and name, how often a test failed, ran and was skipped. What failed or was skipped outside of any test is in it by its suite.
    """

    def __init__(self) -> None:
        self.cases: dict[tuple[str, str], tuple[int, int, int]] = {}
        self._open: list[tuple[str, dict[str, str], dict[str, int]]] = []
        self._outcomes: set[str] = set()
        self._counts = dict.fromkeys(_STATED, 0)
        self._times: list[tuple[str, str]] = []

    def parse(self, data: bytes) -> None:
        parser = expat.ParserCreate("UTF-8")
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.StartDoctypeDeclHandler = self._refuse
        parser.XmlDeclHandler = self._declared
        try:
            parser.Parse(data, True)
        except expat.ExpatError as error:
            problem = f"is not XML: {expat.ErrorString(error.code)} at column {error.offset}"
            hint = "it may be cut; write it again"
            raise InvalidError([Fault("syntax", "$", problem, "", hint, line=error.lineno)]) from None

    def _refuse(self, *_: object) -> None:
        raise invalid("unsupported", "$", "has a document type", "", "results of tests need none")

    def _declared(self, version: str, encoding: str | None, standalone: int) -> None:
        if encoding is not None and encoding.lower() not in ("utf-8", "us-ascii"):
            raise invalid("encoding", "$", "is not UTF-8", encoding, "save it as UTF-8")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        if len(self._open) >= _DEEPEST:
            raise invalid("syntax", "$", "nests too deep", name, "results of tests need no more than a few levels")
        if not self._open and name not in _SUITES:
            raise invalid("other-kind", "$", "is not JUnit XML", name, "give a file whose root is testsuites")
        if name == "testcase":
            if any(held == "testcase" for held, _, _ in self._open):
                raise invalid(
                    "syntax", "$", "holds a test within a test", attributes.get("name", ""), "write both in a suite"
                )
            self._outcomes = {_stated_outcome(attributes, name) for name in ("status", "result")} - {""}
        elif name in _OUTCOMES:
            if any(held == "testcase" for held, _, _ in self._open):
                self._outcomes.add(_OUTCOMES[name])
            else:
                self._counts[_OUTCOMES[name]] += 1
                self._add(("", self._open[-1][1].get("name", "")), (0, 0, 1) if name == "skipped" else (1, 1, 0))
        elif name == "testsuite" and attributes.get("timestamp"):
            self._times.append((attributes["timestamp"], attributes.get("time", "0")))
        self._open.append((name, attributes, dict(self._counts)))

    def _end(self, name: str) -> None:
        name, attributes, before = self._open.pop()
        if name == "testcase":
            self._counts["tests"] += 1
            for what in self._outcomes:  # each once: a test may state a failure for each assertion
                self._counts[what] += 1
            # A test can be skipped and then fail in its teardown: the worst counts.
            is_bad, is_skipped = not self._outcomes <= {"skipped"}, self._outcomes == {"skipped"}
            key = attributes.get("classname", ""), attributes.get("name", "")
            self._add(key, (is_bad, not is_skipped, is_skipped))
        elif name in _SUITES:
            for what in _STATED:
                stated, held = _stated(attributes, what), self._counts[what] - before[what]
                if held < stated:
                    problem = f"says {stated:,} {what}, and shows {held:,}"
                    hint = "the file was cut, or something failed outside of any test"
                    raise invalid("contradiction", "$", problem, attributes.get("name", name), hint)

    def _add(self, key: tuple[str, str], counts: tuple[int, int, int]) -> None:
        known = self.cases.get(key, (0, 0, 0))
        self.cases[key] = known[0] + counts[0], known[1] + counts[1], known[2] + counts[2]

    def period(self, at: datetime | None) -> tuple[datetime, datetime]:
        """Return when the tests began and ended.

        Raises:
            InvalidError: The file does not say it with a time zone, and no time was given.
        """
        is_told = self._times and all(_ZONE.search(stamp) for stamp, _ in self._times)
        if at is not None and not is_told:
            return at, at
        if not self._times:
            hint = "give the time of the run as at"
            raise InvalidError([Fault("missing", "$", "does not say when the tests ran", hint=hint)])
        periods: list[tuple[datetime, datetime]] = []
        for stamp, seconds in self._times:
            begin = read_stamp(stamp if _ZONE.search(stamp) else f"{stamp} without a time zone")
            known = re.fullmatch(r"[0-9]{1,7}(?:\.[0-9]+)?", seconds)
            periods.append((begin, later(begin, float(seconds) if known else 0)))
        return min(begin for begin, _ in periods), max(end for _, end in periods)


def _stated_outcome(attributes: dict[str, str], name: str) -> str:
    """Return the outcome that an attribute of a test states, empty for a good one.

    Raises:
        InvalidError: It is no known word.
    """
    stated = attributes.get(name) or "passed"
    outcome = _STATES.get(re.sub("[ _-]", "", stated.lower()))
    if outcome is None:
        hint = "write passed, failed or skipped, or leave it out"
        raise invalid("unknown-value", f"$.{name}", "is no outcome of a test", stated, hint)
    return outcome


def _stated(attributes: dict[str, str], what: str) -> int:
    """Return a count that a suite states; 0 if it does not.

    Raises:
        InvalidError: It is no count.
    """
    stated = attributes.get(what, "").strip()
    if stated and not re.fullmatch("[0-9]{1,9}", stated):
        raise invalid("bad-format", "$", f"states {what} that are no count", stated, "write a whole number from 0 on")
    return int(stated or 0)
