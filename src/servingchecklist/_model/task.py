"""Tasks and phases, the parts of a checklist, with the values of their fields."""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import chain
from typing import TYPE_CHECKING, Self, TypeAlias, TypedDict, TypeGuard, cast

import attrs

from .._namespace import NotebookDisplay, public
from .._text import printable
from ..errors import MOST_FAULTS, Fault, InvalidError, is_a, member, nearest, show
from . import _validation as v
from ._validation import Validated, as_tuple, check, fault, is_tuple, tuple_of
from .effort import Effort, as_effort, effort
from .facet import Choice, Choices, as_choices, choices
from .kpi import Criterion

if TYPE_CHECKING:
    from ..documents import PriorityName


@public()
@enum.unique
class Priority(enum.StrEnum):
    """The priority of a task, compared by urgency: ``Priority.CRITICAL > Priority.HIGH > Priority.MEDIUM > Priority.LOW``.

    The set is closed. Files hold the value of a member (``"critical"``), never translated and never in another case.

    >>> max(Priority.HIGH, Priority.CRITICAL)
    Priority.CRITICAL
    >>> Priority("low").urgency
    1
    """

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    if TYPE_CHECKING:

        @property
        def value(self) -> PriorityName: ...

    urgency: int
    """4 for critical, down to 1 for low."""

    def __new__(cls, value: str) -> Self:
        """Return the member for a value in files."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.urgency = 4 - len(cls.__members__)
        return member

    def __lt__(self, other: object) -> bool:
        return self.urgency < _urgency_of(other)

    def __le__(self, other: object) -> bool:
        return self.urgency <= _urgency_of(other)

    def __gt__(self, other: object) -> bool:
        return self.urgency > _urgency_of(other)

    def __ge__(self, other: object) -> bool:
        return self.urgency >= _urgency_of(other)

    def __repr__(self) -> str:
        return f"Priority.{self.name}"

    @classmethod
    def parse(cls, text: str, words: Mapping[str, Priority | PriorityName] | None = None) -> Priority:
        """Return the priority that a word of another list stands for, in any case and with blanks around it.

        Known are the names and P0 to P3; ``must`` and ``required`` are critical, ``should`` and ``recommended`` high, ``could`` and
        ``optional`` low. Files hold the names only.

        >>> Priority.parse(" P0 "), Priority.parse("hoch", {"Hoch": "high"})
        (Priority.CRITICAL, Priority.HIGH)

        Args:
            text: The word.
            words: The caller's own words with their priorities, or None. They come first.

        Raises:
            InvalidError: The word is unknown, or an argument is of the wrong type. The hint names the known words.
        """
        hint = "write it as in {'hoch': 'high'}"
        stated = {} if words is None else v.mapped(words, "$.words", "is not a mapping", hint)
        checked = (v.prose(word, "words") or priority(stated[word], member("words", word)) for word in stated)
        if faults := list(chain.from_iterable(checked)):
            raise InvalidError(faults[:MOST_FAULTS])
        own = {word.strip().casefold(): _as_priority(meaning) for word, meaning in stated.items()}
        known = own | {**_WORDS, **own}  # the caller's words come first in the hint too
        meant = known.get(text.strip().casefold()) if type(text) in (str, Priority) else None
        if meant is None:
            hint = f"write one of {printable(', '.join([*known][:40]))}, or give words={{...}}"
            raise InvalidError([fault("unknown-value", "text", "is not a priority", text, hint)])
        return meant


def _urgency_of(other: object) -> int:
    # Members are strings, and any other string would be compared by the alphabet if this did not raise.
    if not is_a(other, Priority):
        raise TypeError(f"a Priority compares with a Priority only, not with {type(other).__name__!r}")
    return other.urgency


_NAMES = {one.value: one for one in Priority}
_ALSO = ("p0 must required", "p1 should recommended", "p2", "p3 could optional")
_WORDS = _NAMES | {word: level for words, level in zip(_ALSO, Priority, strict=True) for word in words.split()}


def as_priority(value: Priority | PriorityName | None) -> Priority | None:
    """Convert the name of a priority. Anything else is left to the check."""
    return _NAMES[value] if type(value) is str and value in _NAMES else value  # type: ignore[return-value]


def _as_priority(value: Priority | PriorityName) -> Priority:
    return as_priority(value)  # type: ignore[return-value]


def priority(value: object, name: str) -> Sequence[Fault]:
    """Check that a value is a priority, or the name of one."""
    if type(value) is Priority or (type(value) is str and value in _NAMES):
        return ()
    meant = _WORDS.get(value.casefold()) if type(value) is str else None
    near = f"did you mean '{meant}'?" if meant else nearest(value, _NAMES)
    hint = near if near.startswith("did") else "write one of critical, high, medium and low"
    return [fault("unknown-value", name, "is not a priority", value, hint)]


@public()
@enum.unique
class Status(enum.StrEnum):
    """The status of a task, one of a closed set. The value of a member is its name in files: never translated, always in lower case.

    >>> Status("waived").is_closed
    True
    """

    TODO = "todo"
    DOING = "doing"
    BLOCKED = "blocked"
    DONE = "done"
    WAIVED = "waived"
    NOT_APPLICABLE = "not-applicable"

    @property
    def is_closed(self) -> bool:
        """True for ``done``, ``waived`` and ``not-applicable``: nothing is left to do, and no task waits for this one."""
        return self in (Status.DONE, Status.WAIVED, Status.NOT_APPLICABLE)

    @property
    def words(self) -> str:
        """The status as it is displayed, its value with a blank for the hyphen."""
        return self.value.replace("-", " ")

    def _has_no_order(self, other: object) -> bool:
        raise TypeError("statuses have no order, and are not to be compared by the alphabet")

    __lt__ = __le__ = __gt__ = __ge__ = _has_no_order

    def __repr__(self) -> str:
        return f"Status.{self.name}"


_one_to_five = v.require(
    lambda value: type(value) is int and 1 <= value <= 5,
    "out-of-range",
    "is not a whole number from 1 to 5",
    "write 1 for the least, 5 for the most",
)


@public()
@attrs.frozen(getstate_setstate=False)
class Risk(Validated):
    """The blast radius and likelihood of a failure if the task is skipped or done badly.

    >>> Risk(blast_radius=5, likelihood=3).score
    15

    Attributes:
        blast_radius: The extent of the failure, from 1 (one request) to 5 (every caller).
        likelihood: The likelihood of the failure, from 1 (rare) to 5 (to be expected).

    Raises:
        InvalidError: One of them is not a whole number from 1 to 5.
    """

    blast_radius: int = attrs.field(metadata=check(_one_to_five))
    likelihood: int = attrs.field(metadata=check(_one_to_five))

    @property
    def score(self) -> int:
        """Blast radius times likelihood, from 1 to 25."""
        return self.blast_radius * self.likelihood


# Only the characters that RFC 3986 allows in an address; "%" only before two hexadecimal digits.
_ALLOWED = r"(?:[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})"
# No user name before the host: it can make one address look like another.
_LINK = r"(?i:https?://(?:[^/?#:@\[\]]+|\[[0-9A-F:.]+\])(?::[0-9]{1,5})?(?:[/?#].*)?|mailto:[^@:/]+@[^@:/]+)"
# The name of a host alone is a forgotten "https://".
_HOST = r"(?i:www\.[^:/?#]+|[^:/?#]+\.(?:com|net))(?:[/?#].*)?"
_RELATIVE = rf"(?![/?#])(?!{_HOST}\Z)[^:/?#]+(?:[/?#].*)?"
_SEVERAL = r"[\s,;](?:https?:|mailto:|www\.)"
_LONGEST = 2_000


def _is_address(text: str) -> bool:
    return (
        len(text) <= _LONGEST
        and re.fullmatch(f"{_ALLOWED}+", text) is not None
        and re.fullmatch(f"{_LINK}|{_RELATIVE}", text) is not None
    )


def _url(value: object, name: str) -> Sequence[Fault]:
    if type(value) is str and _is_address(value):
        return ()
    place, hint = "", "write an http, https or mailto address, or a relative path such as 'guides/foundation.md'"
    if type(value) is str and len(value) <= _LONGEST:
        place, hint = _problem_in(value, hint)
    return [fault("bad-format", name, f"is not an address{place}", value, hint)]


def _problem_in(text: str, usual: str) -> tuple[str, str]:
    """Return the place of the first fault in an address, in words, and what to write instead."""
    if re.search(_SEVERAL, text.strip()):
        return ", but several", "give each a reference of its own"
    at = len(cast("re.Match[str]", re.match(f"{_ALLOWED}*", text))[0])
    place = f": {text[at]!r} at position {at}" if at < len(text) else ""
    fixed = re.sub(rf"({_ALLOWED}+)|.", lambda match: match[1] or _encoded(match[0]), text.strip(), flags=re.DOTALL)
    fixed = f"https://{fixed}" if re.fullmatch(_HOST, fixed) else fixed
    if _is_address(fixed):
        return place, f"write {show(fixed, most=200)}"
    if fixed[:1] == "#":
        return ": it names no page", f"write the page before it, as in {show(f'guides/foundation.md{fixed}', most=200)}"
    if _is_address(fixed.lstrip("/")):
        hint = f"write {show(fixed.lstrip('/'), most=200)}, which is a relative path, or the whole address"
        return ": '/' at position 0", hint
    return place, usual


def _encoded(character: str) -> str:
    return "".join(f"%{byte:02X}" for byte in character.encode()) if character.isprintable() else ""


@public()
@attrs.frozen(getstate_setstate=False)
class Reference(Validated):
    """A page for further reading.

    Attributes:
        title: The title of the page, in one line.
        url: An ``http``, ``https`` or ``mailto`` address, or a relative path for a page shipped with the checklist, which does not
            begin like the name of a host: ``www.`` or ``example.com``. At most 2,000 characters; those outside RFC 3986 must be
            percent-encoded. The library never fetches it.

    Raises:
        InvalidError: The title is not one line of plain text, or the address is of another kind.
    """

    title: str = attrs.field(metadata=check(v.line))
    url: str = attrs.field(metadata=check(_url))

    @property
    def is_link(self) -> bool:
        """True for an absolute address, which works as a link anywhere; False for a relative path."""
        return re.fullmatch(_LINK, self.url) is not None


@public()
@attrs.frozen(getstate_setstate=False)
class Step(Validated):
    """A line of a task that can be ticked by itself in a launch: a part of the definition of done.

    Attributes:
        id: The id used by logs and tools, in the form of a task id; unique within its task.
        text: The line, of at most 200 characters. Pages show inline code, strong text and links in it as such.

    Raises:
        InvalidError: A field is invalid; each invalid field has its own fault.
    """

    id: str = attrs.field(metadata=check(v.ident))
    text: str = attrs.field(metadata=check(v.line))


_references = v.each_exactly(Reference, "Reference(title, url)")
steps = v.each_with_id(Step, "Step(id, text)")
"""Check that a value is a tuple of steps with ids of their own."""
criteria = v.each_with_id(Criterion, "Criterion(id, title, kpis=[...])")
"""Check that a value is a tuple of criteria with ids of their own."""
labels = v.each(v.label, distinct=True)
"""Check that a value is a tuple of labels."""

Pairs: TypeAlias = tuple[tuple[str, str], ...]
"""Keys and texts, sorted by key."""

Annotations: TypeAlias = "Mapping[str, str] | Sequence[tuple[str, str]]"
"""Annotations as they are given: ``{"jira": "MLP-12"}``, or pairs of a key and a text."""


_NO_PAIRS: Pairs = ()


def as_annotations(value: Annotations) -> Pairs:
    """Convert a mapping of keys to texts, or pairs, to pairs sorted by key. Anything else is left to the check."""
    if value is _NO_PAIRS:  # in nearly all tasks
        return _NO_PAIRS
    pairs = as_pairs(value)
    return tuple(sorted(pairs)) if _are_pairs(pairs) and {str}.issuperset(map(type, chain(*pairs))) else pairs


def as_pairs(value: Annotations) -> Pairs:
    """Convert a mapping of keys to texts, or pairs, to pairs in the same order. Anything else is left to the check."""
    return as_tuple(cast("Sequence[tuple[str, str]]", v.pairs_of(value)))


def _are_pairs(value: object) -> TypeGuard[Pairs]:
    return is_tuple(value) and {tuple}.issuperset(map(type, value)) and {2}.issuperset(map(len, cast("Pairs", value)))


def annotation_pairs(value: object, name: str) -> Sequence[Fault]:
    """Check that a value is a tuple of pairs: a key in the form of a label, each once, and a text."""
    if not _are_pairs(value):
        hint = "write keys and texts, as in {'jira': 'MLP-12'}"
        return [fault("wrong-kind", name, "are not annotations", value, hint)]
    found: list[Fault] = []
    keys: set[str] = set()
    for key, text in value:
        if v.label(key, name) or v.stored_text(text, name):  # build the path only if something is wrong
            path = member(f"$.{name}", key)[2:]
            found += [*v.label(key, path), *v.stored_text(text, path)]
        elif key in keys:
            path = member(f"$.{name}", key)[2:]
            found.append(fault("duplicate", path, "is there twice", key, "name each key once"))
        else:
            keys.add(key)
    return found


LONGEST_WAIT = 10_000
"""The maximum number of days that a task waits after its prerequisites, about 27 years."""

_days_to_wait = v.require(
    lambda value: type(value) is int and 0 <= value <= LONGEST_WAIT,
    "out-of-range",
    f"is not a whole number of days from 0 to {LONGEST_WAIT:,}",
    "write the calendar days, as in 7",
)


def _when(value: Choices) -> tuple[Choice, ...]:
    return as_choices(value, "when")


@public()
@attrs.frozen(getstate_setstate=False)
class Task(Validated, NotebookDisplay):
    """An item of a checklist, to be done before, at or after the launch.

    Attributes:
        id: The id used by other tasks, logs and tools: 1 to 64 of ``a-z 0-9 . _ -``, a letter or a digit first.
        title: The work to do, in one line of at most 200 characters.
        priority: Its own priority, or the name of it. Tasks that wait for it can make it more urgent; see :func:`servingchecklist.order`.
        effort: The days it takes, or a text such as ``"2-3 days"``; None if not stated.
        description: The details of the work, in as many lines as needed.
        steps: The lines that can be ticked one by one in a launch: a list of :class:`Step`.
        role: The role that usually does or signs it, such as ``"sre"``; empty if none is named.
        section: The heading within its phase that pages show it under; empty for none.
        labels: Short words to filter by, such as ``"gdpr"``: 1 to 64 of ``a-z 0-9 . : / + _ -``, a letter or a digit first.
        annotations: Texts that belong to other tools, by keys in the form of labels, such as ``{"jira": "MLP-12"}``: kept, shown, and
            never interpreted. They are held as pairs sorted by key; ``dict(task.annotations)`` has them as a dict.
        after: The ids of its prerequisites, the tasks that must be done first.
        wait_days: The whole calendar days, from 0 to 10,000, between the day on which the last of its prerequisites is closed and its
            first day, such as 7 for a week of serving. A task without prerequisites waits for nothing.
        not_before: The first day on which it can begin, such as that of a release window; None if there is none.
        risk: The risk of leaving it undone, or None if not stated.
        references: Further reading.
        when: The services it applies to, as choices on facets of the checklist, all of which must hold. Empty if it applies to every
            service. You can pass a mapping: ``when={"mode": ["online", "edge"]}``.
        criteria: The conditions for it to be proven, which evidence has to meet: a list of :class:`~servingchecklist.evidence.Criterion`.
        gates: The ids of the gates of the checklist that it belongs to.

    Raises:
        InvalidError: A field is invalid; each invalid field has its own fault.
    """

    id: str = attrs.field(metadata=check(v.ident))
    title: str = attrs.field(metadata=check(v.line))
    priority: Priority = attrs.field(
        default=Priority.MEDIUM, converter=_as_priority, kw_only=True, metadata=check(priority)
    )
    effort: Effort | None = attrs.field(
        default=None, converter=as_effort, kw_only=True, metadata=check(v.optional(effort))
    )
    description: str = attrs.field(default="", kw_only=True, metadata=check(v.stored_text))
    steps: tuple[Step, ...] = attrs.field(default=(), converter=tuple_of[Step], kw_only=True, metadata=check(steps))
    role: str = attrs.field(default="", kw_only=True, metadata=check(v.optional_line))
    section: str = attrs.field(default="", kw_only=True, metadata=check(v.optional_line))
    labels: tuple[str, ...] = attrs.field(default=(), converter=tuple_of[str], kw_only=True, metadata=check(labels))
    annotations: Pairs = attrs.field(
        default=(), converter=as_annotations, kw_only=True, metadata=check(annotation_pairs)
    )
    after: tuple[str, ...] = attrs.field(
        default=(), converter=tuple_of[str], kw_only=True, metadata=check(v.each(v.ident, distinct=True))
    )
    wait_days: int = attrs.field(default=0, kw_only=True, metadata=check(_days_to_wait))
    not_before: date | None = attrs.field(
        default=None, converter=v.as_day_or_none, kw_only=True, metadata=check(v.optional(v.day))
    )
    risk: Risk | None = attrs.field(
        default=None,
        kw_only=True,
        metadata=check(v.optional(v.exactly(Risk, "Risk(blast_radius=..., likelihood=...)"))),
    )
    references: tuple[Reference, ...] = attrs.field(
        default=(), converter=tuple_of[Reference], kw_only=True, metadata=check(_references)
    )
    when: tuple[Choice, ...] = attrs.field(default=(), converter=_when, kw_only=True, metadata=check(choices))
    criteria: tuple[Criterion, ...] = attrs.field(
        default=(), converter=tuple_of[Criterion], kw_only=True, metadata=check(criteria)
    )
    gates: tuple[str, ...] = attrs.field(
        default=(), converter=tuple_of[str], kw_only=True, metadata=check(v.each(v.ident, distinct=True))
    )


def days_after_closing(task: Task) -> int:
    """Return the days from that on which the last prerequisite of a task is closed to its first day; 0 where it does not wait."""
    return task.wait_days + 1 if task.wait_days else 0


@public("results")
class TaskFields(TypedDict, total=False):
    """The fields of a task, as keyword arguments; those that are left out stay as they are."""

    id: str
    title: str
    priority: Priority | PriorityName
    effort: Effort | str | None
    description: str
    steps: Sequence[Step]
    role: str
    section: str
    labels: Sequence[str]
    annotations: Annotations
    after: Sequence[str]
    wait_days: int
    not_before: date | None
    risk: Risk | None
    references: Sequence[Reference]
    when: Choices
    criteria: Sequence[Criterion]
    gates: Sequence[str]


@public()
@attrs.frozen(getstate_setstate=False)
class Phase(Validated, NotebookDisplay):
    """An ordered group of tasks. Its number is its position among the phases of the checklist.

    Attributes:
        id: The id used by overlays and tools, in the form of a task id.
        title: Its title, in one line.
        description: Its purpose.
        guide: A reference to background reading, or None.
        labels: Short words to filter by; they count for each of its tasks.
        annotations: Texts that belong to other tools, as for a task.
        after: The ids of the phases that must be closed before any of its tasks begins. A phase without tasks holds up nothing.
        tasks: Its tasks, in the order in which their author wrote them.

    Raises:
        InvalidError: A field is invalid; each invalid field has its own fault.
    """

    id: str = attrs.field(metadata=check(v.ident))
    title: str = attrs.field(metadata=check(v.line))
    description: str = attrs.field(default="", kw_only=True, metadata=check(v.stored_text))
    guide: Reference | None = attrs.field(
        default=None, kw_only=True, metadata=check(v.optional(v.exactly(Reference, "Reference(title, url)")))
    )
    labels: tuple[str, ...] = attrs.field(default=(), converter=tuple_of[str], kw_only=True, metadata=check(labels))
    annotations: Pairs = attrs.field(
        default=(), converter=as_annotations, kw_only=True, metadata=check(annotation_pairs)
    )
    after: tuple[str, ...] = attrs.field(
        default=(), converter=tuple_of[str], kw_only=True, metadata=check(v.each(v.ident, distinct=True))
    )
    tasks: tuple[Task, ...] = attrs.field(
        default=(), converter=tuple_of[Task], kw_only=True, metadata=check(v.each_exactly(Task, "Task(...)"))
    )
