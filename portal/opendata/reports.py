"""The feed of what comes by the quarter and the half-year: two-way reviews and call-backs (R43, R46)."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, current_app, request

from portal import glossary
from portal.access import anyone
from portal.accountability.queries.review_editions import ReviewEdition, review_editions
from portal.config import Settings
from portal.domain.actor import PUBLIC
from portal.opendata import atom as atoms
from portal.opendata import rss as rsses
from portal.opendata.conditional import conditional
from portal.opendata.rss import Entry, Feed
from portal.surveys.queries.rounds import RoundView, published_rounds

MOST = 50
"""Entries in the feed: at a review a county and quarter, those of a year or two."""

_WRITERS: dict[str, tuple[str, Callable[[Feed], str]]] = {
    "xml": (rsses.MEDIA_TYPE, rsses.rss),
    "atom": (atoms.MEDIA_TYPE, atoms.atom),
}

blueprint = Blueprint("reports", __name__)


@blueprint.get("/feeds/reviews.<any(xml, atom):form>")
@anyone
def reviews(form: str) -> Response:
    """Give the newest reviews and call-backs; unchanged, only that they are unchanged."""
    media_type, write = _WRITERS[form]
    return conditional(media_type, lambda: write(_feed()))


def _feed() -> Feed:
    settings = current_app.config["PORTAL"]
    assert isinstance(settings, Settings)
    base = settings.base_url
    entries = [_of_review(one, base) for one in review_editions(MOST)]
    entries += [entry for one in published_rounds(None, PUBLIC) if (entry := _of_round(one, base))]
    newest = sorted(entries, key=lambda entry: (entry.moment, entry.id), reverse=True)[:MOST]
    return Feed(
        f"{settings.site_name}：双点评和满意度回访",
        f"{base}/reviews",
        base + request.path,
        "每季度的双点评、每半年的满意度回访，发布一份是一条。",
        newest[0].moment if newest else None,
        newest,
        "urn:portal:feed:reviews",
        settings.publisher or settings.site_name,
    )


def _of_review(one: ReviewEdition, base: str) -> Entry:
    title = f"{one.region_label}{one.quarter.label}双点评"
    code = one.quarter.code
    said = [f"更正的理由：{one.correction_reason}"] if one.correction_reason else []
    problems = one.figures.problems
    counted = [f"登账问题{problems.found}个，销号{problems.cleared}个"]
    if one.figures.complaints is not None:
        counted.insert(0, f"收到投诉{one.figures.complaints.received}件")
    if one.figures.column is not None:
        counted.append(f"收到群众点题{one.figures.column.suggestions}条")
    said.append(f"{'；'.join(counted)}。")
    for remark in one.remarks:
        whose = f"（{glossary.label(remark.about)}）" if remark.about is not None else ""
        said.append(f"{remark.office}点评{whose}：{remark.words}")
        said.append(f"{remark.reply_office}回复：{remark.reply}" if remark.reply else "还没有回复。")
    return Entry(
        f"urn:portal:review:{one.region_code}:{code.replace('-', '')}:v{one.edition}",
        f"{title}（第{one.edition}版）" if one.correction_reason else title,
        f"{base}/reviews/{one.region_code}/{code}",
        "\n\n".join(said),
        ("双点评", one.region_label),
        one.published_at,
    )


def _of_round(one: RoundView, base: str) -> Entry | None:
    if one.published_at is None:
        return None
    counted = "，".join(
        f"{glossary.label(audience)}发出{response.handed_out}份"
        + (f"、收回{response.answered}份" if response.answered is not None else "")
        for audience, response in one.responses.items()
    )
    return Entry(
        f"urn:portal:survey:{one.public_id.replace('-', ':')}:published",
        one.title,
        f"{base}/surveys/{one.public_id}",
        "\n\n".join(part for part in (f"{counted}。", one.remarks) if part),
        ("满意度回访", one.region_label),
        one.published_at,
    )
