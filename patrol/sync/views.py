"""What phones talk to, and the page that takes the queue of one without signal. The contract is docs/offline.md."""

import hashlib
import json
from pathlib import Path
from typing import Any

from flask import Blueprint, current_app, jsonify, render_template, request, url_for
from flask_login import current_user

from .. import clock
from ..accounts.queries import scope_of
from ..accounts.rules import Permission
from ..arrivals.queries import announced_ready, upload_of
from ..arrivals.rules import Kind, Outcome
from ..arrivals.services import Piece, PieceRefused, report_unsent, take_piece
from ..errors import DomainError, Invalid
from ..extensions import db
from ..photos.rules import PhotoLimits
from ..tracks.rules import Limits
from ..web.access import allow
from ..web.answers import sent
from . import services
from .forms import parse_batch, parse_hash, parse_ping, parse_queue_file, parse_range
from .queries import content_state, upload_state
from .reference import reference_for
from .rules import MOST_BYTES, MOST_ITEMS, Batch, Result

bp = Blueprint("sync", __name__)


class OtherPerson(DomainError):
    """A queue of somebody else than who is signed in."""

    status, code = 409, "other_person"


@bp.post("/api/v1/sync")
@allow(Permission.LOG_PATROL)
def sync() -> Any:
    """A batch: written down, taken item by item, answered only after both are on disk."""
    try:
        batch = parse_batch(_body())
    except Invalid as wrong:
        return _not_taken(wrong)
    _check_owner(batch)
    results = _take(batch)
    return jsonify(
        server_time=clock.now().isoformat(),
        person_id=current_user.id,
        results=[_answer(result) for result in results],
    )


def _body() -> bytes:
    """What was sent, unless it is more than a phone is told to send at once."""
    data = request.get_data()
    if len(data) > MOST_BYTES:
        raise Invalid({"items": "too_many"})
    return data


def _not_taken(wrong: Invalid) -> Any:
    if wrong.fields.get("items") == "too_many":
        return jsonify(code="too_big", max_items=MOST_ITEMS, max_bytes=MOST_BYTES), 413
    return jsonify(code="not_readable"), 400


def _check_owner(batch: Batch) -> None:
    if batch.person_id != current_user.id:
        raise OtherPerson


def _take(batch: Batch, *, led_by: int | None = None) -> list[Result]:
    """Three commits: what came is kept even if taking it fails, and a slow file holds up no patrol."""
    services.receive(batch, by=current_user)
    db.session.commit()
    results = services.take(batch, by=current_user, seen_by=scope_of(current_user), led_by=led_by)
    db.session.commit()
    ids = [result.item.id for result in results if result.item.id and result.outcome is not Outcome.REJECTED]
    _attach(announced_ready(item_ids=ids, patrol_client_ids=ids))
    return results


def _attach(announced_ids: Any) -> None:
    """Photos and tracks whose content and patrol are here, one by one, each read while no transaction is open."""
    for announced_id in announced_ids:
        content = services.content_of_ready(announced_id)
        db.session.rollback()
        if content is None:
            continue
        if content.kind is Kind.TRACK:
            services.attach_track(announced_id, services.read_track(content, _track_limits()))
        else:
            prepared = services.prepare_photo(content, _photo_limits())
            services.attach_photo(announced_id, prepared, folder=Path(current_app.config["PATROL"].MEDIA_DIR))
        db.session.commit()


def _track_limits() -> Limits:
    settings = current_app.config["PATROL"]
    return Limits(size_bytes=settings.GPX_MAX_MB * 2**20, points=settings.GPX_MAX_POINTS)


def _photo_limits() -> PhotoLimits:
    settings = current_app.config["PATROL"]
    return PhotoLimits(settings.PHOTO_MAX_MB * 2**20, settings.PHOTO_MAX_MEGAPIXELS * 10**6)


def _answer(result: Result) -> dict[str, Any]:
    item = result.item
    answer: dict[str, Any] = {
        "id": item.said_id,
        "rev": item.said_rev,
        "sha256": item.sha256,
        "outcome": result.outcome,
    }
    if result.outcome is Outcome.REJECTED:
        return answer | {"codes": dict(result.codes)}
    if result.became is not None:
        answer["stored_rev"] = result.became
    if result.patrol_id is not None:
        answer["record"] = url_for("logbook.show", patrol_id=result.patrol_id)
    if result.remarks:
        answer["remarks"] = list(result.remarks)
    if item.kind != Kind.PATROL and item.id:
        answer["content"] = content_state(item.id)
    return answer


@bp.put("/api/v1/blobs/<sha256>")
@allow(Permission.LOG_PATROL)
def put_blob(sha256: str) -> Any:
    """A piece of a content. With the last one it is attached, if what it belongs to is here."""
    try:
        piece = request.get_data()
        start, size = parse_range(request.headers.get("Content-Range"), len(piece))
        upload = take_piece(Piece(parse_hash(sha256), start, size, piece), by=current_user)
    except Invalid:
        db.session.rollback()
        held = upload_of(sha256, current_user.id)
        return jsonify(code="not_readable", received=held.received if held else 0), 400
    except PieceRefused as refused:
        db.session.commit()  # with a wrong hash, what had arrived is dropped
        said = {"code": refused.code, "received": refused.received}
        return jsonify(said | ({"size": refused.size} if refused.size is not None else {})), refused.status
    db.session.commit()
    if upload.is_whole:
        _attach(announced_ready(upload=upload))
    return jsonify(upload_state(sha256, of=current_user))


@bp.get("/api/v1/blobs/<sha256>")
@allow(Permission.LOG_PATROL)
def blob(sha256: str) -> Any:
    """How much of it is here; the content itself is never given back."""
    try:
        state = upload_state(parse_hash(sha256), of=current_user)
    except Invalid:
        return jsonify(code="not_readable"), 400
    answer = jsonify(state)
    answer.headers["Upload-Offset"] = str(state["received"])
    return answer


@bp.post("/api/v1/ping")
@allow(Permission.LOG_PATROL)
def ping() -> Any:
    """What a phone says it still holds."""
    try:
        said = parse_ping(_body())
    except Invalid as wrong:
        return _not_taken(wrong)
    _check_owner(said)
    if said.unsent is None:
        return jsonify(code="not_readable"), 400
    report_unsent(
        said.device,
        patrols=said.unsent.patrols,
        items=said.unsent.items,
        oldest_at=said.unsent.oldest_at,
        by=current_user,
    )
    db.session.commit()
    return jsonify(server_time=clock.now().isoformat(), person_id=current_user.id)


@bp.get("/api/v1/reference")
@allow(Permission.LOG_PATROL)
def reference() -> Any:
    """What the phone takes along; unchanged → 304. The time is not part of what can change."""
    told = reference_for(current_user, seen_by=scope_of(current_user))
    for each in told["mine"]:
        each["record"] = url_for("logbook.show", patrol_id=each.pop("patrol_id"))
    tag = hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:32]
    now = clock.now().isoformat()
    answer = sent(json.dumps(told | {"server_time": now}).encode(), "application/json", tag=tag)
    answer.headers["X-Server-Time"] = now
    return answer


@bp.get("/tuan-tra/tep-dien-thoai")
@allow(Permission.LOG_FOR_OTHERS)
def queue_file(errors: dict[str, str] | None = None) -> Any:
    """Where the post hands in what a phone without signal exported."""
    return render_template("sync/queue_file.html", errors=errors or {}, queue=None)


@bp.post("/tuan-tra/tep-dien-thoai")
@allow(Permission.LOG_FOR_OTHERS)
def take_queue_file() -> Any:
    """An exported queue through the same services as a phone's own; giving it again changes nothing."""
    given = request.files.get("queue")
    try:
        if given is None or not given.filename:
            raise Invalid({"queue": "no_file"})
        queue = parse_queue_file(given.read())
    except Invalid as wrong:
        return queue_file(wrong.fields), wrong.status
    broken = [name for name, content in queue.blobs.items() if not _is_kept(name, content)]
    results = _take(queue.batch, led_by=queue.batch.person_id)
    answers = [_answer(result) | {"kind": result.item.kind} for result in results]
    return render_template(
        "sync/queue_file.html", errors={}, queue=queue, answers=answers, broken=len(broken)
    )


def _is_kept(sha256: str, content: bytes) -> bool:
    """One content of the file, each in a transaction of its own: a broken one stops no other."""
    try:
        take_piece(Piece(sha256, 0, len(content), content), by=current_user)
    except PieceRefused:
        db.session.rollback()
        return False
    db.session.commit()
    return True
