"""Which known home a row speaks of: by credit code and site, then by name within its county. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from portal.domain.names import name_key
from portal.institutions.importer.known import KnownHome
from portal.institutions.importer.near_names import Named, near_pairs
from portal.institutions.importer.row_model import CellNote, HomeRow

_key = lru_cache(maxsize=200_000)(name_key)
SAME_CODE = "same_credit_code_other_site"
NEAR_NAME = "near_name"


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A row that looks like another home; it's taken in, and somebody should look."""

    row: HomeRow
    kind: str
    other: HomeRow | KnownHome
    suggestion: str


@dataclass(slots=True)
class Matching:
    """Rows matched with known homes, rows that are new, and what looks doubtful."""

    matched: list[tuple[HomeRow, KnownHome]] = field(default_factory=list)
    new: list[HomeRow] = field(default_factory=list)
    duplicates: list[Duplicate] = field(default_factory=list)


def covers(upper: str, code: str) -> bool:
    """True if region ``upper`` is ``code`` or lies above it (GB/T 2260: two digits a level)."""
    stem = upper[:2] if upper.endswith("0000") else upper[:4] if upper.endswith("00") else upper
    return code.startswith(stem)


def related(left: str, right: str) -> bool:
    """True if one region is the other or lies above it."""
    return covers(left, right) or covers(right, left)


def match(rows: Iterable[HomeRow], known: Iterable[KnownHome], name_heading: str) -> Matching:
    """Match the good rows; a second row for the same home gets a problem that names the first one."""
    result = Matching()
    good = [row for row in rows if not row.problems]
    _refuse_repeated(good, name_heading, result)
    good = [row for row in good if not row.problems]
    index = _Index(known)
    found = index.match(good, name_heading)
    for row in good:
        home = found.get(row.row)
        if home is not None:
            result.matched.append((row, home))
        elif not row.problems:
            result.new.append(row)
    _note_same_codes(result, index)
    _note_near_names(result, good, index, found)
    result.duplicates.sort(key=lambda duplicate: duplicate.row.row)
    return result


def _code(row: HomeRow) -> str | None:
    code: str | None = row.values.get("credit_code")
    return code


def _site(address: str | None) -> str:
    return _key(address) if address else ""


def _refuse_repeated(rows: list[HomeRow], heading: str, result: Matching) -> None:
    by_name: dict[str, list[HomeRow]] = defaultdict(list)
    by_site: dict[tuple[str, str], HomeRow] = {}
    for row in rows:
        key, code, site = row.key, _code(row), _site(row.values.get("address"))
        reason = ""
        for first in by_name[key]:
            other_code = _code(first)
            if not related(row.region_code or "", first.region_code or ""):
                continue
            if code and other_code and code != other_code:
                note = f"与第{first.row}行同名，信用代码不同：请核对是否同一家"
                result.duplicates.append(Duplicate(row, NEAR_NAME, first, note))
                continue
            first_site = _site(first.values.get("address"))
            apart = bool(site and first_site and site != first_site)
            if row.region_code != first.region_code and apart:
                note = f"与第{first.row}行同名，所属区划有粗有细，地址不同：请核对是否同一家"
                result.duplicates.append(Duplicate(row, NEAR_NAME, first, note))
                continue
            if apart:
                reason = f"与第{first.row}行同名，所属区划相同，地址不同：如确是两处，请在名称后注明院区"
            else:
                reason = f"与第{first.row}行是同一家机构（名称和所属区划相同）"
            break
        if not reason and code and site and (twin := by_site.get((code, site))) is not None:
            reason = f"与第{twin.row}行是同一家机构（信用代码和地址相同，名称不同）"
        if reason:
            row.problems.append(CellNote(heading, row.name, reason))
            continue
        by_name[key].append(row)
        if code and site:
            by_site[code, site] = row


class _Index:
    """Known homes by code and by name."""

    def __init__(self, known: Iterable[KnownHome]) -> None:
        self.all = list(known)
        self.by_code: dict[str, list[KnownHome]] = defaultdict(list)
        self.by_name: dict[str, list[KnownHome]] = defaultdict(list)
        self.by_former: dict[str, list[KnownHome]] = defaultdict(list)
        for home in self.all:
            if home.credit_code:
                self.by_code[home.credit_code].append(home)
            self.by_name[home.name_key].append(home)
            for key in home.former_keys:
                self.by_former[key].append(home)

    def match(self, rows: list[HomeRow], heading: str) -> dict[int, KnownHome]:
        """Return row number → known home; the surest agreements first, each home once."""
        found: dict[int, KnownHome] = {}
        taken: set[int] = set()
        for step in (self._by_code_and_name, self._by_code_and_site, self._by_name, self._by_former_name):
            for row in rows:
                if row.row in found or row.problems:
                    continue
                homes = [home for home in step(row) if home.id not in taken]
                if len(homes) > 1:
                    homes = _nearest(row, homes)
                if len(homes) > 1:
                    names = "、".join(f"{home.name}（{home.public_id}）" for home in homes[:3])
                    reason = (
                        f"已有{len(homes)}家同名或同代码的机构（{names}），无法判断是哪一家，请填写代码和地址"
                    )
                    row.problems.append(CellNote(heading, row.name, reason))
                elif homes:
                    found[row.row] = homes[0]
                    taken.add(homes[0].id)
        return found

    def _by_code_and_name(self, row: HomeRow) -> list[KnownHome]:
        code = _code(row)
        if code is None or code not in self.by_code:
            return []
        key = row.key
        return [home for home in self.by_code[code] if key == home.name_key or key in home.former_keys]

    def _by_code_and_site(self, row: HomeRow) -> list[KnownHome]:
        code = _code(row)
        if code is None or code not in self.by_code:
            return []
        homes, site = self.by_code[code], _site(row.values.get("address"))
        same = [home for home in homes if site and _site(home.address) == site]
        if same or len(homes) > 1:
            return same
        return homes if not site or not homes[0].address else []

    def _by_name(self, row: HomeRow) -> list[KnownHome]:
        return _of_the_county(row, self.by_name.get(row.key, ()))

    def _by_former_name(self, row: HomeRow) -> list[KnownHome]:
        keys = [row.key, *map(name_key, row.values.get("former_names", ()))]
        homes = {home.id: home for key in keys[:1] for home in self.by_former.get(key, ())}
        homes |= {home.id: home for key in keys[1:] for home in self.by_name.get(key, ())}
        return _of_the_county(row, homes.values())


def _of_the_county(row: HomeRow, homes: Iterable[KnownHome]) -> list[KnownHome]:
    code, site = _code(row), _site(row.values.get("address"))
    return [
        home
        for home in homes
        if related(row.region_code or "", home.region_code)
        and not (
            code
            and home.credit_code
            and code != home.credit_code
            and site
            and home.address
            and _site(home.address) != site
        )
    ]


def _nearest(row: HomeRow, homes: list[KnownHome]) -> list[KnownHome]:
    """Narrow several candidates by code, region and site; more than one left means that it can't be told."""
    code, site = _code(row), _site(row.values.get("address"))
    for same in (
        [home for home in homes if code and home.credit_code == code],
        [home for home in homes if site and _site(home.address) == site],
        [home for home in homes if home.region_code == row.region_code],
    ):
        if same:
            homes = same
        if len(homes) == 1:
            break
    return homes


def _note_same_codes(result: Matching, index: _Index) -> None:
    first_of: dict[str, HomeRow] = {}
    for row, _home in result.matched:
        first_of.setdefault(_code(row) or "", row)
    for row in sorted(result.new, key=lambda each: each.row):
        code = _code(row)
        if code is None:
            continue
        other: HomeRow | KnownHome | None = first_of.get(code) or next(
            iter(index.by_code.get(code, ())), None
        )
        if other is not None:
            note = "同一信用代码，名称和地址不同：如是分院请保留，如是改名搬迁请核对后合并"
            result.duplicates.append(Duplicate(row, SAME_CODE, other, note))
        first_of.setdefault(code, row)


def _note_near_names(
    result: Matching, good: list[HomeRow], index: _Index, found: dict[int, KnownHome]
) -> None:
    fresh = {row.row for row in result.new}
    if not fresh:
        return
    regions = {row.region_code for row in result.new}
    noted = {(duplicate.row.row, _identity(duplicate.other)) for duplicate in result.duplicates}
    matched_ids = {home.id for home in found.values()}
    named = [
        Named(("known", home.id), home.name, home.region_code, fresh=False)
        for home in index.all
        if home.region_code in regions and home.id not in matched_ids
    ]
    rows = {row.row: row for row in good if not row.problems}
    named += [
        Named(("row", row.row), row.name, row.region_code or "", fresh=row.row in fresh)
        for row in rows.values()
        if row.region_code in regions
    ]
    known = {home.id: home for home in index.all}
    for one, other in near_pairs(named):
        row = rows[_number(one)]
        kind, number = _pair(other)
        target: HomeRow | KnownHome = known[number] if kind == "known" else rows[number]
        if (row.row, _identity(target)) in noted:
            continue
        note = f"与同一区划的“{target.name}”名称只差一点：请核对是否同一家"
        theirs = target.values.get("address") if isinstance(target, HomeRow) else target.address
        mine = row.values.get("address")
        if mine and theirs and _site(mine) != _site(theirs):
            note += "（地址不同，也可能是同一品牌的两处）"
        result.duplicates.append(Duplicate(row, NEAR_NAME, target, note))


def _identity(other: HomeRow | KnownHome) -> tuple[str, int]:
    return ("row", other.row) if isinstance(other, HomeRow) else ("known", other.id)


def _pair(named: Named) -> tuple[str, int]:
    assert isinstance(named.key, tuple)
    return named.key[0], named.key[1]


def _number(named: Named) -> int:
    return _pair(named)[1]
