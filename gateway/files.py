"""Files over HTTP: a body that is one, and an answer that is one. Nothing of their content goes through the broker."""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from flask import Response, g, request
from werkzeug.http import parse_options_header

from gateway.transfers import Transfers
from gateway.uploads import received
from services.kernel.basics.log import failed
from services.kernel.contracts import Operation
from services.kernel.contracts.faults import BeingChanged, DeadlinePassed, MunicipalityBusy
from services.kernel.contracts.files import (
    CHARSETS,
    FileInStore,
    FileStoreUnavailable,
    MediaType,
    SentFile,
    Shelf,
    UnsupportedFileType,
)
from services.kernel.files.reception import Reception
from services.kernel.files.shelf import SealedShelf
from services.kernel.files.store import Store
from services.kernel.secrecy.crypto import SealBroken

_NOT_DONE = {fault.code() for fault in (BeingChanged, DeadlinePassed, MunicipalityBusy)}
_EXTENDED = re.compile(r"filename\*\s*=[^;]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Files:
    """What the gateway needs for files; one per process."""

    store: Store
    reception: Reception
    transfers: Transfers
    limit: int  #: bytes of one file

    def shelf(self, tenant: str, service: str) -> SealedShelf:
        """Where a service's files for a tenant lie."""
        return SealedShelf(self.store, tenant, service)

    def receive(self, operation: Operation, shelf: Shelf) -> SentFile:
        """The file that is the body of this request, as it lies in the store now."""
        declared = request.mimetype or None
        if declared is not None and declared not in operation.takes_file:
            raise UnsupportedFileType
        stream, length = request.environ["wsgi.input"], request.content_length
        types, charset = operation.takes_file, _charset()
        with received(stream, length=length, limit=self.limit) as pieces:
            file = self.reception.take(
                pieces, shelf, media_types=types, declared=declared, name=_name(), charset=charset
            )
        g.body_was_read = True
        return file


def settle(shelf: Shelf, file: SentFile, reply: dict[str, Any]) -> None:
    """Deletes a file that no row refers to: of a request that was refused, or that was answered before.

    Where it is not known whether something was done, it stays, and is swept if not.
    """
    fault = reply.get("fault")
    refused = fault is not None and (fault["status"] < 500 or fault["code"] in _NOT_DONE)
    if refused or reply.get("kept", file.id) != file.id:
        forget(shelf, file)


def forget(shelf: Shelf, file: SentFile) -> None:
    """Deletes a file; what can not be reached now is swept later."""
    with suppress(FileStoreUnavailable):  # the store has said so in the log
        shelf.delete(file.id)


def answer(shelf: SealedShelf, file: FileInStore) -> Response:
    """The file as the response. The first block is fetched here: what is not there is a refusal."""
    return _attached(_begun(shelf, file), file.name, file.media_type, file.size)


def answer_of_all(house: Files, tenant: str, parts: Mapping[str, dict[str, Any]]) -> Response:
    """Files in JSON as one, each under its service's name. The first block of each is fetched here: what is not there
    is a refusal."""
    found = {service: FileInStore.from_dict(part) for service, part in parts.items()}
    contents = [_begun(house.shelf(tenant, service), file) for service, file in found.items()]
    names = [f'{"," if place else "{"}"{service}":'.encode() for place, service in enumerate(found)]

    def sent() -> Iterator[bytes]:
        for name, content in zip(names, contents, strict=True):
            yield name
            yield from content
        yield b"}"

    name, *_ = (file.name for file in found.values())
    size = sum(map(len, names)) + sum(file.size for file in found.values()) + len(b"}")
    return _attached(sent(), name, MediaType.JSON, size)


def _begun(shelf: SealedShelf, file: FileInStore) -> Iterator[bytes]:
    """A content of which the first block is here."""
    pieces = shelf.read(file)
    return _sent(next(pieces), pieces, shelf, file)


def _attached(content: Iterator[bytes], name: str, media_type: str, size: int) -> Response:
    response = Response(content, content_type=media_type)
    response.content_length = size
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    return response


def _sent(first: bytes, rest: Iterator[bytes], shelf: SealedShelf, file: FileInStore) -> Iterator[bytes]:
    """The content as far as it is whole. What raises here ends the connection: rather no file than a wrong one."""
    try:
        yield first
        yield from rest
    except (SealBroken, FileStoreUnavailable) as problem:
        failed("file_broken_off", problem, file=file.id, tenant=shelf.tenant, service=shelf.service)
        raise


def _charset() -> str:
    """What a text is written in."""
    named = request.mimetype_params.get("charset", CHARSETS[0]).lower()
    if named not in CHARSETS:
        raise UnsupportedFileType
    return named


def _name() -> str | None:
    """The file's name in Content-Disposition (RFC 6266), if there is one; `filename*` goes before `filename`."""
    given = request.headers.get("Content-Disposition", "")
    extended = _EXTENDED.search(given)
    _, options = parse_options_header(f"attachment; {extended[0]}" if extended else given)
    name = options.get("filename")
    try:
        # Whoever sends UTF-8 as it is, against the standard, is understood as well.
        return name and name.encode("latin-1").decode()
    except ValueError:
        return name
