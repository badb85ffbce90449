"""The monthly digests (每月汇总): compiled, judged by a clerk, published by another person, corrected (R40).

Civil affairs keeps them. Every change by staff takes ``actor``, ``scope`` and ``seen``, the version the
person had before them, and raises NotTheirs, ReviewerNeeded, ChangedMeanwhile, WordsMissing or DigestRefused.
What was published never changes: a correction is a new edition. Flushes, never commits.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal import clock
from portal.audit.capture import concerns
from portal.domain.actor import Actor, Scope
from portal.domain.digest_figures import from_json, to_json
from portal.domain.errors import DomainError
from portal.domain.permissions import Department
from portal.domain.refusals import ChangedMeanwhile, NotTheirs
from portal.extensions import db
from portal.history.data_set import touch_data_set
from portal.search.outbox import note_changed
from portal.topics.digest_models import ColumnOffice, Digest
from portal.topics.kinds import DigestState
from portal.topics.service.digest_compiling import compile_figures
from portal.topics.service.topic_rights import (
    CHANGED,
    REASON_MOST,
    check_reviews,
    fit_words,
    told_who_was_quicker,
)

DIGEST = "suggestion_digest"
"""What search calls published digests."""
JUDGEMENT_MOST = 5_000
"""Characters of what the office makes of a month."""

_OPEN = frozenset({DigestState.COMPILED, DigestState.RETURNED})
"""Still to be written."""


class DigestRefused(DomainError):
    """The digest does not allow this as it stands; the message says why."""


def run_column(region_code: str, since: date, actor: Actor, scope: Scope) -> ColumnOffice:
    """Let a region run the column: from ``since``, the first day of a month, it owes a digest a month.

    Entered again, the month is put right, as long as no digest of an earlier one is left without its month.
    """
    check_reviews(actor)
    _check_keeps(region_code, scope)
    if since.day != 1 or since > clock.today():
        raise DigestRefused("请填写栏目开办的月份，不能是以后的月份。")
    first = select(Digest.month).where(Digest.region_code == region_code).order_by(Digest.month).limit(1)
    earliest = db.session.scalar(first)
    if earliest is not None and earliest < since:
        raise DigestRefused("已经有更早月份的汇总，开办的月份不能再往后改。")
    office = db.session.get(ColumnOffice, region_code)
    if office is None:
        office = ColumnOffice(region_code=region_code, since=since)
        db.session.add(office)
    else:
        office.since = since
    concerns(f"region/{region_code}")
    db.session.flush()
    touch_data_set()
    return office


def newest_digest(region_code: str, month: date) -> Digest | None:
    """Return the newest edition of a region's month, None where none was compiled."""
    query = select(Digest).where(Digest.region_code == region_code, Digest.month == month)
    return db.session.scalars(query.order_by(Digest.edition.desc()).limit(1)).first()


def compile_digest(region_code: str, month: date, scope: Scope | None = None) -> Digest:
    """Compile the digest of a month that is over, or return the newest there is.

    ``scope``: of whoever asks, None for the worker. Two who ask at once get the same digest.
    """
    if scope is not None:
        _check_keeps(region_code, scope)
    since = _since(region_code)
    if month.day != 1 or not since <= month < clock.today().replace(day=1):
        raise DigestRefused("这个月还没有过完，或者栏目那时还没有开办。")
    found = newest_digest(region_code, month)
    if found is not None:
        return found
    digest = Digest(
        region_code=region_code,
        month=month,
        edition=1,
        state=DigestState.COMPILED,
        figures=to_json(compile_figures(region_code, month, since)),
        compiled_at=clock.now(),
    )
    try:
        with db.session.begin_nested():
            db.session.add(digest)
            db.session.flush()
    except IntegrityError:  # somebody was quicker
        found = newest_digest(region_code, month)
        assert found is not None
        return found
    concerns(digest.subject)
    return digest


@told_who_was_quicker
def compile_again(digest: Digest, actor: Actor, scope: Scope, seen: int) -> None:
    """Take the records as they stand now; what was written, and which words are left out, stays."""
    _check_open(digest, scope, seen)
    left_out = from_json(digest.figures).left_out
    figures = compile_figures(digest.region_code, digest.month, _since(digest.region_code))
    digest.figures = to_json(replace(figures, left_out=left_out))
    digest.compiled_at = clock.now()
    db.session.flush()


@told_who_was_quicker
def write_judgement(
    digest: Digest, words: str, left_out: Collection[str], actor: Actor, scope: Scope, seen: int
) -> None:
    """Write what the office makes of the month. ``left_out``: words that stand out and are not shown."""
    _check_open(digest, scope, seen)
    digest.judgement = fit_words(words, "请写这个月的分析：群众最关心什么，打算怎么办。", JUDGEMENT_MOST)
    figures = from_json(digest.figures)
    known = [one.word for one in figures.words if one.word in left_out]
    digest.figures = to_json(replace(figures, left_out=tuple(known)))
    digest.written_by, digest.written_staff_id = actor.name, actor.staff_id
    db.session.flush()


@told_who_was_quicker
def submit_digest(digest: Digest, actor: Actor, scope: Scope, seen: int) -> None:
    """Hand the digest to whoever publishes it."""
    _check_open(digest, scope, seen)
    if digest.judgement is None:
        raise DigestRefused("还没有写分析，先写好再提交。")
    digest.state, digest.remark = DigestState.SUBMITTED, None
    db.session.flush()


@told_who_was_quicker
def return_digest(digest: Digest, remark: str, actor: Actor, scope: Scope, seen: int) -> None:
    """Give a submitted digest back to be written anew, and say why."""
    _check_submitted(digest, actor, scope, seen)
    digest.remark = fit_words(remark, "请写明要改什么。", REASON_MOST)
    digest.state = DigestState.RETURNED
    db.session.flush()


@told_who_was_quicker
def publish_digest(digest: Digest, actor: Actor, scope: Scope, seen: int) -> None:
    """Publish a submitted digest; whoever wrote it can't."""
    _check_submitted(digest, actor, scope, seen)
    if actor.staff_id is not None and actor.staff_id == digest.written_staff_id:
        raise DigestRefused("分析是您写的，要由另一位审核人员来发布。")
    digest.state, digest.published_at, digest.published_by = DigestState.PUBLISHED, clock.now(), actor.name
    db.session.flush()
    note_changed([f"{DIGEST}/{one}" for one in _editions(digest)])
    touch_data_set()


@told_who_was_quicker
def correct_digest(digest: Digest, reason: str, actor: Actor, scope: Scope, seen: int) -> Digest:
    """Begin a new edition of a published digest, with the reason; the old one stays to be read."""
    _check_reach(digest, scope, seen)
    if digest.state is not DigestState.PUBLISHED or newest_digest(digest.region_code, digest.month) != digest:
        raise DigestRefused("只有已经发布的最新一版才能更正。")
    again = Digest(
        region_code=digest.region_code,
        month=digest.month,
        edition=digest.edition + 1,
        correction_reason=fit_words(reason, "请写明为什么更正。", REASON_MOST),
        state=DigestState.COMPILED,
        figures=digest.figures,
        compiled_at=digest.compiled_at,
        judgement=digest.judgement,
        written_by=digest.written_by,
        written_staff_id=digest.written_staff_id,
    )
    db.session.add(again)
    try:
        db.session.flush()
    except IntegrityError:  # somebody was quicker
        db.session.rollback()
        raise ChangedMeanwhile(CHANGED) from None
    concerns(again.subject)
    return again


def _since(region_code: str) -> date:
    office = db.session.get(ColumnOffice, region_code)
    if office is None:
        raise DigestRefused("这个地区还没有开办点题整治栏目。")
    return office.since


def _editions(digest: Digest) -> list[int]:
    """Return every edition of a digest's month: search shows the newest alone."""
    query = select(Digest.id).where(Digest.region_code == digest.region_code, Digest.month == digest.month)
    return list(db.session.scalars(query.order_by(Digest.id)))


def _check_keeps(region_code: str, scope: Scope) -> None:
    if scope.public_only or scope.department is not Department.CIVIL_AFFAIRS or not scope.covers(region_code):
        raise NotTheirs("每月汇总由这个地区的民政部门来做。")


def _check_reach(digest: Digest, scope: Scope, seen: int) -> None:
    _check_keeps(digest.region_code, scope)
    if digest.version != seen:
        raise ChangedMeanwhile(CHANGED)
    concerns(digest.subject)


def _check_open(digest: Digest, scope: Scope, seen: int) -> None:
    _check_reach(digest, scope, seen)
    if digest.state not in _OPEN:
        raise DigestRefused("已经提交或发布，不能再改。")


def _check_submitted(digest: Digest, actor: Actor, scope: Scope, seen: int) -> None:
    check_reviews(actor)
    _check_reach(digest, scope, seen)
    if digest.state is not DigestState.SUBMITTED:
        raise DigestRefused("这份汇总没有在等审核。")
