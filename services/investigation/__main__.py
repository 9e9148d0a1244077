"""Runs the investigation service: `python -m services.investigation`."""

from services.kernel.process.run import run  # first: it makes the standard library cooperative

from services.investigation.service import Investigation

run(Investigation)
