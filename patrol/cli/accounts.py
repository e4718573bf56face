"""Accounts."""

import sys

import click
from flask import current_app
from flask.cli import AppGroup

from ..accounts.models import Person
from ..accounts.queries import person_by_username
from ..accounts.rules import PasswordPolicy, Role, account_name, password_problem
from ..accounts.services import create_person, remove_factor, reset_password, set_active
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
    person = _known(name)
    password = sys.stdin.readline().rstrip("\r\n")
    _refuse_weak(password, name)
    reset_password(person, password, by=None)
    db.session.commit()
    click.echo(f"Đã cấp lại mật khẩu cho {account_name(name)}; lần đăng nhập tới phải đổi.")


@user.command("open")
@click.argument("name")
def user_open(name: str) -> None:
    """Switch NAME on again after it was switched off, by hand or because nobody used it."""
    set_active(_known(name), True, by=None)
    db.session.commit()
    click.echo(f"Đã mở lại tài khoản {account_name(name)}.")


@user.command("reset-factor")
@click.argument("name")
def user_reset_factor(name: str) -> None:
    """Take the second factor of NAME away (a lost phone, a new SECRET_KEY) and sign it out everywhere."""
    remove_factor(_known(name), by=None)
    db.session.commit()
    click.echo(f"Đã bỏ xác thực hai lớp của {account_name(name)}.")


def _known(name: str) -> Person:
    person = person_by_username(name)
    if person is None:
        fail(f"Không có tài khoản {name}.")
    return person


def _refuse_weak(password: str, name: str) -> None:
    settings = current_app.config["PATROL"]
    policy = PasswordPolicy(
        max(settings.PASSWORD_MIN_LENGTH, settings.PASSWORD_ALONE_MIN_LENGTH), settings.PASSWORD_ALONE_KINDS
    )
    problem = password_problem(password, username=account_name(name), policy=policy)
    if problem:
        fail(FIELD[problem])


COMMANDS = (user,)
