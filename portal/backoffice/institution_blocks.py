"""The blocks of an institution as staff see them: every field, published or not, withdrawn records too."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for

from portal.accounts.identity import Identity
from portal.backoffice.record_words import NOT_PUBLISHED, record_title, value_words
from portal.domain.permissions import Capability
from portal.history.queries import SourceLine
from portal.history.recorded import Recorded
from portal.institutions.editable import RECORD_KINDS, editable_blocks
from portal.institutions.field_labels import BLOCK_TITLES, FIELDS, RECORD_LABELS, Block, block_of
from portal.institutions.keeping import may_keep
from portal.institutions.models import Standard
from portal.institutions.queries.staff_detail import StaffDetail

_EDITABLE = frozenset(editable_blocks())


@dataclass(frozen=True, slots=True)
class StaffFact:
    """One field in words."""

    label: str
    text: str
    published: bool
    long: bool


@dataclass(frozen=True, slots=True)
class SourceWords:
    """A source line and, where there are several, what it is for."""

    line: SourceLine
    about: str | None


@dataclass(frozen=True, slots=True)
class StaffRecord:
    """One record of another table. The addresses are None where the caller may not."""

    title: str
    facts: tuple[StaffFact, ...]
    sources: tuple[SourceWords, ...]
    withdrawn: bool
    edit_url: str | None
    withdraw_url: str | None


@dataclass(frozen=True, slots=True)
class NewRecord:
    """A kind of record that the caller may enter here."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class StaffBlock:
    """One block: its own fields, its records, and what may be done."""

    block: Block
    title: str
    facts: tuple[StaffFact, ...]
    sources: tuple[SourceWords, ...]
    edit_url: str | None
    records: tuple[StaffRecord, ...]
    new: tuple[NewRecord, ...]
    history_url: str


def staff_blocks(detail: StaffDetail, caller: Identity, regions: Any) -> list[StaffBlock]:
    """Return every block of the page, in order."""
    home, edits = detail.home, caller.allows(Capability.EDIT_RECORDS)
    own = edits and may_keep(caller.scope, home, home.region_code)
    found = []
    for block in Block:
        fields = [name for kind, name in FIELDS if kind == "institution" and _shown(name, block)]
        kinds = [kind for kind in RECORD_KINDS if block_of(kind, "withdrawn") is block]
        edit = own and block in _EDITABLE
        found.append(
            StaffBlock(
                block,
                BLOCK_TITLES[block],
                _facts(home, "institution", fields, detail, regions),
                _sources(detail, home, fields),
                url_for("backoffice.edit_institution_block", public_id=home.public_id, block=block.value)
                if edit
                else None,
                tuple(
                    _record(each, kind, detail, caller, regions)
                    for kind in kinds
                    for each in detail.records[kind]
                ),
                tuple(_new(kind, detail) for kind in kinds if edits and _may_enter(kind, detail, caller)),
                url_for("public.institution_history", public_id=home.public_id, about=block.value),
            )
        )
    return found


def _shown(name: str, block: Block) -> bool:
    return name != "withdrawn" and FIELDS["institution", name].block is block


def _facts(
    record: Any, kind: str, fields: Sequence[str], detail: StaffDetail, regions: Any
) -> tuple[StaffFact, ...]:
    found = []
    for name in fields:
        text = value_words(kind, name, getattr(record, name), regions, detail.named)
        label = FIELDS[kind, name].label
        found.append(StaffFact(label, text, text != NOT_PUBLISHED, len(text) > 60 or "\n" in text))
    return tuple(found)


def _sources(detail: StaffDetail, record: Recorded, fields: Sequence[str]) -> tuple[SourceWords, ...]:
    lines = detail.sources.of(record, fields)
    return tuple(
        SourceWords(
            each.line,
            None if len(lines) == 1 else _about(each.fields),
        )
        for each in lines
    )


def _about(fields: Collection[tuple[str, str]]) -> str:
    labels = [label.label for pair, label in FIELDS.items() if pair in fields]
    return "、".join(labels) if len(labels) <= 4 else f"{'、'.join(labels[:3])}等{len(labels)}项"


def _record(record: Any, kind: str, detail: StaffDetail, caller: Identity, regions: Any) -> StaffRecord:
    fields = [name for k, name in FIELDS if k == kind and name != "withdrawn"]
    facts = tuple(fact for fact in _facts(record, kind, fields, detail, regions) if fact.published)
    keeps = may_keep(caller.scope, record, detail.home.region_code)
    where = {"public_id": detail.home.public_id, "kind": kind, "record_id": record.id}
    may_edit = keeps and caller.allows(Capability.EDIT_RECORDS) and not record.withdrawn
    return StaffRecord(
        record_title(kind, {name: getattr(record, name) for name in fields}),
        facts,
        _sources(detail, record, fields),
        record.withdrawn,
        url_for("backoffice.edit_record", **where) if may_edit else None,
        url_for("backoffice.withdraw_record", **where)
        if keeps and caller.allows(Capability.PUBLISH)
        else None,
    )


def _new(kind: str, detail: StaffDetail) -> NewRecord:
    url = url_for("backoffice.new_record", public_id=detail.home.public_id, kind=kind)
    return NewRecord(RECORD_LABELS[kind], url)


def _may_enter(kind: str, detail: StaffDetail, caller: Identity) -> bool:
    kinds = [f"compliance/{each}" for each in Standard] if kind == "compliance" else [kind]
    return any(caller.scope.may_write(each, detail.home.region_code) for each in kinds)
