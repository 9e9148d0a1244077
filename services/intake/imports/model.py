"""Imports: how far one is, its file, and which rows were accepted once."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.intake.base import Base
from services.intake.imports.mapping import PLAIN, Reading
from services.kernel.contracts.about import Nobody
from services.kernel.contracts.keep import ForEver, Keep, With
from services.kernel.files.stored import StoredFile
from services.kernel.files.tables import Place, Row
from services.kernel.rows.long_work import LongWork
from services.kernel.rows.tables import Tenanted, Versioned


class ImportFile(StoredFile, Base):
    """The file of an import, as long as the import goes on."""

    __tablename__ = "import_file"
    __table_args__ = (
        ForeignKeyConstraint(["tenant", "import_id"], ["application_import.tenant", "application_import.id"]),
        UniqueConstraint("tenant", "import_id"),
    )
    keep = With("application_import", "import_id")
    about = Nobody("many people's rows, as long as they are read: each becomes an application of its own")

    import_id: Mapped[str]


class ApplicationImport(LongWork, Base):
    """A file of applications, and how far it has been worked off."""

    __tablename__ = "application_import"
    keep = Keep(years=1, after="its last step", law="GDPR 5.1 e")
    about = Nobody("how an import went: counts and rules")

    charset: Mapped[str]
    #: where the next row begins, and on which line; not known of an import that an older process has begun
    next_byte: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    next_line: Mapped[int] = mapped_column(BigInteger, default=1, server_default="1")
    accepted: Mapped[int] = mapped_column(BigInteger)
    rejected: Mapped[int] = mapped_column(BigInteger)
    source: Mapped[str | None]
    mapping: Mapped[dict[str, Any] | None] = mapped_column(JSONB)  #: as it was when the import began

    file: Mapped[ImportFile | None] = relationship(cascade="all, delete-orphan", single_parent=True)

    @property
    def reading(self) -> Reading:
        """How its file is read."""
        return PLAIN if self.source is None or self.mapping is None else Reading.of(self.source, self.mapping)

    @property
    def place(self) -> Place:
        """Where the next row begins in its file."""
        return Place(byte=self.next_byte, line=self.next_line)

    def go_on_after(self, row: Row) -> None:
        """The next step begins there."""
        self.next_byte, self.next_line = row.after.byte, row.after.line

    @property
    def rows(self) -> int:
        """How many its file has."""
        return self.total

    @property
    def repeated(self) -> int:
        """How many had been accepted before."""
        return self.done - self.accepted - self.rejected


class ImportMapping(Versioned, Base):
    """How the files of a source, whose name is its id, become applications."""

    __tablename__ = "import_mapping"
    keep = ForEver("the municipality's own: nobody's file")
    about = Nobody("how a file is read: names of columns")

    mapping: Mapped[dict[str, Any]] = mapped_column(JSONB)  #: a loaded `SetImportMapping`

    @property
    def view(self) -> dict[str, Any]:
        """An `ImportMappingView`."""
        return {"source": self.id, "version": self.version, "changed_at": self.changed_at, **self.mapping}


class ImportedRow(Tenanted, Base):
    """A row that was accepted once: its id is the keyed hash of what makes it the same row next time. It stays when its
    application is gone, so that an old file brings nobody back."""

    __tablename__ = "imported_row"
    keep = Keep(years=10, after="the import: a keyed hash and nothing else", law="GDPR 5.1 e")
    about = Nobody("that a row of a file was imported once: a hash of the row, which is no person's number")

    imported_at: Mapped[datetime]
