"""The main job, by a person with a phone and one with a desk: sign in, log, see list, page and totals move."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from patrol import clock, wording
from patrol.accounts.rules import Role
from patrol.extensions import db
from tests.browser.driver import DESKTOP, PHONE, Site, expect_status, shot, sign_in, too_wide
from tests.builders import PASSWORD, POLICE, make_patrol, make_person


def people(site: Site) -> None:
    """A leader and a commander of the post, and one of the police."""
    with site.app.app_context():
        make_person(Role.PATROL_LEADER, username="totruong", full_name="Nguyễn Văn Bình", rank="Thượng uý")
        make_person(Role.COMMANDER, username="chihuy", full_name="Trần Quang Minh", rank="Trung tá")
        make_person(Role.COMMANDER, of=POLICE, username="chihuy.ca", full_name="Lê Thị Hoa", rank="Thiếu tá")
        db.session.commit()


def write_three_forces_and_two_findings(page: Page) -> None:
    """Fill in the open form the way a leader does, with taps where there is something to tap."""
    page.get_by_label("Ngày xuất phát").fill(wording.day(clock.today().replace(day=1, month=1)))
    page.get_by_label("Giờ xuất phát").fill("22:30")
    page.get_by_label(re.compile("^Giờ kết thúc")).fill("1:15")
    expect(page.get_by_text("kết thúc vào ngày hôm sau")).to_be_visible()
    page.get_by_label("Tuyến", exact=True).select_option(label="Điện Bàn, đoạn bắc (km 0,0 – 2,0)")
    page.get_by_text("Đi bộ", exact=True).click()
    for row in range(3):
        for _ in range(2):
            page.get_by_role("button", name="Thêm 1: Cán bộ, chiến sĩ").nth(row).click()
    expect(page.locator("[data-total]")).to_have_text("6")
    for number, (category, subjects) in enumerate(
        (("Đánh bạc trái phép", "5"), ("Tụ điểm họp chợ trái phép", ""))
    ):
        page.get_by_role("button", name="Ghi phát hiện").click()
        finding = page.locator("[data-finding]").nth(number)
        finding.get_by_label("Loại").select_option(label=category)
        if subjects:
            finding.get_by_role("textbox", name="Số đối tượng").fill(subjects)


@pytest.mark.parametrize(
    ("device", "scheme"), [(PHONE, "light"), (PHONE, "dark"), (DESKTOP, "light"), (DESKTOP, "dark")]
)
def test_a_leader_logs_a_joint_patrol_and_the_totals_move(
    site: Site, visitor: Callable[..., Page], device: dict, scheme: str
):
    people(site)
    page = visitor(device, color_scheme=scheme)
    name = f"{'phone' if device is PHONE else 'desktop'}-{scheme}"
    year = clock.today().year
    sign_in(page, "totruong", PASSWORD)
    expect(page.get_by_text("Chưa có lượt tuần tra nào.")).to_be_visible()
    page.goto(f"/tong-ket/{year}")
    expect(page.locator(".figure--big .figure__value")).to_have_text("0")

    page.goto("/tuan-tra/moi")
    write_three_forces_and_two_findings(page)
    assert not too_wide(page)
    shot(page, f"log-form-{name}")
    page.get_by_role("button", name="Lưu lượt tuần tra").click()

    expect(page.get_by_text("Đã lưu lượt tuần tra.")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("Điện Bàn, đoạn bắc (km 0,0 – 2,0)")
    expect(page.locator(".figure--big .figure__value")).to_have_text("6")
    expect(page.get_by_role("heading", name="Đánh bạc trái phép")).to_be_visible()
    assert not too_wide(page)
    shot(page, f"log-patrol-{name}")
    page.goto("/tuan-tra?tim=danh+bac")
    expect(page.locator(".record")).to_have_count(1)
    assert not too_wide(page)
    shot(page, f"log-list-{name}")
    page.goto(f"/tong-ket/{year}")
    expect(page.locator(".figure__value").nth(0)).to_have_text("1")
    expect(page.locator(".figure__value").nth(1)).to_have_text("6")
    row = page.get_by_role("row", name="Đánh bạc trái phép")
    expect(row.get_by_role("cell").nth(0)).to_have_text("1")
    expect(row.get_by_role("cell").nth(1)).to_have_text("5")
    assert not too_wide(page)
    shot(page, f"log-totals-{name}")
    row.get_by_role("link", name="5").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Đánh bạc trái phép: số đối tượng")


def test_two_forces_confirm_and_a_new_time_asks_them_again(site: Site, visitor: Callable[..., Page]):
    people(site)
    with site.app.app_context():
        patrol_id = make_patrol().id
        db.session.commit()
    for user in ("chihuy", "chihuy.ca"):
        page = visitor(DESKTOP)
        sign_in(page, user, PASSWORD)
        page.goto(f"/tuan-tra/{patrol_id}")
        page.get_by_role("button", name="Xác nhận thay mặt").click()
        expect(page.get_by_text("Đã xác nhận thay mặt")).to_be_visible()
    expect(page.get_by_role("heading", name="Xác nhận 2/3")).to_be_visible()
    with site.app.app_context():
        make_person(Role.STAFF_CLERK, username="tonghop")
        db.session.commit()
    page = visitor(DESKTOP)
    sign_in(page, "tonghop", PASSWORD)
    page.goto(f"/tuan-tra/{patrol_id}/sua")
    page.get_by_label(re.compile("^Giờ kết thúc")).fill("23:45")
    page.get_by_role("button", name="Lưu thay đổi").click()
    expect(page.get_by_role("heading", name="Xác nhận 0/3")).to_be_visible()
    expect(page.get_by_text("đã rút vì giờ đi về đã sửa").first).to_be_visible()


def test_a_session_that_ended_while_writing_loses_nothing(site: Site, phone: Page):
    people(site)
    sign_in(phone, "totruong", PASSWORD)
    phone.goto("/tuan-tra/moi")
    write_three_forces_and_two_findings(phone)
    phone.get_by_label("Ghi chú, kiến nghị").fill('Biển động, gió "cấp 6" <đông bắc> & mưa.')
    phone.context.clear_cookies()
    expect_status(phone, 401)
    phone.get_by_role("button", name="Lưu lượt tuần tra").click()
    expect(phone.get_by_text("Chưa lưu, nhưng chưa mất gì")).to_be_visible()
    shot(phone, "sign-in-holding-a-form")
    phone.get_by_label("Tên đăng nhập").fill("totruong")
    phone.get_by_label("Mật khẩu").fill(PASSWORD)
    phone.get_by_role("button", name="Đăng nhập và lưu tiếp").click()
    expect(phone.get_by_text("Đã lưu lượt tuần tra.")).to_be_visible()
    expect(phone.get_by_text('Biển động, gió "cấp 6" <đông bắc> & mưa.')).to_be_visible()
