"""Courses, theme days and supervision groups (handledning): what the law demands to be offered to homes (SoL 22:3)."""
