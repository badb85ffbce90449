"""Whatever is changed on somebody's behalf becomes a chained entry, or nothing of it does."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal import clock
from portal.accounts.models import StaffMember
from portal.accounts.staff import create_staff
from portal.audit.acting import acting_as
from portal.audit.capture import concerns, note
from portal.audit.checking import verify
from portal.audit.models import AuditHead
from portal.domain.permissions import Department, Role
from portal.extensions import db
from portal.history.models import SourceDocument
from portal.unit_of_work import unit_of_work
from tests.integration.audit.conftest import CLERK, REVIEWER, enter, entries, source


def content(number: int = -1) -> Any:
    """Return what an entry says."""
    return json.loads(entries()[number].content)


def titles() -> list[str]:
    """Return what the entries say was entered."""
    return [
        change["after"]["title"] for entry in entries() for change in json.loads(entry.content)["changes"]
    ]


def test_a_new_record_is_entered_with_what_it_says(app: Flask) -> None:
    with app.app_context():
        with acting_as(CLERK), unit_of_work():
            made = source("2026年1月月报")
        (entry,) = entries()
        assert (entry.actor, entry.staff_id, entry.action) == ("云汀市民政局经办", 3, "sources.enter")
        assert (entry.subject, entry.region_code) == (f"source_document/{made.id}", "990100")
        assert clock.now() - entry.at < timedelta(minutes=1)
        (change,) = content()["changes"]
        assert (change["kind"], change["id"]) == ("source_document", [made.id])
        assert change["after"]["title"] == "2026年1月月报"
        assert change["after"]["as_of"] == "2026-02-24"
        assert "before" not in change
        assert verify().holds


def test_a_change_is_entered_with_before_and_after(app: Flask) -> None:
    with app.app_context():
        enter("旧题目")
        with acting_as(REVIEWER), unit_of_work():
            found = db.session.scalars(select(SourceDocument)).one()
            found.title, found.url = "新题目", None  # the address was empty before
            concerns("institution/12")
        (change,) = content()["changes"]
        assert change["before"] == {"title": "旧题目"}
        assert change["after"] == {"title": "新题目"}
        assert entries()[-1].subject == "institution/12"
        assert verify().entries == 2


def test_before_is_told_of_what_was_set_without_being_read(app: Flask) -> None:
    with app.app_context():
        with acting_as(CLERK), unit_of_work():
            made = source("旧题目")
        # the commit made the session forget what it had read
        with acting_as(CLERK), unit_of_work():
            made.title = "新题目"
        assert content()["changes"][0]["before"] == {"title": "旧题目"}


def test_a_deletion_is_entered_with_what_is_lost(app: Flask) -> None:
    with app.app_context():
        enter("要删的")
        with acting_as(CLERK), unit_of_work():
            db.session.delete(db.session.scalars(select(SourceDocument)).one())
        (change,) = content()["changes"]
        assert change["before"]["title"] == "要删的"
        assert "after" not in change


def test_nothing_is_entered_where_nobody_acts_or_nothing_changes(app: Flask) -> None:
    with app.app_context():
        with unit_of_work():
            source()
        with acting_as(CLERK), unit_of_work():
            found = db.session.scalars(select(SourceDocument)).one()
            found.title = str(found.title)
        assert entries() == []
        assert verify().holds


def test_what_is_rolled_back_leaves_no_entry(app: Flask) -> None:
    with app.app_context():
        with pytest.raises(ZeroDivisionError), acting_as(CLERK), unit_of_work():
            source("没写成")
            note("sign_in")
            db.session.flush()
            raise ZeroDivisionError
        assert entries() == []
        enter("写成了")
        assert titles() == ["写成了"]
        assert verify().entries == 1


def test_what_a_savepoint_takes_back_is_not_entered(app: Flask) -> None:
    with app.app_context():
        with acting_as(CLERK), unit_of_work():
            source("之前")
            with pytest.raises(ZeroDivisionError), db.session.begin_nested():
                source("取消的")
                note("取消的事")
                db.session.flush()
                with db.session.begin_nested():
                    source("取消的里面")
                raise ZeroDivisionError
            with pytest.raises(IntegrityError), db.session.begin_nested():
                db.session.add(SourceDocument(title="缺少日期"))
            with db.session.begin_nested():
                source("留下的")
                with db.session.begin_nested():
                    source("里面留下的")
            source("之后")
        assert titles() == ["之前", "留下的", "里面留下的", "之后"]
        stored = db.session.scalars(select(SourceDocument.title).order_by(SourceDocument.id))
        assert list(stored) == titles()
        assert len(entries()) == 1
        assert verify().holds


def test_a_savepoint_that_comes_first_is_part_of_the_whole(app: Flask) -> None:
    with app.app_context():
        with pytest.raises(ZeroDivisionError), acting_as(CLERK), unit_of_work():
            with db.session.begin_nested():
                source("取消的")
            raise ZeroDivisionError
        assert db.session.scalar(select(SourceDocument)) is None
        assert entries() == []


def test_each_answers_for_his_own_within_one_unit_of_work(app: Flask) -> None:
    with app.app_context():
        with unit_of_work():
            with acting_as(CLERK):
                source("经办的")
                db.session.flush()
            with acting_as(REVIEWER):
                source("审核的")
                db.session.flush()
            source("系统的")
        assert [
            (entry.staff_id, json.loads(entry.content)["changes"][0]["after"]["title"]) for entry in entries()
        ] == [
            (3, "经办的"),
            (4, "审核的"),
        ]


def test_events_are_entered_with_who_and_before_the_changes(app: Flask) -> None:
    with app.app_context():
        with unit_of_work():
            note("sign_in", "staff/3", device="Firefox", at=clock.at(clock.today()))
        with acting_as(CLERK), unit_of_work():
            source()
            note("import", "import/1", rows=40000)
        said = [(entry.actor, entry.action, entry.subject) for entry in entries()]
        assert said[:2] == [
            ("系统", "sign_in", "staff/3"),
            ("云汀市民政局经办", "import", "import/1"),
        ]
        assert content(1) == {"note": {"rows": 40000}}
        assert verify().entries == 3


def test_secrets_and_names_stay_out(app: Flask) -> None:
    with app.app_context():
        with acting_as(CLERK), unit_of_work():
            staff = create_staff("张示例", "zhang@example.cn", Role.CLERK, Department.CIVIL_AFFAIRS, None)
        with acting_as(CLERK), unit_of_work():
            staff = db.session.scalars(select(StaffMember)).one()
            staff.password_hash, staff.totp_last_step = "$argon2id$geheim", 58123456
        written = "".join(entry.content for entry in entries())
        for secret in ("张示例", "zhang@example.cn", "$argon2id", "geheim", "58123456", staff.email_key):
            assert secret not in written
        assert content()["changes"][0]["after"] == {
            "password_hash": "（不留存）",
            "totp_last_step": "（不留存）",
        }
        assert all(change["kind"] == "staff_member" for change in content(0)["changes"])


def test_two_writers_at_a_time_keep_the_chain_whole(app: Flask) -> None:
    def write(writer: int) -> None:
        with app.app_context():
            enter(*(f"{writer}号第{number}份" for number in range(12)), who=CLERK if writer % 2 else REVIEWER)
            db.session.remove()

    with ThreadPoolExecutor(4) as writers:
        list(writers.map(write, range(4)))
    with app.app_context():
        found = verify()
        assert found.holds
        assert found.entries == 48
        assert [entry.sequence for entry in entries()] == list(range(1, 49))
        assert len(set(titles())) == 48
        assert db.session.scalar(select(AuditHead.hash)) == found.last_hash


def test_a_failed_commit_leaves_no_gap(app: Flask) -> None:
    with app.app_context():
        enter("一")
        with pytest.raises(IntegrityError), acting_as(CLERK), unit_of_work():
            db.session.add(SourceDocument(title="缺少日期"))
        enter("二")
        assert titles() == ["一", "二"]
        assert verify().holds
