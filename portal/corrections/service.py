"""Writing correction reports: lodging one, and what staff decide. Flushes, never commits."""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict, dataclass

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from portal import clock
from portal.audit.capture import concerns
from portal.corrections.items import items_of, record_kind_of
from portal.corrections.models import CorrectionReport, CorrectionStep, KnownHow
from portal.domain.actor import Actor, Scope
from portal.domain.correction_state import CorrectionEvent, CorrectionState, next_state
from portal.domain.errors import DomainError
from portal.domain.personal_marks import never_in_the_open
from portal.domain.receipts import CORRECTION, POSSIBILITIES, receipt_number
from portal.extensions import db
from portal.history.models import Revision
from portal.institutions.field_forms import Block
from portal.institutions.models import Institution
from portal.vault import sealing


class NotTheirs(DomainError):
    """The report is another department's or another region's to decide."""


class DecidedMeanwhile(DomainError):
    """Somebody else changed the report after this person had opened it; the message says who, and to what."""


class RevisionUnfit(DomainError):
    """The change named is none of this institution since the report came in."""


class ReasonUnfit(DomainError):
    """The public reason is empty or holds what looks like personal data."""


@dataclass(frozen=True, slots=True)
class Words:
    """What somebody wrote: what is wrong, and what would be right."""

    wrong: str
    right: str


@dataclass(frozen=True, slots=True)
class Claim:
    """What a report says. ``snapshot``: the page's words of it now; ``item``: see ``items_of``."""

    about: Block | None
    item: str | None
    snapshot: str
    words: Words
    known_how: KnownHow


def lodge(
    institution: Institution, claim: Claim, submission: str, *, drawn: int | None = None
) -> CorrectionReport:
    """Enter a report; the same ``submission`` (32 hexadecimal digits) twice is one report.

    ``drawn``: the receipt's random number, for a demo that can be made again.
    """
    known = _by_submission(submission)
    if known is not None:
        return known
    item = claim.item if claim.item in items_of(claim.about) else None
    now = clock.now()
    report = CorrectionReport(
        receipt=receipt_number(
            CORRECTION, now.year, secrets.randbelow(POSSIBILITIES) if drawn is None else drawn
        ),
        submission=submission,
        institution_id=institution.id,
        region_code=institution.region_code,
        record_kind=record_kind_of(claim.about, item),
        about=claim.about,
        item=item,
        snapshot=claim.snapshot,
        words_sealed="",
        known_how=claim.known_how,
        entered_at=now,
        waiting_since=now,
        state=CorrectionState.OPEN,
    )
    db.session.add(report)
    try:
        db.session.flush()
    except IntegrityError:  # the same form, sent twice at the same moment; nothing else was written yet
        db.session.rollback()
        known = _by_submission(submission)
        if known is None:
            raise
        return known
    report.words_sealed = sealing.seal(
        f"correction/{report.id}", json.dumps(asdict(claim.words), ensure_ascii=False)
    )
    db.session.flush()
    return report


def accept(
    report: CorrectionReport, reason: str, revision_id: int | None, actor: Actor, scope: Scope, seen: int
) -> None:
    """Say that the report was right and which change of the record it led to. Raises as ``reject`` does,
    and RevisionUnfit."""
    _may(report, scope, seen)
    revision = db.session.get(Revision, revision_id) if revision_id is not None else None
    if (
        revision is None
        or revision.subject != f"{Institution.record_kind}/{report.institution_id}"
        or revision.entered_at < report.entered_at
    ):
        raise RevisionUnfit("请先改好这条信息，再选它带来的那次修改。")
    _step(report, CorrectionEvent.ACCEPT, reason, actor, revision.id)


def reject(report: CorrectionReport, reason: str, actor: Actor, scope: Scope, seen: int) -> None:
    """Say that the page was right. ``seen``: the version that the person had before them.

    Raises NotTheirs, DecidedMeanwhile, CorrectionRefused, ReasonUnfit.
    """
    _may(report, scope, seen)
    _step(report, CorrectionEvent.REJECT, reason, actor)


def reopen(report: CorrectionReport, reason: str, actor: Actor, scope: Scope, seen: int) -> None:
    """Take an answer back; the term for the next one counts from today. Raises as ``reject`` does."""
    _may(report, scope, seen)
    _step(report, CorrectionEvent.REOPEN, reason, actor)


def _may(report: CorrectionReport, scope: Scope, seen: int) -> None:
    if not scope.may_write(report.record_kind, report.region_code):
        raise NotTheirs("这件纠错由别的部门或别的地区处理，您可以看，不能处理。")
    if report.version != seen:
        raise _meanwhile(report)


def _step(
    report: CorrectionReport,
    event: CorrectionEvent,
    reason: str,
    actor: Actor,
    revision_id: int | None = None,
) -> None:
    state = next_state(report.state, event)
    reason = _fit(reason)
    now, decided = clock.now(), state is not CorrectionState.OPEN
    report.state = state
    report.decided_at = now if decided else None
    report.decided_by = actor.name if decided else None
    report.reason = reason if decided else None
    report.revision_id = revision_id
    if not decided:
        report.waiting_since = now
    db.session.add(CorrectionStep(report_id=report.id, event=event, at=now, actor=actor.name, reason=reason))
    concerns(f"correction/{report.id}")
    number = report.id
    try:
        db.session.flush()
    except StaleDataError:  # somebody was quicker, between our look and our word
        db.session.rollback()
        raise _meanwhile(db.session.get_one(CorrectionReport, number)) from None


def _meanwhile(report: CorrectionReport) -> DecidedMeanwhile:
    latest = db.session.scalars(
        select(CorrectionStep).where(CorrectionStep.report_id == report.id).order_by(CorrectionStep.id.desc())
    ).first()
    if latest is None:
        return DecidedMeanwhile("这件纠错刚刚有变化，请看过最新情况再处理。")
    done = {
        CorrectionEvent.ACCEPT: "采纳了",
        CorrectionEvent.REJECT: "答复不采纳",
        CorrectionEvent.REOPEN: "重新打开了",
    }[latest.event]
    return DecidedMeanwhile(
        f"{latest.actor}刚刚已经{done}这件纠错，理由是：{latest.reason}。您的处理没有保存，写的内容还在下面。"
    )


def _fit(reason: str) -> str:
    reason = reason.strip()
    if not reason:
        raise ReasonUnfit("请写明理由，公众会看到。")
    found = never_in_the_open(reason, clock.today())
    if found:
        where = "、".join(f"“{one.hint}”（第{one.start + 1}个字起）" for one in found)
        raise ReasonUnfit(f"理由会公开，里面不能有身份证号、银行卡号、手机号或邮箱：{where}。")
    return reason


def _by_submission(submission: str) -> CorrectionReport | None:
    return db.session.scalars(
        select(CorrectionReport).where(CorrectionReport.submission == submission)
    ).one_or_none()
