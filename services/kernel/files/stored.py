"""The row that says of a file what must be known without opening it, and that holds its key. Where the row goes, the
file is destroyed, also in every copy of the store; what lies there without a row is swept.
"""

import base64
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Self

from sqlalchemy import BigInteger, LargeBinary, Text, select
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column

from services.kernel.basics.log import logger
from services.kernel.contracts.files import FileAlreadyAttached, FileInStore, SentFile
from services.kernel.files.shelf import Shelf
from services.kernel.rows.tables import Instant, SealedJson, Tenanted
from services.kernel.rows.unit import Unit

UPLOAD_LIVES = 24 * 3600.0  #: seconds after which a file that no row refers to is swept
_AT_ONCE = 500  #: files that are looked for in one statement


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
        content_hash = unit.lookup(f"file:{file.content_hash}")
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


def classes_of_files(base: type[DeclarativeBase]) -> list[type[StoredFile]]:
    """Every class of a service's rows that refers to files."""
    return [mapper.class_ for mapper in base.registry.mappers if issubclass(mapper.class_, StoredFile)]


def sweep(unit: Unit, shelf: Shelf, base: type[DeclarativeBase]) -> int:
    """Deletes what has lain on a shelf of the tenant for more than a day without a row, and says how many: uploads
    that were broken off, files whose row is gone, documents that were made for somebody who has them by now."""
    if shelf.tenant != unit.context.tenant:
        raise ValueError("the shelf of another tenant: none of its files would have a row")
    swept = 0
    old = [lying.name for lying in shelf.lying() if lying.age > UPLOAD_LIVES]
    for start in range(0, len(old), _AT_ONCE):
        some = old[start : start + _AT_ONCE]
        kept = {row_id for kind in classes_of_files(base) for row_id in unit.session.scalars(_among(kind, some))}
        for name in some:
            if name not in kept:
                shelf.delete(name)
                swept += 1
    if swept:
        logger.info("files_swept", tenant=shelf.tenant, count=swept)
    return swept


def _among(kind: type[StoredFile], ids: list[str]) -> Any:
    return select(kind.id).where(kind.id.in_(ids))
