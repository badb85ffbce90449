"""The index inside PostgreSQL: terms as a ``tsvector`` under GIN, zones as text for what must be checked.

PostgreSQL's own parser would keep a whole Chinese name as one word: it is given our terms as they are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import ProgrammingError

from portal.domain.names import within_one_edit
from portal.search.near import one_character_away
from portal.search.nodes import Node
from portal.search.plan import Tiers, everything, plan
from portal.search.ports import MOST_RANKED, Found, Hit, IndexUnavailable, Request, Status, Tier
from portal.search.postgres_query import Parameters, candidates, condition, text_condition
from portal.search.postgres_tables import SCHEMA, PostgresBatch, create, lock, next_generation, put_into_use
from portal.search.query import Query

_MOST_SIMILAR = 300
_COUNTED = MOST_RANKED + 1


@dataclass(frozen=True, slots=True)
class _Row:
    """A hit with what it is sorted and counted by."""

    tier: Tier
    ordering: str
    kind: str
    record_id: int
    regions: tuple[str, ...]

    def hit(self) -> Hit:
        return Hit(self.kind, self.record_id, self.tier)


class PostgresBackend:
    """An index in the portal's own database. Writers wait for one another at an advisory lock."""

    name = "postgres"

    def __init__(self, engine: Callable[[], Engine]) -> None:
        self._engine = engine

    def find(self, request: Request) -> Found:
        """Return a page of hits. Counting stops at 1 000: from there, totals and counts say "at least"."""
        if not request.query:
            return Found()
        wanted = plan(request.query, request.names_only, request.halves)
        with self._reading() as connection:
            tiers = wanted.tiers + wanted.more
            rows = _rows(connection, tiers, wanted.refused, _COUNTED)
            if wanted.last_resort != wanted.more and not _any_of(rows, wanted.tiers):
                tiers = wanted.last_resort
                rows = _rows(connection, tiers, wanted.refused, _COUNTED)
            return _page(connection, request, tiers, wanted.refused, rows) if rows else Found()

    def matching(self, query: Query, kind: str, *, halves: bool = True) -> Collection[int]:
        """Return the ids of all records of a kind that match."""
        if not query:
            return []
        wanted = plan(query, halves_too=halves)
        with self._reading() as connection:
            return _ids(connection, wanted.tiers, wanted.refused, kind, wanted.more) or _ids(
                connection, wanted.last_resort, wanted.refused, kind
            )

    def similar(self, text_typed: str, limit: int = 5) -> Sequence[Hit]:
        """Return records whose name is one character away from what was typed, or sounds the same."""
        if len(text_typed) < 3:
            return []
        where, parameters = _where(one_character_away(text_typed), None)
        statement = (
            f"SELECT kind, record_id, name_line, ordering FROM {SCHEMA}.document "  # noqa: S608
            f"WHERE {where} LIMIT {_MOST_SIMILAR}"
        )
        with self._reading() as connection:
            rows = connection.execute(text(statement), parameters.values).all()
        near = sorted(rows, key=lambda row: (not within_one_edit(text_typed, row.name_line), row.ordering))
        return [Hit(row.kind, row.record_id, Tier.NAME) for row in near[:limit]]

    def generation(self) -> str:
        """Return the commit in use; "none" while there is no index."""
        try:
            with self._reading() as connection:
                return _generation(connection)
        except IndexUnavailable:
            return "none"

    def status(self) -> Status:
        """Return what the index holds."""
        with self._reading() as connection:
            kinds = connection.execute(
                text(f"SELECT kind, count(*) AS number FROM {SCHEMA}.document GROUP BY kind ORDER BY kind")  # noqa: S608
            ).all()
            size = connection.scalar(text(f"SELECT pg_total_relation_size('{SCHEMA}.document')"))
            by_kind = {row.kind: row.number for row in kinds}
            return Status(self.name, sum(by_kind.values()), size or 0, _generation(connection), by_kind)

    def fingerprints(self) -> Iterator[tuple[str, int, str]]:
        """Yield (kind, record id, fingerprint) of every document."""
        with self._reading() as connection:
            rows = connection.execute(
                text(f"SELECT kind, record_id, fingerprint FROM {SCHEMA}.document")  # noqa: S608
            ).all()
        yield from ((row.kind, row.record_id, row.fingerprint) for row in rows)

    @contextmanager
    def writing(self) -> Iterator[PostgresBatch]:
        """Change the index in use: all of it or nothing."""
        with self._guarded(), self._engine().begin() as connection:
            lock(connection)
            next_generation(connection, SCHEMA)
            yield PostgresBatch(connection, SCHEMA)

    @contextmanager
    def rebuilding(self) -> Iterator[PostgresBatch]:
        """Fill new tables and put them in the place of the old ones, which answer meanwhile."""
        with self._engine().begin() as connection:
            lock(connection)
            schema = create(connection)
            yield PostgresBatch(connection, schema)
            put_into_use(connection, schema)

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with self._guarded(), self._engine().connect() as connection:
            yield connection

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        try:
            yield
        except ProgrammingError as problem:
            # a table or column of the index that is not there: 42P01, 3F000, 42703
            if getattr(problem.orig, "sqlstate", None) in ("42P01", "3F000", "42703"):
                raise IndexUnavailable("there is no index in the database yet") from None
            raise


def _any_of(rows: Sequence[_Row], tiers: Tiers) -> bool:
    wanted = {tier for tier, _ in tiers}
    return any(row.tier in wanted for row in rows)


def _ids(connection: Connection, tiers: Tiers, refused: Node, kind: str, more: Tiers = ()) -> list[int]:
    """Return the record ids that ``tiers`` find and, if there are any, those that ``more`` find."""
    if not tiers:
        return []
    where, parameters = _where(everything(tiers), refused, f"k:{kind}")
    statement = text(f"SELECT record_id FROM {SCHEMA}.document WHERE {where}")  # noqa: S608
    found: list[int] = list(connection.execute(statement, parameters.values).scalars())
    return [*found, *_ids(connection, more, refused, kind)] if found else []


def _page(connection: Connection, request: Request, tiers: Tiers, refused: Node, rows: list[_Row]) -> Found:
    """Return the page: from ``rows`` if they are all there are, else tier by tier from the database."""
    exact = len(rows) < _COUNTED
    kinds = Counter(row.kind for row in rows if request.region is None or request.region in row.regions)
    of_kind = [row for row in rows if request.kind in (None, row.kind)]
    regions = Counter(code for row in of_kind for code in row.regions)
    kept = [row for row in of_kind if request.region is None or request.region in row.regions]
    filters = _filters(request)
    if not exact and filters:
        kept = _rows(connection, tiers, refused, _COUNTED, *filters)
        exact = len(kept) < _COUNTED
    last = min(MOST_RANKED, request.offset + request.limit)
    if exact:
        kept.sort(key=lambda row: (row.tier, row.ordering))
        hits = [row.hit() for row in kept]
    else:
        hits = _best(connection, tiers, refused, last, filters)
    return Found(
        tuple(hits[request.offset : last]), min(len(kept), MOST_RANKED), exact, _plain(kinds), _plain(regions)
    )


def _plain(counts: Counter[str]) -> Mapping[str, int]:
    return dict(counts)


def _filters(request: Request) -> tuple[str, ...]:
    chosen = (("k", request.kind), ("g", request.region))
    return tuple(f"{letter}:{value}" for letter, value in chosen if value is not None)


def _best(
    connection: Connection, tiers: Tiers, refused: Node, wanted: int, filters: Sequence[str]
) -> list[Hit]:
    """Return the first hits of a query with very many: each tier is asked for its own best only."""
    found: dict[tuple[str, int], Hit] = {}
    for tier, node in tiers:
        where, parameters = _where(node, refused, *filters)
        statement = (
            f"SELECT kind, record_id FROM {SCHEMA}.document "  # noqa: S608
            f"WHERE {where} ORDER BY ordering LIMIT {wanted + len(found)}"
        )
        for row in connection.execute(text(statement), parameters.values):
            found.setdefault((row.kind, row.record_id), Hit(row.kind, row.record_id, tier))
        if len(found) >= wanted:
            break
    return list(found.values())[:wanted]


def _rows(connection: Connection, tiers: Tiers, refused: Node, limit: int, *filters: str) -> list[_Row]:
    where, parameters = _where(everything(tiers), refused, *filters)
    cases = [f"WHEN {text_condition(node, parameters)} THEN {tier.value}" for tier, node in tiers[:-1]]
    last = tiers[-1][0].value
    tier = f"CASE {' '.join(cases)} ELSE {last} END" if cases else str(last)
    statement = (
        f"SELECT {tier} AS tier, ordering, kind, record_id, place "  # noqa: S608
        f"FROM {SCHEMA}.document WHERE {where} LIMIT {limit}"
    )
    found = connection.execute(text(statement), parameters.values)
    return [
        _Row(Tier(row.tier), row.ordering, row.kind, row.record_id, tuple(filter(None, row.place.split("/"))))
        for row in found
    ]


def _where(node: Node, refused: Node | None, *filters: str) -> tuple[str, Parameters]:
    parameters = Parameters()
    asked = candidates(node, *filters)
    if asked.startswith("()"):
        return "FALSE", parameters
    parts = [f"terms @@ CAST({parameters.bind(asked)} AS tsquery)", condition(node, parameters)]
    if refused is not None:
        parts.append(f"NOT {condition(refused, parameters)}")
    return " AND ".join(parts), parameters


def _generation(connection: Connection) -> str:
    return str(connection.scalar(text(f"SELECT generation FROM {SCHEMA}.state")))  # noqa: S608
