"""What a new database starts with: the register of the Điện Bàn coast, or a ward out of a file."""

import os
from pathlib import Path
from typing import NoReturn

import click

from ..administration.loading import ADDED, CHANGED, KEPT, SAME, Report, load
from ..administration.workbook import template
from ..extensions import db
from ..setup import first_administrator, load_reference, load_what_holds_everywhere
from ..sheets.reading import Unreadable
from ..units.queries import has_settings
from ..wording import say
from .answers import fail

FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what FILE would do; change nothing.")
@click.option("--template", "blank", type=FILE, help="Write the blank form of FILE there, and nothing else.")
@click.option(
    "--passwords", type=FILE, help="Write one-time passwords there, readable by you alone, instead of here."
)
def setup(file: Path | None, dry_run: bool, blank: Path | None, passwords: Path | None) -> None:
    """Fill an empty database: the register of the Điện Bàn coast, or a ward out of FILE (.xlsx).

    Safe to run again: what is there stays as it is; of FILE, what differs is put right and said, by row. A row with a
    mistake is named with its sheet, and then nothing of FILE is loaded.
    """
    if blank:
        blank.write_bytes(template())
        click.echo(f"Đã ghi tệp mẫu: {blank}")
    elif file:
        _load(file, dry_run=dry_run, passwords=passwords)
    elif dry_run or passwords:
        raise click.UsageError("--dry-run và --passwords đi cùng một tệp .xlsx.")
    else:
        _load_this_coast()


def _load_this_coast() -> None:
    loaded = load_reference()
    made = first_administrator()
    db.session.commit()
    click.echo(
        "Đã nạp danh mục đơn vị, địa bàn, tuyến và loại phát hiện." if loaded else "Danh mục đã có sẵn."
    )
    if made:
        username, password = made
        click.echo(f"Quản trị đầu tiên: {username}   mật khẩu dùng một lần: {password}")
        click.echo("Mật khẩu này chỉ hiện một lần; lần đăng nhập đầu tiên phải đổi.")


def _load(file: Path, *, dry_run: bool, passwords: Path | None) -> None:
    if passwords and passwords.exists():
        fail(f"{passwords} đã có; hãy chọn tên khác. Chưa nạp gì.")
    if not has_settings():
        load_what_holds_everywhere()
    try:
        report = load(file.read_bytes(), by=None)
    except Unreadable as unreadable:
        fail(f"{say(unreadable.fields['file'])} {unreadable.where}".strip())
    for told in report.told:
        click.echo(str(told))
    if report.problems:
        _refuse(report)
    _say_counts(report, dry_run=dry_run)
    if dry_run:
        db.session.rollback()
        return
    if passwords and report.accounts:
        _keep_private(passwords, report)
    db.session.commit()
    for username, password, full_name in report.accounts:
        click.echo(f"{username:20}  {'' if passwords else password:22}  {full_name}")
    if report.accounts:
        where = f"đã ghi vào {passwords}" if passwords else "chỉ hiện lần này"
        click.echo(f"Mật khẩu dùng một lần {where}; lần đăng nhập đầu tiên phải đổi.")


def _say_counts(report: Report, *, dry_run: bool) -> None:
    for page, row in report.counts.items():
        kept = row[SAME] + row[KEPT]
        click.echo(f"{page}: thêm {row[ADDED]}, sửa {row[CHANGED]}, giữ nguyên {kept}")
    click.echo(
        "Thử, chưa ghi gì." if dry_run else "Đã nạp." if report.is_changed else "Không có gì mới để nạp."
    )


def _refuse(report: Report) -> NoReturn:
    for problem in report.problems:
        click.echo(str(problem), err=True)
    fail(f"Có {len(report.problems)} chỗ chưa đúng. Chưa nạp gì; hãy sửa tệp rồi chạy lại.")


def _keep_private(path: Path, report: Report) -> None:
    """Written before the accounts are stored: no account may exist whose password nobody has."""
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as kept:
        kept.writelines(f"{username}\t{password}\t{name}\n" for username, password, name in report.accounts)


COMMANDS = (setup,)
