"""The history of the database of investigation."""
