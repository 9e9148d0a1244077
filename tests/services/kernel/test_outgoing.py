"""What goes out of the house: to allowed addresses only, to the very place that was looked at, and never for long."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from services.kernel.messages import outgoing
from services.kernel.messages.addresses import is_host
from services.kernel.messages.outgoing import Address, AddressNotAllowed, NotDelivered, allowed, is_public
from tests.receiver import Receiver, answers, listening

HOSTS = ("diary.example", "diary.example:8443", "127.0.0.1:9000")


class TestAllowed:
    @pytest.mark.parametrize(
        ("url", "host", "port", "target"),
        [
            ("https://diary.example/a/b?c=d", "diary.example", 443, "/a/b?c=d"),
            ("https://DIARY.example", "diary.example", 443, "/"),
            ("https://diary.example:443/", "diary.example", 443, "/"),
            ("https://diary.example:8443/x", "diary.example", 8443, "/x"),
        ],
    )
    def test_a_named_host_with_its_port_is(self, url: str, host: str, port: int, target: str) -> None:
        found = allowed(url, HOSTS, in_production=True)
        assert (found.host, found.port, found.target, found.is_secure) == (host, port, target, True)
        assert not found.may_be_local

    @pytest.mark.parametrize(
        "url",
        [
            "https://other.example/",
            "https://diary.example:8444/",
            "https://diary.example.other.example/",
            "https://sub.diary.example/",
            "https://diary.example@other.example/",
            "https://anna@diary.example/",
            "https://anna:word@diary.example/",
            "https://diary.example/#part",
            "https://diary.example:0443x/",
            "https://diary.example:99999/",
            "ftp://diary.example/",
            "//diary.example/",
            "https:///hooks",
            "https://[::1]/",
            "https://2130706433/",
            "https://localhost/",
            "https://127.0.0.1/",
            "https://diary.example\\@other.example/",
        ],
    )
    @pytest.mark.parametrize("in_production", [True, False])
    def test_nothing_else_is(self, url: str, *, in_production: bool) -> None:
        with pytest.raises(AddressNotAllowed):
            allowed(url, HOSTS, in_production=in_production)

    def test_this_machine_is_only_outside_of_production(self) -> None:
        assert allowed("http://127.0.0.1:9000/", HOSTS, in_production=False).may_be_local
        for url in ("http://127.0.0.1:9000/", "https://127.0.0.1:9000/"):
            with pytest.raises(AddressNotAllowed):
                allowed(url, HOSTS, in_production=True)

    def test_what_is_not_encrypted_is_only_outside_of_production(self) -> None:
        assert not allowed("http://diary.example:8443/", HOSTS, in_production=False).is_secure
        with pytest.raises(AddressNotAllowed):
            allowed("http://diary.example:8443/", HOSTS, in_production=True)

    def test_nothing_is_where_the_operator_names_no_host(self) -> None:
        with pytest.raises(AddressNotAllowed):
            allowed("https://diary.example/", [], in_production=False)

    def test_an_entry_is_a_host_with_or_without_a_port(self) -> None:
        assert all(map(is_host, ("a.example", "a.example:1", "a.example:65535", "127.0.0.1:80", "a")))
        assert not any(
            map(
                is_host,
                ("", "https://a.example", "a.example/", "a:b", "a.example:0", "a:65536", "A.example", "*", "-a"),
            )
        )


class TestPublic:
    @pytest.mark.parametrize(
        "place", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "::ffff:93.184.215.14"]
    )
    def test_an_address_of_the_open_internet_is(self, place: str) -> None:
        assert is_public(place)

    @pytest.mark.parametrize(
        "place",
        [
            "127.0.0.1", "127.8.8.8", "0.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254",
            "100.64.0.1", "224.0.0.1", "255.255.255.255", "192.0.2.1", "::1", "::", "fe80::1", "fe80::1%eth0",
            "fc00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "2002:7f00:1::", "64:ff9b::7f00:1",
            "64:ff9b:1::1", "2001:0:1::1", "2001:db8::1",
        ],
    )  # fmt: skip
    def test_nothing_of_a_house_or_its_network_is(self, place: str) -> None:
        assert not is_public(place)


def to(receiver: Receiver, *, host: str = "127.0.0.1", is_secure: bool = False) -> Address:
    return Address(
        host=host, port=receiver.port, target="/hooks", is_secure=is_secure, may_be_local=host == "127.0.0.1"
    )


def refusal(address: Address) -> str:
    """Why it was not delivered."""
    with pytest.raises(NotDelivered) as refused:
        outgoing.post(address, b"{}", {})
    return str(refused.value)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with listening() as found:
        yield found


@pytest.fixture
def leads(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """Lets every name lead to these places, one list after the other; what was looked up."""

    def set_to(*places: list[str]) -> list[str]:
        following, asked = iter(places), []

        def look_up(host: str, *_: Any) -> list[Any]:
            asked.append(host)
            return [(0, 0, 0, "", (place, 0)) for place in next(following)]

        monkeypatch.setattr(socket, "getaddrinfo", look_up)
        return asked

    return set_to


class TestPlaces:
    @pytest.mark.parametrize("inside", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "fd00::1"])
    def test_a_name_that_leads_inside_is_refused_also_with_others_beside(
        self, receiver: Receiver, leads: Callable[..., Any], inside: str
    ) -> None:
        leads(["93.184.215.14", inside])
        assert refusal(to(receiver, host="diary.example")) == "address not allowed"
        assert receiver.heard == []

    def test_it_is_looked_up_once_and_that_very_place_is_connected_to(
        self, receiver: Receiver, leads: Callable[..., list[str]], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(outgoing, "is_public", lambda place: ip_address(place).is_loopback)
        connected: list[Any] = []
        connect = socket.socket.connect
        monkeypatch.setattr(socket.socket, "connect", lambda line, to: (connected.append(to), connect(line, to))[1])
        # Whoever looked a second time (Python's own way of connecting does, of a number) would be led elsewhere.
        asked = leads(["127.0.0.1"], ["127.0.0.1"], ["192.0.2.1"])
        outgoing.post(to(receiver, host="diary.example"), b"{}", {})
        assert asked.count("diary.example") == 1
        assert connected == [("127.0.0.1", receiver.port)]
        assert receiver.heard[0].headers["host"] == f"diary.example:{receiver.port}"

    def test_each_attempt_looks_anew(
        self, receiver: Receiver, leads: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        leads(["127.0.0.1"], ["10.0.0.1"])
        for _ in range(2):
            assert refusal(to(receiver, host="diary.example")) == "address not allowed"

    def test_a_name_that_nobody_knows_is_said_to_be_that(
        self, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def nobody(*_: Any) -> Any:
            raise socket.gaierror

        monkeypatch.setattr(socket, "getaddrinfo", nobody)
        assert refusal(to(receiver, host="diary.example")) == "name not found"


class TestAnswers:
    def test_what_is_sent_arrives_as_it_is(self, receiver: Receiver) -> None:
        outgoing.post(to(receiver), "{å}".encode(), {"Content-Type": "application/json", "webhook-id": "7"})
        (heard,) = receiver.heard
        assert (heard.path, heard.body) == ("/hooks", "{å}".encode())
        assert heard.headers["content-type"] == "application/json"
        assert (heard.headers["webhook-id"], heard.headers["connection"]) == ("7", "close")

    @pytest.mark.parametrize("status", [300, 301, 302, 307, 308, 400, 404, 410, 429, 500, 503])
    def test_what_is_not_2xx_is_no_delivery_and_no_redirection_is_followed(
        self, receiver: Receiver, status: int
    ) -> None:
        receiver.answer = answers(status, Location=receiver.url)
        assert refusal(to(receiver)) == f"status {status}"
        assert len(receiver.heard) == 1

    def test_a_host_where_nobody_listens_is_unreachable(self) -> None:
        with closing(socket.create_server(("127.0.0.1", 0))) as server:
            port = server.getsockname()[1]
        assert refusal(to(Receiver(port))) == "unreachable"

    def test_an_answer_that_does_not_end_is_not_read(self, receiver: Receiver) -> None:
        sent: list[int] = []

        def endless(request: Any) -> None:
            request.send_response(200)
            request.end_headers()
            for _ in range(1000):
                request.wfile.write(b"x" * 65536)
                sent.append(65536)

        receiver.answer = endless
        outgoing.post(to(receiver), b"{}", {})
        assert sum(sent) < 20_000_000  # what fits between the two, of 65 MB

    def test_what_is_no_http_is_no_delivery(self) -> None:
        with speaking(lambda line: line.sendall(b"SSH-2.0-x\r\n")) as receiver:
            assert refusal(to(receiver)) == "connection broken"

    def test_whoever_hangs_up_has_taken_nothing(self) -> None:
        with speaking(lambda _line: None) as receiver:
            assert refusal(to(receiver)) == "connection broken"

    @pytest.mark.parametrize("said", [b"", b"HTTP/1.1 200 OK\r\nX: "], ids=["nothing", "a_little_again_and_again"])
    def test_whoever_is_slow_is_given_up(self, monkeypatch: pytest.MonkeyPatch, said: bytes) -> None:
        monkeypatch.setattr(outgoing, "LONGEST", 0.5)
        over = threading.Event()

        def slowly(line: socket.socket) -> None:
            line.sendall(said)
            while not over.wait(0.05):
                if said:
                    line.sendall(b"x")

        with speaking(slowly) as receiver:
            begun = time.monotonic()
            assert refusal(to(receiver)) == "timed out"
            assert time.monotonic() - begun < 9, "after ten seconds it would have been given up anyway"
            over.set()


@contextmanager
def speaking(answer: Callable[[socket.socket], None]) -> Iterator[Receiver]:
    """A receiver that speaks as it likes, once."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:

        def serve() -> None:
            line, _ = server.accept()
            with line:
                line.recv(65536)
                try:
                    answer(line)
                except OSError:
                    return

        thread = threading.Thread(target=serve)
        thread.start()
        yield Receiver(server.getsockname()[1])
        thread.join(10)


def a_certificate(folder: Path, name: x509.GeneralName) -> Path:
    """A certificate for a host that vouches for itself, and its key, in one file."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    called = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "receiver")])
    made = (
        x509.CertificateBuilder()
        .subject_name(called)
        .issuer_name(called)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([name]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = folder / "certificate.pem"
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + key.private_bytes(*form))
    return path


@contextmanager
def listening_securely(certificate: Path) -> Iterator[Receiver]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with listening(wrap=lambda line: context.wrap_socket(line, server_side=True)) as receiver:
        yield receiver


class TestCertificates:
    @pytest.fixture
    def trusted(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        """A certificate for diary.example, which is trusted; every name leads to this machine."""
        path = a_certificate(tmp_path, x509.DNSName("diary.example"))
        monkeypatch.setattr(outgoing, "trust", lambda: ssl.create_default_context(cafile=path))
        monkeypatch.setattr(outgoing, "places_of", lambda _address: ["127.0.0.1"])
        return path

    def test_the_certificate_is_the_named_hosts_although_a_number_is_connected_to(self, trusted: Path) -> None:
        with listening_securely(trusted) as receiver:
            outgoing.post(to(receiver, host="diary.example", is_secure=True), b"{}", {})
            assert len(receiver.heard) == 1

    def test_another_hosts_certificate_is_refused(self, trusted: Path) -> None:
        with listening_securely(trusted) as receiver:
            assert refusal(to(receiver, host="other.example", is_secure=True)) == "certificate not accepted"
            assert receiver.heard == []

    def test_one_that_nobody_vouches_for_is_refused(self, trusted: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(outgoing, "trust", ssl.create_default_context)
        with listening_securely(trusted) as receiver:
            assert refusal(to(receiver, host="diary.example", is_secure=True)) == "certificate not accepted"
            assert receiver.heard == []

    def test_a_handshake_that_does_not_end_is_given_up(self, trusted: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(outgoing, "LONGEST", 0.5)
        over = threading.Event()

        def slowly(line: socket.socket) -> None:
            for byte in b"\x16\x03\x03\x40\x00" + bytes(1000):
                if over.wait(0.05):
                    return
                line.sendall(bytes([byte]))

        with speaking(slowly) as receiver:
            assert refusal(to(receiver, host="diary.example", is_secure=True)) == "timed out"
            over.set()
