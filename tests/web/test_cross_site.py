"""A write is taken only from our own pages; reading is open to every link."""

import pytest
from sqlalchemy import func, select

from patrol.patrols.models import Patrol
from tests.builders import form_of, make_person

OURS = "http://localhost"

REFUSED = [
    ("cross-site", "https://evil.example"),
    ("cross-site", OURS),
    ("same-site", "http://other.localhost"),
    ("same-site", OURS),
    ("none", None),
    ("none", OURS),
    ("", OURS),
    ("Same-Origin", OURS),
    (None, None),
    (None, ""),
    (None, "null"),
    (None, "https://evil.example"),
    (None, "http://localhost.evil.example"),
    (None, "http://evil.example/localhost"),
    (None, "http://evil.example#localhost"),
    (None, "http://localhost@evil.example"),
    (None, "http://localhost:8000"),
    (None, "//localhost"),
    (None, "localhost"),
    (None, "ftp://localhost"),
    (None, "http://["),
]
TAKEN = [
    ("same-origin", OURS),
    ("same-origin", None),
    ("same-origin", "null"),
    (None, OURS),
    (None, "https://localhost"),
]


@pytest.fixture
def send(client, signed_in):
    """POST (or another method) with exactly these two headers, signed in as a leader."""
    person = signed_in(make_person())

    def send(site: str | None, origin: str | None, *, method: str = "POST", path: str = "/tuan-tra/moi"):
        headers = {"HTTP_SEC_FETCH_SITE": site, "HTTP_ORIGIN": origin}
        client.environ_base = {
            **{name: value for name, value in client.environ_base.items() if name not in headers},
            **{name: value for name, value in headers.items() if value is not None},
        }
        return client.open(path, method=method, data=form_of(person) if method == "POST" else None)

    return send


def stored(db) -> int:
    return db.session.scalar(select(func.count(Patrol.id)))


@pytest.mark.parametrize(("site", "origin"), REFUSED)
def test_a_write_from_anywhere_else_is_refused_and_stores_nothing(send, db, site, origin):
    answer = send(site, origin)
    assert answer.status_code == 403
    assert "Yêu cầu không đến từ trang này" in answer.text
    assert stored(db) == 0


@pytest.mark.parametrize(("site", "origin"), TAKEN)
def test_a_write_from_our_own_page_is_taken(send, db, site, origin):
    assert send(site, origin).status_code == 302
    assert stored(db) == 1


@pytest.mark.parametrize("path", ["/dang-nhap", "/dang-xuat", "/giao-dien", "/tai-khoan", "/khong-co"])
def test_signing_in_and_out_and_the_colours_are_guarded_too(send, path):
    assert send("cross-site", "https://evil.example", path=path).status_code == 403


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_every_method_that_writes_is_guarded(send, method):
    assert send("cross-site", None, method=method).status_code == 403


@pytest.mark.parametrize(("site", "origin"), [*REFUSED, *TAKEN])
def test_reading_is_never_refused(send, site, origin):
    for method in ("GET", "HEAD"):
        assert send(site, origin, method=method, path="/tuan-tra").status_code == 200


def test_a_program_is_told_in_json(client):
    answer = client.post("/api/v1/sync", json={}, environ_base={"HTTP_SEC_FETCH_SITE": "cross-site"})
    assert (answer.status_code, answer.json) == (403, {"code": "cross_site", "errors": {}})
