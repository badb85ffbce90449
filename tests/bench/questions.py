"""What is asked: hundreds of addresses of each page, and typed queries by class. Always the same."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from urllib.parse import urlencode

from pypinyin import Style, lazy_pinyin

from tests.bench.homes import SEED, Home, homes, sample

ADDRESSES = 1500
"""Different addresses of each page: more than two seconds of the fastest server need."""
_PER_CLASS = 40

_CHOICES: tuple[tuple[str, tuple[str, ...], float], ...] = (
    ("state", ("filed", "filed", "registered", "unregistered"), 0.35),
    ("price", ("0-1500", "1500-2500", "2500-4000", "unpublished"), 0.3),
    ("grade", ("3", "2", "4", "none"), 0.2),
    ("takes", ("full", "dementia", "self_care"), 0.25),
    ("free", ("yes",), 0.15),
    ("kind", ("nursing_home", "township_home", "apartment"), 0.15),
    ("sort", ("price", "beds", "grade", "fresh", "name"), 0.4),
)
"""Filter, what is chosen, and how often."""
_COMMON = (
    *("养老院", "敬老院", "养老服务中心", "老年公寓", "护理院", "福利院", "中心", "服务", "康复"),
    *("人民路", "有限公司", "镇", "县", "市"),
)

Queries = dict[str, list[str]]


class Questions:
    """The questions to a list of so many homes."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.homes = list(homes(count))
        self._rng = Random(f"{SEED}-questions-{count}")

    def lists(self) -> list[dict[str, str]]:
        """Return different choices of filters, order and page: a third for the whole country, the others for
        a province or a county, most with one or two filters more; few come out empty."""
        rng = self._rng
        provinces = sorted({f"{home.region_code[:2]}0000" for home in self.homes})
        counties = sorted({home.region_code for home in self.homes})
        found: dict[tuple[tuple[str, str], ...], None] = {}
        for _ in range(ADDRESSES * 20):
            query = {"region": rng.choices(("", rng.choice(provinces), rng.choice(counties)), (4, 5, 1))[0]}
            for name, values, share in _CHOICES:
                query[name] = rng.choice(values) if rng.random() < share else ""
            if not query["region"].strip("0")[2:]:
                query["page"] = str(rng.randrange(2, 5)) if rng.random() < 0.2 else ""
            found[tuple((name, value) for name, value in query.items() if value)] = None
            if len(found) == ADDRESSES:
                break
        return [dict(pairs) for pairs in found]

    def details(self) -> list[Home]:
        """Return different homes."""
        return sample(self.homes, ADDRESSES)

    def boxes(self) -> list[dict[str, str]]:
        """Return what a map asks for while people move about: boxes around homes at every zoom."""
        found = []
        placed = [home for home in self.homes if home.longitude is not None and home.latitude is not None]
        for home in self._rng.sample(placed, min(ADDRESSES, len(placed))):
            zoom = self._rng.randrange(4, 18)
            across, up = 1000 * 360 / (256 * 2**zoom), 700 * 300 / (256 * 2**zoom)
            east, north = home.longitude or 0, home.latitude or 0
            west_south = (max(east - across / 2, -179.9), max(north - up / 2, -84.9))
            east_north = (min(east + across / 2, 179.9), min(north + up / 2, 84.9))
            query = {"bbox": ",".join(f"{degree:.5f}" for degree in (*west_south, *east_north))}
            query["zoom"] = str(zoom)
            if self._rng.random() < 0.5:
                query["state"] = "filed"
            if self._rng.random() < 0.3:
                query["takes"] = "full"
            found.append(query)
        return found

    def queries(self) -> Queries:
        """Return typed queries by class."""
        rng, homes_ = self._rng, sample(self.homes, 4000)
        names = [home.name for home in homes_ if len(home.name) >= 6]
        brands = [name[-6:-3] for name in names]

        def some(values: Sequence[str]) -> list[str]:
            different = list(dict.fromkeys(values))
            return rng.sample(different, min(_PER_CLASS, len(different)))

        return {
            "one character": some([name[rng.randrange(len(name))] for name in names]),
            "two characters": some([_part(rng, name, 2) for name in names]),
            "three to five": some([_part(rng, name, rng.randrange(3, 6)) for name in names]),
            "full name": some(names),
            "several words": some(
                [f"{brand} {home.township}" for brand, home in zip(brands, homes_, strict=False)]
            ),
            "county and word": some(
                [f"{home.address.split(home.township)[0]} {rng.choice(_COMMON[:6])}" for home in homes_]
            ),
            "address": some([home.address[-rng.randrange(5, 9) :] for home in homes_]),
            "common words": list(_COMMON),
            "pinyin": some(["".join(lazy_pinyin(brand)) for brand in brands]),
            "initials": some(["".join(lazy_pinyin(name[-5:], style=Style.FIRST_LETTER)) for name in names]),
            "one wrong character": some([_mistyped(rng, name) for name in names]),
        }


def address(path: str, query: dict[str, str]) -> str:
    """Return an address with its query, in ASCII."""
    return path + (f"?{urlencode(query)}" if query else "")


def _part(rng: Random, name: str, length: int) -> str:
    start = rng.randrange(len(name) - length + 1)
    return name[start : start + length]


def _mistyped(rng: Random, name: str) -> str:
    place = rng.randrange(1, len(name) - 1)
    return name[:place] + "鑫" + name[place + 1 :]
