"""The register as it is shipped: whole, dated, in order, and nothing in it that must not be."""

import tomllib
import unicodedata
from datetime import date
from itertools import pairwise
from math import cos, hypot, radians

import pytest
from sqlalchemy import select

from patrol.accounts.queries import person_by_username
from patrol.accounts.services import sign_in
from patrol.audit.models import AuditEvent
from patrol.findings.models import Category
from patrol.findings.queries import categories
from patrol.findings.rules import MeasureCode
from patrol.setup import REFERENCE, first_administrator, load_reference
from patrol.units.models import (
    Area,
    AreaSuccession,
    Stretch,
    StretchArea,
    Unit,
    UnitArea,
    UnitParent,
    UnitSuccession,
)
from patrol.units.queries import (
    forces,
    programmes,
    stretches,
    stretches_granted_to,
    unit_by_code,
    units,
    units_reached_from,
)
from tests.builders import make_person

POSTS = {
    0.0: (15.96417, 108.29131),
    1.0: (15.95674, 108.29636),
    2.0: (15.94944, 108.30177),
    3.0: (15.94232, 108.30762),
    4.1: (15.93518, 108.31451),
    5.0: (15.92955, 108.32045),
    6.28: (15.92215, 108.32939),
}


def stretch(code: str) -> Stretch:
    return next(each for each in stretches() if each.code == code)


def codes_reached_from(code: str) -> set[str]:
    reached = units_reached_from(unit_by_code(code).id)
    return {unit.code for unit in units() if unit.id in reached}


# --- loading ---


def test_loading_again_adds_nothing(db):
    assert load_reference() is False


def test_loading_brings_back_what_is_missing_and_leaves_what_somebody_changed(db):
    db.session.delete(next(each for each in programmes() if each.code == "bien_phong_toan_dan"))
    unit_by_code("dbp_non_nuoc").name = "Đồn đã đổi tên"
    db.session.flush()
    assert load_reference() is True
    assert [each.code for each in programmes()] == [
        "tuyen_bien_binh_yen",
        "nghi_dinh_03",
        "quy_che_giap_ranh",
        "bien_phong_toan_dan",
    ]
    assert unit_by_code("dbp_non_nuoc").name == "Đồn đã đổi tên"


def test_loading_leaves_a_line_in_the_audit_trail(db):
    found = db.session.scalars(select(AuditEvent.actor_name).where(AuditEvent.action == "database.set_up"))
    assert list(found) == ["hệ thống"]


@pytest.mark.parametrize("path", sorted(REFERENCE.glob("*.toml")), ids=lambda path: path.stem)
def test_the_shipped_text_is_in_composed_letters(path):
    text = path.read_text(encoding="utf-8")
    assert text == unicodedata.normalize("NFC", text)
    assert tomllib.loads(text)


# --- forces and units ---


def test_forces_come_in_the_order_of_protocol(db):
    assert [(force.code, force.short_name) for force in forces()] == [
        ("military", "Quân sự"),
        ("police", "Công an"),
        ("border_guard", "Biên phòng"),
        ("other", "Khác"),
    ]


def test_nothing_in_the_register_says_where_a_unit_is(db):
    for table in (Unit, UnitParent, UnitArea, Area):
        columns = set(table.__table__.columns.keys())
        assert not columns & {
            "lat",
            "lon",
            "latitude",
            "longitude",
            "position_lat",
            "geometry",
            "line",
            "point",
        }


def test_units_that_ended_are_followed_by_somebody(db):
    ended = {unit.id: unit.code for unit in units() if unit.valid_to}
    followed = set(db.session.scalars(select(UnitSuccession.predecessor_id)))
    assert {code for unit_id, code in ended.items() if unit_id not in followed} == set()


def test_district_police_ended_before_the_wards_were_merged(db):
    assert unit_by_code("ca_thi_xa_dien_ban").valid_to == date(2025, 2, 28)
    assert unit_by_code("ca_dien_ngoc").valid_to == date(2025, 6, 30)
    assert unit_by_code("ca_dien_ban_dong").valid_from == date(2025, 7, 1)


def test_the_border_post_is_one_unit_whose_parent_changed(db):
    post = unit_by_code("dbp_cua_dai")
    rows = db.session.execute(
        select(Unit.name, UnitParent.valid_from, UnitParent.valid_to)
        .join(Unit, Unit.id == UnitParent.parent_id)
        .where(UnitParent.unit_id == post.id)
        .order_by(UnitParent.valid_from)
    ).all()
    assert [tuple(row) for row in rows] == [
        ("BĐBP tỉnh Quảng Nam", date(1900, 1, 1), date(2025, 6, 30)),
        ("BĐBP thành phố Đà Nẵng", date(2025, 7, 1), None),
    ]
    assert post.valid_to is None


def test_units_of_today_reach_what_their_predecessors_logged(db):
    assert {"ca_thi_xa_dien_ban", "ca_dien_ngoc", "ca_dien_duong"} <= codes_reached_from("ca_dien_ban_dong")
    assert "qs_thi_xa_dien_ban" in codes_reached_from("qs_dien_ban_dong")
    assert codes_reached_from("dbp_cua_dai") == {"dbp_cua_dai"}
    assert {"dbp_cua_dai", "dbp_non_nuoc", "bp_quang_nam"} <= codes_reached_from("bp_da_nang")
    assert codes_reached_from("ca_hoi_an_tay") == {"ca_hoi_an_tay"}


def test_links_between_units_lie_within_the_life_of_both(db):
    by_id = {unit.id: unit for unit in units()}
    for link in db.session.scalars(select(UnitParent)):
        for unit in (by_id[link.unit_id], by_id[link.parent_id]):
            assert unit.valid_from <= link.valid_from, unit.code
            assert (unit.valid_to or date.max) >= (link.valid_to or date.max), unit.code
    for step in db.session.scalars(select(UnitSuccession)):
        assert by_id[step.successor_id].valid_from <= step.since


# --- areas ---


def test_one_code_names_two_wards_at_different_times(db):
    rows = db.session.execute(
        select(Area.name, Area.valid_from, Area.valid_to)
        .where(Area.code == "20579")
        .order_by(Area.valid_from)
    ).all()
    assert [tuple(row) for row in rows] == [
        ("Phường Điện Nam Trung", date(2015, 3, 11), date(2025, 6, 30)),
        ("Phường Điện Bàn Đông", date(2025, 7, 1), None),
    ]


def test_five_wards_and_the_thi_xa_go_on_in_dien_ban_dong(db):
    ward = db.session.scalar(select(Area).where(Area.name == "Phường Điện Bàn Đông"))
    before = db.session.scalars(
        select(Area.name)
        .join(AreaSuccession, AreaSuccession.predecessor_id == Area.id)
        .where(AreaSuccession.successor_id == ward.id)
    )
    assert set(before) == {
        "Thị xã Điện Bàn",
        "Phường Điện Ngọc",
        "Phường Điện Dương",
        "Phường Điện Nam Bắc",
        "Phường Điện Nam Trung",
        "Phường Điện Nam Đông",
    }


def test_the_committee_of_the_ward_looks_at_the_coast_of_dien_ban_and_no_other(db):
    granted = stretches_granted_to(unit_by_code("ubnd_dien_ban_dong").id, on=date(2026, 2, 5))
    assert {each.code for each in stretches() if each.id in granted} == {
        "dien_ban",
        "dien_ban_bac",
        "dien_ban_giua",
        "dien_ban_nam",
    }
    former = unit_by_code("ubnd_thi_xa_dien_ban").id
    assert stretches_granted_to(former, on=date(2026, 2, 5)) == frozenset()
    assert stretches_granted_to(former, on=date(2023, 2, 5)) == granted


# --- the coast ---


def test_the_coast_of_dien_ban_runs_along_the_km_posts(db):
    coast = stretch("dien_ban")
    assert (coast.from_km, coast.to_km) == (0.0, 6.28)
    assert {km: (lat, lon) for km, lat, lon in coast.line} == POSTS


def test_parts_are_cut_at_posts_and_make_the_whole(db):
    whole = stretch("dien_ban")
    parts = [stretch(f"dien_ban_{part}") for part in ("bac", "giua", "nam")]
    joined = parts[0].line + [post for part in parts[1:] for post in part.line[1:]]
    assert joined == whole.line
    for part in parts:
        assert (part.line[0][0], part.line[-1][0]) == (part.from_km, part.to_km)


def test_km_posts_lie_as_far_apart_as_they_say(db):
    line = stretch("dien_ban").line
    for (km, lat, lon), (next_km, next_lat, next_lon) in pairwise(line):
        apart = hypot((next_lat - lat) * 111.2, (next_lon - lon) * 111.2 * cos(radians(lat)))
        assert apart == pytest.approx(next_km - km, rel=0.05)


def test_a_stretch_nobody_measured_is_only_a_name(db):
    for code in ("ngu_hanh_son", "hoi_an_tay", "hoi_an_dong", "duy_nghia", "khac"):
        assert (stretch(code).from_km, stretch(code).to_km, stretch(code).line) == (None, None, None)
    assert stretches()[-1].name == "Tuyến khác, không ghi rõ"


def test_the_coast_lay_in_the_thi_xa_and_lies_in_the_ward(db):
    for code in ("dien_ban", "dien_ban_bac", "dien_ban_giua", "dien_ban_nam"):
        rows = db.session.execute(
            select(Area.name, StretchArea.valid_to)
            .join(Area, Area.id == StretchArea.area_id)
            .where(StretchArea.stretch_id == stretch(code).id)
            .order_by(StretchArea.valid_from)
        ).all()
        assert [tuple(row) for row in rows] == [
            ("Thị xã Điện Bàn", date(2025, 6, 30)),
            ("Phường Điện Bàn Đông", None),
        ]


# --- what can be found ---


def test_each_category_is_counted_in_units_there_are_and_the_main_one_first(db):
    counted_in = {category.code: category.measures for category in categories()}
    assert {unit for measures in counted_in.values() for unit in measures} <= set(MeasureCode)
    assert counted_in["gambling"] == ["cases", "subjects"]
    assert counted_in["drug_use_org"] == ["cases", "subjects"]
    assert counted_in["drug_possession"][:2] == ["cases", "subjects"]
    assert counted_in["illegal_market"] == ["sites"]


def test_what_must_stay_out_is_out(db):
    assert not {category.code for category in categories()} & {"strange_vessel", "uav", "no_finding"}


def test_drug_use_has_another_legal_nature_since_july_2025(db):
    def note_on(day: date) -> str:
        return next(each.legal_note for each in categories(on=day) if each.code == "drug_use")

    assert "256a" not in note_on(date(2025, 6, 30))
    assert "256a" in note_on(date(2025, 7, 1))


def test_on_every_day_each_category_has_one_version(db):
    days = {row.valid_from for row in db.session.scalars(select(Category))} | {date(2023, 1, 1)}
    for day in days:
        valid = [
            row.code
            for row in db.session.scalars(select(Category))
            if row.valid_from <= day <= (row.valid_to or date.max)
        ]
        assert len(valid) == len(set(valid))
        assert set(valid) == {category.code for category in categories()}


# --- the first administrator ---


def test_the_first_administrator_is_made_once_and_must_change_the_password(db):
    username, password = first_administrator()
    assert first_administrator() is None
    person = sign_in(username, password, "127.0.0.1")
    assert (person.role, person.unit.code) == ("admin", "ubnd_dien_ban_dong")
    assert person.must_change_password


def test_nobody_becomes_administrator_where_somebody_has_an_account(db):
    make_person()
    assert first_administrator() is None
    assert person_by_username("quantri") is None
