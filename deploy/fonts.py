"""Makes the font of the signs that no other font has: `python -m deploy.fonts`.

It has one glyph, an empty box, and says that every sign of Unicode looks like it. As the last of a document's fonts it
lets any text be set, and be copied out again as it was. Written field by field (OpenType's specification has their
names): a library for fonts would be used this once.
"""

import struct
from pathlib import Path

MISSING = Path(__file__).parents[1] / "services/kernel/files/fonts/missing.ttf"

_EM = 1000
_WIDTH = 600
_ASCENT, _DESCENT = 750, -250
_OUTER, _INNER = (60, 0, 540, 700), (110, 50, 490, 650)  #: left, bottom, right, top
_GLYPHS = 2  #: a font's first is for "no glyph"; it is the same box
_NAMES = {1: "Hemvist Missing", 2: "Regular", 4: "Hemvist Missing", 6: "HemvistMissing"}
_SIGNS = ((0x21, 0xD7FF), (0xE000, 0x10FFFF))


def missing() -> bytes:
    """The font as a TrueType file."""
    glyph = _box()
    tables = {
        b"OS/2": _os2(),
        b"cmap": _cmap(),
        b"glyf": glyph * _GLYPHS,
        b"head": struct.pack(
            ">IIIIHHqqhhhhHHhhh", 0x10000, 0x10000, 0, 0x5F0F3CF5, 3, _EM, 0, 0, *_OUTER, 0, 8, 2, 0, 0
        ),
        b"hhea": struct.pack(
            ">IhhhHhhhhhh8xhH", 0x10000, _ASCENT, _DESCENT, 0, _WIDTH, 60, 60, 540, 1, 0, 0, 0, _GLYPHS
        ),
        b"hmtx": struct.pack(">Hh", _WIDTH, _OUTER[0]) * _GLYPHS,
        b"loca": struct.pack(">HHH", *(len(glyph) * number // 2 for number in range(_GLYPHS + 1))),
        b"maxp": struct.pack(">I14H", 0x10000, _GLYPHS, 8, 2, 0, 0, 2, *[0] * 8),
        b"name": _name(),
        b"post": struct.pack(">IIhhI16x", 0x30000, 0, -100, 50, 0),
    }
    return _file(tables)


def _box() -> bytes:
    """Two squares, the inner one the other way round, so that it is a hole."""
    (left, bottom, right, top), (near, low, far, high) = _OUTER, _INNER
    corners = [(left, bottom), (left, top), (right, top), (right, bottom), (near, low), (far, low), (far, high)]
    corners.append((near, high))
    steps = [(x - a, y - b) for (x, y), (a, b) in zip(corners, [(0, 0), *corners], strict=False)]
    drawn = struct.pack(">hhhhhHHH", 2, *_OUTER, 3, 7, 0) + bytes([1] * len(corners))
    drawn += b"".join(struct.pack(">h", x) for x, _ in steps) + b"".join(struct.pack(">h", y) for _, y in steps)
    return drawn + bytes(-len(drawn) % 4)


def _cmap() -> bytes:
    """Format 13: each range of signs has one glyph."""
    groups = b"".join(struct.pack(">III", first, last, 1) for first, last in _SIGNS)
    table = struct.pack(">HHIII", 13, 0, 16 + len(groups), 0, len(_SIGNS)) + groups
    return struct.pack(">HHHHI", 0, 1, 3, 10, 12) + table


def _name() -> bytes:
    records, texts = b"", b""
    for number, text in _NAMES.items():
        written = text.encode("utf-16-be")
        records += struct.pack(">HHHHHH", 3, 1, 0x409, number, len(written), len(texts))
        texts += written
    return struct.pack(">HHH", 0, len(_NAMES), 6 + len(records)) + records + texts


def _os2() -> bytes:
    return struct.pack(
        ">HhHHHhhhhhhhhhhh10xIIII4sHHHhhhHHII",
        *(3, _WIDTH, 400, 5, 0, 650, 600, 0, 75, 650, 600, 0, 350, 50, 300, 0),
        *(0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF, b"    ", 0x40, 0x21, 0xFFFF),
        *(_ASCENT, _DESCENT, 0, _ASCENT, -_DESCENT, 1, 0),
    ) + struct.pack(">hhHHH", 500, 700, 0, 0x20, 0)


def _file(tables: dict[bytes, bytes]) -> bytes:
    """The tables with their directory; the head holds what makes the whole file's sum come out."""
    directory = struct.pack(">IHHHH", 0x10000, len(tables), 128, 3, len(tables) * 16 - 128)
    place, bodies = len(directory) + 16 * len(tables), b""
    for tag, table in tables.items():
        directory += tag + struct.pack(">III", _sum(table), place + len(bodies), len(table))
        bodies += table + bytes(-len(table) % 4)
    whole = directory + bodies
    at = place + bodies.index(tables[b"head"]) + 8
    return whole[:at] + struct.pack(">I", (0xB1B0AFBA - _sum(whole)) % 2**32) + whole[at + 4 :]


def _sum(table: bytes) -> int:
    padded = table + bytes(-len(table) % 4)
    numbers: tuple[int, ...] = struct.unpack(f">{len(padded) // 4}I", padded)
    return sum(numbers) % 2**32


if __name__ == "__main__":
    MISSING.write_bytes(missing())
