"""Contents of photos and tracks: in pieces, over links that break, in any order with their items and patrols."""

import hashlib
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from patrol.accounts.rules import Role
from patrol.arrivals.models import Announced, Upload, UploadPart
from patrol.arrivals.queries import media_of
from patrol.arrivals.services import forget_old
from patrol.patrols.models import Patrol
from patrol.photos.models import Photo
from patrol.tracks.models import Track
from tests.builders import make_patrol, make_person
from tests.photos.samples import jpeg
from tests.sync.phones import Phone, a_walk, body_of_patrol, item, media


@pytest.fixture
def phone(client, db, clock, signed_in):
    return Phone(client, signed_in(make_person()))


def tracks(db):
    return db.session.scalars(select(Track)).all()


def test_a_track_arrives_in_pieces_and_goes_through_the_door_of_uploaded_files(phone, db):
    content, patrol = a_walk(), item()
    [told, announced] = phone.send(patrol, media(content, patrol["id"], said={"name": "đêm nay.gpx"}))
    assert announced["content"] == {"received": 0, "size": len(content), "state": "waiting_content"}
    step = len(content) // 3
    assert phone.put(content, end=step).json["received"] == step
    assert phone.put(content, end=step).json["received"] == step  # the answer was lost
    assert phone.put(content, start=step - 10, end=2 * step).json["received"] == 2 * step
    assert phone.received(content) == {
        "sha256": hashlib.sha256(content).hexdigest(),
        "received": 2 * step,
        "size": len(content),
        "complete": False,
        "state": "waiting_content",
    }
    last = phone.put(content, start=2 * step).json
    assert (last["complete"], last["state"]) == (True, "attached")
    [track] = tracks(db)
    assert (track.name, track.sha256) == ("đêm nay.gpx", hashlib.sha256(content).hexdigest())
    assert track.distance_m > 0
    assert told["record"] == f"/tuan-tra/{track.patrol_id}"
    assert db.session.scalar(select(func.count()).select_from(UploadPart)) == 0  # it is with the patrol now
    assert phone.put(content).json["state"] == "attached"
    assert len(tracks(db)) == 1


@pytest.mark.parametrize(
    "order", ["patrol item content", "item content patrol", "content patrol item", "content item patrol"]
)
def test_whatever_comes_first_the_track_ends_with_its_patrol(phone, db, order):
    content, patrol = a_walk(), item()
    track = media(content, patrol["id"])
    steps = {
        "patrol": lambda: phone.send(patrol),
        "item": lambda: phone.send(track),
        "content": lambda: phone.put(content),
    }
    for step in order.split():
        steps[step]()
    [again] = phone.send(track)
    assert again["outcome"] == "already_stored"
    assert again["content"] == {"received": len(content), "size": len(content), "state": "attached"}
    assert len(tracks(db)) == 1


def test_a_gap_another_size_and_nonsense_are_told_and_change_nothing(phone, db):
    content = a_walk()
    phone.put(content, end=100)
    gap = phone.put(content, start=200, end=300)
    assert (gap.status_code, gap.json["code"], gap.json["received"]) == (409, "gap", 100)
    name = hashlib.sha256(content).hexdigest()
    other = phone.client.put(
        f"/api/v1/blobs/{name}", data=b"x", headers={"Content-Range": f"bytes 100-100/{len(content) + 1}"}
    )
    assert (other.status_code, other.json) == (
        422,
        {"code": "size_differs", "received": 100, "size": len(content)},
    )
    for header in ("", "bytes", "bytes 5-1/10", "bytes 0-9/5", "bytes 0-0/0", "items 0-0/1", "bytes 0-1/10"):
        answer = phone.client.put(f"/api/v1/blobs/{name}", data=b"x", headers={"Content-Range": header})
        assert (answer.status_code, answer.json) == (400, {"code": "not_readable", "received": 100}), header
    assert phone.client.get("/api/v1/blobs/../x").status_code == 404
    assert phone.client.get("/api/v1/blobs/ZZ").status_code == 400
    assert phone.received(content)["received"] == 100


def test_a_content_that_is_not_what_its_name_says_is_dropped(phone, db):
    content = a_walk()
    wrong = phone.put(b"x" * 50, sha256=hashlib.sha256(content).hexdigest())
    assert (wrong.status_code, wrong.json["code"], wrong.json["received"]) == (422, "hash_differs", 0)
    assert phone.received(content)["received"] == 0
    assert phone.put(content).json["complete"]


def test_too_much_is_refused_before_it_is_kept(phone, db, monkeypatch):
    name = "0" * 64
    answer = phone.client.put(
        f"/api/v1/blobs/{name}", data=b"x", headers={"Content-Range": f"bytes 0-0/{16 * 2**20}"}
    )
    assert (answer.status_code, answer.json["code"]) == (413, "too_big")
    monkeypatch.setattr("patrol.arrivals.services.MOST_WAITING", 100)
    assert phone.put(b"a" * 100).json["complete"]
    refused = phone.put(b"b")
    assert (refused.status_code, refused.json["code"]) == (413, "too_big")


def test_everybody_has_uploads_of_his_own(phone, client, db, signed_in):
    content = a_walk()
    phone.put(content, end=100)
    other = Phone(client, signed_in(make_person()))
    assert other.received(content) == {
        "sha256": hashlib.sha256(content).hexdigest(),
        "received": 0,
        "size": None,
        "complete": False,
        "state": "waiting_item",
    }


def test_a_file_that_is_no_track_is_refused_and_the_patrol_stays(phone, db):
    content, patrol = b"<html>not a track</html>", item()
    track = media(content, patrol["id"])
    assert phone.outcomes(patrol, track) == ["stored", "stored"]
    assert phone.put(content).json["state"] == "refused"
    [again] = phone.send(track)
    assert again["content"]["codes"] == {"content": "gpx_html"}
    assert (len(tracks(db)), db.session.scalar(select(func.count()).select_from(Patrol))) == (0, 1)


def test_no_track_reaches_a_patrol_its_sender_may_not_write(phone, client, db, signed_in):
    content = a_walk()
    theirs = make_patrol(by=make_person(of="ca_duy_nghia"), lead="ca_duy_nghia", attendance=())
    [refused] = phone.send(media(content, theirs.client_id))
    assert refused["codes"] == {"patrol": "outside_scope"}
    beside = make_patrol(by=make_person())  # his own unit's, led by another
    assert phone.outcomes(media(content, beside.client_id)) == ["stored"]
    assert phone.put(content).json["state"] == "refused"
    late = uuid4()  # announced before the patrol of somebody else came
    phone.send(media(a_walk(), late))
    phone.put(a_walk())
    duty = Phone(client, signed_in(make_person(Role.DUTY_OFFICER, of="ca_duy_nghia")))
    assert duty.outcomes(item(id=late)) == ["rejected"]  # a unit of his own is not in it
    assert tracks(db) == []


def test_an_id_names_one_content_for_ever(phone, db):
    patrol = item()
    one = media(b"one", patrol["id"])
    two = media(b"two", patrol["id"], id=one["id"], rev=2)
    assert phone.outcomes(patrol, one) == ["stored", "stored"]
    assert phone.send(two)[0]["codes"] == {"id": "id_taken"}
    assert phone.outcomes(one) == ["already_stored"]


def test_sizes_that_no_photo_and_no_track_has_are_refused(phone, db):
    patrol = uuid4()
    photo = media(b"x", patrol, kind="photo", said={"size": 3 * 2**20})
    track = media(b"x", patrol, said={"size": 16 * 2**20})
    assert [result["codes"] for result in phone.send(photo, track)] == [{"size": "too_large"}] * 2


def test_what_nobody_finished_is_dropped_after_thirty_days_and_bodies_after_ninety(
    phone, db, clock, signed_in
):
    content, patrol = a_walk(), item()
    phone.send(patrol)
    phone.put(content, end=100)
    clock.advance(days=29)
    assert forget_old() == {"bodies": 0, "uploads": 0}
    clock.advance(days=2)
    assert forget_old() == {"bodies": 0, "uploads": 1}
    clock.advance(days=60)
    assert forget_old() == {"bodies": 1, "uploads": 0}
    assert db.session.scalar(select(func.count()).select_from(Upload)) == 0
    signed_in(phone.person)
    assert phone.outcomes(patrol) == ["already_stored"]  # the line that it came is kept


def test_the_page_of_announced_things_counts_what_is_still_on_the_phone(phone, db):
    patrol = item()
    phone.send(patrol, *[media(bytes([number]) * 9, patrol["id"], kind="photo") for number in range(5)])
    stored = db.session.scalars(select(Patrol)).one()
    [photos] = media_of(stored)
    assert (photos.announced, photos.attached, photos.still_on_the_phone) == (5, 0, 5)
    assert db.session.scalar(select(func.count()).select_from(Announced)) == 5


def test_a_photo_goes_through_the_door_of_uploaded_photos(phone, db):
    found = {"client_id": str(uuid4()), "category": "gambling", "measures": {"cases": 1}}
    patrol = item(body_of_patrol(findings=[found], nothing_found=False))
    content = jpeg(2400, 1800, secrets=True)
    about = {"finding": found["client_id"], "is_clean": True, "place": "Bãi Hà My", "caption": "Tang vật"}
    photo = media(content, patrol["id"], kind="photo", said=about)
    phone.send(photo)
    for start in range(0, len(content), 20_000):
        phone.put(content, start=start, end=start + 20_000)
    [_, result] = phone.send(patrol, photo)
    assert result["content"] == {"received": len(content), "size": len(content), "state": "attached"}
    kept = db.session.scalars(select(Photo)).one()
    assert (str(kept.client_id), kept.width, kept.is_clean) == (photo["id"], 1600, True)
    assert (kept.place, kept.caption, str(kept.finding.client_id)) == (
        "Bãi Hà My",
        "Tang vật",
        about["finding"],
    )


def test_one_photo_that_is_none_keeps_no_other_away(phone, db):
    patrol, good, bad = item(), jpeg(), b"GIF89a not a photo"
    items = [media(content, patrol["id"], kind="photo") for content in (bad, good)]
    assert phone.outcomes(*items, patrol) == ["stored"] * 3
    assert [phone.put(content).json["state"] for content in (bad, good)] == ["refused", "attached"]
    [refused, _] = phone.send(*items)
    assert refused["content"]["codes"] == {"content": "photo_not_a_photo"}
    assert len(db.session.scalars(select(Photo)).all()) == 1
    [photos] = media_of(db.session.scalars(select(Patrol)).one())
    assert (photos.announced, photos.attached, photos.refused, photos.still_on_the_phone) == (2, 1, 1, 0)


def test_the_finding_of_a_photo_may_be_chosen_until_the_photo_is_here(phone, db):
    found = {"client_id": str(uuid4()), "category": "gambling", "measures": {"cases": 1}}
    patrol, content = item(body_of_patrol(findings=[found])), jpeg()
    first = media(content, patrol["id"], kind="photo")
    later = media(
        content, patrol["id"], kind="photo", id=first["id"], rev=2, said={"finding": found["client_id"]}
    )
    assert phone.outcomes(patrol, first, later) == ["stored", "stored", "already_stored"]
    assert phone.put(content).json["state"] == "attached"
    assert str(db.session.scalars(select(Photo)).one().finding.client_id) == found["client_id"]
