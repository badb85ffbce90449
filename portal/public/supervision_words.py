"""What the pages of supervision have in common: regions and homes to choose, words for kinds of credit."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request

from portal import glossary
from portal.domain.actor import PUBLIC
from portal.institutions.catalogue.entry import Entry
from portal.institutions.catalogue.holder import catalogue
from portal.supervision.kinds import CreditKind, InspectionKind

TEXT_MOST = 60
"""Characters of what somebody types into a list's search field."""

CREDIT_WORDS = {
    CreditKind.PENALTY: "行政机关查实违法行为后作出的决定，比如警告、罚款、责令停业整顿。",
    CreditKind.COMMENDATION: "有关部门公开表扬的机构和事情。",
    CreditKind.EXPOSURE: "有关部门公开点名的问题。不是处罚，是提醒大家注意。",
    CreditKind.DISCREDIT: "严重失信、被列入名单的机构。列入期间受什么限制，写在每一条里。",
}
"""What each kind of entry is, in one sentence for a family."""


@dataclass(frozen=True, slots=True)
class Regions:
    """The regions a list offers, without counts: counting them all would cost more than the page."""

    chosen: str | None
    chosen_label: str | None
    up: tuple[tuple[str, str], ...]
    choices: tuple[tuple[str, str], ...]


def regions_offered(chosen: str | None) -> Regions:
    """Return what the list offers under ``chosen``; a code that is none counts as not chosen."""
    listed = catalogue(PUBLIC)
    directory = listed.regions
    known = chosen if chosen is not None and directory.get(chosen) is not None else None
    top = listed.region_choices([])
    shared = {row.code for row in directory.ancestors(top[0])} if top else set()
    above = directory.ancestors(known) if known else []
    return Regions(
        known,
        directory.label(known) if known else None,
        tuple((row.code, directory.label(row.code)) for row in above if row.code not in shared),
        tuple((code, directory.label(code)) for code in listed.region_choices([known] if known else [])),
    )


def home_choice() -> Entry | None:
    """Return the listed home that ``?home=`` names, or None."""
    return catalogue(PUBLIC).by_public_id.get(request.args.get("home", ""))


def text_choice() -> str:
    """Return what was typed into the list's search field."""
    return request.args.get("q", "").strip()[:TEXT_MOST]


def kind_words(kind: InspectionKind) -> str:
    """Return why somebody went, as the public reads it: of a complaint 群众反映, and no more (R32)."""
    return "群众反映" if kind is InspectionKind.COMPLAINT else glossary.label(kind)
