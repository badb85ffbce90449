"""Whatever is sent, what comes out of ``prepare`` is a bare photo or a bare PDF, or a sentence in Chinese."""

from __future__ import annotations

import base64
import io
import zipfile
import zlib
from random import Random

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String
from PIL import Image

from portal.intake import preparing, rebuild_pdf, rebuild_photo
from portal.intake.models import FileKind
from portal.intake.picture_parts import bare_jpeg
from portal.intake.preparing import FileRefused, Prepared, prepare, prepare_all
from tests.integration.intake.files import (
    SECRET,
    animated,
    encoded,
    hostile_pdf,
    photo,
    plain_pdf,
    png_that_claims,
    saved,
    talkative,
    unpacked,
    with_picture,
)


def prepared(data: bytes, filename: str = "照片.jpg") -> Prepared:
    return prepare(io.BytesIO(data), filename)


def seen(found: Prepared) -> Image.Image:
    """Return the picture, having made sure that it is nothing else."""
    assert found.kind is FileKind.PHOTO
    assert SECRET not in found.data
    assert bare_jpeg(found.data) == found.data
    image = Image.open(io.BytesIO(found.data))
    image.load()
    assert image.format == "JPEG"
    assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert not image.getexif()
    return image


def is_red(image: Image.Image, x: int, y: int) -> bool:
    red, green, blue = image.convert("RGB").getpixel((x, y))  # type: ignore[misc]
    return bool(red > 180 and green < 80 and blue < 80)


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_a_photo_loses_place_device_and_remarks(format_: str) -> None:
    data = talkative(format_)
    assert SECRET in data
    image = seen(prepared(data, "IMG_0001"))
    assert image.size == (320, 200)
    assert is_red(image, 10, 10)
    assert not is_red(image, 300, 180)


@pytest.mark.parametrize(
    ("orientation", "size", "corner"),
    [
        (1, (320, 200), (10, 10)),
        (2, (320, 200), (310, 10)),
        (3, (320, 200), (310, 190)),
        (4, (320, 200), (10, 190)),
        (5, (200, 320), (10, 10)),
        (6, (200, 320), (190, 10)),
        (7, (200, 320), (190, 310)),
        (8, (200, 320), (10, 310)),
        (99, (320, 200), (10, 10)),
    ],
)
def test_a_photo_comes_out_upright(orientation: int, size: tuple[int, int], corner: tuple[int, int]) -> None:
    image = seen(Prepared(FileKind.PHOTO, rebuild_photo.bare_jpeg(talkative("JPEG", orientation))))
    assert image.size == size
    assert is_red(image, *corner)


def test_a_large_photo_is_made_smaller_and_a_small_one_stays() -> None:
    assert seen(prepared(encoded(photo(4000, 3000), "JPEG"))).size == (2000, 1500)
    assert seen(prepared(encoded(photo(300, 5000), "PNG"))).size == (120, 2000)
    assert seen(prepared(encoded(photo(40, 30), "WEBP"))).size == (40, 30)


@pytest.mark.parametrize(
    ("mode", "colour", "shown"),
    [
        ("L", 200, 200), ("1", 1, 255), ("P", 0, 0), ("LA", (0, 0), 255), ("RGBA", (0, 0, 0, 0), 255),
        ("RGBA", (0, 0, 0, 255), 0), ("I;16", 32768, 128),
    ],
)  # fmt: skip
def test_every_kind_of_colour_is_shown_as_it_was(mode: str, colour: object, shown: int) -> None:
    image = Image.new(mode, (40, 40), colour)  # type: ignore[arg-type]
    found = seen(Prepared(FileKind.PHOTO, rebuild_photo.bare_jpeg(encoded(image, "PNG")))).convert("L")
    assert abs(int(found.getpixel((20, 20))) - shown) <= 3  # type: ignore[arg-type]


def test_of_a_file_that_is_two_things_only_the_photo_is_left() -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("SECRET.html", "<script>alert('SECRET')</script>")
    for tail in (archive.getvalue(), b"<html><script>SECRET</script>", hostile_pdf(), animated("GIF")):
        seen(prepared(talkative("JPEG") + tail, "照片.html"))
    seen(prepared(encoded(photo(), "PNG") + archive.getvalue()))


def test_of_a_telephones_two_pictures_in_one_the_first_is_taken() -> None:
    both = encoded(photo(), "MPO", save_all=True, append_images=[Image.new("RGB", (99, 99), "blue")])
    assert seen(prepared(both)).size == (320, 200)


SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
HTML = b"<!doctype html><title>x</title><script>alert(1)</script>"
EPS = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(SECRET) run\n%%EOF"


@pytest.mark.parametrize(
    ("filename", "data", "words"),
    [
        ("图.jpg", SVG, "不是照片"),
        ("图.png", HTML, "不是照片"),
        ("图.jpg", EPS, "不是照片"),
        ("图.jpg", b"\x00" * 500, "不是照片"),
        ("图.jpg", encoded(photo(), "TIFF"), "不是照片"),
        ("图.jpg", encoded(photo(), "BMP"), "不是照片"),
        ("图.jpg", animated("GIF"), "GIF图片"),
        ("图.gif", encoded(photo(), "GIF"), "GIF图片"),
        ("图.webp", animated("WEBP"), "会动的图片"),
        ("图.png", animated("PNG"), "会动的图片"),
        ("合同.docx", b"PK\x03\x04" + b"\x00" * 50, "Office文档"),
        ("合同.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Office文档"),
        ("视频.mp4", b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00", "是视频"),
        ("视频.mov", b"\x00\x00\x00\x14ftypqt  \x00\x00\x02\x00", "是视频"),
        ("图.heic", b"\x00\x00\x00\x20ftypheic" + b"\x00" * 60, "不是能看的照片|已损坏"),
        ("图.jpg", b"\xff\xd8\xff\xe0" + b"\x00" * 60, "不是能看的照片|已损坏"),
        ("图.png", b"\x89PNG\r\n\x1a\n" + b"\x00" * 60, "不是能看的照片|已损坏"),
        ("图.webp", b"RIFF\x40\x00\x00\x00WEBPVP8 " + b"\x00" * 60, "不是能看的照片|已损坏"),
        ("图.jpg", encoded(photo(), "JPEG")[:-900], "不完整或已损坏"),
        ("图.png", encoded(photo(), "PNG")[:-60], "不完整或已损坏"),
        ("图.webp", encoded(photo(), "WEBP")[:-60], "不完整或已损坏|不是能看"),
        ("图.heic", encoded(photo(), "HEIF")[:-60], "不完整或已损坏|不是能看"),
        ("图.png", png_that_claims(50_000, 50_000), "尺寸太大"),
        ("图.png", png_that_claims(2**31 - 1, 2**31 - 1), "尺寸太大|不完整或已损坏|不是能看"),
        ("空.jpg", b"", "是空的"),
        ("大.jpg", b"\xff\xd8\xff" + b"\x00" * (10 * 1024 * 1024), "超过10 MB"),
    ],
)
def test_what_is_no_photo_is_refused_in_plain_words(filename: str, data: bytes, words: str) -> None:
    with pytest.raises(FileRefused, match=words) as refused:
        prepared(data, filename)
    assert str(refused.value).startswith(f"“{filename}”")


def test_a_true_bomb_of_a_png_is_refused_before_it_is_unpacked() -> None:
    image = Image.new("1", (20_000, 20_000))
    with pytest.raises(FileRefused, match="尺寸太大"):
        prepared(encoded(image, "PNG"))


@pytest.mark.parametrize(
    "name", ["a" * 200 + ".jpg", "../../etc/passwd", "C:\\我\\照片.jpg", "\x00\u202e", ""]
)
def test_a_files_name_is_shown_short_and_never_used(name: str) -> None:
    with pytest.raises(FileRefused) as refused:
        prepared(HTML, name)
    said = str(refused.value)
    assert len(said) < 90
    assert not {"/", "\\", "\x00", "\u202e"} & set(said)


def pdf_of(found: Prepared) -> pikepdf.Pdf:
    """Return the PDF, having made sure that nothing in it does or says anything."""
    assert found.kind is FileKind.PDF
    everything = unpacked(found.data)
    for mark in (
        SECRET, b"/JavaScript", b"/JS", b"/OpenAction", b"/AA", b"/Launch", b"/URI", b"/EmbeddedFile",
        b"/Filespec", b"/Annots", b"/AcroForm", b"/XFA", b"/Metadata", b"/PieceInfo", b"/Info", b"xmpmeta",
        b"Exif", b"/Names",
    ):  # fmt: skip
        assert mark not in everything, mark
    return pikepdf.open(io.BytesIO(found.data))


def test_a_pdf_is_nothing_but_its_pages() -> None:
    data = hostile_pdf()
    assert unpacked(data).count(SECRET) > 10
    pdf = pdf_of(prepared(data, "材料.pdf"))
    assert len(pdf.pages) == 2
    everything = unpacked(prepared(data, "材料.pdf").data)
    assert b"(Words) Tj" in everything
    assert b"(In the field) Tj" in everything, "what was filled in is drawn into the page"
    (picture,) = pdf.pages[0].get_images().values()
    assert pikepdf.PdfImage(picture).as_pil_image().size == (320, 200)
    assert b"(Page 2) Tj" in everything


def test_names_that_look_like_commands_are_names() -> None:
    """A font, a picture or a glyph may be called A, JS or Metadata: it is drawn all the same."""
    pdf = plain_pdf()
    page = pdf.pages[0]
    font = page.Resources.Font.F1
    page.Resources.Font = Dictionary({"/JS": font, "/Metadata": font, "/OC": font, "/ID": font})
    page.Contents = pdf.make_stream(
        b"BT /Metadata 9 Tf 9 9 Td (a) Tj /OC 9 Tf (b) Tj /JS 9 Tf (c) Tj /ID 9 Tf (d) Tj ET"
    )
    found = prepare(io.BytesIO(saved(pdf)), "a.pdf")
    with pikepdf.open(io.BytesIO(found.data)) as rebuilt:
        assert set(rebuilt.pages[0].Resources.Font.keys()) == {"/JS", "/Metadata", "/OC", "/ID"}


def test_a_photo_in_a_pdf_loses_its_place_however_it_is_packed() -> None:
    raw = talkative("JPEG")
    for packed, filters in (
        (raw, Name.DCTDecode),
        (zlib.compress(raw), Array([Name.FlateDecode, Name.DCTDecode])),
        (base64.a85encode(raw) + b"~>", Array([Name.ASCII85Decode, Name.DCTDecode])),
    ):
        pdf = plain_pdf()
        with_picture(pdf, b"")
        picture = pdf.pages[0].Resources.XObject.A
        picture.write(packed, filter=filters)
        rebuilt = pdf_of(prepared(saved(pdf), "a.pdf"))
        (image,) = rebuilt.pages[0].get_images().values()
        assert pikepdf.PdfImage(image).as_pil_image().size == (320, 200)
    pdf = plain_pdf()
    pdf.pages[0].Contents = pdf.make_stream(
        b"q 320 0 0 200 50 400 cm BI /W 320 /H 200 /BPC 8 /CS /RGB /F [/AHx /DCT] ID "
        + raw.hex().encode()
        + b"> EI Q"
    )
    rebuilt = pdf_of(prepared(saved(pdf), "a.pdf"))
    assert len(rebuilt.pages[0].get_images()) == 1


def bomb() -> bytes:
    pdf = plain_pdf()
    packer = zlib.compressobj(9)
    start = packer.compress(b" " * (1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(b" " * (1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    packed = start + block * 700
    pdf.pages[0].Contents = pdf.make_stream(packed, Filter=Name.FlateDecode)
    return saved(pdf)


def huge_picture() -> bytes:
    pdf = plain_pdf()
    with_picture(pdf, encoded(photo(), "JPEG"), 60_000, 60_000)
    return saved(pdf)


def locked(user: str) -> bytes:
    return saved(plain_pdf(), encryption=pikepdf.Encryption(owner="owner", user=user))


def looped() -> bytes:
    pdf = plain_pdf()
    pdf.Root.Pages.Kids.append(pdf.Root.Pages)
    return saved(pdf)


def saying_of_itself() -> bytes:
    pdf = plain_pdf()
    pdf.pages[0].Contents = pdf.make_stream(b"% <x:xmpmeta>SECRET</x:xmpmeta>\nBT ET")
    return saved(pdf)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (locked("secret"), "打开密码"),
        (saved(plain_pdf(61)), "最多60页"),
        (saved(pikepdf.Pdf.new()), "页数太多或没有内容"),
        (b"%PDF-1.7\n" + b"\x00" * 400, "已损坏"),
        (b"%PDF-1.7\n" + HTML, "已损坏"),
        (huge_picture(), "图片尺寸太大"),
        (saying_of_itself(), "不能安全去除"),
        (looped(), "已损坏|页数太多"),
    ],
    ids=["password", "pages", "no page", "zeros", "html", "picture", "remarks", "loop"],
)
def test_a_pdf_that_cannot_be_made_harmless_is_refused(data: bytes, words: str) -> None:
    with pytest.raises(FileRefused, match=words):
        prepared(data, "材料.pdf")


def test_a_pdf_that_unpacks_without_end_is_refused() -> None:
    data = bomb()
    assert len(data) < 1024 * 1024
    with pytest.raises(FileRefused, match="材料"):
        prepared(data, "材料.pdf")


def test_a_pdf_that_may_be_read_but_not_printed_is_read() -> None:
    assert len(pdf_of(prepared(locked(""), "材料.pdf")).pages) == 1
    assert len(pdf_of(prepared(b"\xef\xbb\xbf\r\n" + saved(plain_pdf(60)), "材料.pdf")).pages) == 60


def test_a_stream_that_lies_in_another_file_is_not_fetched() -> None:
    pdf = plain_pdf()
    form = pdf.make_stream(b"", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 9, 9])
    form.F = Dictionary(Type=Name.Filespec, F=String("/etc/passwd-SECRET"))
    form.Ref = Dictionary(F=Dictionary(Type=Name.Filespec, F=String("other-SECRET.pdf")))
    pdf.pages[0].Resources.XObject = Dictionary(X=form)
    pdf_of(prepared(saved(pdf), "材料.pdf"))


def test_files_changed_at_random_are_refused_or_rebuilt_whole() -> None:
    chance = Random(5)
    pdf, jpeg = hostile_pdf(), talkative("JPEG")
    outcomes = set()
    for _ in range(60):
        for whole, rebuild, failure in (
            (pdf, rebuild_pdf.bare_pdf, rebuild_pdf.Refused),
            (jpeg, rebuild_photo.bare_jpeg, rebuild_photo.Refused),
        ):
            harmed = bytearray(whole)
            for _ in range(chance.randint(1, 8)):
                harmed[chance.randrange(8, len(harmed))] = chance.randrange(256)
            try:
                found = rebuild(bytes(harmed))
            except failure as why:
                outcomes.add(str(why))
                continue
            outcomes.add(rebuild.__name__)
            assert SECRET not in (unpacked(found) if whole is pdf else found)
    assert {"bare_pdf", "bare_jpeg", "broken"} <= outcomes


def test_too_many_and_too_much_are_refused_before_any_work(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object, **__: object) -> bytes:
        raise AssertionError("no work yet")

    monkeypatch.setattr(preparing, "run_limited", never)
    small, large = encoded(photo(), "JPEG"), b"\xff\xd8\xff" + bytes(9 * 1024 * 1024)
    with pytest.raises(FileRefused, match="最多6个"):
        prepare_all([(io.BytesIO(small), f"{number}.jpg") for number in range(7)])
    with pytest.raises(FileRefused, match="最多6个"):
        prepare_all([(io.BytesIO(small), "1.jpg")], already=6)
    with pytest.raises(FileRefused, match="加起来超过30 MB"):
        prepare_all([(io.BytesIO(large), f"{number}.jpg") for number in range(4)])
    assert prepare_all([(io.BytesIO(), ""), (io.BytesIO(), "")]) == []


def test_a_form_whose_files_take_too_long_is_answered_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preparing, "ALL_TOGETHER_SECONDS", 0.5)
    with pytest.raises(FileRefused, match="一次处理不完"):
        prepare_all([(io.BytesIO(encoded(photo(), "JPEG")), "1.jpg")])


def test_what_the_other_process_makes_is_not_taken_on_trust(monkeypatch: pytest.MonkeyPatch) -> None:
    """Were it taken over by a file, it still could not hand out anything but a bare picture."""
    for answer in (talkative("JPEG"), b"\xff\xd8\xff<script>", b"<html>", b"animated-not", b""):
        monkeypatch.setattr(preparing, "run_limited", lambda *_, answer=answer, **__: answer)
        with pytest.raises(FileRefused, match="处理不了"):
            prepared(encoded(photo(), "JPEG"))
