"""Signing in and out, one's own password, and the accounts page of the administrator."""

from typing import Any

from flask import Blueprint, current_app, flash, jsonify, redirect, render_template, request, session, url_for
from flask_login import current_user, login_user, logout_user

from .. import clock
from ..audit.services import note
from ..db import only_reads
from ..errors import DomainError, Invalid, NotFound, TooMany
from ..extensions import db
from ..factors.queries import factor_of, people_with_factor
from ..units import queries as register
from ..web.access import allow
from ..web.errors import DatabaseAway
from ..web.held import Held, carried, go_on, posted
from ..web.limits import take
from ..web.views import local_path
from .forms import parse_account, parse_new_password
from .models import Person
from .queries import duty_of, idle, people, person_by_id
from .rules import (
    HALF_SIGNED_IN,
    PasswordPolicy,
    Permission,
    Role,
    token_digest,
    wants_review,
)
from .services import (
    AccountIdle,
    Blocked,
    CodeNeeded,
    change_password as change_password_of,
    create_person,
    end_sessions,
    one_time_password,
    open_session,
    reset_password,
    seen,
    set_active,
    sign_in as sign_in_person,
    sign_in_with_code,
)

bp = Blueprint("accounts", __name__)

NEVER_HELD = ("accounts.sign_out", "accounts.change_password_submit")  # pointless, or full of passwords
SEEN_EVERY = 300  # seconds between two times a session is written down as in use

# All that somebody may do who first has to … The first one is where he is led.
CHANGE_PASSWORD_FIRST = ("accounts.change_password", "accounts.change_password_submit", "accounts.sign_out")
SECOND_FACTOR_FIRST = ("safety.index", "safety.switch_on", *CHANGE_PASSWORD_FIRST)


def first_duty(person: Person) -> tuple[str, ...] | None:
    """The endpoints somebody is held to until he has done what he has to do first, None when he is free."""
    settings = current_app.config["PATROL"]
    duty = duty_of(
        person, admin_days=settings.PASSWORD_ADMIN_DAYS, requires_factor=settings.SECOND_FACTOR == "required"
    )
    return {"new_password": CHANGE_PASSWORD_FIRST, "second_factor": SECOND_FACTOR_FIRST}.get(duty)


def password_policy(person: Person) -> PasswordPolicy:
    """What the next password of this person must be; with a second factor it may be shorter."""
    settings = current_app.config["PATROL"]
    if settings.SECOND_FACTOR != "off" and factor_of(person.id):
        return PasswordPolicy(settings.PASSWORD_MIN_LENGTH, history=settings.PASSWORD_HISTORY)
    return PasswordPolicy(
        max(settings.PASSWORD_MIN_LENGTH, settings.PASSWORD_ALONE_MIN_LENGTH),
        settings.PASSWORD_ALONE_KINDS,
        settings.PASSWORD_HISTORY,
    )


def end_idle_session() -> None:
    """Forget a session that was idle or open too long; what is posted meets the sign-in page and is kept there.

    Asked before anybody asks who is signed in, so no stale answer is involved. Every few minutes of use it is written
    down that the device is in use.
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
        if now - session.get("noted", 0) > SEEN_EVERY:
            session["noted"] = now
            _note_use(session.get("_user_id", ""))


def _note_use(token: str) -> None:
    reads = only_reads(False)
    try:
        seen(token)
        db.session.commit()
    except DatabaseAway:  # a full disk keeps nobody from reading
        db.session.rollback()
    finally:
        only_reads(reads)


def ask_to_sign_in() -> Any:
    """What somebody who is not signed in gets instead of a page: the way to it, holding what he had typed.

    A program gets 401 and nothing else: it holds what it has by itself.
    """
    if request.path.startswith("/api/"):
        return jsonify(code="sign_in"), 401
    if request.method == "POST":
        held = _held()
        return _page(next_path=held.next_path if held else "/", held=held, status=401)
    target = request.full_path if request.query_string else request.path
    return redirect(url_for("accounts.sign_in", next=None if target == "/" else target))


def lead_to(endpoint: str) -> Any:
    """What somebody gets who has to do something else first: that page, holding what he had typed."""
    if request.method == "POST" and (held := _held()):
        return current_app.view_functions[endpoint](held=held), 403
    return redirect(url_for(endpoint))


def _held() -> Held | None:
    """What is to be saved later: the form a page in between was carrying, else this one if it may be held at all."""
    view = current_app.view_functions[request.endpoint or ""]
    is_never = request.endpoint in NEVER_HELD or getattr(view, "holds_password", False)
    return carried() or (None if is_never else posted())


@bp.get("/dang-nhap")
def sign_in() -> Any:
    if current_user.is_authenticated:
        return redirect(local_path(request.args.get("next", "/")))
    return _page(next_path=request.args.get("next", "/"))


@bp.post("/dang-nhap")
def sign_in_submit() -> Any:
    """Sign in. A held form is posted again to where it was meant: the save is finished."""
    held = carried()
    next_path = local_path(request.form.get("_next", "/"))
    if "_again" in request.form:
        session.pop("half", None)
        return _page(next_path=next_path, held=held)
    try:
        take("SIGN_IN_PER_MINUTE")
        person = _by_code() if "_code" in request.form else _by_password()
    except (Invalid, Blocked, AccountIdle, HalfTooOld, TooMany) as refused:
        db.session.commit()  # the failed try is remembered
        return _page(next_path=next_path, held=held, refused=refused, status=refused.status)
    except CodeNeeded as halfway:
        db.session.commit()
        session["half"] = [halfway.person.id, int(clock.now().timestamp()), _mark(halfway.person)]
        return _page(next_path=next_path, held=held)
    start_session(person)
    db.session.commit()
    return go_on(held) if held else redirect(next_path)


class HalfTooOld(DomainError):
    """Too long between the password and the code, or the password was changed meanwhile."""

    status, code = 422, "half_too_old"


def _by_password() -> Person:
    session.pop("half", None)
    return sign_in_person(
        request.form.get("_username", ""),
        request.form.get("_password", ""),
        request.remote_addr or "",
        idle_days=current_app.config["PATROL"].ACCOUNT_IDLE_DAYS,
        asks_codes=current_app.config["PATROL"].SECOND_FACTOR != "off",
    )


def _by_code() -> Person:
    """Whose password was right a moment ago, in this browser."""
    person_id, _, mark = session.get("half", (0, 0, ""))
    person = person_by_id(person_id)
    if not _is_halfway() or person is None or not person.is_active or mark != _mark(person):
        session.pop("half", None)
        raise HalfTooOld
    sign_in_with_code(person, request.form["_code"], key=current_app.config["SECRET_KEY"])
    return person


def _is_halfway() -> bool:
    """Whether this browser gave a right password a moment ago and owes a code."""
    _, at, _ = session.get("half", (0, 0, ""))
    return clock.now().timestamp() - at <= HALF_SIGNED_IN.total_seconds()


def _mark(person: Person) -> str:
    """Changes when the password does."""
    return token_digest(person.password_hash)[:16]


def start_session(person: Person) -> None:
    """A fresh session, so that nothing set before signing in lives on in it. The caller commits."""
    token = open_session(
        person, address=request.remote_addr or "", device=request.headers.get("User-Agent", "")
    )
    session.clear()
    login_user(person)
    session["_user_id"] = token  # what Flask-Login hands to person_by_session at the next request
    session["started"] = session["seen"] = session["noted"] = int(clock.now().timestamp())


def _page(*, next_path: str, held: Held | None = None, refused: Any = None, status: int = 200) -> Any:
    page = render_template(
        "accounts/sign_in.html",
        next_path=local_path(next_path),
        held=held,
        refused=refused,
        ended=session.pop("ended", False),
        asks_code=_is_halfway(),
        idle_days=current_app.config["PATROL"].ACCOUNT_IDLE_DAYS,
        username=request.form.get("_username", ""),
    )
    return page, status


@bp.post("/dang-xuat")
@allow(Permission.OWN_ACCOUNT)
def sign_out() -> Any:
    note("session.signed_out", current_user, by=current_user)
    end_sessions(current_user, only=current_user.device_session_id)
    db.session.commit()
    logout_user()
    session.clear()
    return redirect(url_for("accounts.sign_in"))


@bp.get("/doi-mat-khau")
@allow(Permission.OWN_ACCOUNT)
def change_password(errors: dict[str, str] | None = None, held: Held | None = None) -> Any:
    return render_template(
        "accounts/password.html", errors=errors or {}, policy=password_policy(current_user), held=held
    )


@bp.post("/doi-mat-khau")
@allow(Permission.OWN_ACCOUNT)
def change_password_submit() -> Any:
    held = carried()
    try:
        typed = parse_new_password(request.form)
        change_password_of(
            current_user,
            typed.current,
            typed.new,
            policy=password_policy(current_user),
        )
    except Invalid as wrong:
        db.session.rollback()
        return change_password(wrong.fields, held), wrong.status
    start_session(current_user._get_current_object())
    db.session.commit()
    flash("Đã đổi mật khẩu. Những nơi khác đang đăng nhập bằng mật khẩu cũ đã bị đăng xuất.", "done")
    return go_on(held) if held else redirect(url_for("home.index"))


@bp.get("/tai-khoan")
@allow(Permission.MANAGE_ACCOUNTS)
def index(values: Any = None, errors: dict[str, str] | None = None, given: Any = None) -> Any:
    """Every account; a new one can be made here. `given` shows a one-time password once."""
    everybody, days = people(), current_app.config["PATROL"].ACCOUNT_IDLE_DAYS
    return render_template(
        "accounts/index.html",
        people=everybody,
        idle=idle(everybody, days=days),
        idle_days=days,
        with_factor=people_with_factor(),
        to_review=sum(wants_review(each.reviewed_at, each.created_at, now=clock.now()) for each in everybody),
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
