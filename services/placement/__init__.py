"""Finds a home for a person who needs one and follows the placement."""
