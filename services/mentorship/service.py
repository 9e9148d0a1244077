"""The mentorship service: its table of contents."""

from services.kernel.service import Service


class Mentorship(Service):
    """To be written."""

    name = "mentorship"
