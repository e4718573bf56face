"""Three forces confirm one patrol, two of them on one phone; one corrects its number, and is asked again."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from patrol.accounts.rules import Role
from patrol.extensions import db
from tests.browser.driver import DESKTOP, PHONE, Site, expect_status, shot, sign_in, small_targets, too_wide
from tests.builders import MILITARY, PASSWORD, POLICE, make_patrol, make_person

ON_THIS_PHONE = "Lực lượng khác xác nhận ngay trên máy này"


def test_three_forces_confirm_one_corrects_its_number_and_the_confirmation_comes_back(
    site: Site, visitor: Callable[..., Page]
):
    with site.app.app_context():
        leader = make_person(username="totruong", full_name="Nguyễn Văn Bình", rank="Thượng uý")
        make_person(of=POLICE, username="totruong.ca", full_name="Lê Văn Công", rank="Đại uý")
        make_person(
            Role.COMMANDER, of=MILITARY, username="chihuy.qs", full_name="Trần Thị Quân", rank="Trung tá"
        )
        address = f"/tuan-tra/{make_patrol(by=leader).id}"
        db.session.commit()

    phone = visitor(PHONE)
    phone.context.add_cookies([{"name": "giao_dien", "value": "night", "url": site.url}])
    sign_in(phone, "totruong", PASSWORD)
    phone.goto(address)
    phone.get_by_role("button", name="Xác nhận thay mặt Bộ đội Biên phòng").click()
    expect(phone.get_by_text("Xác nhận 1/3")).to_be_visible()

    expect_status(phone, 422)
    for password in ("nham-mat-khau-1", PASSWORD):  # in the dark, with gloves, the first try goes wrong
        if not phone.get_by_label("Tên đăng nhập của người xác nhận").is_visible():
            phone.get_by_text(ON_THIS_PHONE).click()
        phone.get_by_label("Tên đăng nhập của người xác nhận").fill("totruong.ca")
        phone.get_by_label("Mật khẩu của người xác nhận").fill(password)
        assert not too_wide(phone) and small_targets(phone) == []
        shot(phone, f"confirming-{password == PASSWORD}")
        phone.get_by_role("button", name="Xác nhận thay mặt lực lượng của mình").click()
        phone.wait_for_load_state()
    expect(phone.get_by_text("Xác nhận 2/3")).to_be_visible()
    expect(phone.get_by_text("Đại uý Lê Văn Công")).to_contain_text("trên máy của Thượng uý Nguyễn Văn Bình")
    phone.goto("/")
    expect(phone.get_by_role("link", name="Ghi lượt tuần tra")).to_be_visible()  # still the leader's session

    desk = visitor(DESKTOP)
    sign_in(desk, "chihuy.qs", PASSWORD)
    desk.goto(address)
    desk.get_by_role("button", name="Xác nhận thay mặt Quân sự").click()
    expect(desk.get_by_text("Xác nhận 3/3")).to_be_visible()
    expect(desk.locator(".head .badge", has_text="Đã xác nhận")).to_be_visible()

    police = visitor(PHONE)
    sign_in(police, "totruong.ca", PASSWORD)
    police.goto(address)
    police.get_by_text("Sửa quân số của Công an").click()
    police.get_by_role("button", name="Thêm 1: Cán bộ, chiến sĩ").click()
    shot(police, "own-number")
    police.get_by_role("button", name="Lưu quân số của Công an").click()
    expect(police.get_by_text("Xác nhận 2/3")).to_be_visible()
    expect(police.locator(".figure--big .figure__value")).to_have_text("7")
    expect(police.get_by_text("đã rút vì quân số đã sửa")).to_be_visible()
    police.get_by_role("button", name="Xác nhận thay mặt Công an").click()
    expect(police.get_by_text("Xác nhận 3/3")).to_be_visible()
    expect(police.locator(".edits")).to_contain_text("2 CBCS, 0 dân quân, 0 tổ an ninh")
    shot(police, "confirmed-again")
