"""Two clerks on one record: what it was when the second opened it, what it is now, what the second typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from portal.backoffice.record_forms import PREFIX
from portal.backoffice.record_words import NOT_PUBLISHED, value_words
from portal.history.keeper import WITHDRAWN
from portal.institutions.editable import EditableField
from portal.institutions.field_labels import field_label
from portal.institutions.field_texts import text_of
from portal.institutions.queries.naming import institution_named
from portal.institutions.queries.standing import Since
from portal.reference.directory import region_directory

THEIRS, MINE = "theirs", "mine"
_CHOICE = "choice-"


@dataclass(frozen=True, slots=True)
class Row:
    """One field (or the position as one) that the two don't agree on, or that one of them changed.

    ``choice``: what is taken unless the clerk says otherwise; None: both changed it, it has to be chosen.
    ``alike``: both typed the same, nothing is left to choose.
    """

    key: str
    label: str
    opened: str
    now: str
    mine: str
    choice: str | None
    alike: bool
    fields: tuple[str, ...]

    @property
    def name(self) -> str:
        """The name of the choice in the form."""
        return _CHOICE + self.key


@dataclass(frozen=True, slots=True)
class Conflict:
    """Everything the second clerk has to know."""

    since: Since
    rows: tuple[Row, ...]
    elsewhere: tuple[str, ...]
    """Labels of what the others changed beyond this form."""
    gone: bool
    """True if the record was withdrawn meanwhile."""

    def unchosen(self, formdata: Mapping[str, str]) -> list[Row]:
        """Return the rows that still have to be chosen."""
        return [row for row in self.rows if not row.alike and formdata.get(row.name) not in (THEIRS, MINE)]


def conflict(fields: Sequence[EditableField], typed: Mapping[str, Any], found: Since) -> Conflict:
    """Lay three states of a record side by side. ``typed``: field → what the second clerk typed."""
    groups: dict[str, list[EditableField]] = {}
    for field in fields:
        groups.setdefault(field.group, []).append(field)
    rows = [row for key, own in groups.items() if (row := _row(key, own, typed, found)) is not None]
    kind = fields[0].record_kind
    shown = {field.name for field in fields}
    changed = {name for name, value in found.now.items() if value != found.opened.get(name)}
    elsewhere = tuple(
        field_label(kind, name).label
        for name in found.now
        if name in changed - shown - {WITHDRAWN, "position_as_written"}
    )
    return Conflict(found, tuple(rows), elsewhere, bool(found.now.get(WITHDRAWN)))


def with_choices(
    formdata: MultiDict[str, str], fields: Sequence[EditableField], now: Mapping[str, Any]
) -> MultiDict[str, str]:
    """Return the form with what stands now put in wherever the clerk chose it."""
    merged = formdata.copy()
    for field in fields:
        if formdata.get(_CHOICE + field.group) == THEIRS:
            merged[PREFIX + field.name] = text_of(field, now.get(field.name))
    return merged


def _row(key: str, own: list[EditableField], typed: Mapping[str, Any], found: Since) -> Row | None:
    opened = tuple(found.opened.get(field.name) for field in own)
    now = tuple(found.now.get(field.name) for field in own)
    mine = tuple(typed.get(field.name) for field in own)
    if opened == now == mine:
        return None
    choice = THEIRS if mine in (now, opened) else MINE if now == opened else None
    return Row(
        key,
        "位置" if len(own) > 1 else own[0].label,
        _words(own, opened),
        _words(own, now),
        _words(own, mine),
        choice,
        mine == now,
        tuple(field.name for field in own),
    )


def _words(own: list[EditableField], values: tuple[Any, ...]) -> str:
    named = {
        value: found
        for field, value in zip(own, values, strict=True)
        if field.name.endswith("_id") and value is not None and (found := institution_named(value))
    }
    words = [
        value_words(field.record_kind, field.name, value, region_directory(), named)
        for field, value in zip(own, values, strict=True)
    ]
    return NOT_PUBLISHED if set(words) == {NOT_PUBLISHED} else "，".join(words)
