"""``flask audit`` and ``flask mail``, and the mail that supervisors get of every closed day."""

from __future__ import annotations

import io
from contextlib import redirect_stdout
from datetime import timedelta

from flask import Flask

from portal import clock
from portal.accounts.digest_mail import publish_closed_days
from portal.accounts.staff import create_staff
from portal.audit.acting import acting_as
from portal.audit.capture import note
from portal.audit.models import AuditDigest
from portal.domain.permissions import Department, Role
from portal.extensions import db
from portal.notify import outbox
from portal.notify.delivery import deliver_due
from portal.notify.letter import Letter
from portal.unit_of_work import unit_of_work
from portal.vault.sealing import erase, seal
from tests.integration.audit.conftest import CLERK, DAY, enter, entries


def run(app: Flask, *words: str) -> tuple[int, str]:
    """Run a command; return its exit code and what it says."""
    result = app.test_cli_runner().invoke(args=list(words))
    return result.exit_code, result.output


class Silent:
    """Takes every mail and keeps it."""

    def __init__(self) -> None:
        self.got: list[Letter] = []

    def send(self, letter: Letter) -> None:
        self.got.append(letter)


def test_verify_says_what_it_found(sqlite_app: Flask) -> None:
    code, said = run(sqlite_app, "audit", "verify")
    assert (code, said) == (0, "还没有操作记录，没有什么可核对的。\n")
    with sqlite_app.app_context():
        enter("一", "二")
        last = entries()[-1].hash
    code, said = run(sqlite_app, "audit", "verify")
    assert code == 0
    assert "共2条" in said
    assert last in said


def test_show_tells_before_and_after_and_no_sealed_value(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        enter("一份月报")
        with acting_as(CLERK), unit_of_work():
            note("case_lodged", "case/7", said=seal("case/7", "王示例"))
    code, said = run(sqlite_app, "audit", "show")
    assert code == 0
    assert "云汀市民政局经办（工作人员3号）" in said
    assert "title：一份月报" in said
    assert "said：（加密）" in said
    code, said = run(sqlite_app, "audit", "show", "--last", "1", "--subject", "case/7")
    assert "一份月报" not in said
    assert "case_lodged" in said
    assert run(sqlite_app, "audit", "show", "--subject", "case/8")[1] == "没有这样的操作记录。\n"


def test_supervisors_get_each_closed_day_by_mail(app: Flask) -> None:
    sender = Silent()
    with app.app_context():
        with unit_of_work():
            for address, role in (
                ("one@example.cn", Role.SUPERVISOR),
                ("two@example.cn", Role.SUPERVISOR),
                ("gone@example.cn", Role.SUPERVISOR),
                ("erased@example.cn", Role.SUPERVISOR),
                ("clerk@example.cn", Role.CLERK),
            ):
                staff = create_staff("张示例", address, role, Department.CIVIL_AFFAIRS, None)
                staff.active = address != "gone@example.cn"
                if address == "erased@example.cn":
                    erase(staff.subject)
        with clock.moved_to(clock.at(DAY)):
            enter("一")
        with clock.moved_to(clock.at(DAY + timedelta(days=1), 0, 10)):
            with unit_of_work():
                assert len(publish_closed_days()) == 1
            with unit_of_work():
                assert publish_closed_days() == []
            deliver_due(sender)
        digest = entries()[-1].hash
    assert sorted(one.recipient for one in sender.got) == ["one@example.cn", "two@example.cn"]
    for letter in sender.got:
        assert letter.title == "操作记录校验值：2026年2月24日"
        assert digest in letter.body
        assert "/integrity" in letter.body
        assert "张示例" not in letter.title + letter.body


def test_close_day_closes_what_has_passed(sqlite_app: Flask) -> None:
    with sqlite_app.app_context(), clock.moved_to(clock.now() - timedelta(days=2)):
        enter("一")
    code, said = run(sqlite_app, "audit", "close-day")
    assert code == 0
    assert said.count("共1条") == 2
    assert "没有要结算的" in run(sqlite_app, "audit", "close-day")[1]
    with sqlite_app.app_context():
        assert db.session.query(AuditDigest).count() == 2


def test_mail_status_deliver_and_retry(sqlite_app: Flask) -> None:
    code, said = run(sqlite_app, "mail", "status")
    assert code == 0
    assert "演示站点" in said
    with sqlite_app.app_context():
        with clock.moved_to(clock.now() - timedelta(hours=3)), unit_of_work():
            outbox.send_later("staff/3", "zhang@example.cn", "账号邀请", "内容", "invitation")
        with unit_of_work():
            outbox.send_later("staff/3", "zhang", "账号邀请", "内容", "invitation")
    code, said = run(sqlite_app, "mail", "status")
    assert code == 1
    assert "2 封，最早的已等 3 小时" in said
    terminal = io.StringIO()
    with redirect_stdout(terminal):
        code, said = run(sqlite_app, "mail", "deliver")
    assert "发出 2 封" in said or "发出 2 封" in terminal.getvalue()
    code, said = run(sqlite_app, "mail", "status")
    assert (code, "等着发的：没有" in said) == (0, True)
    assert "0 封" in run(sqlite_app, "mail", "retry")[1]
