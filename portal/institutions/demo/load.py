"""Make the demo city in an empty database, or take it out again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import delete, func, inspect, select

from portal import clock
from portal.domain.errors import DomainError
from portal.extensions import db
from portal.history.data_set import mark_data_set
from portal.history.models import Confirmation, DataSet, DataSetKind, Revision, SourceDocument
from portal.history.recorded import Recorded
from portal.institutions.demo import (
    care,
    corrections,
    disclosure,
    endings,
    legal,
    lists,
    places,
    prices,
    ratings,
    strays,
)
from portal.institutions.demo.boundaries import county_boundaries
from portal.institutions.demo.cast import cast_city
from portal.institutions.demo.regions import CITY_CODE, CITY_NAME, COUNTIES, PROVINCE_CODE, PROVINCE_NAME
from portal.institutions.demo.timeline import Timeline
from portal.institutions.models import Institution, QuarantinedRow
from portal.reference.boundaries import BoundarySource, enter_boundary, remove_boundaries
from portal.reference.gb2260 import RegionLevel
from portal.reference.models import Region
from portal.search.outbox import note_everything

DEFAULT_SEED = 20260101


class DemoRefused(DomainError):
    """The demo may not be loaded or wiped here; the message says why and what to do."""


def load_demo(seed: int = DEFAULT_SEED) -> dict[str, int]:
    """Write the demo city, its story ending yesterday; return table → number of rows. Flushes only.

    Raises DemoRefused unless the database holds no data.
    """
    kind = _kind()
    if kind is DataSetKind.REAL:
        raise DemoRefused("这个数据库存放的是真实数据，不能装入演示数据。请另建一个空数据库。")
    if kind is DataSetKind.DEMO:
        raise DemoRefused("演示数据已经装入。要重新装入，请先运行 flask --app wsgi demo wipe。")
    if db.session.scalar(select(func.count()).select_from(Revision)):
        raise DemoRefused("数据库里已经有记录，不能再装入演示数据。请另建一个空数据库。")
    _enter_regions()
    _enter_boundaries()
    timeline = Timeline(clock.today())
    city = cast_city(seed)
    dates = legal.plan_dates(city, timeline)
    lists.schedule(city, timeline, dates)
    legal.schedule(city, timeline, dates)
    prices.schedule(city, timeline, dates)
    ratings.schedule(city, timeline, dates)
    disclosure.schedule(city, timeline, dates)
    places.schedule(city, timeline)
    care.schedule(city, timeline, dates)
    endings.schedule(city, timeline, dates)
    strays.schedule(city, timeline, dates)
    corrections.schedule(city, timeline)
    timeline.play()
    mark_data_set(DataSetKind.DEMO, clock.today())
    db.session.flush()
    return _counts()


def wipe_demo() -> dict[str, int]:
    """Remove everything of the demo; return table → rows removed. Raises DemoRefused on real data."""
    match _kind():
        case DataSetKind.REAL:
            raise DemoRefused("这个数据库存放的是真实数据，不会清除。")
        case DataSetKind.EMPTY:
            raise DemoRefused("数据库里没有演示数据，无需清除。")
        case DataSetKind.DEMO:
            pass
    removed = _counts()
    tables: list[Any] = [Confirmation, Revision, QuarantinedRow, *_dependents_first(), SourceDocument]
    for model in tables:
        db.session.execute(delete(model))
    remove_boundaries(db.session.scalars(select(Region.code).where(Region.fictional)).all())
    db.session.execute(delete(Region).where(Region.fictional))
    mark_data_set(DataSetKind.EMPTY)
    note_everything()
    db.session.expire_all()
    return removed


def _kind() -> DataSetKind:
    kind = db.session.scalar(select(DataSet.kind).where(DataSet.id == 1))
    if kind is None:
        raise DemoRefused("数据库还没有建好。请先运行 flask --app wsgi db upgrade。")
    return kind


def _enter_regions() -> None:
    regions = [
        Region(code=PROVINCE_CODE, name=PROVINCE_NAME, level=RegionLevel.PROVINCE),
        Region(code=CITY_CODE, name=CITY_NAME, level=RegionLevel.CITY, parent_code=PROVINCE_CODE),
    ]
    for county in COUNTIES:
        regions.append(
            Region(code=county.code, name=county.name, level=RegionLevel.COUNTY, parent_code=CITY_CODE)
        )
    for region in regions:
        region.names, region.fictional = [], True
        db.session.add(region)
        db.session.flush()  # one by one: a county's parent must stand before it


def _enter_boundaries() -> None:
    source = BoundarySource(title="虚构的区县界线")
    for code, polygon in county_boundaries().items():
        enter_boundary(code, [[list(polygon)]], source)


def _records() -> list[Any]:
    """Return every table of records, whoever defines it."""
    mapped: Iterable[type] = (mapper.class_ for mapper in inspect(Institution).registry.mappers)
    return sorted(
        (model for model in mapped if issubclass(model, Recorded)), key=lambda model: model.record_kind
    )


def _dependents_first() -> list[Any]:
    return [model for model in _records() if model is not Institution] + [Institution]


def _counts() -> dict[str, int]:
    counted: list[Any] = [*_records(), SourceDocument, Revision, Confirmation]
    return {
        model.__tablename__: db.session.scalar(select(func.count()).select_from(model)) or 0
        for model in counted
    }
