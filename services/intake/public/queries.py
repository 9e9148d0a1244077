"""What anybody may read."""

from services.kernel.rows.database import Database
from services.kernel.work.operations import Answer


def list_municipalities(database: Database) -> Answer:
    """The public directory."""
    return Answer({"items": database.municipalities()})
