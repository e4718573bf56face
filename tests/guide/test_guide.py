"""The guide: one's own card first, words that stand on the screens, pictures that are there and small."""

import re
from pathlib import Path

import pytest
from PIL import Image

from patrol.accounts.rules import Role
from patrol.guide.rules import CARDS, own_first
from patrol.home.views import MENU
from patrol.phone.views import shell
from patrol.wording import ROLE
from tests.builders import make_person

KEY = re.compile(r'<span class="key">([^<]+)</span>')
PICTURE = re.compile(r'picture\("([\w-]+)"')
LARGEST_ALTOGETHER = 600_000


@pytest.fixture
def cards(root: Path) -> dict[str, str]:
    """The templates of the guide, by name."""
    return {path.name: path.read_text("utf-8") for path in (root / "templates" / "guide").glob("*.html")}


def stands_on_a_screen(words: str, screens: str) -> bool:
    """Whether these words begin a text of a template: right after a tag, a drawing or a quote, and ending there too,
    or going on with what is filled in."""
    return bool(re.search(rf"""[>"'}}]\s*{re.escape(words)}\s*["'<{{(]""", screens))


def test_every_button_the_guide_names_stands_on_a_screen(root: Path, cards: dict[str, str]):
    screens = "\n".join(
        path.read_text("utf-8")
        for path in (root / "templates").rglob("*.html")
        if path.parent.name != "guide"
    )
    menu = {label for _, label, _, _ in MENU}
    named = {words for text in cards.values() for words in KEY.findall(text)}
    assert len(named) > 50
    assert sorted(words for words in named - menu if not stands_on_a_screen(words, screens)) == []


def test_a_word_inside_a_longer_one_is_not_taken_for_a_button():
    screens = '<button>{{ icon("check") }} Lưu lượt tuần tra</button><a>Sửa {{ name }}</a>'
    assert stands_on_a_screen("Lưu lượt tuần tra", screens)
    assert stands_on_a_screen("Sửa", screens)
    assert not stands_on_a_screen("Lưu", screens)
    assert not stands_on_a_screen("lượt tuần tra", screens)


def test_every_role_has_one_card():
    assert [card.role for card in CARDS] == list(Role)
    assert len({card.address for card in CARDS}) == len(CARDS)
    for role in Role:
        assert own_first(role)[0].role == role
        assert len(own_first(role)) == len(CARDS)


@pytest.mark.parametrize("role", Role)
def test_everybody_meets_the_own_card_first(page, db, signed_in, role):
    signed_in(make_person(role))
    seen = page.open("/").follow("Hướng dẫn")
    assert seen.text("h1") == ROLE[role]
    assert seen.text("main .chip[aria-current]") == seen.texts("main .chip")[0] == ROLE[role]
    assert len(seen.all("main ol > li")) >= 6
    assert "Không bao giờ ghi vào sổ" in seen.text()


def test_every_card_opens_for_everybody_and_its_pictures_say_their_size(page, db, signed_in):
    signed_in(make_person(Role.AUDITOR))
    for card in CARDS:
        seen = page.open("guide.card", address=card.address)
        assert seen.text("h1") == ROLE[card.role]
        for picture in seen.all("main img"):
            assert picture["alt"], picture
            assert picture["width"], picture
            assert picture["height"], picture
            assert picture["loading"] == "lazy"


def test_a_card_that_does_not_exist_is_not_found(page, db, signed_in):
    signed_in(make_person())
    page.open("/huong-dan/giam-doc", expected=404)


def test_the_sign_in_page_leads_to_no_guide(page, db):
    assert not page.open("/dang-nhap").has("a[href^='/huong-dan']")


def test_the_pictures_are_the_ones_shown_and_small(root: Path, cards: dict[str, str]):
    files = {path.stem: path for path in (root / "static" / "guide").iterdir()}
    assert set(files) == {name for text in cards.values() for name in PICTURE.findall(text)}
    assert sum(path.stat().st_size for path in files.values()) < LARGEST_ALTOGETHER
    for path in files.values():
        with Image.open(path) as picture:
            assert picture.size in ((540, 960), (1000, 640)), path.name


def test_the_phone_does_not_keep_the_pictures(app):
    with app.app_context():
        assert "/guide/" not in shell().worker
