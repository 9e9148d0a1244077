"""What a process keeps of a tenant for a while, so that a unit need not ask for it."""

from dataclasses import dataclass

from services.kernel.contracts.settings import Declared
from services.kernel.rows.settings import Settings
from services.kernel.secrecy import crypto


@dataclass(frozen=True, slots=True)
class Known:
    """What a process keeps of a tenant."""

    name: str  #: of the municipality
    municipality_code: str
    keyring: crypto.Keyring
    settings: Settings
    declared: Declared  #: what there is to be set
    until: float
    protected_staff: frozenset[str] = frozenset()
