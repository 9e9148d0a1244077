"""What came of a proof, and how it is said."""

from collections import Counter
from dataclasses import dataclass, field, fields
from typing import Any

WRONG = ("lost", "doubled", "wrong", "stuck", "refused")


@dataclass(slots=True)
class Report:
    """What came of it."""

    seed: int
    seconds: float
    facts: Counter[str] = field(default_factory=Counter)
    kronor: str = "0"  #: that approved runs come to
    events: int = 0  #: that readers were told
    right: Counter[str] = field(default_factory=Counter)  #: refusals that had to be
    retries: Counter[str] = field(default_factory=Counter)
    troubles: Counter[str] = field(default_factory=Counter)
    longest_silence: float = 0.0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)  #: over-booked, paid otherwise than owed, another last day
    stuck: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)  #: what clients never got an answer to, or a wrong one

    @property
    def is_clean(self) -> bool:
        """Whether nothing was lost, doubled, wrong, stuck or refused."""
        return not any(getattr(self, name) for name in WRONG)

    def as_json(self) -> dict[str, Any]:
        """Its fields."""
        return {one.name: getattr(self, one.name) for one in fields(self)}


def written(report: Report) -> str:
    """The report as a table in Markdown, and below it what was wrong."""
    rows = [
        ("seed, seconds of trouble", f"{report.seed}, {report.seconds:.0f}"),
        ("facts acknowledged", _said(report.facts)),
        ("kronor in approved runs, as the ledger reckons them", report.kronor),
        ("refused as it should be", _said(report.right) or "0"),
        ("events that readers were told", str(report.events)),
        ("troubles", _said(report.troubles)),
        ("asked again", _said(report.retries) or "0"),
        ("longest time without an answer to anybody", f"{report.longest_silence:.1f} s"),
        *((name, str(len(getattr(report, name)))) for name in WRONG),
    ]
    wrong = [f"{name}: {one}" for name in WRONG for one in getattr(report, name)[:20]]
    return "\n".join(["| | |", "|---|---|", *(f"| {name} | {value} |" for name, value in rows), "", *wrong])


def _said(counted: Counter[str]) -> str:
    return ", ".join(f"{count} {name}" for name, count in sorted(counted.items()))
