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


def text(longest: int, *, shortest: int = 1, **kwargs: Any) -> fields.String:
    """Text of a limited length, not empty unless said."""
    return fields.String(validate=validate.Length(shortest, longest), **kwargs)


def reference(**kwargs: Any) -> fields.String:
    """The id of something else."""
    form = validate.Regexp(r"^[0-9A-Za-z-]{1,64}$", error="An id, as another answer gave it.")
    return fields.String(validate=form, **kwargs)


def languages(**kwargs: Any) -> fields.List[str]:
    """Language codes, such as `ar`."""
    code = fields.String(validate=validate.Regexp(r"^[a-z]{2,3}$", error="A language code, like sv."))
    return fields.List(code, validate=validate.Length(max=30), **kwargs)
