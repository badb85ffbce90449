"""The audit as supervisors read it: who did what, when, before and after."""

from __future__ import annotations

import re
from typing import Any

from flask import render_template, request, url_for

from portal.access import staff
from portal.audit.reading import AuditChoice, EntryView, entries
from portal.backoffice.audit_words import (
    ACTIONS,
    KINDS,
    action_choices,
    actions_like,
    changed_fields,
    noted,
)
from portal.backoffice.context import the_caller
from portal.backoffice.sections import blueprint
from portal.domain.permissions import Capability

_PAGE = 50


@blueprint.get("/audit")
@staff(Capability.SEE_AUDIT)
def audit() -> str:
    """List what was done by those who serve within the caller's reach, newest first."""
    choice = _choice()
    found = entries(the_caller().scope, choice, _PAGE + 1)
    older = found[_PAGE - 1].sequence if len(found) > _PAGE else None
    kept: dict[str, Any] = {
        name: value for name in ("action", "staff", "subject") if (value := request.args.get(name))
    }
    return render_template(
        "backoffice/audit.html",
        entries=[_shown(entry) for entry in found[:_PAGE]],
        actions=action_choices(),
        choice=choice,
        chosen=choice.actions[0] if choice.actions else "",
        older=url_for("backoffice.audit", before=older, **kept) if older else None,
        newest=url_for("backoffice.audit", **kept) if choice.before else None,
    )


def _choice() -> AuditChoice:
    subject = request.args.get("subject", "").strip()
    action = request.args.get("action", "")
    return AuditChoice(
        subject if re.fullmatch(r"[a-z_]{1,30}/[0-9]{1,12}", subject) else None,
        _number("staff"),
        actions_like(action) if action in ACTIONS else (),
        _number("before"),
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
        "note": noted(entry.note),
        "hash": entry.hash,
    }


def _change(change: dict[str, Any]) -> dict[str, Any]:
    before, after = change.get("before", {}), change.get("after", {})
    kind = change["kind"]
    return {
        "what": KINDS.get(kind, kind),
        "number": "、".join(map(str, change["id"])),
        "verb": "新增" if not before else "删除" if not after else "修改",
        "fields": list(changed_fields(kind, before, after)),
    }


def _number(name: str) -> int | None:
    """Return a number of the address; None for anything that no entry and nobody can have."""
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
