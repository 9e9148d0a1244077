"""By which roles somebody of the municipality's staff works, and by which not. The services name the roles."""

from collections.abc import Iterable

#: Of homes, of systems and of operators, and rights that stand beside another role: nobody of the staff works by these.
NOT_STAFF = frozenset({"home", "integration", "operator", "personal", "protected"})


def of_staff(roles: Iterable[str]) -> tuple[str, ...]:
    """Those of the roles by which somebody of the staff works, in the order of the alphabet."""
    return tuple(sorted(set(roles) - NOT_STAFF))
