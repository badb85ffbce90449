"""What somebody is writing on a case, saved as they go; a reviewer may read it first (``review``).

Everything in a draft is sealed under the case's key. Flushes, never commits.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from portal import clock
from portal.complaints.kinds import DraftKind, DraftState
from portal.complaints.models import Case, CaseExclusion
from portal.complaints.office_models import CaseDraft
from portal.complaints.reach import Reach
from portal.complaints.service.steps import Excluded, NotTheirs
from portal.complaints.service.words import seal_words
from portal.domain.errors import DomainError
from portal.extensions import db
from portal.vault import sealing

FIELD_MOST = 20_000
"""Characters that are kept of one field."""
_FIELDS_MOST = 20


class DraftSubmitted(DomainError):
    """The draft lies with a reviewer: it has to be taken back before it is changed."""


@dataclass(frozen=True, slots=True)
class DraftView:
    """A draft as its writer or a reviewer reads it."""

    id: int
    case_id: int
    staff_id: int
    kind: DraftKind
    state: DraftState
    fields: dict[str, str]
    """By the names of the form's fields: ``words``, ``finding`` …"""
    remark: str | None
    """What the reviewer said when it was returned."""
    saved_at: datetime


def save_draft(case: Case, kind: DraftKind, fields: dict[str, str], reach: Reach) -> DraftView:
    """Keep what somebody has written so far; their draft of this kind is one. It changes nothing of the case.

    Raises NotTheirs, Excluded, DraftSubmitted.
    """
    staff_id = _writer(case, reach)
    kept = {name[:40]: value[:FIELD_MOST] for name, value in list(fields.items())[:_FIELDS_MOST]}
    sealed = seal_words(case, json.dumps(kept, ensure_ascii=False))
    draft = own_draft(case, kind, staff_id)
    if draft is None:
        draft = _make(case, kind, staff_id, sealed)
    if draft.state is DraftState.SUBMITTED:
        raise DraftSubmitted("草稿已经送审。要改，请先撤回。")
    draft.words_sealed, draft.saved_at = sealed, clock.now()
    db.session.flush()
    return view_of(draft)


def draft_of(case: Case, kind: DraftKind, reach: Reach) -> DraftView | None:
    """Return what somebody has written so far; None where they haven't, or may not any more."""
    if not reach.reads(case) or reach.staff_id is None:
        return None
    draft = own_draft(case, kind, reach.staff_id)
    return None if draft is None else view_of(draft)


def drop_draft(case: Case, kind: DraftKind, reach: Reach) -> None:
    """Throw the own draft away. Raises NotTheirs, Excluded."""
    draft = own_draft(case, kind, _writer(case, reach))
    if draft is not None:
        db.session.delete(draft)
        db.session.flush()


def forget_drafts(case: Case, *kinds: DraftKind) -> None:
    """Throw away everybody's drafts of these kinds: what they were for was said."""
    db.session.execute(delete(CaseDraft).where(CaseDraft.case_id == case.id, CaseDraft.kind.in_(kinds)))


def forget_drafts_of(case: Case, staff_id: int) -> None:
    """Throw away whatever somebody wrote on a case that they can't handle: no reviewer may send it out."""
    db.session.execute(delete(CaseDraft).where(CaseDraft.case_id == case.id, CaseDraft.staff_id == staff_id))


def own_draft(case: Case, kind: DraftKind, staff_id: int) -> CaseDraft | None:
    """Return somebody's draft of a kind."""
    query = select(CaseDraft).where(
        CaseDraft.case_id == case.id, CaseDraft.staff_id == staff_id, CaseDraft.kind == kind
    )
    return db.session.scalars(query).one_or_none()


def view_of(draft: CaseDraft) -> DraftView:
    """Return a draft opened; empty once the case was erased."""
    opened = sealing.unseal(draft.words_sealed)
    remark = None if draft.remark_sealed is None else sealing.unseal(draft.remark_sealed)
    return DraftView(
        draft.id,
        draft.case_id,
        draft.staff_id,
        draft.kind,
        draft.state,
        {} if opened is None else json.loads(opened),
        remark,
        draft.saved_at,
    )


def _writer(case: Case, reach: Reach) -> int:
    if not reach.reads(case) or reach.staff_id is None:
        raise NotTheirs("这件投诉由别的部门或别的地区处理。")
    if db.session.get(CaseExclusion, (case.id, reach.staff_id)) is not None:
        raise Excluded("这件投诉提到了您，或者您以前办理过，应当由别人处理。")
    return reach.staff_id


def _make(case: Case, kind: DraftKind, staff_id: int, sealed: str) -> CaseDraft:
    draft = CaseDraft(
        case_id=case.id,
        staff_id=staff_id,
        kind=kind,
        state=DraftState.WRITING,
        words_sealed=sealed,
        saved_at=clock.now(),
    )
    try:
        with db.session.begin_nested():
            db.session.add(draft)
    except IntegrityError:  # two windows saved their first words at one moment
        found = own_draft(case, kind, staff_id)
        assert found is not None
        return found
    return draft
