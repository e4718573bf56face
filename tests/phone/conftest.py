"""One site for all phones of a file, on SQLite: what is proved here is the browser's half, and it talks to either."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from patrol.accounts.models import Person
from patrol.extensions import db
from patrol.patrols.models import Patrol
from patrol.photos.models import Photo
from patrol.tracks.models import Track
from tests.browser.driver import PHONE, Site, Visitor, serving
from tests.builders import make_patrol, make_person
from tests.databases import Databases
from tests.phone.phones import GPS, Pocket


@pytest.fixture(scope="module")
def site(databases: Databases) -> Iterator[Site]:
    with databases.app(databases.prepared("sqlite")) as app, serving(app) as site:
        yield site


@pytest.fixture
def leader(site: Site) -> str:
    """A leader of his own for each test, who went on patrol once before; gives the name to sign in with."""
    with site.app.app_context():
        person = make_person(full_name="Nguyễn Văn Bình", rank="Thượng uý")
        make_patrol(by=person)
        db.session.commit()
        return person.username


@pytest.fixture
def nights(site: Site, leader: str) -> Callable[[], list[dict]]:
    """What the log holds of this leader besides that first patrol, oldest first."""

    def held() -> list[dict]:
        with site.app.app_context():
            person_id = db.session.scalars(db.select(Person.id).filter_by(username=leader)).one()
            found = db.session.scalars(
                db.select(Patrol).filter_by(leader_id=person_id).order_by(Patrol.id)
            ).all()[1:]
            return [
                {
                    "id": patrol.id, "status": patrol.status, "rev": patrol.rev, "note": patrol.note,
                    "remarks": patrol.remarks, "started_at": patrol.started_at, "source": patrol.source,
                    "personnel": patrol.personnel_total, "nothing_found": patrol.nothing_found,
                    "findings": [
                        (one.category_code, {each.code: each.quantity for each in one.measures})
                        for one in patrol.findings
                    ],
                    "photos": len(list(db.session.scalars(db.select(Photo.id).filter_by(patrol_id=patrol.id)))),
                    "tracks": list(db.session.scalars(db.select(Track.id).filter_by(patrol_id=patrol.id))),
                }
                for patrol in found
            ]  # fmt: skip

    return held


@pytest.fixture
def pocket(browser: Browser, site: Site, tmp_path: Path) -> Iterator[Pocket]:
    """A phone that can be killed and opened again."""
    one = Pocket(browser, site, tmp_path / "phone")
    try:
        yield one
    finally:
        one.leave()
    assert [*one.dead, *one.complaints] == []


@pytest.fixture
def phones(browser: Browser, site: Site) -> Iterator[Callable[..., Page]]:
    """`phones()` is one more phone, with GPS, watched like every page."""
    visitors: list[Visitor] = []

    def another(at: Site = site, **more: object) -> Page:
        visitors.append(Visitor(browser, at, {**PHONE, **GPS, **more}))
        visitors[-1].may_lose_the_net = True
        return visitors[-1].page

    try:
        yield another
    finally:
        for one in visitors:
            one.leave()
    assert [complaint for one in visitors for complaint in one.complaints] == []
