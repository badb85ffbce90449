"""What meets a choice now: homes of the list, answers of search, notices of theirs."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from portal.alerts.about import About, NotWatchable, read_kept
from portal.alerts.kinds import MOST_HOMES, AlertTopic
from portal.alerts.models import Alert
from portal.domain.actor import PUBLIC
from portal.domain.fees import CareLevel
from portal.domain.permissions import Department
from portal.institutions.catalogue.catalogue import Catalogue
from portal.institutions.catalogue.filters import Filters
from portal.institutions.catalogue.holder import catalogue
from portal.search.finding import IndexUnavailable, answer, matching_ids
from portal.search.query import read_query
from portal.supervision.kinds import ProblemCategory, Severity
from portal.supervision.queries.notices import NoticeChoice, notices_meeting
from portal.supervision.queries.open_problems import open_counts
from portal.vault.sealing import VaultDamaged, unseal

OPEN_PROBLEMS = "problems"
"""The filter of the list that asks for homes with open problems: ``major`` hazards, or any."""
MOST_ANSWERS = 200
"""The best answers of a search that are looked at: what is new shows up among them."""


def about_of(alert: Alert) -> About:
    """Return what an alert is about, its choice opened. Raises VaultDamaged."""
    kept = None if alert.choice_sealed is None else unseal(alert.choice_sealed)
    if alert.choice_sealed is not None and kept is None:
        raise VaultDamaged("密钥已经删除，订阅的条件打不开")
    return read_kept(alert.topic, alert.institution_id, alert.region_code, kept)


def check_watchable(about: About) -> None:
    """Raise NotWatchable for a choice that is none: everything, or nearly."""
    if about.topic is AlertTopic.HOMES:
        try:
            count = len(homes_meeting(about.choice or {}))
        except IndexUnavailable:
            raise NotWatchable("搜索目录正在重建，请过几分钟再订阅。") from None
        if count > MOST_HOMES:
            raise NotWatchable(
                f"这样选出来的有{count}家，太多了。请先选区县或加几个条件，选到{MOST_HOMES}家以内再订阅。"
            )
    elif about.topic is AlertTopic.SEARCH and not read_query((about.choice or {}).get("words", "")):
        raise NotWatchable("请先输入要搜索的词，再订阅。")


def seen_now(alert: Alert) -> str | None:
    """Return what meets an alert's choice now, as it is kept; None where nothing has to be."""
    about = about_of(alert)
    found = meeting(about)
    return None if found is None else json.dumps(sorted(found))


def meeting(about: About) -> dict[str, str] | None:
    """Return what meets a choice now: ``kind/id`` → name. None: not a choice, or the index is unavailable."""
    if about.topic is AlertTopic.HOMES:
        try:
            return {f"institution/{key}": name for key, name in homes_meeting(about.choice or {}).items()}
        except IndexUnavailable:
            return None
    if about.topic is AlertTopic.SEARCH:
        return _answers(about.choice or {})
    return None


def homes_meeting(choice: Mapping[str, Any]) -> dict[int, str]:
    """Return the homes that meet a choice on the list: id → name. Raises IndexUnavailable."""
    listed = catalogue(PUBLIC)
    chosen = {name: tuple(values) for name, values in choice.get("chosen", {}).items()}
    problems = chosen.pop(OPEN_PROBLEMS, ())
    filters = Filters(chosen, CareLevel(choice.get("care", CareLevel.SELF_CARE)), choice.get("words", ""))
    found = {entry.id: entry.name for entry in listed.find(_with_words(listed, filters))}
    if not problems:
        return found
    wanted = {
        key
        for key, count in open_counts(None, PUBLIC, listed.day).items()
        if ("open" in problems and count.open) or ("major" in problems and count.major)
    }
    return {key: name for key, name in found.items() if key in wanted}


def notices_among(ids: Collection[int], choice: Mapping[str, Any], today: date) -> set[int]:
    """Return those of the notices that meet a choice on their list."""
    asked = NoticeChoice(
        region=choice.get("region"),
        department=_member(Department, choice.get("department")),
        category=_member(ProblemCategory, choice.get("category")),
        severity=_member(Severity, choice.get("severity")),
        text=choice.get("text", ""),
    )
    return notices_meeting(asked, ids, PUBLIC, today)


def _with_words(listed: Catalogue, filters: Filters) -> Filters:
    if not read_query(filters.words):
        return filters
    return replace(filters, members=listed.members_of(matching_ids(filters.words, "institution")))


def _answers(choice: Mapping[str, Any]) -> dict[str, str] | None:
    try:
        found = answer(
            choice.get("words", ""),
            PUBLIC,
            kind=choice.get("kind") or None,
            region=choice.get("region") or None,
            limit=MOST_ANSWERS,
        )
    except IndexUnavailable:
        return None
    return {f"{one.hit.kind}/{one.hit.record_id}": one.document.name for one in found.shown}


def _member(kind: Any, value: str | None) -> Any:
    """Return the member, None for nothing; a value that the terms no longer have counts as not chosen."""
    return next((member for member in kind if member.value == value), None)
