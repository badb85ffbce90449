"""What looks like personal data is found where it stands; what a correction needs is left alone."""

from __future__ import annotations

from datetime import date

import pytest

from portal.domain.personal_marks import Mark, personal_marks

TODAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("身份证110101194901010017", Mark.IDENTITY_NUMBER),
        ("１１０１０１１９４９０１０１００１７", Mark.IDENTITY_NUMBER),
        ("110101 19490101 001X是我妈的", Mark.IDENTITY_NUMBER),
        ("老证110101490101001", Mark.IDENTITY_NUMBER),
        ("卡号4111 1111 1111 1111", Mark.BANK_CARD),
        ("打13800138000", Mark.MOBILE),
        ("+86 138-0013-8000", Mark.MOBILE),
        ("１３８００１３８０００", Mark.MOBILE),
        ("座机0598-8234567", Mark.TELEPHONE),
        ("（0598）8234567", Mark.TELEPHONE),
        ("写信到 someone.else@example.com 问", Mark.MAIL),
        ("someone＠example.cn", Mark.MAIL),
    ],
)
def test_what_looks_like_it_is_found(text: str, mark: Mark) -> None:
    (found,) = personal_marks(text, TODAY)
    assert found.mark is mark
    assert 0 <= found.start < found.end <= len(text)
    assert text[found.start : found.end].strip()[:2] in text
    assert len(found.hint) == 6


@pytest.mark.parametrize(
    "text",
    [
        "床位费每月1200元，护理费800到1500元",
        "2026年2月24日去过，床位120张，入住98人",
        "信用代码91350400MA2XXXXX8K，备案号20260224001",
        "电话 96110 或 12345",
        "110101209901010017",  # nobody is born in 2099
        "9135040019490101001",
        "从8:30到17:30，共3间，2个房间",
    ],
)
def test_what_a_correction_needs_is_left_alone(text: str) -> None:
    assert personal_marks(text, TODAY) == []


def test_every_piece_is_named_once_in_order() -> None:
    text = "先打13800138000，不行写a@b.cn，证110101194901010017"
    assert [one.mark for one in personal_marks(text, TODAY)] == [
        Mark.MOBILE,
        Mark.MAIL,
        Mark.IDENTITY_NUMBER,
    ]
