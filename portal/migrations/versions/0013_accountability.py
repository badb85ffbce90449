"""Accountability: the four lists of a month, targets, monthly figures.

Revision ID: 0013
Revises: 0012
"""

from alembic import op
import sqlalchemy as sa


revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('accountability_office',
    sa.Column('region_code', sa.String(length=6), nullable=False),
    sa.Column('publishes_lists', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['region_code'], ['region.code'], name=op.f('fk_accountability_office_region_code_region')),
    sa.PrimaryKeyConstraint('region_code', name=op.f('pk_accountability_office'))
    )
    op.create_table('monthly_list_reminder',
    sa.Column('region_code', sa.String(length=6), nullable=False),
    sa.Column('month', sa.Date(), nullable=False),
    sa.Column('stage', sa.String(length=20), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['region_code'], ['region.code'], name=op.f('fk_monthly_list_reminder_region_code_region')),
    sa.PrimaryKeyConstraint('region_code', 'month', 'stage', name=op.f('pk_monthly_list_reminder'))
    )
    op.create_table('policy_target',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('area', sa.String(length=6), nullable=True),
    sa.Column('key', sa.String(length=40), nullable=False),
    sa.Column('value', sa.Integer(), nullable=False),
    sa.Column('unit', sa.String(length=10), nullable=False),
    sa.Column('source', sa.String(length=300), nullable=False),
    sa.CheckConstraint('value > 0', name=op.f('ck_policy_target_value_positive')),
    sa.ForeignKeyConstraint(['area'], ['region.code'], name=op.f('fk_policy_target_area_region')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_policy_target'))
    )
    with op.batch_alter_table('policy_target', schema=None) as batch_op:
        batch_op.create_index('uq_policy_target_year_area_key', ['year', 'area', 'key'], unique=True)

    op.create_table('supervision_month',
    sa.Column('region_code', sa.String(length=6), nullable=False),
    sa.Column('month', sa.Date(), nullable=False),
    sa.Column('stale', sa.Boolean(), nullable=False),
    sa.Column('counts', sa.Text(), nullable=False),
    sa.Column('open', sa.Integer(), server_default='0', nullable=False),
    sa.Column('counted_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['region_code'], ['region.code'], name=op.f('fk_supervision_month_region_code_region')),
    sa.PrimaryKeyConstraint('region_code', 'month', name=op.f('pk_supervision_month'))
    )
    with op.batch_alter_table('supervision_month', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_supervision_month_stale'), ['stale'], unique=False)

    op.create_table('monthly_lists',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('region_code', sa.String(length=6), nullable=False),
    sa.Column('month', sa.Date(), nullable=False),
    sa.Column('edition', sa.Integer(), nullable=False),
    sa.Column('state', sa.Enum('draft', 'submitted', name='state', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('correction_reason', sa.Text(), nullable=True),
    sa.Column('compiled_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('submitted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('submitted_by', sa.String(length=60), nullable=True),
    sa.Column('submitted_staff_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("(state = 'submitted') = (submitted_at IS NOT NULL)", name=op.f('ck_monthly_lists_submitted_whole')),
    sa.CheckConstraint('(edition = 1) = (correction_reason IS NULL)', name=op.f('ck_monthly_lists_corrected_whole')),
    sa.CheckConstraint('(submitted_at IS NULL) = (submitted_by IS NULL)', name=op.f('ck_monthly_lists_submitted_by_whom')),
    sa.ForeignKeyConstraint(['region_code'], ['region.code'], name=op.f('fk_monthly_lists_region_code_region')),
    sa.ForeignKeyConstraint(['submitted_staff_id'], ['staff_member.id'], name=op.f('fk_monthly_lists_submitted_staff_id_staff_member')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_monthly_lists'))
    )
    with op.batch_alter_table('monthly_lists', schema=None) as batch_op:
        batch_op.create_index('ix_monthly_lists_month', ['month', 'region_code'], unique=False)
        batch_op.create_index('uq_monthly_lists_region_code_month_edition', ['region_code', 'month', 'edition'], unique=True)

    op.create_table('visit_rank',
    sa.Column('institution_id', sa.Integer(), nullable=False),
    sa.Column('region_code', sa.String(length=6), nullable=False),
    sa.Column('points', sa.Integer(), nullable=False),
    sa.Column('reasons', sa.Text(), nullable=False),
    sa.Column('last_visit', sa.Date(), nullable=True),
    sa.Column('ranked_on', sa.Date(), nullable=False),
    sa.Column('stale', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['institution_id'], ['institution.id'], name=op.f('fk_visit_rank_institution_id_institution')),
    sa.ForeignKeyConstraint(['region_code'], ['region.code'], name=op.f('fk_visit_rank_region_code_region')),
    sa.PrimaryKeyConstraint('institution_id', name=op.f('pk_visit_rank'))
    )
    with op.batch_alter_table('visit_rank', schema=None) as batch_op:
        batch_op.create_index('ix_visit_rank_points', ['points', 'institution_id'], unique=False)
        batch_op.create_index('ix_visit_rank_region_code_points', ['region_code', 'points', 'institution_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_visit_rank_stale'), ['stale'], unique=False)

    op.create_table('monthly_list_entry',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('lists_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('problems', 'rectifications', 'rules', 'results', name='kind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('problem_id', sa.Integer(), nullable=True),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('remark', sa.Text(), nullable=True),
    sa.Column('facts', sa.Text(), nullable=False),
    sa.Column('by_hand', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('removed', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.CheckConstraint('NOT by_hand OR reason IS NOT NULL', name=op.f('ck_monthly_list_entry_changed_for_a_reason')),
    sa.CheckConstraint('NOT removed OR by_hand', name=op.f('ck_monthly_list_entry_removed_by_hand')),
    sa.ForeignKeyConstraint(['lists_id'], ['monthly_lists.id'], name=op.f('fk_monthly_list_entry_lists_id_monthly_lists')),
    sa.ForeignKeyConstraint(['problem_id'], ['problem.id'], name=op.f('fk_monthly_list_entry_problem_id_problem')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_monthly_list_entry'))
    )
    with op.batch_alter_table('monthly_list_entry', schema=None) as batch_op:
        batch_op.create_index('ix_monthly_list_entry_lists_id', ['lists_id', 'kind', 'position'], unique=False)
        batch_op.create_index(batch_op.f('ix_monthly_list_entry_problem_id'), ['problem_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('monthly_list_entry', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_monthly_list_entry_problem_id'))
        batch_op.drop_index('ix_monthly_list_entry_lists_id')

    op.drop_table('monthly_list_entry')
    with op.batch_alter_table('visit_rank', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_visit_rank_stale'))
        batch_op.drop_index('ix_visit_rank_region_code_points')
        batch_op.drop_index('ix_visit_rank_points')

    op.drop_table('visit_rank')
    with op.batch_alter_table('monthly_lists', schema=None) as batch_op:
        batch_op.drop_index('uq_monthly_lists_region_code_month_edition')
        batch_op.drop_index('ix_monthly_lists_month')

    op.drop_table('monthly_lists')
    with op.batch_alter_table('supervision_month', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_supervision_month_stale'))

    op.drop_table('supervision_month')
    with op.batch_alter_table('policy_target', schema=None) as batch_op:
        batch_op.drop_index('uq_policy_target_year_area_key')

    op.drop_table('policy_target')
    op.drop_table('monthly_list_reminder')
    op.drop_table('accountability_office')
