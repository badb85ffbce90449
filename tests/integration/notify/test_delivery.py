"""From the outbox to a real server: at least once, not twice at a time, not for ever."""

from __future__ import annotations

import os
import signal
import ssl
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from flask import Flask
from sqlalchemy import text, update

from portal import clock
from portal.config import Settings
from portal.domain.mail_server import MailSecurity, MailServer
from portal.extensions import db
from portal.notify import outbox
from portal.notify.delivery import MAX_AGE, PAUSES, TRIES, Delivered, deliver_due
from portal.notify.letter import Letter, NotSent
from portal.notify.models import Mail
from portal.notify.senders import SmtpSender, make_sender
from portal.unit_of_work import unit_of_work
from portal.vault.sealing import KeyErased, erase
from tests.integration.notify.conftest import FROM, READY, TO, Postbox, enter, mails
from tests.ports import free_port

ROOT = Path(__file__).resolve().parents[3]


class Silent:
    """Takes every mail and keeps it."""

    def __init__(self) -> None:
        self.got: list[Letter] = []

    def send(self, letter: Letter) -> None:
        self.got.append(letter)


class Failing:
    """Takes none."""

    def __init__(self, problem: NotSent) -> None:
        self.problem, self.asked = problem, 0

    def send(self, letter: Letter) -> None:
        self.asked += 1
        raise self.problem


def test_a_mail_arrives_whole_and_leaves_nothing_behind(
    app: Flask, postbox: Postbox, sender: SmtpSender
) -> None:
    title, body = (
        "操作记录校验值：" + "二〇二六年二月二十四日" * 6,
        "您好：\n\n第一行，" + "很长" * 300 + "\n.句点\n𠮷🏠",
    )
    with app.app_context():
        with unit_of_work():
            entered = outbox.send_later("staff/3", f" {TO} ", title, body, "digest")
            at, message_id = entered.entered_at, entered.message_id
        (waiting,) = db.session.execute(text("SELECT * FROM mail")).mappings()
        assert TO not in str(waiting.values())
        assert "您好" not in str(waiting.values())
        assert deliver_due(sender) == Delivered(sent=1, failed=0, more=False)
        assert deliver_due(sender) == Delivered(sent=0, failed=0, more=False)
        (kept,) = mails()
        assert (kept.recipient_sealed, kept.title, kept.body_sealed, kept.next_try_at) == (
            None,
            None,
            None,
            None,
        )
        assert kept.sent_at is not None
        assert kept.kind == "digest"
    (got,) = postbox.got
    assert postbox.recipients == [TO]
    assert got["Subject"] == title
    assert got.get_content().replace("\r\n", "\n").rstrip("\n") == body
    assert got.get_content_type() == "text/plain"
    assert got["From"].addresses[0].display_name == "云汀市民政局"
    assert got["From"].addresses[0].addr_spec == "portal@example.cn"
    assert got["To"].addresses[0].addr_spec == TO
    assert got["Auto-Submitted"] == "auto-generated"
    assert got["Message-ID"] == f"<{message_id}>"
    assert abs(got["Date"].datetime - at) < timedelta(seconds=2)


def test_what_is_rolled_back_is_never_sent(app: Flask) -> None:
    sender = Silent()
    with app.app_context():
        with pytest.raises(ZeroDivisionError), unit_of_work():
            outbox.send_later("staff/3", TO, "题目", "内容", "invitation")
            raise ZeroDivisionError
        deliver_due(sender)
        assert mails() == []
    assert sender.got == []


@pytest.mark.parametrize("where", ["to_recipient", "to_text"])
def test_a_refusal_for_now_is_tried_again(
    app: Flask, postbox: Postbox, sender: SmtpSender, where: str
) -> None:
    getattr(postbox, where).append("451 zhang@example.cn later please")
    with app.app_context():
        enter(2)
        assert deliver_due(sender) == Delivered(sent=1, failed=1, more=False)
        first = mails()[0]
        assert (first.attempts, first.last_problem, first.sent_at) == (1, "smtp-451", None)
        deliver_due(sender)
        assert len(postbox.got) == 1, "not before its time"
        with clock.moved_to(clock.now() + PAUSES[0] + timedelta(seconds=1)):
            assert deliver_due(sender).sent == 1
        assert mails()[0].sent_at is not None
    assert [one["Subject"] for one in postbox.got] == ["账号邀请2", "账号邀请1"]


@pytest.mark.parametrize("where", ["to_recipient", "to_text"])
def test_a_refusal_for_good_is_given_up_at_once(
    app: Flask, postbox: Postbox, sender: SmtpSender, where: str
) -> None:
    getattr(postbox, where).append("550 no zhang@example.cn here")
    with app.app_context():
        enter()
        assert deliver_due(sender).failed == 1
        (kept,) = mails()
        assert (kept.attempts, kept.last_problem, kept.next_try_at) == (1, "smtp-550", None)
        assert outbox.standing().given_up == {"smtp-550": 1}
        with clock.moved_to(clock.now() + timedelta(days=30)):
            assert deliver_due(sender) == Delivered(0, 0, more=False)
        with unit_of_work():
            assert outbox.try_again() == 1
        assert deliver_due(sender).sent == 1
        assert outbox.standing().given_up == {}


def test_a_server_that_is_down_costs_one_try_a_round_and_ends(app: Flask) -> None:
    sender = SmtpSender(MailServer("127.0.0.1", free_port(), MailSecurity.NONE, None, None), FROM)
    with app.app_context():
        enter(2)
        assert deliver_due(sender) == Delivered(sent=0, failed=1, more=False)
        assert [one.attempts for one in mails()] == [1, 0], "the other would have fared no better"
        assert mails()[0].last_problem == "connection"


def test_tries_grow_apart_and_are_bounded(app: Flask) -> None:
    sender = Failing(NotSent("connection", nobody_there=True))
    with app.app_context():
        enter()
        moment = clock.now()
        for pause in PAUSES:
            with clock.moved_to(moment):
                deliver_due(sender)
                (kept,) = mails()
                assert kept.next_try_at == moment + pause
            moment += pause
        with clock.moved_to(moment):
            deliver_due(sender)
        assert sender.asked == TRIES == 8
        assert mails()[0].given_up_at == moment
        assert list(PAUSES) == sorted(PAUSES)


def test_an_address_that_is_none_is_given_up(app: Flask, sender: SmtpSender) -> None:
    with app.app_context():
        for address in (
            "nobody",
            "张三@example.cn",
            "a@b@",
            "a b@example.cn",
            "a@example.cn\nBcc: x@example.cn",
        ):
            with unit_of_work():
                outbox.send_later("staff/3", address, "题目", "内容", "invitation")
        assert deliver_due(sender) == Delivered(sent=0, failed=5, more=False)
        assert outbox.standing().given_up == {"address": 5}


@pytest.mark.parametrize("title", ["", " ", "题目\nBcc: x@example.cn", "长" * 121])
def test_a_title_is_one_line(app: Flask, title: str) -> None:
    with app.app_context(), pytest.raises(ValueError, match="title"), unit_of_work():
        outbox.send_later("staff/3", TO, title, "内容", "invitation")


def test_who_was_erased_gets_no_mail(app: Flask) -> None:
    sender = Silent()
    with app.app_context():
        enter(2)
        with unit_of_work():
            outbox.send_later("staff/4", TO, "给别人的", "内容", "invitation")
            erase("staff/3")
        assert deliver_due(sender) == Delivered(sent=1, failed=0, more=False)
        assert [one.title for one in sender.got] == ["给别人的"]
        dropped = mails()[0]
        assert dropped.erased_at is not None
        assert (dropped.recipient_sealed, dropped.title, dropped.body_sealed) == (None, None, None)
        assert outbox.standing() == outbox.Standing(0, None, {})
        with pytest.raises(KeyErased), unit_of_work():
            outbox.send_later("staff/3", TO, "题目", "内容", "invitation")


def test_a_worker_that_dies_while_sending_loses_nothing(
    app: Flask, postbox: Postbox, server: MailServer
) -> None:
    """A real process, killed when it has handed the text over and not yet heard that it arrived."""
    there = threading.Event()
    release = threading.Event()

    def hold() -> None:
        there.set()
        release.wait(120)

    postbox.on_text = hold
    settings = app.config["PORTAL"]
    assert isinstance(settings, Settings)
    with app.app_context():
        enter()
        db.session.remove()
        db.engine.dispose()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")} | {
        "PORTAL_DATA": str(settings.data),
        "PORTAL_DATABASE_URL": settings.sqlalchemy_url,
        "PORTAL_MAIL_URL": f"smtp://127.0.0.1:{server.port}",
        "PORTAL_MAIL_FROM": FROM,
        "PORTAL_LOG_LEVEL": "ERROR",
    }
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "mail", "deliver"]
    with subprocess.Popen(command, cwd=ROOT, env=environment) as worker:
        assert there.wait(120)
        os.kill(worker.pid, signal.SIGKILL)
    release.set()
    postbox.on_text = lambda: None
    sender = SmtpSender(server, FROM)
    with app.app_context():
        (kept,) = mails()
        assert kept.sent_at is None
        assert kept.attempts == 1
        assert deliver_due(sender).sent == 0, "it may still be at work"
        # by the true clock, which the process believed
        with clock.moved_to(datetime.now(UTC) + timedelta(minutes=11)):
            assert deliver_due(sender).sent == 1
        assert mails()[0].sent_at is not None
    assert len({one["Message-ID"] for one in postbox.got}) == 1, "if it came twice, it is seen to be one"


def test_a_mail_that_kills_every_worker_is_given_up(app: Flask) -> None:
    class Deadly:
        def send(self, letter: Letter) -> None:
            raise KeyboardInterrupt

    with app.app_context():
        enter()
        moment = clock.now()
        for _ in range(TRIES):
            with clock.moved_to(moment), pytest.raises(KeyboardInterrupt):
                deliver_due(Deadly())
            moment += timedelta(minutes=11)
        with clock.moved_to(moment):
            deliver_due(Deadly())
        assert outbox.standing().given_up == {"crash": 1}


def test_two_workers_send_each_mail_once(app: Flask, postbox: Postbox, server: MailServer) -> None:
    with app.app_context():
        enter(12)
    begin = threading.Barrier(3)

    def work(_: int) -> int:
        with app.app_context():
            begin.wait()
            sent = deliver_due(SmtpSender(server, FROM)).sent
            db.session.remove()
            return sent

    with ThreadPoolExecutor(3) as workers:
        assert sum(workers.map(work, range(3))) == 12
    assert sorted(one["Subject"] for one in postbox.got) == sorted(f"账号邀请{one + 1}" for one in range(12))


def test_a_long_queue_goes_out_in_rounds(app: Flask) -> None:
    sender = Silent()
    with app.app_context():
        enter(3)
        assert deliver_due(sender, at_most=2) == Delivered(sent=2, failed=0, more=True)
        assert deliver_due(sender, at_most=2) == Delivered(sent=1, failed=0, more=False)


def test_what_waited_for_a_server_too_long_is_not_sent(app: Flask) -> None:
    sender = Silent()
    with app.app_context():
        enter()
        with clock.moved_to(clock.now() + MAX_AGE + timedelta(hours=1)):
            assert deliver_due(sender) == Delivered(sent=0, failed=0, more=False)
            assert outbox.standing().given_up == {"late": 1}
            with unit_of_work():
                outbox.try_again()
            assert deliver_due(sender).sent == 1, "unless somebody asks for it"


def test_what_was_given_up_is_forgotten_in_time(app: Flask) -> None:
    with app.app_context():
        enter()
        deliver_due(Failing(NotSent("smtp-550", permanent=True)))
        with unit_of_work():
            outbox.forget_given_up(before=clock.now() - timedelta(days=1))
        assert outbox.standing().given_up == {"smtp-550": 1}
        with unit_of_work():
            outbox.forget_given_up(before=clock.now() + timedelta(days=1))
        assert outbox.standing().given_up == {}
        assert mails()[0].body_sealed is None


def test_a_vault_that_cannot_be_opened_is_a_problem_that_can_be_mended(app: Flask) -> None:
    with app.app_context():
        enter()
        kept = mails()[0].body_sealed
        with unit_of_work():
            db.session.execute(update(Mail).values(body_sealed="v1.1.AAAA"))
        assert deliver_due(Silent()).sent == 0
        assert mails()[0].last_problem == "vault"
        with unit_of_work():
            db.session.execute(update(Mail).values(body_sealed=kept))
        with clock.moved_to(clock.now() + timedelta(minutes=2)):
            assert deliver_due(Silent()).sent == 1


def test_the_demo_writes_mails_to_the_terminal(sqlite_app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    sender = make_sender(sqlite_app.config["PORTAL"])
    assert sender is not None
    with sqlite_app.app_context():
        enter()
        assert deliver_due(sender).sent == 1
    said = capsys.readouterr().out
    for part in ("没有寄出", TO, "账号邀请1", "│ 请打开链接。"):
        assert part in said


def test_the_way_to_the_server_is_encrypted_and_checked(
    sqlite_app: Flask, postbox: Postbox, tmp_path: Path
) -> None:
    pem = own_certificate(tmp_path)
    here = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    here.load_cert_chain(pem)
    port = free_port()
    controller = Controller(
        postbox,
        hostname="127.0.0.1",
        port=port,
        ready_timeout=READY,
        tls_context=here,
        require_starttls=True,
    )
    controller.start()
    server = MailServer("localhost", port, MailSecurity.STARTTLS, None, None)
    try:
        with sqlite_app.app_context():
            enter()
            assert deliver_due(SmtpSender(server, FROM)).failed == 1
            assert mails()[0].last_problem == "tls", "nobody vouches for this certificate"
            with clock.moved_to(clock.now() + timedelta(minutes=2)):
                trusting = ssl.create_default_context(cafile=str(pem))
                assert deliver_due(SmtpSender(server, FROM, tls=trusting)).sent == 1
    finally:
        controller.stop()
    assert len(postbox.got) == 1


def own_certificate(folder: Path) -> Path:
    """Return a file with a key and a certificate of its own for localhost."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = clock.now().astimezone(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "server.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(private + made.public_bytes(Encoding.PEM))
    return path
