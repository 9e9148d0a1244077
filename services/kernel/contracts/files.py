"""What contracts say of files: their types, what is shown of one, what is refused. Knows no content and no store."""

import base64
import dataclasses
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, Protocol, Self

from services.kernel.contracts import fields
from services.kernel.contracts.faults import Fault
from services.kernel.contracts.schema import Schema


class MediaType(StrEnum):
    """The types of files that the house keeps, each told from its content."""

    PDF = "application/pdf"
    JPEG = "image/jpeg"
    PNG = "image/png"
    CSV = "text/csv"
    JSON = "application/json"
    XML = "application/xml"
    SIE = "application/x-sie"  #: vouchers for a ledger, in code page 437
    CALENDAR = "text/calendar"


PAPERS = frozenset({MediaType.PDF, MediaType.JPEG, MediaType.PNG})  #: what a person may attach: a document or a picture
TABLES = frozenset({MediaType.CSV})  #: rows for an import
CHARSETS = ("utf-8", "windows-1252")  #: in which a text may come, the first unless the request says another


class UnsupportedFileType(Fault):
    """Files of this type are not taken here, or the content is of another type than the request says."""

    status = 415


class FileBroken(Fault):
    """The file is empty, cut off, or not what it begins as."""

    status = 422


class TextNotReadable(Fault):
    """The text is not in the character set that the request names: UTF-8, unless its Content-Type says
    `charset=windows-1252`."""

    status = 422


class PictureTooLarge(Fault):
    """The picture has more pixels than can be kept: send it smaller, or as JPEG."""

    status = 422


class VirusFound(Fault):
    """The scanner found a virus in the file; nothing was kept."""

    status = 422


class ScannerUnavailable(Fault):
    """The virus scanner can not be reached right now; nothing was kept, and nothing is lost by trying again."""

    status = 503


class FileStoreUnavailable(Fault):
    """The place where files are kept can not be reached right now; nothing is lost by trying again."""

    status = 503


class FilesBusy(Fault):
    """Too many files are on their way right now; nothing is lost by trying again in a moment."""

    status = 503


class FileAlreadyAttached(Fault):
    """The same file is attached already; `file_id` says as which."""


class FileView(Schema):
    """A file, without its content."""

    id = fields.String(required=True)
    name = fields.String(required=True, allow_none=True)  #: none where it may name a protected identity
    media_type = fields.one_of(MediaType, required=True)
    size = fields.Integer(required=True, metadata={"description": "Bytes. Antal byte."})
    created_at = fields.Instant(required=True)

    shows = {}
    example = {
        "id": "019a0000-0000-7000-8000-00000000000f",
        "name": "Intyg från skolan.pdf",
        "media_type": "application/pdf",
        "size": 48213,
        "created_at": "2026-04-02T09:00:00.000000Z",
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class FileInStore:
    """Where a file's content is, and the key that opens it: for whoever hands it on, never for a caller."""

    id: str
    name: str
    media_type: str
    size: int
    key: bytes = field(repr=False)

    def as_dict(self) -> dict[str, Any]:
        """As JSON's types, for the sealed way between gateway and service."""
        return asdict(self) | {"key": base64.b64encode(self.key).decode()}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """The opposite of `as_dict`; what a newer sender says beyond it is not looked at."""
        known = {field.name: values[field.name] for field in dataclasses.fields(cls) if field.name in values}
        return cls(**{**known, "key": base64.b64decode(values["key"])})


@dataclass(frozen=True, slots=True, kw_only=True)
class SentFile(FileInStore):
    """A file that came with a request. `content_hash` is of the bytes as they were sent, before a picture was cleaned,
    in hexadecimal digits."""

    content_hash: str
    charset: str = CHARSETS[0]  #: of a text

    @classmethod
    def of(cls, kept: FileInStore, *, content_hash: str, charset: str = CHARSETS[0]) -> "SentFile":
        """What was kept of a content with this hash."""
        same = {name: getattr(kept, name) for name in FileInStore.__slots__}
        return cls(**same, content_hash=content_hash, charset=charset)

    @property
    def identity(self) -> dict[str, str]:
        """What is the same when the same is sent again: not its id, nor its key."""
        return {name: getattr(self, name) for name in ("content_hash", "name", "media_type", "charset")}


@dataclass(frozen=True, slots=True)
class Lying:
    """Something that lies in the store: its name, and for how many seconds."""

    name: str
    age: float


class Shelf(Protocol):
    """A service's part of the store for one tenant, as its code sees it: `unit.shelf`."""

    def put(self, content: Iterable[bytes], *, name: str, media_type: str) -> FileInStore:
        """Keeps a content. As long as no row refers to it, it is one that is swept after a day."""

    def read(self, file: FileInStore, *, begin: int = 0) -> Iterator[bytes]:
        """The content again from that byte on, in pieces. Raises `FileStoreUnavailable`, and `SealBroken` where it is
        not as it was."""

    def take_over(self, tenant: str, file: FileInStore) -> FileInStore:
        """A copy here of what lies on another municipality's shelf of this service, for whoever was given its key."""

    def delete(self, file_id: str) -> None:
        """Deletes it, if it is there."""

    def lying(self) -> Iterator[Lying]:
        """Everything that lies here, by its id; what a dying process left half written begins with a dot."""
