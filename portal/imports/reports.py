"""A report in the database: its head in the run, its lists row by row, and together the JSON of before."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from sqlalchemy import delete, insert, select

from portal.domain.import_state import ImportSection
from portal.domain.names import name_key
from portal.extensions import db
from portal.imports.models import ImportRow, ImportRun
from portal.institutions.importer.report import Report

_BATCH = 5_000
_LISTS = tuple(section.value for section in ImportSection)


def digest_of(report: Report) -> str:
    """Return 64 digits that change with anything the report says, whoever reads the file and whenever."""
    said = report.as_json()
    for name in ("committed", "file"):
        del said[name]
    for entry in said["new"]:
        del entry["public_id"]
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def keep(run: ImportRun, report: Report) -> None:
    """Put the report in the place of any earlier one; rows unticked before stay so. Flushes."""
    unticked = skipped_rows(run.id)
    forget(run.id)
    said = report.as_json()
    run.report = {name: value for name, value in said.items() if name not in _LISTS} | {
        "counts": {name: len(said[name]) for name in _LISTS}
        | {"quarantined_rows": len(report.quarantined), "history_only": report.history_only},
        "seen_before": report.seen_before,
    }
    run.digest = digest_of(report)
    rows = list(_rows(run.id, report, said, unticked))
    for start in range(0, len(rows), _BATCH):
        db.session.execute(insert(ImportRow), rows[start : start + _BATCH])
    db.session.flush()


def forget(run_id: int) -> None:
    """Delete the lists of a report."""
    db.session.execute(delete(ImportRow).where(ImportRow.run_id == run_id))


def skipped_rows(run_id: int) -> frozenset[int]:
    """Return the rows of the sheet that were unticked."""
    query = select(ImportRow.row).where(ImportRow.run_id == run_id, ImportRow.taken.is_(False))
    return frozenset(row for row in db.session.scalars(query) if row is not None)


def as_json(run: ImportRun) -> dict[str, Any]:
    """Return the report in the published schema, with the rows that were left out as ``skipped``."""
    said = {
        name: value for name, value in (run.report or {}).items() if name not in ("counts", "seen_before")
    }
    lists: dict[str, list[dict[str, Any]]] = {name: [] for name in _LISTS}
    query = (
        select(ImportRow.section, ImportRow.content)
        .where(ImportRow.run_id == run.id)
        .order_by(ImportRow.section, ImportRow.position)
    )
    for section, content in db.session.execute(query):
        if section is ImportSection.QUARANTINED:
            lists[section.value] += [{"row": content["row"], **problem} for problem in content["problems"]]
        else:
            lists[section.value].append(content)
    return {**said, **lists, "skipped": sorted(skipped_rows(run.id))}


def _rows(
    run_id: int, report: Report, said: dict[str, Any], unticked: frozenset[int]
) -> Iterator[dict[str, Any]]:
    for section in ImportSection:
        entries = said[section.value]
        if section is ImportSection.QUARANTINED:
            entries = [
                {
                    "row": home.row,
                    "name": home.cells.get(_name_heading(home.cells), home.name) if home.cells else home.name,
                    "key": home.key,
                    "cells": home.cells,
                    "problems": [
                        {"column": p.column, "value": p.value, "reason": p.reason} for p in home.problems
                    ],
                }
                for home in report.quarantined
            ]
        for position, entry in enumerate(entries):
            row = entry.get("row")
            yield {
                "run_id": run_id,
                "section": section,
                "position": position,
                "row": row,
                "key": (entry.get("key") or name_key(entry.get("name") or ""))[:200] or None,
                "taken": not (section in (ImportSection.NEW, ImportSection.CHANGED) and row in unticked),
                "content": entry,
            }


def _name_heading(cells: dict[str, str]) -> str:
    return next((heading for heading in cells if "名称" in heading), next(iter(cells), ""))


def counts_of(run_id: int) -> Counter[ImportSection]:
    """Return how many rows of each list were unticked."""
    query = select(ImportRow.section).where(ImportRow.run_id == run_id, ImportRow.taken.is_(False))
    return Counter(db.session.scalars(query))
