"""Lists of others that are made to keep the importers busy: each is read in a second or two, or refused."""

import pytest

from threats import bombs_imports
from threats.measuring import printed_by

pytest.importorskip("markdown_it")


def test_no_bomb_right_below_the_limits_does_harm(some):
    names = some([*bombs_imports.MARKDOWN, *bombs_imports.CSV], 30)
    found = printed_by("bombs_imports", given=names)
    assert [one["name"] for one in found] == names
    assert [
        one
        for one in found
        if one["seconds"] >= 2 or one["megabytes"] >= 200 or one["came"] not in {"sound", "LimitError"}
    ] == []
