"""What is kept of weeding (gallring): what a preview found, what a run did, what somebody holds back, and which ids are
gone. The kernel's own tables, which every service has.
"""

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, LargeBinary
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.kernel.contracts.about import About, ByNumber, FreeText, Nobody, Official
from services.kernel.contracts.keep import ForEver, Platform, With
from services.kernel.rows.long_work import LongWork
from services.kernel.rows.tables import KernelBase, SealedJson, Tenanted

PREVIEW_LIVES = 35  #: days for which a preview and its list are kept
HOLD_REMEMBERED = 5 * 366  #: days for which a hold is known after it was released


class RetentionPreview(LongWork, KernelBase):
    """What would be weeded, and what not, and why: a dry run, as far as it has come."""

    __tablename__ = "retention_preview"
    keep = Platform(f"{PREVIEW_LIVES} days")
    about = Nobody("counts")

    place: Mapped[list[str]] = mapped_column(JSONB)  #: the kind of files that is looked through, and after which id
    kept: Mapped[dict[str, dict[str, int]]] = mapped_column(JSONB)  #: how many of each kind are kept, by why


class RetentionItem(Tenanted, KernelBase):
    """A file that a preview found to be due, and what became of it in the run."""

    __tablename__ = "retention_item"
    __table_args__ = (
        ForeignKeyConstraint(["tenant", "preview_id"], ["retention_preview.tenant", "retention_preview.id"]),
        Index("ix_retention_item_tenant_preview_id", "tenant", "preview_id", "rank", "id"),
    )
    keep = With("retention_preview", "preview_id")
    about = Nobody("an id, and what becomes of it")

    preview_id: Mapped[str] = mapped_column(primary_key=True)
    rank: Mapped[int]  #: of its kind: one that builds on another goes first
    kind: Mapped[str]
    finish_by: Mapped[date]
    outcome: Mapped[str | None]  #: `weeded`, or why it was not after all


class RetentionRun(LongWork, KernelBase):
    """What was weeded, because of which preview, why and by whom. It names nobody, and stays."""

    __tablename__ = "retention_run"
    keep = ForEver("Archives Act 1990:782, section 6")
    about = Nobody("counts, and who ordered it")

    preview_id: Mapped[str]
    reason: Mapped[str] = mapped_column(SealedJson("retention_run.reason"))
    deleted: Mapped[dict[str, int]] = mapped_column(JSONB)  #: files by kind
    rows: Mapped[dict[str, int]] = mapped_column(JSONB)  #: rows by table
    kept: Mapped[dict[str, dict[str, int]]] = mapped_column(JSONB)  #: what was not weeded after all
    digest: Mapped[str]  #: SHA-256 over the list of what was weeded: of each the digest before it, its kind and its id


class RetentionHold(Tenanted, KernelBase):
    """That a file, or whatever is about a person, is not weeded for now."""

    __tablename__ = "retention_hold"
    __table_args__ = (
        Index(None, "tenant", "subject"),
        Index(None, "tenant", "lookup"),
    )
    keep = Platform("five years after it was released")
    about = About(
        (ByNumber(tells=(FreeText("reason"), Official("by"), "at", Official("released_by"), "released_at")),),
        leaves_out={"subject": "the id of something else that is held"},
    )

    subject: Mapped[str | None]  #: the id of a home, application, placement request …
    lookup: Mapped[bytes | None] = mapped_column(LargeBinary)  #: or the keyed hash of a personal number
    reason: Mapped[str] = mapped_column(SealedJson("retention_hold.reason"))
    by: Mapped[str]
    at: Mapped[datetime]
    released_by: Mapped[str | None]
    released_at: Mapped[datetime | None]


class Weeded(Tenanted, KernelBase):
    """That the thing of this id is gone, as long as an event about it may still come."""

    __tablename__ = "weeded"
    __table_args__ = (Index(None, "tenant", "at"),)
    keep = Platform("as long as an event that was told may come again")
    about = Nobody("ids of what is gone")

    version: Mapped[int] = mapped_column(BigInteger)  #: the last that was told of it; 0 of another service's
    at: Mapped[datetime]
