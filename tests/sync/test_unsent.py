"""What phones still hold is said wherever figures and lists are, to each viewer for his own units."""

import json

import pytest

from patrol.accounts.rules import WHOLE_SYSTEM, Role
from patrol.arrivals.queries import phones, unsent
from tests.builders import POLICE, make_person, make_review
from tests.sync.phones import Phone, item


@pytest.fixture
def phone(client, db, clock, signed_in):
    return Phone(client, signed_in(make_person()))


def ping(phone, patrols, items=None, **more):
    said = {
        "device": phone.device,
        "person_id": phone.person.id,
        "unsent": {"patrols": patrols, "items": patrols if items is None else items, "oldest_at": None},
        **more,
    }
    return phone.client.post("/api/v1/ping", data=json.dumps(said))


def test_the_last_word_of_a_phone_counts_and_nothing_is_counted_twice(phone, client, db):
    second = Phone(client, phone.person)
    assert ping(phone, 3).json["person_id"] == phone.person.id
    ping(phone, 2)
    ping(second, 1, items=4)
    told = unsent(seen_by=WHOLE_SYSTEM)
    assert (told.phones, told.patrols) == (2, 3)
    second.send(item(), unsent={"patrols": 0, "items": 0})
    ping(phone, 0)
    assert not unsent(seen_by=WHOLE_SYSTEM)
    assert len(phones(seen_by=WHOLE_SYSTEM)) == 2


def test_a_phone_silent_for_thirty_days_is_left_out(phone, db, clock):
    ping(phone, 2)
    clock.advance(days=29)
    assert unsent(seen_by=WHOLE_SYSTEM).patrols == 2
    clock.advance(days=2)
    assert not unsent(seen_by=WHOLE_SYSTEM)


def test_pages_of_figures_and_lists_say_it_for_the_viewer_s_own_units(phone, page, client, db, signed_in):
    ping(phone, 3)
    review = make_review()
    words = "1 máy còn giữ 3 lượt chưa gửi"
    pages = (
        ("home.index", {}),
        ("logbook.index", {}),
        ("totals.index", {}),
        ("reviews.show", {"review_id": review.id}),
    )
    signed_in(make_person(Role.COMMANDER))
    for where, values in pages:
        assert words in page.open(where, **values).text("main"), where
    signed_in(make_person(Role.COMMANDER, of=POLICE))
    for where, values in pages:
        assert "chưa gửi" not in page.open(where, **values).text("main"), where


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"person_id": 0}, 409),
        ({"device": "x"}, 400),
        ({"unsent": None}, 400),
        ({"unsent": {"patrols": -1}}, 400),
        ({"unsent": {"patrols": 10**12}}, 400),
    ],
)
def test_a_ping_that_can_t_be_right_changes_nothing(phone, db, more, status):
    assert ping(phone, 1, **more).status_code == status
    assert phones(seen_by=WHOLE_SYSTEM) == []
