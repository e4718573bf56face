"""The page driver sees what is wrong with a page, and fills forms in as a browser does."""

import random
from collections.abc import Callable, Iterator

import html5lib
import pytest
from bs4 import BeautifulSoup
from flask import Flask, Response, redirect, request

from tests.pages import Page, StrictBuilder

GOOD = """<!doctype html>
<html lang="vi"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Sổ tuần tra</title></head>
<body><main><h1>Sổ tuần tra</h1>%s</main></body></html>"""
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}
FORM = """
<form method="post" action="/echo"><p><label>Tên <input name="name" value="cũ"></label>
<label>Ghi chú <textarea name="note">
đã có</textarea></label>
<label>Tuyến <select name="stretch"><option value="1">Một</option>
<option value="2" selected>Hai</option></select></label>
<label><input type="checkbox" name="force" value="police" checked> Công an</label>
<label><input type="checkbox" name="force" value="military"> Quân sự</label>
<label>Khoá <input name="locked" value="x" disabled></label>
<input type="hidden" name="client_id" value="abc">
<button>Lưu</button><button name="submit" value="yes">Nộp</button></p></form>"""


@pytest.fixture
def show() -> Iterator[Callable[..., Page]]:
    """A page of a small site of our own that shows this body, or this whole document."""
    site = Flask(__name__, static_folder=None)
    shown: dict[str, object] = {}
    site.add_url_rule("/", "index", lambda: Response(shown["html"], headers=shown["headers"]))
    site.add_url_rule("/away", "away", lambda: redirect("https://example.org/"))
    site.add_url_rule("/here", "here", lambda: redirect("/"))

    @site.post("/echo")
    def echo() -> Response:
        pairs = "".join(f"<li>{key}={value}</li>" for key, value in request.form.items(multi=True))
        return Response(GOOD % f"<ul>{pairs}</ul>", headers=HEADERS)

    def prepare(body: str = "", *, document: str = GOOD, **headers: str) -> Page:
        shown["html"] = document.replace("%s", body)
        shown["headers"] = HEADERS | {name.replace("_", "-"): value for name, value in headers.items()}
        return Page(site.test_client())

    yield prepare


def test_a_good_page_passes(show: Callable[..., Page]):
    seen = show('<p>Có <b>3</b> lượt<span hidden>ẩn</span>.</p><p><a href="/here">Xem</a></p>').open("/")
    assert seen.text("main p:first-of-type") == "Có 3 lượt."
    assert seen.title == "Sổ tuần tra"
    assert seen.follow("Xem").url == "/"


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ("<p><input name=a></p>", "no label"),
        ("<p><label for=b>B</label></p>", "for points to b"),
        ("<p id=a></p><p id=a></p>", "given 2 times"),
        ("<p><input aria-label=A aria-describedby='why'></p>", "aria-describedby points to why"),
        ("<p><a href='#x'>x</a></p>", "link to #x"),
        ("<h1>Hai</h1>", "h1:"),
        ("<h3>Ba</h3>", "heading level 1 is followed by 3"),
        ("<script>alert(1)</script>", "inline script"),
        ("<p style='color:red'></p>", "inline style"),
        ("<p onclick='x()'></p>", "handler"),
        ("<p><img src='https://example.org/a.png' alt=''></p>", "outside address"),
        ("<p><a href='//example.org'>x</a></p>", "outside address"),
        ("<p><a href='javascript:x()'>x</a></p>", "outside address"),
        ("<p><a href='/nowhere'>x</a></p>", "leads nowhere: GET /nowhere"),
        ("<form method=post action='/'></form>", "leads nowhere: POST /"),
        ("<p><a href='/'></a></p>", "says nothing"),
        ("<table><tr><td>1</td></tr></table>", "table without a caption"),
        ("<p>Số: None</p><p>None</p>", "shows 'None'"),
        ("<p>{{ name }}</p>", "shows '{{'"),
        ("<p>Tuye\u0302\u0301n</p>", "NFC"),
        ("<p><div></p>", "HTML, line"),
        ("<div><p>", "HTML, line"),
    ],
)
def test_a_bad_page_is_seen(show: Callable[..., Page], body: str, complaint: str):
    with pytest.raises(AssertionError) as said:
        show(body).open("/")
    assert complaint in str(said.value)


@pytest.mark.parametrize(
    ("headers", "complaint"),
    [
        ({"Content_Security_Policy": "default-src *"}, "content security policy"),
        (
            {"Content_Security_Policy": "default-src 'none'; style-src 'unsafe-inline'"},
            "content security policy",
        ),
        ({"X_Content_Type_Options": ""}, "nosniff"),
        ({"Referrer_Policy": "unsafe-url"}, "referrer policy"),
        ({"Cache_Control": "max-age=60"}, "may be cached"),
        ({"Content_Type": "text/html"}, "is sent as"),
    ],
)
def test_a_bad_header_is_seen(show: Callable[..., Page], headers: dict[str, str], complaint: str):
    with pytest.raises(AssertionError) as said:
        show(**headers).open("/")
    assert complaint in str(said.value)


def test_other_documents_are_seen(show: Callable[..., Page]):
    for document, complaint in (
        (GOOD.replace('lang="vi"', 'lang="en"'), "lang is not vi"),
        (GOOD.replace("<title>Sổ tuần tra</title>", "<title></title>"), "titles"),
        (GOOD.replace("<!doctype html>", ""), "expected-doctype"),
    ):
        with pytest.raises(AssertionError) as said:
            show(document=document).open("/")
        assert complaint in str(said.value)


def test_a_redirect_off_the_site_is_seen(show: Callable[..., Page]):
    with pytest.raises(AssertionError, match="leaves the site"):
        show().open("/away")


def test_another_answer_than_expected_is_seen(show: Callable[..., Page]):
    with pytest.raises(AssertionError, match="answered 200, not 422"):
        show().open("/", expected=422)


def test_a_form_sends_what_a_browser_would_send(show: Callable[..., Page]):
    form = show(FORM).open("/").form()
    assert form.value("stretch") == "2"
    seen = form.submit()
    assert seen.texts("li") == ["name=cũ", "note=đã có", "stretch=2", "force=police", "client_id=abc"]


def test_a_form_filled_in_sends_what_was_filled_in(show: Callable[..., Page]):
    form = show(FORM).open("/").form()
    seen = form.fill(name="mới", stretch=1, force=["military"], note="").submit("Nộp")
    assert seen.texts("li") == [
        "name=mới",
        "note=",
        "stretch=1",
        "force=military",
        "client_id=abc",
        "submit=yes",
    ]


@pytest.mark.parametrize("values", [{"nobody": "x"}, {"stretch": "9"}, {"force": "navy"}, {"locked": "y"}])
def test_a_form_takes_nothing_it_does_not_offer(show: Callable[..., Page], values: dict[str, str]):
    form = show(FORM).open("/").form()
    with pytest.raises(AssertionError):
        form.fill(values)


SAID_OTHERWISE = (
    "<p\n class='a'\tid=\"b\"  >",
    '<P Class="a">',
    '<p a="1" a="2">',
    '<p a="1"b="2">',
    '<p a="x&amp;y">',
    '<p a="x&y=z">',
    '<p a="1" a>',
    "<p a=1>",
    '<p a="<>">',
    '<p a="\0">',
    '<p a="',
    "<p a",
    "<p/>",
    "<br/>",
    '</p a="1">',
    "</p\n>",
    "</>",
    "<>",
    "<1>",
    "<p <b>",
    "<a-b>",
    "<textarea>\n<p>",
    "<title><p></title>",
    '<svg viewBox="0"><path d="M0"/></svg>',
    "<script>'<p>'</script>",
    "<!-- <p> -->",
    "<table><p>",
    "<li><li>",
    "<p hidden>",
    "<p HIDDEN>",
    '<p a = "1">',
    '<p :a="1">',
)


def test_every_page_is_read_as_html5lib_reads_it():
    """Ours takes a faultless tag in one bite; tree and mistakes are those of html5lib, of faulty ones too."""
    r = random.Random("letters")
    pages = [GOOD % (one + FORM) for one in SAID_OTHERWISE]
    for whole in list(pages):
        at, other = r.randrange(len(whole)), r.randrange(len(whole))
        pages.append(whole[:at] + r.choice("<>&\"'=/ \n\0aA-!?") + whole[at:])
        pages.append(whole[:at] + whole[other : other + 60] + whole[at:])
        pages.append(whole[:at] + whole[at + r.randrange(1, 9) :])
    pages.append(GOOD % ('<p class="a">ă</p>' * 3000))  # html5lib reads in pieces: a tag may lie across two
    wrong = 0
    for html in pages:
        builder, plain = StrictBuilder(store_line_numbers=False), html5lib.HTMLParser()
        soup = BeautifulSoup(html, builder=builder)
        plain.parse(html)
        assert builder.mistakes == plain.errors, html
        assert str(soup) == str(BeautifulSoup(html, "html5lib")), html
        wrong += bool(plain.errors)
    assert len(pages) / 4 < wrong < len(pages)
