"""Backups, bringing one back, and moving the records to another database."""

import contextlib
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import click
import flask_migrate
from alembic.util import CommandError
from flask import Flask, current_app
from sqlalchemy.exc import SQLAlchemyError

import config

from ..audit.queries import last_action
from ..backup import services as backups
from ..backup.archive import manifest_of
from ..backup.rules import Damaged, Differs, Manifest, NotEmpty, Why, key_check
from ..chores import backup_dir, place, sealed_backup
from ..errors import DomainError
from ..extensions import db
from ..vocabulary.keeping import BACKUP
from ..wording import number
from .answers import fail

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def upgrade(revision: str) -> None:
    try:
        flask_migrate.upgrade(revision=revision)
    except CommandError as unknown:
        raise Damaged("backup_unknown_schema", revision) from unknown


@click.command()
@click.option("--to", "folder", type=click.Path(file_okay=False, path_type=Path), help="Default: BACKUP_DIR.")
@click.option("--paper", is_flag=True, help="Print the page with the keys again.")
def backup(folder: Path | None, paper: bool) -> None:
    """Write one file with database, files and settings, read it back, and say what it holds.

    It doesn't hold the keys. The first time they are printed on a page for the safe; `--paper` prints it again.
    """
    is_first = last_action("backup.paper") is None
    try:
        path = sealed_backup(folder or backup_dir(), Why.MANUAL)
    except (OSError, DomainError) as failed:
        fail(f"Không sao lưu được: {say_why(failed)} Chưa có tệp nào được để lại.")
    click.echo(f"Đã sao lưu và đọc lại đủ: {path}")
    click.echo(summary(manifest_of(path)))
    if paper or is_first:
        backups.note_paper()
        db.session.commit()
        click.echo(paper_for_the_safe(path.name))
    else:
        click.echo("Khoá không nằm trong tệp này; xem tờ giấy trong két (in lại: flask backup --paper).")


@click.command()
@click.argument("file", type=FILE)
def restore(file: Path) -> None:
    """Bring the backup FILE into an empty database and an empty MEDIA_DIR, and prove that it is the same."""
    settings = current_app.config["PATROL"]
    try:
        about = manifest_of(file)
        back = backups.restore(file, place(), upgrade=upgrade)
    except (OSError, SQLAlchemyError, DomainError) as failed:
        fail(f"Không khôi phục được: {say_why(failed)}")
    backups.note_restored(about, file.name)
    db.session.commit()
    click.echo(summary(about))
    if key_check(settings.SECRET_KEY) != about.key_check:
        click.echo(
            "SECRET_KEY KHÁC với khoá lúc sao lưu: mã xác thực hai bước sẽ không dùng được. "
            "Hãy đặt SECRET_KEY theo tờ giấy trong két rồi khởi động lại."
        )
    conclude(
        back, f"Đã khôi phục {number(about.rows)} dòng và {number(about.media)} tệp; từng dòng đã so lại."
    )


@click.command("move-to")
@click.argument("url")
def move_to(url: str) -> None:
    """Move every record to the empty database URL (postgresql://…), and prove figures and audit head equal.

    Stop the log first. A backup is made on the way and kept. The old database stays as it is.
    """
    from .. import create_app  # the one command that needs a second application

    settings = current_app.config["PATROL"]
    target = config.load(
        {**{name: str(value) for name, value in asdict(settings).items()}, "DATABASE_URL": url}
    )
    if target.database_uri == settings.database_uri:
        fail("Đây chính là cơ sở dữ liệu đang dùng.")
    try:
        path = sealed_backup(backup_dir(), Why.MOVE)
        about = manifest_of(path)
        with at_work(create_app(target)):
            back = backups.restore(path, place(), upgrade=upgrade, media=False)
            backups.note_moved(about, path.name)
            db.session.commit()
    except (OSError, SQLAlchemyError, DomainError) as failed:
        fail(f"Không chuyển được: {say_why(failed)} Cơ sở dữ liệu cũ còn nguyên.")
    click.echo(summary(about))
    conclude(back, f"Đã chuyển {number(about.rows)} dòng; từng dòng đã so lại.")
    click.echo(
        f"Bản sao lưu trên đường: {path}\n"
        "Từ nay đặt DATABASE_URL là cơ sở dữ liệu mới rồi khởi động lại. Không ghi thêm vào cơ sở dữ liệu cũ."
    )


@contextlib.contextmanager
def at_work(app: Flask) -> Iterator[None]:
    """A block inside another application; its connections are closed afterwards."""
    with app.app_context():
        try:
            yield
        finally:
            db.session.remove()
            db.engine.dispose()


def conclude(back: backups.Restored, done: str) -> None:
    """Say that all is equal, or name what isn't and leave with exit code 1."""
    if back.differences:
        fail(
            f"{done} NHƯNG số liệu tính lại khác số ghi trong bản sao lưu: {', '.join(back.differences[:20])}."
        )
    click.echo(done)
    if back.about.figures is None:
        click.echo("Bản sao lưu theo lược đồ cũ, không ghi số liệu để so.")
    else:
        click.echo("Số liệu từng năm và đầu chuỗi nhật ký giống hệt lúc sao lưu.")


def summary(about: Manifest) -> str:
    """What a backup holds, in lines."""
    sorties = {
        question: figures["patrol.sorties"][0]
        for question, figures in (about.figures or {}).items()
        if "patrol.sorties" in figures
    }
    return "\n".join(
        [
            f"  {number(about.rows)} dòng, {number(about.media)} tệp",
            f"  phiên bản {about.version}, lược đồ {about.revision}",
            *(f"  {question}: {number(value)} lượt" for question, value in sorties.items()),
            f"  Đầu chuỗi nhật ký: {about.audit_head or 'chưa có'}",
        ]
    )


def paper_for_the_safe(name: str) -> str:
    """The page with what a backup doesn't hold: printed, put into the safe, kept nowhere else."""
    settings = current_app.config["PATROL"]
    template = current_app.jinja_env.get_template("backup/paper.txt")
    return template.render(
        name=name,
        secret=settings.SECRET_KEY,
        check=key_check(settings.SECRET_KEY),
        is_postgresql=db.engine.dialect.name == "postgresql",
    )


def say_why(failed: Exception) -> str:
    if isinstance(failed, Differs):
        return f"{BACKUP[failed.code]} ({', '.join(failed.what[:10])})"
    if isinstance(failed, Damaged | NotEmpty):
        return BACKUP[failed.code]
    return f"{failed}."


COMMANDS = (backup, restore, move_to)
