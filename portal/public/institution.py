"""One institution, everything on one page (R2–R6, R9–R12): the page, its facts as a file, its QR code."""

from __future__ import annotations

import io
from collections.abc import Iterator

import segno
from flask import Response, abort, render_template, url_for

from portal import glossary
from portal.access import anyone
from portal.domain.actor import PUBLIC
from portal.history.queries import SourceLine
from portal.history.recorded import Recorded
from portal.institutions.field_labels import BLOCK_TITLES, FIELDS, Block, field_label
from portal.institutions.models import Standard
from portal.institutions.queries.detail import Detail, institution_detail
from portal.public.csv_download import csv_response
from portal.public.facts import FactBlock, fact_blocks, has_contract, source_labels
from portal.public.fee_words import (
    cost_words,
    fee_bases,
    fee_names,
    fee_starts,
    fee_words,
    in_order,
    offered_totals,
    silent_levels,
)
from portal.public.field_values import phone_numbers, span_words, written
from portal.public.formatting import absolute, yuan_span
from portal.public.page_cache import kept_in_memory
from portal.public.paging import address_of
from portal.public.price_bar import price_bar
from portal.public.record_facts import record_facts, record_name
from portal.public.sections import blueprint
from portal.public.supervision_words import kind_words
from portal.supervision.queries.home_supervision import HomeSupervision, home_supervision
from portal.surveys.queries.figures import latest_of_home

_AMOUNTS = ("amount_min_fen", "amount_max_fen")
_ALWAYS = frozenset({Block.BASICS, Block.REGISTRATION, Block.GRADE, Block.FEES, Block.SAFETY, Block.BEDS})
"""Blocks with a place of their own even where nothing is published: people look for them."""

_OWN_TEMPLATE = frozenset({Block.GRADE, Block.FEES, Block.BEDS})
"""Blocks of facts whose template shows them itself, beside records of other tables."""

Row = tuple[object, ...]


@blueprint.get("/institutions/<public_id>")
@kept_in_memory
@anyone
def institution(public_id: str) -> str:
    """Show one institution."""
    detail = _found(public_id)
    blocks = fact_blocks(detail)
    shown = _shown(detail, blocks)
    supervision = home_supervision(detail.home.id, PUBLIC, detail.day)
    return render_template(
        "public/institution.html",
        detail=detail,
        home=detail.home,
        blocks=blocks,
        shown=shown,
        titles=BLOCK_TITLES,
        silent=_silent(detail, blocks, shown),
        phones=phone_numbers(detail.home.phone),
        fee_sources=detail.sources.by_record(detail.fee_records, _AMOUNTS),
        bar=price_bar,
        record_facts=record_facts,
        source_labels=source_labels,
        fee_words=fee_words,
        fee_names=fee_names,
        in_order=in_order,
        fee_bases=fee_bases,
        fee_starts=fee_starts,
        yuan_span=yuan_span,
        admission=Block.ADMISSION,
        offered=offered_totals(detail),
        cost_words=cost_words(offered_totals(detail), detail.costs.others),
        silent_levels=silent_levels(detail),
        assessments=[(standard, detail.assessments.get(standard, ())) for standard in Standard],
        guide_url=url_for("public.care_guide", region_code=detail.home.region_code),
        trail=_trail(detail),
        subtitle=_subtitle(detail),
        own_template=_OWN_TEMPLATE,
        span_words=span_words,
        address=absolute(url_for("public.institution", public_id=detail.home.public_id)),
        supervision=supervision,
        graded_with_hazard=_graded_with_hazard(detail, supervision),
        after_supervision=Block.SAFETY,
        survey=latest_of_home(detail.home.id),
        notices_url=address_of("public.notices", {"q": detail.home.name}),
        kind_words=kind_words,
    )


@blueprint.get("/institutions/<public_id>.csv")
@anyone
def institution_csv(public_id: str) -> Response:
    """Download every fact of one institution, one a row, with its source and its dates."""
    detail = _found(public_id)
    header = ("类别", "记录", "项目", "内容", "来源", "文号", "数据日期", "最近核对")
    return csv_response(f"{detail.home.name}-公开信息", header, _csv_rows(detail))


@blueprint.get("/institutions/<public_id>/qr.svg")
@anyone
def institution_qr(public_id: str) -> Response:
    """Draw the QR code that leads from the printed page back to the present one."""
    detail = _found(public_id)
    target = absolute(url_for("public.institution", public_id=detail.home.public_id))
    drawing = io.BytesIO()
    segno.make(target, error="m", micro=False).save(drawing, kind="svg", scale=4, border=4, light="#fff")
    return Response(drawing.getvalue(), content_type="image/svg+xml; charset=utf-8")


def _found(public_id: str) -> Detail:
    detail = institution_detail(public_id, PUBLIC)
    if detail is None:
        abort(404)
    return detail


def _trail(detail: Detail) -> list[tuple[str, str]]:
    """Return the way down to this page; each place leads to its homes."""
    places = [(url_for("public.institutions", region=each.code), each.name) for each in detail.regions]
    return [(url_for("public.institutions"), "找机构"), *places]


def _subtitle(detail: Detail) -> list[str]:
    home = detail.home
    words = [glossary.label(each) for each in (home.kind, home.operation_mode) if each is not None]
    return [*words, f"{detail.region_name}{home.township or ''}"]


def _shown(detail: Detail, blocks: dict[Block, FactBlock]) -> list[Block]:
    """Return the blocks that the page has, in order; those that would say nothing are gathered at its end."""
    there = {
        Block.CARE: bool(detail.designations),
        Block.CLOSURES: bool(detail.notices),
        Block.CONTRACT: has_contract(detail.home),
        Block.NAMES: bool(
            detail.home.former_names or detail.predecessor or detail.successors or detail.took_in_from
        ),
    }
    return [
        block
        for block in Block
        if block in _ALWAYS or there.get(block, block in blocks and not blocks[block].empty)
    ]


def _silent(detail: Detail, blocks: dict[Block, FactBlock], shown: list[Block]) -> list[FactBlock]:
    """Return the blocks that would say nothing, as far as they concern this home at all."""
    about = [b for b in blocks.values() if b.block is not Block.CONTRACT or has_contract(detail.home)]
    return [block for block in about if block.empty and block.unpublished and block.block not in shown]


def _graded_with_hazard(detail: Detail, supervision: HomeSupervision) -> bool:
    """True where a star grade in force stands beside a major hazard that is not put right (R25)."""
    return bool(supervision.major_count and detail.grade and detail.grade.in_force)


def _csv_rows(detail: Detail) -> Iterator[Row]:
    home = detail.home
    yield ("概要", home.name, "编号", home.public_id, None, None, None, None)
    yield ("概要", home.name, "登记备案状态", detail.state, None, None, detail.day, None)
    for total in detail.costs.totals:
        name = f"{glossary.label(total.care_level)}每月合计（最低，元）"
        yield ("概要", home.name, name, total.least_fen / 100, None, None, detail.day, None)
    everything: list[tuple[Recorded, tuple[str, ...]]] = [(home, _own_fields())]
    for records in (
        detail.registrations, detail.filings, detail.letters, detail.grade_records, detail.fee_records,
        detail.fees_to_come, detail.fees_past, detail.designations, *detail.assessments.values(),
        tuple(view.notice for view in detail.notices),
    ):  # fmt: skip
        everything += [(record, _fields_of(record)) for record in records if isinstance(record, Recorded)]
    for record, fields in everything:
        yield from _record_rows(detail, record, fields)


def _own_fields() -> tuple[str, ...]:

    skipped = ("withdrawn", "predecessor_id", "region_code")
    return tuple(name for kind, name in FIELDS if kind == "institution" and name not in skipped)


def _fields_of(record: Recorded) -> tuple[str, ...]:

    skipped = ("withdrawn", "successor_id", "body") if record.record_kind != "star_grade" else ("withdrawn",)
    return tuple(name for kind, name in FIELDS if kind == record.record_kind and name not in skipped)


def _record_rows(detail: Detail, record: Recorded, fields: tuple[str, ...]) -> Iterator[Row]:
    kind = record.record_kind
    lines: dict[str, SourceLine] = {}
    for sourced in detail.sources.of(record, fields):
        lines.update({name: sourced.line for _, name in sourced.fields})
    values = {name: getattr(record, name) for name in fields}
    title = detail.home.name if kind == "institution" else record_name(kind, values)
    for name, value in values.items():
        text = written(kind, name, value)
        if text is None:
            continue
        label, line = field_label(kind, name), lines.get(name)
        block = BLOCK_TITLES[label.block] if label.block else None
        source = (line.title, line.document_number, line.as_of, line.last_confirmed) if line else (None,) * 4
        yield (block, title, label.label, text, *source)
