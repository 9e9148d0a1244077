"""Nudges: a home learns that something waits, at most once an hour, not by night, and nothing of what it is."""

import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import orjson
import psycopg
import pytest
from cryptography import x509

from services.kernel.basics.ids import new_id
from services.kernel.contracts.duty import CLAIM
from services.kernel.contracts.nudges import Reached, Way
from services.kernel.messages import outgoing
from services.kernel.messages.context import Context
from services.kernel.messages.outlets import NOTHING, TEXT, Outlets
from services.kernel.rows import nudges
from services.kernel.rows.database import Database
from services.kernel.rows.unit import Unit
from services.kernel.testing import Harness
from services.kernel.work.due import Due
from services.kernel.work.nudges import SENDING, nudge
from tests.mailbox import Mailbox, taking_mail
from tests.receiver import TAKEN, Receiver, answers, listening
from tests.services.kernel.conftest import MASTER_KEYS, House
from tests.services.kernel.test_outgoing import a_certificate

Admin = psycopg.Connection[Any]
NOON = datetime(2026, 5, 20, 10, tzinfo=UTC)
EVENING, MORNING = datetime(2026, 5, 20, 19, tzinfo=UTC), datetime(2026, 5, 21, 5, tzinfo=UTC)  # 21:00 and 7:00 there
HOME = "019a0000-0000-7000-8000-000000000002"
ANNA, BO = "019a0000-0000-7000-8000-000000000004", "019a0000-0000-7000-8000-000000000005"
MAIL = Reached(recipient=ANNA, way=Way.EMAIL, address="anna@home.example")
SMS = Reached(recipient=BO, way=Way.SMS, address="070-174 06 05")
NUMBER = "+46701740605"
WEB = "https://hemvist.example/orebro"


@pytest.fixture
def mailbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    certificate = a_certificate(tmp_path, x509.IPAddress(ip_address("127.0.0.1")))
    monkeypatch.setattr(outgoing, "trust", lambda: ssl.create_default_context(cafile=certificate))
    with taking_mail(certificate) as found:
        yield found


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with listening() as found:
        yield found


@pytest.fixture
def reopened(probe: Harness, probe_house: House) -> Iterator[Callable[[Outlets], None]]:
    """Lets the probe's process begin anew, with other outlets."""
    opened: list[Database] = []

    def reopen(outlets: Outlets) -> None:
        opened.append(
            Database(
                probe_house.urls.service,
                MASTER_KEYS,
                service="probe",
                connections=25,
                in_production=False,
                outlets=outlets,
            )
        )
        probe.database = opened[-1]

    yield reopen
    for database in opened:
        database.close()


@pytest.fixture
def probe(probe: Harness, receiver: Receiver) -> Harness:
    """The probe at noon, with a municipality whose provider of SMS is the receiver."""
    probe.now = NOON
    provider = {"url": receiver.url, "header": "Authorization", "body": {"to": "$number", "text": "$text"}}
    probe.tenant = probe.new_tenant(sms=provider, contact={"web": WEB})
    return probe


@pytest.fixture
def nudging(probe: Harness, mailbox: Mailbox, reopened: Callable[[Outlets], None]) -> Harness:
    """The probe with everything set up."""
    reopened(Outlets(mail=mailbox.server, sms_secrets={probe.tenant: "Basic abc"}))
    return probe


def in_unit(probe: Harness, work: Callable[[Unit], Any], *, tenant: str | None = None) -> Any:
    context = Context(tenant=tenant or probe.tenant, actor="anna", request_id=new_id(), deadline=0)
    with probe.database.unit(context, now=probe.now) as unit:
        found = work(unit)
        unit.commit()
    return found


def tell(
    probe: Harness, *reached: Reached, is_urgent: bool = False, kind: str = "inquiry", tenant: str | None = None
) -> str:
    """Something new, of which the home shall learn; its id."""
    subject = new_id()
    in_unit(
        probe,
        lambda unit: nudge(unit, kind, subject=subject, home_id=HOME, reached=reached, is_urgent=is_urgent),
        tenant=tenant,
    )
    return subject


def became(probe: Harness, subject: str) -> list[tuple[str | None, str, str | None]]:
    """What has become of the nudges for it: way, state, problem."""
    found = in_unit(probe, lambda unit: nudges.of_subjects(unit, [subject])[subject])
    return [(one.way, one.state, one.problem) for one in found]


def passing(probe: Harness, span: timedelta = timedelta()) -> list[str]:
    assert probe.now is not None
    return probe.pass_time(probe.now + span)


def give_up(probe: Harness) -> None:
    """Every attempt until there is none left."""
    for delay in (timedelta(), *SENDING.delays):
        passing(probe, delay)


def numbers(receiver: Receiver) -> list[str]:
    return [one.event["to"] for one in receiver.heard]


class TestSending:
    def test_each_is_reached_as_it_wants(self, nudging: Harness, mailbox: Mailbox, receiver: Receiver) -> None:
        subject = tell(nudging, MAIL, SMS)
        assert became(nudging, subject) == [("email", "waiting", None), ("sms", "waiting", None)]
        assert passing(nudging) == ["send_nudge", "send_nudge"]
        assert (mailbox.recipients, numbers(receiver)) == ([[MAIL.address]], [NUMBER])
        assert became(nudging, subject) == [("email", "sent", None), ("sms", "sent", None)]

    def test_it_says_nothing_but_where_to_log_in(self, nudging: Harness, mailbox: Mailbox, receiver: Receiver) -> None:
        tell(nudging, MAIL, SMS)
        passing(nudging)
        said = "Något nytt väntar i Hemvist. Logga in. https://hemvist.example/orebro"
        assert mailbox.texts == [said]
        assert orjson.loads(receiver.heard[0].body) == {"to": NUMBER, "text": said}

    def test_where_the_file_states_no_address_it_says_none(
        self, nudging: Harness, mailbox: Mailbox, admin: Admin
    ) -> None:
        admin.execute("update tenant set contact = '{}' where slug = %s", (nudging.tenant,))
        tell(nudging, MAIL)
        passing(nudging)
        assert mailbox.texts == [TEXT]

    def test_what_was_sent_is_not_sent_again(self, nudging: Harness, mailbox: Mailbox) -> None:
        tell(nudging, MAIL)
        passing(nudging)
        assert passing(nudging, timedelta(days=9)).count("send_nudge") == 0
        assert len(mailbox.mails) == 1

    def test_the_address_is_sealed_and_forgotten_when_it_was_sent(self, nudging: Harness, admin: Admin) -> None:
        tell(nudging, MAIL)
        rows = "select address, nudge::text from nudge where tenant = %s"
        (address, whole) = admin.execute(rows, (nudging.tenant,)).fetchone() or (None, "")
        assert address is not None
        assert MAIL.address.encode() not in bytes(address)
        assert MAIL.address not in whole
        passing(nudging)
        assert (admin.execute(rows, (nudging.tenant,)).fetchone() or ("",))[0] is None

    def test_no_address_stands_in_a_duty(self, nudging: Harness, admin: Admin) -> None:
        tell(nudging, SMS)
        found = admin.execute("select subject from duty where tenant = %s and name = 'send_nudge'", (nudging.tenant,))
        assert found.fetchall() == [(f"inquiry.{BO}.sms",)]


class TestOnceAnHour:
    def test_what_comes_within_the_hour_waits_and_goes_as_one(self, nudging: Harness, mailbox: Mailbox) -> None:
        tell(nudging, MAIL)
        passing(nudging)
        later = [tell(nudging, MAIL)]
        passing(nudging, timedelta(minutes=20))
        later.append(tell(nudging, MAIL, is_urgent=True))
        passing(nudging, timedelta(minutes=39, seconds=59))
        assert len(mailbox.mails) == 1
        assert [became(nudging, one) for one in later] == [[("email", "waiting", None)]] * 2
        passing(nudging, timedelta(seconds=1))
        assert len(mailbox.mails) == 2
        assert [became(nudging, one) for one in later] == [[("email", "sent", None)]] * 2
        passing(nudging, timedelta(hours=9))
        assert len(mailbox.mails) == 2

    def test_what_comes_together_goes_as_one(self, nudging: Harness, mailbox: Mailbox) -> None:
        subjects = [tell(nudging, MAIL) for _ in range(5)]
        passing(nudging)
        assert len(mailbox.mails) == 1
        assert [became(nudging, one) for one in subjects] == [[("email", "sent", None)]] * 5

    def test_another_kind_another_recipient_and_another_way_do_not_wait(
        self, nudging: Harness, mailbox: Mailbox, receiver: Receiver
    ) -> None:
        bo = Reached(recipient=BO, way=Way.EMAIL, address="bo@home.example")
        tell(nudging, MAIL)
        tell(nudging, MAIL, kind="message")
        tell(nudging, bo)
        tell(nudging, SMS)
        passing(nudging)
        assert sorted(to for (to,) in mailbox.recipients) == [MAIL.address, MAIL.address, bo.address]
        assert numbers(receiver) == [NUMBER]

    def test_another_municipality_with_the_same_ids_does_not_wait(
        self, nudging: Harness, mailbox: Mailbox, reopened: Callable[[Outlets], None]
    ) -> None:
        tell(nudging, MAIL)
        passing(nudging)
        other = nudging.new_tenant()
        tell(nudging, MAIL, tenant=other)
        nudging.pass_time(NOON, tenant=other)
        assert len(mailbox.mails) == 2

    def test_twenty_at_once_make_one(self, nudging: Harness, mailbox: Mailbox) -> None:
        with ThreadPoolExecutor(10) as pool:
            subjects = list(pool.map(lambda _: tell(nudging, MAIL, SMS), range(20)))
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda _: passing(nudging), range(4)))
        passing(nudging)
        assert len(mailbox.mails) == 1
        assert {state for one in subjects for _, state, _ in became(nudging, one)} == {"sent"}

    def test_what_is_told_while_one_is_under_way_neither_goes_beside_it_nor_is_lost(
        self, nudging: Harness, receiver: Receiver
    ) -> None:
        second: list[str] = []

        def meanwhile(request: Any) -> None:
            if not second:
                second.append(tell(nudging, SMS))
                assert nudging.clockwork.due_of(nudging.tenant, now=NOON) == [], "it is being sent"
            TAKEN(request)

        receiver.answer = meanwhile
        tell(nudging, SMS)
        passing(nudging)
        assert len(receiver.heard) == 1
        assert became(nudging, second[0]) == [("sms", "waiting", None)]
        passing(nudging, timedelta(hours=1))
        assert len(receiver.heard) == 2
        assert became(nudging, second[0]) == [("sms", "sent", None)]

    def test_it_is_planned_while_the_one_before_ends(self, nudging: Harness, admin: Admin, receiver: Receiver) -> None:
        """The duty is being taken away while another thing is told: the lock lets one of them see the other."""
        with psycopg.connect(admin.info.dsn, password=admin.info.password) as taking:
            tell(nudging, SMS)
            named = (nudging.tenant, SENDING.name)
            taking.execute("delete from duty where tenant = %s and name = %s", named)
            with ThreadPoolExecutor(1) as pool:
                telling = pool.submit(tell, nudging, SMS)
                with pytest.raises(TimeoutError):
                    telling.result(0.3)
                taking.commit()
                telling.result(5)
        assert passing(nudging) == ["send_nudge"]
        assert len(receiver.heard) == 1


class TestQuietHours:
    def test_by_night_it_waits_for_seven(self, nudging: Harness, mailbox: Mailbox) -> None:
        nudging.now = EVENING
        subject = tell(nudging, MAIL)
        passing(nudging)
        nudging.pass_time(MORNING - timedelta(seconds=1))
        assert (mailbox.mails, became(nudging, subject)) == ([], [("email", "waiting", None)])
        nudging.pass_time(MORNING)
        assert (len(mailbox.mails), became(nudging, subject)) == (1, [("email", "sent", None)])

    def test_before_nine_in_the_evening_it_goes(self, nudging: Harness, mailbox: Mailbox) -> None:
        nudging.now = EVENING - timedelta(seconds=1)
        tell(nudging, MAIL)
        passing(nudging)
        assert len(mailbox.mails) == 1

    def test_what_is_urgent_goes_at_once_and_takes_the_others_with_it(self, nudging: Harness, mailbox: Mailbox) -> None:
        nudging.now = EVENING
        waiting = tell(nudging, MAIL)
        passing(nudging)
        passing(nudging, timedelta(hours=2))
        assert mailbox.mails == []
        urgent = tell(nudging, MAIL, is_urgent=True)
        passing(nudging)
        assert len(mailbox.mails) == 1
        assert became(nudging, waiting) == became(nudging, urgent) == [("email", "sent", None)]

    def test_in_the_night_in_which_the_clocks_are_moved_it_is_seven_all_the_same(
        self, nudging: Harness, mailbox: Mailbox
    ) -> None:
        nudging.now = datetime(2026, 3, 28, 20, 30, tzinfo=UTC)  # 21:30
        tell(nudging, MAIL)
        nudging.pass_time(datetime(2026, 3, 29, 4, 59, 59, tzinfo=UTC))
        assert mailbox.mails == []
        nudging.pass_time(datetime(2026, 3, 29, 5, tzinfo=UTC))
        assert len(mailbox.mails) == 1

    def test_what_failed_in_the_evening_is_not_tried_again_by_night(self, nudging: Harness, receiver: Receiver) -> None:
        receiver.answer = answers(503)
        nudging.now = EVENING - timedelta(seconds=10)
        tell(nudging, SMS)
        passing(nudging)
        assert len(receiver.heard) == 1
        receiver.answer = TAKEN
        nudging.pass_time(MORNING - timedelta(seconds=1))
        assert len(receiver.heard) == 1
        nudging.pass_time(MORNING)
        assert len(receiver.heard) == 2

    @pytest.mark.parametrize(
        ("now", "last", "is_urgent", "time"),
        [
            (NOON, None, False, NOON),
            (NOON, NOON - timedelta(minutes=59), False, NOON + timedelta(minutes=1)),
            (NOON, NOON - timedelta(hours=1), False, NOON),
            (EVENING - timedelta(minutes=10), EVENING - timedelta(minutes=30), False, MORNING),
            (EVENING - timedelta(minutes=10), EVENING - timedelta(minutes=30), True, EVENING + timedelta(minutes=30)),
            (EVENING, None, True, EVENING),
        ],
        ids=["at_once", "within_the_hour", "after_it", "into_the_night", "urgent_within_the_hour", "urgent_by_night"],
    )
    def test_the_rule(self, now: datetime, last: datetime | None, time: datetime, *, is_urgent: bool) -> None:
        assert nudges.time_of(now, last, is_urgent=is_urgent) == time


class TestSettled:
    def test_what_was_settled_meanwhile_is_not_nudged_for(self, nudging: Harness, mailbox: Mailbox) -> None:
        subject = tell(nudging, MAIL)
        in_unit(nudging, lambda unit: nudges.forget(unit, [subject]))
        passing(nudging)
        assert (mailbox.mails, became(nudging, subject)) == ([], [("email", "not_needed", None)])

    def test_what_else_waits_goes_all_the_same(self, nudging: Harness, mailbox: Mailbox) -> None:
        subject, other = tell(nudging, MAIL), tell(nudging, MAIL)
        in_unit(nudging, lambda unit: nudges.forget(unit, [subject]))
        passing(nudging)
        assert len(mailbox.mails) == 1
        assert became(nudging, other) == [("email", "sent", None)]

    def test_what_was_sent_stays_sent(self, nudging: Harness) -> None:
        subject = tell(nudging, MAIL)
        passing(nudging)
        in_unit(nudging, lambda unit: nudges.forget(unit, [subject]))
        assert became(nudging, subject) == [("email", "sent", None)]

    def test_what_failed_stays_failed_and_is_not_tried_again(self, nudging: Harness, receiver: Receiver) -> None:
        receiver.answer = answers(503)
        subject = tell(nudging, SMS, is_urgent=True)
        give_up(nudging)
        heard = len(receiver.heard)
        in_unit(nudging, lambda unit: nudges.forget(unit, [subject]))
        assert became(nudging, subject) == [("sms", "failed", "status 503")]
        tell(nudging, SMS, is_urgent=True)
        passing(nudging)
        assert (len(receiver.heard), became(nudging, subject)) == (heard + 1, [("sms", "failed", "status 503")])


class TestRedirected:
    def redirect(self, nudging: Harness, *reached: Reached) -> None:
        in_unit(nudging, lambda unit: nudges.redirect(unit, HOME, reached))

    def test_what_waits_goes_to_the_new_address(self, nudging: Harness, mailbox: Mailbox) -> None:
        tell(nudging, MAIL)
        self.redirect(nudging, Reached(recipient=ANNA, way=Way.EMAIL, address="new@home.example"))
        passing(nudging)
        assert mailbox.recipients == [["new@home.example"]]

    def test_what_waits_goes_nowhere_when_it_is_not_wanted_any_more(self, nudging: Harness, mailbox: Mailbox) -> None:
        subject = tell(nudging, MAIL)
        self.redirect(nudging, SMS)
        passing(nudging)
        assert (mailbox.mails, became(nudging, subject)) == ([], [("email", "off", "no way chosen")])

    def test_another_homes_are_left_alone(self, nudging: Harness) -> None:
        subject = tell(nudging, MAIL)
        in_unit(nudging, lambda unit: nudges.redirect(unit, new_id(), []))
        assert became(nudging, subject) == [("email", "waiting", None)]


class TestOff:
    def test_without_an_operators_doing_it_is_off_and_says_so(
        self, probe: Harness, reopened: Callable[[Outlets], None]
    ) -> None:
        reopened(NOTHING)
        subject, nobody = tell(probe, MAIL, SMS), tell(probe)
        assert passing(probe) == []
        assert became(probe, subject) == [("email", "off", "not set up"), ("sms", "off", "not set up")]
        assert became(probe, nobody) == [(None, "off", "not set up")]

    def test_each_way_is_set_up_for_itself(
        self, probe: Harness, mailbox: Mailbox, reopened: Callable[[Outlets], None]
    ) -> None:
        reopened(Outlets(mail=mailbox.server))
        subject = tell(probe, MAIL, SMS)
        passing(probe)
        assert became(probe, subject) == [("email", "sent", None), ("sms", "off", "not set up")]

    def test_a_home_that_nobody_knows_how_to_reach_is_said(self, nudging: Harness) -> None:
        subject = tell(nudging)
        assert passing(nudging) == []
        assert became(nudging, subject) == [(None, "off", "no way chosen")]

    def test_what_waits_when_the_operator_takes_it_away_is_off(
        self, nudging: Harness, reopened: Callable[[Outlets], None]
    ) -> None:
        subject = tell(nudging, MAIL, SMS)
        reopened(NOTHING)
        assert sorted(passing(nudging)) == ["send_nudge", "send_nudge"]
        assert became(nudging, subject) == [("email", "off", "not set up"), ("sms", "off", "not set up")]


class TestFailing:
    def test_it_is_tried_again_with_growing_delays(self, nudging: Harness, receiver: Receiver) -> None:
        receiver.answer = answers(503)
        subject = tell(nudging, SMS, is_urgent=True)
        passing(nudging)
        for attempts, delay in enumerate(SENDING.delays, 1):
            assert became(nudging, subject) == [("sms", "waiting", "status 503")]
            passing(nudging, delay - timedelta(seconds=1))
            assert len(receiver.heard) == attempts
            passing(nudging, timedelta(seconds=1))
            assert len(receiver.heard) == attempts + 1
        assert became(nudging, subject) == [("sms", "failed", "status 503")]

    def test_when_the_provider_is_back_it_goes(self, nudging: Harness, receiver: Receiver) -> None:
        receiver.answer = answers(503)
        subject = tell(nudging, SMS)
        passing(nudging)
        receiver.answer = TAKEN
        passing(nudging, SENDING.delays[0])
        assert became(nudging, subject) == [("sms", "sent", None)]

    def test_one_way_that_fails_delays_no_other(self, nudging: Harness, mailbox: Mailbox, receiver: Receiver) -> None:
        receiver.answer = answers(503)
        tell(nudging, SMS, MAIL)
        passing(nudging)
        assert len(mailbox.mails) == 1

    def test_given_up_it_is_parked_and_the_operator_lets_it_go_on(
        self, nudging: Harness, receiver: Receiver, admin: Admin
    ) -> None:
        receiver.answer = answers(503)
        subject = tell(nudging, SMS, is_urgent=True)
        give_up(nudging)
        named = (nudging.tenant, SENDING.name)
        parked = admin.execute("select reason_parked from duty where tenant = %s and name = %s", named).fetchall()
        assert len(parked) == 1
        assert parked[0][0] is not None
        receiver.answer = TAKEN
        admin.execute(
            "update duty set due_at = %s, attempts = 0, reason_parked = null where tenant = %s and name = %s",
            (nudging.now, *named),
        )
        passing(nudging)
        assert became(nudging, subject) == [("sms", "sent", None)]

    def test_the_next_one_lets_it_go_on_too(self, nudging: Harness, receiver: Receiver) -> None:
        receiver.answer = answers(503)
        first = tell(nudging, SMS, is_urgent=True)
        give_up(nudging)
        assert became(nudging, first) == [("sms", "failed", "status 503")]
        receiver.answer = TAKEN
        second = tell(nudging, SMS, is_urgent=True)
        passing(nudging)
        assert became(nudging, first) == became(nudging, second) == [("sms", "sent", None)]

    @pytest.mark.parametrize("refuse", ["sms", "email"])
    def test_an_address_that_is_refused_is_not_tried_again(
        self, nudging: Harness, mailbox: Mailbox, receiver: Receiver, refuse: str, admin: Admin
    ) -> None:
        receiver.answer, mailbox.to_recipient = answers(400), "550 no such user"
        subject = tell(nudging, SMS if refuse == "sms" else MAIL)
        passing(nudging)
        assert became(nudging, subject) == [(refuse, "failed", "refused")]
        left = admin.execute(
            "select count(*) from duty where name = %s and tenant = %s", (SENDING.name, nudging.tenant)
        )
        assert left.fetchone() == (0,)

    def test_one_that_says_megabytes_is_not_listened_to(self, nudging: Harness, receiver: Receiver) -> None:
        sent: list[int] = []

        def endlessly(request: Any) -> None:
            request.send_response(200)
            request.end_headers()
            for _ in range(2_000):
                sent.append(request.connection.send(b"x" * 10_000))

        receiver.answer = endlessly
        subject = tell(nudging, SMS)
        passing(nudging)
        assert became(nudging, subject) == [("sms", "sent", None)]

    def test_one_that_never_answers_is_given_up(
        self, nudging: Harness, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(outgoing, "LONGEST", 0.3)
        over = threading.Event()
        receiver.answer = lambda _request: over.wait(20) and None
        subject = tell(nudging, SMS)
        passing(nudging)
        over.set()
        assert became(nudging, subject) == [("sms", "waiting", "timed out")]


class TestDying:
    def test_who_dies_with_it_leaves_it_to_be_sent_when_the_claim_is_over(
        self, nudging: Harness, receiver: Receiver, admin: Admin
    ) -> None:
        subject = tell(nudging, SMS)
        (due,) = nudging.clockwork.due_of(nudging.tenant, now=NOON)
        clockwork = nudging.clockwork
        clockwork._errands._spawn = lambda *_given: None  # the process dies where the errand would begin
        assert clockwork.carry_out(due, now=NOON)
        assert passing(nudging) == []
        assert became(nudging, subject) == [("sms", "waiting", None)]
        passing(nudging, CLAIM)
        assert became(nudging, subject) == [("sms", "sent", None)]

    def test_another_process_does_not_send_what_is_claimed(self, nudging: Harness, receiver: Receiver) -> None:
        tell(nudging, SMS)
        due = Due(tenant=nudging.tenant, name=SENDING.name, subject=f"inquiry.{BO}.sms")
        clockworks = [nudging.clockwork for _ in range(4)]
        with ThreadPoolExecutor(4) as pool:
            begun: Sequence[bool] = list(pool.map(lambda one: one.carry_out(due, now=NOON), clockworks))
        assert begun.count(True) == 1
        assert len(receiver.heard) == 1


def test_no_log_says_a_number_or_an_address(
    nudging: Harness, mailbox: Mailbox, receiver: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    receiver.answer, mailbox.to_message = answers(503), "554 anna@home.example is not wanted"
    subject = tell(nudging, SMS, MAIL, is_urgent=True)
    give_up(nudging)
    said = capsys.readouterr()
    written = said.out + said.err
    assert became(nudging, subject) == [("sms", "failed", "status 503"), ("email", "failed", "status 554")]
    assert "errand_failed" in written
    for secret in ("anna@home", "0701740605", "701740605", "174 06", receiver.host, "Basic abc"):
        assert secret not in written


def test_what_became_of_one_is_forgotten_after_ninety_days(nudging: Harness) -> None:
    subject = tell(nudging, MAIL)
    passing(nudging)
    passing(nudging, timedelta(days=nudges.DAYS - 1))
    assert became(nudging, subject) == [("email", "sent", None)]
    passing(nudging, timedelta(days=2))
    nudging.clockwork.plan_nights_of(nudging.tenant, now=nudging.now)
    passing(nudging, timedelta(days=1))
    assert became(nudging, subject) == []
