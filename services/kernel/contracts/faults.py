"""The one family of faults that a caller may see.

A fault's docstring is its message, its class name its code. Nothing else about an exception ever leaves a process.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from services.kernel.basics.log import described

#: {"pointer": "/adults/0/personal_number", "code": "personal_number_date", "parameters": {}, "detail": "…"}
Problem = dict[str, Any]


class Fault(Exception):
    """The request can not be done."""

    status: ClassVar[int] = 409

    def __init__(
        self, detail: str | None = None, *, errors: Sequence[Problem] = (), extra: Mapping[str, Any] | None = None
    ) -> None:
        self.detail = detail or (type(self).__doc__ or "").strip()
        self.errors = list(errors)
        self.extra = dict(extra or {})
        super().__init__(self.detail)

    @classmethod
    def code(cls) -> str:
        """`ApplicationAlreadyClosed` has the code `application_already_closed`."""
        return re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()

    @classmethod
    def title(cls) -> str:
        """The first sentence of the docstring."""
        return (cls.__doc__ or "").strip().split("\n")[0]

    def as_dict(self) -> dict[str, Any]:
        """The fault as it travels from a service to the gateway."""
        return {
            "code": self.code(),
            "status": self.status,
            "title": self.title(),
            "detail": self.detail,
            "errors": self.errors,
            "extra": self.extra,
        }


class InvalidInput(Fault):
    """The input does not have the form that the interface describes."""

    status = 422


class IdempotencyKeyReused(Fault):
    """The idempotency key was used before with another request."""

    status = 422


class NotFound(Fault):
    """There is nothing here."""

    status = 404


class MissingRole(Fault):
    """None of the caller's roles allows this."""

    status = 403


class IdentityProtected(Fault):
    """Of a protected identity this is shown only with the role `protected` and a reason.

    For what can not be hidden in part, like a file. The reason stands in `Access-Reason`.
    """

    status = 403


class SecondPersonNeeded(Fault):
    """Whoever did the first step may not do the second one: another person must."""

    status = 403


class Stale(Fault):
    """Somebody has changed this since it was read: read it again."""

    status = 412


class PreconditionRequired(Fault):
    """A change needs If-Match with the ETag that was read (or If-None-Match: * to create)."""

    status = 428


class AlreadyExists(Fault):
    """If-None-Match: * was given, but this exists already."""

    status = 412


class DeadlinePassed(Fault):
    """The caller's deadline passed before the work was done, so nothing of it was done."""

    status = 504


class RequestInProgress(Fault):
    """An earlier request with this idempotency key is still at work: ask again for its answer."""

    status = 409


class MunicipalityBusy(Fault):
    """The municipality has asked for more than its share at once, so nothing of this was done: try again."""

    status = 503


class BeingChanged(Fault):
    """Something else is changing this right now, so nothing was done: try again."""

    status = 503


class ServiceUnavailable(Fault):
    """The service can not be reached right now; nothing is lost by trying again."""

    status = 503


class InternalFault(Fault):
    """Something went wrong on our side. The request id finds it in the logs."""

    status = 500


class TooEarly(Exception):
    """A reaction's event came before something that it builds on; it is retried, not lost."""


def reason_of(problem: Exception) -> str:
    """The kind of a failure and where; never its text, which may hold what somebody wrote."""
    said = described(problem)
    name = type(problem).code() if isinstance(problem, Fault) else said["problem"]
    return f"{name} at {said['where'][-1]}" if said["where"] else str(name)
