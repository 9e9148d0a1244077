"""What is kept, counted by kind of file and by reason."""

from typing import Any

from services.kernel.contracts.keep import Kept
from services.kernel.contracts.retention import kinds


def note_kept(work: Any, kind: str, kept: Kept, count: int) -> None:
    """Counts files of a kind that are kept for a reason, in the record of a dry run or of a weeding."""
    if count:
        reasons = dict(work.kept.get(kind, {}))
        reason = f"{kept.why}|{kept.law}"
        reasons[reason] = reasons.get(reason, 0) + count
        work.kept = {**work.kept, kind: reasons}
        work.note(done=count, problems=())


def said_kept(found: dict[str, dict[str, int]]) -> list[dict[str, Any]]:
    """What was counted, as it is shown."""
    groups = []
    for kind, reasons in found.items():
        for reason, count in reasons.items():
            why, _, law = reason.partition("|")
            groups.append({"kind": kind, "why": why, "law": law, "count": count})
    return kinds(groups)
