"""The outbox of the search index.

Revision ID: 0003
Revises: 0002
"""

from alembic import op
import sqlalchemy as sa


revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


# no id is ever used again (portal/search/outbox.py); Alembic would leave the key without a name here
SQLITE = """
CREATE TABLE search_outbox (
    id INTEGER NOT NULL CONSTRAINT pk_search_outbox PRIMARY KEY AUTOINCREMENT,
    kind VARCHAR(40) NOT NULL,
    record_id INTEGER NOT NULL,
    entered_at DATETIME DEFAULT (CURRENT_TIMESTAMP) NOT NULL
)
"""


def upgrade() -> None:
    if op.get_bind().dialect.name == 'sqlite':
        op.execute(SQLITE)
        return
    op.create_table('search_outbox',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('record_id', sa.Integer(), nullable=False),
    sa.Column('entered_at', sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_search_outbox'))
    )


def downgrade() -> None:
    op.drop_table('search_outbox')
