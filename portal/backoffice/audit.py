"""The audit as supervisors read it: who did what, when, before and after."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from flask import Response, render_template, request, url_for

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
from portal.backoffice.export import EXPORTS_A_MINUTE, Column, Table, export
from portal.backoffice.sections import blueprint
from portal.complaints.queries.audited import entries_known_to
from portal.complaints.reach import Reach
from portal.domain.permissions import Capability
from portal.extensions import limiter
from portal.topics.queries.audited import entries_for, names_reader, words_told

_PAGE = 50
MOST_EXPORTED = 20_000


@blueprint.get("/audit")
@staff(Capability.SEE_AUDIT)
def audit() -> str:
    """List what was done by those who serve within the caller's reach, newest first."""
    choice = _choice()
    found = _entries(choice, _PAGE + 1)
    older = found[_PAGE - 1].sequence if len(found) > _PAGE else None
    kept: dict[str, Any] = {
        name: value for name in ("action", "staff", "subject") if (value := request.args.get(name))
    }
    return render_template(
        "backoffice/audit.html",
        entries=[_shown(entry) for entry in _told(found[:_PAGE])],
        actions=action_choices(),
        choice=choice,
        chosen=choice.actions[0] if choice.actions else "",
        older=url_for("backoffice.audit", before=older, **kept) if older else None,
        newest=url_for("backoffice.audit", **kept) if choice.before else None,
    )


@blueprint.get("/audit.<file_format>")
@limiter.limit(EXPORTS_A_MINUTE)
@staff(Capability.SEE_AUDIT)
def audit_export(file_format: str) -> Response:
    """Hand out what is chosen as a file, one line a change, newest first."""
    columns = (
        "序号", Column("时间", width=20), Column("谁", width=28), "做了什么", "对象",
        Column("改动", width=60), Column("校验值", width=66),
    )  # fmt: skip
    chosen = _told(_entries(_choice(), MOST_EXPORTED))
    note = f"最多{MOST_EXPORTED}条，新的在前；要更早的，请先按做了什么筛选。"
    return export(Table("操作记录", columns, _lines(chosen), "本平台的操作记录", notes=(note,)), file_format)


def _entries(choice: AuditChoice, limit: int) -> list[EntryView]:
    """Return what the caller may read: of complaints and suggestions no more than their pages tell them."""
    reach = Reach.of(the_caller())
    known = entries_known_to(reach) & entries_for(reach.role)
    return entries(reach.scope, choice, limit, only=known)


def _told(found: list[EntryView]) -> list[EntryView]:
    """Leave out what was done to suggestions that name the caller, while the public can't read them."""
    who = the_caller()
    hidden = {subject for subject in {one.subject for one in found} if names_reader(subject, who.actor)}
    return [one for one in found if one.subject not in hidden]


def _lines(found: list[EntryView]) -> Iterator[tuple[object, ...]]:
    for entry in map(_shown, found):
        head = (entry["sequence"], entry["at"], entry["actor"], entry["action"], entry["subject"])
        said = [f"{name}：{value}" for name, value in entry["note"]]
        for change in entry["changes"]:
            fields = "；".join(f"{label}：{before} → {after}" for label, before, after in change["fields"])
            said.append(f"{change['verb']}{change['what']}{change['number']}（{fields}）")
        for line in said or [""]:
            yield (*head, line, entry["hash"])


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
        "fields": list(changed_fields(kind, *_as_told(change, before, after))),
    }


_REASONS = frozenset({"hold_reason", "extension_reason", "withdrawn_reason"})
"""Words about a complaint that stand unsealed: who only watches is not told them on its page either."""
_OF_SUGGESTIONS = frozenset({"title", "text", "said", "hold_reason"})
"""Words of and about a suggestion that its page shows to those alone who keep it."""


def _as_told(change: dict[str, Any], *sides: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield what was before and after as the caller may read it."""
    who, kind = the_caller(), change["kind"]
    for values in sides:
        hidden: frozenset[str] = frozenset()
        if kind.startswith("complaint_") and not Reach.of(who).handles:
            hidden = _REASONS | ({"said"} if '"reason"' in str(values.get("said")) else set())
        elif kind in ("suggestion", "suggestion_step") and any(values.get(name) for name in _OF_SUGGESTIONS):
            number = values.get("suggestion_id", change["id"][0])
            hidden = frozenset() if words_told(number, who.scope) else _OF_SUGGESTIONS
        yield {name: "（不显示）" if name in hidden and value else value for name, value in values.items()}


def _number(name: str) -> int | None:
    """Return a number of the address; None for anything that no entry and nobody can have."""
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
