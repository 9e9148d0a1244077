"""Pictures and papers for tests, made here so that nobody's are needed."""

import io
import struct
import zlib
from typing import Any

from PIL import Image, PngImagePlugin

GPS = 0x8825
SECRET = "59.2741,15.2066 Anna"  #: what stands in every corner of a picture that can hold text

PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    b"xref\n0 3\n0000000000 65535 f \n0000000009 00000 n \n0000000053 00000 n \n"
    b"trailer<</Size 3/Root 1 0 R>>\nstartxref\n101\n%%EOF\n"
)


def a_pdf(size: int = 0, content: bytes = b"") -> bytes:
    """A PDF of at least that size, with these bytes in it."""
    filling = content.ljust(size - len(PDF) - 2, b"x")
    return PDF[:9] + b"%" + filling + b"\n" + PDF[9:]


def a_photo(width: int = 60, height: int = 40, *, orientation: int = 1, mode: str = "RGB", **save: Any) -> bytes:
    """A JPEG as a phone takes it: left half red, the rest blue, with a position, a comment and an author."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x013B] = SECRET
    exif[GPS] = {1: "N", 2: (59.0, 16.0, 27.0), 3: "E", 4: (15.0, 12.0, 24.0), 29: SECRET}
    out = io.BytesIO()
    halves(width, height).convert(mode).save(out, "JPEG", exif=exif, comment=SECRET, quality=95, **save)
    return out.getvalue()


def a_drawing(width: int = 60, height: int = 40, *, orientation: int = 1, mode: str = "RGB", **save: Any) -> bytes:
    """A PNG with text in every kind of chunk that holds some."""
    text = PngImagePlugin.PngInfo()
    text.add_text("Author", SECRET)
    text.add_text("Comment", SECRET, zip=True)
    text.add_itxt("XML:com.adobe.xmp", SECRET)
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x013B] = SECRET
    out = io.BytesIO()
    halves(width, height).convert(mode).save(out, "PNG", pnginfo=text, exif=exif, **save)
    return out.getvalue()


def halves(width: int, height: int) -> Image.Image:
    picture = Image.new("RGB", (width, height), (0, 0, 255))
    picture.paste((255, 0, 0), (0, 0, width // 2, height))
    return picture


def a_bomb(width: int, height: int) -> bytes:
    """A PNG of a few kilobytes that says it is as large as that."""
    rows = zlib.compress(bytes((width + 1) * 8), 9)
    chunks = ((b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)), (b"IDAT", rows), (b"IEND", b""))
    packed = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(packed)
