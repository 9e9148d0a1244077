"""Investigations (utredningar): what is looked at, assessed, proposed and decided."""
