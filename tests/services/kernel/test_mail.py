"""E-mail: to the operator's own server, encrypted, and never for long."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509

from services.kernel.messages import mail, outgoing
from services.kernel.messages.mail import MailServer, server_of
from services.kernel.messages.outgoing import NotDelivered, Refused
from tests.mailbox import PASSWORD, SENDER, USER, Mailbox, taking_mail
from tests.services.kernel.test_outgoing import a_certificate

ANNA = "anna@home.example"
SAID = "Något nytt väntar."


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """This machine's, which is trusted."""
    path = a_certificate(tmp_path, x509.IPAddress(ip_address("127.0.0.1")))
    monkeypatch.setattr(outgoing, "trust", lambda: ssl.create_default_context(cafile=path))
    return path


@pytest.fixture(params=[False, True], ids=["STARTTLS", "TLS"])
def mailbox(certificate: Path, request: pytest.FixtureRequest) -> Iterator[Mailbox]:
    with taking_mail(certificate, is_secure=request.param) as found:
        yield found


def send(server: MailServer, to: str = ANNA, *, message_id: str = "1") -> None:
    mail.send(server, to, SAID, message_id=message_id)


def refusal(server: MailServer, to: str = ANNA) -> str:
    with pytest.raises(NotDelivered) as refused:
        send(server, to)
    return str(refused.value)


@contextmanager
def speaking(say: Callable[[socket.socket], None]) -> Iterator[MailServer]:
    """A server that says what it likes, once."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:

        def serve() -> None:
            line, _ = server.accept()
            with line:
                try:
                    say(line)
                except OSError:
                    return

        thread = threading.Thread(target=serve)
        thread.start()
        yield server_of(f"smtp://127.0.0.1:{server.getsockname()[1]}", SENDER)
        thread.join(10)


class TestSending:
    def test_it_is_taken_with_a_login_and_encrypted(self, mailbox: Mailbox) -> None:
        send(mailbox.server)
        (taken,) = mailbox.mails
        assert mailbox.logins == [USER.encode()]
        assert mailbox.recipients == [[ANNA]]
        assert mailbox.texts == [SAID]
        assert (taken["From"], taken["To"], taken["Subject"]) == (SENDER, ANNA, "Hemvist")
        assert taken["Auto-Submitted"] == "auto-generated"
        assert taken["Date"]

    def test_the_same_message_has_the_same_id_however_often_it_comes(self, mailbox: Mailbox) -> None:
        for message_id in ("1", "1", "2"):
            send(mailbox.server, message_id=message_id)
        first, again, other = [taken["Message-ID"] for taken in mailbox.mails]
        assert first == again != other

    def test_a_recipient_that_is_not_known_is_refused_for_good(self, mailbox: Mailbox) -> None:
        mailbox.to_recipient = "550 5.1.1 no such user anna@home.example"
        with pytest.raises(Refused, match=r"^refused$"):
            send(mailbox.server)

    @pytest.mark.parametrize(
        "to", ["anna", "anna@home.example\nBcc: bo@home.example", "a b@home.example", "å@ö.example", ""]
    )
    def test_what_is_no_address_is_refused_before_anybody_is_asked(self, mailbox: Mailbox, to: str) -> None:
        with pytest.raises(Refused):
            send(mailbox.server, to)
        assert mailbox.logins == []

    @pytest.mark.parametrize("answer", ["450 later", "421 too busy"])
    def test_one_that_is_not_taken_now_is_a_matter_of_time(self, mailbox: Mailbox, answer: str) -> None:
        mailbox.to_recipient = answer
        assert refusal(mailbox.server) == f"status {answer[:3]}"

    def test_a_message_that_is_not_taken_says_its_status_only(self, mailbox: Mailbox) -> None:
        mailbox.to_message = "554 5.7.1 anna@home.example does not want this"
        assert refusal(mailbox.server) == "status 554"

    def test_a_wrong_login_says_so(self, mailbox: Mailbox) -> None:
        url = mailbox.url.replace("known", "unknown")
        assert refusal(server_of(url, SENDER)) == "login refused"
        assert mailbox.mails == []


class TestSecrecy:
    @pytest.mark.parametrize("is_secure", [False, True])
    def test_a_server_that_nobody_vouches_for_is_told_nothing(
        self, certificate: Path, monkeypatch: pytest.MonkeyPatch, *, is_secure: bool
    ) -> None:
        monkeypatch.setattr(outgoing, "trust", ssl.create_default_context)
        with taking_mail(certificate, is_secure=is_secure) as mailbox:
            assert refusal(mailbox.server) == "certificate not accepted"
            assert (mailbox.logins, mailbox.mails) == ([], [])

    def test_another_hosts_certificate_is_refused(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        path = a_certificate(tmp_path, x509.DNSName("other.example"))
        monkeypatch.setattr(outgoing, "trust", lambda: ssl.create_default_context(cafile=path))
        with taking_mail(path) as mailbox:
            assert refusal(mailbox.server) == "certificate not accepted"
            assert (mailbox.logins, mailbox.mails) == ([], [])

    def test_a_server_that_does_not_encrypt_is_told_nothing(self) -> None:
        with taking_mail(None) as mailbox:
            assert refusal(mailbox.server) == "not encrypted"
            assert (mailbox.logins, mailbox.mails) == ([], [])

    def test_the_password_is_in_no_representation(self, mailbox: Mailbox) -> None:
        assert mailbox.server.password == PASSWORD
        assert PASSWORD not in repr(mailbox.server)


class TestServersThatFail:
    def test_one_that_is_away_is_unreachable(self) -> None:
        with closing(socket.create_server(("127.0.0.1", 0))) as server:
            port = server.getsockname()[1]
        assert refusal(server_of(f"smtps://127.0.0.1:{port}", SENDER)) == "unreachable"

    def test_one_that_says_nothing_is_given_up(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(outgoing, "LONGEST", 0.3)
        over = threading.Event()
        with speaking(lambda _line: over.wait(20) and None) as server:
            assert refusal(server) == "timed out"
            over.set()

    def test_one_that_says_a_sign_now_and_then_is_given_up_all_the_same(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(outgoing, "LONGEST", 0.5)
        over = threading.Event()

        def slowly(line: socket.socket) -> None:
            while not over.wait(0.05):
                line.sendall(b"220-hej\r\n")

        with speaking(slowly) as server:
            assert refusal(server) == "timed out"
            over.set()

    def test_one_that_says_megabytes_is_not_listened_to(self) -> None:
        said: list[int] = []

        def endlessly(line: socket.socket) -> None:
            while True:
                said.append(line.send(b"220-" + b"x" * 1000 + b"\r\n"))

        with speaking(endlessly) as server:
            assert refusal(server) == "connection broken"
        assert sum(said) < 20_000_000, "it was hung up on"

    @pytest.mark.parametrize("greeting", [b"554 no\r\n", b"421 later\r\n"])
    def test_one_that_does_not_want_to_speak_says_its_status(self, greeting: bytes) -> None:
        with speaking(lambda line: line.sendall(greeting)) as server:
            assert refusal(server) == f"status {greeting[:3].decode()}"

    def test_one_that_hangs_up_breaks_the_connection(self) -> None:
        with speaking(lambda line: line.sendall(b"220 hej\r\n")) as server:
            assert refusal(server) == "connection broken"

    def test_one_that_speaks_another_language_is_not_understood(self) -> None:
        with speaking(lambda line: line.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as server:
            assert refusal(server) in ("status -1", "connection broken")


class TestServerOf:
    def test_it_reads_an_address(self) -> None:
        found = server_of("smtps://anna%40a.example:pass%2Fword@mail.example", SENDER)
        assert (found.address.host, found.address.port, found.address.is_secure) == ("mail.example", 465, True)
        assert (found.user, found.password, found.sender) == ("anna@a.example", "pass/word", SENDER)
        found = server_of("smtp://mail.example:2525", SENDER)
        assert (found.address.port, found.address.is_secure, found.user) == (2525, False, "")

    @pytest.mark.parametrize(
        ("url", "sender"),
        [
            ("mail.example", SENDER),
            ("http://mail.example", SENDER),
            ("smtp://", SENDER),
            ("smtp://mail.example:port", SENDER),
            ("smtp://mail.example/path", SENDER),
            ("smtp://mail.example", ""),
            ("smtp://mail.example", "hemvist"),
        ],
    )
    def test_what_is_none_is_refused(self, url: str, sender: str) -> None:
        with pytest.raises(ValueError, match=r"not a mail server|Port"):
            server_of(url, sender)
