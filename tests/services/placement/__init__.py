"""Placement, against real servers."""
