"""The plain blocks of an institution's page: facts that are published, and names of those that are not."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from portal import glossary
from portal.institutions.field_labels import BLOCK_TITLES, Block, Form, field_label, fields_of
from portal.institutions.models import Institution, OperationMode
from portal.institutions.queries.detail import Detail
from portal.institutions.queries.field_sources import SourcedFields
from portal.public.field_values import span_words, written

_LONG = 60
"""Characters beyond which a text gets a line of its own."""

_SHOWN_ELSEWHERE = frozenset(
    {
        "name", "region_code", "township", "longitude", "latitude", "position_as_written", "position_system",
        "position_precision", "withdrawn", "beds_free", "beds_free_as_of", "predecessor_id", "former_names",
    }
)  # fmt: skip
_ONLY_WHERE_GIVEN = frozenset(
    {
        "nature_as_written", "other_as_written", "grade_as_written", "fees_as_written", "medical_note",
        "description", "takes_destitute",
    }
)  # fmt: skip
"""Fields whose absence is nothing to be said: most homes have no reason to state them."""

_ALSO_SOURCED = {
    Block.BASICS: frozenset({"name"}),
    Block.BEDS: frozenset({"beds_free", "beds_free_as_of"}),
}
"""Fields shown beside the plain facts of a block, covered by its source lines."""

FACT_BLOCKS = (
    Block.BASICS, Block.GRADE, Block.FEES, Block.BEDS, Block.ADMISSION, Block.STAFF, Block.MEDICAL,
    Block.SERVICES, Block.CONTRACT,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fact:
    """One published fact.

    ``note``: what it means or what follows from it; ``late``: the note says that something is overdue.
    ``long``: a text rather than a value. ``quoted``: the words of a list, kept as written.
    """

    field: str
    label: str
    text: str
    note: str | None = None
    long: bool = False
    quoted: bool = False
    late: bool = False


@dataclass(frozen=True, slots=True)
class FactBlock:
    """One block: what is published, what is not, and where it comes from."""

    block: Block
    title: str
    facts: tuple[Fact, ...]
    unpublished: tuple[str, ...]
    sources: tuple[SourcedFields, ...]

    @property
    def empty(self) -> bool:
        """True if nothing in it is published."""
        return not self.facts


def fact_blocks(detail: Detail) -> dict[Block, FactBlock]:
    """Return the institution's own facts by block."""
    return {block: _fact_block(detail, block) for block in FACT_BLOCKS}


def _fact_block(detail: Detail, block: Block) -> FactBlock:
    home = detail.home
    if block is Block.ADMISSION:
        return FactBlock(
            block, BLOCK_TITLES[block], *_admission(home), detail.sources.of(home, fields_of(block))
        )
    facts: list[Fact] = []
    unpublished: list[str] = []
    for name in fields_of(block):
        if name in _SHOWN_ELSEWHERE:
            continue
        label = field_label("institution", name)
        text = written("institution", name, getattr(home, name))
        if text is not None:
            if name == "nature_as_written" and home.nature_as_written in _said(home):
                continue
            long = label.form in (Form.TEXT, Form.MAPPING) and (len(text) > _LONG or "\n" in text)
            quoted = label.form is Form.QUOTED
            shown_as = label.label.removesuffix("（原表写法）")
            facts.append(
                Fact(name, shown_as, text, _note(detail, name), long, quoted, _is_late(detail, name))
            )
        elif name not in _ONLY_WHERE_GIVEN:
            unpublished.append(label.label)
    fields = {fact.field for fact in facts} | _ALSO_SOURCED.get(block, frozenset())
    sources = detail.sources.of(home, fields)
    return FactBlock(block, BLOCK_TITLES[block], tuple(facts), tuple(unpublished), sources)


def _admission(home: Institution) -> tuple[tuple[Fact, ...], tuple[str, ...]]:
    """Say who is taken in as two lists rather than as a column of yes and no."""
    asked = {name: getattr(home, name) for name in fields_of(Block.ADMISSION)}
    groups = {
        answer: [field_label("institution", name).label for name, value in asked.items() if value is answer]
        for answer in (True, False)
    }
    unknown = [n for n, value in asked.items() if value is None and n not in _ONLY_WHERE_GIVEN]
    facts = [
        Fact("takes", label, "、".join(groups[answer]))
        for answer, label in ((True, "收住"), (False, "不收"))
        if groups[answer]
    ]
    return tuple(facts), tuple(field_label("institution", name).label for name in unknown)


def _note(detail: Detail, name: str) -> str | None:
    home, day = detail.home, detail.day
    match name:
        case "operation_mode" | "legal_form":
            return glossary.meaning(getattr(home, name)) or None
        case "contract_to" if home.contract_to is not None:
            if home.contract_to < day:
                return f"已过期{span_words(home.contract_to, day)}"
            return f"还有{span_words(day, home.contract_to)}到期" if home.contract_to > day else "今天到期"
        case "carers_total" if home.carers_total and home.residents:
            each = home.residents / home.carers_total
            return f"按入住{home.residents}人算，平均一名护理员照护{each:.1f}位老人"
        case "carers_certified" if home.carers_total and home.carers_certified is not None:
            return f"占{home.carers_certified / home.carers_total:.0%}"
        case "residents" if home.beds_total and home.residents is not None:
            return f"住了{home.residents / home.beds_total:.0%}的床位"
    return None


def _is_late(detail: Detail, name: str) -> bool:
    return (
        name == "contract_to" and detail.home.contract_to is not None and detail.home.contract_to < detail.day
    )


def _said(home: Institution) -> set[str]:
    """Return what the page says of a home's nature anyway: the same word in quotes adds nothing."""
    return {glossary.label(each) for each in (home.kind, home.legal_form, home.operation_mode) if each}


def has_contract(home: Institution) -> bool:
    """True if the block on 公建民营 belongs on the page."""
    return home.operation_mode is OperationMode.PUBLIC_PRIVATE


def source_labels(sourced: SourcedFields, among: Collection[SourcedFields]) -> str | None:
    """Return the names of the fields a source line is for; None where one line covers everything shown."""
    if len(among) < 2:
        return None
    labels = dict.fromkeys(
        field_label(kind, name).label for kind, name in sorted(sourced.fields, key=_in_order)
    )
    listed = list(labels)
    return "、".join(listed) if len(listed) <= 4 else f"{'、'.join(listed[:3])}等{len(listed)}项"


_ORDER = {name: number for number, name in enumerate(n for block in Block for n in fields_of(block))}


def _in_order(pair: tuple[str, str]) -> tuple[str, int]:
    return pair[0], _ORDER.get(pair[1], 0)
