"""Accounts."""

import sys

import click
from flask import current_app
from flask.cli import AppGroup

from ..accounts.queries import person_by_username
from ..accounts.rules import Role, account_name, password_problem
from ..accounts.services import create_person, reset_password
from ..errors import Invalid
from ..extensions import db
from ..units import queries as register
from ..wording import FIELD
from .answers import fail

user = AppGroup("user", help="Accounts.")


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


COMMANDS = (user,)
