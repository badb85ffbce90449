"""Supervision: draws, inspections, problems, rectification notices, credit.

Revision ID: 0012
Revises: 0011
"""

from alembic import op
import sqlalchemy as sa


revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('data_set', schema=None) as batch_op:
        batch_op.add_column(sa.Column('touches', sa.Integer(), server_default='0', nullable=False))

    op.create_table('random_draw',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=8), nullable=False),
    sa.Column('region_code', sa.String(length=6), nullable=False),
    sa.Column('department', sa.Enum('civil_affairs', 'housing', 'fire', 'health', 'market', 'discipline', name='department', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('candidates', sa.Text(), nullable=False),
    sa.Column('candidates_hash', sa.String(length=64), nullable=False),
    sa.Column('home_count', sa.Integer(), nullable=False),
    sa.Column('inspector_count', sa.Integer(), nullable=False),
    sa.Column('homes_drawn', sa.Integer(), nullable=False),
    sa.Column('inspectors_each', sa.Integer(), nullable=False),
    sa.Column('number_name', sa.String(length=120), nullable=False),
    sa.Column('number_where', sa.String(length=200), nullable=False),
    sa.Column('number_due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('announced_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('number', sa.String(length=120), nullable=True),
    sa.Column('drawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('revealed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('abandoned_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('abandoned_reason', sa.Text(), nullable=True),
    sa.Column('state', sa.Enum('announced', 'drawn', 'revealed', 'abandoned', name='state', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('entered_by', sa.String(length=60), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint('(abandoned_at IS NULL) = (abandoned_reason IS NULL)', name=op.f('ck_random_draw_abandoned_whole')),
    sa.CheckConstraint('(number IS NULL) = (drawn_at IS NULL)', name=op.f('ck_random_draw_drawn_whole')),
    sa.CheckConstraint('announced_at < number_due_at', name=op.f('ck_random_draw_announced_before')),
    sa.ForeignKeyConstraint(['region_code'], ['region.code'], name=op.f('fk_random_draw_region_code_region')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_random_draw')),
    sa.UniqueConstraint('public_id', name=op.f('uq_random_draw_public_id'))
    )
    with op.batch_alter_table('random_draw', schema=None) as batch_op:
        batch_op.create_index('ix_random_draw_announced_at', ['announced_at'], unique=False)
        batch_op.create_index('ix_random_draw_region_code_announced_at', ['region_code', 'announced_at'], unique=False)

    op.create_table('rectification_notice',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=8), nullable=False),
    sa.Column('year', sa.Integer(), nullable=True),
    sa.Column('sequence', sa.Integer(), nullable=True),
    sa.Column('number', sa.String(length=60), nullable=True),
    sa.Column('institution_id', sa.Integer(), nullable=True),
    sa.Column('unregistered_home_id', sa.Integer(), nullable=True),
    sa.Column('addressee', sa.String(length=120), nullable=False),
    sa.Column('region_code', sa.String(length=6), nullable=False),
    sa.Column('department', sa.Enum('civil_affairs', 'housing', 'fire', 'health', 'market', 'discipline', name='department', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('state', sa.Enum('draft', 'submitted', 'returned', 'issued', 'withdrawn', 'discarded', name='state', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('demands', sa.Text(), nullable=False),
    sa.Column('legal_basis', sa.String(length=300), nullable=False),
    sa.Column('days', sa.Integer(), nullable=False),
    sa.Column('working_days', sa.Boolean(), nullable=False),
    sa.Column('contact', sa.String(length=120), nullable=True),
    sa.Column('body', sa.Text(), nullable=True),
    sa.Column('public_body', sa.Text(), nullable=True),
    sa.Column('drafted_by', sa.String(length=60), nullable=False),
    sa.Column('drafted_staff_id', sa.Integer(), nullable=True),
    sa.Column('drafted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('remark', sa.Text(), nullable=True),
    sa.Column('issued_on', sa.Date(), nullable=True),
    sa.Column('issued_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('issued_by', sa.String(length=60), nullable=True),
    sa.Column('served_on', sa.Date(), nullable=True),
    sa.Column('served_how', sa.Enum('in_person', 'mail', 'left', 'electronic', 'public', name='served_how', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('deadline', sa.Date(), nullable=True),
    sa.Column('deadline_version', sa.Integer(), server_default='0', nullable=False),
    sa.Column('cleared_on', sa.Date(), nullable=True),
    sa.Column('cleared_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('withdrawn_reason', sa.Text(), nullable=True),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint('(cleared_on IS NULL) = (cleared_at IS NULL)', name=op.f('ck_rectification_notice_cleared_whole')),
    sa.CheckConstraint('(institution_id IS NULL) <> (unregistered_home_id IS NULL)', name=op.f('ck_rectification_notice_one_home')),
    sa.CheckConstraint('(number IS NULL) = (issued_on IS NULL)', name=op.f('ck_rectification_notice_issued_whole')),
    sa.CheckConstraint('(served_on IS NULL) = (deadline IS NULL)', name=op.f('ck_rectification_notice_deadline_from_service')),
    sa.CheckConstraint('(served_on IS NULL) = (served_how IS NULL)', name=op.f('ck_rectification_notice_served_whole')),
    sa.CheckConstraint('(withdrawn_at IS NULL) = (withdrawn_reason IS NULL)', name=op.f('ck_rectification_notice_withdrawn_whole')),
    sa.CheckConstraint('published_at IS NULL OR public_body IS NOT NULL', name=op.f('ck_rectification_notice_published_whole')),
    sa.ForeignKeyConstraint(['drafted_staff_id'], ['staff_member.id'], name=op.f('fk_rectification_notice_drafted_staff_id_staff_member')),
    sa.ForeignKeyConstraint(['institution_id'], ['institution.id'], name=op.f('fk_rectification_notice_institution_id_institution')),
    sa.ForeignKeyConstraint(['region_code'], ['region.code'], name=op.f('fk_rectification_notice_region_code_region')),
    sa.ForeignKeyConstraint(['unregistered_home_id'], ['unregistered_home.id'], name=op.f('fk_rectification_notice_unregistered_home_id_unregistered_home')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rectification_notice')),
    sa.UniqueConstraint('number', name=op.f('uq_rectification_notice_number')),
    sa.UniqueConstraint('public_id', name=op.f('uq_rectification_notice_public_id'))
    )
    with op.batch_alter_table('rectification_notice', schema=None) as batch_op:
        batch_op.create_index('ix_rectification_notice_changed_at', ['changed_at'], unique=False)
        batch_op.create_index('ix_rectification_notice_cleared', ['cleared_at', 'id'], unique=False, sqlite_where=sa.text('cleared_at IS NOT NULL'), postgresql_where=sa.text('cleared_at IS NOT NULL'))
        batch_op.create_index('ix_rectification_notice_institution_id', ['institution_id', 'issued_at'], unique=False)
        batch_op.create_index('ix_rectification_notice_open', ['deadline', 'id'], unique=False, sqlite_where=sa.text('cleared_on IS NULL'), postgresql_where=sa.text('cleared_on IS NULL'))
        batch_op.create_index('ix_rectification_notice_region_open', ['region_code', 'deadline', 'id'], unique=False, sqlite_where=sa.text('cleared_on IS NULL'), postgresql_where=sa.text('cleared_on IS NULL'))
        batch_op.create_index('ix_rectification_notice_open_published', ['issued_at', 'id'], unique=False, sqlite_where=sa.text('published_at IS NOT NULL AND cleared_on IS NULL'), postgresql_where=sa.text('published_at IS NOT NULL AND cleared_on IS NULL'))
        batch_op.create_index('ix_rectification_notice_published', ['issued_at', 'id'], unique=False, sqlite_where=sa.text('published_at IS NOT NULL'), postgresql_where=sa.text('published_at IS NOT NULL'))
        batch_op.create_index('ix_rectification_notice_published_at', ['published_at'], unique=False)
        batch_op.create_index('ix_rectification_notice_region_cleared', ['region_code', 'cleared_at', 'id'], unique=False, sqlite_where=sa.text('cleared_at IS NOT NULL'), postgresql_where=sa.text('cleared_at IS NOT NULL'))
        batch_op.create_index('ix_rectification_notice_region_code_state', ['region_code', 'state'], unique=False)
        batch_op.create_index('ix_rectification_notice_region_published', ['region_code', 'issued_at', 'id'], unique=False, sqlite_where=sa.text('published_at IS NOT NULL'), postgresql_where=sa.text('published_at IS NOT NULL'))
        batch_op.create_index('ix_rectification_notice_unregistered_home_id', ['unregistered_home_id'], unique=False, sqlite_where=sa.text('unregistered_home_id IS NOT NULL'), postgresql_where=sa.text('unregistered_home_id IS NOT NULL'))
        batch_op.create_index('uq_rectification_notice_sequence', ['region_code', 'department', 'year', 'sequence'], unique=True)

    op.create_table('notice_deadline',
    sa.Column('notice_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('region_code', sa.String(length=6), nullable=False),
    sa.Column('deadline', sa.Date(), nullable=False),
    sa.Column('calendar', sa.String(length=64), nullable=True),
    sa.Column('provisional', sa.Boolean(), nullable=False),
    sa.Column('set_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('set_by', sa.String(length=60), nullable=False),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('missed', sa.Boolean(), server_default=sa.true(), nullable=False),
    sa.ForeignKeyConstraint(['notice_id'], ['rectification_notice.id'], name=op.f('fk_notice_deadline_notice_id_rectification_notice')),
    sa.ForeignKeyConstraint(['region_code'], ['region.code'], name=op.f('fk_notice_deadline_region_code_region')),
    sa.PrimaryKeyConstraint('notice_id', 'number', name=op.f('pk_notice_deadline'))
    )
    with op.batch_alter_table('notice_deadline', schema=None) as batch_op:
        batch_op.create_index('ix_notice_deadline_missed', ['deadline', 'notice_id'], unique=False, sqlite_where=sa.text('missed IS 1'), postgresql_where=sa.text('missed IS true'))
        batch_op.create_index('ix_notice_deadline_region_missed', ['region_code', 'deadline', 'notice_id'], unique=False, sqlite_where=sa.text('missed IS 1'), postgresql_where=sa.text('missed IS true'))

    op.create_table('problem',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=8), nullable=False),
    sa.Column('number', sa.String(length=20), nullable=False),
    sa.Column('institution_id', sa.Integer(), nullable=True),
    sa.Column('unregistered_home_id', sa.Integer(), nullable=True),
    sa.Column('place', sa.String(length=120), nullable=True),
    sa.Column('region_code', sa.String(length=6), nullable=False),
    sa.Column('department', sa.Enum('civil_affairs', 'housing', 'fire', 'health', 'market', 'discipline', name='department', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('origin', sa.Enum('inspection', 'complaint', 'suggestion', 'by_hand', name='origin', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('origin_ref', sa.String(length=60), nullable=True),
    sa.Column('category', sa.Enum('fire', 'building', 'food', 'medical', 'care', 'staff', 'fees', 'contract', 'filing', 'management', 'other', name='category', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('severity', sa.Enum('minor', 'serious', 'major', name='severity', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('criterion', sa.String(length=20), nullable=True),
    sa.Column('basis', sa.String(length=300), nullable=True),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('description', sa.Text(), nullable=False),
    sa.Column('public_text', sa.Text(), nullable=True),
    sa.Column('responsible', sa.String(length=120), nullable=False),
    sa.Column('measure', sa.Text(), nullable=True),
    sa.Column('found_on', sa.Date(), nullable=False),
    sa.Column('entered_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('entered_by', sa.String(length=60), nullable=False),
    sa.Column('entered_staff_id', sa.Integer(), nullable=True),
    sa.Column('status', sa.Enum('entered', 'notice_issued', 'in_progress', 'submitted', 'cleared', 'enforcement', 'void', name='status', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('notice_id', sa.Integer(), nullable=True),
    sa.Column('deadline', sa.Date(), nullable=True),
    sa.Column('submitted_staff_id', sa.Integer(), nullable=True),
    sa.Column('cleared_on', sa.Date(), nullable=True),
    sa.Column('handed_on', sa.Date(), nullable=True),
    sa.Column('handed_to', sa.String(length=120), nullable=True),
    sa.Column('first_entry_id', sa.Integer(), nullable=True),
    sa.Column('listed_on', sa.Date(), nullable=True),
    sa.Column('listed_by', sa.String(length=120), nullable=True),
    sa.Column('listed_until', sa.Date(), nullable=True),
    sa.Column('delisted_on', sa.Date(), nullable=True),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("(status = 'cleared') = (cleared_on IS NOT NULL)", name=op.f('ck_problem_cleared_whole')),
    sa.CheckConstraint("severity <> 'major' OR criterion IS NOT NULL", name=op.f('ck_problem_major_by_criterion')),
    sa.CheckConstraint('(handed_on IS NULL) = (handed_to IS NULL)', name=op.f('ck_problem_handed_whole')),
    sa.CheckConstraint('(listed_on IS NULL) = (listed_by IS NULL)', name=op.f('ck_problem_listed_whole')),
    sa.CheckConstraint('delisted_on IS NULL OR listed_on IS NOT NULL', name=op.f('ck_problem_delisted_after')),
    sa.CheckConstraint('institution_id IS NOT NULL OR unregistered_home_id IS NOT NULL OR place IS NOT NULL', name=op.f('ck_problem_somewhere')),
    sa.CheckConstraint('institution_id IS NULL OR unregistered_home_id IS NULL', name=op.f('ck_problem_one_home')),
    sa.CheckConstraint('published_at IS NULL OR public_text IS NOT NULL', name=op.f('ck_problem_published_whole')),
    sa.ForeignKeyConstraint(['entered_staff_id'], ['staff_member.id'], name=op.f('fk_problem_entered_staff_id_staff_member')),
    sa.ForeignKeyConstraint(['first_entry_id'], ['problem.id'], name=op.f('fk_problem_first_entry_id_problem')),
    sa.ForeignKeyConstraint(['institution_id'], ['institution.id'], name=op.f('fk_problem_institution_id_institution')),
    sa.ForeignKeyConstraint(['notice_id'], ['rectification_notice.id'], name=op.f('fk_problem_notice_id_rectification_notice')),
    sa.ForeignKeyConstraint(['region_code'], ['region.code'], name=op.f('fk_problem_region_code_region')),
    sa.ForeignKeyConstraint(['submitted_staff_id'], ['staff_member.id'], name=op.f('fk_problem_submitted_staff_id_staff_member')),
    sa.ForeignKeyConstraint(['unregistered_home_id'], ['unregistered_home.id'], name=op.f('fk_problem_unregistered_home_id_unregistered_home')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_problem')),
    sa.UniqueConstraint('number', name=op.f('uq_problem_number')),
    sa.UniqueConstraint('public_id', name=op.f('uq_problem_public_id'))
    )
    with op.batch_alter_table('problem', schema=None) as batch_op:
        batch_op.create_index('ix_problem_first_entry_id', ['first_entry_id'], unique=False, sqlite_where=sa.text('first_entry_id IS NOT NULL'), postgresql_where=sa.text('first_entry_id IS NOT NULL'))
        batch_op.create_index('ix_problem_found_on', ['found_on', 'id'], unique=False)
        batch_op.create_index('ix_problem_institution_id_status', ['institution_id', 'status'], unique=False)
        batch_op.create_index('ix_problem_listed', ['region_code', 'id'], unique=False, sqlite_where=sa.text('listed_on IS NOT NULL'), postgresql_where=sa.text('listed_on IS NOT NULL'))
        batch_op.create_index(batch_op.f('ix_problem_notice_id'), ['notice_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_problem_origin_ref'), ['origin_ref'], unique=False)
        batch_op.create_index('ix_problem_public_category', ['category', 'severity', 'notice_id'], unique=False, sqlite_where=sa.text('published_at IS NOT NULL'), postgresql_where=sa.text('published_at IS NOT NULL'))
        batch_op.create_index('ix_problem_public_severity', ['severity', 'category', 'notice_id'], unique=False, sqlite_where=sa.text('published_at IS NOT NULL'), postgresql_where=sa.text('published_at IS NOT NULL'))
        batch_op.create_index('ix_problem_published_at', ['published_at', 'id'], unique=False, sqlite_where=sa.text('published_at IS NOT NULL'), postgresql_where=sa.text('published_at IS NOT NULL'))
        batch_op.create_index('ix_problem_recurred', ['entered_at', 'id'], unique=False, sqlite_where=sa.text('first_entry_id IS NOT NULL'), postgresql_where=sa.text('first_entry_id IS NOT NULL'))
        batch_op.create_index('ix_problem_region_recurred', ['region_code', 'entered_at', 'id'], unique=False, sqlite_where=sa.text('first_entry_id IS NOT NULL'), postgresql_where=sa.text('first_entry_id IS NOT NULL'))
        batch_op.create_index('ix_problem_region_code_cleared_on', ['region_code', 'cleared_on'], unique=False)
        batch_op.create_index('ix_problem_region_code_found_on', ['region_code', 'found_on', 'id'], unique=False)
        batch_op.create_index('ix_problem_region_code_status_deadline', ['region_code', 'status', 'deadline', 'id'], unique=False)
        batch_op.create_index('ix_problem_status_deadline', ['status', 'deadline', 'id'], unique=False)
        batch_op.create_index('uq_problem_told', ['origin', 'origin_ref'], unique=True, sqlite_where=sa.text("origin IN ('complaint', 'suggestion') AND status <> 'void'"), postgresql_where=sa.text("origin IN ('complaint', 'suggestion') AND status <> 'void'"))
        batch_op.create_index('ix_problem_unregistered_home_id', ['unregistered_home_id'], unique=False, sqlite_where=sa.text('unregistered_home_id IS NOT NULL'), postgresql_where=sa.text('unregistered_home_id IS NOT NULL'))

    op.create_table('credit_record',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=8), nullable=False),
    sa.Column('kind', sa.Enum('penalty', 'commendation', 'exposure', 'discredit', name='kind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('institution_id', sa.Integer(), nullable=False),
    sa.Column('region_code', sa.String(length=6), nullable=False),
    sa.Column('department', sa.Enum('civil_affairs', 'housing', 'fire', 'health', 'market', 'discipline', name='department', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('legal_basis', sa.String(length=300), nullable=False),
    sa.Column('authority', sa.String(length=120), nullable=False),
    sa.Column('document_number', sa.String(length=60), nullable=True),
    sa.Column('content', sa.Text(), nullable=True),
    sa.Column('amount_fen', sa.Integer(), nullable=True),
    sa.Column('decided_on', sa.Date(), nullable=False),
    sa.Column('until', sa.Date(), nullable=True),
    sa.Column('problem_id', sa.Integer(), nullable=True),
    sa.Column('entered_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('entered_by', sa.String(length=60), nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("kind = 'commendation' OR until IS NOT NULL", name=op.f('ck_credit_record_term_known')),
    sa.CheckConstraint('amount_fen IS NULL OR amount_fen > 0', name=op.f('ck_credit_record_fine_positive')),
    sa.CheckConstraint('until IS NULL OR until >= decided_on', name=op.f('ck_credit_record_term_forward')),
    sa.ForeignKeyConstraint(['institution_id'], ['institution.id'], name=op.f('fk_credit_record_institution_id_institution')),
    sa.ForeignKeyConstraint(['problem_id'], ['problem.id'], name=op.f('fk_credit_record_problem_id_problem')),
    sa.ForeignKeyConstraint(['region_code'], ['region.code'], name=op.f('fk_credit_record_region_code_region')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_credit_record')),
    sa.UniqueConstraint('public_id', name=op.f('uq_credit_record_public_id'))
    )
    with op.batch_alter_table('credit_record', schema=None) as batch_op:
        batch_op.create_index('ix_credit_record_decided_on', ['decided_on', 'id'], unique=False)
        batch_op.create_index('ix_credit_record_institution_id', ['institution_id', 'until'], unique=False)
        batch_op.create_index('ix_credit_record_problem_id', ['problem_id'], unique=False, sqlite_where=sa.text('problem_id IS NOT NULL'), postgresql_where=sa.text('problem_id IS NOT NULL'))
        batch_op.create_index('ix_credit_record_region_code', ['region_code', 'kind', 'decided_on'], unique=False)
        batch_op.create_index('ix_credit_record_until', ['until'], unique=False)

    op.create_table('inspection',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=8), nullable=False),
    sa.Column('kind', sa.Enum('random', 'joint', 'thematic', 'complaint', 'first_visit', 'return_visit', name='kind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('theme', sa.String(length=120), nullable=True),
    sa.Column('institution_id', sa.Integer(), nullable=True),
    sa.Column('unregistered_home_id', sa.Integer(), nullable=True),
    sa.Column('region_code', sa.String(length=6), nullable=False),
    sa.Column('department', sa.Enum('civil_affairs', 'housing', 'fire', 'health', 'market', 'discipline', name='department', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('departments', sa.Text(), nullable=False),
    sa.Column('planned_by', sa.Date(), nullable=True),
    sa.Column('visited_on', sa.Date(), nullable=True),
    sa.Column('result', sa.Enum('clean', 'corrected_on_site', 'problems', 'refused', 'not_operating', name='result', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('summary', sa.Text(), nullable=True),
    sa.Column('public_summary', sa.Text(), nullable=True),
    sa.Column('draw_id', sa.Integer(), nullable=True),
    sa.Column('inspectors', sa.Text(), nullable=True),
    sa.Column('origin', sa.String(length=60), nullable=True),
    sa.Column('follows_problem_id', sa.Integer(), nullable=True),
    sa.Column('found_again', sa.Boolean(), nullable=True),
    sa.Column('entered_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('entered_by', sa.String(length=60), nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('withdrawn_reason', sa.Text(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint('(institution_id IS NULL) <> (unregistered_home_id IS NULL)', name=op.f('ck_inspection_one_home')),
    sa.CheckConstraint('(visited_on IS NULL) = (result IS NULL)', name=op.f('ck_inspection_made_whole')),
    sa.CheckConstraint('(withdrawn_at IS NULL) = (withdrawn_reason IS NULL)', name=op.f('ck_inspection_withdrawn_whole')),
    sa.CheckConstraint('published_at IS NULL OR visited_on IS NOT NULL', name=op.f('ck_inspection_published_after')),
    sa.ForeignKeyConstraint(['draw_id'], ['random_draw.id'], name=op.f('fk_inspection_draw_id_random_draw')),
    sa.ForeignKeyConstraint(['follows_problem_id'], ['problem.id'], name=op.f('fk_inspection_follows_problem_id_problem')),
    sa.ForeignKeyConstraint(['institution_id'], ['institution.id'], name=op.f('fk_inspection_institution_id_institution')),
    sa.ForeignKeyConstraint(['region_code'], ['region.code'], name=op.f('fk_inspection_region_code_region')),
    sa.ForeignKeyConstraint(['unregistered_home_id'], ['unregistered_home.id'], name=op.f('fk_inspection_unregistered_home_id_unregistered_home')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_inspection')),
    sa.UniqueConstraint('public_id', name=op.f('uq_inspection_public_id'))
    )
    with op.batch_alter_table('inspection', schema=None) as batch_op:
        batch_op.create_index('ix_inspection_draw_id', ['draw_id'], unique=False, sqlite_where=sa.text('draw_id IS NOT NULL'), postgresql_where=sa.text('draw_id IS NOT NULL'))
        batch_op.create_index('ix_inspection_follows_problem_id', ['follows_problem_id'], unique=False, sqlite_where=sa.text('follows_problem_id IS NOT NULL'), postgresql_where=sa.text('follows_problem_id IS NOT NULL'))
        batch_op.create_index('ix_inspection_institution_id_visited_on', ['institution_id', 'visited_on'], unique=False)
        batch_op.create_index('ix_inspection_origin', ['origin'], unique=False, sqlite_where=sa.text('origin IS NOT NULL'), postgresql_where=sa.text('origin IS NOT NULL'))
        batch_op.create_index('ix_inspection_region_code_planned_by', ['region_code', 'planned_by'], unique=False)
        batch_op.create_index('ix_inspection_region_code_visited_on', ['region_code', 'visited_on', 'id'], unique=False)
        batch_op.create_index('ix_inspection_unregistered_home_id', ['unregistered_home_id'], unique=False, sqlite_where=sa.text('unregistered_home_id IS NOT NULL'), postgresql_where=sa.text('unregistered_home_id IS NOT NULL'))
        batch_op.create_index('ix_inspection_visited_on', ['visited_on', 'id'], unique=False)
        batch_op.create_index('ix_inspection_published_at', ['published_at'], unique=False)

    op.create_table('problem_photo',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('problem_id', sa.Integer(), nullable=False),
    sa.Column('file_id', sa.Integer(), nullable=False),
    sa.Column('stage', sa.Enum('before', 'after', name='stage', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('taken_on', sa.Date(), nullable=True),
    sa.Column('caption', sa.String(length=120), nullable=False),
    sa.Column('public', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.ForeignKeyConstraint(['file_id'], ['intake_file.id'], name=op.f('fk_problem_photo_file_id_intake_file')),
    sa.ForeignKeyConstraint(['problem_id'], ['problem.id'], name=op.f('fk_problem_photo_problem_id_problem')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_problem_photo')),
    sa.UniqueConstraint('file_id', name=op.f('uq_problem_photo_file_id'))
    )
    with op.batch_alter_table('problem_photo', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_problem_photo_problem_id'), ['problem_id'], unique=False)

    op.create_table('problem_step',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('problem_id', sa.Integer(), nullable=False),
    sa.Column('event', sa.Enum('enter', 'amend', 'issue_notice', 'serve', 'withdraw_notice', 'set_deadline', 'extend', 'start', 'submit', 'reject', 'clear', 'hand_to_enforcement', 'list', 'delist', 'recur', 'return_visit', 'attach', 'publish', 'unpublish', 'note', 'void', name='event', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('status_before', sa.Enum('entered', 'notice_issued', 'in_progress', 'submitted', 'cleared', 'enforcement', 'void', name='status_before', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('status', sa.Enum('entered', 'notice_issued', 'in_progress', 'submitted', 'cleared', 'enforcement', 'void', name='status', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('happened_on', sa.Date(), nullable=False),
    sa.Column('actor', sa.String(length=60), nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=True),
    sa.Column('words', sa.Text(), nullable=True),
    sa.Column('said', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['problem_id'], ['problem.id'], name=op.f('fk_problem_step_problem_id_problem')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff_member.id'], name=op.f('fk_problem_step_staff_id_staff_member')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_problem_step'))
    )
    with op.batch_alter_table('problem_step', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_problem_step_problem_id'), ['problem_id'], unique=False)

    op.create_table('inspection_item',
    sa.Column('inspection_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('area', sa.Enum('operation', 'daily_life', 'health', 'social_work', 'safety', name='area', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('code', sa.String(length=20), nullable=False),
    sa.Column('text', sa.String(length=200), nullable=False),
    sa.Column('basis', sa.String(length=120), nullable=False),
    sa.Column('finding', sa.Enum('met', 'not_met', 'not_applicable', 'not_checked', name='finding', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('remark', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['inspection_id'], ['inspection.id'], name=op.f('fk_inspection_item_inspection_id_inspection')),
    sa.PrimaryKeyConstraint('inspection_id', 'position', name=op.f('pk_inspection_item'))
    )


def downgrade() -> None:
    op.drop_table('inspection_item')
    with op.batch_alter_table('problem_step', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_problem_step_problem_id'))

    op.drop_table('problem_step')
    with op.batch_alter_table('problem_photo', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_problem_photo_problem_id'))

    op.drop_table('problem_photo')
    with op.batch_alter_table('inspection', schema=None) as batch_op:
        batch_op.drop_index('ix_inspection_published_at')
        batch_op.drop_index('ix_inspection_visited_on')
        batch_op.drop_index('ix_inspection_unregistered_home_id', sqlite_where=sa.text('unregistered_home_id IS NOT NULL'), postgresql_where=sa.text('unregistered_home_id IS NOT NULL'))
        batch_op.drop_index('ix_inspection_region_code_visited_on')
        batch_op.drop_index('ix_inspection_region_code_planned_by')
        batch_op.drop_index('ix_inspection_origin', sqlite_where=sa.text('origin IS NOT NULL'), postgresql_where=sa.text('origin IS NOT NULL'))
        batch_op.drop_index('ix_inspection_institution_id_visited_on')
        batch_op.drop_index('ix_inspection_follows_problem_id', sqlite_where=sa.text('follows_problem_id IS NOT NULL'), postgresql_where=sa.text('follows_problem_id IS NOT NULL'))
        batch_op.drop_index('ix_inspection_draw_id', sqlite_where=sa.text('draw_id IS NOT NULL'), postgresql_where=sa.text('draw_id IS NOT NULL'))

    op.drop_table('inspection')
    with op.batch_alter_table('credit_record', schema=None) as batch_op:
        batch_op.drop_index('ix_credit_record_until')
        batch_op.drop_index('ix_credit_record_region_code')
        batch_op.drop_index('ix_credit_record_problem_id', sqlite_where=sa.text('problem_id IS NOT NULL'), postgresql_where=sa.text('problem_id IS NOT NULL'))
        batch_op.drop_index('ix_credit_record_institution_id')
        batch_op.drop_index('ix_credit_record_decided_on')

    op.drop_table('credit_record')
    with op.batch_alter_table('problem', schema=None) as batch_op:
        batch_op.drop_index('uq_problem_told', sqlite_where=sa.text("origin IN ('complaint', 'suggestion') AND status <> 'void'"), postgresql_where=sa.text("origin IN ('complaint', 'suggestion') AND status <> 'void'"))
        batch_op.drop_index('ix_problem_unregistered_home_id', sqlite_where=sa.text('unregistered_home_id IS NOT NULL'), postgresql_where=sa.text('unregistered_home_id IS NOT NULL'))
        batch_op.drop_index('ix_problem_status_deadline')
        batch_op.drop_index('ix_problem_region_code_status_deadline')
        batch_op.drop_index('ix_problem_region_code_found_on')
        batch_op.drop_index('ix_problem_region_code_cleared_on')
        batch_op.drop_index('ix_problem_region_recurred', sqlite_where=sa.text('first_entry_id IS NOT NULL'), postgresql_where=sa.text('first_entry_id IS NOT NULL'))
        batch_op.drop_index('ix_problem_recurred', sqlite_where=sa.text('first_entry_id IS NOT NULL'), postgresql_where=sa.text('first_entry_id IS NOT NULL'))
        batch_op.drop_index('ix_problem_public_severity', sqlite_where=sa.text('published_at IS NOT NULL'), postgresql_where=sa.text('published_at IS NOT NULL'))
        batch_op.drop_index('ix_problem_public_category', sqlite_where=sa.text('published_at IS NOT NULL'), postgresql_where=sa.text('published_at IS NOT NULL'))
        batch_op.drop_index('ix_problem_published_at', sqlite_where=sa.text('published_at IS NOT NULL'), postgresql_where=sa.text('published_at IS NOT NULL'))
        batch_op.drop_index(batch_op.f('ix_problem_origin_ref'))
        batch_op.drop_index(batch_op.f('ix_problem_notice_id'))
        batch_op.drop_index('ix_problem_listed', sqlite_where=sa.text('listed_on IS NOT NULL'), postgresql_where=sa.text('listed_on IS NOT NULL'))
        batch_op.drop_index('ix_problem_institution_id_status')
        batch_op.drop_index('ix_problem_found_on')
        batch_op.drop_index('ix_problem_first_entry_id', sqlite_where=sa.text('first_entry_id IS NOT NULL'), postgresql_where=sa.text('first_entry_id IS NOT NULL'))

    op.drop_table('problem')
    with op.batch_alter_table('notice_deadline', schema=None) as batch_op:
        batch_op.drop_index('ix_notice_deadline_region_missed', sqlite_where=sa.text('missed IS 1'), postgresql_where=sa.text('missed IS true'))
        batch_op.drop_index('ix_notice_deadline_missed', sqlite_where=sa.text('missed IS 1'), postgresql_where=sa.text('missed IS true'))

    op.drop_table('notice_deadline')
    with op.batch_alter_table('rectification_notice', schema=None) as batch_op:
        batch_op.drop_index('uq_rectification_notice_sequence')
        batch_op.drop_index('ix_rectification_notice_unregistered_home_id', sqlite_where=sa.text('unregistered_home_id IS NOT NULL'), postgresql_where=sa.text('unregistered_home_id IS NOT NULL'))
        batch_op.drop_index('ix_rectification_notice_region_published', sqlite_where=sa.text('published_at IS NOT NULL'), postgresql_where=sa.text('published_at IS NOT NULL'))
        batch_op.drop_index('ix_rectification_notice_region_code_state')
        batch_op.drop_index('ix_rectification_notice_region_cleared', sqlite_where=sa.text('cleared_at IS NOT NULL'), postgresql_where=sa.text('cleared_at IS NOT NULL'))
        batch_op.drop_index('ix_rectification_notice_published_at')
        batch_op.drop_index('ix_rectification_notice_published', sqlite_where=sa.text('published_at IS NOT NULL'), postgresql_where=sa.text('published_at IS NOT NULL'))
        batch_op.drop_index('ix_rectification_notice_open_published', sqlite_where=sa.text('published_at IS NOT NULL AND cleared_on IS NULL'), postgresql_where=sa.text('published_at IS NOT NULL AND cleared_on IS NULL'))
        batch_op.drop_index('ix_rectification_notice_region_open', sqlite_where=sa.text('cleared_on IS NULL'), postgresql_where=sa.text('cleared_on IS NULL'))
        batch_op.drop_index('ix_rectification_notice_open', sqlite_where=sa.text('cleared_on IS NULL'), postgresql_where=sa.text('cleared_on IS NULL'))
        batch_op.drop_index('ix_rectification_notice_institution_id')
        batch_op.drop_index('ix_rectification_notice_cleared', sqlite_where=sa.text('cleared_at IS NOT NULL'), postgresql_where=sa.text('cleared_at IS NOT NULL'))
        batch_op.drop_index('ix_rectification_notice_changed_at')

    op.drop_table('rectification_notice')
    with op.batch_alter_table('random_draw', schema=None) as batch_op:
        batch_op.drop_index('ix_random_draw_region_code_announced_at')
        batch_op.drop_index('ix_random_draw_announced_at')

    op.drop_table('random_draw')

    with op.batch_alter_table('data_set', schema=None) as batch_op:
        batch_op.drop_column('touches')
