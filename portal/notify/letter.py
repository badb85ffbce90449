"""A mail as it goes out: plain text, the same at every try, nothing that follows the reader."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Letter:
    """What a sender needs to know of a mail. Its text and recipient stay out of logs and traces."""

    message_id: str
    entered_at: datetime
    title: str
    recipient: str = field(repr=False)
    body: str = field(repr=False)
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """Further header fields, by name."""


class NotSent(Exception):
    """A try that failed. ``problem``: a code without a word of the server's or of the mail's."""

    def __init__(self, problem: str, *, permanent: bool = False, nobody_there: bool = False) -> None:
        super().__init__(problem)
        self.problem = problem
        self.permanent = permanent
        """Trying again would end the same."""
        self.nobody_there = nobody_there
        """The next mail would fare no better now."""


class Sender(Protocol):
    """Carries one mail away."""

    def send(self, letter: Letter) -> None:
        """Return when somebody else has taken the mail over. Raises NotSent."""


def compose(letter: Letter, sender: str) -> EmailMessage:
    """Return the message. ``sender``: address, or name and address. Raises NotSent for a wrong address."""
    message = EmailMessage(policy=SMTP)
    name, address = parseaddr(sender)
    try:
        message["From"] = Address(name, addr_spec=_ascii_domain(address))
        message["To"] = Address(addr_spec=_ascii_domain(letter.recipient))
    except (MessageError, ValueError, IndexError):
        raise NotSent("address", permanent=True) from None
    message["Subject"] = letter.title
    message["Date"] = format_datetime(letter.entered_at)
    message["Message-ID"] = f"<{letter.message_id}>"
    message["Auto-Submitted"] = "auto-generated"
    for field_name, value in letter.headers:
        message[field_name] = value
    message.set_content(letter.body, charset="utf-8", cte="base64")
    return message


def _ascii_domain(address: str) -> str:
    local, at, domain = address.strip().rpartition("@")
    if not (at and local.isascii() and local and domain):
        raise ValueError("no address")
    return f"{local}@{domain.encode('idna').decode()}"
