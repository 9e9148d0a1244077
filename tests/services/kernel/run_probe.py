"""Runs the probe as every service is run: `python -m tests.services.kernel.run_probe`."""

from services.kernel import process  # isort: split  # first: it makes the standard library cooperative
from tests.services.kernel.probe import Probe

process.run(Probe)
