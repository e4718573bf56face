"""Keeping accounts safe: one's own second factor and devices, and what the administrator does about anybody's."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, session, url_for
from flask_login import current_user

from .. import clock
from ..accounts.models import DeviceSession, Person
from ..accounts.queries import device_of, devices_of, idle, people, person_by_id, postings_of
from ..accounts.rules import (
    NEEDS_SECOND_FACTOR,
    REVIEW_EVERY,
    Permission,
    Role,
    device_words,
    wants_review,
)
from ..accounts.services import (
    Blocked,
    mark_reviewed,
    prove,
    remove_factor,
    sign_out_devices,
    transfer as transfer_person,
)
from ..errors import Invalid, NotFound
from ..extensions import db
from ..factors.queries import count_unused_codes, factor_of, people_with_factor
from ..factors.rules import address_of, in_groups, secret_of, written
from ..factors.services import (
    new_salt,
    renew_codes,
    switch_off as switch_factor_off,
    switch_on as switch_factor_on,
)
from ..units import queries as register
from ..web.access import allow
from ..web.held import Held, carried
from .forms import parse_transfer
from .qr import drawn

bp = Blueprint("safety", __name__)

SHOWN = timedelta(days=30)  # how far back sign-ins are listed


@bp.get("/an-toan")
@allow(Permission.OWN_ACCOUNT)
def index(
    errors: dict[str, str] | None = None,
    codes: list[str] | None = None,
    refused: Any = None,
    held: Held | None = None,
) -> Any:
    """One's own password, second factor and devices. `codes` shows recovery codes once."""
    me = current_user
    factor = factor_of(me.id)
    return render_template(
        "safety/index.html",
        setting=current_app.config["PATROL"].SECOND_FACTOR,
        is_required=_is_required(me),
        factor=factor,
        codes_left=count_unused_codes(me.id) if factor else 0,
        offer=None if factor or current_app.config["PATROL"].SECOND_FACTOR == "off" else _offer(me),
        devices=_devices(me),
        errors=errors or {},
        refused=refused,
        codes=[in_groups(code) for code in codes or []],
        held=held,
    )


def _is_required(person: Person) -> bool:
    return current_app.config["PATROL"].SECOND_FACTOR == "required" and person.role in NEEDS_SECOND_FACTOR


def _key() -> str:
    return current_app.config["SECRET_KEY"]


def _offer(person: Person) -> dict[str, Any]:
    """What an authenticator has to be told. The salt waits in the session until a code proves it was."""
    salt = session.setdefault("salt", new_salt())
    secret = secret_of(_key(), person.id, salt)
    address = address_of(secret, person.username)
    return {"address": address, "drawing": drawn(address), "secret": in_groups(written(secret))}


@bp.post("/an-toan/bat")
@allow(Permission.OWN_ACCOUNT)
def switch_on() -> Any:
    if current_app.config["PATROL"].SECOND_FACTOR == "off":
        raise NotFound
    try:
        codes = switch_factor_on(
            current_user, session.get("salt", ""), request.form.get("_code", ""), key=_key()
        )
    except Invalid as wrong:
        db.session.rollback()
        return index(wrong.fields, held=carried()), wrong.status
    db.session.commit()
    session.pop("salt", None)
    return index(codes=codes, held=carried())


@bp.post("/an-toan/tat")
@allow(Permission.OWN_ACCOUNT)
def switch_off() -> Any:
    if refused := _unproven():
        return refused
    switch_factor_off(current_user, by=current_user)
    db.session.commit()
    flash("Đã tắt xác thực hai lớp. Có điện thoại mới thì bật lại ở đây.", "done")
    return redirect(url_for("safety.index"))


@bp.post("/an-toan/ma-moi")
@allow(Permission.OWN_ACCOUNT)
def new_codes() -> Any:
    if refused := _unproven():
        return refused
    codes = renew_codes(current_user, key=_key())
    db.session.commit()
    return index(codes=codes)


def _unproven() -> Any:
    """The page again when the typed code is not one of this person's, None when it is."""
    try:
        prove(current_user, request.form.get("_code", ""), key=_key())
    except (Invalid, Blocked) as refused:
        db.session.commit()  # the failed try is remembered
        return index(getattr(refused, "fields", None), refused=refused), refused.status
    return None


@bp.post("/an-toan/thiet-bi/<int:session_id>/dang-xuat")
@allow(Permission.OWN_ACCOUNT)
def sign_out_device(session_id: int) -> Any:
    if device_of(current_user.id, session_id) is None:
        raise NotFound
    sign_out_devices(current_user, only=session_id, by=current_user)
    db.session.commit()
    flash(
        "Đã đăng xuất thiết bị đó. Lượt đang ghi trên thiết bị vẫn nằm ở đó và gửi được khi đăng nhập lại.",
        "done",
    )
    return redirect(url_for("safety.index"))


@bp.post("/an-toan/dang-xuat-noi-khac")
@allow(Permission.OWN_ACCOUNT)
def sign_out_elsewhere() -> Any:
    sign_out_devices(current_user, but=current_user.device_session_id, by=current_user)
    db.session.commit()
    flash("Đã đăng xuất mọi nơi khác; chỉ còn máy này.", "done")
    return redirect(url_for("safety.index"))


def _devices(person: Person) -> list[dict[str, Any]]:
    """Recent sign-ins, open ones first: an open one is in use or could be used without a password."""
    settings, now = current_app.config["PATROL"], clock.now()
    idle = timedelta(minutes=settings.SESSION_IDLE_MINUTES) + timedelta(
        minutes=5
    )  # `seen_at` lags by as much
    longest = timedelta(hours=settings.SESSION_HOURS)

    def is_open(each: DeviceSession) -> bool:
        return each.ended_at is None and now - each.seen_at <= idle and now - each.started_at <= longest

    rows = [
        {
            "session": each,
            "words": device_words(each.device) or "thiết bị không rõ",
            "is_here": each.id == current_user.device_session_id,
            "is_open": is_open(each),
        }
        for each in devices_of(person.id, since=now - SHOWN)
    ]
    return sorted(rows, key=lambda row: not row["is_open"])[:20]


@bp.get("/tai-khoan/<int:person_id>")
@allow(Permission.MANAGE_ACCOUNTS)
def account(person_id: int, values: Any = None, errors: dict[str, str] | None = None) -> Any:
    """One account: where the person stood and stands, devices, second factor."""
    somebody = _person(person_id)
    return render_template(
        "safety/account.html",
        somebody=somebody,
        is_self=somebody.id == current_user.id,
        postings=postings_of(somebody.id),
        devices=_devices(somebody),
        factor=factor_of(somebody.id),
        roles=list(Role),
        units=[unit for unit in register.units() if unit.valid_to is None or unit.id == somebody.unit_id],
        values=values or {"unit_id": somebody.unit_id, "role": somebody.role},
        errors=errors or {},
    )


@bp.post("/tai-khoan/<int:person_id>/chuyen")
@allow(Permission.MANAGE_ACCOUNTS)
def transfer(person_id: int) -> Any:
    somebody = _somebody_else(person_id)
    try:
        typed = parse_transfer(request.form)
        unit = next((unit for unit in register.units() if unit.id == typed.unit_id), None)
        if unit is None:
            raise Invalid({"unit_id": "unknown_unit"})
        is_changed = transfer_person(somebody, unit=unit, role=typed.role, by=current_user)
    except Invalid as wrong:
        db.session.rollback()
        return account(person_id, request.form, wrong.fields), wrong.status
    db.session.commit()
    if is_changed:
        flash(
            "Đã chuyển. Quyền theo đơn vị và vai trò mới có hiệu lực từ bây giờ; người này phải đăng nhập lại.",
            "done",
        )
    else:
        flash("Không có gì thay đổi: vẫn đơn vị và vai trò đó.", "info")
    return redirect(url_for("safety.account", person_id=person_id))


@bp.post("/tai-khoan/<int:person_id>/dang-xuat")
@allow(Permission.MANAGE_ACCOUNTS)
def sign_out_everywhere(person_id: int) -> Any:
    sign_out_devices(_somebody_else(person_id), by=current_user)
    db.session.commit()
    flash("Đã đăng xuất người này ở mọi nơi.", "done")
    return redirect(url_for("safety.account", person_id=person_id))


@bp.post("/tai-khoan/<int:person_id>/bo-xac-thuc")
@allow(Permission.MANAGE_ACCOUNTS)
def reset_factor(person_id: int) -> Any:
    somebody = _somebody_else(person_id)
    if factor_of(somebody.id):
        remove_factor(somebody, by=current_user)
        db.session.commit()
        flash("Đã bỏ xác thực hai lớp và đăng xuất người này. Lần tới chỉ cần mật khẩu, rồi bật lại.", "done")
    return redirect(url_for("safety.account", person_id=person_id))


@bp.get("/tai-khoan/ra-soat")
@allow(Permission.MANAGE_ACCOUNTS)
def review() -> Any:
    """Every account with what a half-yearly look at it asks; the oldest look first."""
    now, everybody, with_factor = clock.now(), people(), people_with_factor()
    unused = idle(everybody, days=current_app.config["PATROL"].ACCOUNT_IDLE_DAYS)
    rows = [
        {
            "person": each,
            "is_due": wants_review(each.reviewed_at, each.created_at, now=now),
            "is_idle": each.id in unused,
            "has_factor": each.id in with_factor,
        }
        for each in everybody
    ]
    rows.sort(key=lambda row: not row["is_due"])
    return render_template(
        "safety/review.html", rows=rows, due=sum(row["is_due"] for row in rows), days=REVIEW_EVERY.days
    )


@bp.post("/tai-khoan/ra-soat")
@allow(Permission.MANAGE_ACCOUNTS)
def review_submit() -> Any:
    chosen = set(request.form.getlist("person_ids"))
    looked_at = [each for each in people() if str(each.id) in chosen]
    mark_reviewed(looked_at, by=current_user)
    db.session.commit()
    if looked_at:
        flash(f"Đã ghi rà soát {len(looked_at)} tài khoản.", "done")
    else:
        flash("Chưa chọn tài khoản nào, nên chưa ghi gì.", "warning")
    return redirect(url_for("safety.review"))


def _person(person_id: int) -> Person:
    somebody = person_by_id(person_id)
    if somebody is None:
        raise NotFound
    return somebody


def _somebody_else(person_id: int) -> Person:
    """Nobody moves or locks out himself."""
    if person_id == current_user.id:
        raise NotFound
    return _person(person_id)
