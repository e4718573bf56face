"""Models are a stock: what is there at the end of a day, what began and what ended between two days."""

from datetime import date
from uuid import uuid4

import pytest
from hypothesis import given, strategies as st

from patrol.accounts.queries import scope_of
from patrol.accounts.rules import Role
from patrol.errors import Conflict, Invalid, NotAllowed
from patrol.extensions import db as the_db
from patrol.schemes import services
from patrol.schemes.forms import parse_end, parse_scheme
from patrol.schemes.models import Scheme, SchemeKind
from patrol.schemes.queries import kinds
from patrol.schemes.rules import SchemeDraft, is_active
from patrol.totals.queries import figures
from tests.builders import (
    COMMITTEE,
    MILITARY,
    POLICE,
    POST,
    WHOLE_SYSTEM,
    make_person,
    make_scheme,
    question,
)

KEYS = ("schemes.active_at_end", "schemes.new", "schemes.ended")
DAYS = st.dates(date(2025, 12, 1), date(2026, 2, 28))


def three(first: str = "2026-01-01", last: str = "2026-01-31", **more) -> list[int]:
    answer = figures(question(first, last, **more))
    return [answer[key].value for key in KEYS]


@pytest.mark.parametrize(
    ("on", "there"),
    [("2026-01-09", False), ("2026-01-10", True), ("2026-01-19", True), ("2026-01-20", False)],
)
def test_the_day_of_founding_counts_and_the_day_of_the_end_does_not(on, there):
    assert is_active(date(2026, 1, 10), date(2026, 1, 20), date.fromisoformat(on)) is there


@given(founded=DAYS, ended=st.none() | DAYS, first=DAYS, last=DAYS)
def test_what_was_there_and_what_began_less_what_ended_is_what_is_there(founded, ended, first, last):
    if (ended is not None and ended < founded) or last < first:
        return
    before = first.toordinal() - 1
    began, over = first <= founded <= last, ended is not None and first <= ended <= last
    assert (
        is_active(founded, ended, last) == is_active(founded, ended, date.fromordinal(before)) + began - over
    )


def test_a_stock_is_counted_at_the_end_of_the_period_and_is_no_sum_over_it(clock, db):
    make_scheme(founded="2025-03-01")
    make_scheme(founded="2026-01-31")
    make_scheme(founded="2025-03-01", ended="2026-01-31")
    make_scheme(founded="2025-03-01", ended="2026-02-01")
    make_scheme(founded="2026-01-05", ended="2026-01-20")
    make_scheme(founded="2026-02-01")
    assert three() == [3, 2, 2]
    assert three("2025-12-01", "2025-12-31") == [3, 0, 0]
    assert three("2026-01-30", "2026-01-30") == [3, 0, 0]
    assert three("2026-01-31", "2026-01-31") == [3, 1, 1]


def test_a_model_written_by_mistake_is_kept_and_never_counted(clock, db):
    scheme, by = make_scheme(), make_person(Role.STAFF_CLERK, of=POLICE)
    services.cancel_scheme(scheme, "Ghi trùng", by=by, seen_by=WHOLE_SYSTEM)
    assert three() == [0, 0, 0]
    assert db.session.get(Scheme, scheme.id).cancelled_because == "Ghi trùng"


def test_units_that_answer_for_it_and_those_granted_its_area_see_a_model(clock, db):
    make_scheme(at="Phường Điện Ngọc", of="ca_dien_ngoc", founded="2024-05-01")
    make_scheme(at="Phường Hội An Tây", of="ca_hoi_an_tay")

    def seen(of: str) -> int:
        return three(seen_by=scope_of(make_person(Role.COMMANDER, of=of)))[0]

    assert seen(POLICE) == 1, "inherited"
    assert seen(COMMITTEE) == 1, "in an area it grew out of"
    assert seen("ca_da_nang") == 2, "from above"
    assert seen(POST) == seen(MILITARY) == 0


def test_somebody_who_only_looks_at_the_area_changes_nothing(clock, page, client, signed_in, db):
    scheme = make_scheme(ended=None)
    signed_in(make_person(Role.STAFF_CLERK, of=COMMITTEE))
    seen = page.open(f"/mo-hinh/{scheme.id}")
    assert not seen.has("main form") and not seen.has('main a[href$="/sua"]')
    end = {"ended_on": "01/02/2026", "because": "x"}
    assert client.post(f"/mo-hinh/{scheme.id}/ket-thuc", data=end).status_code == 403
    assert client.post(f"/mo-hinh/{scheme.id}/huy", data={"why": "x"}).status_code == 403
    signed_in(make_person(Role.STAFF_CLERK, of="ca_hoi_an_tay"))
    page.open(f"/mo-hinh/{scheme.id}", expected=404)
    assert client.post(f"/mo-hinh/{scheme.id}/ket-thuc", data=end).status_code == 404
    signed_in(make_person(Role.PATROL_LEADER, of=POLICE))
    page.open(f"/mo-hinh/{scheme.id}")
    assert client.post(f"/mo-hinh/{scheme.id}/ket-thuc", data=end).status_code == 403
    assert db.session.get(Scheme, scheme.id).ended_on is None


def test_a_model_is_written_for_one_s_own_units_only(clock, db):
    by = make_person(Role.STAFF_CLERK, of=POST)
    scheme = make_scheme()
    with pytest.raises(NotAllowed):
        services.end_scheme(scheme, date(2026, 2, 1), "x", by=by, seen_by=scope_of(by))
    draft = SchemeDraft(uuid4(), "elders", "Của người khác", scheme.area_id, scheme.unit_id, date(2026, 1, 1))
    with pytest.raises(Invalid) as wrong:
        services.record_scheme(draft, by=by, seen_by=scope_of(by))
    assert wrong.value.fields == {"unit_id": "unknown_choice"}


def test_a_page_somebody_has_overtaken_is_refused(clock, db):
    by, scheme = make_person(Role.STAFF_CLERK, of=POLICE), make_scheme()
    draft = SchemeDraft(
        scheme.client_id, "elders", "Tên mới", scheme.area_id, scheme.unit_id, scheme.founded_on
    )
    services.change_scheme(scheme, draft, by=by, seen_by=WHOLE_SYSTEM, base_rev=1)
    assert (scheme.rev, scheme.kind_name) == (2, "Người cao tuổi không có con cháu vi phạm pháp luật")
    with pytest.raises(Conflict):
        services.change_scheme(scheme, draft, by=by, seen_by=WHOLE_SYSTEM, base_rev=1)


def test_the_kinds_are_dated_and_a_model_keeps_the_name_of_its_time(clock, db):
    old = next(kind for kind in kinds() if kind.code == "elders")
    old.valid_to = date(2025, 12, 31)
    the_db.session.add(
        SchemeKind(code="elders", name="Ông bà gương mẫu", position=2, valid_from=date(2026, 1, 1))
    )
    the_db.session.flush()
    before, after = make_scheme(kind="elders", founded="2025-12-31"), make_scheme(kind="elders")
    assert (before.kind_name, after.kind_name) == (old.name, "Ông bà gương mẫu")
    assert [kind.name for kind in kinds()].count("Ông bà gương mẫu") == 1


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"founded_on": "6/2/2026"}, {"founded_on": "day_in_future"}),
        ({"last_activity_on": "1/1/2020"}, {"last_activity_on": "before_founding"}),
        ({"members": "-1"}, {"members": "too_small"}),
        ({"members": "nhiều"}, {"members": "not_a_number"}),
        ({"name": " "}, {"name": "required"}),
        ({"area_id": "9"}, {"area_id": "unknown_choice"}),
        ({"kind": "x"}, {"kind": "unknown_choice"}),
    ],
)
def test_what_cannot_be_a_model_is_refused_with_its_reason(changes, wrong):
    raw = {
        "client_id": str(uuid4()), "kind": "elders", "name": "Tổ 5", "area_id": "1", "unit_id": "1",
        "founded_on": "1/2/2021", **changes,
    }  # fmt: skip
    with pytest.raises(Invalid) as problem:
        parse_scheme(raw, kinds={"elders"}, areas={1}, units={1}, today=date(2026, 2, 5))
    assert problem.value.fields == wrong


def test_a_model_does_not_end_before_it_began():
    with pytest.raises(Invalid) as problem:
        parse_end(
            {"ended_on": "9/1/2026", "because": "x"}, founded_on=date(2026, 1, 10), today=date(2026, 2, 5)
        )
    assert problem.value.fields == {"ended_on": "before_founding"}


def test_a_clerk_founds_changes_and_ends_a_model(clock, page, signed_in, db):
    signed_in(make_person(Role.STAFF_CLERK, of=POLICE))
    form = page.open("/mo-hinh/moi").form("main form")
    area = next(value for value, label in form.options("area_id").items() if label == "Phường Điện Bàn Đông")
    form.fill(kind="safe_lodging", name="Khu nhà trọ Hà My", area_id=area, founded_on="1/2/2026")
    shown = form.submit()
    assert shown.text("h1") == "Khu nhà trọ Hà My"
    assert "Số thành viên chưa rõ" in shown.text()
    form = shown.follow("Sửa").form("main form")
    shown = form.fill(members="1.250", is_spread_wider=True).submit()
    assert "Số thành viên 1.250" in shown.text()
    assert "Nhân rộng: không → có" in shown.text()
    wrong = (
        shown.form('form[action$="/ket-thuc"]').fill(ended_on="1/1/2026", because="x").submit(expected=422)
    )
    ended = (
        wrong.form('form[action$="/ket-thuc"]').fill(ended_on="4/2/2026", because="Dãy trọ đã bán").submit()
    )
    assert "04/02/2026, Dãy trọ đã bán" in ended.text()
    assert three("2026-02-01", "2026-02-03") == [1, 1, 0]
    assert three("2026-02-01", "2026-02-04") == [0, 1, 1]


def test_the_list_shows_the_stock_of_any_day(clock, page, signed_in):
    make_scheme(founded="2025-03-01", ended="2026-01-31", name="Cũ")
    make_scheme(founded="2026-02-01", name="Mới", kind="elders")
    signed_in(make_person(Role.COMMANDER, of=POLICE))

    def listed(query: str = "") -> list[str]:
        return page.open(f"/mo-hinh?{query}").texts(".record h3")

    assert listed() == ["Mới"]
    assert listed("ngay=30/01/2026") == ["Cũ"]
    assert listed("ngay=31/01/2026") == []
    assert listed("tinh-trang=ended") == ["Cũ"]
    assert listed("loai=security_camera") == []
    assert "Không đọc được ngày" in page.open("/mo-hinh?ngay=nay", expected=422).text()


def test_a_model_sent_twice_is_stored_once(clock, db):
    client_id = uuid4()
    by = make_person(Role.STAFF_CLERK, of=POLICE)
    assert make_scheme(by=by, client_id=client_id) is make_scheme(by=by, client_id=client_id)
    assert db.session.query(Scheme).count() == 1
