"""The history of the database of compensation."""
