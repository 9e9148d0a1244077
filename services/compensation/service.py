"""The compensation service: its table of contents."""

from services.kernel.service import Service


class Compensation(Service):
    """To be written."""

    name = "compensation"
