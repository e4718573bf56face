"""What a photo may be, what is made of it, and who may look. Pure."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from ..errors import Invalid

LONGEST_SIDE = 1600  # pixels of what is kept …
WANTED_BYTES = 330_000  # … and about how large it is
THUMB_SIDE = 320
TEXTS = ("caption", "place", "withdrawn_because")  # free text about a photo
HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif")
MOST_PHOTOS = 40  # of one patrol
MOST_AT_ONCE = 10


class Refusal(StrEnum):
    """Why a file isn't kept as a photo."""

    EMPTY = "photo_empty"
    TOO_BIG = "photo_too_big"
    TOO_MANY_PIXELS = "photo_too_many_pixels"
    HEIC = "photo_heic"
    NOT_A_PHOTO = "photo_not_a_photo"
    BROKEN = "photo_broken"
    TOO_MANY = "photo_too_many"
    UNREADABLE = "photo_unreadable"


class Refused(Invalid):
    """A file that can't become a photo; `reason` is one of the closed list."""

    def __init__(self, reason: Refusal):
        super().__init__({"photo": reason.value})
        self.reason = reason


@dataclass(frozen=True)
class PhotoLimits:
    """What is looked at before any pixel is decoded."""

    size_bytes: int
    pixels: int


@dataclass(frozen=True)
class PhotoDraft:
    """What a person says of a photo. Nothing of this is read out of the file.

    `client_id`: chosen by the phone; None names the photo by its patrol and its bytes, so that the same file sent twice
    is one photo. `is_clean`: somebody looked and saw no people, no papers, no weapons. `finding_id`: the client_id of
    the finding it shows.
    """

    client_id: UUID | None = None
    finding_id: UUID | None = None
    is_clean: bool = False
    taken_at: datetime | None = None
    place: str = ""
    caption: str = ""


def is_heic(head: bytes) -> bool:
    """Whether a file begins like the pictures iPhones keep for themselves."""
    return head[4:8] == b"ftyp" and head[8:12] in HEIC_BRANDS


def is_shown(*, is_clean: bool, is_withdrawn: bool, is_removed: bool, sees_guarded: bool) -> bool:
    """Whether somebody gets to see a picture: withdrawn ones nobody, those not said to be clean the commanders."""
    return not is_withdrawn and not is_removed and (is_clean or sees_guarded)
