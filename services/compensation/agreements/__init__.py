"""Agreements with homes: drafted, amended, signed and ended."""
