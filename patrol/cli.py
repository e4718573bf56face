"""The commands of `flask --app wsgi …`. Each one commits once, visibly."""

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import NoReturn

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from .accounts.queries import person_by_username, scope_of_unit
from .accounts.rules import WHOLE_SYSTEM, Role, account_name, password_problem
from .accounts.services import create_person, reset_password
from .db import reading
from .demo.services import load_demo
from .errors import DomainError, Invalid
from .extensions import db
from .patrols.queries import wrong_totals
from .setup import first_administrator, load_reference
from .totals.queries import Question, figures
from .totals.rules import Period
from .tracks.check import check_folder
from .tracks.rules import Limits, Means
from .tracks.services import attach_matching, read_files
from .units import queries as register
from .wording import FIELD, ROLE, TRACK

DAY = click.DateTime(["%Y-%m-%d", "%d/%m/%Y"])

user = AppGroup("user", help="Accounts.")


def init_app(app: Flask) -> None:
    for command in (setup, demo, figures_command, check, import_gpx, gpx_check):
        app.cli.add_command(command)
    app.cli.add_command(user)


def fail(message: str) -> NoReturn:
    """Stop with a message on stderr and exit code 1; nothing was changed."""
    db.session.rollback()
    raise click.ClickException(message)


@click.command()
def setup() -> None:
    """Fill an empty database: the register of the Điện Bàn coast and a first administrator.

    Safe to run again: what is there stays as it is.
    """
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


@click.command()
def demo() -> None:
    """Fill a database of its own with the demo years. Refuses one that holds a record which is not demo.

    Safe to run again. The passwords of accounts made now are printed once.
    """
    try:
        load_reference()
        accounts = load_demo()
    except DomainError as refused:
        fail(FIELD.get(refused.code, str(refused)))
    db.session.commit()
    for username, role, unit, password in accounts:
        click.echo(f"{username:12}  {password:22}  {ROLE[role]}, {unit}")
    click.echo("DỮ LIỆU MẪU: đã sẵn sàng.")


@click.command("figures")
@click.option("--from", "first", type=DAY, required=True, help="First day counted, e.g. 2023-01-01.")
@click.option("--to", "last", type=DAY, required=True, help="Last day counted.")
@click.option("--programme", "programme_code", default="tuyen_bien_binh_yen", show_default=True)
@click.option("--unit", "unit_code", help="Only patrols this unit (and those under it) led or joined.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON and nothing else.")
@reading()  # a report must not keep patrols from being written
def figures_command(
    first: datetime, last: datetime, programme_code: str, unit_code: str | None, as_json: bool
) -> None:
    """Every figure of a period, of the whole system or of one unit."""
    if last < first:
        fail("--to nằm trước --from.")
    programme = register.programme_by_code(programme_code)
    if programme is None:
        fail(f"Không có chương trình nào mang mã {programme_code}.")
    unit = register.unit_by_code(unit_code) if unit_code else None
    if unit_code and unit is None:
        fail(f"Không có đơn vị nào mang mã {unit_code}.")
    scope = scope_of_unit(unit) if unit else WHOLE_SYSTEM
    question = Question(period=Period(first.date(), last.date()), programme=programme, seen_by=scope)
    answer = figures(question)
    if register.is_demo():
        click.echo("DỮ LIỆU MẪU", err=True)
    if as_json:
        click.echo(json.dumps(as_plain(answer), ensure_ascii=False, indent=2))
        return
    click.echo(f"{programme.name}, {scope.name}, {first:%d/%m/%Y} – {last:%d/%m/%Y}")
    for key, figure in sorted(answer.figures.items()):
        if figure.records:
            click.echo(f"{key:44} {figure.value!s:>10} {figure.definition.unit}  (chưa rõ {figure.unknown})")


def as_plain(answer: object) -> dict[str, object]:
    """An Answer as plain data, every key of the catalogue, sorted."""
    question = answer.question  # type: ignore[attr-defined]
    return {
        "period": {"from": question.period.first.isoformat(), "to": question.period.last.isoformat()},
        "programme": question.programme.code,
        "scope": question.scope_name,
        "figures": {
            key: {
                "value": figure.value,
                "unknown": figure.unknown,
                "unit": figure.definition.unit,
                "records": figure.records,
            }
            for key, figure in sorted(answer.figures.items())  # type: ignore[attr-defined]
        },
    }


@click.command()
def check() -> None:
    """Compare what is stored twice: the sums on each patrol with its attendance. Exit code 1 when they differ."""
    wrong = wrong_totals()
    if wrong:
        fail(f"{len(wrong)} lượt có tổng khác với quân số từng đơn vị: {', '.join(map(str, wrong[:20]))}")
    click.echo("Tổng của mọi lượt khớp với quân số từng đơn vị.")


FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
LEFT_ALONE = {
    "no_patrol": "Không lượt nào trùng giờ",
    "several_patrols": "Nhiều lượt trùng giờ",
    "no_times": "Tệp không có giờ",
}


@click.command("import-gpx")
@click.argument("folder", type=FOLDER)
@click.option("--dry-run", is_flag=True, help="Say what would happen; change nothing.")
def import_gpx(folder: Path, dry_run: bool) -> None:
    """Attach every GPX file in FOLDER to the patrol whose time it overlaps.

    Safe to run again: a file that is attached already is left as it is. Files that match no patrol, or more than one,
    are listed at the end and left alone, because a guess would put distance on the wrong team.
    """
    settings = current_app.config["PATROL"]
    limits = Limits(size_bytes=settings.GPX_MAX_MB * 2**20, points=settings.GPX_MAX_POINTS)
    stored = already = 0
    left: list[str] = []
    for path in sorted(each for each in folder.iterdir() if each.suffix.lower() == ".gpx"):
        with path.open("rb") as file:
            [reading] = read_files([(path.name, file.read(limits.size_bytes + 1))], limits)
        done = attach_matching(reading)
        about = ", ".join(f"lượt {patrol_id}" for patrol_id in done.patrol_ids)
        if done.code == "stored":
            stored += 1
            click.echo(f"{path.name}: {about}")
        elif done.code == "already_stored":
            already += 1
        else:
            why = LEFT_ALONE.get(done.code) or TRACK[done.code]
            left.append(f"{path.name}: {why}{f' ({about})' if about else ''}")
    db.session.rollback() if dry_run else db.session.commit()
    begun = "Thử, chưa ghi gì: sẽ gắn" if dry_run else "Đã gắn"
    click.echo(f"{begun} {stored} tệp, đã có từ trước {already}, để lại {len(left)}.")
    for line in left:
        click.echo(f"  {line}")


@click.command("gpx-check")
@click.argument("folder", type=FOLDER)
@click.option("--means", type=click.Choice([str(each) for each in Means]), default=str(Means.UNKNOWN))
def gpx_check(folder: Path, means: str) -> None:
    """Say of every GPX file in FOLDER: grade or reason, points, km, seconds. Stores nothing."""
    for line in check_folder(folder, Means(means)):
        click.echo(line)


@user.command("add")
@click.argument("name")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--unit", "unit_code", required=True, help="Code of the unit, e.g. dbp_cua_dai.")
@click.option("--full-name", default="", help="Name as written on lists; the account name when left out.")
@click.option("--rank", default="")
@click.option("--password-stdin", is_flag=True, required=True, help="Read the password from standard input.")
def user_add(name: str, role: str, unit_code: str, full_name: str, rank: str, password_stdin: bool) -> None:
    """Make an account NAME. The password is read from standard input."""
    unit = register.unit_by_code(unit_code)
    if unit is None:
        known = (
            ", ".join(unit.code for unit in register.units())
            or "chưa có đơn vị nào; hãy chạy `flask setup` trước"
        )
        fail(f"Không có đơn vị nào mang mã {unit_code}. Các mã: {known}.")
    password = sys.stdin.readline().rstrip("\r\n")
    _refuse_weak(password, name)
    try:
        create_person(
            username=name,
            full_name=full_name or name,
            rank=rank,
            role=Role(role),
            unit=unit,
            password=password,
            must_change=False,
        )
    except Invalid as wrong:
        fail("; ".join(FIELD[code] for code in wrong.fields.values()))
    db.session.commit()
    click.echo(f"Đã lập tài khoản {account_name(name)}.")


@user.command("reset")
@click.argument("name")
@click.option(
    "--password-stdin", is_flag=True, required=True, help="Read the new password from standard input."
)
def user_reset(name: str, password_stdin: bool) -> None:
    """Give NAME a one-time password, read from standard input, and sign it out everywhere."""
    person = person_by_username(name)
    if person is None:
        fail(f"Không có tài khoản {name}.")
    password = sys.stdin.readline().rstrip("\r\n")
    _refuse_weak(password, name)
    reset_password(person, password, by=None)
    db.session.commit()
    click.echo(f"Đã cấp lại mật khẩu cho {account_name(name)}; lần đăng nhập tới phải đổi.")


def _refuse_weak(password: str, name: str) -> None:
    problem = password_problem(
        password, username=account_name(name), min_length=current_app.config["PATROL"].PASSWORD_MIN_LENGTH
    )
    if problem:
        fail(FIELD[problem])
