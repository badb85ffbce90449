"""A notice's words: kept, read again, and rewritten part by part."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.notice_text import (
    NoticeProblem,
    NoticeText,
    NoticeUnreadable,
    from_json,
    part_label,
    term_words,
    to_json,
)

_WORDS = st.text(max_size=30)
_MAYBE = st.none() | st.text(min_size=1, max_size=30)


@st.composite
def texts(draw: st.DrawFn) -> NoticeText:
    """Any notice."""
    problems = draw(st.lists(st.tuples(_WORDS, _WORDS, _MAYBE, _MAYBE, _WORDS), max_size=4))
    return NoticeText(
        number=draw(_WORDS),
        title=draw(_WORDS),
        addressee=draw(_WORDS),
        problems=tuple(NoticeProblem(number, *one) for number, one in enumerate(problems, 1)),
        demands=draw(_WORDS),
        legal_basis=draw(_WORDS),
        days=draw(st.integers(1, 365)),
        working_days=draw(st.booleans()),
        contact=draw(_MAYBE),
        issuer=draw(_WORDS),
        issued_on=draw(st.none() | st.dates()),
    )


@given(texts())
def test_what_is_kept_is_what_was_written(text: NoticeText) -> None:
    assert from_json(to_json(text)) == text
    assert text.with_parts(text.parts()) == text


def test_parts_are_rewritten_and_empty_ones_go() -> None:
    text = NoticeText(
        "三元民整〔2026〕1号", "标题", "示例敬老院", (NoticeProblem(1, "题", "文", "GB 38600", None),),
        "要求", "依据", 15, True, "养老股", "三元区民政局", date(2026, 3, 2),
    )  # fmt: skip
    assert list(text.parts()) == [
        "title", "problem/1/title", "problem/1/text", "problem/1/basis", "demands", "legal_basis", "contact",
    ]  # fmt: skip
    shown = text.with_parts({"problem/1/text": "某某", "contact": ""})
    assert (shown.problems[0].text, shown.problems[0].basis, shown.contact) == ("某某", "GB 38600", None)
    assert shown.title == "标题"
    with pytest.raises(KeyError):
        text.with_parts({"problem/1/measure": "没有这一项"})
    assert text.term == "自送达之日起15个工作日内"


@pytest.mark.parametrize(
    ("name", "label"), [("demands", "整改要求"), ("problem/2/measure", "问题2的整改措施")]
)
def test_parts_have_names_for_people(name: str, label: str) -> None:
    assert part_label(name) == label


def test_days_of_the_calendar_are_said_as_such() -> None:
    assert term_words(30, working_days=False) == "自送达之日起30日内"


@pytest.mark.parametrize("kept", ["", "[]", "{}", '{"number": 1}', "null"])
def test_what_is_no_notice_is_not_read(kept: str) -> None:
    with pytest.raises(NoticeUnreadable):
        from_json(kept)
