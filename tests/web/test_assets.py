"""Static files: kept for a year under their version, asked for again under any other."""

import gzip
import hashlib
import re

import pytest

from patrol.accounts.rules import Role
from patrol.web.assets import Assets
from tests.builders import make_person


@pytest.fixture
def assets(app) -> Assets:
    return app.extensions["assets"]


def test_a_file_under_its_version_is_kept_for_a_year(client, assets):
    answer = client.get(assets.url("css/base.css"))
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.content_type == "text/css; charset=utf-8"
    assert answer.data == assets.files["css/base.css"]


def test_the_same_file_under_another_version_has_to_be_asked_for_again(client, assets):
    old = client.get("/static/000000000000/css/base.css")
    again = client.get("/static/000000000000/css/base.css", headers={"If-None-Match": old.headers["ETag"]})
    assert (old.status_code, old.data) == (200, assets.files["css/base.css"])
    assert old.headers["Cache-Control"] == "no-cache"
    assert (again.status_code, again.data) == (304, b"")


def test_text_travels_compressed_to_whoever_takes_it(client, assets):
    packed = client.get(assets.url("css/base.css"), headers={"Accept-Encoding": "gzip, br"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert gzip.decompress(packed.data) == assets.files["css/base.css"]
    assert int(packed.headers["Content-Length"]) == len(packed.data) < len(assets.files["css/base.css"])


def test_a_module_is_served_as_a_script(client, assets):
    assert client.get(assets.url("js/app.js")).content_type == "text/javascript; charset=utf-8"
    assert client.get(assets.url("img/mark.svg")).content_type.startswith("image/svg+xml")


@pytest.mark.parametrize(
    "path",
    [
        "/static/x/khong-co.css",
        "/static/x/",
        "/static/x/css",
        "/static/x/css/../css/base.css",
        "/static/x/../../config.py",
        "/static/../config.py",
        "/static/x/..%2f..%2fconfig.py",
        "/static/x/%2e%2e/%2e%2e/config.py",
        "/static/x//etc/passwd",
        "/static/x/css\\base.css",
        "/static/x/css/base.css%00.png",
        "/static/css/base.css",
    ],
)
def test_whatever_is_not_one_of_the_files_is_not_found(client, path):
    answer = client.get(path, follow_redirects=True)
    assert answer.status_code == 404
    assert b"SECRET_KEY" not in answer.data


def test_no_session_shows_in_what_everybody_keeps(client, assets, signed_in, clock):
    signed_in(make_person())
    clock.advance(minutes=10)
    answer = client.get(assets.url("css/base.css"))
    assert "Set-Cookie" not in answer.headers
    assert "Cookie" not in answer.headers.get("Vary", "")


def test_the_version_is_that_of_the_content(tmp_path):
    (tmp_path / "a.css").write_text("a {}")
    first = Assets(tmp_path).version
    (tmp_path / ".editor-backup").write_text("nothing")
    assert Assets(tmp_path).version == first
    (tmp_path / "a.css").write_text("b {}")
    assert Assets(tmp_path).version != first
    (tmp_path / "a.css").rename(tmp_path / "b.css")
    assert len({first, Assets(tmp_path).version}) == 2


def test_what_travels_in_one_piece_says_what_its_files_say(client, assets):
    house = client.get(assets.url("css/house.whole.css"))
    assert house.content_type == "text/css; charset=utf-8"
    for name in ("css/tokens.css", "css/base.css", "css/components.css"):
        rules = [
            line.strip() for line in assets.files[name].decode().splitlines() if line.endswith((";", "}"))
        ]
        assert len(rules) > 5 and all(rule in house.text for rule in rules)
    assert client.get("/static/x/joined.toml").status_code == 404


def test_the_header_names_what_a_page_cannot_be_shown_without(page, assets, signed_in):
    signed_in(make_person(Role.COMMANDER))
    held = page.open("coastmap.index").response
    told = dict(re.findall(r"<([^>]+)>; ([^,]+)", held.headers["Link"]))
    assert told == {
        assets.url("css/house.whole.css"): "rel=preload; as=style",
        assets.url("css/coast.whole.css"): "rel=preload; as=style",
        assets.url("lib/leaflet.js"): "rel=preload; as=script",
        assets.url("js/modules/coastmap/map.whole.js"): "rel=modulepreload",
    }
    assert all(f'="{address}"' in held.text for address in told)


def test_an_answer_that_is_no_page_names_nothing_in_its_header(client, assets):
    assert "Link" not in client.get(assets.url("css/base.css")).headers
    assert "Link" not in client.get("/").headers


def test_a_template_that_names_an_unknown_file_fails(assets):
    with pytest.raises(KeyError):
        assets.url("css/khong-co.css")


def test_browser_libraries_are_the_ones_we_know(assets):
    """A changed package would change what runs in every browser: it has to be meant."""
    held = {
        name: hashlib.sha256(assets.files[name]).hexdigest()
        for name in assets.files
        if name.startswith("lib/")
    }
    assert held == {
        "lib/leaflet.css": "2f36487f4b141127857d07d12aa6e33eb3204402580484c4c3ad0b5e45b7ec92",
        "lib/leaflet.js": "a7aef147d0d4833c9895c5c20dc8bc51e7383e3c450dda8a0dac1c8713661f9e",
    }
