"""The colours of the screen are remembered in this browser, and nothing else comes in by that way."""

import pytest


@pytest.mark.parametrize("theme", ["day", "dark", "night", "auto"])
def test_the_colours_chosen_stay_on_every_page(client, page, theme):
    answer = client.post("/giao-dien", data={"theme": theme, "back": "/dang-nhap?next=/tong-ket"})
    assert (answer.status_code, answer.location) == (302, "/dang-nhap?next=/tong-ket")
    assert page.open("/dang-nhap").one("html")["data-theme"] == theme
    assert page.open("/khong-co", expected=404).one("html")["data-theme"] == theme


def test_a_button_of_the_menu_chooses_and_comes_back(page):
    seen = page.open("/dang-nhap").form("form.themes").submit("Đêm (đỏ)")
    assert seen.url == "/dang-nhap"
    assert seen.one("html")["data-theme"] == "night"


@pytest.mark.parametrize("value", ["", "red", '"><script>', "day; Path=/x", "x" * 3000])
def test_a_strange_colour_is_the_colour_of_the_machine(client, page, value):
    client.set_cookie("giao_dien", value.replace(";", ""))
    assert page.open("/dang-nhap").one("html")["data-theme"] == "auto"
    client.delete_cookie("giao_dien")
    chosen = client.post("/giao-dien", data={"theme": value})
    assert len(chosen.headers["Set-Cookie"]) < 200
    assert page.open("/dang-nhap").one("html")["data-theme"] == "auto"


@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example", "/\\evil.example", "//[", ""])
def test_the_way_back_stays_here(client, back):
    assert client.post("/giao-dien", data={"theme": "day", "back": back}).location == "/"


def test_the_cookie_is_read_by_no_script_and_lasts_a_year(client):
    cookie = client.post("/giao-dien", data={"theme": "night"}).headers["Set-Cookie"]
    assert cookie.startswith("giao_dien=night;")
    assert "Max-Age=31536000" in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
