"""Alembic's entry to intake's history."""

from services.intake.model import Base
from services.kernel.rows import migration

migration.run(Base.metadata)
