"""Nudges of a service as a process of its own, under eventlet, with its clockwork."""

import json
from collections.abc import Iterator
from contextlib import closing
from ipaddress import ip_address
from pathlib import Path
from threading import Event as Signal
from typing import Any

import psycopg
import pytest
from cryptography import x509

from services.kernel.messages.outlets import Outlets
from services.kernel.rows.database import Database
from services.kernel.testing import Harness
from services.kernel.work.nudges import SENDING
from tests.mailbox import SENDER, Mailbox, taking_mail
from tests.receiver import TAKEN, Receiver, answers, listening
from tests.services.kernel.conftest import MASTER_KEYS, Broker, House, ProbeProcess
from tests.services.kernel.test_nudges import MAIL, NUMBER, SMS, became, tell
from tests.services.kernel.test_outgoing import a_certificate
from tests.waiting import eventually

Admin = psycopg.Connection[Any]
SECRET = "Basic c2VjcmV0"


class ToAll(dict[str, str]):
    """Every municipality's secret."""

    def get(self, *_: Any) -> str:
        return SECRET


def provider(receiver: Receiver) -> dict[str, Any]:
    return {"url": receiver.url, "header": "X-Key", "body": {"to": "$number", "text": "$text"}}


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with listening() as found:
        yield found


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    return a_certificate(tmp_path, x509.IPAddress(ip_address("127.0.0.1")))


@pytest.fixture(params=[False, True], ids=["STARTTLS", "TLS"])
def mailbox(certificate: Path, request: pytest.FixtureRequest) -> Iterator[Mailbox]:
    with taking_mail(certificate, is_secure=request.param) as found:
        yield found


@pytest.fixture
def probe(probe: Harness, probe_house: House, receiver: Receiver) -> Iterator[Harness]:
    """With a municipality whose provider of SMS is the receiver; what is told is planned, and the process sends it."""
    probe.tenant = probe.new_tenant(sms=provider(receiver))
    with taking_mail(None) as anybody:  # so that e-mail is set up; nothing is sent from here
        outlets = Outlets(mail=anybody.server, sms_secrets=ToAll())
        with closing(Database(probe_house.urls.service, MASTER_KEYS, service="probe", outlets=outlets)) as database:
            probe.database = database
            yield probe


def a_process(probe: Harness, house: House, folder: Path, *others: str, **variables: str) -> ProbeProcess:
    secrets = json.dumps(dict.fromkeys((probe.tenant, *others), SECRET))
    return ProbeProcess(house, folder / "log", HEMVIST_SMS_SECRETS=secrets, **variables)


def test_it_goes_by_e_mail_and_sms_from_the_operators_settings(
    probe: Harness,
    probe_house: House,
    one_probe_process: ProbeProcess,
    broker: Broker,
    receiver: Receiver,
    mailbox: Mailbox,
    certificate: Path,
    tmp_path: Path,
) -> None:
    one_probe_process.end()
    settings = {
        "HEMVIST_MAIL": mailbox.url,
        "HEMVIST_MAIL_SENDER": SENDER,
        "SSL_CERT_FILE": str(certificate),
    }
    with closing(a_process(probe, probe_house, tmp_path, **settings)) as process:
        process.start()
        subject = tell(probe, MAIL, SMS, is_urgent=True)
        eventually(lambda: mailbox.mails and receiver.heard)
        assert mailbox.recipients == [[MAIL.address]]
        assert receiver.heard[0].event["to"] == NUMBER
        eventually(lambda: became(probe, subject) == [("email", "sent", None), ("sms", "sent", None)])


def test_killed_in_the_middle_it_is_sent_again(
    probe: Harness,
    probe_house: House,
    one_probe_process: ProbeProcess,
    broker: Broker,
    receiver: Receiver,
    admin: Admin,
    tmp_path: Path,
) -> None:
    one_probe_process.end()
    over = Signal()
    receiver.answer = lambda _request: over.wait(30) and None
    with closing(a_process(probe, probe_house, tmp_path)) as process:
        process.start()
        subject = tell(probe, SMS, is_urgent=True)
        eventually(lambda: receiver.heard)
        process.end(kill=True)
        over.set()
        receiver.answer = TAKEN
        assert became(probe, subject) == [("sms", "waiting", None)]
        # The claim is over: nobody waits for that here.
        named = (probe.tenant, SENDING.name)
        assert admin.execute("update duty set due_at = now() where tenant = %s and name = %s", named).rowcount == 1
        process.start()
        eventually(lambda: became(probe, subject) == [("sms", "sent", None)])
        assert len(receiver.heard) == 2


def test_a_provider_that_never_answers_delays_no_other_municipality(
    probe: Harness,
    probe_house: House,
    one_probe_process: ProbeProcess,
    broker: Broker,
    receiver: Receiver,
    tmp_path: Path,
) -> None:
    one_probe_process.end()
    over = Signal()
    receiver.answer = lambda _request: over.wait(30) and None
    with listening() as other:
        second = probe.new_tenant(sms=provider(other))
        with closing(a_process(probe, probe_house, tmp_path, second)) as process:
            process.start()
            slow = tell(probe, SMS, is_urgent=True)
            eventually(lambda: receiver.heard)
            tell(probe, SMS, is_urgent=True, tenant=second)
            eventually(lambda: other.heard)
            assert became(probe, slow) == [("sms", "waiting", None)], "it is still under way"
            eventually(lambda: became(probe, slow) == [("sms", "waiting", "timed out")])
            over.set()


def test_its_log_says_neither_number_nor_address_nor_secret(
    probe: Harness,
    probe_house: House,
    one_probe_process: ProbeProcess,
    broker: Broker,
    receiver: Receiver,
    tmp_path: Path,
) -> None:
    one_probe_process.end()
    receiver.answer = answers(500)
    with closing(a_process(probe, probe_house, tmp_path, HEMVIST_LOG_LEVEL="DEBUG")) as process:
        process.start()
        subject = tell(probe, SMS, is_urgent=True)
        eventually(lambda: became(probe, subject) == [("sms", "waiting", "status 500")])
        written = process.log
    assert "errand_failed" in written
    for secret in ("701740605", "174 06 05", receiver.host, SECRET):
        assert secret not in written
