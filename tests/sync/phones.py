"""A phone as docs/offline.md describes it, in Python: it keeps what it has until a receipt names it."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

from patrol import clock
from tests.builders import MILITARY, POLICE, POST, stretch, unit
from tests.tracks.samples import gpx, walk


def body_of_patrol(**changes: Any) -> dict[str, Any]:
    """A patrol of three forces, two of each, as a phone writes it."""
    return {
        "lead_unit_id": unit().id,
        "stretch_id": stretch().id,
        "started_at": "2026-02-04T21:00:00+07:00",
        "ended_at": "2026-02-04T23:30:00+07:00",
        "attendance": [
            {"unit_id": unit(code).id, "personnel": 2, "militia": 0, "security_team": 0}
            for code in (POST, POLICE, MILITARY)
        ],
        "programme_ids": [],
        "means": "on_foot",
        "nothing_found": True,
        **changes,
    }


def item(
    body: dict[str, Any] | str | None = None,
    *,
    id: Any = None,
    kind: str = "patrol",
    rev: Any = 1,
    base_rev: Any = None,
    **more: Any,
) -> dict[str, Any]:
    """One item of a batch; the hash is that of the body unless said."""
    text = body if isinstance(body, str) else json.dumps(body_of_patrol() if body is None else body)
    return {
        "id": str(id or uuid4()),
        "kind": kind,
        "rev": rev,
        "base_rev": base_rev,
        "sha256": hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest(),
        "phone_time": clock.now().isoformat(),
        "body": text,
        **more,
    }


@dataclass
class Phone:
    """`send` hands in items and gives the results; `outcomes` only what became of them."""

    client: Any
    person: Any
    device: str = field(default_factory=lambda: str(uuid4()))

    def post(self, *items: Any, **around: Any) -> Any:
        batch = {
            "device": self.device,
            "person_id": self.person.id,
            "sent_at": clock.now().isoformat(),
            "items": list(items),
            **around,
        }
        return self.client.post("/api/v1/sync", data=json.dumps(batch), content_type="application/json")

    def send(self, *items: Any, **around: Any) -> list[dict[str, Any]]:
        answer = self.post(*items, **around)
        assert answer.status_code == 200, answer.text
        return answer.json["results"]

    def outcomes(self, *items: Any, **around: Any) -> list[str]:
        return [result["outcome"] for result in self.send(*items, **around)]

    def put(self, content: bytes, *, start: int = 0, end: int | None = None, sha256: str = "") -> Any:
        piece = content[start:end]
        return self.client.put(
            f"/api/v1/blobs/{sha256 or hashlib.sha256(content).hexdigest()}",
            data=piece,
            headers={"Content-Range": f"bytes {start}-{start + len(piece) - 1}/{len(content)}"},
        )

    def received(self, content: bytes) -> dict[str, Any]:
        return self.client.get(f"/api/v1/blobs/{hashlib.sha256(content).hexdigest()}").json


def media(content: bytes, patrol: Any, *, kind: str = "track", **more: Any) -> dict[str, Any]:
    """The item of a photo or track with this content."""
    said = {
        "patrol": str(patrol),
        "sha256": hashlib.sha256(content).hexdigest(),
        "size": len(content),
        **more.pop("said", {}),
    }
    return item(said, kind=kind, **more)


def a_walk(start: str = "2026-02-04T21:00:00+07:00") -> bytes:
    """Ten minutes along the beach as a phone's recorder writes them."""
    points, _ = walk(600, every_s=10, start=datetime.fromisoformat(start))
    return gpx(points).encode()
