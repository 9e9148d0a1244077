"""The assignments (uppdrag) that a home can take."""

from enum import StrEnum


class Assignment(StrEnum):
    """What a home is asked to be."""

    FAMILY_HOME = "family_home"  #: familjehem
    EMERGENCY_HOME = "emergency_home"  #: jourhem
    CONTRACTED_EMERGENCY_HOME = "contracted_emergency_home"  #: kontrakterat jourhem
    CONTACT_FAMILY = "contact_family"  #: kontaktfamilj
    CONTACT_PERSON = "contact_person"  #: kontaktperson
    NETWORK_HOME = "network_home"  #: nätverkshem: already knows the child

    @property
    def swedish(self) -> str:
        """As it is written in a Swedish sentence."""
        return _SWEDISH[self]


#: Where a person lives. One at a time; contact families and contact persons are beside it, and may be several.
LIVING = frozenset(Assignment) - {Assignment.CONTACT_FAMILY, Assignment.CONTACT_PERSON}

_SWEDISH = {
    Assignment.FAMILY_HOME: "familjehem",
    Assignment.EMERGENCY_HOME: "jourhem",
    Assignment.CONTRACTED_EMERGENCY_HOME: "kontrakterat jourhem",
    Assignment.CONTACT_FAMILY: "kontaktfamilj",
    Assignment.CONTACT_PERSON: "kontaktperson",
    Assignment.NETWORK_HOME: "nätverkshem",
}
