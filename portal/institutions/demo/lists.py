"""Chapter one: the city's monthly list, from which homes enter, change and are confirmed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date
from random import Random
from typing import Any

from portal.history import bulk, keeper
from portal.institutions import service
from portal.institutions.demo import entering
from portal.institutions.demo.cast import City, Home, Story
from portal.institutions.demo.legal import Dates
from portal.institutions.demo.timeline import MONTHS, Timeline
from portal.institutions.models import Institution, InstitutionKind, OperatingState, OperationMode

_TITLE = "养老机构基本情况表（月报）"
_WEEKLY = "养老机构登记备案周报"
_COVERS = (
    *("name", "credit_code", "kind", "legal_form", "operation_mode", "region_code", "township", "address"),
    *("phone", "operating_state", "beds_total", "beds_nursing", "residents", "owner"),
)
_NATURE = {
    OperationMode.PUBLIC_PUBLIC: "公办",
    OperationMode.PUBLIC_PRIVATE: "公建民营",
    OperationMode.PRIVATE_SUBSIDISED: "民办公助",
    OperationMode.PRIVATE: "民办",
}


def schedule(city: City, timeline: Timeline, dates: dict[Home, Dates]) -> None:
    """Plan thirty monthly lists and one weekly report that brings the newest homes."""
    ends = timeline.month_ends()
    changes = {end: _changes_of(city, dates, end, ends) for end in ends}
    for end in ends:
        timeline.at(timeline.entry_day(end), _list_entry(city, dates, end, changes[end]), hour=9)
    timeline.at(timeline.yesterday, _weekly_entry(city, dates, timeline.ago(2)), hour=9)


def _list_entry(
    city: City, dates: dict[Home, Dates], end: date, changes: dict[Home, dict[str, Any]]
) -> Callable[[], None]:
    def enter() -> None:
        source = entering.city_list(_TITLE, end, _COVERS)
        told = entering.stated(source)
        known = [home for home in city.homes if home.record_id is not None and dates[home].on_list(end)]
        for home in city.homes:
            if home.record_id is None and dates[home].on_list(end):
                open_home(home, facts(city, home, dates[home], end), told)
        amended: list[tuple[int, str, dict[str, Any]]] = []
        for home in known:
            wanted = changes.get(home, {})
            if "name" in wanted:
                home.known_as = wanted["name"]
                service.amend_institution(home.row, wanted, told)
            elif wanted:
                amended.append((home.id, home.subject, wanted))
        bulk.amend_many(Institution, amended, told)
        bulk.confirm_many("institution", {home.id: None for home in known}, source)

    return enter


def _weekly_entry(city: City, dates: dict[Home, Dates], day: date) -> Callable[[], None]:
    def enter() -> None:
        told = entering.stated(entering.city_list(_WEEKLY, day, ("operating_state", "opened_on")))
        for home in city.homes:
            if home.record_id is None:
                open_home(home, facts(city, home, dates[home], day), told)
            elif home.story is Story.JUST_OPENED:
                opened = dates[home].opened_on
                assert opened is not None
                news = {
                    "operating_state": OperatingState.OPERATING,
                    "opened_on": opened.isoformat(),
                    "residents": 3,
                    "description": DESCRIPTIONS[home.story],
                }
                service.amend_institution(home.row, news, told)

    return enter


def open_home(home: Home, values: dict[str, Any], told: keeper.Provenance) -> None:
    """Enter a home for the first time."""
    home.known_as = home.name
    home.record_id = service.register_institution(values, told, public_id=home.public_id).id


def facts(city: City, home: Home, dates: Dates, day: date) -> dict[str, Any]:
    """Return what a list says of ``home`` on ``day``."""
    rng = city.rng("facts", home.key)
    opened = dates.opened_on
    open_now = opened is not None and opened <= day
    written_opening = opened.isoformat() if opened is not None and open_now else None
    if written_opening and rng.random() < 0.35:
        written_opening = written_opening[: rng.choice((4, 7))]
    legal = home.story is not Story.NO_LEGAL_PERSON
    return {
        "name": home.name,
        "credit_code": home.credit_code if legal else None,
        "predecessor_id": home.predecessor.id if home.predecessor else None,
        "kind": home.kind,
        "legal_form": home.form if legal else None,
        "operation_mode": home.mode,
        "nature_as_written": _nature(home, rng),
        "region_code": home.county.code,
        "township": home.township,
        "address": home.address,
        "phone": home.phone if rng.random() > 0.05 else None,
        "opened_on": written_opening,
        "operating_state": OperatingState.OPERATING if open_now else OperatingState.NOT_OPENED,
        "beds_total": home.beds,
        "beds_nursing": _nursing_beds(home, rng),
        "residents": (home.predecessor.row.residents if home.predecessor else _residents(home, rng))
        if open_now
        else None,
        "owner": _owner(home) if home.is_public else None,
        "description": DESCRIPTIONS.get(home.story) if open_now or opened is None else None,
    }


DESCRIPTIONS = {
    Story.NO_LEGAL_PERSON: "由乡镇政府举办，集中供养特困人员。尚未单独办理法人登记，正在与编制部门衔接。",
    Story.NOT_OPENED: "已完成登记，房屋正在装修改造，尚未收住老人。",
    Story.NOT_FILED: "已登记并收住老人，尚未提交备案材料，民政部门已书面提醒。",
    Story.JUST_OPENED: "开业不久，刚收住第一位老人，备案材料正在准备。",
}


def _nature(home: Home, rng: Random) -> str | None:
    if rng.random() < 0.5:
        return None
    if home.kind is InstitutionKind.TOWNSHIP_HOME and rng.random() < 0.3:
        return "农村中心敬老院"
    return _NATURE[home.mode]


def _owner(home: Home) -> str:
    if home.kind is InstitutionKind.TOWNSHIP_HOME:
        town = home.township
        return f"{home.county.name}{town}{'办事处' if town.endswith('街道') else '人民政府'}"
    if home.name.startswith("云汀市示例"):
        return entering.CITY_BUREAU
    return home.county.bureau


def _nursing_beds(home: Home, rng: Random) -> int | None:
    if rng.random() < 0.06:
        return None
    share = {
        InstitutionKind.NURSING_CENTRE: (0.8, 1.0),
        InstitutionKind.TOWNSHIP_HOME: (0.1, 0.55),
        InstitutionKind.APARTMENT: (0.0, 0.4),
    }.get(home.kind, (0.3, 0.75))
    return int(home.beds * rng.uniform(*share))


def _residents(home: Home, rng: Random) -> int | None:
    if rng.random() < 0.04:
        return None
    return int(home.beds * rng.triangular(0.15, 0.86, 0.6))


def _changes_of(
    city: City, dates: dict[Home, Dates], end: date, ends: list[date]
) -> dict[Home, dict[str, Any]]:
    """Return what is new on one month's list: residents come and go, beds are added, homes open."""
    changes: defaultdict[Home, dict[str, Any]] = defaultdict(dict)
    index = ends.index(end)
    before = ends[index - 1] if index else end
    for home in city.homes:
        rng = city.rng("month", home.key, str(MONTHS - index))
        opened = dates[home].opened_on
        if opened is not None and before < opened <= end and home.story is not Story.OWNER_COMES:
            changes[home] |= {"operating_state": OperatingState.OPERATING, "opened_on": opened.isoformat()}
            changes[home]["residents"] = rng.randint(2, 9)
        elif dates[home].takes_residents(before) and dates[home].takes_residents(end) and rng.random() < 0.09:
            changes[home]["residents"] = _residents(home, rng) or home.beds // 2
        if home.name_later and index == 6 + sum(map(ord, home.key)) % 18:
            changes[home]["name"] = home.name_later
    return changes
