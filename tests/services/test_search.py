"""People are found by name, number and reference in every service, and by nothing else; and every class says by what.

Words are written with the row, renewed when its people change, and gone with it.
"""

import importlib
import json
from collections.abc import Callable
from functools import partial
from typing import Any

import psycopg
import pytest
import sqlalchemy

from deploy.cli.names import SERVICES as NAMES
from deploy.cli.platform import Platform
from services.compensation.service import Compensation
from services.intake.model import Application
from services.intake.service import Intake
from services.investigation.contract.events import HOME_CHANGED
from services.investigation.service import Investigation
from services.kernel.basics import clock
from services.kernel.basics.ids import new_id
from services.kernel.messages.context import Context
from services.kernel.process.service import Service
from services.kernel.rows.migration import running
from services.kernel.rows.people import Findable
from services.kernel.rows.search import Searchable, words_of
from services.kernel.rows.tables import SealedJson
from services.kernel.secrecy.crypto import Purpose
from services.kernel.testing import Harness
from services.kernel.work.search import COUNTED, SHOWN, WRITE_SEARCH_WORDS, searchable
from services.mentorship.service import Mentorship
from services.placement.service import Placement
from tests.conftest import Urls, fresh_database
from tests.contract.house import SERVICES
from tests.home_changes import a_change, an_adult
from tests.services.compensation.conftest import a_signed_agreement, set_tariff
from tests.services.intake.conftest import CALLBACK, a_form
from tests.services.investigation.conftest import ANNA, BO, MAY, open_one
from tests.services.mentorship.conftest import approve_home
from tests.services.placement.conftest import Desk
from tests.unit.placement.factories import MAY_20, personal_number, request_body

#: Classes with something sealed by which nobody is found, each with the reason.
NOT_SEARCHED = {
    "intake.applicant": "who it is lies in the application, which is found",
    "intake.application_turn": "free text: the law allows no search in it",
    "intake.draft": "sealed by whoever wrote it: nobody here can open it",
    "intake.received_transfer": "why it was handed over, and keys: the application is found",
    "intake.attachment": "a file's own key and name: the application is found",
    "intake.contact_attempt": "free text: the law allows no search in it",
    "intake.import_file": "a file, as long as it is read",
    "intake.protected_person": "a hash, by which an application is known to be protected",
    "investigation.approval": "conditions, and the child of a network home, who is found by the placement request",
    "investigation.assessment": "free text: the law allows no search in it",
    "investigation.concern": "free text: the law allows no search in it",
    "investigation.concern_note": "free text: the law allows no search in it",
    "investigation.consent": "free text: the law allows no search in it",
    "investigation.decision": "free text: the law allows no search in it",
    "investigation.given_reference": "free text, and who said it: the law allows no search in it",
    "investigation.home": "where it is: its adults are found",
    "investigation.investigation": "why it was broken off: its home's adults are found",
    "investigation.investigation_file": "a file's own key and name",
    "investigation.meeting": "free text: the law allows no search in it",
    "investigation.objection": "free text: the law allows no search in it",
    "investigation.placed_person": "a hash, by which a network home's child is known to be protected",
    "investigation.proposal": "free text, and the child of a network home",
    "investigation.register_check": "outcomes: the law allows no search in them",
    "investigation.replaced_assessment": "free text: the law allows no search in it",
    "investigation.replaced_register_check": "outcomes: the law allows no search in them",
    "investigation.standing_change": "free text: the law allows no search in it",
    "placement.approval": "conditions, and the child of a network home, who is found by the placement request",
    "placement.home": "where it is: its adults are found",
    "placement.inquiry": "free text: the law allows no search in it",
    "placement.placement": "free text: who is placed is found by the request",
    "placement.care_decision": "free text: who is placed is found by the request",
    "placement.placement_plan": "free text: who is placed is found by the request",
    "placement.placement_review": "free text: who is placed is found by the request",
    "placement.said_end": "free text: who is placed is found by the request",
    "placement.weighing": "codes and points",
    "placement.visit": "free text: who is supported is found by the request",
    "placement.visit_change": "free text: who is supported is found by the request",
    "mentorship.home": "where it is: its adults are found",
    "mentorship.mentorship": "free text: the law allows no search in it",
    "compensation.agreement_paper": "a file's own key and name: the home is found",
    "compensation.agreement_terms": "free text: the law allows no search in it",
    "compensation.claim": "free text: the law allows no search in it",
    "compensation.receipt": "a file's own key and name: the home is found",
    "compensation.payee": "an adult of a home, which is found by who lives there",
    "mentorship.mentor": "free text: the law allows no search in it",
    "mentorship.thread": "free text: the law allows no search in it",
    "mentorship.message": "free text: the law allows no search in it",
    "mentorship.thread_file": "a file's own key and name: the law allows no search in it",
    "compensation.placement": "a day of birth: the law allows no search by it",
    "compensation.recovery": "free text: the law allows no search in it",
}


def base_of(name: str) -> Any:
    return importlib.import_module(f"services.{name}.model").Base


def kept_of(name: str) -> dict[str, Any]:
    """The mapped classes of a service in which somebody may be named, by table."""
    classes = {mapper.local_table.name: mapper for mapper in base_of(name).registry.mappers}
    return {
        f"{name}.{table}": mapper.class_
        for table, mapper in classes.items()
        if issubclass(mapper.class_, Findable)
        or any(isinstance(column.type, SealedJson) for column in mapper.local_table.columns)
    }


@pytest.mark.parametrize("name", NAMES)
class TestDeclaration:
    def test_every_class_in_which_somebody_is_named_says_by_what_it_is_found_or_why_by_nothing(self, name: str) -> None:
        silent = {known for known, one in kept_of(name).items() if not issubclass(one, Searchable)}
        assert silent == {known for known in NOT_SEARCHED if known.startswith(f"{name}.")}

    def test_what_it_is_found_by_are_columns_of_its_own(self, name: str) -> None:
        for one in searchable(base_of(name)):
            columns = sqlalchemy.inspect(one).columns.keys()
            assert set(one.searched_by) <= set(columns)
            assert one.known_by is not Searchable.known_by

    def test_its_words_go_with_the_row_and_those_from_before_come_by_a_duty(
        self, database_of: Callable[[str], Urls], name: str
    ) -> None:
        with psycopg.connect(database_of(name).owner) as owner:
            rows = owner.execute(
                "select tgrelid::regclass::text, encode(tgargs, 'escape') from pg_trigger where tgname = 'forget_words'"
            ).fetchall()
        assert {table: kind.removesuffix("\\000") for table, kind in rows} == {
            one.__tablename__: one.found_as for one in searchable(base_of(name))
        }
        assert WRITE_SEARCH_WORDS.name in SERVICES[name].duties()


def found(harness: Harness, text: str, **caller: Any) -> list[str]:
    """Kinds and titles of what a search finds."""
    return [f"{hit['kind']} {hit['title']}" for hit in harness.do("search", body={"text": text}, **caller)["items"]]


def words(harness: Harness) -> int:
    """How many words are kept for the municipality."""
    with psycopg.connect(harness.owner_url) as owner:
        owner.execute("select set_config('hemvist.tenant', %s, false)", (harness.tenant,))
        return int(owner.execute("select count(*) from search_word").fetchone()[0])  # type: ignore[index]


def sql(harness: Harness, statement: str, *values: Any) -> None:
    """A statement by the owner for the municipality, past everything that the code does."""
    with psycopg.connect(harness.owner_url) as owner:
        owner.execute("select set_config('hemvist.tenant', %s, false)", (harness.tenant,))
        owner.execute(statement, values)


def adults(*names: str) -> list[dict[str, str]]:
    numbers = ("189001019802", "201701012393", "189001019836")
    some = zip(names, numbers, strict=False)
    given = (({"given_name": name.split()[0], "family_name": name.split()[1]}, number) for name, number in some)
    return [{**name, "personal_number": number, "relation": "applicant"} for name, number in given]


@pytest.fixture
def intake(harness_of: Callable[[type[Service]], Harness]) -> Harness:
    return harness_of(Intake)


class TestApplications:
    @pytest.fixture
    def application(self, intake: Harness) -> dict[str, Any]:
        return intake.do("submit_application", body=a_form(adults=adults("Åsa Andersson")))

    @pytest.mark.parametrize(
        "text", ["åsa", "asa", "ÅSA and", "andersson åsa", ANNA, f"{ANNA[:8]}-{ANNA[8:]}", ANNA[2:], "900101+9802"]
    )
    def test_one_is_found_by_name_and_by_number(self, intake: Harness, application: dict[str, Any], text: str) -> None:
        body = intake.do("search", body={"text": text})
        assert body == {
            "items": [
                {
                    "kind": "application",
                    "id": application["id"],
                    "home_id": application["home_id"],
                    "title": "Åsa Andersson",
                    "detail": application["reference"],
                    "protected_identity": False,
                }
            ],
            "total": 1,
            "total_is_exact": True,
        }

    @pytest.mark.parametrize("text", ["bertil", "dersson", "åsa berg", BO, "Storgatan", "örebro", "farm", "1234567"])
    def test_and_by_nothing_else(self, intake: Harness, application: dict[str, Any], text: str) -> None:
        reply = intake.reply("search", body={"text": text})
        assert reply.get("body", {"items": []})["items"] == []

    def test_one_is_found_by_its_reference_which_a_call_back_has_too(self, intake: Harness) -> None:
        received = intake.do("submit_application", body=CALLBACK)
        assert found(intake, received["reference"].lower().replace("-", "")) == ["application None"]

    def test_a_couple_is_found_by_words_of_both(self, intake: Harness) -> None:
        intake.do("submit_application", body=a_form(adults=adults("Anna Berg", "Ali Kaya")[:1]))
        home = {**adults("Anna Berg", "Maj Lund")[1], "personal_number": "189001019836", "relation": "partner"}
        intake.do("submit_application", body=a_form(adults=[*adults("Anna Berg"), home]))
        assert found(intake, "berg lund") == ["application Anna Berg, Maj Lund"]

    def test_another_municipality_finds_nothing(self, intake: Harness, application: dict[str, Any]) -> None:
        assert found(intake, ANNA, tenant=intake.new_tenant()) == []

    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("a", "search_too_short"),
            ("%", "search_form"),
            ("189001019803", "personal_number_check_digit"),
            ("a" * 10_000, "length"),
        ],
    )
    def test_what_names_nobody_is_refused(self, intake: Harness, text: str, code: str) -> None:
        fault = intake.refusal("search", body={"text": text})
        assert [(one["pointer"], one["code"]) for one in fault["errors"]] == [("/text", code)]

    def test_each_hit_stands_in_the_log_of_access_and_the_text_nowhere(
        self, intake: Harness, application: dict[str, Any], capfd: pytest.CaptureFixture[str]
    ) -> None:
        found(intake, "åsa ander", actor="lisa")
        found(intake, "nobody", actor="lisa")
        (line,) = intake.do("list_access", query={"actor": "lisa"})["items"]
        assert line["operation"] == "search"
        assert line["subjects"] == [
            {"kind": "application", "id": application["id"]},
            {"kind": "home", "id": application["home_id"]},
        ]
        assert "ander" not in json.dumps(line)
        assert "ander" not in "".join(capfd.readouterr())

    def test_the_newest_are_shown_and_the_others_counted_as_far_as_is_counted(self, intake: Harness) -> None:
        for _ in range(SHOWN + 2):
            newest = intake.do("submit_application", body=a_form(adults=adults("Maj Lund")))
        body = intake.do("search", body={"text": "maj"})
        assert body["items"][0]["id"] == newest["id"]
        assert (len(body["items"]), body["total"], body["total_is_exact"]) == (SHOWN, SHOWN + 2, True)
        for _ in range(COUNTED - SHOWN):
            intake.do("submit_application", body=a_form(adults=adults("Maj Lund")))
        body = intake.do("search", body={"text": "maj lu"})
        assert (len(body["items"]), body["total"], body["total_is_exact"]) == (SHOWN, COUNTED, False)


class TestProtected:
    @pytest.fixture
    def application(self, intake: Harness) -> dict[str, Any]:
        form = a_form(adults=adults("Åsa Andersson"), protected_identity=True)
        return intake.do("submit_application", body=form)

    def test_a_protected_identity_is_not_found_by_name_or_reference_by_anybody(
        self, intake: Harness, application: dict[str, Any]
    ) -> None:
        for text in ("åsa", application["reference"]):
            assert found(intake, text, roles=["recruiter", "protected"], reason="A threat.") == []

    @pytest.mark.parametrize(("roles", "reason"), [(["recruiter"], "A threat."), (["recruiter", "protected"], None)])
    def test_nor_by_number_without_the_role_or_without_a_reason(
        self, intake: Harness, application: dict[str, Any], roles: list[str], reason: str | None
    ) -> None:
        assert intake.do("search", body={"text": ANNA}, roles=roles, reason=reason) == {
            "items": [],
            "total": 0,
            "total_is_exact": True,
        }

    def test_with_both_it_is_found_by_number_and_the_reason_stands_in_the_log(
        self, intake: Harness, application: dict[str, Any]
    ) -> None:
        allowed = {"roles": ["recruiter", "protected"], "reason": "A threat.", "actor": "lisa"}
        (hit,) = intake.do("search", body={"text": ANNA}, **allowed)["items"]
        assert (hit["id"], hit["title"], hit["protected_identity"]) == (application["id"], "Åsa Andersson", True)
        (line,) = intake.do("list_access", query={"actor": "lisa"})["items"]
        assert line["reason"] == "A threat."


class TestWords:
    def test_they_are_of_one_municipality_and_of_one_purpose(self, intake: Harness) -> None:
        keyrings = [intake.database.known(tenant).keyring for tenant in (intake.tenant, intake.new_tenant())]
        row = Application(reference="x", details={"adults": adults("Anna Berg")})
        each = [words_of(one, row.known_by(partial(one.lookup, purpose=Purpose.PERSONAL_NUMBER))) for one in keyrings]
        assert len(each[0]) == len(each[1])
        assert not set(each[0]) & set(each[1])
        hashes = {purpose: keyrings[0].lookup("anna", purpose) for purpose in Purpose}
        assert len(set(hashes.values())) == len(Purpose)

    def test_they_come_with_the_row_or_not_at_all(self, intake: Harness) -> None:
        intake.do("submit_application", body=a_form())
        kept = words(intake)
        assert kept
        context = Context(tenant=intake.tenant, actor="", request_id="", deadline=0)
        with intake.database.unit(context) as unit:
            row = unit.session.scalars(sqlalchemy.select(Application)).unique().one()
            row.details = {**row.details, "adults": adults("Maj Lund")}
            row.touch(unit.now)
            unit.session.flush()  # and the process dies
        assert words(intake) == kept
        assert found(intake, "maj") == []

    def test_they_go_with_the_row_whoever_deletes_it(self, intake: Harness) -> None:
        received = intake.do("submit_application", body=a_form())
        sql(intake, "delete from applicant")
        sql(intake, "delete from application where id = %s", received["id"])
        assert words(intake) == 0

    def test_a_row_that_is_changed_and_deleted_in_one_unit_leaves_none(self, intake: Harness) -> None:
        intake.do("submit_application", body=a_form())
        sql(intake, "delete from applicant")
        context = Context(tenant=intake.tenant, actor="", request_id="", deadline=0)
        with intake.database.unit(context) as unit:
            row = unit.session.scalars(sqlalchemy.select(Application)).unique().one()
            row.details = {**row.details, "adults": adults("Maj Lund")}
            unit.session.flush()
            unit.session.delete(row)
            unit.session.flush()
            unit.commit()
        assert words(intake) == 0

    def test_rows_from_before_get_theirs_by_a_duty_step_by_step(
        self, intake: Harness, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("services.kernel.work.search._AT_ONCE", 2)
        for _ in range(5):
            intake.do("submit_application", body=a_form())
        kept = words(intake)
        sql(intake, "delete from search_word")
        assert found(intake, "anna") == []
        now = clock.now()
        context = Context(tenant=intake.tenant, actor="", request_id="", deadline=0)
        with intake.database.unit(context, now=now) as unit:
            unit.plan(WRITE_SEARCH_WORDS, at=now)
            unit.commit()
        done = intake.pass_time(now)
        assert done.count("write_search_words") == 3
        assert words(intake) == kept
        assert len(found(intake, "anna")) == 5

    def test_a_migration_plans_that_for_what_is_there(self, servers: Platform) -> None:
        urls = fresh_database(servers, "intake", "test_intake_search_before")
        running.downgrade("intake", urls.owner, "0011")
        with psycopg.connect(urls.owner, autocommit=True) as owner:
            owner.execute(
                "insert into tenant (slug, municipality_code, name, contact) values ('orebro', '1880', 'Örebro', '{}')"
            )
        running.upgrade("intake", urls.owner)
        with psycopg.connect(urls.owner) as owner:
            owner.execute("select set_config('hemvist.tenant', 'orebro', false)")
            planned = owner.execute("select name, subject, due_at <= now() from duty").fetchall()
        assert planned == [("write_search_words", "", True)]


class TestHomes:
    """Homes, investigations and agreements are found by who lives there, as far as each service knows."""

    def test_a_home_and_its_investigations_are_found_by_its_adults(
        self, harness_of: Callable[[type[Service]], Harness]
    ) -> None:
        investigation = harness_of(Investigation)
        investigation.now = MAY
        opened = open_one(investigation)
        both = ["home Anna Andersson, Bo Berg", "investigation Anna Andersson, Bo Berg"]
        expected = {"investigator": both, "decider": both[1:], "recruiter": both[:1]}
        for role, hits in expected.items():
            listed = [hit.split(" ")[0] for hit in found(investigation, "anna", roles=[role])]
            assert listed == [hit.split(" ")[0] for hit in hits]
            assert [hit.split(" ")[0] for hit in found(investigation, BO, roles=[role])] == listed
        file = investigation.do("get_home_file", home_id=opened["home_id"])
        bo = next(adult for adult in file["adults"] if adult["given_name"] == "Bo")
        amended = {"adults": [{"id": bo["id"], "family_name": "Öst"}]}
        etag = investigation.etag("get_home_file", home_id=opened["home_id"])
        investigation.do("amend_home_file", home_id=opened["home_id"], body=amended, if_match=etag)
        assert found(investigation, "berg", roles=["investigator"]) == []
        assert len(found(investigation, "bo ost", roles=["investigator"])) == 2

    def test_a_name_that_stays_costs_no_new_words(self, harness_of: Callable[[type[Service]], Harness]) -> None:
        investigation = harness_of(Investigation)
        investigation.now = MAY
        opened = open_one(investigation)
        kept = words(investigation)
        sql(investigation, "delete from search_word where row_id = (select min(row_id) from search_word)")
        fewer = words(investigation)
        assert fewer < kept
        etag = investigation.etag("get_home_file", home_id=opened["home_id"])
        body = {"phone": "+46701740699"}
        investigation.do("amend_home_file", home_id=opened["home_id"], body=body, if_match=etag)
        assert words(investigation) == fewer

    def test_mentorship_finds_approved_homes_and_follows_who_lives_there(
        self, harness_of: Callable[[type[Service]], Harness]
    ) -> None:
        mentorship = harness_of(Mentorship)
        home = approve_home(mentorship, adult=ANNA)
        mentorship.react(HOME_CHANGED, a_change(home, adults=[an_adult(given_name="Maj", family_name="Lund")]))
        assert found(mentorship, "lund") == ["home Maj Lund"]
        mentorship.react(HOME_CHANGED, a_change(home, adults=[an_adult(given_name="Siv", family_name="Ek")]))
        assert (found(mentorship, "lund"), found(mentorship, "siv")) == ([], ["home Siv Ek"])
        mentorship.react(HOME_CHANGED, a_change(new_id(), adults=[an_adult(given_name="Not", family_name="Yet")]))
        assert found(mentorship, "not yet") == []

    def test_compensation_finds_the_agreements_of_a_home(self, harness_of: Callable[[type[Service]], Harness]) -> None:
        compensation = harness_of(Compensation)
        set_tariff(compensation)
        agreement = a_signed_agreement(compensation)
        compensation.react(HOME_CHANGED, a_change(agreement["home_id"]))
        for role in ("caseworker", "payroll"):
            assert found(compensation, ANNA, roles=[role]) == ["agreement Anna Andersson"]
        compensation.react(HOME_CHANGED, a_change(agreement["home_id"], protected_identity=True))
        assert found(compensation, "anna") == []


class TestPlacement:
    @pytest.fixture
    def desk(self, harness_of: Callable[[type[Service]], Harness]) -> Desk:
        harness = harness_of(Placement)
        harness.now = MAY_20
        return Desk(harness)

    def test_homes_requests_and_placements_are_found(self, desk: Desk) -> None:
        home = desk.home()
        desk.placed(home, serial=984)
        child = personal_number("20170101", 984)
        kinds = [hit.split(" ")[0] for hit in found(desk.harness, child)]
        assert kinds == ["placement_request", "placement"]
        assert [hit.split(" ")[0] for hit in found(desk.harness, "anna")][:1] == ["home"]
        assert "placement" in [hit.split(" ")[0] for hit in found(desk.harness, ANNA)]

    def test_a_protected_child_is_found_by_number_and_with_the_right_only(self, desk: Desk) -> None:
        number = personal_number("20170101", 985)
        names = {"given_name": "Elvira", "family_name": "Ek"}
        child = {**request_body()["person"], **names, "personal_number": number, "protected_identity": True}
        desk.request(person=child)
        right = {"roles": ["caseworker", "protected"], "reason": "To place her."}
        assert found(desk.harness, "elvira", **right) == []
        assert found(desk.harness, number) == []
        assert found(desk.harness, number, **right) == ["placement_request Elvira Ek"]
