"""An export of a person's own data as a service keeps it: how far it is, and what has been gathered until it is bound
into a file. The kernel's own tables, which every service has.
"""

from datetime import datetime
from typing import Any

import sqlalchemy
from sqlalchemy import ForeignKeyConstraint, Index, LargeBinary
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.kernel.contracts.about import About, ByNumber, Nobody, Official
from services.kernel.contracts.keep import Platform, With
from services.kernel.contracts.personal_data import LIVES
from services.kernel.rows.long_work import LongWork
from services.kernel.rows.tables import KernelBase, SealedJson, Tenanted
from services.kernel.rows.unit import Unit


class PersonalDataExport(LongWork, KernelBase):
    """An export of what the service keeps of a person, who is known by the keyed hash of the number only."""

    __tablename__ = "personal_data_export"
    __table_args__ = (Index(None, "tenant", "lookup"),)
    keep = Platform(f"{LIVES} days, or until it is cancelled, sealed")
    about = About(
        (ByNumber(tells=("status", "created_at", Official("created_by"), "ended_at")),),
        leaves_out=dict.fromkeys(("done", "total", "problems", "place", "subjects"), "how far it is"),
    )

    lookup: Mapped[bytes] = mapped_column(LargeBinary)
    place: Mapped[list[Any]] = mapped_column(JSONB)  #: the kind that is gathered next, and after which id
    subjects: Mapped[list[list[str]]] = mapped_column(JSONB)  #: kinds and ids under which the person is known here


class PersonalDataPage(Tenanted, KernelBase):
    """Some of what has been gathered. It goes into the file, and is gone then."""

    __tablename__ = "personal_data_page"
    __table_args__ = (
        ForeignKeyConstraint(["tenant", "export_id"], ["personal_data_export.tenant", "personal_data_export.id"]),
        Index(None, "tenant", "export_id"),
    )
    keep = With("personal_data_export", "export_id")
    about = Nobody("a copy of what is gathered, until it is a file")

    export_id: Mapped[str]
    items: Mapped[list[dict[str, Any]]] = mapped_column(SealedJson("personal_data_page.items"))


def forget_before(unit: Unit, before: datetime) -> None:
    """Destroys what was exported before an instant: with a file's row its key goes."""
    old = {"before": before}
    for table in ("personal_data_page", "personal_data_file"):
        parts = f"delete from {table} using personal_data_export e where e.id = export_id and e.created_at < :before"  # noqa: S608
        unit.session.execute(sqlalchemy.text(parts), old)
    unit.session.execute(sqlalchemy.text("delete from personal_data_export where created_at < :before"), old)
