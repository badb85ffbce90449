"""The demo city: reproducible, complete in every state, true to its history, and never beside real data."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, inspect, select

from portal import clock
from portal.config import Environment
from portal.domain.bitemporal import Statement, resolve
from portal.domain.coordinates import to_wgs84
from portal.domain.fees import CareLevel, FeeItem, FeeUnit, monthly_total
from portal.domain.grading import GradeState
from portal.domain.identifiers import parse_credit_code
from portal.domain.registration import DatedFact, RegistrationState, UnregisteredSteps, registration_state
from portal.extensions import db
from portal.history.data_set import data_set_state, mark_data_set
from portal.history.models import Confirmation, DataSetKind, Revision, SourceDocument
from portal.history.recorded import Recorded, encode, recorded_fields
from portal.institutions.demo.load import DemoRefused, load_demo, wipe_demo
from portal.institutions.demo.regions import COUNTIES
from portal.institutions.models import (
    CareGuide,
    ClosureKind,
    ClosureNotice,
    Compliance,
    ComplianceResult,
    ConcentratedCare,
    Disposition,
    FeeStandard,
    Filing,
    Institution,
    InstitutionKind,
    OperatingState,
    OperationMode,
    PositionPrecision,
    PositionSystem,
    Registration,
    Standard,
    StarGrade,
    UnregisteredHome,
)
from portal.reference.models import Region
from portal.unit_of_work import unit_of_work
from tests.conftest import make_app, migrate

TODAY = date(2026, 3, 17)


def _records() -> list[Any]:
    mapped = [mapper.class_ for mapper in inspect(Institution).registry.mappers]
    return sorted((m for m in mapped if issubclass(m, Recorded)), key=lambda model: model.record_kind)


def _load(app: Flask, day: date = TODAY, seed: int = 7) -> dict[str, int]:
    with app.app_context(), clock.moved_to(clock.at(day, 15)), unit_of_work():
        return load_demo(seed)


def _content(app: Flask) -> str:
    """Return a hash over every row of every table that the demo writes."""
    digest = hashlib.sha256()
    with app.app_context():
        for model in (*_records(), SourceDocument, Revision, Confirmation, Region):
            table = inspect(model).local_table
            query = select(table).order_by(*table.primary_key.columns)
            for row in db.session.execute(query):
                digest.update(json.dumps([str(value) for value in row], ensure_ascii=False).encode())
    return digest.hexdigest()


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Flask]:
    """The demo city, loaded once for the tests that only look at it."""
    folder = tmp_path_factory.mktemp("city")
    (folder / "portal.db").write_bytes(sqlite_template.read_bytes())
    app = make_app(folder)
    _load(app)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def in_city(city: Flask) -> Iterator[None]:
    """The demo city's application context, on the afternoon of the day on which it was loaded."""
    with city.app_context(), clock.moved_to(clock.at(TODAY, 16)):
        yield


def _all(model: Any) -> list[Any]:
    return list(db.session.scalars(select(model).where(model.withdrawn.is_(False)).order_by(model.id)))


def _by_institution(model: Any) -> dict[int, list[Any]]:
    found: defaultdict[int, list[Any]] = defaultdict(list)
    for record in _all(model):
        found[record.institution_id].append(record)
    return found


@pytest.mark.parametrize(("seed", "same"), [(7, True), (8, False)])
def test_same_seed_and_day_give_the_same_city_and_another_seed_another(
    city: Flask, sqlite_app: Flask, seed: int, same: bool
) -> None:
    _load(sqlite_app, seed=seed)
    assert (_content(sqlite_app) == _content(city)) is same


@pytest.mark.parametrize("day", [date(2028, 2, 29), date(2027, 1, 1)])
def test_loads_on_any_day_and_nothing_is_entered_in_the_future(sqlite_app: Flask, day: date) -> None:
    _load(sqlite_app, day)
    with sqlite_app.app_context():
        latest = db.session.scalar(select(func.max(Revision.entered_at)))
        assert latest is not None
        assert latest.astimezone(clock.SHANGHAI).date() < day
        late = select(func.count()).select_from(Revision).where(Revision.as_of >= day)
        assert db.session.scalar(late) == 0
        grades = {grade.term.state_on(day) for grade in _all(StarGrade)}
        assert grades == set(GradeState)


def test_load_wipe_load(app: Flask) -> None:
    first = _load(app)
    content = _content(app)
    with app.app_context(), unit_of_work():
        assert data_set_state().is_demo
        version = data_set_state().version
        with pytest.raises(DemoRefused, match="wipe"):
            load_demo()
        assert wipe_demo() == first
    with app.app_context():
        state = data_set_state()
        assert (state.kind, state.loaded_on) == (DataSetKind.EMPTY, None)
        assert state.version > version
        for model in (*_records(), SourceDocument, Revision, Confirmation):
            assert db.session.scalar(select(func.count()).select_from(model)) == 0
        assert not db.session.scalar(select(func.count()).select_from(Region).where(Region.fictional))
    assert _load(app) == first
    if app.config["SQLALCHEMY_DATABASE_URI"].startswith("sqlite"):
        # PostgreSQL's sequences go on counting after a wipe: there the ids differ, the facts do not.
        assert _content(app) == content


def test_real_data_and_the_demo_never_meet(sqlite_app: Flask) -> None:
    with sqlite_app.app_context(), unit_of_work():
        mark_data_set(DataSetKind.REAL)
    with sqlite_app.app_context():
        with pytest.raises(DemoRefused, match="真实数据"):
            load_demo()
        with pytest.raises(DemoRefused, match="真实数据"):
            wipe_demo()


def test_wipe_refuses_an_empty_database(sqlite_app: Flask) -> None:
    with sqlite_app.app_context(), pytest.raises(DemoRefused, match="没有演示数据"):
        wipe_demo()


def test_commands_say_in_chinese_what_they_did(sqlite_app: Flask) -> None:
    runner = sqlite_app.test_cli_runner()
    loaded = runner.invoke(args=["demo", "load"])
    assert loaded.exit_code == 0, loaded.output
    assert "云汀市" in loaded.output
    assert "养老机构 2" in loaded.output
    again = runner.invoke(args=["demo", "load"])
    assert again.exit_code == 1
    assert "demo wipe" in again.output
    kept = runner.invoke(args=["demo", "wipe"], input="n\n")
    assert kept.exit_code == 1
    wiped = runner.invoke(args=["demo", "wipe", "--yes"])
    assert wiped.exit_code == 0, wiped.output
    assert "数据库现在是空的" in wiped.output


def test_production_refuses_the_demo(tmp_path: Path) -> None:
    app = make_app(
        tmp_path,
        environment=Environment.PRODUCTION,
        secret_key="x" * 40,
        vault_key="dmF1bHQta2V5LW9mLWV4YWN0bHktMzItYnl0ZXMhISE=",
        publisher="云汀市民政局",
        base_url="https://portal.example.cn",
    )
    migrate(app)
    for command in (["demo", "load"], ["demo", "wipe", "--yes"]):
        refused = app.test_cli_runner().invoke(args=command)
        assert refused.exit_code == 1
        assert "正式环境" in refused.output


@pytest.mark.usefixtures("in_city")
def test_every_row_says_what_its_history_says() -> None:
    stated: defaultdict[tuple[str, int], list[Statement]] = defaultdict(list)
    for r in db.session.scalars(select(Revision)):
        stated[r.record_kind, r.record_id].append(Statement(r.id, r.as_of, r.entered_at, r.stated))
    for model in _records():
        for row in db.session.scalars(select(model)):
            holding = resolve(stated[model.record_kind, row.id])
            told = {field: statement.values[field] for field, statement in holding.items()}
            told.setdefault("withdrawn", False)  # an opening does not speak of it
            for field in recorded_fields(model):
                assert encode(getattr(row, field)) == told.get(field), (model, row.id, field)


@pytest.mark.usefixtures("in_city")
def test_every_registration_state_occurs() -> None:
    registrations, filings = _by_institution(Registration), _by_institution(Filing)
    states: Counter[RegistrationState] = Counter()
    for home in _all(Institution):
        registered = [DatedFact(r.registered_on, r.deregistered_on) for r in registrations[home.id]]
        filed = [DatedFact(f.filed_on, f.cancelled_on) for f in filings[home.id]]
        state = registration_state(registered, filed, TODAY)
        states[state] += 1
        if state is RegistrationState.UNREGISTERED:
            assert home.kind is InstitutionKind.TOWNSHIP_HOME
            assert home.credit_code is None
    assert set(states) == set(RegistrationState)
    assert states[RegistrationState.FILED] > 150
    assert min(states.values()) >= 10
    assert 220 <= sum(states.values()) <= 260


@pytest.mark.usefixtures("in_city")
def test_every_kind_of_fact_occurs() -> None:
    homes = _all(Institution)
    assert {home.operating_state for home in homes} == set(OperatingState)
    assert {home.operation_mode for home in homes} == set(OperationMode)
    assert {home.kind for home in homes} == set(InstitutionKind)
    assert {home.region_code for home in homes} == {county.code for county in COUNTIES}
    assert {home.position_precision for home in homes} == {None, *PositionPrecision}
    assert {home.position_system for home in homes} == {None, *PositionSystem}
    assert {grade.term.state_on(TODAY) for grade in _all(StarGrade)} == set(GradeState)
    assert {grade.level for grade in _all(StarGrade)} == {None, 1, 2, 3, 4, 5}
    assert {fee.item for fee in _all(FeeStandard)} == set(FeeItem)
    assert {fee.unit for fee in _all(FeeStandard)} == set(FeeUnit)
    assert {notice.kind for notice in _all(ClosureNotice)} == set(ClosureKind)
    assert {home.disposition for home in _all(UnregisteredHome)} == {None, *Disposition}
    found = {(one.standard, one.result) for one in _all(Compliance)}
    assert found == {(standard, result) for standard in Standard for result in ComplianceResult}
    assessed = _by_institution(Compliance)
    open_homes = [home for home in homes if home.operating_state is OperatingState.OPERATING]
    assert any(home.id not in assessed for home in open_homes)
    assert any(home.former_names for home in homes)
    assert any(home.predecessor_id for home in homes)
    assert any(revision.reason for revision in db.session.scalars(select(Revision)))
    assert db.session.scalar(select(func.count()).select_from(Confirmation)) > 5000


@pytest.mark.usefixtures("in_city")
def test_fees_are_published_in_full_in_part_and_not_at_all() -> None:
    standards = _by_institution(FeeStandard)
    totals = [
        monthly_total([fee.as_fee() for fee in standards[home.id]], level, TODAY)
        for home in _all(Institution)
        for level in CareLevel
    ]
    assert any(total is None for total in totals)
    assert any(total is not None and not total.complete for total in totals)
    assert sum(total is not None and total.complete for total in totals) > 200
    assert any(fee.in_force_from and fee.in_force_from > TODAY for fee in _all(FeeStandard))
    assert any(fee.in_force_to and fee.in_force_to < TODAY for fee in _all(FeeStandard))
    assert any(fee.amount_max_fen is None for fee in _all(FeeStandard))


@pytest.mark.usefixtures("in_city")
def test_unregistered_homes_stand_at_every_step_and_no_dwelling_has_an_address() -> None:
    homes = _all(UnregisteredHome)
    public = [
        UnregisteredSteps(
            home.verified_on, home.operator_told_on, home.objection_ended_on, home.removed_on
        ).public_on(TODAY)
        for home in homes
    ]
    assert len(homes) >= 12
    assert 4 <= sum(public) <= len(homes) - 4
    assert any(home.verified_on is None for home in homes)
    assert any(home.operator_told_on and home.objection_ended_on is None for home in homes)
    assert any(home.removed_on for home in homes)
    assert all(home.address is None for home in homes if home.private_dwelling)
    became = [home for home in homes if home.disposition is Disposition.REGISTERED]
    assert all(home.institution_id for home in became)
    assert became


@pytest.mark.usefixtures("in_city")
def test_concentrated_care_has_a_guide_for_every_county_and_one_is_incomplete() -> None:
    guides = _all(CareGuide)
    assert {guide.region_code for guide in guides} == {county.code for county in COUNTIES}
    assert sum(guide.subsidy is None for guide in guides) == 1
    cares = _all(ConcentratedCare)
    assert any(care.ended_on for care in cares)
    assert all(care.free_places <= care.quota for care in cares)


@pytest.mark.usefixtures("in_city")
def test_nothing_in_the_city_can_be_real() -> None:
    homes = _all(Institution)
    for home in homes:
        assert home.region_code.startswith("99")
        if home.credit_code is not None:
            assert parse_credit_code(home.credit_code) == home.credit_code
            assert home.credit_code[2:8] == home.region_code
        assert home.phone is None or home.phone.startswith("0600-")
    codes = [home.credit_code for home in homes if home.credit_code]
    assert len(set(codes)) == len(codes)
    real = select(func.count()).select_from(SourceDocument).where(SourceDocument.region_code.like("99%"))
    every = select(func.count()).select_from(SourceDocument).where(SourceDocument.region_code.is_not(None))
    assert db.session.scalar(real) == db.session.scalar(every)


@pytest.mark.usefixtures("in_city")
def test_positions_are_what_their_own_system_says() -> None:
    for home in _all(Institution):
        if home.position_as_written is None:
            continue
        x, y = map(float, home.position_as_written.split(","))
        assert (home.longitude, home.latitude) == pytest.approx(to_wgs84(x, y, home.position_system))


@pytest.mark.usefixtures("in_city")
def test_figures_of_a_home_do_not_contradict_each_other() -> None:
    for home in _all(Institution):
        if home.residents is not None and home.beds_total is not None:
            assert home.residents <= home.beds_total, home.name
        if home.beds_nursing is not None:
            assert home.beds_nursing <= home.beds_total, home.name
        if home.carers_certified is not None and home.carers_total is not None:
            assert home.carers_certified <= home.carers_total, home.name
        if home.operating_state in (OperatingState.CLOSED, OperatingState.MERGED, OperatingState.SUSPENDED):
            assert home.residents == 0, home.name
            assert home.beds_free is None, home.name
