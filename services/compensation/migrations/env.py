"""Alembic's entry to the history of compensation."""

from services.compensation.model import Base
from services.kernel.rows import migration

migration.run(Base.metadata)
