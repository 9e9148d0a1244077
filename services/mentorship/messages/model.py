"""Threads, messages, their files, how far they have been read, and the teams, as they are kept."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.kernel.basics.ids import new_id
from services.kernel.contracts.about import About, By, FreeText, Nobody, Official
from services.kernel.contracts.keep import With
from services.kernel.files.stored import StoredFile
from services.kernel.rows.homes import OfHome
from services.kernel.rows.tables import SealedJson, Tenanted, Versioned
from services.mentorship.base import Base
from services.mentorship.contract.messages import (
    MOST_FILES,
    ThreadClosed,
    ThreadStatus,
    TooManyThreadFiles,
)
from services.mentorship.homes.model import Home


class ThreadFile(StoredFile, Base):
    """A file of a thread; one that stands in no message yet was only sent along."""

    __tablename__ = "thread_file"
    __table_args__ = (
        ForeignKeyConstraint(["tenant", "thread_id"], ["thread.tenant", "thread.id"]),
        UniqueConstraint("tenant", "thread_id", "content_hash"),
    )
    keep = With("thread", "thread_id")
    about = About(
        (
            By(
                column="thread_id",
                of="thread",
                tells=("thread_id", "message_id", FreeText("name"), "media_type", "size", "created_at"),
            ),
        ),
        leaves_out={
            "created_by": "the login of whoever sent it, perhaps another adult",
            "file_key": "what opens the file, which is read by itself",
            "content_hash": "a keyed hash",
        },
    )

    thread_id: Mapped[str]
    message_id: Mapped[str | None]


class Message(Tenanted, Base):
    """One message."""

    __tablename__ = "message"
    __table_args__ = (
        ForeignKeyConstraint(["tenant", "thread_id"], ["thread.tenant", "thread.id"]),
        Index(None, "tenant", "thread_id", "at", "id"),
    )
    keep = With("thread", "thread_id")
    about = About(
        (By(column="thread_id", of="thread", tells=("thread_id", "at", "by_home", FreeText("text"))),),
        leaves_out={"author": "the login of whoever wrote it, perhaps another adult"},
    )

    thread_id: Mapped[str]
    at: Mapped[datetime]
    by_home: Mapped[bool]
    author: Mapped[str]
    text: Mapped[str] = mapped_column(SealedJson("message.text"))


class ThreadMark(Tenanted, Base):
    """How far somebody has read a thread."""

    __tablename__ = "thread_mark"
    __table_args__ = (
        ForeignKeyConstraint(["tenant", "thread_id"], ["thread.tenant", "thread.id"]),
        UniqueConstraint("tenant", "thread_id", "reader"),
    )
    keep = With("thread", "thread_id")
    about = Nobody("how far a login has read: what was read is told by itself")

    thread_id: Mapped[str]
    reader: Mapped[str]
    by_home: Mapped[bool]
    read_at: Mapped[datetime]


class TeamMember(Tenanted, Base):
    """That one of the staff belongs to the team of a home, by an assignment of it (R21)."""

    __tablename__ = "team_member"
    __table_args__ = (
        ForeignKeyConstraint(["tenant", "home_id"], ["home.tenant", "home.id"]),
        UniqueConstraint("tenant", "placement_id", "member"),
        Index(None, "tenant", "home_id"),
        Index(None, "tenant", "member"),
    )
    keep = With("home", "home_id")
    about = About(
        (By(column="home_id", of="home", tells=("home_id", Official("member"))),),
        leaves_out={
            "placement_id": "the id of somebody else's placement",
        },
    )

    home_id: Mapped[str]
    placement_id: Mapped[str]
    member: Mapped[str]


class Thread(OfHome, Versioned, Base):
    """Messages between a home and its team about one thing."""

    __tablename__ = "thread"
    __table_args__ = (
        ForeignKeyConstraint(["tenant", "home_id"], ["home.tenant", "home.id"]),
        Index(None, "tenant", "home_id"),
        *(
            Index(None, "tenant", *narrowed, "last_at", "id", postgresql_include=["home_id", "has_team", "team_left"])
            for narrowed in ([], ["status"], ["kind"], ["status", "kind"])
        ),
        Index("ix_thread_without_team", "tenant", "last_at", "id", postgresql_where=text("not has_team")),
        Index("ix_thread_to_answer", "tenant", "answer_by", postgresql_where=text("answer_by is not null")),
    )
    keep = With("home", "home_id")
    about = About(
        (
            By(
                column="home_id",
                of="home",
                tells=(
                    *("home_id", "kind", FreeText("subject"), "status", "created_at", "last_at", "answer_by"),
                    *("waits_since", "closed_at", Official("closed_by")),
                ),
            ),
        ),
        leaves_out=dict.fromkeys(("has_team", "team_left"), "who belongs to the team is told by itself"),
    )

    home_id: Mapped[str]
    kind: Mapped[str]
    subject: Mapped[str] = mapped_column(SealedJson("thread.subject"))
    status: Mapped[str]
    created_at: Mapped[datetime]
    last_at: Mapped[datetime]
    waits_since: Mapped[datetime | None]  #: since when the home waits for an answer
    answer_by: Mapped[date | None]  #: the last day for it
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None]
    has_team: Mapped[bool]  #: somebody of the staff belongs to the home's team
    team_left: Mapped[bool] = mapped_column(server_default=false())  #: nobody any more: that was written to has left

    home: Mapped[Home] = relationship(viewonly=True, lazy="joined", innerjoin=True)
    files: Mapped[list[ThreadFile]] = relationship(order_by=ThreadFile.id, viewonly=True)

    @property
    def home_name(self) -> str | None:
        """The name of the home."""
        return self.home.name

    @property
    def protected_identity(self) -> bool:
        """Whether the home has one."""
        return self.home.protected_identity

    def must_be_open(self) -> None:
        """Raises `ThreadClosed`."""
        if self.status == ThreadStatus.CLOSED:
            raise ThreadClosed

    def must_take_a_file(self) -> None:
        """Raises `ThreadClosed`, `TooManyThreadFiles`."""
        self.must_be_open()
        if len(self.files) >= MOST_FILES:
            raise TooManyThreadFiles

    def write(self, text: str, *, by: str, by_home: bool, answer_by: date, at: datetime) -> Message:
        """One more message. A home's waits for an answer, from the first that nobody has answered; staff's answers.
        Raises `ThreadClosed`."""
        self.must_be_open()
        if not by_home:
            self.waits_since = self.answer_by = None
        elif self.waits_since is None:
            self.waits_since, self.answer_by = at, answer_by
        self.last_at = at
        self.touch(at)
        return Message(id=new_id(), thread_id=self.id, at=at, by_home=by_home, author=by, text=text)

    def close(self, *, by: str, at: datetime) -> None:
        """Nothing more is written in it. Raises `ThreadClosed`."""
        self.must_be_open()
        self.status, self.closed_at, self.closed_by = ThreadStatus.CLOSED, at, by
        self.waits_since = self.answer_by = None
        self.touch(at)

    def is_unanswered_on(self, today: date) -> bool:
        """Whether the last day for an answer has passed."""
        return self.answer_by is not None and self.answer_by < today

    def unanswered(self) -> dict[str, object]:
        """The event `message_unanswered`."""
        return {"thread_id": self.id, "home_id": self.home_id, "kind": self.kind, "answer_by": self.answer_by}


def may_read(
    actor: str, team: Collection[str], reason: str | None, *, team_left: bool = False, is_coordinator: bool = False
) -> bool:
    """Whether one of the staff may read a thread: who belongs to the team, anybody as long as there is no team, and
    else whoever says why. What was written to a team that has left is the coordinator's: the home may wait for an
    answer."""
    return actor in team or bool(reason) or (not team and (is_coordinator or not team_left))
