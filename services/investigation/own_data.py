"""What of a proposal, an approval and a home's file is whose."""

from typing import TYPE_CHECKING, Any

from services.kernel.contracts.about import Whose

if TYPE_CHECKING:
    from services.investigation.approvals.model import Approval
    from services.investigation.homes.model import Home
    from services.investigation.investigations.decisions import Proposal


def texts(row: "Proposal | Approval", _whose: Whose) -> dict[str, Any]:
    """What was written, without which child a network home is for."""
    return {name: text for name, text in row.texts.items() if not name.startswith("child_")}


def details(row: "Home", _whose: Whose) -> dict[str, Any]:
    """Where the home is and how it is reached, without whom else the number is still asked for."""
    return {name: value for name, value in row.details.items() if name != "unnumbered_adults"}
