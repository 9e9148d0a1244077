"""The row that says of a file what must be known without opening it, and that holds its key. Where the row goes, the
file is destroyed, also in every copy of the store; what lies there without a row is swept.
"""

import base64
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any, Self

from sqlalchemy import BigInteger, LargeBinary, Text, select, text
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from services.kernel.basics.log import logger
from services.kernel.contracts.files import FileAlreadyAttached, FileInStore, SentFile
from services.kernel.rows.tables import Instant, SealedJson, Tenanted
from services.kernel.rows.unit import Unit
from services.kernel.secrecy.crypto import Purpose

UPLOAD_LIVES = 24 * 3600.0  #: seconds after which a file that no row refers to is swept
_AT_ONCE, _MOST = 500, 1_000  #: files that are looked for in one statement, and that are deleted in one unit of work


class StoredFile(Tenanted):
    """A file that belongs to something: a mapped class of its own for each such thing, whose id it adds."""

    media_type: Mapped[str] = mapped_column(Text)
    size: Mapped[int] = mapped_column(BigInteger)
    content_hash: Mapped[bytes] = mapped_column(LargeBinary)  #: keyed; of the content as it was sent
    created_at: Mapped[datetime] = mapped_column(Instant)
    created_by: Mapped[str] = mapped_column(Text)

    @declared_attr
    @classmethod
    def name(cls) -> Mapped[str]:
        return mapped_column(SealedJson(f"{cls.__tablename__}.name"))  # type: ignore[attr-defined]

    @declared_attr
    @classmethod
    def file_key(cls) -> Mapped[str]:
        return mapped_column(SealedJson(f"{cls.__tablename__}.file_key"))  # type: ignore[attr-defined]

    @classmethod
    def of(cls, file: SentFile, unit: Unit, *, beside: Iterable["StoredFile"], **belongs_to: Any) -> Self:
        """The row of a file that was sent, among those of the same thing, which whoever asks has locked.

        Raises `FileAlreadyAttached` when one of them has the same content.
        """
        content_hash = unit.lookup(file.content_hash, Purpose.FILE_CONTENT)
        for other in beside:
            if other.content_hash == content_hash:
                raise FileAlreadyAttached(extra={"file_id": other.id})
        said: dict[str, Any] = {
            "id": file.id,
            "name": file.name,
            "media_type": file.media_type,
            "size": file.size,
            "file_key": base64.b64encode(file.key).decode(),
            "content_hash": content_hash,
            "created_at": unit.now,
            "created_by": unit.actor,
        }
        return cls(**said, **belongs_to)

    @property
    def view(self) -> dict[str, Any]:
        """What is shown of it: a `FileView`."""
        return {name: getattr(self, name) for name in ("id", "name", "media_type", "size", "created_at")}

    @property
    def in_store(self) -> FileInStore:
        """Where it lies and what opens it: for an `Answer`, from which the gateway fetches it."""
        key = base64.b64decode(self.file_key)
        return FileInStore(id=self.id, name=self.name, media_type=self.media_type, size=self.size, key=key)


def sweep(unit: Unit) -> bool:
    """Deletes what has lain on the unit's shelf for more than a day without a row: uploads that were broken off, files
    whose row is gone, documents that were made for somebody who has them by now. Says whether there may be more."""
    lying = (found.name for found in unit.shelf.lying() if found.age > UPLOAD_LIVES)
    kinds = [kind for kind in _kinds(StoredFile) if _is_here(unit, kind)]
    swept = 0
    for some in _in_parts(lying, _AT_ONCE):
        kept = {row_id for kind in kinds for row_id in unit.session.scalars(select(kind.id).where(kind.id.in_(some)))}
        for name in set(some) - kept:
            unit.shelf.delete(name)
            swept += 1
        if swept >= _MOST:
            break
    if swept:
        logger.info("files_swept", tenant=unit.context.tenant, count=swept)
    return swept >= _MOST


def _kinds(kind: type[StoredFile]) -> Iterator[type[StoredFile]]:
    """Every mapped class of files that this process knows. None may be left out: its files would be swept."""
    for below in kind.__subclasses__():
        if hasattr(below, "__table__"):
            yield below
        yield from _kinds(below)


def _is_here(unit: Unit, kind: type[StoredFile]) -> bool:
    """Whether the class is of this service: tests know those of all."""
    found = unit.session.scalar(text("select to_regclass(:name)"), {"name": kind.__tablename__})  # type: ignore[attr-defined]
    return found is not None


def _in_parts(names: Iterable[str], size: int) -> Iterator[list[str]]:
    left = iter(names)
    while part := list(islice(left, size)):
        yield part
