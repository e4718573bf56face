"""What the running log does by itself: it seals the audit trail every few seconds and says the head once a day."""

import threading
from collections.abc import Callable
from datetime import date

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from . import clock
from .audit.queries import head, unsealed
from .audit.rules import Head
from .audit.services import seal
from .db import reading
from .extensions import db

AT_ONCE = 2_000  # lines sealed in one transaction: whoever writes meanwhile waits for no more than these
THOROUGH_EVERY = 720  # rounds between two looks through the whole trail, about an hour


def start(app: Flask, *, say: Callable[[str], None]) -> threading.Event:
    """Begin sealing in a thread of its own; setting the event ends it. Several processes may: they take turns."""
    stop = threading.Event()
    threading.Thread(target=_keep_sealing, args=(app, say, stop), name="sealer", daemon=True).start()
    return stop


def _keep_sealing(app: Flask, say: Callable[[str], None], stop: threading.Event) -> None:
    said_on: date | None = None
    rounds = 0
    while True:
        try:
            with app.app_context():
                sealed = seal_waiting(thorough=rounds % THOROUGH_EVERY == 0)
        except (
            SQLAlchemyError
        ) as failure:  # the database is away or full: what waits is sealed when it is back
            app.logger.error("audit seal: %s", failure)
        else:
            if sealed and said_on != clock.today():
                said_on = clock.today()
                say(f"Niêm phong nhật ký ngày {said_on:%d/%m/%Y}: {sealed}")
        rounds += 1
        if stop.wait(app.config["PATROL"].AUDIT_SEAL_SECONDS):
            return


def seal_waiting(*, thorough: bool) -> Head | None:
    """Seal all that waits, some at a time; the head. Takes no lock when nothing waits."""
    while _waits(thorough):
        seal(at_most=AT_ONCE, thorough=thorough)
        db.session.commit()
    with reading():
        sealed = head()
        db.session.rollback()
    return sealed


def _waits(thorough: bool) -> bool:
    with reading():
        waits = bool(unsealed(at_most=1, thorough=thorough))
        db.session.rollback()
    return waits
