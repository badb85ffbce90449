"""A county that calls back, for tests: homes, a round, and people who answer by themselves."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from flask import Flask
from sqlalchemy import select

from portal import clock
from portal.domain.actor import IMPORTER, Actor, Scope
from portal.domain.permissions import Department
from portal.domain.questionnaires import Audience
from portal.domain.survey_round import Half
from portal.extensions import db
from portal.history.keeper import Provenance
from portal.history.models import SourceKind
from portal.history.sources import enter_source
from portal.institutions import service as institutions
from portal.institutions.models import OperatingState
from portal.surveys.jobs import tend_surveys
from portal.surveys.kinds import SheetChannel
from portal.surveys.models import SurveyLot, SurveyRound
from portal.surveys.service.answering import answer, opened
from portal.surveys.service.rounds import open_round, publish
from portal.surveys.service.sheets import hand_out
from portal.unit_of_work import unit_of_work
from portal.vault.sealing import unseal

CITY, COUNTY, OTHER = "350400", "350404", "350405"
WHICH = Half(2026, 1)
FIRST, LAST = date(2026, 5, 11), date(2026, 6, 10)
CLERK = Actor("三明市民政经办")


def scope(*regions: str, department: Department = Department.CIVIL_AFFAIRS) -> Scope:
    return Scope(False, frozenset(regions or (CITY, COUNTY, OTHER)), department)


@dataclass
class Office:
    """One city's call-back in an application of its own."""

    app: Flask
    homes: dict[str, int] = field(default_factory=dict)
    round_id: int = 0

    @contextmanager
    def on(self, day: date | datetime) -> Iterator[None]:
        moment = day if isinstance(day, datetime) else clock.at(day, 10)
        with self.app.app_context(), clock.moved_to(moment), unit_of_work():
            yield

    def enter(self, *names: str, region: str = COUNTY) -> None:
        day = date(2026, 2, 1)
        with self.on(day):
            told = Provenance(enter_source("月报", day, SourceKind.SPREADSHEET), day, IMPORTER)
            for name in names:
                values = {"name": name, "region_code": region, "operating_state": OperatingState.OPERATING}
                self.homes[name] = institutions.register_institution(values, told).id

    def open(self, which: Half = WHICH, first: date = FIRST, last: date = LAST) -> int:
        with self.on(first):
            self.round_id = open_round(CITY, which, first, last, CLERK, scope()).id
        return self.round_id

    def round(self) -> SurveyRound:
        return db.session.get_one(SurveyRound, self.round_id)

    def sheets(self, name: str, count: int, audience: Audience = Audience.RESIDENTS) -> list[str]:
        """Hand out to a home; return the codes."""
        with self.on(FIRST):
            lot = hand_out(
                self.round(), self.homes[name], audience, SheetChannel.SHEET, count, CLERK, scope()
            )
            codes: list[str] = json.loads(unseal(lot.codes_sealed or "") or "")
        return codes

    def calls(self, name: str, count: int, audience: Audience = Audience.FAMILIES) -> int:
        with self.on(FIRST):
            found, home = self.round(), self.homes[name]
            return hand_out(found, home, audience, SheetChannel.TELEPHONE, count, CLERK, scope()).id

    def answer(self, code: str, words: str = "", day: date = FIRST, **given: str) -> None:
        with self.on(day):
            answer(opened(code), given or {"overall": "good"}, words)

    def answers(self, given: Iterable[tuple[str, str, dict[str, str]]], day: date = FIRST) -> None:
        """Let several answer at once: code, words, what they choose."""
        with self.on(day):
            for code, words, chosen in given:
                answer(opened(code), chosen, words)

    def over(self, day: date = LAST + timedelta(days=1)) -> None:
        """Let the worker do its minute of the day after the last."""
        with self.app.app_context(), clock.moved_to(clock.at(day, 0, 5)):
            tend_surveys()

    def publish(self, remarks: str = "饭菜要改。", day: date = LAST + timedelta(days=12)) -> None:
        with self.on(day):
            found = self.round()
            publish(found, remarks, CLERK, scope(), found.version)

    def lot(self, lot_id: int) -> SurveyLot:
        return db.session.scalars(select(SurveyLot).where(SurveyLot.id == lot_id)).one()
