"""Of a picture's file what is drawn stays, bit for bit, and all that is said of it goes."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from portal.intake.picture_parts import bare_jp2, bare_jpeg


def picture(mode: str = "RGB") -> Image.Image:
    return Image.effect_noise((160, 120), 60).convert(mode)


def jpeg(mode: str = "RGB", **said: object) -> bytes:
    out = io.BytesIO()
    picture(mode).save(out, "JPEG", **said)
    return out.getvalue()


def jp2(**said: object) -> bytes:
    out = io.BytesIO()
    picture().save(out, "JPEG2000", **said)
    return out.getvalue()


def pixels(data: bytes) -> bytes:
    with Image.open(io.BytesIO(data)) as image:
        return image.tobytes()


TALKATIVE = {
    "exif": b"Exif\x00\x00GPS-SECRET",
    "comment": b"COMMENT-SECRET",
    "icc_profile": b"PROFILE-SECRET",
    "xmp": b"XMP-SECRET",
    "dpi": (300, 300),
}


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_a_jpeg_says_nothing_and_looks_the_same(mode: str, progressive: bool) -> None:
    whole = jpeg(mode, progressive=progressive, **TALKATIVE) + b"PK\x03\x04 SECRET behind its end"
    bare = bare_jpeg(whole)
    assert b"SECRET" in whole
    assert b"SECRET" not in bare
    assert b"Exif" not in bare
    assert pixels(bare) == pixels(whole)
    assert bare_jpeg(bare) == bare


def test_the_thumbnail_of_a_jfif_header_goes() -> None:
    whole = jpeg()
    assert whole[2:4] == b"\xff\xe0"
    with_thumbnail = (
        whole[:2] + b"\xff\xe0" + (16 + 12).to_bytes(2, "big") + whole[6:18] + b"\x02\x02" + b"SECRETSECRET"
    )
    with_thumbnail += whole[20:]
    bare = bare_jpeg(with_thumbnail)
    assert b"SECRET" not in bare
    assert pixels(bare) == pixels(whole)


@pytest.mark.parametrize("data", [b"", b"\xff\xd8", b"\xff\xd8\xff", b"GIF89a", b"\xff\xd8\xff\xe1\x00\x01"])
def test_what_is_no_jpeg_is_not_passed_on(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"JPEG|cut off|segment"):
        bare_jpeg(data)


@given(st.integers(2, 4_000))
def test_a_jpeg_cut_off_anywhere_is_noticed(length: int) -> None:
    whole = jpeg()
    with pytest.raises(ValueError, match=r"cut off|segment"):
        bare_jpeg(whole[: min(length, len(whole) - 1)])


@given(st.binary(max_size=300))
def test_any_bytes_end_in_a_refusal_or_a_bare_picture(tail: bytes) -> None:
    for start, bare in ((b"\xff\xd8", bare_jpeg), (b"", bare_jp2), (b"\xff\x4f\xff\x51", bare_jp2)):
        try:
            found = bare(start + tail)
        except ValueError:
            continue
        assert bare(found) == found


@pytest.mark.parametrize("boxed", [True, False])
def test_a_jpeg_2000_says_nothing_and_looks_the_same(boxed: bool) -> None:
    whole = jp2(comment="COMMENT-SECRET", no_jp2=not boxed)
    seen = pixels(whole)
    if boxed:
        secret = b"<x:xmpmeta>XMP-SECRET</x:xmpmeta>"
        box = (len(secret) + 8).to_bytes(4, "big") + b"xml " + secret
        whole = whole[:12] + box + whole[12:] + (0).to_bytes(4, "big") + b"uuid" + secret
    bare = bare_jp2(whole)
    assert whole.count(b"SECRET") == (3 if boxed else 1)
    assert b"SECRET" not in bare
    assert pixels(bare) == seen
    assert bare_jp2(bare) == bare


@pytest.mark.parametrize(
    "data", [b"", b"\x00\x00\x00\x07jP  ", b"\x00\x00\x00\x10xml 12345678", b"\xff\x4f\xff\x51"]
)
def test_what_is_no_jpeg_2000_is_not_passed_on(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"cut off|no picture"):
        bare_jp2(data)
