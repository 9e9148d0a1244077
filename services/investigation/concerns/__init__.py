"""Concerns about homes (oro): reported, looked into, settled."""
