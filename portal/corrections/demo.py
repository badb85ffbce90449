"""Correction reports of the demo city: two accepted with the change they led to, two refused, three open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from random import Random

from sqlalchemy import delete, func, select

from portal import clock
from portal.corrections import service
from portal.corrections.models import CorrectionReport, CorrectionStep, KnownHow
from portal.corrections.page_words import as_snapshot, page_words
from portal.corrections.service import Claim, Words
from portal.domain.actor import Actor, Scope
from portal.domain.correction_state import ANSWER_WITHIN
from portal.domain.permissions import Department, keepers_of
from portal.domain.receipts import POSSIBILITIES
from portal.extensions import db
from portal.history.models import Revision
from portal.history.queries import state_at
from portal.institutions.demo.seeded import seeded
from portal.institutions.field_forms import Block
from portal.institutions.models import Institution, OperatingState
from portal.reference.calendar import working_calendar
from portal.vault.models import VaultKey

_REVIEWER = Actor("云汀市民政审核")
_OFFICE = {
    Department.CIVIL_AFFAIRS: Scope(False, None, Department.CIVIL_AFFAIRS),
    Department.FIRE: Scope(False, None, Department.FIRE),
    Department.MARKET: Scope(False, None, Department.MARKET),
}

Told = tuple[Block | None, str | None, KnownHow, str, str]
"""Block, item, how they know, what is wrong, what would be right."""

_ACCEPTED: dict[str, Told] = {
    "beds_total": (
        Block.BEDS, "institution.beds_total", KnownHow.SEEN,
        "床位没有这么多，有一层楼还没有启用。", "门口的牌子上写的床位比页面上少。",
    ),
    "phone": (
        Block.BASICS, "institution.phone", KnownHow.CALL,
        "这个电话打过去，说早就不用了。", "现在用的号码贴在门卫室窗户上。",
    ),
}  # fmt: skip
_REFUSED: tuple[tuple[Told, str], ...] = (
    (
        (Block.FEES, None, KnownHow.SIGN, "价钱和门口写的不一样。", "门口写的便宜一些。"),
        "到现场核对了收费公示牌：便宜的是旧标准，已经停用，旧牌子已请机构摘下；页面上的是现行标准。",
    ),
    (
        (Block.ADMISSION, None, KnownHow.OTHER, "听说他们不收新的老人了。", ""),
        "向机构核实，仍在收住新的老人，与页面上写的一致。",
    ),
)
_OPEN: tuple[tuple[int, Told], ...] = (
    (
        ANSWER_WITHIN + 6,
        (Block.BASICS, "institution.address", KnownHow.SEEN, "导航到这里，是一片工地。", "搬到隔壁街上了。"),
    ),
    (
        ANSWER_WITHIN - 2,
        (Block.SAFETY, "compliance.fire_safety", KnownHow.SEEN, "二楼的安全出口锁着。", ""),
    ),
    (2, (Block.FEES, None, KnownHow.PAPER, "比页面上写的贵。", "缴费单上每月多三百元。")),
)
"""Working days ago, and what was told: one too late, one due soon, one new."""


def load_reports(seed: int, county_code: str) -> int:
    """Lodge and decide the reports after the city's own story; return how many. Same seed, same reports.

    ``county_code``: where the demo's clerks serve, so that something waits for them.
    """
    rng = seeded(seed, "correction reports")
    homes = _homes(rng, county_code)
    for field, told in _ACCEPTED.items():
        _accepted(rng, field, told)
    for number, (told, reason) in enumerate(_REFUSED):
        _refused(rng, homes[number], told, reason, 16 + 9 * number)
    for number, (ago, told) in enumerate(_OPEN, len(_REFUSED)):
        _lodged(rng, homes[number], told, _working_days_ago(ago))
    return db.session.scalar(select(func.count()).select_from(CorrectionReport)) or 0


def wipe_reports() -> int:
    """Take all reports out again, before the institutions they are about; return how many there were."""
    count = db.session.scalar(select(func.count()).select_from(CorrectionReport)) or 0
    db.session.execute(delete(CorrectionStep))
    db.session.execute(delete(CorrectionReport))
    db.session.execute(delete(VaultKey).where(VaultKey.subject.startswith("correction/")))
    return count


def _accepted(rng: Random, field: str, told: Told) -> None:
    """A change that the story tells anyway, with the report that set it off eight days before."""
    query = (
        select(Revision)
        .join(Institution, Institution.id == Revision.record_id)
        .where(
            Revision.record_kind == Institution.record_kind,
            Revision.entered_at < clock.now() - timedelta(days=40),
            Institution.withdrawn.is_(False),
        )
        .order_by(Revision.entered_at.desc(), Revision.id.desc())
    )
    found = next(one for one in db.session.scalars(query) if field in one.stated and len(one.stated) <= 2)
    home = db.session.get_one(Institution, found.record_id)
    day = found.entered_at - timedelta(days=8)
    was = state_at(home, known_at=day).get(field)
    report = _lodged(rng, home, told, day, instead={str(found.stated[field]): str(was)})
    with clock.moved_to(_office_hours(found.entered_at + timedelta(days=1), rng)):
        reason = "核实属实，已经更正，根据的文件写在那一块下面。谢谢您。"
        service.accept(report, reason, found.id, _REVIEWER, _scope(report), report.version)


def _refused(rng: Random, home: Institution, told: Told, reason: str, ago: int) -> None:
    report = _lodged(rng, home, told, _working_days_ago(ago))
    with clock.moved_to(_office_hours(_working_days_ago(ago - 8), rng)):
        service.reject(report, reason, _REVIEWER, _scope(report), report.version)


def _lodged(
    rng: Random, home: Institution, told: Told, day: datetime, instead: Mapping[str, str] | None = None
) -> CorrectionReport:
    """Lodge a report on a day. Its snapshot is today's page, with what stood there ``instead``."""
    about, item, how, wrong, right = told
    snapshot = as_snapshot(page_words(home.public_id, about) or [])
    for now, then in (instead or {}).items():
        lines = [line for line in snapshot.split("\n") if "的数" not in line]  # a later day's number
        snapshot = "\n".join(lines).replace(now, then)
    claim = Claim(about, item, snapshot, Words(wrong, right), how)
    with clock.moved_to(_office_hours(day, rng)):
        return service.lodge(home, claim, f"{rng.getrandbits(128):032x}", drawn=rng.randrange(POSSIBILITIES))


def _scope(report: CorrectionReport) -> Scope:
    keepers = keepers_of(report.record_kind)
    return next(scope for department, scope in _OFFICE.items() if department in keepers)


def _homes(rng: Random, county_code: str) -> Sequence[Institution]:
    query = select(Institution).where(
        Institution.withdrawn.is_(False),
        Institution.operating_state == OperatingState.OPERATING,
        Institution.region_code == county_code,
        Institution.address.is_not(None),
    )
    homes = list(db.session.scalars(query.order_by(Institution.id)))
    return rng.sample(homes, len(_REFUSED) + len(_OPEN))


def _working_days_ago(number: int) -> datetime:
    calendar, day = working_calendar(), clock.today()
    while number:
        day -= timedelta(days=1)
        number -= calendar.is_working_day(day)
    return clock.at(day)


def _office_hours(moment: datetime, rng: Random) -> datetime:
    day: date = min(moment.date(), clock.today() - timedelta(days=1))
    return clock.at(day, rng.randint(9, 16), rng.randint(0, 59))
