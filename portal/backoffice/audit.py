"""The audit as supervisors read it: who did what, when, before and after."""

from __future__ import annotations

import re
from typing import Any

from flask import render_template, request, url_for

from portal.access import staff
from portal.audit.reading import AuditChoice, EntryView, entries
from portal.backoffice.audit_words import ACTIONS, KINDS, written
from portal.backoffice.context import the_caller
from portal.backoffice.sections import blueprint
from portal.domain.permissions import Capability
from portal.institutions.field_labels import field_label

_PAGE = 50


@blueprint.get("/audit")
@staff(Capability.SEE_AUDIT)
def audit() -> str:
    """List what was done by those who serve within the caller's reach, newest first."""
    choice = _choice()
    found = entries(the_caller().scope, choice, _PAGE + 1)
    older = found[_PAGE - 1].sequence if len(found) > _PAGE else None
    kept = {name: value for name, value in request.args.items() if name != "before"}
    return render_template(
        "backoffice/audit.html",
        entries=[_shown(entry) for entry in found[:_PAGE]],
        actions=ACTIONS,
        choice=choice,
        older=url_for("backoffice.audit", **{**kept, "before": older}) if older else None,  # type: ignore[arg-type]
        newest=url_for("backoffice.audit", **kept) if choice.before else None,  # type: ignore[arg-type]
    )


def _choice() -> AuditChoice:
    subject = request.args.get("subject", "").strip()
    action = request.args.get("action", "")
    return AuditChoice(
        subject if re.fullmatch(r"[a-z_]{1,30}/[0-9]{1,12}", subject) else None,
        request.args.get("staff", type=int),
        action if action in ACTIONS else None,
        request.args.get("before", type=int),
    )


def _shown(entry: EntryView) -> dict[str, Any]:
    changes = [_change(change) for change in entry.changes]
    return {
        "sequence": entry.sequence,
        "at": entry.at,
        "actor": entry.actor,
        "action": ACTIONS.get(entry.action, entry.action),
        "subject": entry.subject,
        "changes": changes,
        "note": [(name, written(value)) for name, value in entry.note.items()],
        "hash": entry.hash,
    }


def _change(change: dict[str, Any]) -> dict[str, Any]:
    before, after = change.get("before", {}), change.get("after", {})
    kind = change["kind"]
    names = list(dict.fromkeys((*before, *after)))
    return {
        "what": KINDS.get(kind, kind),
        "number": "、".join(map(str, change["id"])),
        "verb": "新增" if not before else "删除" if not after else "修改",
        "fields": [
            (_label(kind, name), written(before.get(name)), written(after.get(name))) for name in names
        ],
    }


def _label(kind: str, field: str) -> str:
    try:
        return field_label(kind, field).label
    except KeyError:
        return field
