"""R53: a concern is open until another person than who wrote it down settles it."""

from datetime import UTC, datetime

import pytest

from services.investigation.concerns.model import Concern, report
from services.investigation.contract.concerns import ConcernOutcome, ConcernSettled, ReportConcern, ReporterMayNotSettle

NOW = datetime(2026, 9, 1, 9, tzinfo=UTC)


def a_concern() -> Concern:
    return report(ReportConcern.example, by="karin", at=NOW)


class TestConcern:
    def test_it_is_open_as_it_was_reported(self) -> None:
        concern = a_concern()
        assert (concern.status, concern.kind, concern.source) == ("open", "care", "child_social_worker")

    def test_who_wrote_it_down_may_not_settle_it(self) -> None:
        concern = a_concern()
        with pytest.raises(ReporterMayNotSettle):
            concern.settle(ConcernOutcome.UNFOUNDED, "Nothing.", by="karin", at=NOW)
        assert (concern.status, concern.settlement) == ("open", None)

    def test_another_person_settles_it_once_and_nothing_is_added_then(self) -> None:
        concern = a_concern()
        concern.note("A visit.", by="karin", at=NOW)
        concern.settle(ConcernOutcome.MEASURES, "Supervision.", by="ivar", at=NOW)
        assert (concern.status, concern.settled_by) == ("settled", "ivar")
        with pytest.raises(ConcernSettled):
            concern.settle(ConcernOutcome.UNFOUNDED, "Nothing.", by="inga", at=NOW)
        with pytest.raises(ConcernSettled):
            concern.note("Another visit.", by="ivar", at=NOW)
        assert [note.text for note in concern.notes] == ["A visit."]
