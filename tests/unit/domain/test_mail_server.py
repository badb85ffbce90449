"""The address of a mail server: read rightly, refused without quoting a password."""

from __future__ import annotations

import pytest

from portal.domain.mail_server import MailSecurity, MailServer, read_mail_url


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("smtp://localhost", MailServer("localhost", 25, MailSecurity.NONE, None, None)),
        ("smtp://localhost:2525/", MailServer("localhost", 2525, MailSecurity.NONE, None, None)),
        ("smtp://relay.example.cn", MailServer("relay.example.cn", 25, MailSecurity.NONE, None, None)),
        (
            "smtp://u:p@mail.example.cn?starttls",
            MailServer("mail.example.cn", 587, MailSecurity.STARTTLS, "u", "p"),
        ),
        ("smtps://u%40x.cn:p%2F%23@m.cn", MailServer("m.cn", 465, MailSecurity.TLS, "u@x.cn", "p/#")),
        ("smtp://u:p@127.0.0.1", MailServer("127.0.0.1", 25, MailSecurity.NONE, "u", "p")),
    ],
)
def test_what_is_written_is_read(written: str, read: MailServer) -> None:
    assert read_mail_url(written) == read
    assert "p/#" not in repr(read)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "mail.example.cn",
        "http://u:geheim@mail.example.cn",
        "smtp://u:geheim@mail.example.cn",
        "smtp://u:geheim#1@mail.example.cn?starttls",
        "smtp://u:geheim/1@mail.example.cn?starttls",
        "smtp://u:geheim@mail.example.cn:port?starttls",
        "smtp://u@mail.example.cn?starttls",
        "smtp://u:geheim@mail.example.cn?tls",
        "smtps://u:geheim@mail.example.cn?starttls",
        "smtp://u:geheim@[mail.example.cn",
    ],
)
def test_what_cannot_be_right_is_refused_without_quoting_it(written: str) -> None:
    with pytest.raises(ValueError, match=r"must|only|needs|would") as refusal:
        read_mail_url(written)
    assert "geheim" not in str(refusal.value)
