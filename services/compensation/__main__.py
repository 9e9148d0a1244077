"""Runs the compensation service: `python -m services.compensation`."""

from services.kernel.process.run import run  # first: it makes the standard library cooperative

from services.compensation.service import Compensation

run(Compensation)
