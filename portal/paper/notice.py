"""A rectification notice as a sheet: the same words and order on the page, in print and as PDF (R21)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

from portal.domain.day_words import cn_day
from portal.domain.notice_text import NoticeProblem, NoticeText
from portal.paper.engine import typeset

KIND = "整改通知书"
_DIGITS = "零一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class SheetProblem:
    """One problem as the sheet has it."""

    heading: str
    """一、疏散通道上锁."""
    text: str
    basis: str | None
    measure: str | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything that stands on the sheet, in its order."""

    issuer: str
    title: str
    subject: str | None
    """What it is about, where the title alone does not say so."""
    number: str
    addressee: str
    opening: str
    problems: tuple[SheetProblem, ...]
    demands: str
    deadline: str
    legal_basis: str
    contact: str | None
    issued_on: str


def sheet_of(text: NoticeText) -> Sheet:
    """Return the sheet of a notice; of a draft, with what it still lacks said in its place."""
    many = len(text.problems) > 1
    found = f"以下{len(text.problems)}个问题" if many else "以下问题"
    return Sheet(
        issuer=text.issuer,
        title=text.title if KIND in text.title else KIND,
        subject=None if KIND in text.title else text.title,
        number=text.number or "（还没有编号）",
        addressee=text.addressee,
        opening=f"经查，你单位存在{found}，请按要求{'逐项' if many else ''}整改。",
        problems=tuple(_problem(one, many) for one in text.problems),
        demands=text.demands,
        deadline=text.term,
        legal_basis=text.legal_basis,
        contact=text.contact,
        issued_on=cn_day(text.issued_on) if text.issued_on else "（还没有签发）",
    )


def notice_pdf(
    text: NoticeText, made_on: date, notes: Sequence[str] = (), address: str | None = None
) -> bytes:
    """Return a notice as PDF.

    ``made_on``: the day of a draft; an issued notice has its own. ``notes``: small lines at the end that are
    no part of the notice; ``address``: where the web tells more, after them.
    """
    sheet = sheet_of(text)
    name = " ".join(filter(None, (KIND, text.number, text.addressee)))
    data = {**asdict(sheet), "document_title": name, "footer": text.number or KIND}
    return typeset(
        "notice.typ", {**data, "notes": list(notes), "address": address}, text.issued_on or made_on
    )


def chinese_number(number: int) -> str:
    """Return 一, 十二, 二十, 三十五: as headings of official papers are numbered, from 1 to 99."""
    tens, ones = divmod(number, 10)
    if not 0 < number < 100:
        raise ValueError(f"no heading has the number {number}")
    before = "" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十"
    return before + (_DIGITS[ones] if ones else "")


def _problem(one: NoticeProblem, many: bool) -> SheetProblem:
    heading = f"{chinese_number(one.number)}、{one.title}" if many and one.number < 100 else one.title
    return SheetProblem(heading, one.text, one.basis, one.measure)
