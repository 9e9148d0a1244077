"""Runs the placement service: `python -m services.placement`."""

from services.kernel.process.run import run  # first: it makes the standard library cooperative

from services.placement.service import Placement

run(Placement)
