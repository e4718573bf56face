"""A page of the book through one door, and the filters of an address."""

import json
from datetime import date

import pytest

from patrol.accounts.queries import scope_of
from patrol.errors import Invalid
from patrol.logbook.forms import parse_filter, parse_log
from patrol.logbook.queries import lists_for
from patrol.parsing import nested
from patrol.patrols.rules import PatrolFilter
from tests.builders import POLICE, POST, form_of, make_person, stretch, unit

PROGRAMMES = {"tuyen_bien_binh_yen": 1, "nghi_dinh_03": 2}


@pytest.fixture
def leader(db, clock):
    return make_person()


@pytest.fixture
def read(leader):
    lists = lists_for(leader, seen_by=scope_of(leader))
    return lambda raw: parse_log(raw, choices=lists.choices, counted_in=lists.counted_in)


def test_a_page_and_its_json_give_the_same_log(read, leader):
    programmes = form_of(leader)["programme_ids"]
    form = form_of(
        leader,
        leader_id=str(leader.id),
        ended_time="1:10",
        attendance__1__personnel="",
        attendance__1__unknown="1",
        findings__0__category="gambling",
        findings__0__measures__cases="",
        findings__0__measures__subjects="5",
        findings__0__found_time="0:20",
        findings__1__category="drug_possession",
        findings__1__extra__0__code="grams",
        findings__1__extra__0__quantity="0,5",
    )
    message = {
        "client_id": form["client_id"],
        "started_at": "2026-02-04T21:00:00+07:00",
        "ended_at": "2026-02-05T01:10:00+07:00",
        "lead_unit_id": unit().id,
        "stretch_id": stretch().id,
        "leader_id": leader.id,
        "means": "on_foot",
        "nothing_found": True,
        "programme_ids": [int(each) for each in programmes],
        "attendance": [
            {"unit_id": unit(POST).id, "personnel": 2, "militia": 0, "security_team": 0},
            {"unit_id": unit(POLICE).id, "unknown": True, "militia": 0, "security_team": 0},
            {"unit_id": unit("qs_dien_ban_dong").id, "personnel": 2, "militia": 0, "security_team": 0},
        ],
        "findings": [
            {"category": "gambling", "measures": {"subjects": 5}, "found_at": "2026-02-05T00:20:00+07:00"},
            {"category": "drug_possession", "measures": {"grams": 0.5}},
        ],
    }
    by_hand = read({**nested(form), "programme_ids": programmes})
    by_wire = read(json.loads(json.dumps(message)))
    assert by_hand == by_wire
    assert [each.category for each in by_hand.findings] == ["gambling", "drug_possession"]


def test_problems_of_patrol_and_findings_come_together(read, leader):
    with pytest.raises(Invalid) as refused:
        read(
            nested(
                form_of(
                    leader,
                    started_time="mấy giờ",
                    attendance__2__personnel="-3",
                    findings__0__category="",
                    findings__0__place="bãi",
                    findings__1__category="gambling",
                    findings__1__found_time="99",
                )
                | {"programme_ids": "x"}
            )
        )
    assert refused.value.fields == {
        "started_time": "not_a_time",
        "attendance.2.personnel": "too_small",
        "programme_ids": "not_readable",
        "findings.1.found_time": "not_a_time",
    }


def test_an_address_without_filters_wants_everything():
    assert parse_filter({}, programme_ids=PROGRAMMES) == (PatrolFilter(), 1)


def test_an_address_says_what_is_wanted():
    address = {
        "tu": "01/01/2026", "den": "2026-01-31", "chuong-trinh": "nghi_dinh_03", "tuyen": "3", "don-vi": "4",
        "luc-luong": "police", "trang-thai": "returned", "tim": " bãi ", "trang": "2",
    }  # fmt: skip
    wanted = PatrolFilter(
        first=date(2026, 1, 1),
        last=date(2026, 1, 31),
        programme_id=2,
        stretch_id=3,
        unit_id=4,
        force="police",
        statuses=("returned",),
        text="bãi",
    )
    assert parse_filter(address, programme_ids=PROGRAMMES) == (wanted, 2)


@pytest.mark.parametrize("page", ["0", "-5", "", "1"])
def test_the_first_page_is_the_least(page):
    assert parse_filter({"trang": page}, programme_ids=PROGRAMMES)[1] == 1


@pytest.mark.parametrize(
    ("address", "field"),
    [
        ({"tu": "hôm qua"}, "tu"),
        ({"tu": "02/02/2026", "den": "01/02/2026"}, "den"),
        ({"chuong-trinh": "khong_co"}, "chuong-trinh"),
        ({"trang-thai": "lost"}, "trang_thai"),
        ({"tuyen": "bắc"}, "tuyen"),
        ({"tuyen": "9" * 30}, "tuyen"),
        ({"don-vi": "9" * 30}, "don_vi"),
        ({"trang": "9" * 30}, "trang"),
        ({"tim": "a" * 201}, "tim"),
    ],
)
def test_what_cannot_be_read_in_an_address_is_named(address, field):
    with pytest.raises(Invalid) as refused:
        parse_filter(address, programme_ids=PROGRAMMES)
    assert set(refused.value.fields) == {field}
