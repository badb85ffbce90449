"""Who carries mails away: a mail server, or in the demo the terminal."""

from __future__ import annotations

import smtplib
import ssl
import sys
from contextlib import suppress
from email.utils import parseaddr

from portal.config import Environment, Settings
from portal.domain.mail_server import MailSecurity, MailServer
from portal.notify.letter import Letter, NotSent, Sender, compose

_TIMEOUT = 20
"""Seconds that any one answer of the server may take."""
_REFUSED_FOR_GOOD = range(500, 600)


def make_sender(settings: Settings) -> Sender | None:
    """Return the sender that the settings ask for, None where mails are to wait."""
    server = settings.mail_server
    if server is not None:
        assert settings.mail_from is not None
        return SmtpSender(server, settings.mail_from)
    return TerminalSender(settings) if settings.environment is Environment.DEMO else None


class SmtpSender:
    """Hands each mail to one server, over a connection of its own."""

    def __init__(self, server: MailServer, sender: str, *, tls: ssl.SSLContext | None = None) -> None:
        self._server = server
        self._sender = sender
        self._tls = tls or ssl.create_default_context()
        self._domain = parseaddr(sender)[1].rpartition("@")[2].encode("idna").decode()

    def send(self, letter: Letter) -> None:
        """Return when the server has accepted the mail. Raises NotSent."""
        message = compose(letter, self._sender)
        smtp = self._connect()
        try:
            smtp.send_message(message)
        except smtplib.SMTPRecipientsRefused as refusal:
            code = next(iter(refusal.recipients.values()))[0]
            raise _refused(code) from None
        except smtplib.SMTPDataError as refusal:
            raise _refused(refusal.smtp_code) from None
        except smtplib.SMTPResponseException as refusal:
            # our own sender or greeting was not liked: no fault of this mail
            raise NotSent(f"smtp-{refusal.smtp_code}", nobody_there=True) from None
        except (OSError, smtplib.SMTPException):
            raise NotSent("connection", nobody_there=True) from None
        finally:
            with suppress(OSError, smtplib.SMTPException):  # it was taken over before we said goodbye
                smtp.quit()
            smtp.close()

    def _connect(self) -> smtplib.SMTP:
        smtp: smtplib.SMTP | None = None
        # the machine's own name is nobody's business, and looking it up may take long
        ours, server = self._domain, self._server
        try:
            if server.security is MailSecurity.TLS:
                smtp = smtplib.SMTP_SSL(
                    server.host, server.port, local_hostname=ours, timeout=_TIMEOUT, context=self._tls
                )
            else:
                smtp = smtplib.SMTP(server.host, server.port, local_hostname=ours, timeout=_TIMEOUT)
            if server.security is MailSecurity.STARTTLS:
                smtp.starttls(context=self._tls)
            if server.user is not None and server.password is not None:
                smtp.login(server.user, server.password)
        except (OSError, smtplib.SMTPException) as fault:
            if smtp is not None:
                smtp.close()
            raise NotSent(_kind_of(fault), nobody_there=True) from None
        return smtp


class TerminalSender:
    """Writes mails to standard output, framed: what the demo does instead of sending."""

    def __init__(self, settings: Settings) -> None:
        self._sender = settings.mail_from or settings.site_name

    def send(self, letter: Letter) -> None:
        """Write the mail whole, in one go."""
        lines = [
            f"发件人：{self._sender}",
            f"收件人：{letter.recipient}",
            f"主  题：{letter.title}",
            "",
            *letter.body.splitlines(),
        ]
        framed = "\n".join(f"│ {line}".rstrip() for line in lines)
        sys.stdout.write(f"\n╭── 邮件（演示：没有寄出） {'─' * 30}\n{framed}\n╰{'─' * 56}\n")
        sys.stdout.flush()


def _refused(code: int) -> NotSent:
    return NotSent(f"smtp-{code}", permanent=code in _REFUSED_FOR_GOOD)


def _kind_of(fault: Exception) -> str:
    if isinstance(fault, smtplib.SMTPResponseException):
        return f"smtp-{fault.smtp_code}"
    return "tls" if isinstance(fault, ssl.SSLError | smtplib.SMTPNotSupportedError) else "connection"
