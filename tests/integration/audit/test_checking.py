"""The database refuses to change the past; where somebody with all rights does, ``verify`` names it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from portal import clock
from portal.audit.acting import acting_as
from portal.audit.capture import note
from portal.audit.checking import verify
from portal.audit.digest import close_days
from portal.audit.models import AuditDigest
from portal.domain.audit_chain import GENESIS
from portal.extensions import db
from portal.unit_of_work import unit_of_work
from portal.vault.sealing import erase, seal, unseal
from tests.integration.audit.conftest import CLERK, DAY, attack, enter, entries

COLUMNS = "sequence, at, actor, staff_id, action, subject, region_code, content, previous_hash, hash"


def closed(number: int = 5) -> None:
    """Enter some entries and close their day."""
    with clock.moved_to(clock.at(DAY)):
        enter(*(f"第{one}份" for one in range(1, number + 1)))
    with clock.moved_to(clock.at(DAY + timedelta(days=1))), unit_of_work():
        close_days()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET content = '{}' WHERE sequence = 2",
        "UPDATE audit_entry SET hash = hash",
        "DELETE FROM audit_entry WHERE sequence = 5",
        "DELETE FROM audit_entry",
        "UPDATE audit_digest SET hash = 'x'",
        "DELETE FROM audit_digest",
        f"INSERT OR REPLACE INTO audit_entry SELECT {COLUMNS} FROM audit_entry WHERE sequence = 2",
        "REPLACE INTO audit_digest SELECT day, 1, 'x', made_at FROM audit_digest",
        f"INSERT INTO audit_entry SELECT {COLUMNS} FROM audit_entry WHERE sequence = 2 "
        "ON CONFLICT (sequence) DO UPDATE SET content = '{}'",
        "TRUNCATE audit_entry",
        "TRUNCATE audit_digest CASCADE",
    ],
)
def test_the_database_refuses_to_change_the_past(app: Flask, statement: str) -> None:
    with app.app_context():
        closed()
        postgres = db.engine.dialect.name == "postgresql"
        if statement.startswith(("INSERT OR", "REPLACE")) and postgres:
            pytest.skip("only SQLite knows this statement")
        if statement.startswith("TRUNCATE") and not postgres:
            pytest.skip("only PostgreSQL knows this statement")
        before = [(entry.sequence, entry.hash, entry.content) for entry in entries()]
        db.session.rollback()  # no reader in the way
        with pytest.raises(DatabaseError, match="append-only"), db.engine.begin() as connection:
            connection.execute(text(statement))
        assert [(entry.sequence, entry.hash, entry.content) for entry in entries()] == before
        assert verify().holds
        enter("还能写")
        assert verify().entries == 6


@pytest.mark.parametrize(
    ("statement", "sequence"),
    [
        ("UPDATE audit_entry SET content = replace(content, '第3份', '第9份') WHERE sequence = 3", 3),
        ("UPDATE audit_entry SET actor = '别人' WHERE sequence = 1", 1),
        ("UPDATE audit_entry SET staff_id = NULL WHERE sequence = 5", 5),
        ("UPDATE audit_entry SET at = '2026-02-23 01:00:00.000000+00:00' WHERE sequence = 4", 4),
        ("DELETE FROM audit_entry WHERE sequence = 2", 2),
        ("DELETE FROM audit_entry WHERE sequence > 3", 4),
        ("DELETE FROM audit_entry", 1),
        (
            "INSERT INTO audit_entry"
            " SELECT 6, at, actor, staff_id, action, subject, region_code, content, hash, hash"
            " FROM audit_entry WHERE sequence = 5",
            6,
        ),
    ],
)
def test_one_row_tampered_with_is_named(app: Flask, statement: str, sequence: int) -> None:
    with app.app_context():
        closed()
        assert verify().holds
        attack(statement)
        broken = verify().broken
        assert broken is not None
        assert broken.sequence == sequence
    result = app.test_cli_runner().invoke(args=["audit", "verify"])
    assert result.exit_code == 1
    assert f"第{sequence}条" in result.output


def test_a_chain_cut_off_with_its_head_shows_by_what_was_published(app: Flask) -> None:
    with app.app_context():
        closed()
        attack("DELETE FROM audit_entry WHERE sequence > 3")
        last = entries()[-1].hash
        db.session.rollback()
        with db.engine.begin() as connection:
            connection.execute(text(f"UPDATE audit_head SET sequence = 3, hash = '{last}'"))
        broken = verify().broken
        assert broken is not None
        assert broken.sequence == 4
        assert "公布" in broken.reason


def test_a_chain_forged_to_its_end_shows_by_what_was_published(app: Flask) -> None:
    with app.app_context():
        closed()
        previous = GENESIS
        for link in [entry.link() for entry in entries()]:
            forged = replace(link, actor="别人" if link.sequence >= 3 else link.actor, previous=previous)
            attack(
                f"UPDATE audit_entry SET actor = '{forged.actor}', previous_hash = '{previous}',"
                f" hash = '{forged.hash()}' WHERE sequence = {forged.sequence}"
            )
            previous = forged.hash()
        with db.engine.begin() as connection:
            connection.execute(text(f"UPDATE audit_head SET hash = '{previous}'"))
        broken = verify().broken
        assert broken is not None
        assert broken.sequence == 5, "the first entry whose hash had been published"
        assert "2026-02-24" in broken.reason


def test_two_quiet_days_both_bear_witness(app: Flask) -> None:
    with app.app_context():
        closed()
        with clock.moved_to(clock.at(DAY + timedelta(days=3))), unit_of_work():
            close_days()
        attack("UPDATE audit_digest SET hash = 'forged' WHERE day = '2026-02-25'", "audit_digest")
        broken = verify().broken
        assert broken is not None
        assert "2026-02-25" in broken.reason


def test_the_chain_holds_after_an_erasure(app: Flask) -> None:
    with app.app_context():
        with acting_as(CLERK), unit_of_work():
            sealed = seal("case/7", "投诉人王示例，13800000000")
            note("case_lodged", "case/7", said=sealed)
        enter("之后")
        assert unseal(sealed) == "投诉人王示例，13800000000"
        before = verify()
        with unit_of_work():
            assert erase("case/7")
        assert sealed in entries()[0].content
        assert unseal(sealed) is None
        assert verify() == before
        assert before.holds


def test_days_are_closed_once_and_caught_up_on(app: Flask) -> None:
    with app.app_context():
        with clock.moved_to(clock.at(DAY)), unit_of_work():
            assert close_days() == [], "nothing to witness yet"
        with clock.moved_to(clock.at(DAY, 23, 59)):
            enter("一", "二")
            with unit_of_work():
                assert close_days() == [], "the day is not over"
        with clock.moved_to(clock.at(DAY + timedelta(days=1), 0, 0)):
            enter("三")
        with clock.moved_to(clock.at(DAY + timedelta(days=4), 0, 10)), unit_of_work():
            assert len(close_days()) == 4
            assert close_days() == []
        hashes = {entry.sequence: entry.hash for entry in entries()}
        rows = db.session.scalars(select(AuditDigest).order_by(AuditDigest.day))
        assert [((row.day - DAY).days, row.sequence, row.hash) for row in rows] == [
            (0, 2, hashes[2]),
            (1, 3, hashes[3]),
            (2, 3, hashes[3]),
            (3, 3, hashes[3]),
        ]
        assert verify().holds
