"""The four lists of a county and month: compiled, looked through, submitted, corrected (R22).

Reviewers of civil affairs keep them. Every change takes ``actor``, ``scope`` and ``seen``, the version the
person had before them, and raises NotTheirs, ReviewerNeeded, ChangedMeanwhile, WordsMissing or ListsRefused.
What was submitted never changes: a correction is a new edition. Flushes, never commits.
"""

from __future__ import annotations

import json
from datetime import date
from urllib.parse import urlsplit

from sqlalchemy import delete, func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.attributes import flag_modified

from portal import clock
from portal.accountability.kinds import ListKind, ListState
from portal.accountability.models import AccountabilityOffice, ListEntry, MonthlyLists
from portal.accountability.service.compiling import fill
from portal.audit.capture import concerns
from portal.domain.actor import Actor, Scope
from portal.domain.errors import DomainError
from portal.domain.permissions import Department
from portal.domain.refusals import ChangedMeanwhile, WordsMissing
from portal.extensions import db
from portal.history.data_set import touch_data_set
from portal.supervision.service.rights import (
    CHANGED,
    REASON_MOST,
    WORDS_MOST,
    check_keeps,
    check_reviews,
    fit_optional,
    fit_words,
    told_who_was_quicker,
)

LIST_TITLE_MOST = 200
_DOCUMENT_MOST = 60
_LINK_MOST = 300
_WHY = "请写明理由。"


class ListsRefused(DomainError):
    """The lists do not allow this as they stand; the message says why."""


def newest_lists(region_code: str, month: date) -> MonthlyLists | None:
    """Return the newest edition of a county's month, None where none was compiled."""
    query = select(MonthlyLists).where(MonthlyLists.region_code == region_code, MonthlyLists.month == month)
    return db.session.scalars(query.order_by(MonthlyLists.edition.desc()).limit(1)).first()


def compile_lists(region_code: str, month: date, scope: Scope | None = None) -> MonthlyLists:
    """Compile the lists of a month that is over, or return those there are.

    ``scope``: of whoever asks, None for the worker. Two who ask at once get the same lists.
    """
    if scope is not None:
        check_keeps(Department.CIVIL_AFFAIRS, region_code, scope)
    if month.day != 1 or month >= clock.today().replace(day=1):
        raise ListsRefused("这个月还没有过完，下个月初才能编。")
    found = newest_lists(region_code, month)
    if found is not None:
        return found
    lists = MonthlyLists(
        region_code=region_code, month=month, edition=1, state=ListState.DRAFT, compiled_at=clock.now()
    )
    try:
        with db.session.begin_nested():
            db.session.add(lists)
            db.session.flush()
    except IntegrityError:  # somebody was quicker
        found = newest_lists(region_code, month)
        assert found is not None
        return found
    concerns(lists.subject)
    fill(lists, [])
    return lists


@told_who_was_quicker
def compile_again(lists: MonthlyLists, actor: Actor, scope: Scope, seen: int) -> None:
    """Take the records as they stand now; what reviewers wrote, added or left out stays."""
    _check(lists, actor, scope, seen)
    db.session.execute(delete(ListEntry).where(ListEntry.lists_id == lists.id, ListEntry.by_hand.is_(False)))
    db.session.expire_all()
    fill(lists, _entries(lists))
    _touch(lists)


@told_who_was_quicker
def edit_entry(
    entry: ListEntry, title: str, remark: str | None, reason: str, actor: Actor, scope: Scope, seen: int
) -> None:
    """Reword a line, with the reason; compiling again leaves it as it is."""
    lists = _of(entry)
    _check(lists, actor, scope, seen)
    entry.title = fit_words(title, "请写标题。", LIST_TITLE_MOST)
    entry.remark = fit_optional(remark, WORDS_MOST)
    _note(lists, entry, reason)


@told_who_was_quicker
def leave_out(entry: ListEntry, reason: str, actor: Actor, scope: Scope, seen: int) -> None:
    """Leave a line out, with the reason; it can be put back."""
    lists = _of(entry)
    _check(lists, actor, scope, seen)
    if entry.removed:
        raise ListsRefused("这一条已经拿掉了。")
    entry.removed = True
    _note(lists, entry, reason)


@told_who_was_quicker
def put_back(entry: ListEntry, reason: str, actor: Actor, scope: Scope, seen: int) -> None:
    """Put a line back that was left out."""
    lists = _of(entry)
    _check(lists, actor, scope, seen)
    if not entry.removed:
        raise ListsRefused("这一条就在清单上。")
    entry.removed = False
    _note(lists, entry, reason)


@told_who_was_quicker
def add_entry(
    lists: MonthlyLists,
    kind: ListKind,
    title: str,
    remark: str | None,
    reason: str,
    actor: Actor,
    scope: Scope,
    seen: int,
    *,
    document: str | None = None,
    issued_on: date | None = None,
    url: str | None = None,
) -> ListEntry:
    """Enter a line by hand: a rule with its number, day and address, or what stands on no record."""
    _check(lists, actor, scope, seen)
    if issued_on is not None and issued_on > clock.today():
        raise ListsRefused("发文日期还没有到。")
    facts = {
        "document": fit_optional(document, _DOCUMENT_MOST),
        "issued_on": None if issued_on is None else issued_on.isoformat(),
        "url": _fit_link(url),
    }
    last = select(func.max(ListEntry.position)).where(ListEntry.lists_id == lists.id)
    entry = ListEntry(
        lists_id=lists.id,
        kind=kind,
        position=(db.session.scalar(last) or 0) + 1,
        title=fit_words(title, "请写标题。", LIST_TITLE_MOST),
        remark=fit_optional(remark, WORDS_MOST),
        facts=json.dumps({name: value for name, value in facts.items() if value}, ensure_ascii=False),
        removed=False,
    )
    _note(lists, entry, reason)
    return entry


@told_who_was_quicker
def submit_lists(lists: MonthlyLists, actor: Actor, scope: Scope, seen: int) -> None:
    """Send the lists upward: from here on nothing of this edition changes."""
    _check(lists, actor, scope, seen)
    lists.state, lists.submitted_at = ListState.SUBMITTED, clock.now()
    lists.submitted_by, lists.submitted_staff_id = actor.name, actor.staff_id
    db.session.flush()
    if publishes(lists.region_code):
        touch_data_set()


@told_who_was_quicker
def correct_lists(lists: MonthlyLists, reason: str, actor: Actor, scope: Scope, seen: int) -> MonthlyLists:
    """Begin a new edition of what was submitted, with the reason; the old one stays to be read."""
    _check_reach(lists, actor, scope, seen)
    newest = newest_lists(lists.region_code, lists.month)
    if lists.state is not ListState.SUBMITTED or newest is not lists:
        raise ListsRefused("只有已经报送的最新一版才能更正。")
    again = MonthlyLists(
        region_code=lists.region_code,
        month=lists.month,
        edition=lists.edition + 1,
        state=ListState.DRAFT,
        correction_reason=fit_words(reason, "请写明为什么更正。", REASON_MOST),
        compiled_at=lists.compiled_at,
    )
    db.session.add(again)
    db.session.flush()
    copied = ("kind", "position", "problem_id", "title", "remark", "facts", "by_hand", "removed", "reason")
    rows = [
        {"lists_id": again.id, **{name: getattr(entry, name) for name in copied}} for entry in _entries(lists)
    ]
    if rows:
        db.session.execute(insert(ListEntry), rows)
    concerns(again.subject)
    db.session.flush()
    return again


def set_publishing(region_code: str, on: bool, actor: Actor, scope: Scope) -> None:
    """Decide whether everybody may read what a county submits; off unless it said otherwise."""
    check_reviews(actor)
    check_keeps(Department.CIVIL_AFFAIRS, region_code, scope)
    office = db.session.get(AccountabilityOffice, region_code)
    if office is None:
        db.session.add(AccountabilityOffice(region_code=region_code, publishes_lists=on))
    else:
        office.publishes_lists = on
    concerns(f"region/{region_code}")
    db.session.flush()
    touch_data_set()


def publishes(region_code: str) -> bool:
    """True if the county decided that everybody may read its lists."""
    office = db.session.get(AccountabilityOffice, region_code)
    return office is not None and office.publishes_lists


def _check(lists: MonthlyLists, actor: Actor, scope: Scope, seen: int) -> None:
    _check_reach(lists, actor, scope, seen)
    if lists.state is not ListState.DRAFT:
        raise ListsRefused("已经报送，不能再改。要更正，请另出一版。")
    concerns(lists.subject)


def _check_reach(lists: MonthlyLists, actor: Actor, scope: Scope, seen: int) -> None:
    """Raise ReviewerNeeded, NotTheirs or ChangedMeanwhile unless the actor may change what they saw."""
    check_reviews(actor)
    check_keeps(lists.department, lists.region_code, scope)
    if lists.version != seen:
        raise ChangedMeanwhile(CHANGED)


def _note(lists: MonthlyLists, entry: ListEntry, reason: str) -> None:
    entry.reason = fit_words(reason, _WHY, REASON_MOST)
    entry.by_hand = True
    db.session.add(entry)
    _touch(lists)


def _touch(lists: MonthlyLists) -> None:
    """Have the version grow: whoever has the lists before them is told that something changed."""
    flag_modified(lists, "state")
    db.session.flush()


def _of(entry: ListEntry) -> MonthlyLists:
    return db.session.get_one(MonthlyLists, entry.lists_id)


def _entries(lists: MonthlyLists) -> list[ListEntry]:
    query = select(ListEntry).where(ListEntry.lists_id == lists.id)
    return list(db.session.scalars(query.order_by(ListEntry.position, ListEntry.id)))


def _fit_link(url: str | None) -> str | None:
    url = (url or "").strip()
    if not url:
        return None
    parts = urlsplit(url)
    if len(url) > _LINK_MOST or parts.scheme not in ("http", "https") or not parts.netloc:
        raise WordsMissing("链接要以 http:// 或 https:// 开头，照网页的地址栏复制。")
    return url
