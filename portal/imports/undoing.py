"""Taking a whole import back, while nothing was built upon it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from portal import clock
from portal.domain.actor import Actor
from portal.domain.errors import DomainError
from portal.extensions import db
from portal.history.keeper import Provenance, take_turn
from portal.history.models import SourceDocument, SourceKind
from portal.history.retraction import Later, later_than, retract, touched_by
from portal.history.sources import enter_source
from portal.imports.models import ImportRun
from portal.imports.queries import names_of
from portal.institutions.field_labels import RECORD_LABELS
from portal.institutions.models import FeeStandard, Filing, Institution, Registration, StarGrade
from portal.institutions.service import settle_name_keys

_MODELS: dict[str, Any] = {
    model.record_kind: model for model in (Institution, StarGrade, Filing, Registration, FeeStandard)
}
_NAMED = 8


class CannotUndo(DomainError):
    """Something later rests on the import; the message names it."""


def take_back(run: ImportRun, actor: Actor, step: Callable[[str], None]) -> dict[str, int]:
    """Retract what the import entered; return counts for the audit. Flushes.

    Raises CannotUndo, naming what was changed since and by whom.
    """
    assert run.source_id is not None
    take_turn()
    source = db.session.get_one(SourceDocument, run.source_id)
    if source.retracted_at is not None:
        raise CannotUndo("这次导入已经撤销过了")
    step("查看后来的改动")
    touched = touched_by(source.id)
    later = later_than(touched, run.last_revision_id or 0, run.last_confirmation_id or 0)
    if later:
        raise CannotUndo(_said(later))
    reason = f"撤销导入第{run.id}号"
    on_whose_word = enter_source(
        f"{reason}（{actor.name}）", clock.today(), SourceKind.STAFF_ENTRY, region_code=run.region_code
    )
    provenance = Provenance(on_whose_word, source.as_of, actor, reason)
    retract(source, touched, provenance, _MODELS, step)
    settle_name_keys([id_ for kind, id_ in touched.amended if kind == Institution.record_kind])
    return {
        "withdrawn": len(touched.opened),
        "restored": len(touched.amended),
        "confirmations": len(touched.confirmed),
    }


def _said(later: list[Later]) -> str:
    subjects = list(dict.fromkeys(one.subject for one in later))
    names = names_of(subjects)
    parts = []
    for one in later[:_NAMED]:
        who = f"，{one.actor}" if one.actor else ""
        what = RECORD_LABELS.get(one.record_kind, "记录")
        parts.append(f"{names.get(one.subject, one.subject)}的{what}（{one.source_title}{who}）")
    more = "等" if len(later) > _NAMED else ""
    return f"不能撤销：导入以后又有新的改动或核对——{'；'.join(parts)}{more}。请逐项更正"
