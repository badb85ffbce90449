"""An event of a notice as an entry of a feed: what happened, and the notice's whole public text."""

from __future__ import annotations

import re

from portal import glossary
from portal.domain.day_words import cn_day
from portal.domain.notice_text import NoticeText
from portal.opendata.rss import Entry
from portal.supervision.kinds import NoticeEvent
from portal.supervision.queries.notice_event_rows import NoticeEventRow

_MARK = re.compile(r"([0-9A-Za-z]{1,8})\.([a-z]{1,10})\.v(\d{1,4})(?:\.([0-9A-Za-z]{1,8}))?")
Mark = tuple[NoticeEvent, str, int, str | None]


def entry_of(row: NoticeEventRow, region: str, link: str) -> Entry:
    """Return the entry. ``region``: the county as people call it; ``link``: the notice's whole address."""
    return Entry(
        entry_id(row),
        f"{glossary.label(row.kind)}：{row.home.name}，{row.what}",
        link,
        f"{happened(row)}\n\n{notice_words(row.text)}",
        (glossary.label(row.kind), region, glossary.label(row.department)),
        row.at,
    )


def entry_id(row: NoticeEventRow) -> str:
    """Return what an event is known by for good: notice, kind, version of the deadline, what recurred."""
    return f"urn:portal:notice:{_parts(row, ':')}"


def mark_of(row: NoticeEventRow) -> str:
    """Return the event as the address of the page after it names it."""
    return _parts(row, ".")


def read_mark(written: str) -> Mark | None:
    """Return which event an address names: kind, notice, version, later problem; None for what is no mark."""
    match = _MARK.fullmatch(written)
    if match is None or match[2] not in {kind.value for kind in NoticeEvent}:
        return None
    return NoticeEvent(match[2]), match[1], int(match[3]), match[4]


def happened(row: NoticeEventRow) -> str:
    """Return one sentence on the event itself; it says no more than was true when it happened."""
    who, number = row.home.name, row.number
    day = cn_day(row.at.date())
    match row.kind:
        case NoticeEvent.ISSUED:
            return f"{cn_day(row.issued_on)}，{row.text.issuer}向{who}发出整改通知书（{number}）。"
        case NoticeEvent.OVERDUE:
            assert row.deadline is not None
            return f"{who}没有在{cn_day(row.deadline)}的期限以前改完，从{day}起逾期（{number}）。"
        case NoticeEvent.CLEARED:
            late = row.deadline is not None and row.cleared_on is not None and row.cleared_on > row.deadline
            when = "，比期限晚" if late else ""
            day = cn_day(row.cleared_on or row.at.date())
            return f"{day}，{who}的问题全部验收合格，销号{when}（{number}）。"
        case NoticeEvent.RECURRED:
            return f"{who}改好以后又出了同样的问题：{row.what}。{day}重新登账（{number}）。"


def notice_words(text: NoticeText) -> str:
    """Return the notice as plain paragraphs, parted by empty lines."""
    said = [f"《{text.title}》（{text.number}）"]
    for problem in text.problems:
        lines = [f"问题{problem.number}：{problem.title}", problem.text]
        lines += [f"依据：{problem.basis}"] if problem.basis else []
        lines += [f"整改措施：{problem.measure}"] if problem.measure else []
        said.append("\n".join(lines))
    said.append(f"整改要求：{text.demands}")
    said.append(f"整改期限：{text.term}")
    said.append(f"法律依据：{text.legal_basis}")
    if text.contact:
        said.append(f"联系方式：{text.contact}")
    said.append(f"发出单位：{text.issuer}" + (f"，{cn_day(text.issued_on)}" if text.issued_on else ""))
    return "\n\n".join(re.sub(r"\n{2,}", "\n", part) for part in said)


def _parts(row: NoticeEventRow, sep: str) -> str:
    parts = [row.public_id, row.kind.value, f"v{row.deadline_version}"]
    return sep.join([*parts, row.recurrence.public_id] if row.recurrence else parts)
