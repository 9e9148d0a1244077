"""Alembic's entry to the history of placement."""

from services.kernel import migration
from services.placement.model import Base

migration.run(Base.metadata)
