"""Alembic's entry to the history of mentorship."""

from services.kernel.rows import migration
from services.mentorship.model import Base

migration.run(Base.metadata)
