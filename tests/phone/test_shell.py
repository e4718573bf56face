"""The phone log's shell: the same for everybody, small, and a worker that keeps exactly the files of one version."""

import base64
import gzip
import hashlib
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from patrol.phone.icons import SIZES, png_of
from patrol.phone.rules import worker_of
from tests.builders import make_person

SMALL = 150_000


def kept_by(worker: str) -> list[str]:
    return json.loads(re.search(r"^const FILES = (\[.*\]);$", worker, re.M)[1])


def test_another_shell_another_file_and_another_worker_make_another_version():
    made = {
        worker_of(source, shell, files).partition("\n")[0]
        for source, shell, files in (
            (b"x", b"page", ["/a"]), (b"y", b"page", ["/a"]), (b"x", b"other", ["/a"]), (b"x", b"page", ["/b"]),
        )
    }  # fmt: skip
    assert len(made) == 4


def test_the_shell_is_the_same_for_everybody_and_leaves_no_cookie(client, db, signed_in):
    stranger = client.get("/phone")
    person = signed_in(make_person(full_name="Nguyễn Văn Bình"))
    known = client.get("/phone")
    assert stranger.data == known.data
    assert person.full_name not in known.text
    assert stranger.headers["Cache-Control"] == "no-cache"
    assert "Set-Cookie" not in stranger.headers
    again = client.get("/phone", headers={"If-None-Match": stranger.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_the_shell_asks_the_database_nothing(page):
    page.statements.clear()
    seen = page.client.get("/phone")
    assert seen.status_code == 200
    assert page.statements == []


def test_the_policy_lets_only_the_very_texts_inside_the_shell_run(client):
    shell = client.get("/phone")
    policy = dict(one.split(" ", 1) for one in shell.headers["Content-Security-Policy"].split("; "))
    for element, directive, count in (("script", "script-src", 2), ("style", "style-src", 1)):
        inside = re.findall(rf"<{element}[^>]*>(.*?)</{element}>", shell.text, re.S)
        named = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in inside]
        assert len(named) == count
        assert policy[directive] == " ".join(["'self'", *(f"'sha256-{one}'" for one in named)])
    assert "sha256" not in client.get("/dang-nhap").headers["Content-Security-Policy"]


def test_opening_without_a_net_needs_one_answer_of_the_worker(client):
    shell = client.get("/phone").text
    assert re.findall(r"<script[^>]*\ssrc=|<link[^>]*stylesheet|modulepreload", shell) == []


def test_everything_the_worker_keeps_is_there_and_the_first_visit_is_small(client):
    worker = client.get("/sw.js").text
    kept = kept_by(worker)
    assert kept[0] == "/phone"
    assert len(set(kept)) == len(kept)
    wire = len(gzip.compress(worker.encode()))
    for address in kept:
        answer = client.get(address, headers={"Accept-Encoding": "gzip"})
        assert answer.status_code == 200, address
        wire += len(answer.data) + 400  # headers
    assert wire < SMALL, wire


def test_the_worker_keeps_every_file_the_shell_names(client):
    shell, kept = client.get("/phone").text, kept_by(client.get("/sw.js").text)
    named = set(re.findall(r"/static/[^\"']+", shell))
    assert named
    assert named <= set(kept)


def test_a_switch_takes_every_worker_away(app, client, monkeypatch):
    monkeypatch.setitem(app.config, "PATROL", replace(app.config["PATROL"], PHONE_OFFLINE=False))
    worker = client.get("/sw.js").text
    assert "unregister" in worker
    assert "FILES" not in worker
    assert "indexedDB" not in worker


def test_the_manifest_names_icons_that_are_there(client):
    answer = client.get("/manifest.webmanifest")
    assert answer.content_type.startswith("application/manifest+json")
    manifest = json.loads(answer.text)
    assert manifest["start_url"] == "/phone"
    assert {icon["purpose"] for icon in manifest["icons"]} == {"any", "maskable"}
    for icon in manifest["icons"]:
        picture = client.get(icon["src"])
        assert picture.content_type == "image/png"
        assert picture.data[16:24] == bytes.fromhex(
            "".join(f"{int(side):08x}" for side in icon["sizes"].split("x"))
        )


def test_the_icons_are_what_the_command_draws(root: Path):
    name = "icon-192.png"
    size, maskable = SIZES[name]
    assert png_of(size, maskable=maskable) == (root / "static" / "img" / name).read_bytes()


@pytest.mark.parametrize("theme", ["day", "dark", "night", "auto"])
def test_the_menu_leads_to_the_phone_log(page, db, signed_in, theme):
    signed_in(make_person())
    page.client.set_cookie("giao_dien", theme)
    seen = page.open("home.index")
    assert seen.has("nav.tabs a[href='/phone']")
    assert seen.has(".menu form[action='/dang-xuat'][data-module=signout]")
