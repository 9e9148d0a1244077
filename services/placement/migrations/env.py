"""Alembic's entry to the history of placement."""

from services.kernel.rows.migration import running
from services.placement.model import Base

running.run(Base.metadata)
