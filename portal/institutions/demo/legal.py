"""Chapter two: registration (登记), filing (备案), their end, and the commitment letters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from portal.extensions import db
from portal.history import bulk
from portal.institutions import service
from portal.institutions.demo import entering, identity
from portal.institutions.demo.cast import City, Home, Story
from portal.institutions.demo.documents import filing_number
from portal.institutions.demo.letters import commitment_body
from portal.institutions.demo.timeline import Timeline
from portal.institutions.models import CommitmentLetter, Filing, LegalForm, Registration, RegistryKind

_TITLE = "养老机构登记备案名录"
_NEVER_FILED = (Story.NOT_FILED, Story.JUST_OPENED, Story.NOT_OPENED, Story.NO_LEGAL_PERSON)
_REGISTER = {
    LegalForm.PUBLIC_INSTITUTION: (RegistryKind.PUBLIC_INSTITUTIONS, "机构编制委员会办公室", "事证第{}号"),
    LegalForm.SOCIAL_SERVICE: (RegistryKind.SOCIAL_ORGANISATIONS, "民政局", "民社证字第{}号"),
    LegalForm.COMPANY: (RegistryKind.MARKET, "市场监督管理局", "市监企字{}"),
    LegalForm.INDIVIDUAL: (RegistryKind.MARKET, "市场监督管理局", "市监个字{}"),
    LegalForm.OTHER: (RegistryKind.PUBLIC_INSTITUTIONS, "机构编制委员会办公室", "事证第{}号"),
}


@dataclass(slots=True)
class Dates:
    """The days of one home's legal life, all relative to the day of loading."""

    registered_on: date | None
    opened_on: date | None
    filed_on: date | None
    ended_on: date | None
    """Closed, merged or left by its owner."""
    first_listed_on: date
    """The day from which the city's lists know it."""
    paused_on: date | None = None
    """Service paused, or the home turned into something else."""
    resumed_on: date | None = None

    def on_list(self, day: date) -> bool:
        """True if a list of ``day`` names the home."""
        return self.first_listed_on <= day and (self.ended_on is None or day < self.ended_on)

    def takes_residents(self, day: date) -> bool:
        """True if residents live there on ``day``."""
        if self.opened_on is None or day < self.opened_on or not self.on_list(day):
            return False
        paused = self.paused_on is not None and self.paused_on <= day
        return not paused or (self.resumed_on is not None and self.resumed_on <= day)


def plan_dates(city: City, timeline: Timeline) -> dict[Home, Dates]:
    """Return every home's dates."""
    oldest = timeline.month_ends()[0]
    dates: dict[Home, Dates] = {}
    for number, home in enumerate(city.homes):
        own = dates[home] = _dates_of(home, city.rng("dates", home.key), timeline, oldest, dates)
        match home.story:
            case Story.SUSPENDED | Story.CONVERTED:
                own.paused_on = _mid_month(timeline.ago(45 + number % 5 * 25))
            case Story.RESUMED:
                own.paused_on = _mid_month(timeline.ago(300 - number % 7 * 12))
                own.resumed_on = _mid_month(own.paused_on + timedelta(days=100))
    return dates


def _dates_of(home: Home, rng: Random, timeline: Timeline, oldest: date, known: dict[Home, Dates]) -> Dates:
    match home.story:
        case Story.NEW | Story.ONCE_UNREGISTERED:
            registered = timeline.ago(rng.randint(120, 780))
            opened = registered + timedelta(days=rng.randint(15, 70))
            return Dates(registered, opened, opened + timedelta(days=rng.randint(3, 13)), None, registered)
        case Story.JUST_OPENED:
            registered = timeline.ago(rng.randint(80, 200))
            return Dates(registered, timeline.ago(rng.randint(3, 9)), None, None, registered)
        case Story.NOT_OPENED:
            registered = timeline.ago(rng.randint(45, 420))
            return Dates(registered, None, None, None, registered)
        case Story.OWNER_COMES:
            assert home.predecessor is not None
            handover = known[home.predecessor].ended_on
            assert handover is not None
            filed = handover + timedelta(days=rng.randint(5, 12))
            return Dates(handover, handover, filed, None, handover)
        case _:
            pass
    opened = timeline.ago(rng.randint(1100, 7300))
    registered = opened - timedelta(days=rng.randint(10, 120))
    since: date | None = None
    if home.story not in _NEVER_FILED:
        since = max(opened + timedelta(days=9), _filing_began(timeline, rng))
    ended = None
    if home.story in (Story.CLOSED, Story.MERGED, Story.OWNER_LEAVES):
        ended = _mid_month(timeline.ago(rng.randint(90, 640)))
    first = oldest if home.key[-1] != "7" else oldest + timedelta(days=40)
    return Dates(None if home.story is Story.NO_LEGAL_PERSON else registered, opened, since, ended, first)


def _filing_began(timeline: Timeline, rng: Random) -> date:
    """Filing replaced the licence some years ago: old homes filed in the years after."""
    return timeline.ago(rng.randint(940, 1900))


def _mid_month(day: date) -> date:
    """Return a day of the same month that lies between two monthly lists."""
    return day.replace(day=11 + day.toordinal() % 14)


def schedule(city: City, timeline: Timeline, dates: dict[Home, Dates]) -> None:
    """Plan the monthly register of registrations and filings, and the letters that came with filing."""
    days = [(timeline.entry_day(end), end) for end in timeline.month_ends()]
    days.append((timeline.yesterday, timeline.ago(2)))
    for number, (entered_on, day) in enumerate(days):
        timeline.at(entered_on, _register_entry(city, dates, day, quarter=number % 3 == 0), hour=11)
    for home in city.homes:
        ended, filed = dates[home].ended_on, dates[home].filed_on
        if ended is not None:
            timeline.at(ended + timedelta(days=4), _ending(home, ended), hour=15)
        if filed is not None and city.rng("letter", home.key).random() < 0.5:
            first_known = max(filed, dates[home].first_listed_on)
            # The letter is put on the site some days after the list that first names the home.
            timeline.at(first_known + timedelta(days=44), _letter(city, home, filed), hour=16)


def _register_entry(city: City, dates: dict[Home, Dates], day: date, *, quarter: bool) -> Callable[[], None]:
    def enter() -> None:
        covers = {"register_kind", "authority", "number", "registered_on", "filed_on", "first_resident_on"}
        source = entering.city_list(_TITLE, day, covers)
        told = entering.stated(source)
        entered = [home for home in city.homes if home.record_id is not None and dates[home].on_list(day)]
        if quarter:
            for kind, ids in (
                ("registration", [home.registration_id for home in entered]),
                ("filing", [home.filing_id for home in entered]),
            ):
                bulk.confirm_many(kind, {record_id: None for record_id in ids if record_id}, source)
        new = [home for home in entered if home.registration_id is None and dates[home].registered_on]
        rows = [(home, _registration(city, home, dates[home])) for home in new]
        for home, record_id in zip(new, entering.enter_rows(Registration, rows, told), strict=True):
            home.registration_id = record_id
        filed = [
            home
            for home in entered
            if home.filing_id is None and (on := dates[home].filed_on) is not None and on <= day
        ]
        receipts = [(home, _filing(city, home, dates[home])) for home in filed]
        for home, record_id in zip(filed, entering.enter_rows(Filing, receipts, told), strict=True):
            home.filing_id = record_id

    return enter


def _registration(city: City, home: Home, dates: Dates) -> dict[str, Any]:
    kind, office, number = _REGISTER[home.form]
    return {
        "register_kind": kind,
        "authority": f"{home.county.name}{office}",
        "number": number.format(home.credit_code[8:17]),
        "registered_on": dates.registered_on if city.rng("reg", home.key).random() > 0.03 else None,
    }


def _filing(city: City, home: Home, dates: Dates) -> dict[str, Any]:
    assert dates.filed_on is not None
    rng = city.rng("filing", home.key)
    first = dates.opened_on if dates.opened_on and (dates.filed_on - dates.opened_on).days < 60 else None
    return {
        "authority": home.county.bureau,
        "number": filing_number(home.county, dates.filed_on, int(home.key[-3:])),
        "filed_on": dates.filed_on if rng.random() > 0.04 else None,
        "first_resident_on": first,
    }


def _ending(home: Home, ended: date) -> Callable[[], None]:
    reason = {
        Story.CLOSED: "机构终止服务，清算完毕后申请注销登记。",
        Story.MERGED: "并入其他养老机构，注销法人登记。",
        Story.OWNER_LEAVES: "举办方变更，原登记主体注销，由新的举办方另行登记。",
    }[home.story]

    def enter() -> None:
        title = f"{home.county.name}：养老机构注销登记公告（{home.known_as}）"
        told = entering.stated(entering.paper(title, ended, home.county.bureau))
        registration = db.session.get(Registration, home.registration_id)
        assert registration is not None
        service.amend(registration, {"deregistered_on": ended, "deregistered_reason": reason}, told)
        filing = db.session.get(Filing, home.filing_id)
        assert filing is not None
        service.amend(filing, {"cancelled_on": ended, "cancelled_reason": reason}, told)

    return enter


def _letter(city: City, home: Home, filed: date) -> Callable[[], None]:
    def enter() -> None:
        told = entering.told_by(home, "养老机构备案信用承诺书", filed)
        letter = CommitmentLetter(
            institution_id=home.id,
            public_id=identity.public_id(city.rng("letter id", home.key)),
            title="养老机构备案信用承诺书",
            signed_on=filed,
            body=commitment_body(home.known_as, home.county, city.rng("letter text", home.key)),
        )
        service.enter(letter, told)

    return enter
