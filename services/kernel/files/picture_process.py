"""The program that makes a picture anew from its pixels, so that nothing else of it is left: no position, no comment,
no profile, no second picture behind it. A process of its own, because it decodes what a stranger sent.

Started by `pictures.py` with the format, how many bytes come on standard input, and how many a picture may take in
memory; the new picture goes to standard output. Imports nothing of the house.
"""

import io
import os
import re
import resource
import sys
import zlib
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

from PIL import Image, ImageCms, JpegImagePlugin, MpoImagePlugin, PngImagePlugin  # noqa: F401  # Pillow asks for them

BROKEN, TOO_LARGE = 3, 4  #: exit codes
SECONDS = 30  #: of the processor
LIMIT = 128 * 1024 * 1024  #: bytes of memory of the whole process, if a decoder is led astray
_SAVED: dict[str, dict[str, Any]] = {
    "JPEG": {"quality": 90},
    "PNG": {"compress_level": 3},
}  #: a level of 6 would take three times as long

_BYTES = {"1": 1, "L": 1, "P": 1, "I;16": 2}  #: of a pixel in memory; in every other mode 4
_SCALES = {"JPEG": (1, 2, 4, 8), "PNG": (1,)}  #: a JPEG can be decoded at a part of its size
_ORIENTATION = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}  #: EXIF's orientations
_NEXT_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")  #: after the pixels of a JPEG


class TooLarge(Exception):
    """It does not fit into the memory that a picture may take."""


class NotWhole(Exception):
    """It ends before its end."""


def is_whole_jpeg(source: bytes) -> bool:
    """Whether the segments lead to the end of the picture. What a camera puts behind it does not count."""
    at = 2
    while at + 4 <= len(source) and source[at] == 0xFF:
        code, length = source[at + 1], int.from_bytes(source[at + 2 : at + 4], "big")
        if code == 0xFF:
            at += 1
            continue
        at += 2 + length
        if code == 0xDA:
            found = _NEXT_MARKER.search(source, at)
            if found is None:
                return False
            at = found.start()
            if source[at + 1] == 0xD9:
                return True
    return False


def is_whole_png(source: bytes) -> bool:
    """Whether every chunk is as its sum says, up to the last."""
    at = 8
    while at + 12 <= len(source):
        end = at + 12 + int.from_bytes(source[at : at + 4], "big")
        if end > len(source) or zlib.crc32(source[at + 4 : end - 4]) != int.from_bytes(source[end - 4 : end], "big"):
            return False
        if source[at + 4 : at + 8] == b"IEND":
            return True
        at = end
    return False


_IS_WHOLE = {"JPEG": is_whole_jpeg, "PNG": is_whole_png}


def remake(source: bytes, kind: str, *, memory: int, into: BinaryIO) -> None:
    """Writes it anew: upright, in sRGB, with nothing beside its pixels; a JPEG smaller where memory wants it."""
    picture = _cleaned(source, kind, memory=memory)
    del source
    picture.save(into, kind, **_SAVED[kind])


def _cleaned(source: bytes, kind: str, *, memory: int) -> Image.Image:
    if not _IS_WHOLE[kind](source):
        raise NotWhole
    opened = Image.open(io.BytesIO(source), formats=[kind])
    if kind == "PNG":
        _fit(opened, kind, source=len(source), turns=False, memory=memory)  # what turns it may stand behind its pixels
    turn = _TURNS.get(_orientation(opened))
    _fit(opened, kind, source=len(source), turns=turn is not None, memory=memory)
    opened.load()
    picture: Image.Image = opened
    profile, transparency = opened.info.get("icc_profile"), opened.info.get("transparency")
    if turn is not None:
        picture = opened.transpose(turn)
        opened.close()
    picture = _as_srgb(picture, profile)
    picture.info = {} if transparency is None else {"transparency": transparency}
    return picture


def _orientation(opened: Image.Image) -> int:
    try:
        return int(opened.getexif().get(_ORIENTATION, 1))
    except Exception:  # what is wrong in there goes away with the rest of it
        return 1


def _fit(opened: Any, kind: str, *, source: int, turns: bool, memory: int) -> None:
    """Has a JPEG decoded small enough; raises `TooLarge` for what can not be made so. Nothing is decoded yet."""
    width, height = opened.size
    copies = 2 if turns or opened.mode == "CMYK" else 1
    for scale in _SCALES[kind]:
        pixels = -(-width // scale) * -(-height // scale) * _BYTES.get(opened.mode, 4)
        if max(source + _coefficients(opened) + pixels, copies * pixels) <= memory:
            if scale > 1:
                opened.draft(opened.mode, (width // scale, height // scale))
            return
    raise TooLarge


def _coefficients(opened: Any) -> int:
    """Bytes that a progressive JPEG takes beside its pixels: it is known only when all of it is read."""
    if not opened.info.get("progressive"):
        return 0
    width, height = opened.size
    samples = [across * down for _, across, down, _ in opened.layer]
    return int(2 * width * height * sum(samples) / max(samples))


def _as_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """Its colours as every screen shows them, so that it needs no profile. A broken profile is as good as none."""
    if profile and picture.mode in ("RGB", "RGBA", "CMYK"):
        try:
            given, srgb = ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB")
            if picture.mode == "CMYK":
                return ImageCms.profileToProfile(picture, given, srgb, outputMode="RGB") or picture
            ImageCms.profileToProfile(picture, given, srgb, inPlace=True)
        except (ImageCms.PyCMSError, OSError):
            pass
    return picture.convert("RGB") if picture.mode == "CMYK" else picture


def _confine() -> None:
    """Requests go before pictures, also where memory is short; a decoder that is led astray finds little to take."""
    os.nice(5)
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")
    resource.setrlimit(resource.RLIMIT_DATA, (LIMIT, LIMIT))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # which would hold the picture


def _main(kind: str, size: int, memory: int) -> int:
    _confine()
    Image.MAX_IMAGE_PIXELS = None  # `_fit` counts bytes instead
    try:
        remake(sys.stdin.buffer.read(size), kind, memory=memory, into=sys.stdout.buffer)
        sys.stdout.buffer.flush()
    except (TooLarge, MemoryError):
        return TOO_LARGE
    except Exception:  # a decoder raises what it likes, and all of it means the same
        return BROKEN
    return 0


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
