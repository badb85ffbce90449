"""A real mail server, and mails to send."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope
from sqlalchemy import select

from portal.domain.mail_server import MailSecurity, MailServer
from portal.extensions import db
from portal.notify import outbox
from portal.notify.models import Mail
from portal.notify.senders import SmtpSender
from portal.unit_of_work import unit_of_work
from tests.ports import free_port

FROM = "云汀市民政局 <portal@example.cn>"
TO = "zhang@example.cn"
READY = 60.0
"""Seconds that a mail server may take to start, on the busiest machine."""


class Postbox:
    """What the server got, and what it is told to answer: to recipients, to texts, in turn; then 250."""

    def __init__(self) -> None:
        self.got: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.to_recipient: list[str] = []
        self.to_text: list[str] = []
        self.on_text: Callable[[], None] = lambda: None

    async def handle_RCPT(  # noqa: N802
        self, _server: Any, _session: Any, envelope: Envelope, address: str, _options: Any
    ) -> str:
        if self.to_recipient:
            return self.to_recipient.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:  # noqa: N802
        self.on_text()
        if self.to_text:
            return self.to_text.pop(0)
        assert isinstance(envelope.content, bytes)
        message = message_from_bytes(envelope.content, policy=default)
        assert isinstance(message, EmailMessage)
        self.got.append(message)
        self.recipients += envelope.rcpt_tos
        return "250 OK"


@pytest.fixture
def postbox() -> Postbox:
    """What arrives."""
    return Postbox()


@pytest.fixture
def server(postbox: Postbox) -> Iterator[MailServer]:
    """A mail server that fills the postbox."""
    port = free_port()
    controller = Controller(
        postbox, hostname="127.0.0.1", port=port, server_hostname="mail.test", ready_timeout=READY
    )
    controller.start()
    yield MailServer("127.0.0.1", port, MailSecurity.NONE, None, None)
    controller.stop()


@pytest.fixture
def sender(server: MailServer) -> SmtpSender:
    """Hands mails to that server."""
    return SmtpSender(server, FROM)


def enter(number: int = 1, subject: str = "staff/3", body: str = "您好：\n请打开链接。") -> None:
    """Enter mails and commit."""
    with unit_of_work():
        for one in range(number):
            outbox.send_later(subject, TO, f"账号邀请{one + 1}", body, "invitation")


def mails() -> list[Mail]:
    """Return the outbox as it stands in the database."""
    db.session.rollback()
    return list(db.session.scalars(select(Mail).order_by(Mail.id)))
