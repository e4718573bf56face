"""The page that tells a clerk how the system is, the numbers for a program, and the certificate for phones."""

import hashlib
import re
import socket
import ssl
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import trustme
from sqlalchemy import update

from patrol import chores, clock as patrol_clock
from patrol.accounts.rules import Role
from patrol.audit.models import AuditEvent
from patrol.extensions import db
from patrol.health import machine
from patrol.health.rules import (
    Light,
    audit_light,
    backup_light,
    certificate_light,
    disk_light,
    is_token,
    phone_light,
    worst,
)
from tests.backup.machines import Machine, filled
from tests.builders import PASSWORD, make_person

NOW = patrol_clock.now()
GB = 2**30


@pytest.mark.parametrize(
    ("light", "expected"),
    [
        (backup_light(None, NOW), Light.BAD),
        (backup_light(NOW - timedelta(hours=25), NOW), Light.GOOD),
        (backup_light(NOW - timedelta(hours=27), NOW), Light.WATCH),
        (backup_light(NOW - timedelta(days=4), NOW), Light.BAD),
        (disk_light(50 * GB, 100 * GB), Light.GOOD),
        (disk_light(10 * GB, 100 * GB), Light.WATCH),
        (disk_light(4 * GB, 100 * GB), Light.BAD),
        (disk_light(GB // 2, GB), Light.BAD),  # half of a small disk is still next to nothing
        (certificate_light(NOW - timedelta(hours=6), NOW + timedelta(hours=6), NOW), Light.GOOD),
        (certificate_light(NOW - timedelta(days=80), NOW + timedelta(days=10), NOW), Light.WATCH),
        (certificate_light(NOW - timedelta(days=89), NOW + timedelta(days=1), NOW), Light.BAD),
        (certificate_light(NOW + timedelta(days=1), NOW + timedelta(days=9), NOW), Light.BAD),
        (audit_light(NOW, 0, NOW), Light.GOOD),
        (audit_light(None, 0, NOW), Light.WATCH),
        (audit_light(NOW - timedelta(days=3), 0, NOW), Light.WATCH),
        (audit_light(NOW, 1, NOW), Light.BAD),
        (phone_light(timedelta(days=20), 0), Light.GOOD),
        (phone_light(timedelta(days=4), 2), Light.WATCH),
        (phone_light(timedelta(days=20), 2), Light.BAD),
        (worst([Light.GOOD, Light.UNKNOWN, Light.WATCH]), Light.WATCH),
        (worst([]), Light.UNKNOWN),
    ],
)
def test_a_light_is_as_bad_as_what_it_stands_for(light, expected):
    assert light is expected


def test_a_token_is_the_whole_token():
    assert is_token("Bearer secret", "secret")
    for header in ("", "Bearer ", "secret", "Bearer secre", "Bearer secret2", "Bearer sécret"):
        assert not is_token(header, "secret")
    assert not is_token("Bearer ", "")


def test_a_disk_is_named_once_and_a_folder_that_is_not_there_yet_lies_on_the_disk_above(tmp_path):
    (tmp_path / "a").mkdir()
    [disk] = machine.disks([tmp_path / "a", tmp_path / "b" / "c"])
    assert disk.path == str(tmp_path / "a")
    assert 0 < disk.free < disk.total


class Served:
    """A certificate served at https://localhost:port, and the file of the root that signed it."""

    def __init__(self, folder: Path):
        authority = trustme.CA()
        self.root = folder / "root.crt"
        authority.cert_pem.write_to_path(self.root)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("localhost").configure_cert(context)
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"https://localhost:{self.socket.getsockname()[1]}"
        threading.Thread(target=self._serve, args=(context,), daemon=True).start()

    def _serve(self, context: ssl.SSLContext) -> None:
        while True:
            try:
                plain, _ = self.socket.accept()
            except OSError:
                return
            try:
                context.wrap_socket(plain, server_side=True).close()
            except OSError:
                plain.close()


@pytest.fixture(scope="module")
def served(tmp_path_factory) -> Iterator[Served]:
    served = Served(tmp_path_factory.mktemp("tls"))
    try:
        yield served
    finally:
        served.socket.close()


def test_the_certificate_is_looked_at_as_a_phone_would(served, tmp_path):
    seen = machine.certificate(served.address, str(served.root))
    assert seen.problem == ""
    assert seen.valid_from < NOW < seen.valid_to
    assert machine.certificate(served.address, "").problem == "untrusted"
    other_name = served.address.replace("localhost", "127.0.0.1")
    assert machine.certificate(other_name, str(served.root)).problem == "untrusted"
    with socket.create_server(("127.0.0.1", 0)) as closed:
        nobody = f"https://localhost:{closed.getsockname()[1]}"
    assert machine.certificate(nobody, str(served.root)).problem == "unreachable"
    assert machine.certificate("http://localhost", "") is None
    assert machine.certificate(served.address, str(tmp_path / "gone.crt")).problem == "unreachable"


def test_the_clerk_reads_what_is_well_and_what_to_do(page, signed_in, db):
    signed_in(make_person(Role.ADMIN))
    seen = page.open("health.index")
    assert seen.text("h1") == "Tình trạng hệ thống"
    assert "Sao lưu: phải làm ngay" in seen.text()
    assert "Chưa có bản sao lưu nào." in seen.text()
    assert "Cần làm: bảo người phụ trách máy chạy lệnh flask backup" in seen.text()
    assert "Chứng chỉ HTTPS: cần xem" in seen.text()
    assert "Nhật ký: cần xem" in seen.text()
    assert "Thời hạn giữ ảnh: 24 tháng" in seen.text() and "Đêm nay không xoá gì." in seen.text()
    assert seen.queries <= 12


def test_after_the_chores_of_a_night_backup_and_trail_are_well_and_a_bent_trail_is_said(
    databases, kind, tmp_path, served
):
    here = filled(
        Machine(
            databases.prepared(kind),
            tmp_path,
            PUBLIC_URL=served.address,
            CA_FILE=str(served.root),
            METRICS_TOKEN="a long token",
        )
    )
    with here.at_work():
        make_person(Role.ADMIN, username="quan.tri")
        db.session.commit()
        chores.daily(print)
    client = here.app.test_client()
    client.environ_base |= {"HTTP_SEC_FETCH_SITE": "same-origin"}
    client.post("/dang-nhap", data={"_username": "quan.tri", "_password": PASSWORD})
    text = client.get("/tinh-trang").text
    assert "Sao lưu: tốt" in text
    assert "Nhật ký: tốt" in text
    assert "Chứng chỉ HTTPS: tốt" in text
    numbers = client.get("/metrics", headers={"Authorization": "Bearer a long token"})
    assert numbers.content_type.startswith("text/plain; version=0.0.4")
    assert 'patrol_sign{part="backup"} 0' in numbers.text
    assert 'patrol_requests_total{endpoint="accounts.sign_in_submit",status="302"}' in numbers.text
    assert "quan.tri" not in numbers.text
    with here.at_work():
        db.session.execute(update(AuditEvent).where(AuditEvent.id == 2).values(actor_name="Người khác"))
        db.session.commit()
        said: list[str] = []
        chores.look_over_trail(tmp_path / "backups", said.append)
    assert said[0].startswith("NHẬT KÝ KHÔNG TOÀN VẸN: 1 chỗ")
    text = client.get("/tinh-trang").text
    assert "Nhật ký: phải làm ngay" in text
    assert "Nhật ký không toàn vẹn: 1 chỗ không khớp" in text
    with here.at_work():
        db.engine.dispose()


def test_without_the_token_there_is_no_page_of_numbers(client):
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


def test_a_phone_gets_the_root_certificate_without_signing_in_and_can_compare_it(databases, served, tmp_path):
    here = Machine(databases.prepared("sqlite"), tmp_path, CA_FILE=str(served.root))
    client = here.app.test_client()
    with here.at_work():
        page = client.get("/chung-chi").text
        answer = client.get("/chung-chi/tuyen-bien.crt")
    assert answer.data == served.root.read_bytes()
    assert answer.content_type == "application/x-x509-ca-cert"
    digest = hashlib.sha256(ssl.PEM_cert_to_DER_cert(answer.text)).hexdigest().upper()
    assert digest in page.replace(" ", "")
    assert page.count('aria-label="Mã QR của http') == 2, (
        "to be opened on the phone, from a sheet on the wall"
    )


def test_without_a_root_of_our_own_there_is_nothing_to_install(page, client):
    assert "Không cần cài gì" in page.open("health.certificate").text()
    assert client.get("/chung-chi/tuyen-bien.crt").status_code == 404


def test_the_log_names_routes_and_never_a_person_or_what_was_asked(client, signed_in, caplog):
    signed_in(make_person(full_name="Lê Thị Riêng Tư"))
    with caplog.at_level("INFO", logger="patrol.requests"):
        client.get("/tuan-tra?tim=Riêng+Tư")
    [line] = [record.getMessage() for record in caplog.records if record.name == "patrol.requests"]
    assert re.fullmatch(r"GET logbook\.index 200 \d+ ms", line)


@pytest.mark.parametrize(
    ("address", "secure", "told"),
    [
        ("http://tuyenbien.local", False, True),
        ("http://192.168.1.10:8000", False, True),
        ("http://localhost:8000", False, False),
        ("http://127.0.0.1:8000", False, False),
        ("https://tuyenbien.local", True, False),
    ],
)
def test_over_plain_http_the_page_says_what_does_not_work(client, address, secure, told):
    answer = client.get("/dang-nhap", base_url=address)
    assert ("Không ghi được vết đi, không dùng được khi mất mạng" in answer.text) is told
    assert "Strict-Transport-Security" not in answer.headers  # HTTPS isn't set here


def test_behind_tls_browsers_are_told_to_stay_there_and_cookies_stay_too(databases, tmp_path):
    here = Machine(databases.prepared("sqlite"), tmp_path, HTTPS="1", TRUSTED_PROXIES="1")
    client = here.app.test_client()
    with here.at_work():
        make_person(username="to.truong")
        db.session.commit()
        typed = {"_username": "to.truong", "_password": PASSWORD}
        through = {
            "X-Forwarded-Proto": "https",
            "X-Forwarded-Host": "tuyenbien.local",
            "Sec-Fetch-Site": "same-origin",
        }
        signed = client.post("/dang-nhap", data=typed, headers=through)
        plain = client.get("/dang-nhap")
    assert signed.headers["Strict-Transport-Security"] == "max-age=15552000"
    assert "Strict-Transport-Security" not in plain.headers
    assert all("Secure" in cookie for cookie in signed.headers.getlist("Set-Cookie"))
