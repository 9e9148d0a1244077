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
