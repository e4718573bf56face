"""Findings as typed or sent."""

import math
import unicodedata
from datetime import UTC, datetime
from uuid import UUID, uuid5

import pytest

from patrol.errors import Invalid
from patrol.findings.forms import parse_findings
from patrol.findings.rules import OutcomeCode
from patrol.parsing import nested

PATROL = UUID("7b1f3a58-1d8e-4c62-9a55-6b2f2f9a0c11")
OWN = "0d5a7a0e-54e1-4c9e-8d3c-0f3a6c1c9b77"
CATALOGUE = {
    "gambling": ["cases", "subjects"],
    "drug_possession": ["cases", "subjects", "grams"],
    "market": ["sites"],
}


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


STARTED = utc(2026, 2, 4, 14)  # 21:00 in Việt Nam


def read(*rows, started_at=STARTED, patrol_id=PATROL):
    return parse_findings(
        {"findings": list(rows)}, counted_in=CATALOGUE, started_at=started_at, patrol_id=patrol_id
    )


def wrong_in(*rows):
    with pytest.raises(Invalid) as refused:
        read(*rows)
    return refused.value.fields


def test_a_page_and_a_message_give_the_same_findings():
    form = nested(
        {
            "findings.0.client_id": OWN,
            "findings.0.category": "drug_possession",
            "findings.0.measures.cases": "",
            "findings.0.measures.subjects": "2",
            "findings.0.extra.0.quantity": "1.290,5",
            "findings.0.extra.0.code": "grams",
            "findings.0.extra.1.quantity": "",
            "findings.0.extra.1.code": "",
            "findings.0.found_time": "0h15",
            "findings.0.place": " Bãi  An Bàng ",
            "findings.0.km": "4,1",
            "findings.0.outcome": "handed_over",
            "findings.0.note": "",
        }
    )
    message = {
        "client_id": OWN,
        "category": "drug_possession",
        "measures": {"subjects": 2, "grams": 1290.5},
        "found_at": "2026-02-05T00:15:40+07:00",
        "place": "Bãi An Bàng",
        "km": 4.1,
        "outcome": "handed_over",
    }
    (by_hand,) = read(*form["findings"])
    (by_wire,) = read(message)
    assert by_hand == by_wire
    assert by_hand.measures == {"cases": 1, "subjects": 2, "grams": 1290.5}
    assert (by_hand.place, by_hand.km, by_hand.outcome) == ("Bãi An Bàng", 4.1, OutcomeCode.HANDED_OVER)


@pytest.mark.parametrize(
    ("typed", "found_at"),
    [
        ("22:15", utc(2026, 2, 4, 15, 15)),
        ("20:00", utc(2026, 2, 4, 13)),  # an hour early is a clock that goes wrong, not the next night
        ("19:59", utc(2026, 2, 5, 12, 59)),
        ("00:15", utc(2026, 2, 4, 17, 15)),  # after midnight
        ("", None),
    ],
)
def test_a_time_is_of_the_night_of_the_patrol(typed, found_at):
    (finding,) = read({"category": "gambling", "found_time": typed})
    assert finding.found_at == found_at


def test_a_row_without_an_id_gets_the_same_one_every_time():
    rows = ({"category": "gambling"}, {"category": "market"}, {"category": "gambling", "client_id": OWN})
    first, again = read(*rows), read(*rows)
    assert first == again
    assert [each.client_id for each in first] == [uuid5(PATROL, "0"), uuid5(PATROL, "1"), UUID(OWN)]
    assert read(*rows, patrol_id=UUID(OWN))[0].client_id != first[0].client_id


def test_blank_and_removed_rows_are_left_out():
    kept = read(
        {"client_id": OWN},
        {"category": "", "measures": {"cases": ""}},
        {"category": "gambling", "removed": True},
        {"category": "market"},
    )
    assert [each.category for each in kept] == ["market"]


@pytest.mark.parametrize(
    ("row", "fields"),
    [
        ({"note": "ở bãi"}, {"findings.0.category": "required"}),
        ({"measures": {"cases": "1"}}, {"findings.0.category": "required"}),
        ({"category": "piracy"}, {"findings.0.category": "unknown_choice"}),
        ({"category": ["gambling"]}, {"findings.0.category": "not_readable"}),
        ({"category": "gambling", "measures": {"cases": "-1"}}, {"findings.0.measures.cases": "too_small"}),
        (
            {"category": "gambling", "measures": {"cases": math.nan}},
            {"findings.0.measures.cases": "not_a_number"},
        ),
        (
            {"category": "gambling", "measures": {"cases": "1e999"}},
            {"findings.0.measures.cases": "not_a_number"},
        ),
        (
            {"category": "gambling", "measures": {"cases": "nhiều"}},
            {"findings.0.measures.cases": "not_a_number"},
        ),
        (
            {"category": "gambling", "measures": {"value_dong": 10**11}},
            {"findings.0.measures.value_dong": "too_large"},
        ),
        ({"category": "gambling", "measures": [1]}, {"findings.0.measures": "not_readable"}),
        ({"category": "gambling", "extra": [{"quantity": "5"}]}, {"findings.0.extra.0.code": "required"}),
        (
            {"category": "gambling", "extra": [{"code": "litres"}]},
            {"findings.0.extra.0.code": "unknown_choice"},
        ),
        ({"category": "gambling", "extra": [{}] * 21}, {"findings.0.extra": "too_many"}),
        ({"category": "gambling", "found_time": "27:00"}, {"findings.0.found_time": "not_a_time"}),
        ({"category": "gambling", "outcome": "forgotten"}, {"findings.0.outcome": "unknown_choice"}),
        ({"category": "gambling", "km": "-0,1"}, {"findings.0.km": "too_small"}),
        ({"category": "gambling", "km": "5001"}, {"findings.0.km": "too_large"}),
        ({"category": "gambling", "note": ["a"]}, {"findings.0.note": "not_readable"}),
        ({"category": "gambling", "note": "a" * 2001}, {"findings.0.note": "too_long"}),
        ({"category": "gambling", "client_id": "x"}, {"findings.0.client_id": "not_an_id"}),
        ("gambling", {"findings.0": "not_readable"}),
    ],
)
def test_every_problem_is_named_by_its_place(row, fields):
    assert wrong_in(row) == fields


def test_an_unknown_unit_is_refused():
    (field,) = wrong_in({"category": "gambling", "measures": {"litres": 1}})
    assert field.startswith("findings.0.measures.litres")


def test_problems_of_all_rows_come_together():
    assert wrong_in({"category": "piracy"}, {"category": "gambling"}, {"place": "bãi"}) == {
        "findings.0.category": "unknown_choice",
        "findings.2.category": "required",
    }


@pytest.mark.parametrize("much", [[{"category": "gambling"}] * 10_000, "nhiều", {"x": 1}, 7])
def test_what_is_no_list_of_findings_is_refused_whole(much):
    with pytest.raises(Invalid) as refused:
        parse_findings({"findings": much}, counted_in=CATALOGUE, started_at=STARTED, patrol_id=PATROL)
    assert set(refused.value.fields) == {"findings"}


def test_text_is_kept_in_nfc_without_control_characters():
    (finding,) = read(
        {"category": "gambling", "note": unicodedata.normalize("NFD", "Bãi Bụt\x07"), "place": "\x00b"}
    )
    assert (finding.note, finding.place) == ("Bãi Bụt", "b")


def test_numbers_keep_the_decimals_the_page_can_show():
    (finding,) = read({"category": "drug_possession", "measures": {"grams": 0.12345}, "km": "4,12345"})
    assert (finding.measures["grams"], finding.km) == (0.123, 4.123)
