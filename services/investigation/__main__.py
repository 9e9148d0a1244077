"""Runs the investigation service: `python -m services.investigation`."""

from services.kernel import process  # first: it makes the standard library cooperative

from services.investigation.service import Investigation

process.run(Investigation)
