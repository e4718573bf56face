"""The list: what it shows, finds, leaves out and how it is paged."""

from urllib.parse import urlencode

import pytest

from patrol.accounts.rules import Role
from patrol.patrols import services
from tests.builders import (
    COMMITTEE,
    MILITARY,
    POLICE,
    POST,
    attendance,
    finding_draft,
    make_patrol,
    make_person,
    stretch,
    unit,
)

TWO = {POST: 2, POLICE: 2}


@pytest.fixture
def leader(db, clock, signed_in):
    return signed_in(make_person(rank="Đại uý", full_name="Trần Văn Lái"))


def ids(seen):
    """The patrols a list shows, in its order, by where their lines lead."""
    return [int(str(link["href"]).rsplit("/", 1)[1]) for link in seen.all(".records .record__title a")]


def listed(page, **filters):
    return ids(
        page.open(
            "/tuan-tra?" + urlencode({name.replace("_", "-"): value for name, value in filters.items()})
        )
    )


def test_an_empty_list_says_so(page, leader):
    assert "Chưa có lượt tuần tra nào." in page.open("logbook.index").text()
    assert "Không có lượt nào khớp" in page.open("/tuan-tra?tim=xyz").text()


def test_the_newest_patrol_comes_first_whenever_it_was_written(page, leader):
    late = make_patrol(by=leader, started="2026-02-04 21:00").id
    old = make_patrol(by=leader, started="2025-12-31 23:30").id
    early = make_patrol(by=leader, started="2026-02-04 05:00").id
    assert listed(page) == [late, early, old]


def test_a_headcount_nobody_wrote_down_is_unknown_in_the_list_and_not_0(page, leader):
    make_patrol(by=leader, attendance=attendance(**{POST: None, POLICE: None}))
    make_patrol(by=leader, started="2026-01-31 21:00", attendance=attendance(**{POST: None, POLICE: 3}))
    headcounts = [
        facts.split("CBCS")[0].split()[-2:] for facts in page.open("logbook.index").texts(".record__facts")
    ]
    assert headcounts[0] == ["chưa", "rõ"] and headcounts[1][-1] == "3"
    assert page.open("logbook.index").text().count("CBCS (chưa đủ số)") == 1


def test_each_filter_keeps_its_patrols_and_no_other(page, leader, db):
    plain = make_patrol(by=leader, started="2026-01-10 21:00", attendance=attendance(**TWO))
    other = make_patrol(
        by=leader,
        started="2026-01-20 21:00",
        on="hoi_an_tay",
        lead=MILITARY,
        attendance=attendance(**{POST: 2, MILITARY: (0, 2, 0), "ca_hoi_an_tay": (0, 0, 3)}),
        programmes=("nghi_dinh_03",),
    )
    services.send_back(other, "xem lại", by=make_person(Role.DUTY_OFFICER))
    one, two = [plain.id], [other.id]
    assert listed(page) == two + one
    assert (listed(page, tu="10/01/2026", den="10/01/2026"), listed(page, tu="11/01/2026")) == (one, two)
    assert (listed(page, trang_thai="submitted"), listed(page, trang_thai="returned")) == (one, two)
    assert (listed(page, tuyen=stretch().id), listed(page, tuyen=stretch("hoi_an_tay").id)) == (one, two)
    assert (listed(page, don_vi=unit(POLICE).id), listed(page, don_vi=unit(MILITARY).id)) == (one, two)
    assert listed(page, don_vi=unit("ca_hoi_an_tay").id) == two
    assert (listed(page, luc_luong="police"), listed(page, luc_luong="military")) == (one, two)
    assert listed(page, luc_luong="border_guard") == two + one
    assert listed(page, chuong_trinh="nghi_dinh_03") == two
    assert listed(page, chuong_trinh="tuyen_bien_binh_yen") == one
    assert (
        listed(page, luc_luong="other")
        == listed(page, tuyen=999_999)
        == listed(page, luc_luong="x\x00")
        == []
    )


@pytest.mark.parametrize(
    "words",
    [
        "danh bac",
        "Đánh bạc",
        "ĐÁNH BẠC",
        "bac danh",
        "dai uy",
        "Đại úy lái",
        "cua dai",
        "dien ban",
        "viem dong",
        "% cắm",
        "chan cau",
        "ghi | sau",
    ],
)
def test_a_search_needs_no_accents(page, leader, words):
    wanted = make_patrol(
        by=leader,
        findings=(finding_draft("gambling", place="Chân cầu"),),
        from_place="Viêm Đông",
        note="cắm 5% biển báo | ghi sau",
    )
    other = make_person(full_name="Hồ Thị Khác")
    make_patrol(
        by=other, lead=POLICE, on="ngu_hanh_son", attendance=attendance(dbp_non_nuoc=2, **{POLICE: 1})
    )
    assert listed(page, tim=words) == [wanted.id]


@pytest.mark.parametrize("words", ["xyz", "%", "_", "danh xyz", "cua\\"])
def test_a_search_finds_nothing_else(page, leader, words):
    make_patrol(by=leader)
    assert listed(page, tim=words) == []


def test_an_edit_moves_what_can_be_found(page, leader, db):
    patrol = make_patrol(by=leader, findings=(finding_draft("gambling"),), note="ghi chú xưa")
    form = page.open("logbook.edit", patrol_id=patrol.id).form("main form.form")
    form.fill({"findings.0.category": "illegal_market", "note": "ghi chú mới"}).submit("Lưu thay đổi")
    found = [listed(page, tim=words) for words in ("danh bac", "xua", "hop cho", "moi")]
    assert found == [[], [], [patrol.id], [patrol.id]]


def test_a_committee_finds_by_what_it_sees_and_not_by_words_it_may_not_read(page, leader, signed_in):
    make_patrol(by=leader, note="lời riêng", findings=(finding_draft("gambling", note="chữ riêng"),))
    signed_in(make_person(Role.COMMANDER, of=COMMITTEE))
    shown = [
        len(page.open(f"/tuan-tra?tim={words}").all(".record"))
        for words in ("danh bac", "loi rieng", "chu rieng")
    ]
    assert shown == [1, 0, 0]
    assert listed(page) == []


@pytest.mark.parametrize(("many", "pages"), [(20, [20]), (21, [20, 1])])
def test_pages_hold_twenty(page, leader, many, pages):
    made = [make_patrol(by=leader, started=f"2026-01-{day + 1:02d} 21:00").id for day in range(many)]
    seen = page.open("/tuan-tra?tim=dien+ban&tu=01/01/2026")
    shown = [ids(seen)]
    while seen.has("a[rel=next]"):
        seen = seen.follow("a[rel=next]")
        shown.append(ids(seen))
    assert [len(each) for each in shown] == pages
    assert [each for part in shown for each in part] == made[::-1]
    assert f"{many} lượt" in seen.text()
    assert seen.form("main form").value("tim") == "dien ban"


@pytest.mark.parametrize(
    ("address", "field", "typed"),
    [
        ("tu=hom+qua&tim=abc", "tu", "hom qua"),
        ("tu=02/02/2026&den=01/02/2026&tim=abc", "den", "01/02/2026"),
        ("tim=" + "a" * 201, "tim", "a" * 201),
        ("tu=01/01/0001&tim=abc", "tu", "01/01/0001"),
    ],
)
def test_a_filter_that_cannot_be_read_comes_back_with_words(page, leader, address, field, typed):
    make_patrol(by=leader)
    seen = page.open(f"/tuan-tra?{address}", expected=422)
    assert seen.form("main form").value(field) == typed
    assert seen.text(f"#f-{field}-why")
    assert seen.has("main [role=alert]")
    assert len(seen.form("main form").value("tim")) >= 3


@pytest.mark.parametrize(
    "address",
    ["trang-thai=lost", "tuyen=" + "9" * 30, "don-vi=" + "9" * 30, "don-vi=abc", "trang=" + "9" * 30, "trang=x",
     "chuong-trinh=x%00"],
)  # fmt: skip
def test_no_address_breaks_the_list(page, leader, address):
    make_patrol(by=leader)
    assert page.open(f"/tuan-tra?{address}", expected=422).has("main [role=alert] li")


def test_what_is_no_filter_does_not_travel_along(page, leader):
    for day in range(21):
        make_patrol(by=leader, started=f"2026-01-{day + 1:02d} 21:00")
    seen = page.open("/tuan-tra?endpoint=x&_external=1&_scheme=javascript&_anchor=a&filename=b&tim=dien")
    assert seen.one("a[rel=next]")["href"] == "/tuan-tra?tim=dien&trang=2"


def test_a_page_that_is_not_there_is_empty_and_leads_back(page, leader):
    make_patrol(by=leader)
    seen = page.open("/tuan-tra?trang=2000000")
    assert ids(seen) == []
    assert "1 lượt" in seen.text()


def test_a_list_of_twenty_asks_no_more_than_a_list_of_one(page, leader):
    make_patrol(by=leader, findings=(finding_draft(),))
    few = page.open("logbook.index").queries
    for day in range(20):
        make_patrol(by=leader, started=f"2026-01-{day + 1:02d} 21:00", findings=(finding_draft(),))
    seen = page.open("logbook.index")
    assert len(ids(seen)) == 20
    assert seen.queries <= few
    assert seen.queries <= 20
