"""Links that break, phones that race, servers that die: nothing acknowledged is missing, nothing is doubled."""

import contextvars
import json
import random
import threading
from uuid import uuid4

import pytest
from flask import session
from sqlalchemy import func, select

from patrol import clock as patrol_clock
from patrol.accounts.models import Person
from patrol.accounts.views import start_session
from patrol.arrivals.models import ReceivedItem
from patrol.extensions import db as the_db
from patrol.findings.models import Finding
from patrol.patrols.models import Attendance, Patrol
from patrol.patrols.queries import wrong_totals
from patrol.tracks.models import Track
from tests.builders import make_person
from tests.sync.killing import Sender, Server, cookie_of, send_while_killed
from tests.sync.phones import Phone, a_walk, body_of_patrol, item, media

KEPT = ("stored", "already_stored", "superseded")


def count(table):
    return the_db.session.scalar(select(func.count()).select_from(table))


def a_night(number):
    """A patrol as it is sent when it starts and at its end, with a finding and a track; the items of the phone."""
    patrol_id, finding_id = uuid4(), str(uuid4())
    finding = {"client_id": finding_id, "category": "gambling", "measures": {"cases": 1, "subjects": number}}
    start = item(body_of_patrol(ended_at=None, note=f"đi {number}"), id=patrol_id)
    end = item(
        body_of_patrol(note=f"về {number}", findings=[finding], nothing_found=False), id=patrol_id, rev=2
    )
    return [start, end, media(a_walk(f"2026-02-0{number + 1}T21:00:00+07:00"), patrol_id)]


@pytest.mark.parametrize("seed", range(2))
def test_a_queue_replayed_three_times_over_a_link_that_drops_answers_changes_nothing(
    client, db, clock, signed_in, seed
):
    chance = random.Random(seed)
    phone = Phone(client, signed_in(make_person()))
    every = [each for number in range(3) for each in a_night(number)]
    contents = {
        json.loads(each["body"])["sha256"]: a_walk(f"2026-02-0{number + 1}T21:00:00+07:00")
        for number, each in enumerate(every[2::3])
    }
    for _replay in range(3):
        queue = {(each["id"], each["rev"]): each for each in every}
        while queue:
            some = chance.sample(sorted(queue), min(len(queue), chance.randint(1, 5)))
            if chance.random() < 0.2:
                continue  # never left the phone
            results = phone.send(*[queue[key] for key in some])
            if chance.random() < 0.4:
                continue  # the answer was lost
            for result in results:
                key = (result["id"], result["rev"])
                assert result["outcome"] in KEPT
                if result["sha256"] == queue[key]["sha256"]:
                    queue.pop(key)
        for content in chance.sample(sorted(contents.values()), len(contents)):
            while (held := phone.received(content))["state"] != "attached":
                step = chance.randint(1, len(content) // 2)
                phone.put(content, start=held["received"], end=held["received"] + step)
    patrols = db.session.scalars(select(Patrol)).all()
    assert {patrol.note for patrol in patrols} == {f"về {number}" for number in range(3)}
    assert {patrol.status for patrol in patrols} == {"submitted"}
    assert max(patrol.rev for patrol in patrols) <= 2
    assert [count(table) for table in (Patrol, Attendance, Finding, Track)] == [3, 9, 3, 3]
    assert wrong_totals() == []


@pytest.fixture
def shared(databases, kind):
    """(app, URL) of a database of its own, where commits are commits."""
    url = databases.prepared(kind)
    with databases.app(url) as app:
        yield app, url


def test_eight_phones_sending_the_same_at_once_store_it_once(shared):
    app, _ = shared
    with app.app_context():
        person_id = make_person().id
        the_db.session.commit()
        sent = a_night(1)[:2]
        with app.test_request_context():
            start_session(the_db.session.get_one(Person, person_id))
            the_db.session.commit()
            started = dict(session)
    gate, answers = threading.Barrier(8), []
    around = {"device": str(uuid4()), "person_id": person_id, "sent_at": patrol_clock.now().isoformat()}

    def send():
        client = app.test_client()
        with client.session_transaction() as kept:
            kept.update(started)
        gate.wait()
        answer = client.post(
            "/api/v1/sync",
            data=json.dumps({**around, "items": sent}),
            headers={"Sec-Fetch-Site": "same-origin"},
        )
        answers.append([result["outcome"] for result in answer.json["results"]])

    threads = [threading.Thread(target=contextvars.copy_context().run, args=(send,)) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(60)
    assert sorted(answers) == [["already_stored", "already_stored"]] * 7 + [["stored", "stored"]]
    with app.app_context():
        assert [count(table) for table in (Patrol, Attendance, Finding, ReceivedItem)] == [1, 3, 1, 2]
        assert the_db.session.scalars(select(Patrol.rev)).all() == [2]
        the_db.session.remove()


def test_a_server_that_is_killed_forgets_nothing_it_has_answered_and_doubles_nothing(shared, tmp_path):
    app, url = shared
    chance = random.Random(7)
    with app.app_context():
        person_id = make_person().id
        the_db.session.commit()
        every = [item(body_of_patrol(note=f"lượt {number}")) for number in range(80)]
        cookie = cookie_of(app, person_id)
        the_db.session.remove()
    server = Server(url, tmp_path)
    phone = Sender(
        server,
        cookie,
        {"device": str(uuid4()), "person_id": person_id},
        {(each["id"], each["rev"]): each for each in every},
    )
    send_while_killed(server, phone, kills=1, batch=5, chance=chance)
    assert server.kills == 1 and phone.failures
    with app.app_context():
        stored = {str(each) for each in the_db.session.scalars(select(Patrol.client_id))}
        assert {id for id, _ in phone.acknowledged} == stored == {each["id"] for each in every}
        assert [count(table) for table in (Patrol, Attendance, ReceivedItem)] == [80, 240, 80]
        the_db.session.remove()
