"""The migrations build, take down and rebuild the same database that the models describe, on both kinds."""

from __future__ import annotations

import flask_migrate
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy import func, inspect, select

from portal.database import Base
from portal.extensions import db
from portal.history.models import DataSet, DataSetKind
from portal.reference.models import Region
from portal.reference.sync import sync_regions


def differences() -> list[object]:
    """Return what a migration would still have to do for the database to be as the models say."""
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, Base.metadata))


def test_the_models_find_their_database(app: Flask) -> None:
    with app.app_context():
        assert differences() == []


def test_down_and_up_again(app: Flask) -> None:
    with app.app_context():
        flask_migrate.downgrade(revision="base")
        assert set(inspect(db.engine).get_table_names()) == {"alembic_version"}
    assert app.test_client().get("/healthz").status_code == 503
    with app.app_context():
        flask_migrate.upgrade()
        assert differences() == []
        assert db.session.scalar(select(DataSet.kind)) is DataSetKind.EMPTY
    assert app.test_client().get("/healthz").status_code == 200


def test_every_constraint_has_a_name(app: Flask) -> None:
    with app.app_context():
        schema = inspect(db.engine)
        nameless = []
        for table in schema.get_table_names():
            parts = {
                "primary key": [schema.get_pk_constraint(table)],
                "foreign key": schema.get_foreign_keys(table),
                "unique": schema.get_unique_constraints(table),
                "check": schema.get_check_constraints(table),
                "index": schema.get_indexes(table),
            }
            nameless += [
                (table, kind) for kind, found in parts.items() for one in found if not one.get("name")
            ]
    assert nameless == []


def test_regions_come_with_the_database_and_are_written_once(app: Flask) -> None:
    with app.app_context():
        assert (db.session.scalar(select(func.count()).select_from(Region)) or 0) > 3000
        assert db.session.get_one(Region, "350404").name == "三元区"
        with db.engine.begin() as connection:
            assert sync_regions(connection) == 0


def test_regions_that_went_astray_are_put_right(app: Flask) -> None:
    with app.app_context():
        with db.engine.begin() as connection:
            connection.execute(Region.__table__.update().where(Region.code == "350404").values(name="三无区"))
            assert sync_regions(connection) == 1
            assert sync_regions(connection) == 0
        assert db.session.get_one(Region, "350404").name == "三元区"
