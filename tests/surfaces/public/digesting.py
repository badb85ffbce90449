"""Digests to look at: a city with fourteen months of the column, the last with words of its own."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from portal import clock
from portal.domain.actor import Actor, Scope
from portal.domain.permissions import Department
from portal.domain.suggestion_status import SuggestionStatus
from portal.extensions import db
from portal.topics.digest_models import Digest
from portal.topics.kinds import SuggestionKind
from portal.topics.models import Suggestion
from portal.topics.service import digests as service
from portal.topics.service.words import seal_words
from tests.integration.topics.digest_rows import CITY, COUNTY, OTHER, at, suggestion

MONTH = date(2026, 10, 1)
JUDGEMENT = "群众最担心电动车进楼道。\n消防、民政十一月逐家查，月底公布结果。"
WRITER, PUBLISHER = Actor("三明市民政经办"), Actor("三明市民政审核")
SCOPE = Scope(False, frozenset({CITY, COUNTY, OTHER}), Department.CIVIL_AFFAIRS)

_BEFORE = (
    (SuggestionKind.CANTEEN, "食堂的菜太咸", "食堂的菜太咸，老人吃不惯。"),
    (SuggestionKind.FEES, "押金退得太慢", "押金退得太慢，等了三个月。"),
    (SuggestionKind.STAFF, "晚上护工太少", "晚上值班的护工太少，按铃没人应。"),
    (SuggestionKind.BARRIER_FREE, "走廊要装扶手", "走廊没有扶手，老人容易摔。"),
)
_NOW = (
    "楼道里停满电动车，充电太危险。", "电动车在楼道充电，盼着管一管。", "老人住的楼下电动车乱停，还在充电。",
    "电动车充电棚太远。", "楼道里停电动车，老人走不过去。", "给电动车建充电棚。",
)  # fmt: skip


def fill() -> None:
    """Enter the suggestions of fourteen months."""
    year, month = 2025, 9
    while (year, month) < (2026, 11):
        for number, (kind, title, text) in enumerate(_BEFORE):
            where = (COUNTY, OTHER, CITY)[(number + month) % 3]
            status = SuggestionStatus.ANSWERED if number % 2 else SuggestionStatus.PUBLISHED
            suggestion(
                at(year, month, 3 + number), status, kind=kind, title=title, text=text, region_code=where,
                supports=10 * number + month,
            )  # fmt: skip
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    for number, text in enumerate(_NOW):
        suggestion(at(2026, 10, 12 + number), title=f"管管电动车{number}", text=text, supports=90 - number)
    suggestion(
        at(2026, 9, 20), SuggestionStatus.ANSWERED, title="门口要有坡道", done="坡道已经修好，能走了。",
        done_at=at(2026, 10, 8), supports=33,
    )  # fmt: skip
    suggestion(at(2026, 10, 30), SuggestionStatus.RECEIVED)
    suggestion(at(2026, 10, 29), SuggestionStatus.DECLINED)
    for row in db.session.scalars(select(Suggestion).where(Suggestion.words_sealed == "-")):
        row.words_sealed = seal_words(row, "电梯老坏。")  # whoever works on it opens it


def published(month: date = MONTH, region: str = CITY, on: date = date(2026, 11, 9)) -> Digest:
    """Compile, judge and publish a month's digest as on a day; call it within a unit of work."""
    with clock.moved_to(clock.at(on)):
        digest = service.compile_digest(region, month)
        service.write_judgement(digest, JUDGEMENT, (), WRITER, SCOPE, digest.version)
        service.submit_digest(digest, WRITER, SCOPE, digest.version)
        service.publish_digest(digest, PUBLISHER, SCOPE, digest.version)
    return digest
