"""What a proxy in front says of scheme and sender gets through the real server, and only when one is trusted."""

import contextlib
from http.client import HTTPConnection

import pytest
from sqlalchemy import select

from patrol.__main__ import server
from patrol.accounts.models import SignInTry
from patrol.extensions import db
from tests.backup.machines import Machine
from tests.browser.driver import running


@pytest.mark.parametrize(
    ("trusted", "address", "strict"), [("1", "203.0.113.7", True), ("0", "127.0.0.1", False)]
)
def test_scheme_and_sender_are_the_proxys_word_only_where_it_is_trusted(
    databases, tmp_path, trusted, address, strict
):
    here = Machine(databases.prepared("sqlite"), tmp_path, HTTPS="1", TRUSTED_PROXIES=trusted)
    serving = server(here.app, "127.0.0.1", 0)
    said = {
        "X-Forwarded-For": "203.0.113.7",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "tuyenbien.local",
    }
    form = {"Sec-Fetch-Site": "same-origin", "Content-Type": "application/x-www-form-urlencoded"}
    with (
        running(serving),
        contextlib.closing(HTTPConnection("127.0.0.1", serving.effective_port, timeout=60)) as connection,
    ):
        connection.request(
            "POST", "/dang-nhap", b"_username=ai&_password=sai", {**said, **form, "Connection": "close"}
        )
        answer = connection.getresponse()
        answer.read()
    assert ("Strict-Transport-Security" in answer.headers) is strict
    with here.at_work():
        assert db.session.scalars(select(SignInTry.address)).all() == [address]
