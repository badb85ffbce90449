"""Homes that earlier states of a list named and this one doesn't. Nobody is closed by being left out."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from portal.institutions.importer.known import KnownHome
from portal.institutions.importer.matching import covers, related
from portal.institutions.importer.row_model import HomeRow


def missing(
    known: Iterable[KnownHome], listed: Collection[int], rows: list[HomeRow], within: str | None
) -> list[KnownHome]:
    """Return the homes of ``listed`` (ids, without those matched) in the regions that the list speaks of.

    A home whose row is there but can't be read isn't missing; one known as closed or merged isn't either.
    """
    here = {home.region_code for home in rows if home.region_code} | ({within} if within else set())
    gone = [home for home in known if home.id in listed and not home.over]
    regions = {
        region for region in {home.region_code for home in gone} if any(covers(code, region) for code in here)
    }
    unreadable = _Unreadable(home for home in rows if home.problems)
    return [home for home in gone if home.region_code in regions and not unreadable.may_be(home)]


class _Unreadable:
    """The quarantined rows, by what can still be read of them."""

    def __init__(self, rows: Iterable[HomeRow]) -> None:
        self._codes: set[str] = set()
        self._names: dict[str, list[HomeRow]] = {}
        for row in rows:
            if code := row.values.get("credit_code"):
                self._codes.add(code)
            if row.key:
                self._names.setdefault(row.key, []).append(row)

    def may_be(self, home: KnownHome) -> bool:
        """True if one of the rows seems to be this home."""
        if home.credit_code is not None and home.credit_code in self._codes:
            return True
        return any(
            row.region_code is None or related(row.region_code, home.region_code)
            for key in (home.name_key, *home.former_keys)
            for row in self._names.get(key, ())
        )
