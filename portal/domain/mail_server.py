"""The address of a mail server, as an administrator writes it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import unquote, urlsplit

_OURSELVES = ("localhost", "127.0.0.1", "::1")


class MailSecurity(StrEnum):
    """How the way to the server is kept from being read."""

    NONE = "none"
    STARTTLS = "starttls"
    TLS = "tls"


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mails are handed in."""

    host: str
    port: int
    security: MailSecurity
    user: str | None
    password: str | None = field(repr=False)


def read_mail_url(address: str) -> MailServer:
    """Read ``smtp://user:password@host:587?starttls`` (port 25, or 587 with starttls) or ``smtps://…`` (465).

    Signs in user and password that mean something in addresses are written as percent escapes. Raises
    ValueError, whose text never quotes the address.
    """
    try:
        parts = urlsplit(address.strip())
        port, host = parts.port, parts.hostname
    except ValueError:
        raise ValueError("must look like smtp://user:password@host:587?starttls") from None
    if parts.scheme not in ("smtp", "smtps") or not host or parts.path not in ("", "/") or parts.fragment:
        raise ValueError(
            "must look like smtp://user:password@host:587?starttls or smtps://user:password@host; "
            "signs such as # / ? @ in user or password as percent escapes"
        )
    if parts.query not in ("", "starttls") or (parts.query and parts.scheme == "smtps"):
        raise ValueError("only ?starttls may follow, and only after smtp://")
    security = (
        MailSecurity.TLS
        if parts.scheme == "smtps"
        else MailSecurity.STARTTLS
        if parts.query
        else MailSecurity.NONE
    )
    if (parts.username is None) != (parts.password is None):
        raise ValueError("needs user and password, or neither")
    if parts.password is not None and security is MailSecurity.NONE and host not in _OURSELVES:
        raise ValueError("would send the password in the clear: add ?starttls, or use smtps://")
    usual = {MailSecurity.TLS: 465, MailSecurity.STARTTLS: 587, MailSecurity.NONE: 25}[security]
    return MailServer(
        host,
        port or usual,
        security,
        None if parts.username is None else unquote(parts.username),
        None if parts.password is None else unquote(parts.password),
    )
