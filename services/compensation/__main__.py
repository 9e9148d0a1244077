"""Runs the compensation service: `python -m services.compensation`."""

from services.kernel import process  # first: it makes the standard library cooperative

from services.compensation.service import Compensation

process.run(Compensation)
