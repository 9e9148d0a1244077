"""A mail server on this machine: it keeps what it takes, and refuses what a test tells it to."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from services.kernel.messages.mail import MailServer, server_of

USER, PASSWORD, SENDER = "hemvist", "a word, known to both", "no-reply@hemvist.example"


@dataclass
class Mailbox:
    """What was taken, and what is answered to a recipient and to a message from now on."""

    port: int = 0
    is_secure: bool = False
    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    logins: list[bytes] = field(default_factory=list)
    to_recipient: str = "250 OK"
    to_message: str = "250 OK"

    @property
    def url(self) -> str:
        scheme = "smtps" if self.is_secure else "smtp"
        return f"{scheme}://{USER}:a%20word%2C%20known%20to%20both@127.0.0.1:{self.port}"

    @property
    def server(self) -> MailServer:
        return server_of(self.url, SENDER)

    @property
    def texts(self) -> list[str]:
        return [mail.get_content().strip() for mail in self.mails]

    async def handle_RCPT(  # noqa: N802  # as it is called
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if self.to_recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.to_recipient

    async def handle_DATA(  # noqa: N802
        self, _server: Any, _session: Any, envelope: Any
    ) -> str:
        if self.to_message.startswith("250"):
            found = message_from_bytes(envelope.content, policy=policy.default)
            assert isinstance(found, EmailMessage)
            self.mails.append(found)
            self.recipients.append(list(envelope.rcpt_tos))
        return self.to_message

    def authenticate(self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> AuthResult:
        assert isinstance(given, LoginPassword)
        self.logins.append(given.login)
        knows = (given.login, given.password) == (USER.encode(), PASSWORD.encode())
        return AuthResult(success=knows, handled=False)


class _Controller(Controller):
    """At any port that is free."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def taking_mail(certificate: Path | None, *, is_secure: bool = False) -> Iterator[Mailbox]:
    """A server that demands a login and encrypts: from the first byte, or by STARTTLS; without a certificate it does
    neither."""
    mailbox = Mailbox(is_secure=is_secure)
    context = None
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
    controller = _Controller(
        mailbox,
        hostname="127.0.0.1",
        port=0,
        ssl_context=context if is_secure else None,
        tls_context=None if is_secure else context,
        require_starttls=context is not None and not is_secure,
        authenticator=mailbox.authenticate,
        auth_required=not is_secure,  # below a connection that is secure already it sees no TLS, and would refuse
        auth_require_tls=not is_secure,
    )
    controller.start()
    mailbox.port = controller.port
    try:
        yield mailbox
    finally:
        controller.stop()
