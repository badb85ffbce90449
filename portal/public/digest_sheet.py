"""A digest as a sheet of paper: the page's words and figures, in its order, without its links."""

from __future__ import annotations

from portal.domain.day_words import cn_day
from portal.domain.digest_figures import DigestFigures, Movement, Ranked
from portal.domain.digest_words import (
    digest_title,
    no_words,
    summary,
    waiting_words,
    word_words,
)
from portal.paper.digest import Bar, DigestSheet, Item, MovementLine
from portal.public.digest_charts import Row, charts_of
from portal.topics.queries.digests import PublicDigest


def sheet_of(found: PublicDigest) -> DigestSheet:
    """Return the sheet of a published digest."""
    figures = found.figures
    charts = charts_of(figures, found.region_code)
    corrected = (
        f"，第{found.edition}版，更正的理由：{found.correction_reason}" if found.correction_reason else ""
    )
    return DigestSheet(
        title=digest_title(found.region_label, found.month),
        published=f"{cn_day(found.published_at.date())}发布{corrected}",
        summary=summary(figures),
        judgement=found.judgement,
        numbers=_numbers(figures),
        kinds=tuple(_line(row) for row in charts.kinds),
        places=tuple(_line(row) for row in charts.places),
        words=tuple(Bar(one.word, one.now, word_words(one)) for one in figures.shown_words),
        no_words=no_words(figures),
        most_supported=_ranked(found, figures.most_supported),
        longest_wished=_ranked(found, figures.longest_wished),
        answered=_named(found, figures.answered_ids),
        done=_done(found),
        waiting=waiting_words(figures),
        source=(
            f"按本平台登记的每一条点题统计，{cn_day(found.compiled_at.date())}汇总。支持数是汇总那天的；"
            "后来不再公开的点题不列出来。"
        ),
    )


def _numbers(figures: DigestFigures) -> tuple[tuple[str, int], ...]:
    return (
        ("收到", figures.received.now),
        ("新公开", figures.published),
        ("答复", figures.answered),
        ("列入整治", figures.adopted),
        ("公布做成", figures.done),
    )


def _line(row: Row) -> MovementLine:
    one: Movement = row.movement
    return MovementLine(row.label, one.now, _count(one.before), _count(one.year_ago))


def _count(count: int | None) -> str:
    return "—" if count is None else str(count)


def _ranked(found: PublicDigest, ranked: tuple[Ranked, ...]) -> tuple[Item, ...]:
    return tuple(
        Item(found.named[one.public_id].title, f"{one.supports}人支持" if one.supports else None)
        for one in ranked
        if one.public_id in found.named
    )


def _named(found: PublicDigest, public_ids: tuple[str, ...]) -> tuple[Item, ...]:
    return tuple(Item(found.named[one].title, None) for one in public_ids if one in found.named)


def _done(found: PublicDigest) -> tuple[Item, ...]:
    shown = (found.named[one] for one in found.figures.done_ids if one in found.named)
    return tuple(Item(one.title, one.done) for one in shown)
