"""How long a file is kept (gallring): the rules of the Social Services Act (SoL 2025:400), chapter 16, and the
Social Services Ordinance (SoF 2025:468), 13:1. Values in, values out: what is known of a file, and the day it is.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from services.kernel.basics.days import age_on, anniversary
from services.kernel.contracts.keep import NOT_YET, Due, Keep, Kept, Verdict

#: The counties (län) whose files research keeps whole: Östergötland, Gotland, Västernorrland (SoF 13:1).
RESEARCH_COUNTIES = frozenset({"05", "09", "22"})
GOTHENBURG = "1480"  #: and this municipality (SoF 13:1)
RESEARCH_DAYS = frozenset({5, 15, 25})  #: elsewhere, files of persons born on these days of any month (SoF 13:1)
CHILDS_PAPERS_SINCE = date(2026, 1, 15)  #: SoL 16:2 a, by the Act 2025:1501; not for matters closed before
CHILDS_PAPERS_UNTIL = 30  #: years of age (SoL 16:2 a)
MAJORITY = 18

IN_USE = Kept(why="in_use")
CHILD_PLACED = Kept(why="child_placed", law="SoL 16:2")
RESEARCH_MUNICIPALITY = Kept(why="research_municipality", law="SoL 16:4, SoF 13:1")
RESEARCH_BIRTH_DAY = Kept(why="born_on_5_15_25", law="SoL 16:4, SoF 13:1")
CHILDS_PAPERS = Kept(why="child_not_yet_30", law="SoL 16:2 a")


@dataclass(frozen=True, slots=True, kw_only=True)
class Papers:
    """What is known of a file."""

    last_entry: date  #: the day on which something was last written in it, or on which what it is about ended
    in_use: bool = False  #: what it is about goes on
    child_placed: bool = False  #: it comes of a child's having been placed in a home (SoL 16:2)
    born: Iterable[date] = ()  #: when the persons were born whose file it is
    protects: date | None = None  #: it is of the protection of a child who was born then (SoL 16:2 a)


def judge(papers: Papers, keep: Keep, *, today: date, municipality_code: str) -> Verdict:
    """Whether the file is due on that day, or why it is kept. What binds for ever comes before what passes."""
    if papers.in_use:
        return IN_USE
    return _kept_for_ever(papers, municipality_code) or _judge_time(papers, keep, today)


def _kept_for_ever(papers: Papers, municipality_code: str) -> Kept | None:
    if papers.child_placed:
        return CHILD_PLACED
    if is_research_municipality(municipality_code):
        return RESEARCH_MUNICIPALITY
    return RESEARCH_BIRTH_DAY if any(born.day in RESEARCH_DAYS for born in papers.born) else None


def _judge_time(papers: Papers, keep: Keep, today: date) -> Verdict:
    since = anniversary(papers.last_entry, keep.years)
    if today < since:
        return NOT_YET
    grown = _childs_papers_until(papers)
    if grown is not None and today < grown:
        return CHILDS_PAPERS
    return due(since if grown is None else max(since, grown))


def after(day: date, keep: Keep, today: date) -> Verdict:
    """Of what is nobody's file: due when its years have passed."""
    since = anniversary(day, keep.years)
    return NOT_YET if today < since else due(since)


def due(since: date) -> Due:
    """The duty arose on that day; it is done at the latest in the calendar year after it (SoL 16:1)."""
    return Due(since=since, finish_by=date(since.year + 1, 12, 31))


def is_research_municipality(code: str) -> bool:
    """Whether a municipality (by Statistics Sweden's code) keeps every file for research (SoF 13:1)."""
    return code[:2] in RESEARCH_COUNTIES or code == GOTHENBURG


def is_child(born: date, on: date) -> bool:
    """Whether somebody was under 18 on that day; who was not born yet, too."""
    return on < born or age_on(born, on) < MAJORITY


def _childs_papers_until(papers: Papers) -> date | None:
    """The day from which a child's papers may be weeded: the 30th birthday; none of a matter closed before the rule."""
    if papers.protects is None or papers.last_entry < CHILDS_PAPERS_SINCE:
        return None
    return anniversary(papers.protects, CHILDS_PAPERS_UNTIL)
