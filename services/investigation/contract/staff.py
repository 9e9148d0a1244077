"""Staff with a protected identity (skyddade personuppgifter): what they do is written down, and who it was is said to
nobody else."""

from marshmallow import validate

from services.kernel.contracts import Operation, Schema, fields
from services.kernel.contracts.settings import ADMINS


class ProtectStaff(Schema):
    """Whose identity is protected, or is not any more: the subject of that person's token, as the login knows it."""

    actor = fields.String(required=True, validate=validate.Length(1, 200))
    protected_identity = fields.Flag(required=True)

    example = {"actor": "ivar", "protected_identity": True}


class StaffMemberView(Schema):
    """Somebody of the staff whose identity is protected, or was. Who it is, is null as long as it is protected."""

    id = fields.String(required=True)
    actor = fields.Staff(required=True)
    protected_identity = fields.Boolean(required=True)

    shows = {"staff": "id"}
    example = {"id": "019a0000-0000-7000-8000-00000000000a", "actor": None, "protected_identity": True}


PROTECT_STAFF = Operation(
    name="protect_staff",
    route="POST /protected-staff",
    en="Protect the identity of one of the staff, or end that. Every service learns it, and then tells nobody what "
    "that person has done or looked at but who has the role `protected` and says why.",
    sv="Skydda identiteten hos någon i personalen, eller avsluta skyddet. Alla tjänster får veta det, och visar "
    "därefter inte vem som har gjort eller läst något, utom för den som har rollen `protected` och anger skäl.",
    roles=ADMINS,
    body=ProtectStaff,
    answer=StaffMemberView,
)
LIST_PROTECTED_STAFF = Operation(
    name="list_protected_staff",
    route="GET /protected-staff",
    en="Those of the staff whose identity is protected, or was.",
    sv="De i personalen som har eller har haft skyddade personuppgifter.",
    roles=ADMINS,
    answer=StaffMemberView,
    reads=True,
    paged=True,
)
