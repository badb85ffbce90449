"""What stands to the credit and discredit of the demo's homes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from portal import clock
from portal.accounts.demo_desks import Desks
from portal.domain.permissions import Department, Role
from portal.institutions.models import Institution
from portal.supervision.kinds import CreditKind
from portal.supervision.service import credit

_K, _D = CreditKind, Department

_Said = tuple[CreditKind, Department, int, int | None, int | None, str, str, str, str, str | None]
"""Kind, office, days ago, days of its term, fine in fen, title, reason, basis, content, number."""

_ENTRIES: tuple[_Said, ...] = (
    (
        _K.PENALTY,
        _D.CIVIL_AFFAIRS,
        300,
        365,
        2_000_000,
        "未按规定存管预收费",
        "收取老年人预付的费用，没有存入专用存款账户，责令改正后逾期不改。",
        "《养老机构管理办法》",
        "责令改正，按月报告存管情况。",
        "民罚决〔2026〕3号",
    ),
    (
        _K.PENALTY,
        _D.MARKET,
        345,
        365,
        500_000,
        "使用过期食品原料",
        "食堂冷库存放过期冷冻肉，已经用于加工。",
        "《中华人民共和国食品安全法》",
        "没收过期食品。",
        "市监罚〔2025〕41号",
    ),
    (
        _K.PENALTY,
        _D.FIRE,
        120,
        365,
        3_000_000,
        "占用疏散通道，经通知仍不改正",
        "占用、堵塞疏散通道，经通知后拒不改正。",
        "《中华人民共和国消防法》第六十条",
        "责令立即清理，恢复畅通。",
        "消行罚决〔2026〕17号",
    ),
    (
        _K.DISCREDIT,
        _D.CIVIL_AFFAIRS,
        200,
        730,
        None,
        "列入养老服务市场失信联合惩戒对象名单",
        "以预付费名义向老年人收取大额会员费，停业后拒不退还。",
        "《养老服务市场失信联合惩戒对象名单管理办法（试行）》",
        "两年内不得享受运营补贴，不得参加等级评定。",
        None,
    ),
    (
        _K.EXPOSURE,
        _D.CIVIL_AFFAIRS,
        40,
        90,
        None,
        "全市养老机构安全检查通报",
        "夜间值班人员脱岗，应急照明长期不亮，限期整改后仍未完成。",
        "《养老机构管理办法》",
        "在全市通报，责令三十日内整改到位。",
        None,
    ),
    (
        _K.COMMENDATION,
        _D.CIVIL_AFFAIRS,
        150,
        None,
        None,
        "全市养老服务先进集体",
        "认知障碍照护区建设和家属开放日做得好，三年没有安全事故。",
        "市民政局表彰决定",
        "授予“全市养老服务先进集体”。",
        "云民发〔2026〕22号",
    ),
    (
        _K.COMMENDATION,
        _D.CIVIL_AFFAIRS,
        80,
        1095,
        None,
        "消防安全示范单位",
        "每月夜间疏散演练，员工人人会用灭火器。",
        "市民政局、消防救援机构联合通报",
        "授予“消防安全示范单位”，为期三年。",
        None,
    ),
)
_WAITING = (
    _K.PENALTY,
    _D.CIVIL_AFFAIRS,
    3,
    365,
    1_000_000,
    "未建立老年人信息档案",
    "抽查发现未建立入住老年人信息档案，责令改正后仍未建立。",
    "《养老机构管理办法》",
    "责令补建档案。",
    None,
)


def enter_credit(homes: Sequence[Institution], waiting: Institution, desks: Desks) -> None:
    """Enter what was decided in the last year, each on its day, and one that waits for the reviewer."""
    for home, entry in zip(homes, _ENTRIES, strict=False):
        _enter(home, entry, desks, published=True)
    _enter(waiting, _WAITING, desks, published=False)


def _enter(
    home: Institution,
    said: _Said,
    desks: Desks,
    *,
    published: bool,
) -> None:
    kind, department, ago, term, fine, title, reason, basis, content, number = said
    day = clock.today() - timedelta(days=ago)
    clerk = desks.of(home.region_code, department, Role.CLERK)
    reviewer = desks.of(home.region_code, department, Role.REVIEWER)
    with clock.moved_to(clock.at(day + timedelta(days=1), 10, 20)):
        record = credit.enter_credit(
            credit.CreditEntry(
                kind=kind,
                institution_id=home.id,
                title=title,
                reason=reason,
                legal_basis=basis,
                authority=_AUTHORITIES[department],
                decided_on=day,
                until=None if term is None else day + timedelta(days=term),
                document_number=number,
                content=content,
                amount_fen=fine,
            ),
            clerk.actor,
            clerk.scope,
        )
    if published:
        with clock.moved_to(clock.at(day + timedelta(days=2), 15, 5)):
            credit.publish_credit(record, reviewer.actor, reviewer.scope, record.version)


_AUTHORITIES = {
    _D.CIVIL_AFFAIRS: "云汀市民政局",
    _D.MARKET: "云汀市市场监督管理局",
    _D.FIRE: "云汀市消防救援支队",
}
