"""Runs in a limited process of its own (``portal.limited_process``): a photo in, its pixels as a JPEG out.

Nothing of the file but its picture is carried over: no position, no device, no comment, no thumbnail, no
colour profile, nothing behind the picture's end. The file imports nothing of the portal. Answer: the JPEG, or
one word (``animated``, ``pixels``, ``broken``, ``unknown``).
"""

from __future__ import annotations

import io
import os
import sys
import warnings

from PIL import Image, UnidentifiedImageError

MOST_PIXELS = 100_000_000
"""Telephones make up to 50 million by themselves; a crafted file of some kilobytes can claim thousands."""
LONGEST_SIDE = 2000
QUALITY = 85
FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
"""What telephones and screenshots are in (of a JPEG that holds several pictures the first is taken). Each
further parser is one more that strangers may try."""

_ORIENTATION = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class Refused(Exception):
    """Why, as the answer says it."""


def bare_jpeg(data: bytes) -> bytes:
    """Return the picture in ``data`` as a JPEG without anything else. Raises Refused."""
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    if data[4:8] == b"ftyp":
        import pillow_heif

        pillow_heif.register_heif_opener(thumbnails=False)
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            return _written(_picture(image))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Refused("pixels") from None
    except UnidentifiedImageError:
        raise Refused("unknown") from None
    except (Refused, MemoryError):
        raise
    except Exception:  # parsers fail in many ways over a file that is not whole
        raise Refused("broken") from None


def _picture(image: Image.Image) -> Image.Image:
    """Return the picture upright, at most LONGEST_SIDE long, in RGB, on white where one could see through."""
    if image.format in ("PNG", "WEBP") and getattr(image, "is_animated", False):
        raise Refused("animated")
    if image.width * image.height > MOST_PIXELS:
        raise Refused("pixels")
    turn = _TURNS.get(_orientation(image))
    image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # a JPEG need not be unpacked larger than that
    image.load()
    seen = _in_plain_colours(image)
    seen.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS, reducing_gap=2.0)
    if turn is not None:
        seen = seen.transpose(turn)
    plain = Image.new("RGB", seen.size, "white")  # one that knows nothing of where its pixels come from
    plain.paste(seen, mask=seen.getchannel("A") if seen.mode == "RGBA" else None)
    return plain


def _orientation(image: Image.Image) -> int:
    try:
        return int(image.getexif().get(_ORIENTATION, 1))
    except Exception:  # what is said about the picture is damaged, not the picture
        return 1


def _in_plain_colours(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):  # sixteen bits of grey, which a plain conversion would cut off, not scale
        return image.point(lambda grey: grey * (1 / 256)).convert("L")
    if image.has_transparency_data:
        return image.convert("RGBA")
    return image if image.mode in ("RGB", "L") else image.convert("RGB")


def _written(plain: Image.Image) -> bytes:
    out = io.BytesIO()
    plain.save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()


def main() -> None:
    """Read the photo on standard input, answer on standard output."""
    data = sys.stdin.buffer.read()
    try:
        answer = bare_jpeg(data)
    except Refused as why:
        answer = str(why).encode()
    except MemoryError:
        os._exit(3)  # nothing is left to tidy up with
    sys.stdout.buffer.write(answer)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
