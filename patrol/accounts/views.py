"""Signing in and out, one's own password, and the accounts page of the administrator."""

from typing import Any

from flask import Blueprint, current_app, flash, jsonify, redirect, render_template, request, session, url_for
from flask_login import current_user, login_user, logout_user

from .. import clock
from ..audit.services import note
from ..errors import Invalid, NotFound
from ..extensions import db
from ..units import queries as register
from ..web.access import allow
from ..web.views import local_path
from .forms import parse_account, parse_new_password
from .models import Person
from .queries import people, person_by_id
from .rules import Permission, Role
from .services import (
    Blocked,
    change_password as change_password_of,
    create_person,
    one_time_password,
    reset_password,
    set_active,
    sign_in as sign_in_person,
)

bp = Blueprint("accounts", __name__)

OWN_FIELDS = ("_username", "_password", "_next", "_post")
NEVER_HELD = ("accounts.sign_out", "accounts.change_password_submit")  # pointless, or full of passwords


def end_idle_session() -> None:
    """Forget a session that was idle or open too long; what is posted meets the sign-in page and is kept there.

    Asked before anybody asks who is signed in, so no database and no stale answer is involved.
    """
    if "started" not in session:
        return
    settings = current_app.config["PATROL"]
    now = int(clock.now().timestamp())
    too_idle = now - session.get("seen", 0) > settings.SESSION_IDLE_MINUTES * 60
    too_old = now - session["started"] > settings.SESSION_HOURS * 3600
    if too_idle or too_old:
        session.clear()
        session["ended"] = True
    elif now - session.get("seen", 0) > 30:
        session["seen"] = now


def ask_to_sign_in() -> Any:
    """What somebody who is not signed in gets instead of a page: the way to it, holding what he had typed.

    A program gets 401 and nothing else: it holds what it has by itself.
    """
    if request.path.startswith("/api/"):
        return jsonify(code="sign_in"), 401
    if request.method == "POST":
        if request.endpoint in NEVER_HELD:
            return _page(next_path="/", status=401)
        return _page(next_path=request.full_path, held=_typed(), status=401)
    target = request.full_path if request.query_string else request.path
    return redirect(url_for("accounts.sign_in", next=None if target == "/" else target))


@bp.get("/dang-nhap")
def sign_in() -> Any:
    if current_user.is_authenticated:
        return redirect(local_path(request.args.get("next", "/")))
    return _page(next_path=request.args.get("next", "/"))


@bp.post("/dang-nhap")
def sign_in_submit() -> Any:
    """Sign in. With a held form, 307 makes the browser post it again to where it was meant: the save is finished."""
    held = _typed() if request.form.get("_post") else None
    next_path = local_path(request.form.get("_next", "/"))
    try:
        person = sign_in_person(
            request.form.get("_username", ""), request.form.get("_password", ""), request.remote_addr or ""
        )
    except (Invalid, Blocked) as refused:
        db.session.commit()  # the failed try is remembered
        return _page(next_path=next_path, held=held, refused=refused, status=refused.status)
    db.session.commit()
    start_session(person)
    return redirect(next_path, code=302 if held is None else 307)


def _typed() -> list[tuple[str, str]]:
    """What was posted besides the sign-in itself; a mere button has none and is still to be pressed again."""
    typed = [(name, value) for name, value in request.form.items(multi=True) if name not in OWN_FIELDS]
    if any(each.filename for each in request.files.values()):  # no page can hold a file: say so afterwards
        typed.append(("_files_lost", "1"))
    return typed


def start_session(person: Person) -> None:
    """A fresh session, so that nothing set before signing in lives on in it."""
    session.clear()
    login_user(person)
    session["started"] = session["seen"] = int(clock.now().timestamp())


def _page(
    *, next_path: str, held: list[tuple[str, str]] | None = None, refused: Any = None, status: int = 200
) -> Any:
    page = render_template(
        "accounts/sign_in.html",
        next_path=local_path(next_path),
        held=held,
        refused=refused,
        ended=session.pop("ended", False),
        username=request.form.get("_username", ""),
    )
    return page, status


@bp.post("/dang-xuat")
@allow(Permission.OWN_ACCOUNT)
def sign_out() -> Any:
    note("session.signed_out", current_user, by=current_user)
    db.session.commit()
    logout_user()
    session.clear()
    return redirect(url_for("accounts.sign_in"))


@bp.get("/doi-mat-khau")
@allow(Permission.OWN_ACCOUNT)
def change_password(errors: dict[str, str] | None = None) -> Any:
    return render_template(
        "accounts/password.html",
        errors=errors or {},
        min_length=current_app.config["PATROL"].PASSWORD_MIN_LENGTH,
    )


@bp.post("/doi-mat-khau")
@allow(Permission.OWN_ACCOUNT)
def change_password_submit() -> Any:
    try:
        typed = parse_new_password(request.form)
        change_password_of(
            current_user,
            typed.current,
            typed.new,
            min_length=current_app.config["PATROL"].PASSWORD_MIN_LENGTH,
        )
    except Invalid as wrong:
        db.session.rollback()
        return change_password(wrong.fields), wrong.status
    db.session.commit()
    start_session(current_user._get_current_object())
    flash("Đã đổi mật khẩu. Những nơi khác đang đăng nhập bằng mật khẩu cũ đã bị đăng xuất.", "done")
    return redirect(url_for("home.index"))


@bp.get("/tai-khoan")
@allow(Permission.MANAGE_ACCOUNTS)
def index(values: Any = None, errors: dict[str, str] | None = None, given: Any = None) -> Any:
    """Every account; a new one can be made here. `given` shows a one-time password once."""
    return render_template(
        "accounts/index.html",
        people=people(),
        units=register.units(),
        roles=list(Role),
        values=values or {},
        errors=errors or {},
        given=given,
    )


@bp.post("/tai-khoan")
@allow(Permission.MANAGE_ACCOUNTS)
def create() -> Any:
    try:
        typed = parse_account(request.form)
        unit = next((unit for unit in register.units() if unit.id == typed.unit_id), None)
        if unit is None:
            raise Invalid({"unit_id": "unknown_unit"})
        password = one_time_password()
        person = create_person(
            username=typed.username,
            full_name=typed.full_name,
            rank=typed.rank,
            role=typed.role,
            unit=unit,
            password=password,
            by=current_user,
        )
    except Invalid as wrong:
        db.session.rollback()
        return index(request.form, wrong.fields), wrong.status
    db.session.commit()
    return index(given={"person": person, "password": password})


@bp.post("/tai-khoan/<int:person_id>/cap-lai")
@allow(Permission.MANAGE_ACCOUNTS)
def reset(person_id: int) -> Any:
    person = _person(person_id)
    password = one_time_password()
    reset_password(person, password, by=current_user)
    db.session.commit()
    return index(given={"person": person, "password": password})


@bp.post("/tai-khoan/<int:person_id>/<any(khoa, mo):act>")
@allow(Permission.MANAGE_ACCOUNTS)
def switch(person_id: int, act: str) -> Any:
    set_active(_person(person_id), act == "mo", by=current_user)
    db.session.commit()
    return redirect(url_for("accounts.index"))


def _person(person_id: int) -> Person:
    person = person_by_id(person_id)
    if person is None or person.id == current_user.id:  # nobody locks himself out
        raise NotFound
    return person
