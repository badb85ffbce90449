"""Whatever is entered, amended, confirmed or withdrawn, in whatever order: the row shows its history."""

from __future__ import annotations

import random
import threading
from datetime import date, timedelta

import pytest
from flask import Flask

from portal import clock
from portal.domain.actor import SYSTEM
from portal.domain.errors import FutureFact
from portal.extensions import db
from portal.history import bulk, keeper
from portal.history.keeper import Provenance
from portal.history.models import SourceDocument, SourceKind
from portal.history.queries import state_at, trail_of
from portal.history.sources import enter_source
from portal.institutions import service
from portal.institutions.models import Institution
from portal.unit_of_work import unit_of_work

START = date(2026, 1, 1)
FIELDS = ("beds_total", "phone", "takes_full")
VALUES = {"beds_total": [None, 5, 9], "phone": [None, "1", "2"], "takes_full": [None, True, False]}


def provenance(day: date, reason: str | None = None) -> Provenance:
    return Provenance(enter_source("月报", day, SourceKind.SPREADSHEET), day, SYSTEM, reason)


def enter_home(day: date = START, **values: object) -> Institution:
    facts = {"name": "示例敬老院", "region_code": "350404", **values}
    return service.register_institution(facts, provenance(day))


def assert_row_is_history(home: Institution) -> None:
    held = state_at(home)
    for field in (*FIELDS, "name", "withdrawn"):
        assert getattr(home, field) == held.get(field, False if field == "withdrawn" else None), field


@pytest.mark.parametrize("seed", range(12))
def test_any_sequence_of_statements(app: Flask, seed: int) -> None:
    rng = random.Random(seed)
    with app.app_context():
        with clock.moved_to(clock.at(START)), unit_of_work():
            home = enter_home(beds_total=5)
        for step in range(10):
            moment = clock.at(START + timedelta(days=20 + step))
            day = START + timedelta(days=rng.randrange(20))
            with clock.moved_to(moment), unit_of_work():
                if rng.random() < 0.25:
                    covers = rng.choice([None, ["beds_total"], ["phone"]])
                    keeper.confirm(home, enter_source("月报", day, SourceKind.SPREADSHEET, covers=covers))
                else:
                    fields = rng.sample(FIELDS, rng.randrange(1, 3))
                    changes = {field: rng.choice(VALUES[field]) for field in fields}
                    service.amend(home, changes, provenance(day, rng.choice([None, "更正"])))
            assert_row_is_history(home)


def test_amending_within_the_unit_of_work_that_opened(app: Flask) -> None:
    with app.app_context(), clock.moved_to(clock.at(date(2026, 6, 1))):
        with unit_of_work():
            home = enter_home(date(2026, 6, 1), beds_total=5)
            assert not service.amend(home, {"beds_total": 5}, provenance(date(2026, 6, 1)))
            service.amend(home, {"beds_total": 9}, provenance(date(2026, 3, 1)))
        assert home.beds_total == 5
        assert_row_is_history(home)


@pytest.mark.parametrize("day", [START - timedelta(days=30), START, START + timedelta(days=1)])
@pytest.mark.parametrize("reason", [None, "误登记"])
def test_withdrawing_hides_whatever_its_day(app: Flask, day: date, reason: str | None) -> None:
    with app.app_context(), clock.moved_to(clock.at(date(2026, 6, 1))):
        with unit_of_work():
            home = enter_home()
            keeper.confirm(home, enter_source("月报", date(2026, 5, 1), SourceKind.SPREADSHEET))
        with unit_of_work():
            service.withdraw(home, provenance(day, reason))
        assert home.withdrawn
        assert_row_is_history(home)


def test_a_confirmation_counts_for_what_was_known_then(app: Flask) -> None:
    with app.app_context():
        with clock.moved_to(clock.at(START)), unit_of_work():
            home = enter_home(beds_total=100)
        may, june, march = date(2026, 5, 1), date(2026, 6, 1), date(2026, 3, 1)
        with clock.moved_to(clock.at(may)), unit_of_work():
            keeper.confirm(home, enter_source("月报", may, SourceKind.SPREADSHEET))
        with clock.moved_to(clock.at(june)), unit_of_work():
            service.amend(home, {"beds_total": 60}, provenance(march, "月报一直抄错"))
        line = trail_of([home.subject()])[home.subject()].of(home, {"beds_total"})
        assert line is not None
        assert (line.as_of, line.last_confirmed) == (march, march), "the May list said 100, not 60"


def test_a_document_confirms_what_it_restates_among_its_changes(app: Flask) -> None:
    with app.app_context():
        with clock.moved_to(clock.at(START)), unit_of_work():
            home = enter_home(beds_total=100)
        may, june, march = date(2026, 5, 1), date(2026, 6, 1), date(2026, 3, 1)
        with clock.moved_to(clock.at(may)), unit_of_work():
            service.amend(home, {"beds_total": 100, "phone": "1"}, provenance(may))
        with clock.moved_to(clock.at(june)), unit_of_work():
            service.amend(home, {"beds_total": 60}, provenance(march))
        assert home.beds_total == 100, "the May document said so"
        assert state_at(home, true_on=march)["beds_total"] == 60


def test_former_names_follow_from_the_history_of_the_name(app: Flask) -> None:
    with app.app_context(), clock.moved_to(clock.at(date(2026, 7, 1))):
        with unit_of_work():
            home = enter_home(name="示例甲院", former_names=[{"name": "老示例院", "until": None}])
            service.amend_institution(home, {"name": "示例丙院"}, provenance(date(2026, 6, 1)))
            service.amend_institution(home, {"name": "示例乙院"}, provenance(date(2026, 3, 1)))
        assert home.name == "示例丙院"
        assert home.former_names == [
            {"name": "老示例院", "until": None},
            {"name": "示例甲院", "until": "2026-03-01"},
            {"name": "示例乙院", "until": "2026-06-01"},
        ]


def test_a_misspelt_name_was_never_a_name(app: Flask) -> None:
    with app.app_context(), clock.moved_to(clock.at(date(2026, 7, 1))):
        with unit_of_work():
            home = enter_home(name="示列敬老院")
        with unit_of_work():
            service.amend_institution(home, {"name": "示例敬老院"}, provenance(START, "名称抄错"))
        assert home.former_names is None
        assert home.name_key == "示例敬老院"


def test_a_future_document_confirms_nothing(app: Flask) -> None:
    with app.app_context(), clock.moved_to(clock.at(START)):
        with unit_of_work():
            home = enter_home()
        future = enter_source("月报", date(2030, 1, 1), SourceKind.SPREADSHEET)
        with pytest.raises(FutureFact, match="2030"):
            keeper.confirm(home, future)


def test_bulk_amendment_refuses_what_is_overtaken(app: Flask) -> None:
    with app.app_context(), clock.moved_to(clock.at(date(2026, 7, 1))):
        with unit_of_work():
            home = enter_home()
            service.amend(home, {"phone": "2"}, provenance(date(2026, 6, 1)))
        with pytest.raises(ValueError, match="newer"), unit_of_work():
            bulk.amend_many(
                Institution, [(home.id, home.subject(), {"phone": "1"})], provenance(date(2026, 5, 1))
            )
        assert home.phone == "2"


def test_bulk_amendment_forgets_nothing_of_the_same_unit_of_work(app: Flask) -> None:
    with app.app_context(), clock.moved_to(clock.at(date(2026, 7, 1))):
        with unit_of_work():
            one, other = enter_home(name="示例甲院"), enter_home(name="示例乙院")
            service.amend_institution(one, {"name": "示例丙院"}, provenance(date(2026, 6, 1)))
            changes = [(other.id, other.subject(), {"phone": "1"})]
            bulk.amend_many(Institution, changes, provenance(date(2026, 6, 1)))
        assert (one.name, one.former_names) == ("示例丙院", [{"name": "示例甲院", "until": "2026-06-01"}])
        assert other.phone == "1"
        assert_row_is_history(one)
        assert_row_is_history(other)


def test_two_writers_take_turns(app: Flask) -> None:
    """Without turns both read the same history, and the row contradicts what it resolves to."""
    with app.app_context(), clock.moved_to(clock.at(date(2026, 7, 1))), unit_of_work():
        home_id = enter_home(beds_total=100).id
        sources = [provenance(date(2026, month, 1)) for month in (3, 5)]
        source_ids = [p.source.id for p in sources]
    started = threading.Barrier(2, timeout=120)

    def write(beds: int, month: int, source_id: int) -> None:
        with app.app_context(), unit_of_work():
            home = db.session.get_one(Institution, home_id)
            source = db.session.get_one(SourceDocument, source_id)
            db.session.commit()
            started.wait()
            service.amend(home, {"beds_total": beds}, Provenance(source, date(2026, month, 1), SYSTEM))

    threads = [
        threading.Thread(target=write, args=args)
        for args in ((60, 3, source_ids[0]), (120, 5, source_ids[1]))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    with app.app_context():
        home = db.session.get_one(Institution, home_id)
        assert home.beds_total == 120
        assert_row_is_history(home)
