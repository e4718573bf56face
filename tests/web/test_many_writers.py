"""Eight people write at the same time: everything is stored and nobody meets a lock."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import uuid4

from flask import Flask
from sqlalchemy import func, select

from patrol.accounts.models import SignInTry
from patrol.extensions import db as the_db
from patrol.patrols.models import Attendance, Patrol
from tests.builders import PASSWORD, form_of, make_person

THREADS, EACH = 8, 45


def people(app: Flask) -> list[tuple[str, dict[str, Any]]]:
    """A user name and a filled-in page of the book for every thread."""
    with app.app_context():
        made = [make_person() for _ in range(THREADS)]
        the_db.session.commit()
        return [(person.username, form_of(person)) for person in made]


def browser(app: Flask, username: str):
    client = app.test_client()
    client.environ_base |= {"HTTP_SEC_FETCH_SITE": "same-origin"}
    signed = client.post("/dang-nhap", data={"_username": username, "_password": PASSWORD})
    assert signed.status_code == 302
    return client


def at_once(work, given) -> list[Any]:
    """Run `work` on every item in a thread of its own, all starting together."""
    start = Barrier(len(given))

    def run(item):
        start.wait()
        return work(item)

    with ThreadPoolExecutor(len(given)) as pool:
        return list(pool.map(run, given))


def test_eight_people_writing_at_once_lose_nothing(databases, kind):
    with databases.app(databases.prepared(kind)) as app:

        def write(person: tuple[str, dict[str, Any]]) -> list[int]:
            username, typed = person
            client = browser(app, username)
            return [
                client.post("/tuan-tra/moi", data={**typed, "client_id": str(uuid4())}).status_code
                for _ in range(EACH)
            ]

        answers = at_once(write, people(app))
        with app.app_context():
            stored = the_db.session.scalar(select(func.count(Patrol.id)))
            rows = the_db.session.scalar(select(func.count(Attendance.id)))
    assert answers == [[302] * EACH] * THREADS
    assert (stored, rows) == (THREADS * EACH, THREADS * EACH * 3)


def test_one_page_sent_eight_times_at_once_is_stored_once(databases, kind):
    with databases.app(databases.prepared(kind)) as app:
        username, typed = people(app)[0]
        clients = [browser(app, username) for _ in range(THREADS)]
        answers = at_once(lambda client: client.post("/tuan-tra/moi", data=typed), clients)
        with app.app_context():
            stored = the_db.session.scalars(select(Patrol.id)).all()
    assert len(stored) == 1
    assert {(answer.status_code, answer.location) for answer in answers} == {(302, f"/tuan-tra/{stored[0]}")}


def test_guesses_sent_all_at_once_gain_no_more_tries(databases, kind):
    with databases.app(databases.prepared(kind)) as app:
        username, _ = people(app)[0]

        def guess(_number: int) -> int:
            client = app.test_client()
            client.environ_base |= {"HTTP_SEC_FETCH_SITE": "same-origin"}
            return client.post("/dang-nhap", data={"_username": username, "_password": "sai"}).status_code

        answers = at_once(guess, range(THREADS))
        with app.app_context():
            failures = the_db.session.scalar(select(SignInTry.failures))
    assert sorted(answers) == [422] * 5 + [429] * 3
    assert failures == 5
