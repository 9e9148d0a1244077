"""The suite's own helpers."""
