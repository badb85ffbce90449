"""The reference data of regions: complete, without loops or dangling ends, recent changes followed."""

from __future__ import annotations

from collections import Counter

import pytest

from portal.reference.gb2260 import RegionEntry, RegionLevel, load_regions, load_successions

ENTRIES, SUCCESSORS = load_regions()
BY_CODE = {entry.code: entry for entry in ENTRIES}
CURRENT = [entry for entry in ENTRIES if entry.until is None]

DIVIDED_SINCE_2000 = {
    "130103": "石家庄桥东区 → 长安区、桥西区",
    "130106": "石家庄郊区 → 四区",
    "130421": "邯郸县 → 邯山区、丛台区",
    "140203": "大同矿区 → 云冈区、平城区",
    "140211": "大同南郊区 → 平城区、云冈区",
    "320304": "徐州九里区 → 鼓楼区、泉山区、铜山区",
    "320586": "吴县市 → 吴中区、相城区",
    "320704": "连云港云台区 → 连云区、海州区（原新浦区）",
    "330721": "金华县 → 金东区、婺城区",
    "340505": "马鞍山向山区 → 花山区（含原金家庄区）、雨山区",
    "350321": "莆田县 → 四区",
    "362401": "吉安市（县级） → 吉州区、青原区",
    "410504": "安阳铁西区 → 殷都区、龙安区",
    "410511": "安阳郊区 → 四区",
    "421302": "曾都区（旧） → 曾都区、随县",
    "429001": "随州市（县级） → 曾都区、随县",
    "430403": "衡阳城南区 → 雁峰区、蒸湘区",
    "430404": "衡阳城北区 → 石鼓区、蒸湘区",
    "430411": "衡阳郊区 → 四区",
    "440582": "潮阳市 → 潮阳区、潮南区",
    "450111": "南宁郊区 → 各区",
    "450211": "柳州郊区 → 四区",
    "450411": "梧州郊区 → 长洲区、万秀区",
    "460004": "琼山市 → 海口四区",
    "460102": "海口振东区 → 琼山区、美兰区",
    "469004": "琼山市 → 海口四区",
    "510902": "遂宁市中区 → 船山区、安居区",
    "533221": "丽江纳西族自治县 → 古城区、玉龙县",
    "640103": "银川新城区 → 西夏区、金凤区",
    "640111": "银川郊区 → 三区",
}
"""Reviewed one by one: no successor is the plain heir, so a list that names one of them must be asked."""


def finals(code: str, seen: tuple[str, ...] = ()) -> set[str]:
    """Return the codes in force that a code leads to; fails on a loop."""
    assert code not in seen, f"succession loops: {(*seen, code)}"
    if BY_CODE[code].until is None:
        return {code}
    return {end for heir in SUCCESSORS.get(code, ()) for end in finals(heir, (*seen, code))}


def test_counts() -> None:
    """Official, end of 2025: 34, 333 and 2 845 counties; beside them 大兴安岭's four working districts."""
    assert Counter(entry.level for entry in CURRENT) == {
        RegionLevel.PROVINCE: 34,
        RegionLevel.CITY: 333,
        RegionLevel.COUNTY: 2849,
    }
    assert 3150 < len(CURRENT) < 3350
    assert len(BY_CODE) == len(ENTRIES) > 6500


@pytest.mark.parametrize(
    ("province", "counties"),
    [
        ("11", 16),
        ("31", 16),
        ("33", 90),
        ("35", 84),
        ("37", 136),
        ("42", 103),
        ("46", 25),
        ("50", 37),
        ("65", 110),
    ],
)
def test_counties_of_a_province(province: str, counties: int) -> None:
    """Official figures: what the package lacked (临平, 钱塘) or kept too long (随州市) is mended."""
    found = [e for e in CURRENT if e.code.startswith(province) and e.level is RegionLevel.COUNTY]
    assert len(found) == counties


def test_parents_exist_and_are_in_force() -> None:
    for entry in ENTRIES:
        if entry.level is RegionLevel.PROVINCE:
            assert entry.parent_code is None
            continue
        parent = BY_CODE[entry.parent_code or ""]
        assert parent.level in (RegionLevel.PROVINCE, RegionLevel.CITY)
        assert entry.until is not None or parent.until is None, entry


@pytest.mark.parametrize(
    ("code", "parent"),
    [
        ("110105", "110000"),
        ("350404", "350400"),
        ("429004", "420000"),
        ("469001", "460000"),
        ("659001", "650000"),
    ],
)
def test_parent(code: str, parent: str) -> None:
    assert BY_CODE[code].parent_code == parent


def test_groups_of_the_code_table_are_left_out() -> None:
    names = {entry.name for entry in ENTRIES}
    assert not names & {"市辖区", "县", "市", "省直辖县级行政单位"}
    assert "110100" not in BY_CODE


@pytest.mark.parametrize(
    ("code", "name", "names"),
    [
        ("130503", "信都区", ("桥西区",)),
        ("320803", "淮安区", ("楚州区",)),
        ("511400", "眉山市", ()),  # bore 涪陵市 until 1997: another place
        ("232701", "漠河市", ()),
    ],
)
def test_former_names(code: str, name: str, names: tuple[str, ...]) -> None:
    assert (BY_CODE[code].name, BY_CODE[code].names) == (name, names)


def test_successions_lead_from_abolished_codes_to_known_ones() -> None:
    pairs = [(step.old_code, step.new_code) for step in load_successions()]
    assert len(pairs) == len(set(pairs))
    for old, new in pairs:
        assert BY_CODE[old].until is not None, old
        assert new in BY_CODE, new
        assert old != new


def test_years_of_successions_fit_the_validity() -> None:
    for step in load_successions():
        until = BY_CODE[step.old_code].until
        assert until is not None
        assert until <= step.year <= until + 1, step


def test_no_loops() -> None:
    for entry in ENTRIES:
        finals(entry.code)


def abolished_since(year: int) -> list[RegionEntry]:
    return [e for e in ENTRIES if e.until is not None and e.until >= year]


def test_every_county_abolished_since_2000_has_one_heir_or_is_reviewed() -> None:
    several = {
        e.code for e in abolished_since(2000) if e.level is RegionLevel.COUNTY and len(finals(e.code)) != 1
    }
    assert several == set(DIVIDED_SINCE_2000)


def test_every_code_abolished_since_1993_leads_somewhere() -> None:
    assert [entry for entry in abolished_since(1993) if not finals(entry.code)] == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("350402", "350404"),
        ("430221", "430212"),
        ("110103", "110101"),
        ("330103", "330105"),
        ("330104", "330102"),
        ("120223", "120118"),
        ("371202", "370116"),
        ("371203", "370117"),
        ("341402", "340181"),
        ("341421", "340124"),
        ("341422", "340281"),
        ("469003", "460400"),
        ("460003", "460400"),
        ("469031", "460302"),
        ("500112", "500157"),
        ("522101", "520302"),
        ("530200", "530113"),
        ("652201", "650502"),
        ("540530", "540581"),
        ("512301", "500102"),
        ("130185", "130110"),
    ],
)
def test_heir(old: str, new: str) -> None:
    assert finals(old) == {new}
