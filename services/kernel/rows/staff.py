"""Whose identity of the municipality's staff is protected."""

from datetime import datetime

from sqlalchemy.orm import Mapped

from services.kernel.rows.tables import KernelBase, Tenanted


class ProtectedStaff(Tenanted, KernelBase):
    """Somebody of the staff, by the token's subject, whose identity is or was protected."""

    __tablename__ = "protected_staff"

    is_protected: Mapped[bool]
    set_by: Mapped[str]
    set_at: Mapped[datetime]
