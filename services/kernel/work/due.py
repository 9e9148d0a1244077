"""A duty whose time has come, and what is said of one that was done."""

from dataclasses import dataclass

import sqlalchemy

from services.kernel.basics.ids import new_id
from services.kernel.messages.context import Context

ACTOR = "clockwork"
COUNT_DONE = sqlalchemy.text("""insert into duty_done as known (name, done_at, done) values (:name, :now, 1)
    on conflict (tenant, name) do update set done_at = excluded.done_at, done = known.done + 1""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A duty of a municipality whose time has come."""

    tenant: str
    name: str
    subject: str

    @property
    def named(self) -> dict[str, str]:
        """What finds its row among those of its municipality."""
        return {"name": self.name, "subject": self.subject}


def context_of(tenant: str) -> Context:
    """Whoever carries out a municipality's duties."""
    return Context(tenant=tenant, actor=ACTOR, request_id=new_id(), deadline=0)
