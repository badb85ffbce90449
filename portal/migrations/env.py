"""How migrations run: on the application's own engine, and then the reference data is brought up to date."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from alembic.script import ScriptDirectory
from flask import current_app
from sqlalchemy import update

from portal.database import Base, Moment
from portal.history.models import DataSet
from portal.reference.sync import sync_regions


def render_item(kind: str, item: Any, autogen_context: AutogenContext) -> str | Literal[False]:
    """Write our own column types into migrations as the plain types they are stored as."""
    if kind == "type" and isinstance(item, Moment):
        return "sa.DateTime(timezone=True)"
    return False


def run() -> None:
    engine = current_app.extensions["migrate"].db.engine
    with engine.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:
            # a table is altered by copying it: its references must not be enforced meanwhile, and the whole
            # must be one transaction, which Python's driver does not open for DDL by itself
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=True,
            compare_type=True,
            compare_server_default=False,
            render_item=render_item,
            transactional_ddl=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        if sqlite:
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
            if broken:
                raise RuntimeError(f"the migration leaves broken references: {broken[:5]}")
        head = ScriptDirectory.from_config(context.config).get_current_head()
        at_head = head is not None and context.get_context().get_current_revision() == head
        if at_head and sync_regions(connection):
            connection.execute(update(DataSet).values(version=DataSet.version + 1))
        connection.commit()
        if sqlite:
            connection.exec_driver_sql("PRAGMA foreign_keys=ON")


run()
