"""How a command says no."""

from typing import NoReturn

import click

from ..extensions import db


def fail(message: str) -> NoReturn:
    """Stop with a message on stderr and exit code 1; nothing was changed."""
    db.session.rollback()
    raise click.ClickException(message)
