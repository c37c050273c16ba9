"""What the tests of pictures read them with, and what they draw."""

from __future__ import annotations

import random
import unicodedata
from xml.etree import ElementTree

from servingchecklist import Checklist, Effort, Phase, Priority, Task, dumps

SVG = "{http://www.w3.org/2000/svg}"
BLUE, AMBER, RED, GREY = "#3f83d1", "#c27a0a", "#d8432f", "#7d8590"
OWNERS = ("ml-platform", "data-science", "serving-team", "security", "release-management")
_WORDS = (
    "shadow",
    "canary",
    "quota",
    "latency",
    "feature",
    "drift",
    "alarm",
    "runbook",
    "schema",
    "replay",
    "autoscaling",
)


def read(value):
    return ElementTree.fromstring(dumps(value, "svg"))


def texts(root):
    return [one.text for one in root.iter(f"{SVG}text")]


def titles(root):
    """The titles of rows, bars and boxes, less that of the picture."""
    return [one.text for one in root.iter(f"{SVG}title")][1:]


def group(root, start):
    """The elements of the one row or box whose title begins so."""
    (found,) = [one for one in root.iter(f"{SVG}g") if one.find(f"{SVG}title").text.startswith(start)]
    return found


def boxes(element, **attributes):
    """The rectangles with such attributes: x, y, width and height of each."""
    return [
        tuple(float(one.get(name)) for name in ("x", "y", "width", "height"))
        for one in element.iter(f"{SVG}rect")
        if all(one.get(name.replace("_", "-")) == value for name, value in attributes.items()) and one.get("x")
    ]


def _em(character):
    """How wide a character is in a font that runs rather wide: DejaVu Sans, to the next tenth or so."""
    if unicodedata.combining(character):
        return 0
    widths = {"iljI.,' !": 0.36, "ftr-()": 0.42, "cksvxyz": 0.6, "mwMW@%": 1}
    default = 0.64 if character.isascii() and not character.isupper() else 0.78 if character.isascii() else 1
    return next((wide for characters, wide in widths.items() if character in characters), default)


def labels(root):
    """Every text that is seen, with the rectangle that it takes at most: what a window cuts off does not count."""
    found = []

    def look(element, x, y, seen):
        for one in element:
            if one.tag == f"{SVG}svg":
                left, top = float(one.get("x")), float(one.get("y"))
                inside = (left, top, left + float(one.get("width")), top + float(one.get("height")))
                look(one, left, top, inside)
            elif one.tag == f"{SVG}text" and one.text:
                size = float(one.get("font-size", 12)) * (1.08 if one.get("font-weight") else 1)
                wide = sum(map(_em, one.text)) * size
                at = x + float(one.get("x"))
                left = {"start": at, "middle": at - wide / 2, "end": at - wide}[one.get("text-anchor")]
                bottom = y + float(one.get("y"))
                found.append((one.text, (left, bottom - 10, left + wide, bottom + 3), seen))
            else:
                look(one, x, y, seen)

    look(root, 0, 0, (0, 0, float(root.get("width")), float(root.get("height"))))
    return found


def assert_labels_are_apart(root):
    """No text is cut off, and none lies on another or on a line that goes down."""
    found = sorted(labels(root), key=lambda one: one[1][1])
    for text, (left, top, right, bottom), seen in found:
        assert left >= seen[0] - 1, text
        assert top >= seen[1], text
        assert right <= seen[2] + 1, text
        assert bottom <= seen[3], text
    for number, (text, a, _) in enumerate(found):
        for other, b, _ in found[number + 1 :]:
            if b[1] >= a[3]:
                break
            assert a[2] <= b[0] or b[2] <= a[0], f"{text} lies on {other}"
    for x, start, end in uprights(root):
        for text, (left, top, right, bottom), _ in found:
            is_crossed = left < x < right and start < bottom - 2 and end > top + 2
            assert not is_crossed, f"a line at {x} runs through {text}"


def uprights(root):
    """Every line that goes straight down: where it is, and from where to where it goes."""
    for one in root.iter(f"{SVG}line"):
        x1, y1, x2, y2 = (float(one.get(name)) for name in ("x1", "y1", "x2", "y2"))
        if x1 == x2:
            yield x1, min(y1, y2), max(y1, y2)


def large(tasks=200, phases=7, seed=1):
    """A checklist of many tasks, most of which come after some that stand shortly before them."""
    chance = random.Random(seed)
    made = []
    for number in range(tasks):
        recent = [task.id for task in made[-25:]]
        made.append(
            Task(
                f"t{number}",
                " ".join(chance.choices(_WORDS, k=chance.randint(3, 9))).capitalize(),
                effort=Effort(1, chance.choice([1, 2, 3])),
                after=chance.sample(recent, min(len(recent), chance.choice([0, 1, 1, 2, 3]))),
                priority=chance.choice(list(Priority)),
            )
        )
    size = -(-tasks // phases)
    groups = [made[start : start + size] for start in range(0, tasks, size)]
    return Checklist(
        "large",
        "A large launch",
        topic="fraud",
        phases=[Phase(f"p{number}", f"Phase {number} of them", tasks=group) for number, group in enumerate(groups)],
    )


def chain(count, effort=None, **options):
    """So many tasks, each after the one before it."""
    tasks = [
        Task(f"t{number}", f"Task {number}", effort=effort or Effort(1, 1), after=[f"t{number - 1}"] if number else [])
        for number in range(count)
    ]
    return Checklist("chain", "Chain", phases=[Phase("p", "Phase", tasks=tasks)], **options)


def luminance(colour):
    """The relative luminance of a colour, as the guidelines for accessible web content define it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)
