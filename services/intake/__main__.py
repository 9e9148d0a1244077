"""Runs the intake service: `python -m services.intake`."""

from services.kernel import process  # first: it makes the standard library cooperative

from services.intake.service import Intake

process.run(Intake)
