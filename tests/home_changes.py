"""What `home_changed` says, valid by default."""

from typing import Any

from services.kernel.basics.ids import new_id


def a_change(home_id: str, **overrides: Any) -> dict[str, Any]:
    """The data of `home_changed`: Anna lives there."""
    return {
        "home_id": home_id,
        "adults": [an_adult()],
        "children_birth_years": [2015],
        "household_complete": True,
        "phone": "+46701234567",
        "email": None,
        "address": None,
        "position": {"latitude": 59.27, "longitude": 15.21},
        "languages": ["sv"],
        "protected_identity": False,
        "approvals_wait": False,
        **overrides,
    }


def an_adult(personal_number: str = "189001019802", **overrides: Any) -> dict[str, str]:
    names = {"given_name": "Anna", "family_name": "Andersson", "relation": "applicant"}
    return {"id": new_id(), "personal_number": personal_number, **names, **overrides}


def a_weeding(home_id: str, **overrides: Any) -> dict[str, Any]:
    """The data of `home_weeded`: of a home with one investigation and one approval."""
    return {
        "home_id": home_id,
        "application_ids": [new_id()],
        "investigation_ids": [new_id()],
        "approval_ids": [new_id()],
        "adult_ids": [new_id()],
        **overrides,
    }
