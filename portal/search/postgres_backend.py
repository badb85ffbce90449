"""The index inside PostgreSQL: terms as a ``tsvector`` under GIN, zones as text for what must be checked.

PostgreSQL's own parser would keep a whole Chinese name as one word: it is given our terms as they are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager

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


Place = tuple[str, str]
"""Kind, and region codes joined by a slash."""


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
            tiers = wanted.tiers
            counted = _counted(connection, tiers, wanted.refused)
            if not counted and wanted.last_resort:
                tiers = wanted.last_resort
                counted = _counted(connection, tiers, wanted.refused)
            elif counted and counted.total() < _COUNTED and wanted.more:
                tiers += wanted.more
                counted = _counted(connection, tiers, wanted.refused)
            return _page(connection, request, tiers, wanted.refused, counted) if counted else Found()

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
            f"SELECT kind, record_id, name_line, ordering FROM {SCHEMA}.document "
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
                text(f"SELECT kind, count(*) AS number FROM {SCHEMA}.document GROUP BY kind ORDER BY kind")
            ).all()
            size = connection.scalar(text(f"SELECT pg_total_relation_size('{SCHEMA}.document')"))
            by_kind = {row.kind: row.number for row in kinds}
            return Status(self.name, sum(by_kind.values()), size or 0, _generation(connection), by_kind)

    def fingerprints(self) -> Iterator[tuple[str, int, str]]:
        """Yield (kind, record id, fingerprint) of every document."""
        with self._reading() as connection:
            rows = connection.execute(
                text(f"SELECT kind, record_id, fingerprint FROM {SCHEMA}.document")
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


def _ids(connection: Connection, tiers: Tiers, refused: Node, kind: str, more: Tiers = ()) -> list[int]:
    """Return the record ids that ``tiers`` find and, if there are any, those that ``more`` find."""
    if not tiers:
        return []
    where, parameters = _where(everything(tiers), refused, f"k:{kind}")
    statement = text(f"SELECT record_id FROM {SCHEMA}.document WHERE {where}")
    found: list[int] = list(connection.execute(statement, parameters.values).scalars())
    return [*found, *_ids(connection, more, refused, kind)] if found else []


def _counted(connection: Connection, tiers: Tiers, refused: Node, *filters: str) -> Counter[Place]:
    """Return how many documents of each kind there are in each county, counting 1 001 at most."""
    where, parameters = _where(everything(tiers), refused, *filters)
    statement = (
        "SELECT kind, place, count(*) AS number FROM "
        f"(SELECT kind, place FROM {SCHEMA}.document WHERE {where} LIMIT {_COUNTED}) AS counted "
        "GROUP BY kind, place"
    )
    rows = connection.execute(text(statement), parameters.values).all()
    return Counter({(kind, place): number for kind, place, number in rows})


def _page(
    connection: Connection, request: Request, tiers: Tiers, refused: Node, counted: Counter[Place]
) -> Found:
    """Return the page. ``counted`` is the count under no filter: where it was stopped, filters count anew."""
    exact = counted.total() < _COUNTED
    kinds: Counter[str] = Counter()
    regions: dict[str, int] = {}
    kept: Counter[Place] = Counter()
    for (kind, place), number in counted.items():
        codes = place.split("/") if place else []
        there, of_kind = request.region in (None, *codes), request.kind in (None, kind)
        if there:
            kinds[kind] += number
        if of_kind:
            for code in codes:
                regions[code] = regions.get(code, 0) + number
        if there and of_kind:
            kept[kind, place] = number
    filters = _filters(request)
    if not exact and filters:
        kept = _counted(connection, tiers, refused, *filters)
        exact = kept.total() < _COUNTED
    hits = (_ranked if exact else _best)(connection, request, tiers, refused, filters)
    return Found(tuple(hits), min(kept.total(), MOST_RANKED), exact, dict(kinds), regions)


def _filters(request: Request) -> tuple[str, ...]:
    chosen = (("k", request.kind), ("g", request.region))
    return tuple(f"{letter}:{value}" for letter, value in chosen if value is not None)


def _ranked(
    connection: Connection, request: Request, tiers: Tiers, refused: Node, filters: Sequence[str]
) -> list[Hit]:
    """Return the hits of a query with few: the tier of each is worked out, and all are sorted."""
    where, parameters = _where(everything(tiers), refused, *filters)
    cases = [f"WHEN {text_condition(node, parameters)} THEN {tier.value}" for tier, node in tiers[:-1]]
    last = tiers[-1][0].value
    tier_of = f"CASE {' '.join(cases)} ELSE {last} END" if cases else str(last)
    limit = max(0, min(MOST_RANKED - request.offset, request.limit))
    statement = (
        f"SELECT {tier_of} AS tier, kind, record_id FROM {SCHEMA}.document "
        f"WHERE {where} ORDER BY tier, ordering OFFSET {int(request.offset)} LIMIT {int(limit)}"
    )
    rows = connection.execute(text(statement), parameters.values)
    return [Hit(row.kind, row.record_id, Tier(row.tier)) for row in rows]


def _best(
    connection: Connection, request: Request, tiers: Tiers, refused: Node, filters: Sequence[str]
) -> list[Hit]:
    """Return the hits of a query with very many: each tier is asked for its own best only."""
    wanted = min(MOST_RANKED, request.offset + request.limit)
    found: dict[tuple[str, int], Hit] = {}
    for tier, node in tiers:
        where, parameters = _where(node, refused, *filters)
        statement = (
            f"SELECT kind, record_id FROM {SCHEMA}.document "
            f"WHERE {where} ORDER BY ordering LIMIT {int(wanted + len(found))}"
        )
        for row in connection.execute(text(statement), parameters.values):
            found.setdefault((row.kind, row.record_id), Hit(row.kind, row.record_id, tier))
        if len(found) >= wanted:
            break
    return list(found.values())[request.offset : wanted]


def _where(node: Node, refused: Node | None, *filters: str) -> tuple[str, Parameters]:
    parameters = Parameters()
    asked = candidates(node, *filters)
    if asked.startswith("()"):
        return "FALSE", parameters
    parts = [f"terms @@ CAST({parameters.bind(asked)} AS tsquery)", condition(node, parameters)]
    if refused is not None:
        parts.append(f"NOT {text_condition(refused, parameters)}")
    return " AND ".join(parts), parameters


def _generation(connection: Connection) -> str:
    return str(connection.scalar(text(f"SELECT generation FROM {SCHEMA}.state")))
