"""Files as citizens send them, and as attackers do, made by Pillow, pillow-heif and pikepdf."""

from __future__ import annotations

import io
import struct
import zlib

import pikepdf
import pillow_heif
from pikepdf import Array, Dictionary, Name, Pdf, String
from PIL import ExifTags, Image

SECRET = b"SECRET"


def photo(width: int = 320, height: int = 200) -> Image.Image:
    """A picture whose upper left corner is red and whose other parts are grey."""
    image = Image.new("RGB", (width, height), (128, 128, 128))
    image.paste((220, 20, 20), (0, 0, width // 4, height // 4))
    return image


def said_by_a_telephone(orientation: int = 1) -> Image.Exif:
    """Return what a telephone writes: who made it, which way up it was held, where it was."""
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "MAKER-SECRET"
    exif[ExifTags.Base.Orientation] = orientation
    position = exif.get_ifd(ExifTags.IFD.GPSInfo)
    position[ExifTags.GPS.GPSLatitudeRef] = "N"
    position[ExifTags.GPS.GPSLatitude] = (26.0, 16.0, 3.0)
    position[ExifTags.GPS.GPSAreaInformation] = "AREA-SECRET"
    return exif


def encoded(image: Image.Image, format_: str, **said: object) -> bytes:
    out = io.BytesIO()
    if format_ == "HEIF":
        pillow_heif.from_pillow(image).save(out, quality=90, **said)
    else:
        image.save(out, format_, **said)
    return out.getvalue()


def talkative(format_: str, orientation: int = 1) -> bytes:
    """Return a photo in a format, with everything said of it that the format can hold."""
    exif = said_by_a_telephone(orientation)
    said: dict[str, object] = {"exif": exif.tobytes()}
    if format_ in ("JPEG", "WEBP"):
        said |= {"icc_profile": b"PROFILE-SECRET", "xmp": b"<x:xmpmeta>XMP-SECRET</x:xmpmeta>"}
    if format_ == "JPEG":
        said |= {"comment": b"COMMENT-SECRET"}
    return encoded(photo(), format_, **said)


def animated(format_: str) -> bytes:
    frames = [photo(), Image.new("RGB", (320, 200), "blue"), Image.new("RGB", (320, 200), "green")]
    return encoded(frames[0], format_, save_all=True, append_images=frames[1:], duration=100, loop=0)


def png_that_claims(width: int, height: int) -> bytes:
    """Return a PNG of some bytes that says it is this large."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(bytes(10_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def saved(pdf: Pdf, **how: object) -> bytes:
    out = io.BytesIO()
    pdf.save(out, **how)  # type: ignore[arg-type]
    return out.getvalue()


def plain_pdf(pages: int = 1) -> Pdf:
    pdf = Pdf.new()
    for number in range(pages):
        page = pdf.add_blank_page(page_size=(595, 842))
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        page.Resources = Dictionary(Font=Dictionary(F1=font))
        page.Contents = pdf.make_stream(b"BT /F1 24 Tf 50 700 Td (Page %d) Tj ET" % (number + 1))
    return pdf


def with_picture(pdf: Pdf, data: bytes, width: int = 320, height: int = 200) -> None:
    """Put a JPEG on the first page as it is."""
    page = pdf.pages[0]
    page.Resources.XObject = Dictionary(
        A=pdf.make_stream(
            data, Type=Name.XObject, Subtype=Name.Image, Width=width, Height=height, BitsPerComponent=8,
            ColorSpace=Name.DeviceRGB, Filter=Name.DCTDecode, Metadata=pdf.make_stream(b"<x:xmpmeta>SECRET"),
        )
    )  # fmt: skip
    page.Contents = pdf.make_stream(b"q 320 0 0 200 50 400 cm /A Do Q BT /F1 24 Tf 50 700 Td (Words) Tj ET")


def hostile_pdf() -> bytes:
    """Return a PDF with everything in it that a PDF can do."""
    pdf = plain_pdf(2)
    with_picture(pdf, talkative("JPEG"))
    page = pdf.pages[0]
    script = pdf.make_indirect(Dictionary(S=Name.JavaScript, JS=String("app.alert('SCRIPT-SECRET')")))
    pdf.Root.OpenAction = script
    pdf.Root.AA = Dictionary(WC=script)
    pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("a"), script])))
    pdf.attachments["SECRET.exe"] = b"MZ SECRET"
    page.AA = Dictionary(O=script)
    page.PieceInfo = Dictionary(Editor=Dictionary(Private=String("PIECE-SECRET")))
    page.Metadata = pdf.make_stream(b"<x:xmpmeta>PAGE-SECRET</x:xmpmeta>", Type=Name.Metadata)
    look = pdf.make_stream(
        b"BT /F1 12 Tf 2 5 Td (In the field) Tj ET", Type=Name.XObject, Subtype=Name.Form,
        BBox=[0, 0, 100, 20], Resources=Dictionary(Font=page.Resources.Font),
    )  # fmt: skip
    field = pdf.make_indirect(
        Dictionary(
            Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T=String("name-SECRET"),
            V=String("In the field"), Rect=[50, 300, 150, 320], AP=Dictionary(N=look), A=script, F=4,
        )
    )  # fmt: skip
    link = Dictionary(
        Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 595, 842],
        A=Dictionary(S=Name.URI, URI=String("http://SECRET.example/")),
    )  # fmt: skip
    launch = Dictionary(
        Type=Name.Annot,
        Subtype=Name.Link,
        Rect=[0, 0, 595, 842],
        A=Dictionary(S=Name.Launch, F=String("SECRET.exe")),
    )
    note = Dictionary(
        Type=Name.Annot,
        Subtype=Name.Text,
        Rect=[0, 0, 9, 9],
        T=String("SECRET"),
        Contents=String("NOTE-SECRET"),
    )
    page.Annots = Array([pdf.make_indirect(each) for each in (field, link, launch, note)])
    pdf.Root.AcroForm = Dictionary(
        Fields=Array([field]), XFA=pdf.make_stream(b"<xdp:xdp>XFA-SECRET</xdp:xdp>")
    )
    pdf.docinfo["/Author"] = "AUTHOR-SECRET"
    with pdf.open_metadata() as said:
        said["dc:creator"] = ["CREATOR-SECRET"]
    return saved(pdf)


def unpacked(data: bytes) -> bytes:
    """Return all there is to read in a PDF, streams unpacked."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return saved(
            pdf,
            qdf=True,
            compress_streams=False,
            stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
        )
