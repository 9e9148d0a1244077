"""Paid leave of contracted emergency homes."""
