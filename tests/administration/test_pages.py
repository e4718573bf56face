"""Quản trị keeps the register through pages: what a ward's administrator really has to do, and what is refused."""

from datetime import date

import pytest
from sqlalchemy import select

from patrol.accounts.rules import Role
from patrol.findings.models import Category
from patrol.findings.queries import categories
from patrol.reviews.queries import calendars
from patrol.totals.queries import figures
from patrol.units.models import Unit, UnitArea
from patrol.units.queries import programmes, stretches, unit_by_code
from tests.builders import (
    POLICE,
    finding_draft,
    make_patrol,
    make_person,
    make_review,
    question,
    stretch,
    unit,
)

GPX = (
    '<gpx xmlns="http://www.topografix.com/GPX/1/1" version="1.1" creator="x"><trk><trkseg>'
    + "".join(f'<trkpt lat="{16 + step / 1000:.5f}" lon="108.00000"/>' for step in range(20))
    + "</trkseg></trk></gpx>"
).encode()


@pytest.fixture(autouse=True)
def admin(signed_in, clock):
    """Signed in on 05/02/2026."""
    return signed_in(make_person(Role.ADMIN, full_name="Lê Quản Trị"))


def fill(page, where: str, *, expected: int = 200, **typed):
    return page.open(where).form("main form.form").fill(**typed).submit("Lưu", expected=expected)


def act(seen, endpoint: str, *, expected: int = 200, **typed):
    part = {"cap-tren": "place_under", "dia-ban": "answer_for", "ke-tuc": "succeed"}.get(endpoint)
    form = seen.form(f'main form[action$="/{endpoint}"]')
    return form.fill({f"{part}.{name}": value for name, value in typed.items()}).submit(expected=expected)


def test_a_renamed_police_takes_over_and_its_people_move_with_it(page, clock, signed_in):
    old = unit(POLICE)
    leader = make_person(of=POLICE, full_name="Trần Theo Đơn Vị")
    make_patrol(by=leader, lead=POLICE)
    seen = page.open(f"/quan-tri/don-vi/{old.id}").follow("Đổi tên, lập đơn vị kế tục")
    form = seen.form("main form.form")
    assert form.value("name") == old.name
    shown = form.fill(name="Công an phường Biển Đông", valid_from="01/7/2026").submit("Lưu")
    new = unit_by_code("cong_an_phuong_bien_dong")
    assert "Trước: Công an phường Điện Bàn Đông, đổi tên từ 01/07/2026" in shown.text()
    assert "Phụ trách địa bàn: Phường Điện Bàn Đông, từ 01/07/2026" in shown.text()
    assert "đến hết 30/06/2026" in page.open(f"/quan-tri/don-vi/{old.id}").text()
    assert not page.open(f"/quan-tri/don-vi/{old.id}").has('form[action$="/chuyen-tai-khoan"]')
    clock.set("2026-07-01 09:00")
    signed_in(make_person(Role.ADMIN))  # a new one: the password of the other has run out by now
    moved = act(page.open(f"/quan-tri/don-vi/{old.id}"), "chuyen-tai-khoan")
    assert "Đã chuyển 1 tài khoản sang Công an phường Biển Đông." in moved.text()
    assert leader.unit_id == new.id
    assert "Ghi kế tục, Lê Quản Trị" in moved.text(".timeline")


def test_a_unit_of_a_new_ward_gets_its_superior_and_area(page):
    seen = fill(page, "/quan-tri/don-vi/moi", name="Ban CHQS phường Mới", kind="commune_military_command",
                valid_from="01/02/2026")  # fmt: skip
    made = unit_by_code("ban_chqs_phuong_moi")
    assert made.force_code == "military"
    seen = act(seen, "cap-tren", other_id=unit("bch_quan_su_da_nang").id, since="01/02/2026")
    assert "Cấp trên: Bộ Chỉ huy Quân sự thành phố Đà Nẵng, từ 01/02/2026" in seen.text()
    ward = seen.form('form[action$="/dia-ban"]').options("answer_for.other_id")
    area_id = next(value for value, words in ward.items() if words == "Phường Hội An Tây")
    early = act(seen, "dia-ban", other_id=area_id, since="31/01/2026", kind="granted", expected=422)
    assert "không có hiệu lực suốt thời gian đó" in early.text(".notice--problem")
    assert early.form('form[action$="/dia-ban"]').value("answer_for.since") == "31/01/2026"
    seen = act(early, "dia-ban", since="01/02/2026")
    assert "Được xem địa bàn: Phường Hội An Tây, từ 01/02/2026" in seen.text()


def test_a_link_ends_on_a_day_and_only_from_the_page_of_what_it_links(page, db):
    found = unit("ubnd_dien_ban_dong")
    link = db.session.scalar(select(UnitArea).where(UnitArea.unit_id == found.id))
    way = f"/lien-ket/unit_areas/{link.id}"
    page.post(
        f"/quan-tri/don-vi/{unit(POLICE).id}{way}",
        {f"unit_areas_{link.id}.last_day": "31/12/2026"},
        expected=404,
    )
    page.post(
        f"/quan-tri/don-vi/{found.id}/lien-ket/people/1",
        {f"unit_areas_{link.id}.last_day": "31/12/2026"},
        expected=404,
    )
    page.post(f"/quan-tri/don-vi/{found.id}{way}", {f"unit_areas_{link.id}.last_day": "31/12/2026"})
    assert link.valid_to == date(2026, 12, 31)


def test_a_stretch_is_cut_out_of_the_coast(page):
    whole = stretch("dien_ban")
    typed = {"name": "Điện Bàn, km 1 – 2,5", "shape": "part", "part_of": whole.id, "valid_from": "1/2/2026"}
    wrong = fill(page, "/quan-tri/tuyen/moi", **typed, from_km="1", to_km="7,5", expected=422)
    assert wrong.one("#f-to_km-why")["data-error"] == "km_off_line"
    assert wrong.form("main form.form").value("name") == "Điện Bàn, km 1 – 2,5"
    seen = wrong.form("main form.form").fill(to_km="2,5").submit("Lưu")
    assert "từ km 1,0 đến km 2,5, 3 điểm" in seen.text()
    made = next(each for each in stretches() if each.name == "Điện Bàn, km 1 – 2,5")
    assert (made.from_km, made.to_km, made.line[1]) == (1.0, 2.5, whole.line[2])


def test_a_stretch_is_drawn_by_points_or_by_a_gpx_file(page):
    typed = {"shape": "points", "points": "16,00; 108,00\n16,02; 108,00", "valid_from": "1/2/2026"}
    seen = fill(page, "/quan-tri/tuyen/moi", name="Theo điểm", **typed)
    assert "từ km 0,0 đến km 2,213, 2 điểm" in seen.text()
    seen = fill(page, "/quan-tri/tuyen/moi", name="Theo GPX", shape="gpx", gpx=(GPX, "mep-nuoc.gpx"),
                from_km="10", valid_from="1/2/2026")  # fmt: skip
    assert "từ km 10,0 đến km 12,103, 2 điểm" in seen.text()
    again = fill(page, "/quan-tri/tuyen/moi", name="Hỏng", shape="gpx", gpx=(b"<html>", "a.gpx"),
                 valid_from="1/2/2026", expected=422)  # fmt: skip
    assert again.one("#f-gpx-why")["data-error"] == "gpx_html"
    assert fill(
        page, "/quan-tri/tuyen/moi", name="Quên", shape="gpx", valid_from="1/2/2026", expected=422
    ).has('#f-gpx-why[data-error="required"]')


def test_a_walked_stretch_keeps_its_line_and_may_get_another_name(page):
    make_patrol()
    where = f"/quan-tri/tuyen/{stretch('dien_ban').id}/sua"
    assert "Đã có bản ghi dùng mục này" in page.open(where).text()
    refused = fill(page, where, shape="none", expected=422)
    assert "sửa sẽ làm đổi số liệu cũ" in refused.text(".notice--problem")
    assert "Đã lưu thay đổi." in fill(page, where, name="Bờ biển Điện Bàn Đông").text()


def test_a_campaign_is_offered_while_it_lasts(page, clock):
    fill(
        page,
        "/quan-tri/chuong-trinh/moi",
        name="Cao điểm Tết 2027",
        valid_from="15/12/2026",
        valid_to="28/2/2027",
    )
    assert "Sắp có hiệu lực: 1" in page.open("/quan-tri/chuong-trinh").text()
    assert "cao_diem_tet_2027" not in [each.code for each in programmes()]
    clock.set("2027-03-01 08:00")
    assert [each.is_past for each in programmes() if each.code == "cao_diem_tet_2027"] == [True]
    assert programmes()[-1].code == "cao_diem_tet_2027"


def test_a_category_gets_a_newer_version_that_counts_no_less(page, clock):
    held = next(each for each in categories() if each.code == "gambling")
    make_patrol(findings=(finding_draft("gambling", measures={"subjects": 3}),))
    fewer = (
        page.open(f"/quan-tri/loai-phat-hien/{held.id}")
        .follow("Phiên bản mới từ một ngày")
        .form("main form.form")
    )
    wrong = fewer.fill(valid_from="01/7/2026", other_measures=[]).submit("Lưu", expected=422)
    assert wrong.one("#f-other_measures-why")["data-error"] == "measures_lost"
    told = wrong.form("main form.form").fill(
        other_measures=["subjects", "value_dong"], valid_from="04/02/2026"
    )
    wrong = told.submit("Lưu", expected=422)
    assert wrong.one("#f-other_measures-why")["data-error"] == "measures_told_otherwise"
    wrong.form("main form.form").fill(valid_from="01/7/2026", legal_note="Luật mới").submit("Lưu")
    keys = ("finding.gambling.cases", "finding.gambling.subjects", "finding.gambling.value_dong")
    before = figures(question()).figures
    assert [before[key].value if key in before else None for key in keys] == [1, 3, None]
    clock.set("2026-07-01 08:00")
    after = figures(question()).figures
    assert [after[key].value for key in keys] == [1, 3, 0]


def test_a_category_in_use_keeps_what_it_counts_and_its_law_may_be_put_right(page, db):
    held = next(each for each in categories() if each.code == "gambling")
    make_patrol(findings=(finding_draft("gambling"),))
    where = f"/quan-tri/loai-phat-hien/{held.id}/sua"
    refused = fill(page, where, other_measures=["subjects", "grams"], expected=422)
    assert refused.one("#f-other_measures-why")["data-error"] == "fixed_version"
    fill(page, where, legal_note="Điều 321 BLHS.")
    assert db.session.get_one(Category, held.id).legal_note == "Điều 321 BLHS."


def test_a_category_may_be_replaced_by_another_and_not_in_a_circle(page, db):
    first, second = (
        next(each for each in categories() if each.code == code) for code in ("theft", "robbery")
    )
    typed = {"how": "merged_into", "since": "01/7/2026"}
    seen = act(page.open(f"/quan-tri/loai-phat-hien/{first.id}"), "ke-tuc", successor_id=second.id, **typed)
    assert "Sau: " + second.name in seen.text()
    assert (first.valid_to, first.successor_code) == (date(2026, 6, 30), "robbery")
    back = act(
        page.open(f"/quan-tri/loai-phat-hien/{second.id}"),
        "ke-tuc",
        successor_id=first.id,
        **typed,
        expected=422,
    )
    assert "theo vòng" in back.text(".notice--problem")


def test_a_reporting_calendar_changes_from_a_day_on(page):
    year = next(each for each in calendars() if each.code == "nam_hanh_chinh")
    make_review(by_calendar="nam_hanh_chinh")
    refused = fill(page, f"/quan-tri/lich-bao-cao/{year.id}/sua", start_day="1", expected=422)
    assert refused.one("#f-start_day-why")["data-error"] == "fixed_version"
    newer = (
        page.open(f"/quan-tri/lich-bao-cao/{year.id}")
        .follow("Phiên bản mới từ một ngày")
        .form("main form.form")
    )
    seen = newer.fill(name="Năm báo cáo (từ 01/12)", start_day="1", valid_from="01/12/2026").submit("Lưu")
    assert "Phiên bản khác: Năm báo cáo hành chính (15/12 – 14/12), từ lâu đến hết 30/11/2026" in seen.text()
    assert [each.start_day for each in calendars() if each.code == "nam_hanh_chinh"] == [15, 1]


def test_a_merger_into_a_ward_that_is_there(page, db):
    ward, other = "Phường Điện Bàn Đông", "Phường Hội An Tây"
    seen = page.open("/quan-tri/dia-ban").follow(other)
    offered = seen.form('form[action$="/ke-tuc"]').options("succeed.successor_id")
    successor = next(value for value, words in offered.items() if words == ward)
    seen = act(seen, "ke-tuc", successor_id=successor, since="01/7/2026")
    assert "Sau: Phường Điện Bàn Đông, sáp nhập từ 01/07/2026" in seen.text()
    assert "Có tuyến: Bờ biển Hội An Tây (Cẩm An, An Bàng), từ 01/07/2026" in seen.follow(ward).text()


def test_a_rule_of_counting_waits_for_a_day_that_has_not_come(page):
    make_patrol()
    where = "/quan-tri/quy-dinh"
    forms = page.open(where).all('form[action="/quan-tri/quy-dinh"]')
    assert len(forms) == 4
    data = {"joint_min_forces.value": "3", "joint_min_forces.valid_from": "01/01/2026"}
    refused = page.post(where, data, expected=422)
    assert "đổi số đã báo cáo" in refused.text(".notice--problem")
    done = page.post(where, data | {"joint_min_forces.valid_from": "01/01/2027"})
    assert ["01/01/2027", "Số lực lượng ít nhất của một lượt phối hợp: 3 lực lượng"] in done.table()


def test_a_term_of_keeping_changes_from_tomorrow_and_not_tonight(page):
    where = "/quan-tri/quy-dinh"
    data = {"keep_photos_months.value": "6", "keep_photos_months.valid_from": "05/02/2026"}
    refused = page.post(where, data, expected=422)
    assert "để không tệp nào mất ngay đêm nay" in refused.text(".notice--problem")
    done = page.post(where, data | {"keep_photos_months.valid_from": "06/02/2026"})
    assert ["06/02/2026", "Thời hạn giữ ảnh: 6 tháng"] in done.table()
    assert ["ban đầu", "Thời hạn giữ ảnh: 24 tháng"] in done.table()
    form = done.form('form:has([name="keep_photos_months.value"])')
    assert form.value("keep_photos_months.value") == "24", "what holds today, so that a slip changes nothing"


@pytest.mark.parametrize(
    ("field", "typed", "code"),
    [
        ("name", "", "required"),
        ("name", "x" * 201, "too_long"),
        ("kind", "", "required"),
        ("kind", "navy", "unknown_choice"),
        ("valid_from", "32/01/2026", "not_a_day"),
        ("valid_to", "01/01/2020", "ends_before_it_starts"),
        ("position", "-1", "too_small"),
        ("position", "9" * 30, "too_large"),
    ],
)
def test_what_cannot_be_read_comes_back_with_the_reason_and_nothing_is_stored(page, db, field, typed, code):
    data = {"name": "Đơn vị <b>mới</b>", "kind": "border_post", "valid_from": "01/02/2026", field: typed}
    seen = page.post("/quan-tri/don-vi/moi", data, expected=422)
    assert seen.one(f"#f-{field}-why")["data-error"] == code
    assert seen.form("main form.form").value("name") == data["name"]
    assert db.session.scalar(select(Unit.id).where(Unit.name == data["name"])) is None


def test_hostile_names_stay_text_and_what_is_not_there_is_not_found(page):
    seen = fill(page, "/quan-tri/chuong-trinh/moi", name="<script>alert(1)</script>", valid_from="1/1/2026")
    assert seen.text("h1") == "<script>alert(1)</script>"
    page.open("/quan-tri/don-vi/2147483647", expected=404)
    page.open("/quan-tri/khong-co", expected=404)
    page.post(f"/quan-tri/don-vi/{unit().id}/ke-tuc", {"succeed.successor_id": "2147483647",
                                                       "succeed.how": "renamed", "succeed.since": "01/7/2026"},
              expected=422)  # fmt: skip


def test_a_double_tap_adds_a_category_once(page, db):
    typed = {
        "name": "Neo đậu trái phép",
        "group_name": "Tàu",
        "main_measure": "incidents",
        "valid_from": "1/2/2026",
    }
    fill(page, "/quan-tri/loai-phat-hien/moi", **typed)
    again = fill(page, "/quan-tri/loai-phat-hien/moi", **typed, expected=422)
    assert again.one("#f-name-why")["data-error"] == "name_taken"


def test_a_list_costs_no_query_per_line(page):
    few = page.open("/quan-tri/chuong-trinh").queries
    assert page.open("/quan-tri/don-vi").queries <= few
