"""Gives homes a mentor family, gatherings, respite and training."""
