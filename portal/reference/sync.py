"""Bring the ``region`` tables up to date with the reference data; called at the end of every migration."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Integer, String, Table, and_, cast, delete, insert, literal, null, select
from sqlalchemy import update as update_
from sqlalchemy.sql import bindparam

from portal.reference.gb2260 import RegionLevel, load_regions, load_successions
from portal.reference.models import Region, RegionSuccession

_region: Table = Region.metadata.tables[Region.__tablename__]
_succession: Table = RegionSuccession.metadata.tables[RegionSuccession.__tablename__]
_ORDER = list(RegionLevel)
_Row = dict[str, Any]


def sync_regions(connection: Connection) -> int:
    """Write what differs and return the number of rows written; 0, after one query, when nothing does.

    Regions are never deleted, because records point at them. Fictional regions are left alone, also where
    one bears a code that the standard has since given away. The caller commits.
    """
    have, fictional, have_steps = _stored(connection)
    entries, _ = load_regions()
    want: dict[str, _Row] = {
        entry.code: {
            "code": entry.code,
            "name": entry.name,
            "names": list(entry.names),
            "level": entry.level,
            "parent_code": entry.parent_code,
            "since": entry.since,
            "until": entry.until,
        }
        for entry in entries
        if entry.code not in fictional
    }
    want_steps = {
        (step.old_code, step.new_code): step.year
        for step in load_successions()
        if step.old_code in want and step.new_code in want
    }
    return _write_regions(connection, have, want) + _write_steps(connection, have_steps, want_steps)


def _stored(connection: Connection) -> tuple[dict[str, _Row], set[str], dict[tuple[str, str], int]]:
    """Read both tables in one query: our regions, the codes of fictional ones, successions between ours."""
    columns = ("code", "name", "level", "parent_code", "since", "until")
    regions = select(*(_region.c[name] for name in columns), _region.c.names, _region.c.fictional)
    nothing = cast(null(), Integer)
    steps = select(
        _succession.c.old_code,
        _succession.c.new_code,
        cast(null(), _region.c.level.type),
        cast(null(), String),
        _succession.c.year,
        nothing,
        cast(null(), _region.c.names.type),
        literal(False),
    )
    have: dict[str, _Row] = {}
    fictional: set[str] = set()
    have_steps: dict[tuple[str, str], int] = {}
    for *row, names, is_fictional in connection.execute(regions.union_all(steps)):
        if row[2] is None:
            have_steps[row[0], row[1]] = row[4]
        elif is_fictional:
            fictional.add(row[0])
        else:
            have[row[0]] = dict(zip(columns, row, strict=True), names=names)
    ours = {pair: year for pair, year in have_steps.items() if fictional.isdisjoint(pair)}
    return have, fictional, ours


def _write_regions(connection: Connection, have: dict[str, _Row], want: dict[str, _Row]) -> int:
    new = [row for code, row in want.items() if code not in have]
    changed = [row for code, row in want.items() if code in have and have[code] != row]
    if new:
        new.sort(key=lambda row: _ORDER.index(row["level"]))  # parents before children: the foreign key holds
        connection.execute(insert(_region), new)
    if changed:
        statement = update_(_region).where(_region.c.code == bindparam("of"))
        connection.execute(statement, [{"of": row["code"], **row} for row in changed])
    return len(new) + len(changed)


def _write_steps(
    connection: Connection, have: dict[tuple[str, str], int], want: dict[tuple[str, str], int]
) -> int:
    """Bring the successions in line; a withdrawn or corrected one is deleted, since nothing points at it."""
    stale = [pair for pair, year in have.items() if want.get(pair) != year]
    fresh = [pair for pair, year in want.items() if have.get(pair) != year]
    if stale:
        match = and_(_succession.c.old_code == bindparam("old"), _succession.c.new_code == bindparam("new"))
        connection.execute(delete(_succession).where(match), [{"old": old, "new": new} for old, new in stale])
    if fresh:
        rows = [{"old_code": old, "new_code": new, "year": want[old, new]} for old, new in fresh]
        connection.execute(insert(_succession), rows)
    return len(set(stale) | set(fresh))
