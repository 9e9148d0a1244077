"""What the parts of placement's contract share: roles, and fields that several bodies have."""

from typing import Any

from marshmallow import fields, validate

CASEWORKER = frozenset({"caseworker"})
CASEWORKER_OR_HOME = frozenset({"caseworker", "home"})

HOME_ID = "019a0000-0000-7000-8000-000000000002"
REQUEST_ID = "019a0000-0000-7000-8000-000000000010"
INQUIRY_ID = "019a0000-0000-7000-8000-000000000011"
PLACEMENT_ID = "019a0000-0000-7000-8000-000000000012"
APPROVAL_ID = "019a0000-0000-7000-8000-000000000013"
ADULT_ID = "019a0000-0000-7000-8000-000000000004"


def reference(**kwargs: Any) -> fields.String:
    """The id of something else."""
    form = validate.Regexp(r"^[0-9A-Za-z-]{1,64}$(?!\n)", error="An id, as another answer gave it.")
    return fields.String(validate=form, **kwargs)
