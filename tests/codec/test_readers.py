"""Values that are made without their constructor are those that it makes."""

import attrs

from servingchecklist._model._validation import Validated
from servingchecklist.codec.readers import ObjectReader


@attrs.frozen(getstate_setstate=False)
class _WithFactory(Validated):
    names: list[str] = attrs.field(factory=list)


@attrs.frozen(getstate_setstate=False)
class _WithoutArgument(Validated):
    name: str = "a"
    length: int = attrs.field(init=False, default=1)


def test_defaults_that_only_the_constructor_makes_are_made():
    assert ObjectReader(_WithFactory, {})({}) == _WithFactory()
    assert ObjectReader(_WithoutArgument, {})({}) == _WithoutArgument()
