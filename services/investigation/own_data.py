"""What of a proposal and an approval is whose."""

from typing import TYPE_CHECKING, Any

from services.kernel.contracts.about import Whose

if TYPE_CHECKING:
    from services.investigation.approvals.model import Approval
    from services.investigation.investigations.decisions import Proposal


def texts(row: "Proposal | Approval", _whose: Whose) -> dict[str, Any]:
    """What was written, without which child a network home is for."""
    return {name: text for name, text in row.texts.items() if not name.startswith("child_")}
