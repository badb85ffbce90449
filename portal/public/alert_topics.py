"""What an address asks to be subscribed to: a home, a county, or the choice of a list as it stands there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import request

from portal import glossary
from portal.alerts.about import About
from portal.alerts.kinds import AlertTopic
from portal.domain.actor import PUBLIC
from portal.domain.permissions import Department
from portal.institutions.catalogue.catalogue import Catalogue
from portal.institutions.catalogue.holder import catalogue
from portal.public.institution_filters import active_choices, filter_groups, read_filters
from portal.public.list_choices import enum_choice, query_without, region_choice
from portal.public.paging import address_of
from portal.public.search_words import KINDS
from portal.search.query import MOST_CHARACTERS
from portal.supervision.kinds import DEPARTMENTS, ProblemCategory, Severity

_NO_CHOICE = ("about", "page", "view", "sort", "open", "state")
"""Parts of a list's address that choose nothing that lasts."""
_MOST_TYPED = 60
_LONGEST = 2000
"""Bytes of a choice in an address: it is kept, and no page of ours makes a longer one."""

TOLD: dict[AlertTopic, tuple[str, ...]] = {
    AlertTopic.INSTITUTION: (
        "整改通知发出、逾期、销号，问题又出现",
        "公开的问题、检查结果，表扬、处罚等信用信息有更新",
        "它的页面上哪一块资料改了",
    ),
    AlertTopic.REGION: (
        "整改通知发出、逾期、销号，问题又出现",
        "公开的问题、检查结果，表扬、处罚等信用信息有更新",
    ),
    AlertTopic.HOMES: ("新符合这些条件的机构", "符合条件的机构，哪一块资料改了"),
    AlertTopic.SEARCH: ("新搜得到的机构、公告、整改通知、投诉与答复", "搜到的机构，哪一块资料改了"),
    AlertTopic.NOTICES: ("符合这些条件的整改通知发出、逾期、销号，问题又出现",),
}
"""Topic → what its mails tell of."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for. ``plain``: its title without a word that somebody typed."""

    about: About
    title: str
    plain: str
    back: str
    """The page it was asked from."""


def asked() -> Asked | None:
    """Return what the current address asks to be subscribed to, None for nothing that is there."""
    if len(request.query_string) > _LONGEST:
        return None
    listed = catalogue(PUBLIC)
    match request.args.get("about", ""):
        case "home":
            return _home(listed)
        case "county":
            return _county(listed)
        case "institutions":
            return _homes(listed)
        case "search":
            return _search(listed)
        case "notices":
            return _notices(listed)
    return None


def _home(listed: Catalogue) -> Asked | None:
    entry = listed.by_public_id.get(request.args.get("home", ""))
    if entry is None:
        return None
    about = About(AlertTopic.INSTITUTION, institution_id=entry.id)
    return Asked(
        about, entry.name, entry.name, address_of("public.institution", {}, public_id=entry.public_id)
    )


def _county(listed: Catalogue) -> Asked | None:
    code = _region(listed)
    if code is None:
        return None
    title = f"{listed.regions.path_label(code, '')}的整改、检查、表扬和处罚"
    about = About(AlertTopic.REGION, region_code=code)
    return Asked(about, title, title, address_of("public.notices", {"region": code}))


def _homes(listed: Catalogue) -> Asked:
    filters, _ = read_filters(request.args, listed)
    labels = [choice.label for choice in active_choices(filter_groups(listed, filters))]
    plain = f"找机构：{'、'.join(labels) or '全部'}"
    choice = {
        "chosen": {name: sorted(values) for name, values in sorted(filters.chosen.items())},
        "care": filters.care.value,
        "words": filters.words,
    }
    path = address_of("public.institutions", query_without(*_NO_CHOICE))
    title = f"{plain}，“{filters.words}”" if filters.words else plain
    return _chosen(AlertTopic.HOMES, choice, title, f"{plain}和一些词" if filters.words else plain, path)


def _search(listed: Catalogue) -> Asked:
    words = " ".join(request.args.get("q", "").split())[:MOST_CHARACTERS]
    kind, region = request.args.get("kind", ""), _region(listed)
    kind = kind if kind in KINDS else ""
    narrowed = [listed.regions.label(region)] if region else []
    narrowed += [KINDS[kind][0]] if kind else []
    among = f"（{'、'.join(narrowed)}）" if narrowed else ""
    choice = {"words": words, "kind": kind, "region": region or ""}
    path = address_of("public.search", query_without(*_NO_CHOICE))
    return _chosen(AlertTopic.SEARCH, choice, f"搜索“{words}”{among}", f"一个搜索{among}", path)


def _notices(listed: Catalogue) -> Asked:
    department = enum_choice("department", Department)
    terms = {
        "department": department if department in DEPARTMENTS else None,
        "category": enum_choice("category", ProblemCategory),
        "severity": enum_choice("severity", Severity),
    }
    region, text = _region(listed), request.args.get("q", "").strip()[:_MOST_TYPED]
    labels = [listed.regions.label(region)] if region else []
    labels += [glossary.label(term) for term in terms.values() if term is not None]
    plain = f"整改通知：{'、'.join(labels) or '全部'}"
    choice = {name: term.value for name, term in terms.items() if term is not None}
    choice |= {name: value for name, value in (("region", region), ("text", text)) if value}
    path = address_of("public.notices", query_without(*_NO_CHOICE))
    title = f"{plain}，“{text}”" if text else plain
    return _chosen(AlertTopic.NOTICES, choice, title, f"{plain}和一些词" if text else plain, path)


def _chosen(topic: AlertTopic, choice: Mapping[str, object], title: str, plain: str, path: str) -> Asked:
    return Asked(About(topic, choice=choice, title=title, path=path), title, plain, path)


def _region(listed: Catalogue) -> str | None:
    """Return the region of the address as it is called today, None for one that nobody knows."""
    code = region_choice()
    if code is None or listed.regions.get(code) is None:
        return None
    today = listed.regions.currents(code)
    return today[0] if len(today) == 1 else code
