"""Journeys over HTTP through the whole platform."""
