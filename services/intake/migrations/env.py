"""Alembic's entry to intake's history."""

from services.intake.model import Base
from services.kernel.rows.migration import running

running.run(Base.metadata)
