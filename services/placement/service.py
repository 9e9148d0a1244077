"""The placement service: its table of contents."""

from services.kernel.service import Service


class Placement(Service):
    """To be written."""

    name = "placement"
