"""Whose identity of the municipality's staff is protected (skyddade personuppgifter): each service keeps it, because
each says who has done something."""

from sqlalchemy import Index, select
from sqlalchemy.orm import Mapped

from services.kernel.contracts.about import Nobody
from services.kernel.contracts.keep import Platform
from services.kernel.rows.tables import KernelBase, Versioned
from services.kernel.rows.unit import Unit


class StaffMember(Versioned, KernelBase):
    """Somebody of the staff whose identity is protected, or was."""

    __tablename__ = "staff_member"
    keep = Platform("as long as the municipality has staff: a token's subject, and whether the identity is protected")
    about = Nobody("it names somebody of the staff by their login, and never a number")
    __table_args__ = (Index(None, "tenant", "actor"),)

    actor: Mapped[str]  #: the token's subject
    is_protected: Mapped[bool]


def known(unit: Unit, actor: str) -> StaffMember | None:
    """What has been said of somebody, locked; two who say it at once wait for each other."""
    unit.alone(f"staff {actor}")
    found = select(StaffMember).where(StaffMember.actor == actor).with_for_update()
    return unit.session.scalars(found).one_or_none()


def learn(unit: Unit, staff_id: str, actor: str, *, is_protected: bool) -> StaffMember:
    """Keeps what is said of somebody now. The process does as it says at once, the others within half a minute."""
    member, is_new = unit.ensure(StaffMember, staff_id)
    member.actor, member.is_protected = actor, is_protected
    if is_new:
        member.changed_at = unit.now
    else:
        member.touch(unit.now)
    unit.changes_known = True
    return member
