"""Staff with a protected identity (skyddade personuppgifter): who acts is written down, and said to nobody else."""

from marshmallow import validate

from services.kernel.contracts import fields
from services.kernel.contracts.operation import Operation, Shared
from services.kernel.contracts.schema import Schema
from services.kernel.contracts.settings import ADMINS


class ProtectStaff(Schema):
    """Whose identity is protected, or is not any more: the subject of that person's token, as the login knows it."""

    actor = fields.String(required=True, validate=validate.Length(1, 200))
    protected_identity = fields.Flag(required=True)

    example = {"actor": "ivar", "protected_identity": True}


class StaffProtection(Schema):
    """How it is from now on in a service."""

    protected_identity = fields.Boolean(required=True)

    shows = {}
    example = {"protected_identity": True}


PROTECT_STAFF = Operation(
    name="protect_staff",
    route="POST /protected-staff",
    en="Protect the identity of one of the staff, or end that. From now on nobody is told what that person has done or "
    "looked at but who has the role `protected` and says why; the services know it within half a minute. Every service "
    "has to do it: when one of them is away, ask again.",
    sv="Skydda identiteten hos någon i personalen, eller avsluta skyddet. Därefter visas det inte vem som har gjort "
    "eller läst något, utom för den som har rollen `protected` och anger skäl; tjänsterna vet det inom en halv minut. "
    "Varje tjänst måste göra det: försök igen om någon är borta.",
    roles=ADMINS,
    body=ProtectStaff,
    answer=StaffProtection,
    shared=Shared(complete=True),
)
