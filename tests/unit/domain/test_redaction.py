"""A redaction as a whole: what it leaves of a text, that it is stable, and that no text holds it up."""

from __future__ import annotations

from itertools import pairwise

import pytest

from portal.domain.redaction import Masking, MaskKind, apply, propose

COMPLAINT = (
    "我母亲李秀英（1938年5月2日出生，身份证110101193805020012）住福寿养老院302房5床，患有糖尿病。"
    "护工张桂兰把她推倒，张阿姨还骂人。我打12345没人管，请回电话13800138000。\n王志强\n2023年5月6日"
)
REDACTED = (
    "我母亲李某（[出生日期]出生，身份证[证件号]）住福寿养老院[房号]，患有[病情]。"
    "护工张某把她推倒，某阿姨还骂人。我打12345没人管，请回电话[电话]。\n王某\n2023年5月6日"
)


def test_a_complaint_stays_readable() -> None:
    assert apply(COMPLAINT, propose(COMPLAINT)) == REDACTED


def test_what_is_redacted_is_not_redacted_again() -> None:
    assert propose(REDACTED) == []


def test_maskings_are_in_order_and_apart() -> None:
    maskings = propose(COMPLAINT)
    assert all(one.end <= other.start for one, other in pairwise(maskings))


def test_maskings_are_applied_in_any_order_and_nothing_else_changes() -> None:
    maskings = [Masking(4, 5, MaskKind.ROOM, "*"), Masking(0, 2, MaskKind.NAME, "某")]
    assert apply("01234567", maskings) == "某23*567"
    assert apply("01234567", []) == "01234567"


@pytest.mark.parametrize(
    "piece",
    [
        "1",
        "1 ",
        "13800138000 ",
        "a",
        "a@",
        "王",
        "王芳",
        "李秀英、",
        "（",
        "1-",
        "一",
        "微信a",
        "·阿",
        "3号楼",
        "室",
        "0512-",
    ],
)
def test_no_text_holds_it_up(piece: str) -> None:
    text = (piece * 20_000)[:20_000]
    maskings = propose(text, known_names=["王芳"], keep=["王芳养老院"])
    assert len(apply(text, maskings)) > 0


def test_every_place_is_one_of_the_text_typed() -> None:
    text = "ﬁ①２\u200b𠮷王女士\0护工王芳１３８００１３８０００"
    pieces = [text[one.start : one.end] for one in propose(text)]
    assert pieces == ["王", "王芳", "１３８００１３８０００"]


def test_nothing_gives_nothing() -> None:
    assert propose("") == []
    assert propose("，。\n") == []
