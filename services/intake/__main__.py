"""Runs the intake service: `python -m services.intake`."""

from services.kernel.process.run import run  # first: it makes the standard library cooperative

from services.intake.service import Intake

run(Intake)
