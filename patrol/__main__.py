"""`python -m patrol run` and `python -m patrol serve`: prepare everything that is missing, say where, and serve.

run    a demonstration: a database of its own with the demo years
serve  real use: the register of units and a first administrator
"""

import contextlib
import errno
import logging
import os
import secrets
import sys
from functools import partial
from pathlib import Path
from typing import Any

import waitress
from flask import Flask, current_app

import config

from . import chores, create_app
from .accounts.queries import count_people
from .accounts.services import use_time_cost
from .demo.services import load_demo
from .extensions import db
from .setup import first_administrator, load_reference
from .wording import ROLE

HOST = "127.0.0.1"
THREADS = 8

# What real use asks for unless the environment says otherwise: the figures of security level 3.
REAL_USE = {"SECOND_FACTOR": "required", "PASSWORD_ALONE_MIN_LENGTH": "14", "PASSWORD_ALONE_KINDS": "4"}


def main(mode: str) -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)  # what it does is said in our words
    say = partial(print, flush=True)
    env = dict(os.environ)
    if mode == "run" or not env.get("DATABASE_URL"):
        config.INSTANCE.mkdir(exist_ok=True)
    if mode == "run":
        env["DATABASE_URL"] = f"sqlite:///{config.INSTANCE / 'demo.db'}"
        env["MEDIA_DIR"] = str(config.INSTANCE / "demo-media")
        env["BACKUP_DIR"] = str(config.INSTANCE / "demo-backups")
    else:
        env = REAL_USE | env
    if not env.get("SECRET_KEY"):
        env["SECRET_KEY"] = kept_secret(config.INSTANCE / f"{mode}-secret-key")
    app = create_app(config.load(env))
    port = int(env.get("PORT") or 8000)
    host = env.get("HOST") or HOST
    try:
        ready = server(app, host, port)
    except OSError as taken:
        if taken.errno != errno.EADDRINUSE:
            raise
        sys.exit(
            f"Cổng {port} đang có chương trình khác dùng. "
            f"Chạy lại với cổng khác, ví dụ: make {mode} PORT={port + 1}"
        )
    with app.app_context():
        say("Đang chuẩn bị cơ sở dữ liệu…")
        with chores.in_turn():
            chores.upgrade_with_backup(say)
            say("\n".join(prepare_demo() if mode == "run" else prepare_real()))
        db.session.remove()
        db.engine.dispose()
    chores.start(app, say=say)
    chores.start_daily(app, say=say)
    print(f"\nMở trình duyệt tại  http://{host}:{port}   (dừng: Ctrl-C)\n", flush=True)
    ready.run()


def server(app: Flask, host: str, port: int) -> Any:
    """What serves the pages: whole requests only, so a slow phone holds nobody up; `run()` begins.

    What a proxy says in X-Forwarded headers gets through only when one is trusted.
    """
    return waitress.create_server(
        app,
        host=host,
        port=port,
        threads=THREADS,
        connection_limit=1000,
        ident=None,
        clear_untrusted_proxy_headers=not app.config["PATROL"].TRUSTED_PROXIES,
    )


def prepare_demo() -> list[str]:
    """Fill the demo database at its first start; say the sign-ins at every start."""
    passwords = config.INSTANCE / "demo-accounts.txt"
    if not count_people():
        print("Đang nạp dữ liệu mẫu, khoảng nửa phút…", flush=True)
        use_time_cost(1)  # throw-away passwords of a demonstration
        load_reference()
        made = load_demo()
        keep_private(
            passwords,
            "\n".join(f"{name:12}  {word:22}  {ROLE[role]}, {unit}" for name, role, unit, word in made),
        )
        db.session.commit()
        use_time_cost(current_app.config["PATROL"].ARGON2_TIME_COST)
    shown = (
        passwords.read_text("utf-8")
        if passwords.exists()
        else f"{passwords} không còn; xoá demo.db để nạp lại."
    )
    return [
        "",
        "DỮ LIỆU MẪU. Tài khoản dùng thử:",
        "",
        shown,
        f"(ghi tại {passwords})",
    ]


def prepare_real() -> list[str]:
    """Make sure of the register and of somebody who can let others in."""
    load_reference()
    made = first_administrator()
    db.session.commit()
    if not made:
        return ["Cơ sở dữ liệu đã sẵn sàng."]
    username, password = made
    return [
        "Cơ sở dữ liệu mới, đã nạp danh mục đơn vị.",
        f"Quản trị đầu tiên: {username}   mật khẩu dùng một lần: {password}",
        "Mật khẩu chỉ hiện lần này; lần đăng nhập đầu tiên phải đổi.",
    ]


def kept_secret(path: Path) -> str:
    """The secret of this machine, made at the first start and kept in a file only its owner reads."""
    path.parent.mkdir(exist_ok=True)
    if not path.exists():
        keep_private(path, secrets.token_urlsafe(48))
    return path.read_text("utf-8").strip()


def keep_private(path: Path, content: str) -> None:
    path.touch(mode=0o600)
    path.chmod(0o600)
    path.write_text(content + "\n", encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1:] not in (["run"], ["serve"]):
        sys.exit("python -m patrol run   hoặc   python -m patrol serve")
    with contextlib.suppress(KeyboardInterrupt):
        main(sys.argv[1])
