"""Runs the probe: `python -m tests.services.kernel.run_probe`."""

from services.kernel.process.run import run  # isort: split  # first: it makes the standard library cooperative
from tests.services.kernel.probe import Probe

run(Probe)
