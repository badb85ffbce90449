"""Correction reports and what was done with them.

Revision ID: 0009
Revises: 0008
"""

from alembic import op
import sqlalchemy as sa


revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('correction_report',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('receipt', sa.String(length=20), nullable=False),
    sa.Column('submission', sa.String(length=32), nullable=False),
    sa.Column('institution_id', sa.Integer(), nullable=False),
    sa.Column('region_code', sa.String(length=6), nullable=False),
    sa.Column('record_kind', sa.String(length=40), nullable=False),
    sa.Column('about', sa.Enum('basics', 'registration', 'grade', 'fees', 'beds', 'admission', 'staff', 'medical', 'services', 'contract', 'care', 'safety', 'closures', 'names', name='about', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('item', sa.String(length=60), nullable=True),
    sa.Column('snapshot', sa.Text(), nullable=False),
    sa.Column('words_sealed', sa.Text(), nullable=False),
    sa.Column('known_how', sa.Enum('sign', 'call', 'seen', 'paper', 'other', name='known_how', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('entered_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('waiting_since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('state', sa.Enum('open', 'accepted', 'rejected', name='state', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_by', sa.String(length=60), nullable=True),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('revision_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("(state = 'accepted') = (revision_id IS NOT NULL)", name=op.f('ck_correction_report_accepted_with_revision')),
    sa.CheckConstraint("(state = 'open') = (decided_at IS NULL) AND (decided_at IS NULL) = (decided_by IS NULL) AND (decided_at IS NULL) = (reason IS NULL)", name=op.f('ck_correction_report_decided_whole')),
    sa.ForeignKeyConstraint(['institution_id'], ['institution.id'], name=op.f('fk_correction_report_institution_id_institution')),
    sa.ForeignKeyConstraint(['region_code'], ['region.code'], name=op.f('fk_correction_report_region_code_region')),
    sa.ForeignKeyConstraint(['revision_id'], ['revision.id'], name=op.f('fk_correction_report_revision_id_revision')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_correction_report')),
    sa.UniqueConstraint('receipt', name=op.f('uq_correction_report_receipt')),
    sa.UniqueConstraint('submission', name=op.f('uq_correction_report_submission'))
    )
    with op.batch_alter_table('correction_report', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_correction_report_institution_id'), ['institution_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_correction_report_region_code'), ['region_code'], unique=False)
        batch_op.create_index('ix_correction_report_state_waiting_since', ['state', 'waiting_since'], unique=False)
    op.create_table('correction_step',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('report_id', sa.Integer(), nullable=False),
    sa.Column('event', sa.Enum('accept', 'reject', 'reopen', name='event', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor', sa.String(length=60), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['report_id'], ['correction_report.id'], name=op.f('fk_correction_step_report_id_correction_report')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_correction_step'))
    )
    with op.batch_alter_table('correction_step', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_correction_step_report_id'), ['report_id'], unique=False)


def downgrade() -> None:
    op.drop_table('correction_step')
    op.drop_table('correction_report')
