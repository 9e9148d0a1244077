"""Secure messages between a home and its team: nothing by e-mail (R30)."""
