"""Runs in a limited process of its own (``portal.limited_process``): a PDF in, its pages as a new PDF out.

The new file has what a page needs to be drawn and nothing else: no script, form, action, link, attached file,
bookmark, comment, history of earlier versions, and nothing said about who made it, when, with what. What
stood in form fields, stamps and notes is drawn into the page. Photos on pages lose what they say of
themselves. The file imports nothing of the portal. Answer: the PDF, or one word (``password``, ``pages``,
``pixels``, ``huge``, ``broken``, ``unclean``).
"""

from __future__ import annotations

import io
import os
import runpy
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, ObjectStreamMode, Pdf, Stream, StreamDecodeLevel

MOST_PAGES = 60
MOST_PIXELS = 100_000_000
"""Of one picture on a page: the reader's own machine has to unpack it."""
MOST_UNPACKED = 300 * 1024 * 1024
"""Of everything but pictures."""
MOST_OBJECTS = 200_000

_PAGE = ("/Type", "/MediaBox", "/CropBox", "/Rotate", "/UserUnit", "/Resources", "/Contents", "/Group")
"""What is kept of a page."""
_NEVER = frozenset(
    {
        "/Metadata", "/PieceInfo", "/LastModified", "/OPI", "/Ref", "/PS", "/AF", "/StructParent",
        "/StructParents", "/Alternates", "/Measure", "/PtData", "/SeparationInfo", "/ID", "/Properties",
        "/OC",
    }
)  # fmt: skip
"""Keys that say something of a thing on a page, or lead out of the file; none is needed to draw it."""
_NAMED = frozenset(
    {"/XObject", "/Font", "/ExtGState", "/ColorSpace", "/Pattern", "/Shading", "/CharProcs", "/Colorants"}
)
"""Whose keys are names that somebody gave, and mean nothing."""
_ALIEN_TYPES = frozenset({"/Filespec", "/F", "/EmbeddedFile", "/Metadata", "/Action", "/Annot", "/Sig"})
_ALIEN_KEYS = frozenset({"/JS", "/EF", "/URI"})
_ELSEWHERE = ("/F", "/FFilter", "/FDecodeParms")
"""Keys by which a stream has its content in another file."""
_ACTIONS = frozenset(
    {
        "/JavaScript", "/Launch", "/URI", "/GoTo", "/GoToR", "/GoToE", "/SubmitForm", "/ImportData",
        "/ResetForm", "/Named", "/Rendition", "/Movie", "/Sound", "/Hide", "/SetOCGState", "/Trans",
        "/GoTo3DView", "/Thread", "/RichMediaExecute", "/GoToDp",
    }
)  # fmt: skip
_XREF_STREAM = ("/Type", "/W", "/Index", "/Filter", "/Length", "/DecodeParms", "/Prev")
_SAYS_OF_ITSELF = (b"Exif\x00\x00", b"http://ns.adobe.com/xap/", b"<x:xmpmeta", b"<?xpacket")
_PARTS = runpy.run_path(str(Path(__file__).with_name("picture_parts.py")))
_BARE = {"/DCTDecode": _PARTS["bare_jpeg"], "/JPXDecode": _PARTS["bare_jp2"]}


class Refused(Exception):
    """Why, as the answer says it."""


def bare_pdf(data: bytes) -> bytes:
    """Return the pages of ``data`` as a PDF that is nothing else. Raises Refused."""
    try:
        with Pdf.open(io.BytesIO(data)) as source, Pdf.new() as target:
            if not 0 < len(source.pages) <= MOST_PAGES:
                raise Refused("pages")
            _weigh(source)
            _draw_in(source)
            target.pages.extend(source.pages)
            for page in target.pages:
                page.externalize_inline_images()
                for key in set(page.obj.keys()) - {*_PAGE, "/Parent"}:
                    del page.obj[key]
            _clean(target)
            out = io.BytesIO()
            target.remove_unreferenced_resources()
            target.save(
                out,
                compress_streams=True,
                object_stream_mode=ObjectStreamMode.generate,
                deterministic_id=True,
            )
            pages = len(target.pages)
        _prove(out, pages)
        return out.getvalue()
    except pikepdf.PasswordError:
        raise Refused("password") from None
    except (Refused, MemoryError):
        raise
    except Exception:  # parsers fail in many ways over a file that is not whole
        raise Refused("broken") from None


def _weigh(source: Pdf) -> None:
    """Refuse what would unpack to more than can be meant, before anything is unpacked at length."""
    unpacked = 0
    for thing in source.objects:
        if isinstance(thing, Stream) and _filters(thing)[:1] == ["/FlateDecode"] and not _is_picture(thing):
            unpacker, rest = zlib.decompressobj(), thing.read_raw_bytes()
            while rest and not unpacker.eof:
                unpacked += len(unpacker.decompress(rest, 1 << 20))
                rest = unpacker.unconsumed_tail
                if unpacked > MOST_UNPACKED:
                    raise Refused("huge")


def _draw_in(source: Pdf) -> None:
    """Draw form fields, stamps and notes into their pages, as on the screen; then nothing hangs on them."""
    form = source.Root.get("/AcroForm")
    if isinstance(form, Dictionary):
        if "/XFA" in form:
            del form["/XFA"]
        source.generate_appearance_streams()
    source.flatten_annotations("screen")


def _clean(target: Pdf) -> None:
    """Take out of everything that pages lead to what is not needed to draw them."""
    for key in set(target.Root.keys()) - {"/Type", "/Pages"}:
        del target.Root[key]
    unpacked = 0
    for thing, named in _reachable(target.Root.Pages):
        if isinstance(thing, Dictionary | Stream):
            for key in list(thing.keys()):
                if (key in _NEVER and not named) or _is_alien(thing.get(key), not named and key in _NAMED):
                    del thing[key]
        if isinstance(thing, Stream):
            unpacked += _clean_stream(thing)
            if unpacked > MOST_UNPACKED:
                raise Refused("huge")


def _reachable(start: Any) -> Iterator[tuple[Any, bool]]:
    """Yield every dictionary, stream and array there is to find, and whether its keys are given names.

    What a dictionary leads to is looked up after whoever asked has taken out of it what does not belong.
    """
    seen: set[tuple[int, int]] = set()
    waiting, count = [(start, False)], 0
    while waiting:
        thing, named = waiting.pop()
        if not isinstance(thing, Dictionary | Stream | Array):
            continue
        if thing.is_indirect:
            if thing.objgen in seen:
                continue
            seen.add(thing.objgen)
        count += 1
        if count > MOST_OBJECTS:
            raise Refused("huge")
        yield thing, named
        if isinstance(thing, Array):
            waiting += [(part, False) for part in thing]
        else:
            waiting += [
                (part, not named and key in _NAMED) for key, part in thing.items() if key != "/Parent"
            ]


def _is_alien(thing: Any, named: bool = False) -> bool:
    """True for actions, files and the like, which have no business on a page, whatever leads to them.

    ``named``: the thing's own keys are given names, of which one may happen to be that of a command.
    """
    if named or not isinstance(thing, Dictionary | Stream):
        return False
    if isinstance(thing, Dictionary) and thing.get("/S") in _ACTIONS:
        return True
    return (
        thing.get("/Type") in _ALIEN_TYPES
        or thing.get("/Subtype") == "/PS"  # a program for printers
        or any(key in thing for key in _ALIEN_KEYS)
    )


def _clean_stream(stream: Stream) -> int:
    """Clean one stream; return the bytes it unpacks to, if it is no picture. Raises Refused."""
    for key in _ELSEWHERE:
        if key in stream:
            del stream[key]
    picture = _is_picture(stream)
    if picture and int(stream.get("/Width", 0)) * int(stream.get("/Height", 0)) > MOST_PIXELS:
        raise Refused("pixels")
    filters = _filters(stream)
    bare = _BARE.get(filters[-1]) if filters else None
    if bare is not None:
        clean = bare(_unwrapped(stream, filters))
        stream.write(clean, filter=Name(filters[-1]), decode_parms=_parameters(stream, len(filters))[-1])
        return 0
    if picture:
        return 0
    content = stream.read_bytes(StreamDecodeLevel.generalized)
    if any(mark in content for mark in _SAYS_OF_ITSELF):
        raise Refused("unclean")
    return len(content)


def _is_picture(stream: Stream) -> bool:
    return bool(stream.get("/Subtype") == "/Image")


def _filters(stream: Stream) -> list[str]:
    found = stream.get("/Filter")
    if isinstance(found, Array):
        return [str(each) for each in found]
    return [] if found is None else [str(found)]


def _parameters(stream: Stream, count: int) -> list[Dictionary | None]:
    """Return the parameters of each of a stream's filters."""
    found: Any = stream.get("/DecodeParms")
    each = list(found) if isinstance(found, Array) else [found]
    plain = [one if isinstance(one, Dictionary) else None for one in each]
    return [*plain, *[None] * count][:count]


def _unwrapped(stream: Stream, filters: list[str]) -> bytes:
    """Return the JPEG in a stream: what is left when all filters but the last were undone."""
    raw = stream.read_raw_bytes()
    if len(filters) == 1:
        return raw
    with Pdf.new() as aside:
        outer = Array([Name(each) for each in filters[:-1]])
        parameters = _parameters(stream, len(filters))[:-1]
        packed = Stream(aside, raw)
        packed.write(raw, filter=outer, decode_parms=Array(parameters) if any(parameters) else None)
        return packed.read_bytes()


def _prove(out: io.BytesIO, pages: int) -> None:
    """Read what was written, every object of it, and refuse it if anything is there that should not be."""
    with Pdf.open(out, attempt_recovery=False) as written:
        clean = (
            len(written.pages) == pages
            and set(written.Root.keys()) == {"/Type", "/Pages"}
            and set(written.trailer.keys()) <= {"/Root", "/Size", "/ID", *_XREF_STREAM}
            and not any(_is_alien(thing) for thing in written.objects)
            and all(set(page.obj.keys()) <= {*_PAGE, "/Parent"} for page in written.pages)
        )
    if not clean:
        raise Refused("unclean")


def main() -> None:
    """Read the PDF on standard input, answer on standard output."""
    data = sys.stdin.buffer.read()
    try:
        answer = bare_pdf(data)
    except Refused as why:
        answer = str(why).encode()
    except MemoryError:
        os._exit(3)  # nothing is left to tidy up with
    sys.stdout.buffer.write(answer)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
