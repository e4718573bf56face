"""What becomes of the bytes of a picture, and which never get as far as being decoded."""

import io
import random
import threading

import pytest
from PIL import Image

from patrol import wording
from patrol.photos import images
from patrol.photos.images import reencode
from patrol.photos.rules import LONGEST_SIDE, THUMB_SIDE, WANTED_BYTES, PhotoLimits, Refusal, Refused
from tests.photos.samples import SECRET, jpeg, opened, png, png_claiming, scene

LIMITS = PhotoLimits(size_bytes=12 * 2**20, pixels=50_000_000)


def refusal(content: bytes, limits: PhotoLimits = LIMITS) -> Refusal:
    with pytest.raises(Refused) as refused:
        reencode(content, limits)
    return refused.value.reason


def test_a_photo_of_a_phone_becomes_a_small_jpeg_with_a_thumbnail():
    picture = reencode(jpeg(2000, 1500), LIMITS)
    kept, thumb = opened(picture.content), opened(picture.thumb)
    assert (kept.format, kept.size, kept.mode) == ("JPEG", (1600, 1200), "RGB")
    assert (picture.width, picture.height) == kept.size
    assert len(picture.content) < WANTED_BYTES
    assert thumb.size == (THUMB_SIDE, 240)


def test_a_small_photo_is_not_blown_up():
    assert opened(reencode(jpeg(500, 300), LIMITS).content).size == (500, 300)


def test_even_pure_noise_becomes_as_small_as_wanted():
    out = io.BytesIO()
    Image.frombytes("RGB", (1600, 1200), random.Random(7).randbytes(1600 * 1200 * 3)).save(out, "JPEG")
    assert len(out.getvalue()) > 2 * WANTED_BYTES
    picture = reencode(out.getvalue(), LIMITS)
    assert len(picture.content) <= WANTED_BYTES
    assert opened(picture.content).size == (picture.width, picture.height)


def test_nothing_but_pixels_gets_across():
    sent = jpeg(secrets=True)
    assert SECRET.encode() in sent and b"Exif" in sent
    picture = reencode(sent, LIMITS)
    for content in (picture.content, picture.thumb):
        assert SECRET.encode() not in content
        assert not {"exif", "comment", "icc_profile", "xmp"} & set(opened(content).info)
        assert dict(opened(content).getexif()) == {}


def test_the_words_inside_a_png_stay_behind():
    assert SECRET.encode() not in reencode(png(), LIMITS).content


def test_a_photo_is_turned_as_the_camera_was_held():
    """Orientation 6: the file lies on its side, and its upper left corner is seen at the upper right."""
    kept = opened(reencode(jpeg(800, 600, turned=6), LIMITS).content)
    assert kept.size == (600, 800)
    red, green, _ = kept.getpixel((590, 10))
    assert red > 150 > green


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "LA", "L", "P", "1", "I;16"])
def test_every_kind_of_png_can_be_read(mode):
    assert opened(reencode(png(mode), LIMITS).content).size == (64, 48)


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_every_kind_of_jpeg_can_be_read(mode):
    out = io.BytesIO()
    scene().convert(mode).save(out, "JPEG", progressive=True)
    assert opened(reencode(out.getvalue(), LIMITS).content).mode == "RGB"


def test_what_is_not_a_photo_is_refused_by_name():
    assert refusal(b"") is Refusal.EMPTY
    assert refusal(b"%PDF-1.7 " + b"x" * 500) is Refusal.NOT_A_PHOTO
    assert refusal(b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00" + b"x" * 500) is Refusal.HEIC
    assert refusal(b"GIF89a" + b"\0" * 500) is Refusal.NOT_A_PHOTO
    assert refusal(b"<svg xmlns='http://www.w3.org/2000/svg'/>") is Refusal.NOT_A_PHOTO
    assert refusal(jpeg(), PhotoLimits(size_bytes=1000, pixels=50_000_000)) is Refusal.TOO_BIG


@pytest.mark.parametrize("share", [0.05, 0.3, 0.6, 0.85])
@pytest.mark.parametrize("make", [jpeg, png])
def test_a_photo_cut_off_anywhere_is_refused(make, share):
    content = make()
    assert refusal(content[: int(len(content) * share)]) in (Refusal.BROKEN, Refusal.NOT_A_PHOTO)


@pytest.mark.parametrize("size", [(6_000, 3_000), (12_000, 9_000), (20_000, 20_000), (2**31 - 1, 2**31 - 1)])
def test_a_bomb_is_refused_before_a_pixel_is_decoded(size, monkeypatch):
    monkeypatch.setattr(images, "_upright", lambda image: pytest.fail("decoded"))
    assert refusal(png_claiming(*size)) in (Refusal.TOO_MANY_PIXELS, Refusal.BROKEN)


def test_a_large_photo_of_a_camera_is_taken_where_a_png_of_its_size_is_not():
    limits = PhotoLimits(size_bytes=2**20, pixels=5_000_000)
    assert reencode(jpeg(2000, 1500), limits).width == LONGEST_SIDE
    assert refusal(jpeg(2000, 1500, progressive=True), limits) is Refusal.TOO_MANY_PIXELS
    assert refusal(png(width=2000, height=1500), limits) is Refusal.TOO_MANY_PIXELS


def test_a_jpeg_of_a_thousand_scans_is_refused():
    content = jpeg()
    start = content.rindex(b"\xff\xda")
    assert refusal(content[:start] + content[start:-2] * 100 + content[-2:]) is Refusal.UNREADABLE


def test_thousands_of_spoilt_photos_are_refused_or_read_and_never_break_anything(caplog):
    chance = random.Random(11)
    for make in (jpeg(200, 150, secrets=True), png("P"), png("RGBA")):
        for _ in range(300):
            spoilt = bytearray(make)
            for _ in range(chance.randint(1, 12)):
                spoilt[chance.randrange(len(spoilt))] = chance.randrange(256)
            try:
                reencode(bytes(spoilt), LIMITS)
            except Refused as refused:
                assert wording.say(refused.reason)


def test_one_picture_is_decoded_at_a_time(monkeypatch):
    running, most = [], []

    def watched(content, limits):
        running.append(1)
        most.append(len(running))
        threading.Event().wait(0.02)
        running.pop()
        return "picture"

    monkeypatch.setattr(images, "_reencode", watched)
    threads = [threading.Thread(target=reencode, args=(b"xxxx", LIMITS)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1] * 6


def test_what_a_phone_hangs_on_behind_a_photo_is_no_scan_of_it():
    """A moving picture behind the still one: any bytes, among them what looks like the start of a scan."""
    assert reencode(jpeg() + b"\xff\xda\x00\x08" * 500, LIMITS).width == 800
