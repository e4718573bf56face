"""What the tests need beyond Python: a browser and PostgreSQL. `python -m tests.needs` makes sure of both.

Nothing is skipped when one is missing: it is installed where that is possible without asking (root on
Debian), after saying so, or the run fails with the exact command. An existing PostgreSQL cluster is never
touched: the tests start one of their own, or, when TEST_DATABASE_URL names a server, use databases of their
own on it.
"""

import contextlib
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy.engine import URL, make_url

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
SERVER_PROGRAMS = ("initdb", "pg_ctl", "postgres")
NO_MAIN_CLUSTER = Path("/etc/postgresql-common/createcluster.d/patrol-log-tests.conf")


class Missing(Exception):
    """Something has to be installed first; the message holds the command."""


def main() -> int:
    """Make sure of the browser and of PostgreSQL, and say which ones the tests will use."""
    try:
        print(f"browser: {chromium()}")
        named = os.environ.get("TEST_DATABASE_URL")
        print(f"PostgreSQL: {'TEST_DATABASE_URL' if named else postgresql_programs()}", flush=True)
    except Missing as missing:
        print(f"\n{missing}", file=sys.stderr)
        return 1
    return 0


# --- browser ---


def chromium() -> str:
    """The browser to drive: CHROMIUM=, else one in PATH, else Debian's, freshly installed."""
    if named := os.environ.get("CHROMIUM"):
        if shutil.which(named) is None:
            raise Missing(f"CHROMIUM={named} is not a program.")
        return named
    if found := installed_browser():
        return found
    if not root_on_debian():
        raise Missing(
            "The browser tests need Chromium or Chrome:\n"
            "    sudo apt-get update && sudo apt-get install -y chromium\n"
            "or name an installed one: make test CHROMIUM=/path/to/chromium"
        )
    apt_install("chromium", why="the browser tests need a browser")
    if found := installed_browser():
        return found
    raise Missing("apt-get installed chromium, but no chromium is in PATH.")


def installed_browser() -> str | None:
    return next(filter(None, map(shutil.which, BROWSERS)), None)


# --- PostgreSQL ---


def postgresql_programs() -> Path:
    """The folder with initdb, pg_ctl and postgres: from PATH, else Debian's newest, else installed now."""
    if found := installed_postgresql():
        return found
    if not root_on_debian():
        raise Missing(
            "The tests run on PostgreSQL too; its server programs are missing:\n"
            "    sudo apt-get update && sudo apt-get install -y postgresql\n"
            "or name a server on which databases may be created and dropped: make test TEST_DATABASE_URL=postgresql://…"
        )
    install_postgresql()
    if found := installed_postgresql():
        return found
    raise Missing(
        "apt-get installed postgresql, but initdb is neither in PATH nor in /usr/lib/postgresql/*/bin."
    )


def installed_postgresql() -> Path | None:
    in_path = shutil.which("initdb")
    versions = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name), reverse=True
    )
    folders = ([Path(in_path).resolve().parent] if in_path else []) + versions
    return next((one for one in folders if all((one / name).exists() for name in SERVER_PROGRAMS)), None)


def install_postgresql() -> None:
    """Install Debian's server without the cluster main it likes to create; existing ones stay as they are."""
    apt_install("postgresql-common", why="the tests run on PostgreSQL too")
    NO_MAIN_CLUSTER.parent.mkdir(parents=True, exist_ok=True)
    NO_MAIN_CLUSTER.write_text("create_main_cluster = false\n")
    try:
        apt_install("postgresql", why="its server, without creating a cluster")
    finally:
        NO_MAIN_CLUSTER.unlink()


class Server:
    """A PostgreSQL server on which the tests may create databases; `clean` drops those they created."""

    def __init__(self, admin: URL):
        self.admin = admin
        self.created: list[str] = []

    def new_database(self, template: URL | None = None) -> URL:
        """An empty database with a random name, or a copy of one of ours that nobody is connected to."""
        name = f"patrol_test_{secrets.token_hex(6)}"
        original = sql.Identifier(template.database if template is not None else "template0")
        self._run(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} ENCODING 'UTF8'").format(sql.Identifier(name), original)
        )
        self.created.append(name)
        return self.admin.set(database=name)

    def drop(self, url: URL) -> None:
        self._run(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(url.database)))
        self.created.remove(url.database)

    def leave(self, url: URL) -> None:
        """This database is somebody else's to drop."""
        self.created.remove(url.database)

    def clean(self) -> None:
        for name in list(self.created):
            self.drop(self.admin.set(database=name))

    def _run(self, statement: sql.Composed) -> None:
        plain = self.admin.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(plain, autocommit=True) as connection:
            connection.execute(statement)


@contextlib.contextmanager
def postgresql_server() -> Iterator[Server]:
    """TEST_DATABASE_URL's server with databases of our own, else a cluster that is gone afterwards."""
    if named := os.environ.get("TEST_DATABASE_URL"):
        server = Server(make_url(named).set(drivername="postgresql+psycopg"))
        try:
            yield server
        finally:
            server.clean()
    else:
        with temporary_cluster(postgresql_programs()) as admin:
            yield Server(admin)


# Runs beside the tests and ends with them, however they end: its standard input closes when they are gone.
GUARD = """
cd "$1"; "$2/pg_ctl" start -w -s -D "$1/data" -l "$1/log" -o "$3" && echo ready
cat >/dev/null
"$2/pg_ctl" stop -s -m immediate -D "$1/data"; rm -rf "$1"
"""


@contextlib.contextmanager
def temporary_cluster(programs: Path) -> Iterator[URL]:
    """A cluster with its own data, socket, port and password; run by another user when we are root."""
    folder = Path(tempfile.mkdtemp(prefix="patrol-pg-", dir="/tmp"))
    password = secrets.token_hex(16)
    (folder / "password").write_text(password)
    as_user: list[str] = []
    if os.geteuid() == 0:
        owner = unprivileged_user()
        for path in (folder, folder / "password"):
            shutil.chown(path, owner.pw_uid, owner.pw_gid)
        as_user = ["runuser", "-u", owner.pw_name, "--"]
    initdb = [
        programs / "initdb",
        "-D",
        folder / "data",
        "-U",
        "patrol",
        "--pwfile",
        folder / "password",
        "-A",
        "scram-sha-256",
    ]
    try:
        # no locale: text sorts and folds the same on every machine, and knows no more than SQLite
        subprocess.run(
            [*as_user, *initdb, "-E", "UTF8", "--no-locale", "--no-sync"],
            check=True,
            capture_output=True,
            cwd=folder,
        )
    except subprocess.CalledProcessError as failed:
        shutil.rmtree(folder)
        raise RuntimeError(f"initdb failed:\n{failed.stderr.decode()}") from failed
    port = free_port()
    options = f"-c listen_addresses=127.0.0.1 -p {port} -k {folder} -c fsync=off -c synchronous_commit=off"
    guard = subprocess.Popen(
        [*as_user, "sh", "-c", GUARD, "sh", folder, programs, options],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd="/",
        start_new_session=True,  # Ctrl-C is for the tests; they end the guard
    )
    try:
        if guard.stdout.readline() != b"ready\n":
            raise RuntimeError(f"PostgreSQL did not start:\n{(folder / 'log').read_text()}")
        yield URL.create("postgresql+psycopg", "patrol", password, "127.0.0.1", port, "postgres")
    finally:
        guard.stdin.close()
        guard.wait(timeout=60)
        guard.stdout.close()


def unprivileged_user() -> pwd.struct_passwd:
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise Missing(
        "PostgreSQL refuses to run as root and there is no user postgres:\n    useradd --system postgres"
    )


# --- office ---


def libreoffice() -> str:
    """LibreOffice for `make documents`: SOFFICE=, else one in PATH, else Debian's, freshly installed."""
    if named := os.environ.get("SOFFICE"):
        if shutil.which(named) is None:
            raise Missing(f"SOFFICE={named} is not a program.")
        return named
    if found := installed_office():
        return found
    if not root_on_debian():
        raise Missing(
            "make documents opens the files with LibreOffice:\n"
            "    sudo apt-get update && sudo apt-get install -y libreoffice-calc-nogui\n"
            "or name an installed one: make documents SOFFICE=/path/to/soffice"
        )
    apt_install("libreoffice-calc-nogui", why="make documents opens and recalculates the files with it")
    if found := installed_office():
        return found
    raise Missing("apt-get installed libreoffice-calc-nogui, but no soffice is in PATH.")


def installed_office() -> str | None:
    return next(filter(None, map(shutil.which, ("soffice", "libreoffice"))), None)


# --- the machine ---


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def root_on_debian() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def apt_install(package: str, *, why: str) -> None:
    """Say it, then install one Debian package without asking and without touching existing configuration."""
    print(f"Installing Debian's {package} (apt-get): {why}.", flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "UCF_FORCE_CONFFOLD": "1"}
    for command in (["update"], ["install", "-y", "-o", "Dpkg::Options::=--force-confold", package]):
        done = subprocess.run(["apt-get", "-q", *command], env=quiet, capture_output=True, text=True)
        if done.returncode != 0:
            raise Missing(
                f"apt-get {command[0]} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}\n"
                f"Run it by hand: apt-get update && apt-get install -y {package}"
            )


if __name__ == "__main__":
    sys.exit(main())
