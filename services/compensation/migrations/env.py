"""Alembic's entry to the history of compensation."""

from services.compensation.model import Base
from services.kernel.rows.migration import running

running.run(Base.metadata)
