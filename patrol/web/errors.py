"""The one place where errors become answers. Pages of failures ask nothing of the database."""

import errno
from typing import Any

from flask import Flask, jsonify, render_template, request
from sqlalchemy.exc import InternalError, OperationalError
from werkzeug.exceptions import HTTPException, InternalServerError, RequestEntityTooLarge

from ..errors import DomainError, NotAllowed, NotFound, TooMany

RETRY_AFTER_S = 30  # a program that found the database away asks again after this
DatabaseAway = OperationalError  # the database can't be reached, or can't be written to
TEMPLATES = {
    NotFound: "errors/not_found.html",
    NotAllowed: "errors/not_allowed.html",
    TooMany: "errors/too_many.html",
}


NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS}
SQLITE_NO_ROOM = ("SQLITE_FULL", "SQLITE_IOERR", "SQLITE_READONLY")
POSTGRESQL_NO_ROOM = {"53100", "58030", "25006"}  # disk_full, io_error, read_only_sql_transaction


def cannot_write(failure: BaseException) -> bool:
    """Whether a disk is full or only to be read: nothing is wrong with what was sent, and it heals by itself."""
    if isinstance(failure, OSError):
        return failure.errno in NO_ROOM
    told = getattr(failure, "orig", failure)
    return (
        str(getattr(told, "sqlite_errorname", "")).startswith(SQLITE_NO_ROOM)
        or getattr(told, "sqlstate", None) in POSTGRESQL_NO_ROOM
    )


def wants_json() -> bool:
    return request.path.startswith("/api/")


def init_app(app: Flask, *, roll_back: Any) -> None:
    """`roll_back` undoes what the request did to the database before its error is shown."""

    @app.errorhandler(DomainError)
    def explain(error: DomainError) -> Any:
        roll_back()
        headers = {"Retry-After": str(error.wait_s)} if isinstance(error, TooMany) else {}
        if wants_json():
            return jsonify(code=error.code, errors=getattr(error, "fields", {})), error.status, headers
        try:
            page = render_template(TEMPLATES.get(type(error), "errors/refused.html"), error=error)
        except OperationalError as failure:  # the head of the page says who is signed in
            return database_away(failure)
        return page, error.status, headers

    @app.errorhandler(404)
    @app.errorhandler(405)  # a page that answered a button, opened again by its address
    def nothing_here(_error: HTTPException) -> Any:
        return explain(NotFound())

    @app.errorhandler(403)
    def not_yours(_error: HTTPException) -> Any:
        return explain(NotAllowed())

    @app.errorhandler(RequestEntityTooLarge)
    def too_big(_error: RequestEntityTooLarge) -> Any:
        error = DomainError()
        error.status, error.code = 413, "too_big"
        return explain(error)

    @app.errorhandler(OperationalError)
    def database_away(failure: OperationalError) -> Any:
        roll_back()
        app.logger.error("database: %s", failure.orig)
        return failed(503, "errors/no_room.html" if cannot_write(failure) else "errors/failure.html")

    @app.errorhandler(OSError)
    @app.errorhandler(InternalError)  # how PostgreSQL says that it only reads
    def disk_away(failure: Exception) -> Any:
        if not cannot_write(failure):
            return crashed(failure)
        roll_back()
        app.logger.error("disk: %s", failure)
        return failed(503, "errors/no_room.html")

    @app.errorhandler(Exception)
    def crashed(failure: Exception) -> Any:
        if isinstance(failure, HTTPException) and not isinstance(failure, InternalServerError):
            return failure
        roll_back()
        if app.config["PROPAGATE_EXCEPTIONS"] or app.testing:
            raise failure
        app.logger.exception("%s %s", request.method, request.path)
        return failed(500)

    def failed(status: int, page: str = "errors/failure.html") -> Any:
        if wants_json():
            answer = jsonify(code="failure"), status
            return (*answer, {"Retry-After": str(RETRY_AFTER_S)}) if status == 503 else answer
        return app.jinja_env.get_template(page).render(), status  # no context: it may be what failed
