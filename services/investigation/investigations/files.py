"""Files that belong to an investigation."""

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped

from services.investigation.base import Base, below
from services.kernel.contracts.about import About, By, FreeText, Official
from services.kernel.contracts.keep import With
from services.kernel.files.stored import StoredFile


class InvestigationFile(StoredFile, Base):
    """A file that belongs to an investigation."""

    __tablename__ = "investigation_file"
    __table_args__ = (below("investigation"), UniqueConstraint("tenant", "investigation_id", "content_hash"))
    keep = With("investigation", "investigation_id")
    about = About(
        (
            By(
                column="investigation_id",
                of="investigation",
                tells=(FreeText("name"), "media_type", "size", "created_at", Official("created_by")),
            ),
        ),
        leaves_out={"content_hash": "a fingerprint", "file_key": "the key of the file, which is read by itself"},
    )

    investigation_id: Mapped[str]
