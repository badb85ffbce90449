"""Which region a row lies in: from its region columns, the beginning of its address, or the file's region."""

from __future__ import annotations

import re
from dataclasses import dataclass

from portal.institutions.importer.columns import Columns
from portal.reference.gb2260 import RegionLevel
from portal.reference.regions import RegionDirectory, Resolution

_TOWNSHIP = re.compile(r"^[^,，\s]{1,12}?(?:街道|镇|乡|苏木|地区|办事处)(?=$|[,，\s])")
_BENEATH_A_COUNTY = re.compile(r"(街道|镇|乡|苏木|社区|村|居委会|村委会|办事处)$")


_REMEMBERED = 20_000
_LEVELS = {"province": RegionLevel.PROVINCE, "city": RegionLevel.CITY, "county": RegionLevel.COUNTY}


@dataclass(frozen=True, slots=True)
class Region:
    """Where a row lies: ``code`` None with a reason, or a code, perhaps with a township and a note."""

    code: str | None
    column: str
    written: str
    reason: str | None = None
    township: str | None = None
    note: str | None = None


class RowRegions:
    """Reads the regions of one sheet's rows. ``within``: the code of the file's region, if it has one."""

    def __init__(self, directory: RegionDirectory, columns: Columns, within: str | None) -> None:
        self._directory = directory
        self._within = within
        self._remembered: dict[tuple[tuple[str, ...], ...], Region] = {}
        self._upper = [column.field for column in columns.of("province", "city")]
        named = columns.of("county") or columns.of("region") or columns.of("city") or columns.of("province")
        self._column = named[-1].heading if named else "行政区划"

    def read(self, stated: dict[str, list[tuple[str, str]]], address: str | None) -> Region:
        """Return the region of one row.

        ``stated``: field (province, city, county, region) → (heading, text) of the cells that say something.
        """
        key = tuple((name, *(text for _, text in cells)) for name, cells in stated.items())
        if key and (remembered := self._remembered.get(key)) is not None:
            return remembered
        found, column, written = self._from_columns(stated)
        if found is None:
            return self._without_columns(address)
        if found.code is None:
            return self._settled_by_address(found, column, written, address)
        code, note = found.code, found.note
        if found.level is not RegionLevel.COUNTY and address:
            nearer = self._directory.resolve(_opening(address), within=code)
            if nearer.code is not None and nearer.level is RegionLevel.COUNTY:
                return Region(nearer.code, column, written, note=nearer.note or note)
        region = Region(code, column, written, township=_township(found.remainder), note=note)
        if found.level is RegionLevel.COUNTY and len(self._remembered) < _REMEMBERED:
            self._remembered[key] = region  # a county needs no address to settle it
        return region

    def _from_columns(self, stated: dict[str, list[tuple[str, str]]]) -> tuple[Resolution | None, str, str]:
        """Return what all region columns say together, with the column and text to quote."""
        answers: list[tuple[Resolution, str, str]] = []
        ladder = [cells[0] for name in ("province", "city", "county") if (cells := stated.get(name))]
        upper = ",".join(cells[0][1] for name in ("province", "city") if (cells := stated.get(name)))
        if ladder and ("county" in stated or "region" not in stated):
            heading, text = ladder[-1]
            lowest = next(name for name in ("county", "city", "province") if stated.get(name))
            found = self._resolve(",".join(part for _, part in ladder))
            answers.append((self._of_level(found, _LEVELS[lowest]), heading, text))
        for heading, text in stated.get("region", ()):
            found = self._resolve(text)
            if found.code is None and upper:
                found = self._resolve(f"{upper},{text}")
            answers.append((found, heading, text))
        if not answers:
            return None, self._column, ""
        return self._agreed(answers)

    def _resolve(self, text: str) -> Resolution:
        return self._directory.resolve(text, within=self._within)

    def _of_level(self, found: Resolution, level: RegionLevel) -> Resolution:
        """Let the column's own meaning decide between namesakes: 西安 in a column of cities is the city."""
        fitting = [
            code
            for code in found.candidates
            if (row := self._directory.get(code)) is not None and row.level is level
        ]
        return Resolution(fitting[0], level, found.remainder) if len(fitting) == 1 else found

    def _agreed(self, answers: list[tuple[Resolution, str, str]]) -> tuple[Resolution, str, str]:
        """Return the deepest of several answers; codes that lie apart settle nothing."""
        good = [answer for answer in answers if answer[0].code is not None]
        if not good:
            return answers[0]
        best = good[0]
        for other in good[1:]:
            best_code, other_code = best[0].code or "", other[0].code or ""
            if other_code in self._directory.within(best_code):
                best = other if other_code != best_code else best
            elif best_code not in self._directory.within(other_code):
                reason = f"行政区划两列不一致：“{best[2]}”与“{other[2]}”"
                return Resolution(None, reason=reason), other[1], other[2]
        return best

    def _settled_by_address(
        self, found: Resolution, column: str, written: str, address: str | None
    ) -> Region:
        if address:
            nearer = self._resolve(_opening(address))
            fits = not found.candidates or nearer.code in found.candidates
            if nearer.code is not None and nearer.level is RegionLevel.COUNTY and fits:
                return Region(nearer.code, column, written, note=f"“{written}”按地址开头归入")
        if self._within is not None and _BENEATH_A_COUNTY.search(written):
            row = self._directory.get(self._within)
            if row is not None and row.level is RegionLevel.COUNTY:
                return Region(self._within, column, written, township=written[:100])
        reason = found.reason or "读不出行政区划"
        return Region(
            None, column, written, reason if "区划" in reason or "重名" in reason else f"行政区划：{reason}"
        )

    def _without_columns(self, address: str | None) -> Region:
        if address:
            nearer = self._resolve(_opening(address))
            if nearer.code is not None:
                return Region(nearer.code, self._column, "", note=nearer.note)
        if self._within is not None:
            return Region(self._within, self._column, "")
        return Region(
            None, self._column, "", "未填写行政区划，地址开头也看不出，导入时也没有用 --region 指定"
        )


def _opening(address: str) -> str:
    """Return an address as its region can be read: 重庆市.巴南区 has dots between the names."""
    return address[:40].replace(".", ",").replace("．", ",").replace("·", ",")


def _township(rest: str) -> str | None:
    found = _TOWNSHIP.match(rest)
    return found[0] if found else None
