"""Finding a case by number and code: nothing tells an unknown number from a wrong code."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from portal.complaints.service.finding import find
from portal.domain.receipts import COMPLAINT, CORRECTION, receipt_number
from portal.extensions import db
from portal.intake import access_codes
from tests.integration.complaints.cases import NOON, acting_at, case_of, lodge_case

UNKNOWN = receipt_number(COMPLAINT, 2026, 1)


def test_number_and_code_open_the_case_however_they_are_typed(app: Flask) -> None:
    number, lodged = lodge_case(app)
    other, _ = lodge_case(app)
    with app.app_context():
        receipt, code = case_of(number).receipt, lodged.code or ""
        for typed in (receipt, receipt.lower(), receipt.replace("-", " "), f" {receipt[:5]}—{receipt[6:]}　"):
            found = find(typed, code.lower().replace("-", ""))
            assert found is not None
            assert found.id == number
        assert find(case_of(other).receipt, code) is None


@pytest.mark.parametrize(
    "receipt", ["", "T2026", UNKNOWN, receipt_number(CORRECTION, 2026, 1), "'; --", "Ｔ" * 300]
)
@pytest.mark.parametrize("code", ["", "0000-0000-0000", "??", "码" * 300])
def test_whatever_else_opens_nothing(module_app: Flask, receipt: str, code: str) -> None:
    with module_app.app_context():
        assert find(receipt, code) is None


def test_an_erased_case_is_not_found(sqlite_app: Flask) -> None:
    number, lodged = lodge_case(sqlite_app)
    with acting_at(sqlite_app, NOON):
        case_of(number).erased_at = NOON
    with sqlite_app.app_context():
        assert find(case_of(number).receipt, lodged.code or "") is None


def test_the_same_work_is_done_whatever_was_wrong(sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    number, lodged = lodge_case(sqlite_app)
    erased, its = lodge_case(sqlite_app)
    with acting_at(sqlite_app, NOON):
        case_of(erased).erased_at = NOON
    work: list[str] = []

    def count(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        work.append(statement)

    hashed = access_codes.code_hash

    def hash_it(code: str, receipt: str) -> str:
        work.append("hash")
        return hashed(code, receipt)

    monkeypatch.setattr(access_codes, "code_hash", hash_it)
    with sqlite_app.app_context():
        receipt, gone = case_of(number).receipt, case_of(erased).receipt
        db.session.remove()
        event.listen(db.engine, "before_cursor_execute", count)
        costs = []
        for typed, code in (
            (receipt, lodged.code),
            (receipt, its.code),
            (receipt, "no code"),
            (UNKNOWN, lodged.code),
            ("no number", "no code"),
            (gone, its.code),
        ):
            db.session.remove()
            work.clear()
            find(typed, code or "")
            costs.append(tuple(work))
        event.remove(db.engine, "before_cursor_execute", count)
    assert len(costs[0]) == 2
    assert len(set(costs)) == 1
