"""One door for what is typed and what is sent: the same draft, or every problem by its place."""

import math
import unicodedata
from datetime import UTC, datetime
from uuid import UUID

import pytest

from patrol import clock as patrol_clock
from patrol.errors import Invalid
from patrol.parsing import nested
from patrol.patrols.forms import Choices, parse_patrol
from patrol.patrols.rules import AttendanceDraft, Means, Source

ID = "7b1f3a58-1d8e-4c62-9a55-6b2f2f9a0c11"
CHOICES = Choices(
    force_of={1: "border_guard", 2: "police", 3: "military"},
    lead_unit_ids=frozenset({1, 2, 3}),
    stretch_ids=frozenset({1, 2}),
    programme_ids=frozenset({1, 2}),
    leader_ids=frozenset({7}),
)
FORM = {
    "client_id": ID,
    "lead_unit_id": "1",
    "stretch_id": "2",
    "started_on": "04/02/2026",
    "started_time": "21:00",
    "ended_on": "",
    "ended_time": "0h30",
    "leader_id": "7",
    "leader_name": "",
    "attendance.0.unit_id": "1",
    "attendance.0.personnel": "3",
    "attendance.0.militia": "0",
    "attendance.0.security_team": "0",
    "attendance.1.unit_id": "2",
    "attendance.1.personnel": "",
    "attendance.1.militia": "0",
    "attendance.1.security_team": "0",
    "attendance.1.unknown": "1",
    "attendance.2.unit_id": "3",
    "attendance.2.personnel": "0",
    "attendance.2.militia": "4",
    "attendance.2.security_team": "1",
    "means": "on_foot",
    "weather": "",
    "note": "  Bãi Bụt\r\n  yên  tĩnh ",
}
JSON = {
    "client_id": ID,
    "lead_unit_id": 1,
    "stretch_id": 2,
    "started_at": "2026-02-04T21:00:00+07:00",
    "ended_at": "2026-02-04T17:30:59Z",
    "leader_id": 7,
    "attendance": [
        {"unit_id": 1, "personnel": 3, "militia": 0, "security_team": 0},
        {"unit_id": 2, "personnel": None, "militia": 0, "security_team": 0, "unknown": True},
        {"unit_id": 3, "personnel": 0, "militia": 4, "security_team": 1},
    ],
    "programme_ids": [1],
    "means": "on_foot",
    "note": "Bãi Bụt\nyên tĩnh",
}


def typed(**changes):
    """The form as a tree, with fields (dots as double underscores) changed, or taken out by None."""
    fields = {**FORM, **{name.replace("__", "."): value for name, value in changes.items()}}
    tree = nested({name: value for name, value in fields.items() if value is not None})
    return {**tree, "programme_ids": ["1"]}


def read(raw):
    return parse_patrol(raw, choices=CHOICES)


def wrong_in(raw):
    with pytest.raises(Invalid) as refused:
        read(raw)
    return refused.value.fields


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


def test_a_page_and_a_message_give_the_same_draft():
    by_hand, by_wire = read(typed()), read(JSON)
    assert by_hand == by_wire
    assert by_hand.client_id == UUID(ID)
    assert (by_hand.started_at, by_hand.ended_at) == (utc(2026, 2, 4, 14), utc(2026, 2, 4, 17, 30))
    assert by_hand.attendance == (
        AttendanceDraft(1, "border_guard", 3, 0, 0),
        AttendanceDraft(2, "police", None, 0, 0),
        AttendanceDraft(3, "military", 0, 4, 1),
    )
    assert (by_hand.means, by_hand.weather, by_hand.source) == (Means.ON_FOOT, None, Source.FORM)
    assert by_hand.note == "Bãi Bụt\nyên tĩnh"


@pytest.mark.parametrize(
    ("day", "start", "end_day", "end", "ended_at"),
    [
        ("04/02/2026", "21:00", "", "23:30", utc(2026, 2, 4, 16, 30)),
        ("04/02/2026", "21:00", "", "20:59", utc(2026, 2, 5, 13, 59)),  # earlier than the start: the next day
        ("04/02/2026", "21:00", "", "21:00", utc(2026, 2, 4, 14, 0)),
        ("31/12/2022", "23:00", "", "1:15", utc(2022, 12, 31, 18, 15)),
        ("28/02/2024", "23:00", "", "00:10", utc(2024, 2, 28, 17, 10)),
        ("04/02/2026", "21:00", "06/02/2026", "03:00", utc(2026, 2, 5, 20, 0)),
        ("04/02/2026", "21:00", "", "", None),
        ("04/02/2026", "21:00", "06/02/2026", "", None),
    ],
)
def test_an_end_before_the_start_is_the_next_day_unless_a_day_is_written(day, start, end_day, end, ended_at):
    draft = read(typed(started_on=day, started_time=start, ended_on=end_day, ended_time=end))
    assert draft.ended_at == ended_at


@pytest.mark.parametrize("how", ["21:05", "21h05", "21 giờ 05", "21g5", "21.05", "2105", " 21:05 "])
def test_times_are_read_as_people_write_them(how):
    assert read(typed(started_time=how)).started_at == utc(2026, 2, 4, 14, 5)


@pytest.mark.parametrize("how", ["4/2/2026", "04-02-2026", "4.2.2026", "2026-02-04", "4/2"])
def test_days_are_read_as_people_write_them(how, clock):
    assert read(typed(started_on=how)).started_at == utc(2026, 2, 4, 14)


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"client_id": None}, {"client_id": "required"}),
        ({"client_id": "abc"}, {"client_id": "not_an_id"}),
        ({"lead_unit_id": ""}, {"lead_unit_id": "required"}),
        ({"lead_unit_id": "99"}, {"lead_unit_id": "unknown_choice"}),
        ({"lead_unit_id": "một"}, {"lead_unit_id": "not_a_number"}),
        ({"stretch_id": "0"}, {"stretch_id": "unknown_choice"}),
        ({"leader_id": "8"}, {"leader_id": "unknown_choice"}),
        ({"leader_id": "", "leader_name": "  "}, {"leader_name": "leader_missing"}),
        ({"started_on": ""}, {"started_on": "required"}),
        ({"started_on": "31/02/2026"}, {"started_on": "not_a_day"}),
        ({"started_on": "04/02/0026"}, {"started_on": "not_a_day"}),
        ({"started_on": "31/12/9999"}, {"started_on": "not_a_day"}),
        ({"started_time": "25:00"}, {"started_time": "not_a_time"}),
        ({"started_time": "tối"}, {"started_time": "not_a_time"}),
        ({"ended_on": "03/02/2026", "ended_time": "23:00"}, {"ended_time": "ends_before_start"}),
        (
            {"attendance__1__unit_id": "", "attendance__1__personnel": "2"},
            {"attendance.1.unit_id": "required"},
        ),
        ({"attendance__1__unit_id": "44"}, {"attendance.1.unit_id": "unknown_choice"}),
        ({"attendance__1__unit_id": "1"}, {"attendance": "unit_twice"}),
        ({"attendance__2__militia": "-1"}, {"attendance.2.militia": "too_small"}),
        ({"attendance__2__security_team": "201"}, {"attendance.2.security_team": "too_large"}),
        ({"attendance__0__personnel": "2,5"}, {"attendance.0.personnel": "not_a_number"}),
        ({"attendance__0__personnel": "9" * 40}, {"attendance.0.personnel": "too_large"}),
        ({"attendance__0__personnel": "9" * 6000}, {"attendance.0.personnel": "too_large"}),
        ({"means": "balloon"}, {"means": "unknown_choice"}),
        ({"weather": "snow"}, {"weather": "unknown_choice"}),
        ({"sea": "frozen"}, {"sea": "unknown_choice"}),
        ({"source": "rumour"}, {"source": "unknown_choice"}),
        ({"note": "a" * 2001}, {"note": "too_long"}),
        ({"from_place": "a" * 201}, {"from_place": "too_long"}),
    ],
)
def test_every_problem_is_named_by_its_place(changes, fields):
    assert wrong_in(typed(**changes)) == fields


def test_everything_unreadable_is_said_at_once():
    raw = typed(
        started_on="hôm qua",
        attendance__0__personnel="x",
        attendance__2__militia="500",
        note="a" * 2001,
        means="balloon",
        client_id="",
    )
    assert wrong_in(raw) == {
        "client_id": "required",
        "started_on": "not_a_day",
        "attendance.0.personnel": "not_a_number",
        "attendance.2.militia": "too_large",
        "note": "too_long",
        "means": "unknown_choice",
    }


def test_everything_not_on_offer_is_said_at_once():
    raw = typed(
        lead_unit_id="9",
        stretch_id="9",
        leader_id="9",
        started_on="",
        started_time="",
        attendance__0__unit_id="9",
    )
    assert wrong_in({**raw, "programme_ids": ["1", "9"]}) == {
        "lead_unit_id": "unknown_choice",
        "stretch_id": "unknown_choice",
        "leader_id": "unknown_choice",
        "programme_ids": "unknown_choice",
        "attendance.0.unit_id": "unknown_choice",
        "started_on": "required",
        "started_time": "required",
    }


@pytest.mark.parametrize(
    ("field", "value", "fields"),
    [
        ("note", ["a", "b"], {"note": "not_readable"}),
        ("note", {"a": "b"}, {"note": "not_readable"}),
        ("lead_unit_id", [1], {"lead_unit_id": "not_a_number"}),
        ("lead_unit_id", 10**30, {"lead_unit_id": "unknown_choice"}),
        ("lead_unit_id", math.nan, {"lead_unit_id": "not_a_number"}),
        ("client_id", 5, {"client_id": "not_readable"}),
        ("attendance", "ba người", {"attendance": "not_readable"}),
        ("attendance", {"x": 1}, {"attendance": "not_readable"}),
        ("attendance", [5], {"attendance.0": "not_readable"}),
        ("attendance", [{"unit_id": 1, "personnel": math.nan}], {"attendance.0.personnel": "not_a_number"}),
        ("attendance", [{"unit_id": 1, "personnel": math.inf}], {"attendance.0.personnel": "not_a_number"}),
        ("attendance", [{"unit_id": 1, "personnel": [2]}], {"attendance.0.personnel": "not_a_number"}),
        ("attendance", [{"unit_id": 1, "unknown": "có thể"}], {"attendance.0.unknown": "not_readable"}),
        ("attendance", [{"unit_id": 1, "personnel": "x"}] * 10_000, {"attendance": "too_many"}),
        ("attendance", [{"unit_id": 1, "personnel": 1}] * 21, {"attendance": "too_many"}),
        ("programme_ids", list(range(10_000)), {"programme_ids": "too_many"}),
        ("programme_ids", "1", {"programme_ids": "not_readable"}),
        ("started_at", "0001-01-01T00:00:00+07:00", {"started_at": "not_a_moment"}),
        ("started_at", "9999-12-31T23:59:00Z", {"started_at": "not_a_moment"}),
        ("started_at", ["2026"], {"started_at": "not_a_moment"}),
        ("ended_at", "2026-02-04T20:59:00+07:00", {"ended_time": "ends_before_start"}),
    ],
)
def test_hostile_messages_are_refused_by_name(field, value, fields):
    assert wrong_in({**JSON, field: value}) == fields


def test_text_is_kept_in_nfc_without_control_characters():
    decomposed = unicodedata.normalize("NFD", "Bãi Bụt\x00\u202e đêm\u200b")
    draft = read({**JSON, "note": decomposed, "from_place": decomposed})
    assert draft.note == draft.from_place == "Bãi Bụt đêm"
    assert unicodedata.is_normalized("NFC", draft.note)


def test_rows_nobody_filled_in_are_left_out():
    blank = {
        "attendance__1__unknown": None,
        "attendance__2__militia": "0",
        "attendance__2__security_team": "",
    }
    draft = read(typed(**blank))
    assert [row.unit_id for row in draft.attendance] == [1]


def test_an_account_wins_over_a_typed_name():
    assert read(typed(leader_name="Trần Văn Mẫu")).leader_name == ""
    assert read(typed(leader_id="", leader_name=" Trần  Văn Mẫu ")).leader_name == "Trần Văn Mẫu"


def test_a_programme_ticked_twice_counts_once():
    assert read({**JSON, "programme_ids": [2, 1, 2]}).programme_ids == (2, 1)


@pytest.mark.parametrize(
    "form",
    [
        {"attendance": "x", "attendance.0.unit_id": "1"},
        {"attendance.0": "x", "attendance.0.unit_id": "1"},
        {"attendance.0.unit_id": "1", "attendance": "x"},
        {".": "x", "..": "y", "": "z"},
        {".".join(["a"] * 3000): "deep"},
        {"attendance." + "9" * 5000 + ".unit_id": "1"},
    ],
)
def test_no_name_of_a_field_breaks_the_reading(form):
    assert wrong_in(nested(form))["client_id"] == "required"


def test_rows_come_in_the_order_of_their_numbers_all_the_way_down():
    tree = nested({"a.10.x": "third", "a.2.x": "second", "a.0.b.1.c": "later", "a.0.b.0.c": "first"})
    assert tree == {"a": [{"b": [{"c": "first"}, {"c": "later"}]}, {"x": "second"}, {"x": "third"}]}


@pytest.mark.parametrize(
    ("now", "day", "year"),
    [
        (utc(2026, 12, 31, 19), "31/12", 2026),  # two in the morning of 2027
        (utc(2026, 12, 31, 19), "1/1", 2027),
        (utc(2026, 12, 31, 13), "1/1", 2027),  # a night that goes on into the new year
        (utc(2026, 12, 31, 13), "31.12", 2026),
        (utc(2026, 2, 4, 13), "5-2", 2026),  # the clock of a phone runs ahead
        (utc(2026, 2, 4, 13), "6/2", 2025),
        (utc(2026, 2, 4, 13), "6/2/2026", 2026),
    ],
)
def test_a_day_without_a_year_is_the_last_such_day(now, day, year):
    with patrol_clock.frozen(now):
        started = read(typed(started_on=day)).started_at
        assert patrol_clock.local_day(started).year == year
