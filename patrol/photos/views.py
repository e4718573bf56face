"""Pictures, to whom they may be shown, and what is done about one. Sending them is on the patrol's page."""

from pathlib import Path
from typing import Any

from flask import Blueprint, current_app, flash, redirect, request, send_file, url_for
from flask_login import current_user

from ..accounts.queries import scope_of
from ..accounts.rules import Permission
from ..db import only_reads
from ..errors import Invalid, NotFound
from ..extensions import db
from ..text import clean
from ..web.access import allow
from . import services
from .media import path_of
from .queries import photo_of, photo_to_show

bp = Blueprint("photos", __name__)

AT = "/tuan-tra/<int:patrol_id>/anh/<int:photo_id>"


@bp.get(f"{AT}.jpg")
@allow(Permission.SEE_PATROLS)
def picture(patrol_id: int, photo_id: int) -> Any:
    """The photo; who looks at a guarded one leaves a line in the audit trail."""
    photo = _to_show(patrol_id, photo_id)
    if not photo.is_clean:
        db.session.rollback()
        only_reads(False)
        photo = _to_show(patrol_id, photo_id)
        services.note_viewed(photo, by=current_user)
        db.session.commit()
    return _jpeg(photo.sha256, f"luot-{patrol_id}-anh-{photo_id}.jpg")


@bp.get(f"{AT}-nho.jpg")
@allow(Permission.SEE_PATROLS)
def thumb(patrol_id: int, photo_id: int) -> Any:
    """The photo as a thumbnail; a guarded one has none, because pages show them unasked."""
    photo = _to_show(patrol_id, photo_id)
    if not photo.is_clean:
        raise NotFound
    return _jpeg(photo.thumb_sha256, f"luot-{patrol_id}-anh-{photo_id}-nho.jpg")


@bp.post(f"{AT}/rut")
@allow(Permission.LOG_PATROL)
def withdraw(patrol_id: int, photo_id: int) -> Any:
    try:
        services.withdraw(
            _photo(patrol_id, photo_id), clean(request.form.get("because", ""))[:500], by=current_user
        )
    except Invalid:
        db.session.rollback()
        flash("Chưa rút ảnh: cần ghi lý do.", "warning")
        return _back(patrol_id)
    db.session.commit()
    flash("Đã rút ảnh. Không ai xem được nữa; bản ghi về ảnh vẫn giữ.", "done")
    return _back(patrol_id)


@bp.post(f"{AT}/giu-kin")
@allow(Permission.LOG_PATROL)
def guard(patrol_id: int, photo_id: int) -> Any:
    services.guard(_photo(patrol_id, photo_id), by=current_user)
    db.session.commit()
    flash("Từ giờ chỉ chỉ huy xem được ảnh này.", "done")
    return _back(patrol_id)


@bp.post(f"{AT}/cho-xem")
@allow(Permission.SEE_GUARDED_PHOTOS)
def release(patrol_id: int, photo_id: int) -> Any:
    services.release(_photo(patrol_id, photo_id), by=current_user)
    db.session.commit()
    flash("Từ giờ mọi người mở được lượt này đều xem được ảnh.", "done")
    return _back(patrol_id)


def _photo(patrol_id: int, photo_id: int) -> Any:
    return photo_of(patrol_id, photo_id, seen_by=scope_of(current_user))


def _to_show(patrol_id: int, photo_id: int) -> Any:
    return photo_to_show(patrol_id, photo_id, seen_by=scope_of(current_user), viewer=current_user)


def _jpeg(sha256: str, name: str) -> Any:
    path = path_of(Path(current_app.config["PATROL"].MEDIA_DIR), sha256)
    if not path.is_file():
        current_app.logger.error("photo %s is not in MEDIA_DIR", sha256)
        raise NotFound
    answer = send_file(path, mimetype="image/jpeg", download_name=name, etag=False, conditional=False)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _back(patrol_id: int) -> Any:
    return redirect(url_for("logbook.show", patrol_id=patrol_id, _anchor="anh"))
