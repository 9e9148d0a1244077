"""What a reader can copy out of a document."""

import re
from io import BytesIO

import pypdf


def pages_of(pdf: bytes) -> list[str]:
    """The words of each page, with one space where a line ends."""
    return [re.sub(r"\s+", " ", page.extract_text()) for page in pypdf.PdfReader(BytesIO(pdf)).pages]


def words_of(pdf: bytes) -> str:
    """The words of all pages."""
    return " ".join(pages_of(pdf))
