"""Amendments of the official calendar of working days, with the notices they come from.

Revision ID: 0004
Revises: 0003
"""

from alembic import op
import sqlalchemy as sa


revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('calendar_notice',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=300), nullable=False),
    sa.Column('document_number', sa.String(length=100), nullable=True),
    sa.Column('url', sa.String(length=500), nullable=True),
    sa.Column('whole_year', sa.Integer(), nullable=True),
    sa.Column('fingerprint', sa.String(length=64), nullable=False),
    sa.Column('entered_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('entered_by', sa.String(length=60), nullable=False),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('withdrawn_by', sa.String(length=60), nullable=True),
    sa.Column('withdrawn_reason', sa.Text(), nullable=True),
    sa.CheckConstraint('(withdrawn_at IS NULL) = (withdrawn_by IS NULL) AND (withdrawn_at IS NULL) = (withdrawn_reason IS NULL)', name=op.f('ck_calendar_notice_withdrawn_whole')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_calendar_notice'))
    )
    op.create_table('calendar_amendment',
    sa.Column('notice_id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('kind', sa.Enum('work', 'rest', name='kind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.ForeignKeyConstraint(['notice_id'], ['calendar_notice.id'], name=op.f('fk_calendar_amendment_notice_id_calendar_notice')),
    sa.PrimaryKeyConstraint('notice_id', 'day', name=op.f('pk_calendar_amendment'))
    )


def downgrade() -> None:
    op.drop_table('calendar_amendment')
    op.drop_table('calendar_notice')
