"""What the database knows, loaded in a handful of queries for matching and comparing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute

from portal.domain.bitemporal import Statement, values_at
from portal.domain.names import name_key
from portal.extensions import db
from portal.history.models import Confirmation, Revision, SourceDocument, not_retracted
from portal.history.recorded import Recorded, encode, recorded_fields
from portal.institutions.importer.known import KnownFacts, KnownHome, KnownRecord
from portal.institutions.models import (
    FeeStandard,
    Filing,
    Institution,
    OperatingState,
    Registration,
    StarGrade,
)

_CHUNK = 10_000
_PARTS: tuple[tuple[Any, str], ...] = (
    (StarGrade, "grades"),
    (Filing, "filings"),
    (Registration, "registrations"),
    (FeeStandard, "fees"),
)
_PLAIN = frozenset({str, int, float, bool, list, dict, type(None)})


def load_homes(current_code: Callable[[str], str]) -> list[KnownHome]:
    """Return every institution, briefly. ``current_code`` maps an abolished region to its one successor."""
    columns = (
        Institution.id, Institution.public_id, Institution.name, Institution.name_key,
        Institution.former_names, Institution.credit_code, Institution.region_code, Institution.address,
        Institution.operating_state,
    )  # fmt: skip
    query = select(*columns).where(Institution.withdrawn.is_(False)).order_by(Institution.id)
    codes: dict[str, str] = {}
    homes = []
    for id_, public_id, name, key, former, credit_code, region, address, state in db.session.execute(query):
        if region not in codes:
            codes[region] = current_code(region)
        former_keys = tuple(name_key(str(one["name"])) for one in former or ())
        over = state in (OperatingState.CLOSED, OperatingState.MERGED)
        homes.append(
            KnownHome(id_, public_id, name, key, former_keys, credit_code, codes[region], address, over)
        )
    return homes


def load_facts(homes: Sequence[KnownHome], as_of: date) -> dict[int, KnownFacts]:
    """Return institution id → its comparable facts; of what is newer than ``as_of``, as they were then."""
    ids = [home.id for home in homes]
    everything = db.session.scalar(select(func.count(Institution.id))) or 0
    within, wanted = _Within(ids, everything), set(ids)
    facts: dict[int, KnownFacts] = {}
    latest = _latest_days(within)
    for id_, public_id, values in _records(Institution, within, Institution.id, Institution.public_id):
        if id_ in wanted:
            facts[id_] = KnownFacts(id_, public_id, values, latest.get(id_))
    for model, name in _PARTS:
        owner: Any = model.institution_id
        for id_, institution_id, values in _records(model, within, owner, owner):
            if institution_id in facts and not _ended(name, values):
                getattr(facts[institution_id], name).append(KnownRecord(id_, values))
    older = [fact for fact in facts.values() if fact.latest is not None and fact.latest > as_of]
    if older:
        _as_it_was(older, as_of)
    return facts


class _Within:
    """Restricts queries to some institutions: in chunks, or not at all where most are wanted."""

    def __init__(self, ids: list[int], everything: int) -> None:
        self.ids = ids
        self.all = len(ids) * 2 >= everything

    def queries(self, query: Any, column: Any, key: Callable[[int], Any] = int) -> Iterator[Any]:
        """Yield ``query`` limited to the institutions by ``column``, which holds ``key`` of their ids."""
        if self.all:
            yield query
            return
        for start in range(0, len(self.ids), _CHUNK):
            yield query.where(column.in_([key(id_) for id_ in self.ids[start : start + _CHUNK]]))


def _records(
    model: Any, within: _Within, owner: InstrumentedAttribute[Any], second: InstrumentedAttribute[Any]
) -> Iterator[tuple[int, Any, dict[str, Any]]]:
    """Yield (id, ``second``, recorded values) of the records of some institutions."""
    names = recorded_fields(model)
    columns = [getattr(model, name) for name in names]
    base = select(model.id, second, *columns).where(model.withdrawn.is_(False)).order_by(model.id)
    for query in within.queries(base, owner):
        for id_, other, *values in db.session.execute(query):
            yield (
                id_,
                other,
                {
                    name: value if value.__class__ in _PLAIN else encode(value)
                    for name, value in zip(names, values, strict=True)
                },
            )


def _ended(kind: str, values: dict[str, Any]) -> bool:
    """True for papers that are over: a list that names the home as registered doesn't revive them."""
    return {
        "grades": values.get("revoked_on"),
        "filings": values.get("cancelled_on"),
        "registrations": values.get("deregistered_on"),
    }.get(kind) is not None


def _latest_days(within: _Within) -> dict[int, date]:
    """Return institution id → the latest day of which anything compared here is known.

    Confirmations of its papers and fees come with one of the institution itself.
    """
    latest: dict[int, date] = {}
    stated = (
        select(Revision.subject, func.max(Revision.as_of))
        .where(
            Revision.record_kind.in_([Institution.record_kind, *(m.record_kind for m, _ in _PARTS)]),
            not_retracted(Revision),
        )
        .group_by(Revision.subject)
    )
    confirmed = (
        select(Confirmation.record_id, func.max(Confirmation.as_of))
        .where(Confirmation.record_kind == Institution.record_kind, not_retracted(Confirmation))
        .group_by(Confirmation.record_id)
    )
    for query in within.queries(stated, Revision.subject, lambda id_: f"institution/{id_}"):
        for subject, day in db.session.execute(query):
            latest[int(subject.partition("/")[2])] = day
    for query in within.queries(confirmed, Confirmation.record_id):
        for record_id, day in db.session.execute(query):
            latest[record_id] = max(day, latest.get(record_id, day))
    return latest


def _as_it_was(older: list[KnownFacts], as_of: date) -> None:
    """Replace present values by those of ``as_of``; fee standards stay, they carry their own period."""
    for fact in older:
        fact.older = True
    _replace(Institution, {fact.id: fact for fact in older}, as_of)
    for model, name in ((StarGrade, "grades"), (Filing, "filings"), (Registration, "registrations")):
        _replace(model, {record.id: record for fact in older for record in getattr(fact, name)}, as_of)


def _replace(model: type[Recorded], holders: dict[int, Any], as_of: date) -> None:
    said: dict[int, list[Statement]] = defaultdict(list)
    base = select(
        Revision.record_id, Revision.id, Revision.as_of, Revision.entered_at, Revision.stated
    ).where(Revision.record_kind == model.record_kind, Revision.as_of <= as_of, not_retracted(Revision))
    within = _Within(list(holders), 1 << 60)
    for query in within.queries(base, Revision.record_id):
        for record_id, *rest in db.session.execute(query):
            said[record_id].append(Statement(*rest))
    for record_id, holder in holders.items():
        holder.values = values_at(said[record_id])


def listed_before(title: str, as_of: date) -> set[int]:
    """Return the ids of the institutions that this or earlier states of the list ``title`` named."""
    sources = list(
        db.session.scalars(
            select(SourceDocument.id).where(
                SourceDocument.title == title,
                SourceDocument.as_of <= as_of,
                SourceDocument.retracted_at.is_(None),
            )
        )
    )
    found: set[int] = set()
    for model in (Revision, Confirmation) if sources else ():
        query = select(model.record_id).where(
            model.record_kind == Institution.record_kind, model.source_id.in_(sources)
        )
        found.update(db.session.scalars(query))
    return found


def entered_before(title: str, as_of: date, sha256: str) -> bool:
    """True if this very file was committed before as this state of this list."""
    query = select(SourceDocument.id).where(
        SourceDocument.title == title,
        SourceDocument.as_of == as_of,
        SourceDocument.sha256 == sha256,
        SourceDocument.retracted_at.is_(None),
    )
    return db.session.scalar(query.limit(1)) is not None
