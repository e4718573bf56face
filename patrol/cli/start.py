"""The demo years, and whether what is stored twice agrees."""

import click

from ..demo.services import load_demo
from ..errors import DomainError
from ..extensions import db
from ..patrols.queries import wrong_totals
from ..setup import load_reference
from ..wording import FIELD, ROLE
from .answers import fail


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


@click.command()
def check() -> None:
    """Compare what is stored twice: the sums on each patrol with its attendance. Exit code 1 when they differ."""
    wrong = wrong_totals()
    if wrong:
        fail(f"{len(wrong)} lượt có tổng khác với quân số từng đơn vị: {', '.join(map(str, wrong[:20]))}")
    click.echo("Tổng của mọi lượt khớp với quân số từng đơn vị.")


COMMANDS = (demo, check)
