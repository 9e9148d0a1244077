"""The history of the database of placement."""
