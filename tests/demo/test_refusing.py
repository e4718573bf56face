"""Sample data never mixes with real records."""

import pytest

from patrol.demo.services import HoldsRealRecords, load_demo
from patrol.units.queries import is_demo
from tests.builders import make_patrol, make_person


def test_a_database_that_holds_a_person_is_refused(db):
    make_person()
    with pytest.raises(HoldsRealRecords):
        load_demo()
    assert not is_demo()


def test_a_database_that_holds_a_patrol_is_refused(db):
    make_patrol()
    with pytest.raises(HoldsRealRecords):
        load_demo()
    assert not is_demo()
