"""E-mail by the operator's own server (SMTP, RFC 5321), encrypted and to nobody but that server: its certificate is
checked, and a server that does not encrypt is told nothing.
"""

import smtplib
import socket
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import formatdate
from typing import Any, BinaryIO
from urllib.parse import unquote, urlsplit

from services.kernel.basics import clock
from services.kernel.messages import outgoing
from services.kernel.messages.outgoing import Address, NotDelivered, Refused

_PORTS = {"smtps": 465, "smtp": 587}
_MOST = 64 * 1024  #: bytes of all that the server says to one message


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """The server that takes the house's e-mail."""

    address: Address  #: secure: encrypted from the first byte; else by STARTTLS
    user: str
    password: str = field(repr=False)
    sender: str  #: the address that it comes from


def server_of(url: str, sender: str) -> MailServer:
    """The server at `smtps://user:password@host:465`, or `smtp://…:587` with STARTTLS; `ValueError` for what is none.

    It may lie in the operator's own network.
    """
    parts = urlsplit(url)
    port = parts.port or _PORTS.get(parts.scheme, 0)
    if parts.scheme not in _PORTS or not parts.hostname or parts.path.strip("/") or not is_address(sender):
        raise ValueError("not a mail server with a sender")
    address = Address(
        host=parts.hostname,
        port=port,
        target="",
        is_secure=parts.scheme == "smtps",
        may_be_local=True,
    )
    return MailServer(
        address=address, user=unquote(parts.username or ""), password=unquote(parts.password or ""), sender=sender
    )


def is_address(text: str) -> bool:
    """Whether it has the form of an e-mail address, as far as it can be told."""
    name, _, domain = text.rpartition("@")
    return bool(name and domain) and text.isascii() and text.isprintable() and not set(text) & set(' <>,;:"\\')


def send(server: MailServer, to: str, text: str, *, message_id: str) -> None:
    """Returns when the server has taken it; raises `NotDelivered` with the reason otherwise, `Refused` when it does not
    know the recipient. The same message has the same id, however often it is sent."""
    if not is_address(to):
        raise Refused("refused")
    message = _message(server.sender, to, text, message_id)
    with outgoing.line_to(server.address) as line:
        speaker: _Speaker | None = None
        try:
            speaker = _Speaker(server, line)
            _say(speaker, server, message)
        except smtplib.SMTPServerDisconnected:
            raise  # what broke the line is the line's to say
        except smtplib.SMTPException as problem:
            raise _reason(problem) from None
        finally:
            if speaker is not None:
                speaker.close()


def _message(sender: str, to: str, text: str, message_id: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, "Hemvist"
    message["Date"] = formatdate(clock.seconds())
    message["Message-ID"] = f"<{message_id}@{_domain(sender)}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's holiday is answered to it
    message.set_content(text, cte="quoted-printable")
    return message


def _domain(sender: str) -> str:
    return sender.rpartition("@")[2]


def _say(speaker: "_Speaker", server: MailServer, message: EmailMessage) -> None:
    if not server.address.is_secure:
        speaker.starttls(context=outgoing.trust())
    if server.user:
        speaker.login(server.user, server.password)
    speaker.send_message(message)
    with suppress(OSError):
        speaker.putcmd("quit")  # it has been taken: what the server says to this changes nothing


def _reason(problem: smtplib.SMTPException) -> NotDelivered:
    """Why it was not taken, without what the server said."""
    match problem:
        case smtplib.SMTPRecipientsRefused():
            (code, _said), *_ = problem.recipients.values()
            return Refused("refused") if code >= 500 else NotDelivered(f"status {code}")
        case smtplib.SMTPAuthenticationError():
            return NotDelivered("login refused")
        case smtplib.SMTPResponseException():
            return NotDelivered(f"status {problem.smtp_code}")
    return NotDelivered("not encrypted")  # of what it needs, the server has no STARTTLS, or no login


class _Speaker(smtplib.SMTP):
    """SMTP on a connection that is there already."""

    def __init__(self, server: MailServer, line: socket.socket) -> None:
        self._line = line
        super().__init__(
            server.address.host, server.address.port, local_hostname=_domain(server.sender), timeout=outgoing.LONGEST
        )

    def _get_socket(self, *_: Any) -> socket.socket:
        return self._line

    def getreply(self) -> tuple[int, bytes]:
        if self.file is None:
            self.file = _Answers(self.sock.makefile("rb"))  # type: ignore[union-attr]
        return super().getreply()


class _Answers:
    """What the server says, which is listened to up to a bound."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._left = file, _MOST

    def readline(self, size: int) -> bytes:
        line = self._file.readline(size)
        self._left -= len(line)
        if self._left < 0:
            raise OSError("it says too much")
        return line

    def close(self) -> None:
        self._file.close()
