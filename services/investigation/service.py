"""The investigation service: its table of contents."""

from services.kernel.service import Service


class Investigation(Service):
    """To be written."""

    name = "investigation"
