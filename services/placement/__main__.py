"""Runs the placement service: `python -m services.placement`."""

from services.kernel import process  # first: it makes the standard library cooperative

from services.placement.service import Placement

process.run(Placement)
