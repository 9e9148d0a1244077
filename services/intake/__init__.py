"""Intake: from a family's interest to a qualified application, within three weeks."""
