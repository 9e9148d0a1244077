"""Alembic's entry to the history of mentorship."""

from services.kernel.rows.migration import running
from services.mentorship.model import Base

running.run(Base.metadata)
