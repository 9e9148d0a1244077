"""What stands in the document of an investigation, and that it can be read."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from enum import StrEnum
from io import BytesIO

import pypdf
import pytest

from services.investigation.checks.status import CheckStatus, Register
from services.investigation.contract.common import Kind, Status
from services.investigation.contract.decisions import (
    AgeGroup,
    DecidedOutcome,
    EndedBy,
    Investigator,
    ProposedOutcome,
    Told,
)
from services.investigation.contract.objections import Disputed
from services.investigation.investigations import documents, words
from services.investigation.investigations.blockers import Area, BlockerCode, Rating
from services.investigation.investigations.documents import Check, Decided, Judgement, Reader, document_of, title_of
from services.investigation.investigations.outcome import break_off, tell
from services.investigation.model import Investigation
from services.investigation.steps.rules import Requirement, Step
from services.kernel.files.documents import Frame, typeset
from services.vocabulary.assignments import Assignment
from services.vocabulary.people import Adult
from tests.unit.investigation.factories import (
    ANNA,
    BO,
    DEMANDS,
    MAY,
    assess,
    decide,
    make_investigation,
    make_ready,
    meet,
    propose,
    record,
    refer,
)

TODAY = date(2026, 5, 2)
SEES_ALL = Reader(sees_home=True, sees_child=True, hides_staff=lambda _: False)


def without_words(words: Mapping[str, str], terms: Iterable[str]) -> list[str]:
    """The terms that a reader would see in English, or not at all."""
    return [term for term in terms if not words.get(term, "").strip() or words[term] == str(term)]


class TestWords:
    @pytest.mark.parametrize(
        ("said", "terms"),
        [
            (words.STATUSES, Status),
            (words.REGISTERS, Register),
            (words.CHECK_STATUSES, CheckStatus),
            (words.AREAS, Area),
            (words.RATINGS, Rating),
            (words.BLOCKERS, BlockerCode),
            (words.PROPOSALS, ProposedOutcome),
            (words.DECISIONS, DecidedOutcome),
            (words.KINDS, Kind),
            (words.STEPS, Step),
            (words.REQUIREMENTS, Requirement),
            (words.AGE_GROUPS, AgeGroup),
            (words.INVESTIGATORS, Investigator),
            (words.ENDED_BY, EndedBy),
            (words.TOLD, Told),
            (words.DISPUTED, Disputed),
            ({assignment: assignment.swedish for assignment in Assignment}, Assignment),
        ],
    )
    def test_every_term_is_said_in_swedish(self, said: Mapping[str, str], terms: type[StrEnum]) -> None:
        assert without_words(said, terms) == []

    def test_every_relation_that_intake_knows_is_said_in_swedish(self) -> None:
        (known,) = Adult().fields["relation"].validators
        assert [relation for relation in known.choices if relation not in words.RELATIONS] == []

    def test_a_term_without_words_is_found(self) -> None:
        assert without_words({"a": "ett", "b": " ", "c": "c"}, ["a", "b", "c", "d"]) == ["b", "c", "d"]


class TestTitle:
    @pytest.mark.parametrize(
        ("assignments", "title"),
        [
            (["family_home"], "Utredning inför uppdrag som familjehem"),
            (["family_home", "emergency_home"], "Utredning inför uppdrag som familjehem och jourhem"),
            (
                ["family_home", "emergency_home", "contact_family"],
                "Utredning inför uppdrag som familjehem, jourhem och kontaktfamilj",
            ),
        ],
    )
    def test_it_names_what_the_home_wants_to_be(self, assignments: list[str], title: str) -> None:
        assert title_of(make_investigation(assignments=assignments)) == title


class TestContent:
    def test_the_household_is_named_the_applicant_first(self) -> None:
        found = document_of(make_investigation(adults=[BO, ANNA]), TODAY, SEES_ALL, DEMANDS)
        assert [(adult.name, adult.relation) for adult in found.adults] == [
            ("Anna Andersson", "sökande"),
            ("Bo Berg", "partner"),
        ]
        assert (found.opened_on, found.status, found.hides_names) == (date(2026, 4, 8), "Pågår", False)

    def test_children_are_told_by_their_years(self) -> None:
        found = document_of(make_investigation(children_birth_years=[2018, 2011, 2015]), TODAY, SEES_ALL, DEMANDS)
        assert found.children_born == "2011, 2015 och 2018"

    def test_a_day_is_the_day_in_sweden(self) -> None:
        investigation = make_investigation()
        investigation.opened_at = datetime(2026, 4, 8, 22, 30, tzinfo=UTC)
        assert document_of(investigation, TODAY, SEES_ALL, DEMANDS).opened_on == date(2026, 4, 9)

    def test_each_check_says_when_who_and_what_came_of_it(self) -> None:
        investigation = make_investigation(adults=[BO, ANNA])
        police = next(
            check for check in investigation.register_checks if (check.adult_id, check.register) == ("anna", "police")
        )
        record(investigation, police.id, status="remark", assessment="Böter för nio år sedan.")
        licence = next(
            check for check in investigation.register_checks if (check.adult_id, check.register) == ("bo", "transport")
        )
        record(investigation, licence.id, status="remark", assessment="Körkortet är återkallat.")
        first, second, *others = document_of(investigation, TODAY, SEES_ALL, DEMANDS).checks
        assert first == Check(
            name="Anna Andersson",
            register="Polisens register",
            status="Anmärkning",
            checked_on=date(2026, 5, 1),
            valid_until=date(2026, 11, 1),
            recorded_by="ivar",
            assessment="",  # of the police's registers nothing but the outcome: R55
        )
        assert others[-1].assessment == "Körkortet är återkallat."
        assert (second.register, second.status, second.checked_on) == ("Socialregistret", "Inte gjord", None)
        assert [check.name for check in others] == ["Anna Andersson"] * 3 + ["Bo Berg"] * 5

    def test_a_check_that_has_grown_old_says_so(self) -> None:
        assert {check.status for check in document_of(make_ready(), date(2026, 11, 1), SEES_ALL, DEMANDS).checks} == {
            "Utan anmärkning"
        }
        assert {check.status for check in document_of(make_ready(), date(2026, 11, 2), SEES_ALL, DEMANDS).checks} == {
            "För gammal"
        }

    def test_every_area_has_its_place_assessed_or_not(self) -> None:
        investigation = make_investigation()
        assess(investigation, Area.ECONOMY, rating="met_with_conditions", note="God.")
        found = document_of(investigation, TODAY, SEES_ALL, DEMANDS).judgements
        assert [judgement.area for judgement in found] == [
            "Boende", "Ekonomi", "Nätverk", "Ålder", "Erfarenhet", "Hälsa", "Familjesituation",
        ]  # fmt: skip
        assert found[0] == Judgement(area="Boende", rating=None, assessed_by=None, assessed_on=None, note="")
        assert found[1] == Judgement(
            area="Ekonomi", rating="Uppfyllt med villkor", assessed_by="ivar", assessed_on=TODAY, note="God."
        )

    def test_what_stands_in_the_way_is_said_of_whom_and_where(self) -> None:
        investigation = make_ready(household_complete=False)
        record(investigation, investigation.register_checks[0].id, status="failed")
        assess(investigation, Area.HEALTH, rating="not_met", note="")
        assert document_of(investigation, TODAY, SEES_ALL, DEMANDS).blockers == (
            "Det är inte känt att alla vuxna i hushållet är uppgivna.",
            "Registerkontrollen av Anna Andersson gav inget användbart svar: Polisens register.",
            "Området är bedömt som inte uppfyllt: Hälsa.",
        )

    def test_nothing_stands_in_the_way_of_what_is_closed(self) -> None:
        investigation = make_ready()
        assert document_of(investigation, TODAY, SEES_ALL, DEMANDS).blockers == ()
        propose(investigation)
        decide(investigation, "approve", reasons="")
        assert document_of(investigation, TODAY, SEES_ALL, DEMANDS).blockers is None

    def test_a_returned_proposal_stays_before_the_next(self) -> None:
        investigation = make_ready()
        propose(investigation, reasons="Först.")
        decide(investigation, "return", reasons="Referenser saknas.")
        propose(investigation, reasons="Sedan.")
        first, second = document_of(investigation, TODAY, SEES_ALL, DEMANDS).proposals
        assert (first.reasons, first.outcome, first.assignments, first.ages, first.places) == (
            "Först.", "Att hemmet godkänns", "familjehem", "0–12 år", 2,
        )  # fmt: skip
        assert (first.proposed_by, first.proposed_on, first.valid_until) == ("ivar", TODAY, date(2028, 5, 31))
        assert first.decision == Decided(
            outcome="Återlämnad till utredaren", decided_by="dagny", decided_on=TODAY, reasons="Referenser saknas."
        )
        assert (second.reasons, second.decision) == ("Sedan.", None)

    def test_a_rejection_without_bounds_has_none(self) -> None:
        investigation = make_investigation()
        unbounded = {"assignments": [], "age_from": None, "age_to": None, "places": None, "valid_until": None}
        propose(investigation, outcome="reject", **unbounded)
        (proposal,) = document_of(investigation, TODAY, SEES_ALL, DEMANDS).proposals
        assert (proposal.outcome, proposal.assignments, proposal.ages) == ("Att hemmet inte godkänns", "", None)

    def test_of_a_protected_home_it_shows_neither_names_nor_what_was_written(self) -> None:
        investigation = make_ready(protected_identity=True, household_complete=False)
        record(investigation, investigation.register_checks[0].id, status="failed", assessment="Anna has no record.")
        assess(investigation, Area.ECONOMY, rating="met", note="Bo earns enough.")
        propose(
            investigation,
            outcome="reject",
            assignments=["network_home"],
            child_name="Kim Berg",
            reasons="Anna said so.",
            conditions="Bo stays.",
        )
        decide(investigation, "return", reasons="Ask Anna again.")
        found = document_of(investigation, TODAY, replace(SEES_ALL, sees_home=False), DEMANDS)
        assert [adult.name for adult in found.adults] == ["Vuxen 1", "Vuxen 2"]
        assert found.proposals[0].child == "Namnet visas inte"
        assert not re.search("Anna|Andersson|Bo |Berg|Kim", str(found))
        assert re.search(
            "Anna Andersson.*Kim Berg.*Ask Anna again", str(document_of(investigation, TODAY, SEES_ALL, DEMANDS))
        )

    def test_of_a_protected_child_it_shows_neither_the_name_nor_what_was_written_of_it(self) -> None:
        investigation = make_ready()
        propose(investigation, assignments=["network_home"], child_name="Kim Ek", reasons="Kim knows them.")
        found = document_of(investigation, TODAY, replace(SEES_ALL, sees_child=False), DEMANDS)
        assert "Kim" not in str(found)
        assert found.adults[0].name == "Anna Andersson"

    def test_of_protected_staff_it_does_not_say_who_it_was(self) -> None:
        investigation = make_ready()
        propose(investigation, outcome="reject")
        found = document_of(investigation, TODAY, replace(SEES_ALL, hides_staff=lambda actor: actor == "ivar"), DEMANDS)
        assert found.proposals[0].proposed_by == "Namnet visas inte"
        assert "ivar" not in str(found)

    def test_the_child_of_a_network_home_is_named(self) -> None:
        investigation = make_ready()
        propose(investigation, assignments=["network_home"], child_name="Kim Berg")
        assert document_of(investigation, TODAY, SEES_ALL, DEMANDS).proposals[0].child == "Kim Berg"

    def test_no_personal_number_stands_in_it(self) -> None:
        assert "personal_number" in ANNA
        assert ANNA["personal_number"] not in str(document_of(make_ready(), TODAY, SEES_ALL, DEMANDS))


def pdf_of(investigation: Investigation) -> bytes:
    frame = Frame(municipality="Örebro kommun", title=title_of(investigation), reference="17", dated=TODAY)
    return typeset(documents.TEMPLATE, frame, document_of(investigation, TODAY, SEES_ALL, DEMANDS))


def text_of(pdf: bytes) -> str:
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(pdf)).pages))


class TestPdf:
    def test_what_is_known_can_be_read_under_its_headings(self) -> None:
        investigation = make_ready()
        assess(investigation, Area.ECONOMY, rating="met", note="Ordnad ekonomi.")
        propose(investigation, reasons="Ett lugnt hem.", conditions="Inga husdjur.")
        decide(investigation, "return", reasons="Referenser saknas.")
        propose(investigation, reasons="Referenser är tagna.")
        said = text_of(pdf_of(investigation))
        in_order = [
            "Utredning inför uppdrag som familjehem och jourhem", "Läge: Förslag lämnat", "Familjens sammansättning",
            "Anna Andersson", "2015", "Registerkontroller", "Polisens register", "Utan anmärkning", "Bedömning",
            "Ekonomi", "Ordnad ekonomi.", "Hinder för ett godkännande", "Inget hindrar", "Förslag och beslut",
            "Förslag 1", "Inga husdjur.", "Ett lugnt hem.", "Beslut 1", "Referenser saknas.", "Förslag 2",
            "Referenser är tagna.",
        ]  # fmt: skip
        assert re.search(".*".join(map(re.escape, in_order)), said), said

    def test_its_headings_are_an_outline(self) -> None:
        investigation = make_ready()
        propose(investigation)
        outline = pypdf.PdfReader(BytesIO(pdf_of(investigation))).outline
        assert [entry.title for entry in outline if not isinstance(entry, list)] == [
            "Familjens sammansättning", "Hur utredningen har gjorts", "Referenser", "Registerkontroller", "Bedömning",
            "Hinder för ett godkännande",
            "Förslag och beslut",
        ]  # fmt: skip

    def test_the_same_investigation_gives_the_same_bytes(self) -> None:
        investigation = make_ready()
        assert pdf_of(investigation) == pdf_of(investigation)

    def test_an_investigation_of_nobody_can_be_read_too(self) -> None:
        said = text_of(pdf_of(make_investigation(adults=[], children_birth_years=[], assignments=[])))
        assert "Utredning inför uppdrag som hem" in said
        assert "Hushållet har ingen vuxen." in said

    def test_the_longest_texts_fit(self) -> None:
        long = "å" * 10_000
        adults = [{**ANNA, "given_name": "Anna" * 50, "family_name": "x" * 200}]
        investigation = make_ready(adults=adults)
        for area in Area:
            assess(investigation, area, note=long, by="i" * 200)
        for check in investigation.register_checks:
            record(investigation, check.id, status="remark", assessment=long, by="i" * 200)
        propose(investigation, reasons=long, conditions=long)
        assert text_of(pdf_of(investigation)).count("å") > (7 + 4 + 2) * 10_000

    def test_what_was_done_and_found_stands_under_the_headings_of_a_home_investigation(self) -> None:
        investigation = make_ready()
        meet(investigation, "interview_apart", adult_ids=["bo"], notes="Bo berättade om sin barndom.")
        refer(investigation, "anna", summary="Hon finns där.")
        factors = {"risk_factors": ["Trafikerad väg"], "protective_factors": ["Mormor"], "resources": ["Stor trädgård"]}
        assess(investigation, Area.HOUSING, conditions="Grind vid trappan.", **factors)
        said_by_bo = {"adult_id": "bo", "about": "assessment", "about_id": "economy", "said_on": TODAY}
        investigation.object({**said_by_bo, "text": "Skulden är betald."}, by="ivar", at=MAY)
        propose(investigation, outcome="reject", investigated_by="other_board", board="Kumla")
        decide(investigation, "reject")
        tell(investigation, {"told_on": TODAY, "way": "phone"}, by="ivar", at=MAY)
        said = text_of(pdf_of(investigation))
        in_order = [
            "Hur utredningen har gjorts", "Hembesök", "Anna Andersson och Bo Berg", "Bo berättade om sin barndom.",
            "Referenser", "Gunilla Gran", "Hon finns där.", "Bedömning", "Riskfaktorer", "Trafikerad väg",
            "Skyddsfaktorer", "Mormor", "Resurser", "Stor trädgård", "Villkor", "Grind vid trappan.", "Invändningar",
            "Skulden är betald.", "Lämpar sig för: barn", "En annan nämnd", "Kumla", "2026-05-02, per telefon",
        ]  # fmt: skip
        assert re.search(".*".join(map(re.escape, in_order)), said), said

    def test_a_broken_off_one_says_by_whom_and_why(self) -> None:
        investigation = make_investigation()
        break_off(investigation, {"by": "family", "reason": "Flyttar utomlands."}, by="ivar", at=MAY)
        said = text_of(pdf_of(investigation))
        assert "Utredningen är avbruten Avbruten av: familjen Avbruten den: 2026-05-02 Flyttar utomlands." in said
