"""No column, no order, no time, no note of the audit leads from an answer to the code that opened it."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from sqlalchemy import inspect, select, text

from portal import clock
from portal.audit.acting import Acting, acting_as
from portal.audit.models import AuditEntry
from portal.database import Base, Moment
from portal.domain.questionnaires import Audience
from portal.extensions import db
from portal.surveys.jobs import tend_surveys
from portal.surveys.models import SurveyAnswer, SurveyCode, SurveyWords
from portal.surveys.service.answering import answer, answer_by_telephone, opened
from portal.surveys.service.mixing import BATCH, mix_answers
from portal.unit_of_work import unit_of_work
from tests.integration.surveys.calling import CLERK, FIRST, Office, scope


def test_columns_of_answers_know_round_home_and_audience_alone() -> None:
    """Whoever adds a column has to say here why it leads nowhere."""
    known = {"id", "round_id", "institution_id", "audience", "mixed"}
    assert {column.name for column in SurveyAnswer.__table__.columns} == known | {"answers"}
    written = {"words_sealed", "state", "public_text"}
    assert {column.name for column in SurveyWords.__table__.columns} == known | written
    assert {column.name for column in SurveyCode.__table__.columns} == {"id", "lot_id", "code_index", "used"}
    for model in (SurveyAnswer, SurveyWords, SurveyCode):
        assert not any(isinstance(column.type, Moment) for column in model.__table__.columns)
        assert model.__audited__ is False
    for table in Base.metadata.tables.values():
        for key in table.foreign_keys:
            assert key.column.table.name not in ("survey_answer", "survey_words", "survey_code"), table.name


def test_keys_tell_no_order(office: Office) -> None:
    codes = office.sheets("甲养老院", 12)
    for number, code in enumerate(codes):
        office.answer(code, overall=("very_good", "very_bad")[number % 2])
    with office.on(FIRST):
        keys = list(db.session.scalars(select(SurveyAnswer.id)))
        assert len({len(key) for key in keys}) == 1
        assert all(re.fullmatch(r"[0-9a-f]{32}", key) for key in keys)
        with pytest.raises(Exception, match="rowid"):
            db.session.execute(text("SELECT rowid FROM survey_answer"))
        db.session.rollback()


def test_answers_are_written_anew_in_batches(office: Office) -> None:
    codes = office.sheets("甲养老院", BATCH + 1)
    for code in codes[: BATCH - 1]:
        office.answer(code, overall="good", words="饭菜要热。")
    with office.on(FIRST):
        before = set(db.session.scalars(select(SurveyAnswer.id)))
        assert mix_answers() == 0, "too few to be lost among"
    office.answer(codes[BATCH - 1])
    with office.on(FIRST):
        assert mix_answers() == BATCH + BATCH - 1
        after = set(db.session.scalars(select(SurveyAnswer.id)))
        assert len(after) == BATCH
        assert not after & before
        assert set(db.session.scalars(select(SurveyAnswer.mixed))) == {True}
        assert mix_answers() == 0
    office.answer(codes[BATCH])
    office.over()
    with office.on(FIRST + timedelta(days=60)):
        assert set(db.session.scalars(select(SurveyAnswer.mixed))) == {True}, "once it is over, any number"


def test_one_transaction_writes_every_code_of_the_lot(any_office: Office) -> None:
    """PostgreSQL notes on each row which transaction wrote it: the answer's note is that of the whole lot."""
    office = any_office
    codes = office.sheets("甲养老院", 6)
    for code in codes[:3]:
        office.answer(code)
    with office.on(FIRST):
        if db.engine.dialect.name != "postgresql":
            return
        notes = set(db.session.scalars(text("SELECT xmin::text FROM survey_code")))
        newest = db.session.scalars(text("SELECT xmin::text FROM survey_answer")).all()
        assert len(notes) == 1
        assert notes <= set(newest)


def test_the_audit_hears_of_no_answer_and_no_code(office: Office) -> None:
    """Neither of what the public sends, nor, of a call typed in by staff, more than that there was one."""
    codes, lot_id = office.sheets("甲养老院", 3), office.calls("甲养老院", 2)
    with office.app.app_context(), clock.moved_to(clock.at(FIRST, 14)):
        for code in codes[:2]:
            with unit_of_work():
                answer(opened(code), {"meals": "very_bad"}, "不要告诉别人")
        with acting_as(Acting(CLERK, "survey_call")), unit_of_work():
            answer_by_telephone(
                office.lot(lot_id), office.round(), {"meals": "very_bad"}, "别写", CLERK, scope()
            )
        tend_surveys()
    with office.on(FIRST):
        entries = db.session.scalars(select(AuditEntry)).all()
        told = json.dumps([[one.action, one.subject, one.content] for one in entries], ensure_ascii=False)
        keys = [*db.session.scalars(select(SurveyAnswer.id)), *db.session.scalars(select(SurveyWords.id))]
        indexes = [one for one in db.session.scalars(select(SurveyCode.code_index)) if one]
        for secret in (*codes, *indexes, *keys, "very_bad", "不要告诉别人", "别写", "survey_answer"):
            assert secret not in told
        calls = [one for one in entries if one.action == "survey_call"]
        assert [one.subject for one in calls] == [f"survey_round/{office.round_id}"]
        assert str(office.homes["甲养老院"]) not in (calls[0].content or "").replace(
            f"survey_round/{office.round_id}", ""
        )


def test_the_database_holds_no_code_in_the_open(office: Office) -> None:
    codes = office.sheets("甲养老院", 3, Audience.RESIDENTS)
    office.answer(codes[0], words="菜太咸")
    with office.on(FIRST):
        found = inspect(db.engine)
        for table in found.get_table_names():
            rows = json.dumps(
                [[str(cell) for cell in row] for row in db.session.execute(text(f'SELECT * FROM "{table}"'))],
                ensure_ascii=False,
            )
            for secret in (*codes, *(code.replace("-", "") for code in codes), "菜太咸"):
                assert secret not in rows, table
