"""Applying overlays to a checklist."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._model.checklist import Checklist
from .._model.overlay import Overlay
from .._namespace import public
from ..errors import Fault, invalid, show
from .builder import Draft
from .changes_between import overlay_from

if TYPE_CHECKING:
    from collections.abc import Iterator

BY_HAND = "by-hand"
"""The id of the layer for changes made outside of any overlay."""


@public()
def tailor(checklist: Checklist, *overlays: Overlay) -> Checklist:
    """Return the checklist with overlays applied, one after the other.

    A change is an error if it names an unknown id, adds an existing one, or creates a cycle of prerequisites. All changes of an overlay
    are tried, and all faults are reported at once. Order matters: a later overlay changes the result of the earlier ones. In the result,
    ``base`` is the checklist below all layers, and ``layers`` are the overlays.

    Changes made to a tailored checklist without an overlay become a layer of their own, ``by-hand``, so that none is lost.

    >>> from servingchecklist import changes
    >>> overlay = Overlay("ours", "How we launch", changes=[changes.SetChecklist(topic="Fraud", reason="it is what we serve")])
    >>> tailor(model_serving(), overlay).title_of("c1")
    'Define goals and KPIs (Fraud)'

    Args:
        checklist: The checklist to tailor; it may be tailored already.
        overlays: The overlays to apply, the lowest first.

    Raises:
        InvalidError: A change does not apply; its path is ``$.changes[2].task`` or, with several overlays,
            ``$.overlays[1].changes[2].task``. Only the faults of the first overlay that fails are reported, since later ones depend on it.
        CycleError: The prerequisites would have a cycle.
    """
    if not isinstance(checklist, Checklist):
        raise invalid("wrong-kind", "$", "is not a checklist", checklist, "give a Checklist")
    for place, overlay in enumerate(overlays):
        if not isinstance(overlay, Overlay):
            raise invalid("wrong-kind", f"$.overlays[{place}]", "is not an overlay", overlay, "give an Overlay")
    if not overlays:
        return checklist
    # Compare with None: a checklist without tasks is false, as any empty collection.
    base = checklist if checklist.base is None else checklist.base
    layers = list(checklist.layers)
    if by_hand := changed_by_hand(checklist):
        layers.append(by_hand)
    for place, overlay in enumerate(overlays):
        layers.append(overlay)
        checklist = lay(checklist, overlay, base, layers, f"$.overlays[{place}]" if len(overlays) > 1 else "$")
    return checklist


def lay(checklist: Checklist, overlay: Overlay, base: Checklist, layers: list[Overlay], path: str = "$") -> Checklist:
    """Return the checklist with one overlay applied; ``base`` and ``layers`` become its own."""
    draft = Draft(checklist)
    _change(draft, overlay, base, path)
    return draft.build(base, layers)


def _change(draft: Draft, overlay: Overlay, base: Checklist, path: str) -> None:
    if overlay.base and overlay.base not in (draft.fields["id"], base.id):
        hint = f"this one is {draft.fields['id']!r}; take an overlay for it, or one that is for any"
        draft.faults.append(Fault("not-a-copy", f"{path}.base", "is another checklist", show(overlay.base), hint))
    for place, change in enumerate(overlay.changes):
        draft.apply(change, f"{path}.changes[{place}]")


def stages(checklist: Checklist) -> Iterator[Checklist]:
    """Yield the base of a tailored checklist, and then the checklist with each of its layers.

    Raises:
        InvalidError: Its layers do not apply to its base.
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
    """Check that the layers of a tailored checklist apply to its base, without building the results.

    Raises:
        CycleError: A layer creates a cycle of prerequisites.
        InvalidError: A layer does not apply.
    """
    assert checklist.base is not None
    draft = Draft(checklist.base)
    for number, overlay in enumerate(checklist.layers):
        _change(draft, overlay, checklist.base, f"$.layers[{number}]")
        draft.check()


def changed_by_hand(checklist: Checklist) -> Overlay | None:
    """Return the changes to a tailored checklist outside of its layers as one more layer; None if there are none.

    Raises:
        InvalidError: Its layers do not apply to its base.
    """
    if checklist.base is None:
        return None
    *_, made = stages(checklist)
    if made == checklist:
        return None
    words = "changed outside of any overlay"
    return overlay_from(made, checklist, id=BY_HAND, title=words.capitalize(), reason=words)
