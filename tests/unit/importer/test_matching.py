"""Rows and known homes: codes and sites, names within counties, near names."""

from __future__ import annotations

import random
import time

import pytest

from portal.domain.names import name_key
from portal.institutions.importer.known import KnownHome
from portal.institutions.importer.matching import NEAR_NAME, SAME_CODE, covers, match
from portal.institutions.importer.near_names import Named, near_pairs
from portal.institutions.importer.row_model import HomeRow

CODE, OTHER = "52350421MJTE19013B", "52350421MJTE190216"


def _row(
    number: int, name: str, region: str = "350421", code: str | None = None, address: str | None = None
) -> HomeRow:
    values = {"name": name, "region_code": region, "credit_code": code, "address": address}
    stated = {field: value for field, value in values.items() if value is not None}
    return HomeRow(number, name, name_key(name), region, stated)


def _home(
    number: int,
    name: str,
    region: str = "350421",
    code: str | None = None,
    address: str | None = None,
    former: tuple[str, ...] = (),
) -> KnownHome:
    keys = tuple(map(name_key, former))
    return KnownHome(number, f"p{number}", name, name_key(name), keys, code, region, address)


def _matched(rows: list[HomeRow], known: list[KnownHome]) -> dict[int, int]:
    return {row.row: home.id for row, home in match(rows, known, "机构名称").matched}


@pytest.mark.parametrize(
    ("row", "known", "found"),
    [
        (_row(2, "新名院", code=CODE, address="路1号"), _home(1, "旧名院", code=CODE, address="路1号"), True),
        (_row(2, "新名院", code=CODE), _home(1, "旧名院", code=CODE, address="路1号"), True),
        (_row(2, "分院", code=CODE, address="路9号"), _home(1, "总院", code=CODE, address="路1号"), False),
        (_row(2, "福泰院"), _home(1, "福 泰院"), True),
        (_row(2, "福泰院", region="350423"), _home(1, "福泰院"), False),
        (_row(2, "福泰院", region="350400"), _home(1, "福泰院"), True),
        (_row(2, "福泰院", code=CODE), _home(1, "福泰院", code=OTHER), True),
        (_row(2, "福泰院", code=CODE, address="甲路"), _home(1, "福泰院", code=OTHER, address="乙路"), False),
        (_row(2, "旧名院"), _home(1, "新名院", former=("旧名院",)), True),
    ],
)
def test_which_home_a_row_speaks_of(row: HomeRow, known: KnownHome, found: bool) -> None:
    assert _matched([row], [known]) == ({2: 1} if found else {})


def test_a_sure_match_goes_before_a_weak_one() -> None:
    known = [_home(1, "甲院", code=CODE, address="路1号"), _home(2, "乙院", former=("甲院",))]
    rows = [_row(2, "甲院"), _row(3, "甲院", code=CODE, address="路1号", region="350423")]
    assert _matched(rows, known) == {3: 1, 2: 2}


def test_two_homes_of_one_name_are_never_guessed_between() -> None:
    row = _row(2, "甲院")
    result = match([row], [_home(1, "甲院", code=CODE), _home(2, "甲院", code=OTHER)], "机构名称")
    assert (result.matched, result.new) == ([], [])
    assert "无法判断" in row.problems[0].reason


def test_the_second_row_of_a_home_is_refused_and_names_the_first() -> None:
    rows = [_row(2, "甲（南）院"), _row(5, "甲(南)院"), _row(6, "甲（南）院", region="350423")]
    result = match(rows, [], "机构名称")
    assert [row.row for row in result.new] == [2, 6]
    assert "第2行" in rows[1].problems[0].reason


def test_one_code_at_two_sites_is_two_homes_and_a_remark() -> None:
    rows = [_row(2, "总院", code=CODE, address="路1号"), _row(3, "城北站", code=CODE, address="路9号")]
    result = match(rows, [], "机构名称")
    assert len(result.new) == 2
    assert [(d.row.row, d.kind) for d in result.duplicates] == [(3, SAME_CODE)]


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        ("测试福泰养老院", "测试福秦养老院", True),
        ("样例松柏老年公寓", "样例松柏老年公寓有限公司", True),
        ("测试安居", "测试宁居", False),
        ("测试第一敬老院", "测试第二敬老院", False),
        ("测试东山敬老院", "测试西山敬老院", False),
        ("洪山镇敬老院", "洪门镇敬老院", False),
        ("海口市振东老年公寓", "海口振东老年公寓", True),
    ],
)
def test_near_names(one: str, other: str, near: bool) -> None:
    result = match([_row(2, one), _row(3, other)], [], "机构名称")
    assert [(d.row.row, d.kind) for d in result.duplicates] == ([(3, NEAR_NAME)] if near else [])


def test_near_names_agree_with_comparing_every_pair() -> None:
    chance = random.Random(4)
    names = ["测试" + "".join(chance.choices("福泰安康", k=5)) for _ in range(300)]
    named = [Named(i, name, "350421", fresh=True) for i, name in enumerate(names)]
    found = {frozenset((a.key, b.key)) for a, b in near_pairs(named)}
    slow = {
        frozenset((i, j))
        for i in range(len(names))
        for j in range(i)
        if sum(a != b for a, b in zip(names[i], names[j], strict=True)) <= 1
    }
    assert found == slow


def test_forty_thousand_names_take_seconds_not_minutes() -> None:
    chance = random.Random(5)
    named = [
        Named(
            i,
            "".join(chance.choices("福泰安康松柏鹤年春秋颐和仁爱", k=5)) + "养老院",
            f"35{i % 90:04d}",
            fresh=True,
        )
        for i in range(40_000)
    ]
    began = time.process_time()
    for _ in near_pairs(named):
        pass
    assert time.process_time() - began < 15


def test_regions_by_their_codes() -> None:
    assert covers("350000", "350421")
    assert covers("350400", "350421")
    assert not covers("350421", "350400")
    assert not covers("350400", "350100")
