"""By what the house reaches people outside of it, as the operator has set it up, and what it says to them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from services.kernel.messages.connections import Connection
from services.kernel.messages.mail import MailServer

TEXT = "Något nytt väntar i Hemvist. Logga in."  #: of every nudge: nothing of what it is, and nobody's name


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlets:
    """What one process can send by."""

    mail: MailServer | None = None
    sms_secrets: Mapping[str, str] = field(default_factory=dict, repr=False)  #: by municipality
    #: the systems that the house asks something, by municipality and by what each is for
    connections: Mapping[str, Mapping[str, Connection]] = field(default_factory=dict)


NOTHING = Outlets()  #: until the operator says it


def text_of(address: str | None) -> str:
    """What a nudge says, with the web address at which the municipality's homes log in."""
    return f"{TEXT} {address}" if address else TEXT
