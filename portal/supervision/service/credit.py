"""Penalties, commendations, exposures and the credit list (R8): entered, published, and gone for good.

What expires is shown nowhere from the next day (``queries.visible``) and deleted that night; what is repaired
or revoked is deleted at once. The audit keeps all of it, with the reason. Why: docs/decisions/0026. Flushes,
never commits.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import select

from portal import clock
from portal.audit.capture import concerns, note
from portal.domain.actor import Actor, Scope
from portal.domain.errors import DomainError
from portal.domain.permissions import Department
from portal.domain.refusals import NotTheirs
from portal.extensions import db
from portal.history.data_set import touch_data_set
from portal.supervision.credit_models import CreditRecord
from portal.supervision.kinds import AGAINST, DEPARTMENTS, CreditEnd, CreditKind
from portal.supervision.problem_models import Problem
from portal.supervision.service.homes import free_public_id, institution_of
from portal.supervision.service.redacting import about, check_public
from portal.supervision.service.rights import (
    BASIS_MOST,
    REASON_MOST,
    TITLE_MOST,
    WORDS_MOST,
    check_keeps,
    check_reach,
    check_reviewer,
    check_reviews,
    fit_optional,
    fit_words,
    told_who_was_quicker,
)

NUMBER_MOST = 60
"""Characters of a document's number."""


class CreditRefused(DomainError):
    """The entry can't stand as it is; the message says why, ``field`` where."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class CreditEntry:
    """What is entered. ``amount_fen``: a fine; ``until``: the last day in public, None for a commendation
    without a term; ``reason`` and ``content`` as the public will read them.
    """

    kind: CreditKind
    institution_id: int
    title: str
    reason: str
    legal_basis: str
    authority: str
    decided_on: date
    until: date | None
    document_number: str | None = None
    content: str | None = None
    amount_fen: int | None = None
    problem_id: int | None = None


_FIELDS = tuple(one.name for one in fields(CreditEntry))
FIXED = frozenset({"kind", "institution_id"})
"""What can't be changed afterwards: revoke the entry and make another."""


def enter_credit(entry: CreditEntry, actor: Actor, scope: Scope) -> CreditRecord:
    """Enter one for the holder's own department, to be published by a reviewer. Flushes.

    Raises CreditRefused, WordsMissing, NotTheirs, HomeUnknown.
    """
    home = institution_of(entry.institution_id)
    department = _office(scope)
    check_keeps(department, home.region_code, scope)
    entry = _fitted(entry)
    now = clock.now()
    record = CreditRecord(
        public_id=free_public_id(CreditRecord),
        region_code=home.region_code,
        department=department,
        entered_at=now,
        entered_by=actor.name,
        changed_at=now,
        **asdict(entry),
    )
    db.session.add(record)
    db.session.flush()
    concerns(record.subject)
    return record


@told_who_was_quicker
def amend_credit(
    record: CreditRecord, changes: Mapping[str, Any], actor: Actor, scope: Scope, seen: int
) -> None:
    """Change fields of an entry, except the home and the kind; what is public is for a reviewer. Flushes.

    Raises CreditRefused, WordsMissing, NotTheirs, ReviewerNeeded, ChangedMeanwhile.
    """
    if record.published_at is not None:
        check_reviews(actor)
    check_reach(record, actor, scope, seen)
    if FIXED & changes.keys():
        raise CreditRefused("机构和种类不能改：请撤销这一条，另外录入。")
    before = CreditEntry(**{name: getattr(record, name) for name in _FIELDS})
    fitted = _fitted(replace(before, **changes))
    if record.published_at is not None:
        _check_open(fitted)
    for name in _FIELDS:
        setattr(record, name, getattr(fitted, name))
    _changed(record)


@told_who_was_quicker
def publish_credit(record: CreditRecord, actor: Actor, scope: Scope, seen: int) -> None:
    """Let the public read it, until its last day. Flushes.

    Raises CreditRefused (over already), StillPersonal, WordsMissing, NotTheirs, ReviewerNeeded,
    ChangedMeanwhile.
    """
    check_reviewer(record, actor, scope, seen)
    if record.published_at is not None:
        raise CreditRefused("这一条已经公开。")
    _check_open(_fitted(CreditEntry(**{name: getattr(record, name) for name in _FIELDS})))
    record.published_at = clock.now()
    _changed(record)


@told_who_was_quicker
def repair(record: CreditRecord, basis: str, actor: Actor, scope: Scope, seen: int) -> None:
    """Credit repaired (信用修复): delete the entry at once; the audit keeps it, with the ``basis``.

    Raises CreditRefused (a commendation needs no repair), WordsMissing, NotTheirs, ReviewerNeeded,
    ChangedMeanwhile.
    """
    check_reviewer(record, actor, scope, seen)
    if record.kind not in AGAINST:
        raise CreditRefused("表扬不用信用修复；要撤销请用“撤销”。")
    _end(record, CreditEnd.REPAIRED, fit_words(basis, "请写明信用修复的依据。", REASON_MOST))


@told_who_was_quicker
def revoke(record: CreditRecord, reason: str, actor: Actor, scope: Scope, seen: int) -> None:
    """Entered by mistake, overturned, or taken back: delete the entry at once; the audit keeps it.

    Raises WordsMissing, NotTheirs, ReviewerNeeded, ChangedMeanwhile.
    """
    check_reviewer(record, actor, scope, seen)
    _end(record, CreditEnd.REVOKED, fit_words(reason, "请写明为什么撤销。", REASON_MOST))


def delete_expired(today: date) -> int:
    """Delete what was public, or would have been, until yesterday; return how many. Flushes."""
    over = db.session.scalars(
        select(CreditRecord).where(CreditRecord.until < today).order_by(CreditRecord.id)
    ).all()
    for record in over:
        _end(record, CreditEnd.EXPIRED, None)
    return len(over)


def _office(scope: Scope) -> Department:
    if scope.department is None or scope.department not in DEPARTMENTS:
        raise NotTheirs("这条记录由别的部门或别的地区负责。")
    return scope.department


def _end(record: CreditRecord, why: CreditEnd, words: str | None) -> None:
    columns = CreditRecord.__table__.columns.keys()
    kept = {name: value for name in columns if (value := getattr(record, name)) is not None}
    said: dict[str, Any] = {name: _plain(value) for name, value in kept.items()}
    note(f"credit_{why.value}", record.subject, record=said, reason=words)
    concerns(record.subject)
    db.session.delete(record)
    db.session.flush()
    touch_data_set()


def _plain(value: Any) -> Any:
    if isinstance(value, StrEnum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value


def _changed(record: CreditRecord) -> None:
    record.changed_at = clock.now()
    concerns(record.subject)
    db.session.flush()
    if record.published_at is not None:
        touch_data_set()


def _check_open(entry: CreditEntry) -> None:
    """Refuse for the public what is over, and what marks a person. Raises CreditRefused, StillPersonal."""
    if entry.until is not None and entry.until < clock.today():
        raise CreditRefused("公开期限已经过了，不能公开。", "until")
    words = {"标题": entry.title, "事由": entry.reason, "处理内容": entry.content or ""}
    check_public(words, about(entry.institution_id, None))


def _fitted(entry: CreditEntry) -> CreditEntry:
    if entry.decided_on > clock.today():
        raise CreditRefused("决定日期晚于今天，还没有作出的决定不能录入。", "decided_on")
    if entry.until is None and entry.kind is not CreditKind.COMMENDATION:
        raise CreditRefused("请填公开到哪一天为止；只有表扬可以不设期限。", "until")
    if entry.until is not None and entry.until < entry.decided_on:
        raise CreditRefused("公开的最后一天不能早于决定的那天。", "until")
    if entry.amount_fen is not None and entry.amount_fen <= 0:
        raise CreditRefused("罚款金额要大于零；没有罚款就不填。", "amount_fen")
    if entry.amount_fen is not None and entry.kind is not CreditKind.PENALTY:
        raise CreditRefused("只有行政处罚才有罚款金额。", "amount_fen")
    if entry.problem_id is not None:
        problem = db.session.get(Problem, entry.problem_id)
        if problem is None or problem.institution_id != entry.institution_id:
            raise CreditRefused("这个问题不是这家机构的。", "problem_id")
    return replace(
        entry,
        title=fit_words(entry.title, "请写标题。", TITLE_MOST),
        reason=fit_words(entry.reason, "请写明事由。", WORDS_MOST),
        legal_basis=fit_words(entry.legal_basis, "请写明法律依据。", BASIS_MOST),
        authority=fit_words(entry.authority, "请写明决定机关。", TITLE_MOST),
        document_number=fit_optional(entry.document_number, NUMBER_MOST),
        content=fit_optional(entry.content, WORDS_MOST),
    )
