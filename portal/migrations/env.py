"""How migrations run: on the application's own engine, and then the reference data is brought up to date."""

from __future__ import annotations

from alembic import context
from alembic.script import ScriptDirectory
from flask import current_app

from portal.database import Base, Moment
from portal.reference.sync import sync_regions


def render_item(kind: str, item: object, autogen_context: object) -> str | bool:
    """Write our own column types into migrations as the plain types they are stored as."""
    if kind == "type" and isinstance(item, Moment):
        return "sa.DateTime(timezone=True)"
    return False


def run() -> None:
    engine = current_app.extensions["migrate"].db.engine
    with engine.connect() as connection:
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
        connection.commit()
        head = ScriptDirectory.from_config(context.config).get_current_head()
        if head is not None and context.get_context().get_current_revision() == head:
            sync_regions(connection)
            connection.commit()


run()
