"""Runs the mentorship service: `python -m services.mentorship`."""

from services.kernel import process  # first: it makes the standard library cooperative

from services.mentorship.service import Mentorship

process.run(Mentorship)
