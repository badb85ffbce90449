"""Whatever is typed, what has to be done for it stays small: counted in parts of the plan, not in time."""

from __future__ import annotations

from random import Random

import pytest

from portal.search.near import one_character_away
from portal.search.nodes import All, Check, Node, Some
from portal.search.plan import everything, plan
from portal.search.query import MOST_CHARACTERS, MOST_WORDS, read_query
from portal.search.readings import parses

_HAN = "北京市朝阳区幸福养老服务中心唐山路敬老院护理院康复福海云汀镇江桥重阳安宁松鹤颐和仁爱"


def _run(letters: str, length: int, seed: int = 1) -> str:
    return "".join(Random(seed).choices(letters, k=length))


def _size(node: Node) -> int:
    match node:
        case Check(inner, _, _, value):
            return 1 + len(value) // 10 + _size(inner)
        case All(nodes) | Some(nodes):
            return 1 + sum(map(_size, nodes))
    return 1


WORST = [
    "a" * 100,
    "e" * 40,
    "ng" * 50,
    "xian" * 25,
    "xian" * 10,
    "yanglaoyuanfuwuzhongxin" * 4,
    "养老院" * 33,
    _run(_HAN, 100),
    _run(_HAN, 30),
    _run("ylfhjzxsc", 40),
    _run("aeong", 30),
    " ".join(_run(_HAN, 11, seed) for seed in range(MOST_WORDS)),
    " ".join(_run("aeiong", 11, seed) for seed in range(MOST_WORDS)),
    " ".join(_run("ylfhjzxsc", 5, seed) for seed in range(MOST_WORDS)),
    "老人院痴呆瘫痪五保残疾托老疗养" * 6,
    "a院" * 50,
]


@pytest.mark.parametrize("typed", WORST, ids=lambda typed: f"{typed[:12]}-{len(typed)}")
def test_a_plan_is_small_whatever_is_typed(typed: str) -> None:
    assert len(typed) <= MOST_CHARACTERS
    query = read_query(typed)
    made = plan(query)
    nodes = [everything(tiers) for tiers in (made.tiers, made.more, made.last_resort)]
    assert sum(map(_size, [*nodes, one_character_away(query.joined)])) < 20_000


def test_a_pasted_name_is_still_offered_and_taken_apart() -> None:
    name = _run(_HAN, 15)
    assert plan(read_query(name)).last_resort
    assert _size(one_character_away(name)) > 1


def test_reading_letters_takes_the_fewest_syllables_without_trying_all_ways() -> None:
    """``an`` may be an or a·n, and twenty of them may be read in a million ways."""
    ways = parses("an" * 20)
    assert len(ways) <= 24
    assert {len(way) for way in ways} == {20}
    assert ["".join(unit.text for unit in way) for way in ways] == ["an" * 20] * len(ways)
