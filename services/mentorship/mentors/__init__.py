"""Mentor families, and which of them a home is offered."""
