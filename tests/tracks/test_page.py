"""GPX files on the pages: sent with the form or later, several at once, and what each of them says."""
import io
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from patrol import clock as patrol_clock
from patrol.accounts.rules import Role
from patrol.extensions import db as the_db
from patrol.tracks.models import Track
from tests.builders import make_patrol, make_person
from tests.tracks.samples import START, gpx, walk


def test_x(page, signed_in, clock):
    leader = signed_in(make_person())
    patrol = make_patrol(by=leader, started="2026-03-01T20:00", means="on_foot")
    pts, _ = walk(9000, 1.2, 10, 2, 2)
    seen = page.open("logbook.show", patrol_id=patrol.id)
    seen = seen.form('form[action$="/vet"]').fill(tracks=(gpx(pts).encode(), "đi tuần.gpx")).submit()
    print(seen.text())
    print(seen.queries)
