"""Alembic's entry to the history of investigation."""

from services.investigation.model import Base
from services.kernel.rows.migration import running

running.run(Base.metadata)
