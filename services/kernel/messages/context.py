"""Who asks for what: the context that travels with every request and event."""

from dataclasses import dataclass
from typing import Any

from services.kernel.contracts.hiding import PROTECTED
from services.kernel.contracts.roles import of_staff


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """One request's caller. `tenant` is empty only for operations that concern no municipality."""

    tenant: str
    actor: str  #: the token's subject; empty for the public form
    roles: tuple[str, ...] = ()
    request_id: str
    deadline: float  #: real seconds since the epoch; work not begun by then is not done
    personal_number: str | None = None  #: only of a home's own user; sealed on the wire, never logged
    idempotency_key: str | None = None
    if_match: str | None = None  #: the version that the caller read (several with commas between), or `*`
    if_none_match: bool = False  #: the caller means to create
    traceparent: str | None = None
    actor_name: str | None = None  #: as the login knows it
    reason: str | None = None  #: why, where the caller said so

    @property
    def staff_roles(self) -> tuple[str, ...]:
        """By which roles the caller works here as one of the staff."""
        return of_staff(self.roles)

    @property
    def sees_protected(self) -> bool:
        """Whether the caller is shown protected identities: the role is there, and a reason."""
        return PROTECTED in self.roles and bool(self.reason)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "Context":
        """The context as it came over the wire. What a newer gateway added is ignored."""
        known = {name: value for name, value in values.items() if name in cls.__dataclass_fields__}
        return cls(**{**known, "roles": tuple(values["roles"])})
