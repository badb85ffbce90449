"""An institution's page as plain lines, block by block: what somebody who finds it wrong had before them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from portal import glossary
from portal.corrections.page_words import Line
from portal.domain.actor import PUBLIC
from portal.domain.day_words import cn_day
from portal.history.recorded import Recorded
from portal.institutions.field_labels import BLOCK_TITLES, RECORD_LABELS, Block
from portal.institutions.queries.detail import Detail, institution_detail
from portal.public.facts import FACT_BLOCKS, fact_blocks
from portal.public.fee_words import amount_words, fee_name, in_order
from portal.public.formatting import level_name
from portal.public.record_facts import record_facts

NOTHING = "没有公布"


def page_words(public_id: str, about: Block | None) -> list[Line] | None:
    """Return what the page says of a block now; of the page as a whole every block, each by its title."""
    detail = institution_detail(public_id, PUBLIC)
    return None if detail is None else words_of_detail(detail, about)


def words_of_detail(detail: Detail, about: Block | None) -> list[Line]:
    """Return what the page says of a block (None: all of it)."""
    if about is not None:
        return list(_lines(detail, about)) or [("", NOTHING)]
    return [
        (f"【{BLOCK_TITLES[block]}】{label}", text)
        for block in Block
        for label, text in _lines(detail, block)
    ]


def _lines(detail: Detail, block: Block) -> Iterator[Line]:
    yield from _of_records(detail, block)
    if block in FACT_BLOCKS:
        view = fact_blocks(detail)[block]
        yield from ((fact.label, fact.text) for fact in view.facts)
        if view.unpublished:
            yield "未公布", "、".join(view.unpublished)


def _of_records(detail: Detail, block: Block) -> Iterator[Line]:
    home = detail.home
    match block:
        case Block.BASICS:
            yield "名称", home.name
            yield "所在地区", f"{detail.region_name}{home.township or ''}"
        case Block.REGISTRATION:
            yield "登记备案", glossary.label(detail.state)
            yield from _records((*detail.registrations, *detail.filings))
        case Block.GRADE:
            for grade in detail.grades:
                named = level_name(grade.level) if grade.level else grade.as_written or ""
                yield "等级", f"{named}（{glossary.label(grade.state)}）"
            yield from _records(detail.grade_records)
        case Block.FEES:
            for fee in in_order(detail.fee_records):
                yield fee_name(fee), amount_words(fee)
            for fee in in_order(detail.fees_to_come):
                since = f"（{cn_day(fee.in_force_from)}起）" if fee.in_force_from else ""
                yield fee_name(fee), f"{amount_words(fee)}{since}"
        case Block.BEDS if home.beds_free is not None:
            as_of = f"（{cn_day(home.beds_free_as_of)}的数）" if home.beds_free_as_of else ""
            yield "空床", f"{home.beds_free}张{as_of}"
        case Block.CARE:
            yield from _records(detail.designations)
        case Block.SAFETY:
            for standard, found in detail.assessments.items():
                yield glossary.label(standard), glossary.label(found[0].result)
                yield from _records(found[:1])
        case Block.CLOSURES:
            yield from _records(view.notice for view in detail.notices)
        case Block.NAMES:
            names = [former["name"] for former in home.former_names or []]
            if names:
                yield "曾用名", "、".join(str(name) for name in names)
            if detail.predecessor is not None:
                yield "前身", detail.predecessor.name
            yield from (("后来", other.name) for other in detail.successors)


def _records(records: Iterable[Recorded]) -> Iterator[Line]:
    for record in records:
        title = RECORD_LABELS[type(record).record_kind]
        for fact in record_facts(record).facts:
            label = fact.label if fact.label.startswith(title) else f"{title}·{fact.label}"
            yield label, fact.text
