"""Writing what a report found: everything through the history's keeper, in bulk where there is bulk."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import date, timedelta
from typing import Any

from sqlalchemy import insert, select, update

from portal import clock
from portal.domain.actor import IMPORTER, Actor
from portal.domain.fee_text import FeeLine
from portal.extensions import db
from portal.history import bulk, keeper
from portal.history.keeper import Provenance
from portal.history.models import DataSet, DataSetKind, Revision, SourceDocument, SourceKind, not_retracted
from portal.history.recorded import Recorded, decode
from portal.history.sources import enter_source
from portal.institutions.importer.changes import Changes
from portal.institutions.importer.known import KnownHome
from portal.institutions.importer.report import Report
from portal.institutions.importer.row_model import HomeRow
from portal.institutions.models import (
    FeeStandard,
    Filing,
    Institution,
    QuarantinedRow,
    Registration,
    StarGrade,
)
from portal.institutions.service import new_public_id, settle_names

Step = Callable[[str], None]
_PAPERS: dict[str, Any] = {"grade": StarGrade, "filing": Filing, "registration": Registration}
_BATCH = 4_000
"""Institutions entered at a time: bounds memory."""


def write_report(
    report: Report, sha256: str, covers: list[str], older: set[int], step: Step, actor: Actor = IMPORTER
) -> SourceDocument:
    """Write the report's rows within the caller's unit of work; return their source. Flushes, never commits.

    ``covers``: the fields that the list has columns for. ``older``: ids of institutions of which something
    newer than the list is known; for them the list enters the history only. Rows that the report calls
    ``skipped`` leave no trace, not even a confirmation.
    """
    new = [home for home in report.new if home.row not in report.skipped]
    changed = [each for each in report.changed if each[0].row not in report.skipped]
    source = enter_source(
        report.source,
        report.as_of,
        SourceKind.SPREADSHEET,
        sha256=sha256,
        region_code=report.region,
        covers=covers,
    )
    provenance = Provenance(source, report.as_of, actor)
    step(f"写入新机构 {len(new)} 家")
    for start in range(0, len(new), _BATCH):
        _enter_new(report, new[start : start + _BATCH], provenance)
    step(f"写入变更 {len(changed)} 家")
    _enter_changes([each for each in changed if each[1].id not in older], provenance)
    for home, known, changes in changed:
        if known.id in older:
            _enter_past(home, known, changes, provenance)
    step("更新核对日期")
    _confirm([*changed, *report.unchanged], source)
    _keep_quarantined(report.quarantined, source)
    db.session.execute(
        update(DataSet)
        .where(DataSet.id == 1, DataSet.kind == DataSetKind.EMPTY)
        .values(kind=DataSetKind.REAL)
    )
    db.session.flush()
    return source


def _enter_new(report: Report, homes: list[HomeRow], provenance: Provenance) -> None:
    fields = sorted({name for home in homes for name in home.values})
    rows = []
    for home in homes:
        row: dict[str, Any] = dict.fromkeys(fields)
        row |= {name: decode(Institution, name, value) for name, value in home.values.items()}
        if home.values.get("former_names"):
            row["former_names"] = [{"name": name, "until": None} for name in home.values["former_names"]]
        row["public_id"] = report.public_ids[home.row] = new_public_id()
        row["name_key"] = home.key
        rows.append(row)
    ids = bulk.open_many(Institution, rows, None, provenance)
    for paper, model in _PAPERS.items():
        _open_papers(
            model, [(id_, getattr(home, paper)) for id_, home in zip(ids, homes, strict=True)], provenance
        )
    fees = [
        _fee_row(id_, line, home.fee_texts[line])
        for id_, home in zip(ids, homes, strict=True)
        for line in home.fees
    ]
    _open_of_institutions(FeeStandard, fees, provenance)


def _open_papers(
    model: Any, papers: Iterable[tuple[int, dict[str, Any] | None]], provenance: Provenance
) -> None:
    stated = [(id_, values) for id_, values in papers if values is not None]
    fields = sorted({name for _, values in stated for name in values})
    rows = []
    for id_, values in stated:
        row: dict[str, Any] = dict.fromkeys(fields)
        row |= {name: decode(model, name, value) for name, value in values.items()}
        rows.append(row | {"institution_id": id_})
    _open_of_institutions(model, rows, provenance)


def _open_of_institutions(model: type[Recorded], rows: list[dict[str, Any]], provenance: Provenance) -> None:
    bulk.open_many(model, rows, [f"institution/{row['institution_id']}" for row in rows], provenance)


def _fee_row(
    institution_id: int, line: FeeLine, text: str, since: date | None = None, until: date | None = None
) -> dict[str, Any]:
    return {
        "institution_id": institution_id,
        "item": line.item,
        "item_name": line.item_name,
        "care_level": line.care_level,
        "room": line.room,
        "amount_min_fen": line.amount_min_fen,
        "amount_max_fen": line.amount_max_fen,
        "unit": line.unit,
        "in_force_from": since,
        "in_force_to": until,
        "as_written": text[:300],
    }


def _enter_changes(changed: list[tuple[HomeRow, KnownHome, Changes]], provenance: Provenance) -> None:
    """Enter changes by a list that is newer than all that is known of these homes."""
    amendments: dict[Any, list[tuple[int, str, dict[str, Any]]]] = {}
    opened: dict[Any, list[tuple[int, dict[str, Any] | None]]] = {}
    fees: list[dict[str, Any]] = []
    renamed: list[int] = []
    for home, known, changes in changed:
        subject = f"institution/{known.id}"
        if changes.values:
            values = _decoded(Institution, changes.values)
            if "name" in values:
                renamed.append(known.id)
            amendments.setdefault(Institution, []).append((known.id, subject, values))
        for paper in changes.papers:
            model = _PAPERS[paper.paper]
            if paper.record_id is None:
                opened.setdefault(model, []).append((known.id, paper.values))
            else:
                values = _decoded(model, paper.values)
                amendments.setdefault(model, []).append((paper.record_id, subject, values))
        last_day = provenance.as_of - timedelta(days=1)
        for fee_id in changes.fees_closed:
            amendments.setdefault(FeeStandard, []).append((fee_id, subject, {"in_force_to": last_day}))
        for line in changes.fees_opened:
            since = None if line.item in changes.first_fee_items else provenance.as_of
            fees.append(_fee_row(known.id, line, home.fee_texts[line], since))
    for model, rows in amendments.items():
        bulk.amend_many(model, rows, provenance)
    for institution_id in renamed:
        settle_names(db.session.get_one(Institution, institution_id), provenance)
    for model, papers in opened.items():
        _open_papers(model, papers, provenance)
    _open_of_institutions(FeeStandard, fees, provenance)


def _enter_past(home: HomeRow, known: KnownHome, changes: Changes, provenance: Provenance) -> None:
    """Enter what an old list says of a home of which newer facts are known: into the history alone."""
    if changes.values:
        _amend(Institution, known.id, changes.values, provenance)
        if "name" in changes.values:
            settle_names(db.session.get_one(Institution, known.id), provenance)
    for paper in changes.papers:
        if paper.record_id is not None:
            _amend(_PAPERS[paper.paper], paper.record_id, paper.values, provenance)
        else:
            _open_papers(_PAPERS[paper.paper], [(known.id, paper.values)], provenance)
    last_days = _beginnings_of_newer(known.id) if changes.fees_past else {}
    rows = [
        _fee_row(known.id, line, home.fee_texts[line], None, max(last_days[line.item], provenance.as_of))
        for line in changes.fees_past
    ]
    rows += [_fee_row(known.id, line, home.fee_texts[line]) for line in changes.fees_opened]
    _open_of_institutions(FeeStandard, rows, provenance)


def _amend(model: Any, record_id: int, values: dict[str, Any], provenance: Provenance) -> None:
    keeper.amend(db.session.get_one(model, record_id), _decoded(model, values), provenance)


def _beginnings_of_newer(institution_id: int) -> dict[Any, date]:
    """Return item → the last day on which an older standard of it can have been in force."""
    query = (
        select(FeeStandard.item, FeeStandard.in_force_from, Revision.as_of)
        .join(
            Revision,
            (Revision.record_id == FeeStandard.id) & (Revision.record_kind == FeeStandard.record_kind),
        )
        .where(
            FeeStandard.institution_id == institution_id,
            FeeStandard.withdrawn.is_(False),
            not_retracted(Revision),
        )
    )
    last: dict[Any, date] = {}
    for item, since, as_of in db.session.execute(query):
        day = (since or as_of) - timedelta(days=1)
        last[item] = min(day, last.get(item, day))
    return last


def _decoded(model: Any, values: dict[str, Any]) -> dict[str, Any]:
    return {name: decode(model, name, value) for name, value in values.items()}


def _confirm(matched: list[tuple[HomeRow, KnownHome, Changes]], source: SourceDocument) -> None:
    """Note what each row restates: of the home itself only the fields it fills in, no empty cell."""
    by_kind: dict[str, dict[int, Collection[str] | None]] = {}
    for home, _, changes in matched:
        for kind, ids in changes.confirmed.items():
            fields = home.values.keys() if kind == Institution.record_kind else None
            by_kind.setdefault(kind, {}).update(dict.fromkeys(ids, fields))
    for kind, stated in by_kind.items():
        bulk.confirm_many(kind, stated, source)


def _keep_quarantined(homes: list[HomeRow], source: SourceDocument) -> None:
    moment = clock.now()
    rows = [
        {
            "source_id": source.id,
            "row": home.row,
            "cells": home.cells,
            "problems": [{"column": p.column, "value": p.value, "reason": p.reason} for p in home.problems],
            "entered_at": moment,
        }
        for home in homes
    ]
    if rows:
        db.session.execute(insert(QuarantinedRow), rows)
