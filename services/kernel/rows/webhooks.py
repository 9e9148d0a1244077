"""A municipality's webhooks as each service keeps them: where to, which events, by which secrets, and how far it is."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from services.kernel.basics import clock
from services.kernel.contracts.about import Nobody
from services.kernel.contracts.keep import Platform
from services.kernel.contracts.webhooks import State
from services.kernel.rows.tables import KernelBase, SealedJson, Tenanted
from services.kernel.rows.unit import Unit

BESIDE = timedelta(days=1)  #: for which an old secret signs beside the new one


class Webhook(Tenanted, KernelBase):
    """A webhook. It stays until it is removed; of what was sent nothing is kept but the place.

    The address is sealed because it may hold a secret, the description because it may name somebody.
    """

    __tablename__ = "webhook"
    keep = Platform("until an administrator removes it, sealed")
    about = Nobody("where events are sent")

    url: Mapped[str] = mapped_column(SealedJson("webhook.url"))
    description: Mapped[str] = mapped_column(SealedJson("webhook.description"))
    types: Mapped[list[str]] = mapped_column(ARRAY(Text))
    keys: Mapped[list[str]] = mapped_column(ARRAY(Text))  #: the routing keys of those that this service tells
    #: the secrets with the instant until which each signs (None: for good), the newest first
    secrets: Mapped[list[list[Any]]] = mapped_column(SealedJson("webhook.secrets"))
    position: Mapped[int] = mapped_column(BigInteger)  #: of the last event among what was told that it has had
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    delivered_at: Mapped[datetime | None]
    failing_since: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
    problem: Mapped[str | None]  #: why the last attempt failed, in words of our own

    @property
    def state(self) -> State:
        """How it goes."""
        if self.stopped_at is not None:
            return State.STOPPED
        return State.SENDING if self.failing_since is None else State.FAILING

    @property
    def secret(self) -> str:
        """The newest."""
        return str(self.secrets[0][0])

    def signing(self, now: datetime) -> list[str]:
        """The secrets that sign now."""
        return [secret for secret, until in self.secrets if until is None or clock.instant(until) > now]

    def rotate(self, secret: str, now: datetime) -> None:
        """Signs with this secret from now on, and for a day with those that it had. The same once more is no change."""
        if secret != self.secret:
            end = clock.rfc3339(now + BESIDE)
            kept = [[one, until or end] for one, until in self.secrets if one in self.signing(now)]
            self.secrets = [[secret, None], *kept]

    def take(self, position: int, now: datetime) -> None:
        """It has had the event at this place."""
        self.position, self.delivered_at = max(self.position, position), now
        self.failing_since = self.stopped_at = self.problem = None

    def fail(self, problem: str, now: datetime, *, for_good: bool) -> None:
        """An attempt failed; for good when there is no next one."""
        self.failing_since, self.problem = self.failing_since or now, problem
        self.stopped_at = now if for_good else None


def every(unit: Unit) -> Sequence[Webhook]:
    """All of the municipality, in the order in which they were made."""
    return unit.session.scalars(select(Webhook).order_by(Webhook.created_at, Webhook.id)).all()
