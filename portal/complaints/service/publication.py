"""Publishing what was complained of and answered: with the writer's consent, redacted, by a reviewer (R32).

The published row stands apart from the case and holds neither day nor number of receipt; its region is as
wide as it must be (``anonymity``), its home is there only if it was chosen. Why: docs/decisions/0022. Takes
the reach of whoever does it and ``seen``, the version they had before them. Flushes, never commits.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import select

from portal import clock
from portal.complaints.kinds import Appearance, DraftKind, WhyExcluded
from portal.complaints.models import Case, CaseClue, CaseExclusion, CasePublication, CaseRound, CaseStep
from portal.complaints.reach import Reach
from portal.complaints.service.anonymity import region_shown
from portal.complaints.service.clocks import pause_of
from portal.complaints.service.drafts import forget_drafts
from portal.complaints.service.publication_words import (
    TITLE_MOST,
    Proposal,
    check_public,
    proposal_for,
)
from portal.complaints.service.rights import fit_open_words, fit_words, may_review, told_who_was_quicker
from portal.complaints.service.steps import step
from portal.domain.actor import Actor
from portal.domain.case_status import CaseEvent
from portal.domain.errors import DomainError
from portal.domain.response_clock import judge, local_day, working_days_taken
from portal.domain.working_days import WorkingCalendar
from portal.extensions import db
from portal.history.data_set import touch_data_set
from portal.institutions.service import new_public_id
from portal.reference.calendar import working_calendar
from portal.search.outbox import note_changed

KIND = "complaint_publication"
"""What search calls published cases."""

WITH_CLUE = "这件投诉有线索移送纪检监察，不公开。"
ABOUT_STAFF = "投诉里提到了本部门的工作人员，不公开。"

_TOLD = frozenset(
    {
        CaseEvent.LODGE,
        CaseEvent.ACCEPT,
        CaseEvent.TRANSFER,
        CaseEvent.FIRST_ANSWER,
        CaseEvent.ASK,
        CaseEvent.ANSWER_QUESTION,
        CaseEvent.END_PAUSE,
        CaseEvent.EXTEND,
        CaseEvent.REPLY,
        CaseEvent.ASK_AGAIN,
    }
)
"""Steps that the published course shows."""


class NotForPublic(DomainError):
    """This case can't be published; the message says why."""


def why_not(case: Case) -> str | None:
    """Return why the case can't be published whatever its text says; None where it can."""
    if not case.consent_publish:
        return "投诉人没有同意公开，这件投诉只能进入按月的统计数字。"
    if case.erased_at is not None:
        return "这件投诉的内容已经按期删除。"
    if db.session.scalar(select(CaseClue.id).where(CaseClue.case_id == case.id).limit(1)) is not None:
        return WITH_CLUE
    if _is_about_officials(case):
        return ABOUT_STAFF
    return None


def may_show_home(case: Case) -> bool:
    """True if the home may be named at all: it is listed, and the writer did not ask to stay hidden."""
    return case.institution_id is not None and case.appearance is Appearance.NAMED


def publication_of(case: Case) -> CasePublication | None:
    """Return what was published of a case, withdrawn or not."""
    return db.session.scalars(select(CasePublication).where(CasePublication.case_id == case.id)).one_or_none()


def propose(case: Case, show_home: bool = False) -> Proposal:
    """Return what a machine would publish, with what it masks marked. Raises NotForPublic."""
    _check_may(case)
    found = proposal_for(case, show_home and may_show_home(case))
    if found is None:
        raise NotForPublic("这件投诉还没有办理答复。")
    return found


@told_who_was_quicker
def publish(
    case: Case, title: str, text: str, reply: str, show_home: bool, reach: Reach, seen: int
) -> CasePublication:
    """Publish what a reviewer approved, for the first time or after it was taken back.

    Raises NotForPublic, StillPersonal, WordsMissing, ReviewerNeeded, NotTheirs, Excluded, CaseRefused,
    ChangedMeanwhile.
    """
    may_review(case, reach, seen, CaseEvent.PUBLISH)
    found = publication_of(case)
    if found is not None and found.withdrawn_at is None:
        raise NotForPublic("这件投诉已经公开。要改，请改已经公开的内容。")
    words = _approved(case, title, text, reply, show_home)
    now = clock.now()
    if found is None:
        found = CasePublication(case_id=case.id, public_id=_free_id())
    found.published_at, found.withdrawn_at, found.withdrawn_reason = now, None, None
    _write(case, found, words, show_home, reach, now)
    step(case, CaseEvent.PUBLISH, reach.actor, said={"public_id": found.public_id}, to_citizen=True)
    forget_drafts(case, DraftKind.PUBLICATION)
    return found


@told_who_was_quicker
def change(
    case: Case, title: str, text: str, reply: str, show_home: bool, reach: Reach, seen: int
) -> CasePublication:
    """Change what stands in public; its address stays. Raises what ``publish`` raises."""
    may_review(case, reach, seen, CaseEvent.PUBLISH)
    found = publication_of(case)
    if found is None or found.withdrawn_at is not None:
        raise NotForPublic("这件投诉没有公开。")
    words = _approved(case, title, text, reply, show_home)
    _write(case, found, words, show_home, reach, clock.now())
    said = {"public_id": found.public_id, "changed": True}
    step(case, CaseEvent.PUBLISH, reach.actor, said=said, to_citizen=True)
    forget_drafts(case, DraftKind.PUBLICATION)
    return found


@told_who_was_quicker
def unpublish(case: Case, reason: str, reach: Reach, seen: int) -> None:
    """Take out of public what was published; ``reason`` is kept for the office, nothing personal in it.

    Raises NotForPublic, WordsMissing, ReviewerNeeded, NotTheirs, Excluded, ChangedMeanwhile.
    """
    may_review(case, reach, seen, CaseEvent.UNPUBLISH)
    found = publication_of(case)
    if found is None or found.withdrawn_at is not None:
        raise NotForPublic("这件投诉没有公开。")
    take_down(found, fit_open_words(reason, "请写明为什么撤下。", case))
    step(case, CaseEvent.UNPUBLISH, reach.actor, said={"public_id": found.public_id}, to_citizen=True)


def take_down(found: CasePublication, reason: str) -> None:
    """Take a publication out of pages, search and feed. For ``unpublish``, and where its case is erased."""
    found.withdrawn_reason = reason
    found.withdrawn_at = found.changed_at = clock.now()
    _tell_of(found)


def take_down_of(case: Case, actor: Actor, reason: str) -> None:
    """Take down what was published of a case, where it turned out that it never should have been. Flushes."""
    found = publication_of(case)
    if found is None or found.withdrawn_at is not None:
        return
    take_down(found, reason)
    step(case, CaseEvent.UNPUBLISH, actor, said={"public_id": found.public_id}, to_citizen=True)


def _approved(case: Case, title: str, text: str, reply: str, show_home: bool) -> tuple[str, str, str]:
    _check_may(case)
    if show_home and not may_show_home(case):
        raise NotForPublic("投诉人要求保密或者没有留名，或者机构不在名录里，不能写出机构名称。")
    words = (
        fit_words(title, "请写标题。", TITLE_MOST),
        fit_words(text, "请写公开的投诉内容。"),
        fit_words(reply, "请写公开的答复。"),
    )
    check_public(case, *words, show_home)
    return words


def _check_may(case: Case) -> None:
    reason = why_not(case)
    if reason is not None:
        raise NotForPublic(reason)


def _write(
    case: Case,
    found: CasePublication,
    words: tuple[str, str, str],
    show_home: bool,
    reach: Reach,
    now: datetime,
) -> None:
    found.title, found.text, found.reply = words
    found.category = case.category
    # whoever names the home names its county
    found.region_code = case.region_code if show_home else region_shown(case)
    found.institution_id = case.institution_id if show_home else None
    found.timeline = json.dumps(_timeline(case), ensure_ascii=False)
    found.approved_by, found.changed_at = reach.actor.name, now
    db.session.add(found)
    _tell_of(found)


def _tell_of(found: CasePublication) -> None:
    """Have search take it in, and every kept page made anew: nothing taken back comes from a cache."""
    db.session.flush()
    note_changed([f"{KIND}/{found.id}"])
    touch_data_set()


def _timeline(case: Case) -> dict[str, Any]:
    """Return the course of a case in working days after each receipt, and how its clocks were kept."""
    calendar = working_calendar()
    query = select(CaseRound).where(CaseRound.case_id == case.id).order_by(CaseRound.number)
    rounds = {one.number: one for one in db.session.scalars(query)}
    lines = select(CaseStep).where(CaseStep.case_id == case.id, CaseStep.event.in_(_TOLD))
    steps: list[dict[str, Any]] = []
    for line in db.session.scalars(lines.order_by(CaseStep.id)):
        begun = local_day(rounds[line.round_number].received_at)
        day = calendar.working_days_between(begun, max(local_day(line.at), begun))
        told = {"round": line.round_number, "event": line.event.value, "day": day}
        if not steps or steps[-1] != told:
            steps.append(told)
    clocks = [_clocks(one, calendar) for one in rounds.values()]
    return {"steps": steps, "rounds": clocks, "finding": case.finding.value if case.finding else None}


def _clocks(one: CaseRound, calendar: WorkingCalendar) -> dict[str, Any]:
    told: dict[str, Any] = {"round": one.number}
    for name, due, at, pause in (
        ("first", one.first_due, one.first_answered_at, None),
        ("final", one.final_due, one.final_answered_at, pause_of(one)),
    ):
        if at is not None:
            told[name] = judge(calendar, due, at, at).value
            told[f"{name}_days"] = working_days_taken(calendar, one.received_at, at, pause)
    return told


def _is_about_officials(case: Case) -> bool:
    query = select(CaseStep.said).where(CaseStep.case_id == case.id, CaseStep.event == CaseEvent.LODGE)
    said = db.session.scalar(query.limit(1))
    if said and json.loads(said).get("staff_named"):
        return True
    # whoever wrote need not have said so: some are found by their names, now or later
    named = select(CaseExclusion.staff_id).where(
        CaseExclusion.case_id == case.id, CaseExclusion.why == WhyExcluded.NAMED
    )
    return db.session.scalar(named.limit(1)) is not None


def _free_id() -> str:
    while True:
        drawn = new_public_id()
        taken = select(CasePublication.id).where(CasePublication.public_id == drawn)
        if db.session.scalar(taken) is None:
            return drawn


__all__ = [
    "KIND",
    "NotForPublic",
    "Proposal",
    "change",
    "may_show_home",
    "propose",
    "publication_of",
    "publish",
    "take_down",
    "take_down_of",
    "unpublish",
    "why_not",
]
