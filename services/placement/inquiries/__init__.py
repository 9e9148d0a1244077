"""Homes are asked for a person, and answer."""
