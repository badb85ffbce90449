"""Administrative regions of China (行政区划, GB/T 2260) from province to county, as values.

Sources: codes, names and years of validity come from python-stdnum's ``cn/loc`` table, read in place, so
that upgrading the package upgrades them. What it lacks or garbles stands in ``amendments.csv``; which region
took over from an abolished one is in no package and stands in our own ``succession.csv``.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from importlib import resources

from stdnum import numdb


class RegionLevel(StrEnum):
    """The three levels that GB/T 2260 gives codes to."""

    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"


@dataclass(frozen=True, slots=True)
class RegionEntry:
    """One region code as it stands today, or as it stood when it was abolished."""

    code: str
    """Six digits."""
    name: str
    """The latest official name, e.g. 三元区."""
    level: RegionLevel
    parent_code: str | None
    """The region it belonged to under this code; None for a province."""
    since: int | None
    """Year of the first validity, where known."""
    until: int | None
    """Year of abolition; None while the code is in force."""
    names: tuple[str, ...] = ()
    """Former names of the same place under the same code, oldest first."""


@dataclass(frozen=True, slots=True)
class Succession:
    """``old_code`` was abolished in ``year``, and its territory, or a share of it, went to ``new_code``."""

    old_code: str
    new_code: str
    year: int
    note: str


@dataclass(frozen=True, slots=True)
class _Life:
    """One name that a code bore, with its years (None: before the records, or still)."""

    name: str
    since: int | None
    until: int | None


_SPAN = re.compile(r"(?:\[(\d*)-(\d*)\])?([^,\[]+)")
# Groups of the code table (市辖区, 县, 省直辖县级行政区划 …): nothing that a home can stand in.
_GROUP = re.compile(r"市辖区|县|市|.*直辖.*")


def load_regions() -> tuple[list[RegionEntry], dict[str, tuple[str, ...]]]:
    """Return every region, abolished ones included, in order of code; and old code → new codes.

    Two or more new codes mean that the old region was divided and none of them is its plain heir.
    """
    lives = _from_package() | _from_amendments()
    lives = {code: told for code, told in lives.items() if not _GROUP.fullmatch(told[-1].name)}
    entries = [_entry(code, told, lives) for code, told in sorted(lives.items())]
    successors: dict[str, list[str]] = defaultdict(list)
    for step in load_successions():
        successors[step.old_code].append(step.new_code)
    return entries, {old: tuple(new) for old, new in successors.items()}


def load_successions() -> list[Succession]:
    """Return the curated successions with their years."""
    return [
        Succession(row["old_code"], row["new_code"], int(row["year"]), row["note"])
        for row in _rows("succession.csv")
    ]


def _from_package() -> dict[str, list[_Life]]:
    lives: dict[str, list[_Life]] = {}
    for _, province, _, _, below in numdb.get("cn/loc").prefixes:
        for _, rest, _, properties, _ in below:
            told = _SPAN.findall(properties["county"])
            lives[province + rest] = [_Life(name, _year(since), _year(until)) for since, until, name in told]
    return lives


def _from_amendments() -> dict[str, list[_Life]]:
    """Return our corrections; the rows of a code replace all that the package says of it."""
    lives: dict[str, list[_Life]] = defaultdict(list)
    for row in _rows("amendments.csv"):
        lives[row["code"]].append(_Life(row["name"], _year(row["from"]), _year(row["to"])))
    return dict(lives)


def _entry(code: str, told: list[_Life], lives: dict[str, list[_Life]]) -> RegionEntry:
    last = told[-1]
    since, former = last.since, list[str]()
    for life in reversed(told[:-1]):
        # A gap means that the code was given to another place (511400: 涪陵市, then 眉山市): no former name.
        if since is None or life.until is None or since - life.until > 1:
            break
        former.insert(0, life.name)
        since = life.since
    return RegionEntry(code, last.name, _level(code), _parent(code, lives), since, last.until, tuple(former))


def _level(code: str) -> RegionLevel:
    if code.endswith("0000"):
        return RegionLevel.PROVINCE
    return RegionLevel.CITY if code.endswith("00") else RegionLevel.COUNTY


def _parent(code: str, lives: dict[str, list[_Life]]) -> str | None:
    """Return the region above: where the code table has only a group (1101, 4290), that is the province."""
    level = _level(code)
    if level is RegionLevel.PROVINCE:
        return None
    city = code[:4] + "00"
    return city if level is RegionLevel.COUNTY and city in lives else code[:2] + "0000"


def _year(text: str) -> int | None:
    return int(text) if text else None


def _rows(name: str) -> Iterable[dict[str, str]]:
    text = resources.files(__package__).joinpath(name).read_text(encoding="utf-8")
    return csv.DictReader(text.splitlines())
