"""Informal stays with relatives or friends, which end in a decision or in an end."""
