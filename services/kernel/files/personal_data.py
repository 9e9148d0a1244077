"""The file of an export of a person's own data, as a service keeps its part of it."""

from sqlalchemy import ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped

from services.kernel.contracts.about import Nobody
from services.kernel.contracts.keep import With
from services.kernel.files.stored import StoredFile
from services.kernel.rows.tables import KernelBase


class PersonalDataFile(StoredFile, KernelBase):
    """A service's part of what a person is told. Where the row goes, the file is destroyed."""

    __tablename__ = "personal_data_file"
    __table_args__ = (
        ForeignKeyConstraint(["tenant", "export_id"], ["personal_data_export.tenant", "personal_data_export.id"]),
        UniqueConstraint("tenant", "export_id"),
    )
    keep = With("personal_data_export", "export_id")
    about = Nobody("a copy of what is kept elsewhere")

    export_id: Mapped[str]
