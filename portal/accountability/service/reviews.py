"""The two-way review of a county's quarter (双点评): compiled, remarked on, answered, published (R46).

Civil affairs leads and keeps it. Every change takes ``actor``, ``scope`` and ``seen``, the version the person
had before them, and raises NotTheirs, ReviewerNeeded, ChangedMeanwhile, WordsMissing or ReviewRefused. Who
answers a remark did not write it; who publishes wrote neither. Figures and remarks that were published never
change: a correction is a new edition. Flushes, never commits.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.attributes import flag_modified

from portal import clock
from portal.accountability.kinds import REVIEW, ReviewState
from portal.accountability.review_models import CountyReview, ReviewRemark
from portal.accounts.models import StaffMember
from portal.audit.capture import concerns
from portal.domain.actor import Actor, Scope
from portal.domain.county_review import ReviewFigures
from portal.domain.errors import DomainError
from portal.domain.permissions import Capability, Department, can
from portal.domain.quarters import Quarter
from portal.domain.refusals import ChangedMeanwhile, ReviewerNeeded
from portal.extensions import db
from portal.history.data_set import touch_data_set
from portal.search.outbox import note_changed
from portal.supervision.service.rights import (
    CHANGED,
    REASON_MOST,
    check_keeps,
    fit_words,
    told_who_was_quicker,
)

OFFICE_MOST = 60
REMARK_MOST = 2_000
"""Characters of a remark or an answer."""


class ReviewRefused(DomainError):
    """The review does not allow this as it stands; the message says why."""


def newest_review(region_code: str, quarter: Quarter) -> CountyReview | None:
    """Return the newest edition of a county's quarter, None where none was compiled."""
    query = select(CountyReview).where(
        CountyReview.region_code == region_code, CountyReview.begins == quarter.begins
    )
    return db.session.scalars(query.order_by(CountyReview.edition.desc()).limit(1)).first()


def compile_review(
    region_code: str, quarter: Quarter, figures: ReviewFigures, scope: Scope | None = None
) -> CountyReview:
    """Enter the review of a quarter that is over, or return the one there is.

    ``scope``: of whoever asks, None for the worker. Two who ask at once get the same review.
    """
    if scope is not None:
        check_keeps(Department.CIVIL_AFFAIRS, region_code, scope)
    if quarter.ends >= clock.today():
        raise ReviewRefused("这个季度还没有过完，过完才能统计。")
    found = newest_review(region_code, quarter)
    if found is not None:
        return found
    review = CountyReview(
        region_code=region_code,
        begins=quarter.begins,
        edition=1,
        state=ReviewState.DRAFT,
        figures=figures.dump(),
        compiled_at=clock.now(),
    )
    try:
        with db.session.begin_nested():
            db.session.add(review)
            db.session.flush()
    except IntegrityError:  # somebody was quicker
        found = newest_review(region_code, quarter)
        assert found is not None
        return found
    concerns(review.subject)
    return review


@told_who_was_quicker
def compile_again(
    review: CountyReview, figures: ReviewFigures, actor: Actor, scope: Scope, seen: int
) -> None:
    """Take the records as they stand now; what was remarked and answered stays."""
    _check_draft(review, Capability.KEEP_COLUMN, actor, scope, seen)
    review.figures, review.compiled_at = figures.dump(), clock.now()
    _touch(review)


@told_who_was_quicker
def add_remark(
    review: CountyReview,
    office: str,
    about: Department | None,
    words: str,
    said_on: date,
    actor: Actor,
    scope: Scope,
    seen: int,
) -> ReviewRemark:
    """Enter what an office remarked, and on what day."""
    _check_draft(review, Capability.KEEP_COLUMN, actor, scope, seen)
    _check_day(review, said_on)
    remark = ReviewRemark(
        review_id=review.id,
        office=fit_words(office, "请写哪个单位点评的。", OFFICE_MOST),
        about=about,
        words=fit_words(words, "请写点评的内容。", REMARK_MOST),
        said_on=said_on,
        entered_by=actor.name,
        entered_staff_id=actor.staff_id,
    )
    db.session.add(remark)
    _touch(review)
    return remark


@told_who_was_quicker
def edit_remark(
    remark: ReviewRemark,
    office: str,
    about: Department | None,
    words: str,
    said_on: date,
    actor: Actor,
    scope: Scope,
    seen: int,
) -> None:
    """Put a remark right before it is answered and published."""
    review = review_of(remark)
    _check_draft(review, Capability.KEEP_COLUMN, actor, scope, seen)
    _check_day(review, said_on)
    if remark.reply is not None:
        raise ReviewRefused("已经有回复了，不能再改点评。录错了的，请拿掉，重新录入。")
    remark.office = fit_words(office, "请写哪个单位点评的。", OFFICE_MOST)
    remark.about, remark.said_on = about, said_on
    remark.words = fit_words(words, "请写点评的内容。", REMARK_MOST)
    remark.entered_by, remark.entered_staff_id = actor.name, actor.staff_id
    _touch(review)


@told_who_was_quicker
def drop_remark(remark: ReviewRemark, actor: Actor, scope: Scope, seen: int) -> None:
    """Take a remark out that was entered by mistake, with whatever was answered; the audit keeps both."""
    review = review_of(remark)
    _check_draft(review, Capability.KEEP_COLUMN, actor, scope, seen)
    db.session.delete(remark)
    _touch(review)


@told_who_was_quicker
def answer_remark(
    remark: ReviewRemark, office: str, words: str, actor: Actor, scope: Scope, seen: int
) -> None:
    """Enter what the county answers: before the review is published, or after, once.

    For a reviewer who did not write the remark. An answer in a draft may be written anew.
    """
    review = review_of(remark)
    check_may(Capability.REVIEW_COLUMN, actor)
    _check_reach(review, scope, seen)
    if review.state is ReviewState.PUBLISHED:
        _check_newest(review)
        if remark.reply is not None:
            raise ReviewRefused("这条点评已经回复，也公布了。要更正，请另出一版。")
    if actor.staff_id is not None and actor.staff_id == remark.entered_staff_id:
        raise ReviewRefused("这条点评是您录入的，请另一位来写回复。")
    remark.reply = fit_words(words, "请写回复的内容。", REMARK_MOST)
    remark.reply_office = fit_words(office, "请写哪个单位回复的。", OFFICE_MOST)
    remark.replied_at, remark.replied_by, remark.replied_staff_id = clock.now(), actor.name, actor.staff_id
    concerns(review.subject)
    _touch(review)
    if review.state is ReviewState.PUBLISHED:
        _tell(review)


@told_who_was_quicker
def publish_review(review: CountyReview, actor: Actor, scope: Scope, seen: int) -> None:
    """Let everybody read it. For a reviewer who wrote neither a remark nor an answer."""
    _check_draft(review, Capability.REVIEW_COLUMN, actor, scope, seen)
    remarks = remarks_of(review)
    if not remarks:
        raise ReviewRefused("还没有点评。点评写了，才能公布。")
    wrote = {one.entered_staff_id for one in remarks} | {one.replied_staff_id for one in remarks}
    if actor.staff_id is not None and actor.staff_id in wrote:
        raise ReviewRefused("点评或者回复里有您录入的，请另一位审核人员来公布。")
    review.state, review.published_at = ReviewState.PUBLISHED, clock.now()
    review.published_by, review.published_staff_id = actor.name, actor.staff_id
    db.session.flush()
    _tell(review)


@told_who_was_quicker
def correct_review(review: CountyReview, reason: str, actor: Actor, scope: Scope, seen: int) -> CountyReview:
    """Begin a new edition of what was published, with the reason; everybody reads the old one till then."""
    check_may(Capability.REVIEW_COLUMN, actor)
    _check_reach(review, scope, seen)
    if review.state is not ReviewState.PUBLISHED:
        raise ReviewRefused("还没有公布，直接改就可以。")
    _check_newest(review)
    again = CountyReview(
        region_code=review.region_code,
        begins=review.begins,
        edition=review.edition + 1,
        state=ReviewState.DRAFT,
        correction_reason=fit_words(reason, "请写明为什么更正。", REASON_MOST),
        figures=review.figures,
        compiled_at=review.compiled_at,
    )
    db.session.add(again)
    try:
        db.session.flush()
    except IntegrityError:  # somebody was quicker
        db.session.rollback()
        raise ChangedMeanwhile(CHANGED) from None
    copied = (
        "office", "about", "words", "said_on", "entered_by", "entered_staff_id",
        "reply", "reply_office", "replied_at", "replied_by", "replied_staff_id",
    )  # fmt: skip
    rows = [
        {"review_id": again.id, **{name: getattr(remark, name) for name in copied}}
        for remark in remarks_of(review)
    ]
    db.session.execute(insert(ReviewRemark), rows)
    concerns(again.subject)
    db.session.flush()
    return again


def remarks_of(review: CountyReview) -> list[ReviewRemark]:
    """Return the remarks of an edition, in the order in which they were entered."""
    query = select(ReviewRemark).where(ReviewRemark.review_id == review.id).order_by(ReviewRemark.id)
    return list(db.session.scalars(query))


def review_of(remark: ReviewRemark) -> CountyReview:
    """Return the edition that a remark stands in."""
    return db.session.get_one(CountyReview, remark.review_id)


def check_may(capability: Capability, actor: Actor) -> None:
    """Raise ReviewerNeeded unless the account may do this. An actor without an account is the portal."""
    if actor.staff_id is None:
        return
    member = db.session.get(StaffMember, actor.staff_id)
    if member is None or not can(member.role, capability):
        raise ReviewerNeeded("这一步您的账号做不了。")


def _check_draft(review: CountyReview, capability: Capability, actor: Actor, scope: Scope, seen: int) -> None:
    check_may(capability, actor)
    _check_reach(review, scope, seen)
    if review.state is not ReviewState.DRAFT:
        raise ReviewRefused("已经公布，不能再改。要更正，请另出一版。")
    concerns(review.subject)


def _check_reach(review: CountyReview, scope: Scope, seen: int) -> None:
    """Raise NotTheirs or ChangedMeanwhile unless the holder of the scope may change what they saw."""
    check_keeps(Department.CIVIL_AFFAIRS, review.region_code, scope)
    if review.version != seen:
        raise ChangedMeanwhile(CHANGED)


def _check_newest(review: CountyReview) -> None:
    if newest_review(review.region_code, review.quarter) is not review:
        raise ReviewRefused("这是以前的一版，请到最新的一版里去做。")


def _check_day(review: CountyReview, said_on: date) -> None:
    if not review.begins <= said_on <= clock.today():
        raise ReviewRefused("点评的日子要在这个季度开始以后，不能是还没到的日子。")


def _tell(review: CountyReview) -> None:
    """Have pages made anew, and search look at every edition: it shows the newest alone."""
    same = select(CountyReview.id).where(
        CountyReview.region_code == review.region_code, CountyReview.begins == review.begins
    )
    note_changed([f"{REVIEW}/{one}" for one in db.session.scalars(same)])
    touch_data_set()


def _touch(review: CountyReview) -> None:
    """Have the version grow: whoever has the review before them is told that something changed."""
    flag_modified(review, "state")
    db.session.flush()
