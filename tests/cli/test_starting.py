"""`python -m patrol`: the secret of the machine, the first administrator, and what is said at the start."""

import socket
import stat
import subprocess
import sys

import pytest
from sqlalchemy import select

from patrol.__main__ import keep_private, kept_secret, prepare_real
from patrol.accounts.models import Person


def mode(path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_secret_is_made_once_and_read_by_its_owner_only(tmp_path):
    place = tmp_path / "secret-key"
    first = kept_secret(place)
    assert len(first) >= 48
    assert kept_secret(place) == first
    assert mode(place) == 0o600
    assert kept_secret(tmp_path / "another") != first


def test_a_file_that_was_open_to_others_is_closed_before_it_is_written(tmp_path):
    place = tmp_path / "accounts.txt"
    place.write_text("cũ")
    place.chmod(0o644)
    keep_private(place, "mới")
    assert (mode(place), place.read_text("utf-8")) == (0o600, "mới\n")


def test_a_new_database_names_its_first_administrator_once(client, db):
    said = "\n".join(prepare_real())
    word = said.partition("mật khẩu dùng một lần: ")[2].split()[0]
    assert "Quản trị đầu tiên: quantri" in said
    assert prepare_real() == ["Cơ sở dữ liệu đã sẵn sàng."]
    assert db.session.scalars(select(Person.username)).all() == ["quantri"]
    assert client.post("/dang-nhap", data={"_username": "quantri", "_password": word}).status_code == 302


def test_a_port_that_is_taken_is_said_with_another_one(root, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-m", "patrol", "serve"],
            cwd=root,
            env={
                "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "PORT": str(port), "SECRET_KEY": "x" * 40,
                "DATABASE_URL": f"sqlite:///{tmp_path / 'x.db'}", "MEDIA_DIR": str(tmp_path / "media"),
                "BACKUP_DIR": str(tmp_path / "backups"),
            },
            capture_output=True, text=True, timeout=120,
        )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.endswith(
        f"Cổng {port} đang có chương trình khác dùng. Chạy lại với cổng khác, ví dụ: make serve PORT={port + 1}\n"
    )


@pytest.mark.parametrize("args", [[], ["fly"], ["run", "now"]])
def test_anything_but_run_and_serve_says_what_there_is(root, args):
    done = subprocess.run(
        [sys.executable, "-m", "patrol", *args], cwd=root, capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "python -m patrol run   hoặc   python -m patrol serve\n"


def test_without_a_secret_the_program_ends_with_the_reason(root, tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "setup"],
        cwd=root,
        env={"PATH": "/usr/bin:/bin", "DATABASE_URL": f"sqlite:///{tmp_path / 'x.db'}", "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode != 0
    assert "SECRET_KEY chưa đặt hoặc ngắn hơn 16 ký tự" in done.stderr
    assert "Traceback" not in done.stderr
