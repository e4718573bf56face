"""The guide, for everybody who is signed in."""

from typing import Any

from flask import Blueprint, render_template
from flask_login import current_user

from ..accounts.rules import Permission
from ..web.access import allow
from .rules import BY_ADDRESS, Card, own_first

bp = Blueprint("guide", __name__)

ADDRESSES = ", ".join(f'"{address}"' for address in BY_ADDRESS)


@bp.get("/huong-dan")
@allow(Permission.OWN_ACCOUNT)
def index() -> Any:
    """One's own card, and the way to the others."""
    return _shown(own_first(current_user.role)[0])


@bp.get(f"/huong-dan/<any({ADDRESSES}):address>")
@allow(Permission.OWN_ACCOUNT)
def card(address: str) -> Any:
    """The card of one role."""
    return _shown(BY_ADDRESS[address])


def _shown(shown: Card) -> str:
    return render_template("guide/index.html", card=shown, cards=own_first(current_user.role))
