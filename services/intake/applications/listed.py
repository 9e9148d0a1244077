"""What lists read of applications: no more than they show."""

from sqlalchemy import case

from services.intake.applications.model import Application

#: The columns; the details only of an application that was written before there were headings.
HEADING = (Application.heading, case((Application.heading.is_(None), Application.details)).label("details"))


class Headed:
    """What a row with `HEADING` knows of itself as an application does."""

    __slots__ = ()
    in_lists, name, locality = Application.in_lists, Application.name, Application.locality
    is_protected = Application.is_protected
