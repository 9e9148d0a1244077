"""The history of the database of mentorship."""
