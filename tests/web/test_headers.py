"""The headers of every answer, word for word: a change of them has to be meant."""

import pytest

from tests.builders import make_person

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
PINNED = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Origin-Agent-Cluster": "?1",
    "Permissions-Policy": (
        "camera=(self), geolocation=(self), screen-wake-lock=(self), accelerometer=(), "
        "browsing-topics=(), display-capture=(), gyroscope=(), hid=(), idle-detection=(), magnetometer=(), "
        "microphone=(), midi=(), payment=(), serial=(), usb=(), xr-spatial-tracking=()"
    ),
}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/dang-nhap", 200),
        ("GET", "/tuan-tra", 302),
        ("POST", "/tuan-tra/moi", 401),
        ("GET", "/khong-co", 404),
        ("DELETE", "/tuan-tra", 404),
        ("GET", "/healthz", 200),
        ("GET", "/static/x/css/base.css", 200),
        ("GET", "/static/x/khong-co.css", 404),
        ("GET", "/api/khong-co", 404),
    ],
)
def test_every_answer_carries_them(client, method, path, status):
    answer = client.open(path, method=method)
    assert answer.status_code == status
    assert {name: answer.headers.get(name) for name in PINNED} == PINNED


def test_no_page_is_kept_by_anybody(client, signed_in):
    signed_in(make_person())
    for path in ("/", "/tuan-tra", "/tuan-tra/moi", "/khong-co", "/doi-mat-khau", "/healthz"):
        assert client.get(path).headers["Cache-Control"] == "no-store", path


def test_the_server_does_not_say_what_it_runs_on(client):
    assert not {"X-Powered-By", "X-Aspnet-Version"} & set(client.get("/").headers.keys())
