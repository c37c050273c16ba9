"""Laying overlays on a checklist."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import Fault, raise_invalid, show
from ..model.checklist import Checklist
from ..model.overlay import Overlay
from .draft import Draft
from .route import overlay_from

if TYPE_CHECKING:
    from collections.abc import Iterator

BY_HAND = "by-hand"
"""The id of the layer that holds what was changed outside of any overlay."""


def tailor(checklist: Checklist, *overlays: Overlay) -> Checklist:
    """The checklist with overlays laid on it, one after the other.

    Strictly: a change that touches what is not there, adds an id that exists, or makes tasks wait for each other in a circle is an error.
    All changes of an overlay are tried, and all faults are told at once. Order matters: a later overlay changes what the ones before it
    have made. The result knows what it was made of: its ``base`` is the checklist below all layers, and ``layers`` are the overlays.

    What was changed in a tailored checklist without an overlay becomes a layer of its own, ``by-hand``, so that nothing of it is lost.

    >>> from servingchecklist import changes
    >>> overlay = Overlay("ours", "How we launch", changes=[changes.SetChecklist(topic="Fraud", reason="it is what we serve")])
    >>> tailor(model_serving(), overlay).title_of("c1")
    'Define goals and KPIs (Fraud)'

    Args:
        checklist: What is tailored, whether or not it was before.
        overlays: What is laid on it, the lowest first.

    Raises:
        InvalidError: A change does not fit, with its path: ``$.changes[2].task`` or, of several overlays, ``$.overlays[1].changes[2].task``. Of
            several, only the faults of the first that does not fit are told, since what lies on it cannot be judged.
        CycleError: Tasks would wait for each other in a circle.
    """
    if not isinstance(checklist, Checklist):
        raise_invalid("$", "is not a checklist", checklist, "give a Checklist")
    for place, overlay in enumerate(overlays):
        if not isinstance(overlay, Overlay):
            raise_invalid(f"$.overlays[{place}]", "is not an overlay", overlay, "give an Overlay")
    if not overlays:
        return checklist
    # A checklist without tasks is as false as any empty collection.
    base = checklist if checklist.base is None else checklist.base
    layers = list(checklist.layers)
    if by_hand := changed_by_hand(checklist):
        layers.append(by_hand)
    for place, overlay in enumerate(overlays):
        layers.append(overlay)
        checklist = lay(checklist, overlay, base, layers, f"$.overlays[{place}]" if len(overlays) > 1 else "$")
    return checklist


def lay(checklist: Checklist, overlay: Overlay, base: Checklist, layers: list[Overlay], path: str = "$") -> Checklist:
    """The checklist with one overlay on it; ``base`` and ``layers`` are what it is then made of."""
    draft = Draft(checklist)
    _change(draft, overlay, base, path)
    return draft.build(base, layers)


def _change(draft: Draft, overlay: Overlay, base: Checklist, path: str) -> None:
    if overlay.base and overlay.base not in (draft.fields["id"], base.id):
        hint = f"this one is {draft.fields['id']!r}; take an overlay for it, or one that is for any"
        draft.faults.append(Fault(f"{path}.base", "is another checklist", show(overlay.base), hint))
    for place, change in enumerate(overlay.changes):
        draft.apply(change, f"{path}.changes[{place}]")


def stages(checklist: Checklist) -> Iterator[Checklist]:
    """What a tailored checklist was at first, and then with each of its layers.

    Raises:
        InvalidError: Its layers do not fit on its base.
    """
    if checklist.base is None:
        yield checklist
        return
    made = base = checklist.base
    yield made
    for place, overlay in enumerate(checklist.layers):
        made = lay(made, overlay, base, [], f"$.layers[{place}]")
        yield made


def check_layers(checklist: Checklist) -> None:
    """Refuse a tailored checklist whose layers do not fit on its base. What each of them makes is not built.

    Raises:
        CycleError: A layer has tasks wait for each other in a circle.
        InvalidError: A layer does not fit.
    """
    assert checklist.base is not None
    draft = Draft(checklist.base)
    for number, overlay in enumerate(checklist.layers):
        _change(draft, overlay, checklist.base, f"$.layers[{number}]")
        draft.check()


def changed_by_hand(checklist: Checklist) -> Overlay | None:
    """What was changed in a tailored checklist outside of its layers, as one more; None where nothing was.

    Raises:
        InvalidError: Its layers do not fit on its base.
    """
    if checklist.base is None:
        return None
    *_, made = stages(checklist)
    if made == checklist:
        return None
    words = "changed outside of any overlay"
    return overlay_from(made, checklist, id=BY_HAND, title=words.capitalize(), reason=words)
