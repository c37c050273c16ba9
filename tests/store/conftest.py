"""A store, and where it is."""

import pytest

from servingchecklist import Store


@pytest.fixture
def path(tmp_path):
    return tmp_path / "launches.db"


@pytest.fixture
def store(path):
    with Store(path) as store:
        yield store
