"""Pays the homes: tariffs, agreements, claims and pay runs."""
