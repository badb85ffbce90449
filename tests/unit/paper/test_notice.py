"""A notice on paper: said as it was written, readable by machines, the same wherever it is made."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date

import pikepdf
import pytest

from portal.domain.notice_text import NoticeProblem, NoticeText
from portal.paper.notice import chinese_number, notice_pdf, sheet_of
from tests.unit.paper.pdf_text import fonts_of, text_of

DAY = date(2026, 3, 13)
LOCKED = NoticeProblem(
    1,
    "疏散通道上锁",
    "三楼东侧疏散门用铁链锁住。\n走廊里堆放床垫。",
    "GB 38600-2019 第5.2条",
    "拆除锁链，清空通道。",
)
SAMPLES = NoticeProblem(2, "留样不足48小时", "#let x = 1 *强调* $a$ @ref <b>", None, None)
NOTICE = NoticeText(
    number="汀兰民整〔2026〕12号",
    title="关于消防和食品问题的整改通知书",
    addressee="汀兰县松鹤养老院",
    problems=(LOCKED, SAMPLES),
    demands="整改完成后，把照片交我局验收。",
    legal_basis="《养老机构管理办法》第四十六条",
    days=10,
    working_days=True,
    contact="汀兰县民政局养老服务股 0899-5512345",
    issuer="汀兰县民政局",
    issued_on=DAY,
)


@pytest.fixture(scope="module")
def made() -> bytes:
    return notice_pdf(NOTICE, DAY, ["公开版。"], "https://example.gov.cn/notices/abcd2345")


def test_it_says_everything_in_its_order(made: bytes) -> None:
    said = text_of(made).replace(" ", "")
    place = -1
    for words in (
        "汀兰县民政局", "关于消防和食品问题的整改通知书", "汀兰民整〔2026〕12号",
        "汀兰县松鹤养老院：", "以下2个问题", "一、疏散通道上锁",
        "三楼东侧疏散门用铁链锁住。", "走廊里堆放床垫。", "依据：GB38600-2019第5.2条",
        "整改措施：拆除锁链，清空通道。", "二、留样不足48小时", "整改要求", "把照片交我局验收。",
        "自送达之日起10个工作日内", "《养老机构管理办法》第四十六条", "0899-5512345",
        "2026年3月13日", "公开版。", "https://example.gov.cn/notices/abcd2345",
    ):  # fmt: skip
        assert said.find(words, place + 1) > place, words
        place = said.find(words, place + 1)


def test_no_text_becomes_an_instruction(made: bytes) -> None:
    assert "#letx=1*强调*$a$@ref<b>" in text_of(made).replace(" ", "")


def test_a_machine_can_read_it_aloud(made: bytes) -> None:
    with pikepdf.open(io.BytesIO(made)) as document:
        assert document.Root.MarkInfo.Marked
        assert str(document.Root.Lang).startswith("zh")
        assert document.Root.ViewerPreferences.DisplayDocTitle
        assert str(document.docinfo["/Title"]) == "整改通知书 汀兰民整〔2026〕12号 汀兰县松鹤养老院"
        assert 'pdfuaid:part="1"' in document.Root.Metadata.read_bytes().decode() or (
            "<pdfuaid:part>1</pdfuaid:part>" in document.Root.Metadata.read_bytes().decode()
        )


def test_every_letter_is_in_the_file_by_fonts_of_our_own(made: bytes) -> None:
    fonts = fonts_of(made)
    assert all(fonts.values())
    assert {name.partition("+")[2].split("-")[0] for name in fonts} == {"NotoSansSC", "NotoSerifSC"}


def test_the_same_notice_makes_the_same_bytes(made: bytes) -> None:
    again = notice_pdf(NOTICE, date(2030, 1, 1), ["公开版。"], "https://example.gov.cn/notices/abcd2345")
    assert again == made


def test_a_sign_that_no_font_has_does_not_stop_the_rest() -> None:
    made = notice_pdf(replace(NOTICE, addressee="\U00020bb7老院𮯠"), DAY)
    assert "疏散通道上锁" in text_of(made)
    with pikepdf.open(io.BytesIO(made)) as document:
        assert "pdfuaid" not in document.Root.Metadata.read_bytes().decode()


def test_a_draft_says_what_it_lacks() -> None:
    sheet = sheet_of(replace(NOTICE, number="", issued_on=None, problems=(LOCKED,)))
    assert (sheet.number, sheet.issued_on) == ("（还没有编号）", "（还没有签发）")
    assert sheet.opening == "经查，你单位存在以下问题，请按要求整改。"
    assert sheet.problems[0].heading == "疏散通道上锁"


def test_what_is_no_title_by_itself_is_the_subject_of_one() -> None:
    sheet = sheet_of(replace(NOTICE, title="疏散通道上锁等2个问题"))
    assert (sheet.title, sheet.subject) == ("整改通知书", "疏散通道上锁等2个问题")
    assert (sheet_of(NOTICE).title, sheet_of(NOTICE).subject) == (NOTICE.title, None)


def test_headings_are_numbered_as_on_official_papers() -> None:
    assert [chinese_number(n) for n in (1, 9, 10, 11, 20, 35, 99)] == [
        "一", "九", "十", "十一", "二十", "三十五", "九十九",
    ]  # fmt: skip
    with pytest.raises(ValueError, match="100"):
        chinese_number(100)
