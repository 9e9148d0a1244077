"""Alembic's entry to the history of placement."""

from services.kernel.rows import migration
from services.placement.model import Base

migration.run(Base.metadata)
