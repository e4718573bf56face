"""A clerk before the conference: opens the year, follows a number, copies the sentences, takes the files home."""

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from patrol.accounts.rules import Role
from patrol.extensions import db
from tests.browser.driver import DESKTOP, PHONE, Site, shot, sign_in, too_wide
from tests.builders import (
    PASSWORD,
    POLICE,
    POST,
    attendance,
    finding_draft,
    make_declared,
    make_patrol,
    make_person,
    make_review,
)


@pytest.fixture
def conference(site: Site) -> int:
    """Twelve patrols of 2025 with two cases of gambling, paper about 2024, and a clerk."""
    with site.app.app_context():
        clerk = make_person(Role.STAFF_CLERK, username="tonghop")
        for month in range(1, 13):
            gambling = finding_draft("gambling", measures={"cases": 1, "subjects": month})
            make_patrol(
                started=f"2025-{month:02d}-10 21:00",
                attendance=attendance(**{POST: 3, POLICE: month}),
                findings=(gambling,) if month in (3, 5) else (),
            )
        make_declared("patrol.sorties", 10, year=2024, by=clerk)
        review_id = make_review(2025, by=clerk).id
        db.session.commit()
    return review_id


def test_a_clerk_opens_a_number_copies_the_sentences_and_downloads_the_files(
    conference: int, visitor: Callable[..., Page]
):
    page = visitor(DESKTOP)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    sign_in(page, "tonghop", PASSWORD)
    page.get_by_role("link", name="Hội nghị", exact=True).click()
    page.get_by_role("link", name="Hội nghị sơ kết năm 2025").click()
    row = page.get_by_role("row", name="Lượt tuần tra phối hợp")
    expect(row).to_contain_text("tăng 2 (12/10)")
    expect(row).to_contain_text("khai báo")
    shot(page, "review-desktop")

    row.get_by_role("link", name="12", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Lượt tuần tra phối hợp")
    expect(page.locator(".record")).to_have_count(12)
    page.go_back()

    page.get_by_role("button", name="Chép").click()
    expect(page.get_by_text("Đã chép.")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "được 12 lượt với 114 cán bộ, chiến sĩ của 2 lực lượng tham gia." in copied
    assert copied == page.locator("textarea[readonly]").input_value()

    with page.expect_download() as waiting:
        page.get_by_role("link", name="Excel").click()
    book = load_workbook(io.BytesIO(Path(waiting.value.path()).read_bytes()), data_only=True)
    with page.expect_download() as waiting:
        page.get_by_role("link", name="CSV").click()
    text = Path(waiting.value.path()).read_bytes().decode("utf-8-sig")
    shown = figures_on(page)
    assert (shown["patrol.sorties"], shown["finding.gambling.subjects"]) == ("12", "8")
    assert numbers_of(book) == shown
    assert numbers_in(text) == shown


def figures_on(page: Page) -> dict[str, str]:
    """Key → number of this period, as the page links them, without dots between thousands."""
    links = page.locator("main .compare td:nth-of-type(1) a").evaluate_all(
        "links => links.map((link) => [link.pathname, link.textContent])"
    )
    return {path.rpartition("/")[2]: text.strip().replace(".", "") for path, text in links}


def numbers_of(book) -> dict[str, str]:
    lines = list(book["Tổng hợp"].iter_rows(values_only=True))
    head = next(line for line in lines if line[0] == "Mục")
    key, value = head.index("Mã"), head.index("Kỳ này")
    return {line[key]: str(line[value]) for line in lines if line[key] and "." in str(line[key])}


def numbers_in(text: str) -> dict[str, str]:
    lines = list(csv.reader(io.StringIO(text, newline="")))
    head = next(line for line in lines if line[0] == "Bảng")
    key, value = head.index("Mã"), head.index("Kỳ này")
    return {line[key]: line[value] for line in lines if line[0] == "Tổng hợp" and "." in line[key]}


def test_the_briefing_fits_a_phone_and_one_sheet_of_paper(conference: int, visitor: Callable[..., Page]):
    page = visitor(PHONE)
    sign_in(page, "tonghop", PASSWORD)
    for path in (f"/hoi-nghi/{conference}", f"/hoi-nghi/{conference}/giao-ban"):
        page.goto(path)
        assert not too_wide(page), path
        shot(page, f"review{path.replace('/', '-')}-phone")
    sheets = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page[^s]", sheets)) == 1


def test_a_clerk_enters_a_conference_on_a_phone(conference: int, visitor: Callable[..., Page]):
    page = visitor(PHONE)
    sign_in(page, "tonghop", PASSWORD)
    page.goto("/hoi-nghi")
    page.get_by_role("link", name="Lập hội nghị").click()
    page.get_by_text("Tổng kết", exact=True).click()
    page.get_by_label("Ngày họp").fill("28/12/2025")
    page.get_by_label("Đơn vị chủ trì").select_option(label="UBND phường Điện Bàn Đông")
    page.get_by_label("Lịch báo cáo").select_option(label="Năm báo cáo hành chính (15/12 – 14/12)")
    page.get_by_label("Năm", exact=True).fill("2025")
    page.get_by_role("button", name="Lưu hội nghị").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Hội nghị tổng kết năm 2025")
    expect(page.locator("dl.facts")).to_contain_text("từ 15/12/2024 đến 14/12/2025")
