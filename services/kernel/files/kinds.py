"""Which type a file is of, told from its content and never from its name. Pure; reads no picture."""

import codecs
import re
import unicodedata
from collections.abc import Iterable
from itertools import chain

from services.kernel.contracts.files import MediaType, TextNotReadable, UnsupportedFileType

BEGINS = {
    MediaType.PDF: re.compile(rb"%PDF-[12]\.[0-9]"),
    MediaType.JPEG: re.compile(rb"\xff\xd8\xff"),
    MediaType.PNG: re.compile(rb"\x89PNG\r\n\x1a\n"),
}
HEAD = 8  #: bytes from which the type is told
TAIL = 1024  #: bytes in which the end of a PDF stands (ISO 32000-2, 7.5.5, and what readers have always allowed)
LONGEST_NAME = 200

_PDF_END = re.compile(rb"startxref\s+(\d{1,19})\s+%%EOF")
_ENDINGS = {
    MediaType.PDF: (".pdf",),
    MediaType.JPEG: (".jpg", ".jpeg"),
    MediaType.PNG: (".png",),
    MediaType.CSV: (".csv",),
    MediaType.JSON: (".json",),
    MediaType.XML: (".xml",),
    MediaType.SIE: (".si", ".se"),
    MediaType.CALENDAR: (".ics",),
}
_NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")  #: signs that no text holds


def told_from(head: bytes) -> MediaType | None:
    """The type that a content of these first bytes claims to be."""
    return next((kind for kind, begins in BEGINS.items() if begins.match(head)), None)


def is_whole_pdf(tail: bytes, size: int) -> bool:
    """Whether a PDF of this size ends as one: a file that was cut off has lost its table of contents."""
    ends = list(_PDF_END.finditer(tail))
    return bool(ends) and 0 < int(ends[-1][1]) < size


def check_text(pieces: Iterable[bytes], charset: str) -> None:
    """Raises `TextNotReadable` for a content that is not written in this character set, `UnsupportedFileType` for one
    that is no text at all."""
    decoder = codecs.getincrementaldecoder(charset)()
    try:
        for piece in chain(pieces, [None]):
            if _NO_TEXT.search(decoder.decode(piece or b"", final=piece is None)):
                raise UnsupportedFileType
    except UnicodeDecodeError:
        raise TextNotReadable from None


def clean_name(given: str | None, media_type: MediaType) -> str:
    """The name under which a file is shown and saved: without a path, without signs that are not seen, of at most 200
    signs, and ending as its type does, so that no system takes it for something else."""
    last = re.split(r"[/\\]", given or "")[-1]
    seen = "".join(sign if unicodedata.category(sign)[0] != "C" else "" for sign in unicodedata.normalize("NFC", last))
    name = " ".join(seen.split()).strip(" .") or "file"
    endings = _ENDINGS[media_type]
    ending = next((known for known in endings if name.lower().endswith(known)), None)
    stem = name[: -len(ending)] if ending else name
    ending = name[len(stem) :] or endings[0]
    return stem[: LONGEST_NAME - len(ending)].rstrip(" .") + ending
