"""Runs the mentorship service: `python -m services.mentorship`."""

from services.kernel.process.run import run  # first: it makes the standard library cooperative

from services.mentorship.service import Mentorship

run(Mentorship)
