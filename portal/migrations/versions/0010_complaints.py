"""Complaints: cases, their rounds and log, publications, clues, and what the office needs around them.

Revision ID: 0010
Revises: 0009
"""

from alembic import op
import sqlalchemy as sa


revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('complaint_month',
    sa.Column('region_code', sa.String(length=6), nullable=False),
    sa.Column('month', sa.Date(), nullable=False),
    sa.Column('stale', sa.Boolean(), nullable=False),
    sa.Column('counts', sa.Text(), nullable=False),
    sa.Column('open', sa.Integer(), server_default='0', nullable=False),
    sa.Column('counted_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['region_code'], ['region.code'], name=op.f('fk_complaint_month_region_code_region')),
    sa.PrimaryKeyConstraint('region_code', 'month', name=op.f('pk_complaint_month'))
    )
    with op.batch_alter_table('complaint_month', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_complaint_month_stale'), ['stale'], unique=False)
    op.create_table('complaint_office',
    sa.Column('region_code', sa.String(length=6), nullable=False),
    sa.Column('hotline', sa.String(length=40), nullable=True),
    sa.Column('post_address', sa.String(length=200), nullable=True),
    sa.Column('four_eyes', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['region_code'], ['region.code'], name=op.f('fk_complaint_office_region_code_region')),
    sa.PrimaryKeyConstraint('region_code', name=op.f('pk_complaint_office'))
    )
    op.create_table('reply_template',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('region_code', sa.String(length=6), nullable=True),
    sa.Column('department', sa.Enum('civil_affairs', 'housing', 'fire', 'health', 'market', 'discipline', name='department', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('title', sa.String(length=60), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['region_code'], ['region.code'], name=op.f('fk_reply_template_region_code_region')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reply_template'))
    )
    with op.batch_alter_table('reply_template', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_reply_template_region_code'), ['region_code'], unique=False)
    op.create_table('complaint_case',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('receipt', sa.String(length=20), nullable=False),
    sa.Column('access_hash', sa.String(length=64), nullable=False),
    sa.Column('submission', sa.String(length=64), nullable=False),
    sa.Column('channel', sa.Enum('web', 'phone', 'letter', 'visit', name='channel', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('received_on', sa.Date(), nullable=False),
    sa.Column('entered_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('entered_by', sa.String(length=60), nullable=False),
    sa.Column('institution_id', sa.Integer(), nullable=True),
    sa.Column('region_code', sa.String(length=6), nullable=False),
    sa.Column('department', sa.Enum('civil_affairs', 'housing', 'fire', 'health', 'market', 'discipline', name='department', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('category', sa.Enum('care', 'abuse', 'safety', 'fire', 'building', 'food', 'medical', 'fees', 'contract', 'staff', 'unregistered', 'subsidy', 'other', name='category', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('appearance', sa.Enum('named', 'confidential', 'anonymous', name='appearance', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('words_sealed', sa.Text(), nullable=False),
    sa.Column('person_sealed', sa.Text(), nullable=True),
    sa.Column('has_mail', sa.Boolean(), nullable=False),
    sa.Column('consent_health', sa.Boolean(), nullable=False),
    sa.Column('consent_publish', sa.Boolean(), nullable=False),
    sa.Column('privacy_version', sa.String(length=20), nullable=False),
    sa.Column('status', sa.Enum('lodged', 'accepted', 'not_accepted', 'assigned', 'in_progress', 'waiting', 'replied', 'closed', 'reopened', 'withdrawn', name='status', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('urgent', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('handler_id', sa.Integer(), nullable=True),
    sa.Column('acknowledged', sa.Boolean(), nullable=False),
    sa.Column('round_number', sa.Integer(), nullable=False),
    sa.Column('next_due', sa.Date(), nullable=True),
    sa.Column('merged_into_id', sa.Integer(), nullable=True),
    sa.Column('finding', sa.Enum('true', 'partly', 'not_true', 'unclear', name='finding', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('rating', sa.Enum('satisfied', 'fair', 'unsatisfied', name='rating', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('rating_reason_sealed', sa.Text(), nullable=True),
    sa.Column('rated_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('hold_reason', sa.Text(), nullable=True),
    sa.Column('erased_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint('(rating IS NULL) = (rated_at IS NULL)', name=op.f('ck_complaint_case_rated_whole')),
    sa.CheckConstraint('round_number IN (1, 2)', name=op.f('ck_complaint_case_two_rounds')),
    sa.ForeignKeyConstraint(['handler_id'], ['staff_member.id'], name=op.f('fk_complaint_case_handler_id_staff_member')),
    sa.ForeignKeyConstraint(['institution_id'], ['institution.id'], name=op.f('fk_complaint_case_institution_id_institution')),
    sa.ForeignKeyConstraint(['merged_into_id'], ['complaint_case.id'], name=op.f('fk_complaint_case_merged_into_id_complaint_case')),
    sa.ForeignKeyConstraint(['region_code'], ['region.code'], name=op.f('fk_complaint_case_region_code_region')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_complaint_case')),
    sa.UniqueConstraint('receipt', name=op.f('uq_complaint_case_receipt')),
    sa.UniqueConstraint('submission', name=op.f('uq_complaint_case_submission'))
    )
    with op.batch_alter_table('complaint_case', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_complaint_case_institution_id'), ['institution_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_complaint_case_merged_into_id'), ['merged_into_id'], unique=False)
        batch_op.create_index('ix_complaint_case_next_due', ['next_due', 'id', 'department'], unique=False)
        batch_op.create_index('ix_complaint_case_urgent', ['next_due', 'id'], unique=False, sqlite_where=sa.text('urgent IS 1'), postgresql_where=sa.text('urgent IS true'))
        batch_op.create_index('ix_complaint_case_unacknowledged', ['next_due', 'id'], unique=False, sqlite_where=sa.text('acknowledged IS 0'), postgresql_where=sa.text('acknowledged IS false'))
        batch_op.create_index('ix_complaint_case_region_code_next_due', ['region_code', 'next_due', 'id', 'department'], unique=False)
        batch_op.create_index('ix_complaint_case_region_code_status', ['region_code', 'status', 'ended_at', 'id', 'department'], unique=False)
        batch_op.create_index('ix_complaint_case_handler_id_next_due', ['handler_id', 'next_due', 'id'], unique=False)
        batch_op.create_index('ix_complaint_case_region_code_received_on', ['region_code', 'received_on'], unique=False)
        batch_op.create_index('ix_complaint_case_status_ended_at', ['status', 'ended_at'], unique=False)
    op.create_table('complaint_clue',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('region_code', sa.String(length=6), nullable=False),
    sa.Column('words_sealed', sa.Text(), nullable=False),
    sa.Column('handed_over_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('handed_over_by', sa.String(length=60), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('received_by', sa.String(length=60), nullable=True),
    sa.CheckConstraint('(received_at IS NULL) = (received_by IS NULL)', name=op.f('ck_complaint_clue_received_whole')),
    sa.ForeignKeyConstraint(['case_id'], ['complaint_case.id'], name=op.f('fk_complaint_clue_case_id_complaint_case')),
    sa.ForeignKeyConstraint(['region_code'], ['region.code'], name=op.f('fk_complaint_clue_region_code_region')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_complaint_clue'))
    )
    with op.batch_alter_table('complaint_clue', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_complaint_clue_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_complaint_clue_region_code'), ['region_code'], unique=False)
    op.create_table('complaint_draft',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('reply', 'first_answer', 'refusal', 'publication', name='kind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('state', sa.Enum('writing', 'submitted', 'returned', name='state', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('words_sealed', sa.Text(), nullable=False),
    sa.Column('remark_sealed', sa.Text(), nullable=True),
    sa.Column('saved_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['complaint_case.id'], name=op.f('fk_complaint_draft_case_id_complaint_case')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff_member.id'], name=op.f('fk_complaint_draft_staff_id_staff_member')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_complaint_draft'))
    )
    with op.batch_alter_table('complaint_draft', schema=None) as batch_op:
        batch_op.create_index('ix_complaint_draft_state', ['state'], unique=False)
        batch_op.create_index('uq_complaint_draft_case_id_staff_id_kind', ['case_id', 'staff_id', 'kind'], unique=True)
    op.create_table('complaint_exclusion',
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=False),
    sa.Column('why', sa.Enum('named', 'earlier', 'related', name='why', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['complaint_case.id'], name=op.f('fk_complaint_exclusion_case_id_complaint_case')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff_member.id'], name=op.f('fk_complaint_exclusion_staff_id_staff_member')),
    sa.PrimaryKeyConstraint('case_id', 'staff_id', name=op.f('pk_complaint_exclusion'))
    )
    op.create_table('complaint_publication',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=8), nullable=False),
    sa.Column('region_code', sa.String(length=6), nullable=False),
    sa.Column('category', sa.Enum('care', 'abuse', 'safety', 'fire', 'building', 'food', 'medical', 'fees', 'contract', 'staff', 'unregistered', 'subsidy', 'other', name='category', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('institution_id', sa.Integer(), nullable=True),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('reply', sa.Text(), nullable=False),
    sa.Column('timeline', sa.Text(), nullable=False),
    sa.Column('approved_by', sa.String(length=60), nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('withdrawn_reason', sa.Text(), nullable=True),
    sa.CheckConstraint('(withdrawn_at IS NULL) = (withdrawn_reason IS NULL)', name=op.f('ck_complaint_publication_withdrawn_whole')),
    sa.ForeignKeyConstraint(['case_id'], ['complaint_case.id'], name=op.f('fk_complaint_publication_case_id_complaint_case')),
    sa.ForeignKeyConstraint(['institution_id'], ['institution.id'], name=op.f('fk_complaint_publication_institution_id_institution')),
    sa.ForeignKeyConstraint(['region_code'], ['region.code'], name=op.f('fk_complaint_publication_region_code_region')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_complaint_publication')),
    sa.UniqueConstraint('case_id', name=op.f('uq_complaint_publication_case_id')),
    sa.UniqueConstraint('public_id', name=op.f('uq_complaint_publication_public_id'))
    )
    with op.batch_alter_table('complaint_publication', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_complaint_publication_institution_id'), ['institution_id'], unique=False)
        batch_op.create_index('ix_complaint_publication_published_at', ['published_at'], unique=False)
        batch_op.create_index('ix_complaint_publication_changed_at', ['changed_at'], unique=False)
        batch_op.create_index('ix_complaint_publication_withdrawn_at', ['withdrawn_at', 'region_code', 'category'], unique=False)
        batch_op.create_index(batch_op.f('ix_complaint_publication_region_code'), ['region_code'], unique=False)
    op.create_table('complaint_reminder',
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('round_number', sa.Integer(), nullable=False),
    sa.Column('stage', sa.String(length=20), nullable=False),
    sa.Column('due', sa.Date(), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['complaint_case.id'], name=op.f('fk_complaint_reminder_case_id_complaint_case')),
    sa.PrimaryKeyConstraint('case_id', 'round_number', 'stage', 'due', name=op.f('pk_complaint_reminder'))
    )
    op.create_table('complaint_round',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('region_code', sa.String(length=6), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('received_on', sa.Date(), nullable=False),
    sa.Column('first_due', sa.Date(), nullable=False),
    sa.Column('first_provisional', sa.Boolean(), nullable=False),
    sa.Column('first_answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('final_due', sa.Date(), nullable=False),
    sa.Column('final_provisional', sa.Boolean(), nullable=False),
    sa.Column('final_answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('first_calendar', sa.String(length=64), nullable=False),
    sa.Column('final_calendar', sa.String(length=64), nullable=False),
    sa.Column('final_days', sa.Integer(), nullable=False),
    sa.Column('extension_days', sa.Integer(), server_default='0', nullable=False),
    sa.Column('extension_reason', sa.Text(), nullable=True),
    sa.Column('asked_on', sa.Date(), nullable=True),
    sa.Column('answered_on', sa.Date(), nullable=True),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('(extension_days > 0) = (extension_reason IS NOT NULL)', name=op.f('ck_complaint_round_extension_whole')),
    sa.CheckConstraint('answered_on IS NULL OR asked_on IS NOT NULL', name=op.f('ck_complaint_round_pause_whole')),
    sa.ForeignKeyConstraint(['case_id'], ['complaint_case.id'], name=op.f('fk_complaint_round_case_id_complaint_case')),
    sa.ForeignKeyConstraint(['region_code'], ['region.code'], name=op.f('fk_complaint_round_region_code_region')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_complaint_round'))
    )
    with op.batch_alter_table('complaint_round', schema=None) as batch_op:
        batch_op.create_index('ix_complaint_round_region_code_received_on', ['region_code', 'received_on'], unique=False)
        batch_op.create_index('uq_complaint_round_case_id_number', ['case_id', 'number'], unique=True)
    op.create_table('complaint_transfer',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('from_region', sa.String(length=6), nullable=False),
    sa.Column('from_department', sa.Enum('civil_affairs', 'housing', 'fire', 'health', 'market', 'discipline', name='from_department', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('to_region', sa.String(length=6), nullable=False),
    sa.Column('to_department', sa.Enum('civil_affairs', 'housing', 'fire', 'health', 'market', 'discipline', name='to_department', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('acknowledged_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['complaint_case.id'], name=op.f('fk_complaint_transfer_case_id_complaint_case')),
    sa.ForeignKeyConstraint(['from_region'], ['region.code'], name=op.f('fk_complaint_transfer_from_region_region')),
    sa.ForeignKeyConstraint(['to_region'], ['region.code'], name=op.f('fk_complaint_transfer_to_region_region')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_complaint_transfer'))
    )
    with op.batch_alter_table('complaint_transfer', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_complaint_transfer_case_id'), ['case_id'], unique=False)
        batch_op.create_index('ix_complaint_transfer_from_region_from_department', ['from_region', 'from_department', 'id'], unique=False)
    op.create_table('complaint_opening',
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['complaint_case.id'], name=op.f('fk_complaint_opening_case_id_complaint_case')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff_member.id'], name=op.f('fk_complaint_opening_staff_id_staff_member')),
    sa.PrimaryKeyConstraint('case_id', 'staff_id', name=op.f('pk_complaint_opening'))
    )
    op.create_table('complaint_digest',
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['staff_id'], ['staff_member.id'], name=op.f('fk_complaint_digest_staff_id_staff_member')),
    sa.PrimaryKeyConstraint('day', 'staff_id', name=op.f('pk_complaint_digest'))
    )
    op.create_table('complaint_step',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('round_number', sa.Integer(), nullable=False),
    sa.Column('event', sa.Enum('lodge', 'accept', 'refuse', 'assign', 'start', 'acknowledge', 'transfer', 'first_answer', 'interim_reply', 'ask', 'answer_question', 'end_pause', 'extend', 'reply', 'close', 'ask_again', 'withdraw', 'add', 'rate', 'note', 'merge', 'unmerge', 'triage', 'redate', 'hand_over_clue', 'find_true', 'publish', 'unpublish', 'recompute', 'submit_reply', 'return_reply', 'hold', 'release_hold', 'erase', name='event', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('status_before', sa.Enum('lodged', 'accepted', 'not_accepted', 'assigned', 'in_progress', 'waiting', 'replied', 'closed', 'reopened', 'withdrawn', name='status_before', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('status', sa.Enum('lodged', 'accepted', 'not_accepted', 'assigned', 'in_progress', 'waiting', 'replied', 'closed', 'reopened', 'withdrawn', name='status', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor', sa.String(length=60), nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=True),
    sa.Column('words_sealed', sa.Text(), nullable=True),
    sa.Column('said', sa.Text(), nullable=True),
    sa.Column('to_citizen', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['complaint_case.id'], name=op.f('fk_complaint_step_case_id_complaint_case')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff_member.id'], name=op.f('fk_complaint_step_staff_id_staff_member')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_complaint_step'))
    )
    with op.batch_alter_table('complaint_step', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_complaint_step_case_id'), ['case_id'], unique=False)


def downgrade() -> None:
    op.drop_table('complaint_digest')
    op.drop_table('complaint_opening')
    with op.batch_alter_table('complaint_transfer', schema=None) as batch_op:
        batch_op.drop_index('ix_complaint_transfer_from_region_from_department')
        batch_op.drop_index(batch_op.f('ix_complaint_transfer_case_id'))
    op.drop_table('complaint_transfer')
    with op.batch_alter_table('complaint_step', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_complaint_step_case_id'))
    op.drop_table('complaint_step')
    with op.batch_alter_table('complaint_round', schema=None) as batch_op:
        batch_op.drop_index('uq_complaint_round_case_id_number')
        batch_op.drop_index('ix_complaint_round_region_code_received_on')
    op.drop_table('complaint_round')
    op.drop_table('complaint_reminder')
    with op.batch_alter_table('complaint_publication', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_complaint_publication_region_code'))
        batch_op.drop_index('ix_complaint_publication_withdrawn_at')
        batch_op.drop_index('ix_complaint_publication_changed_at')
        batch_op.drop_index('ix_complaint_publication_published_at')
        batch_op.drop_index(batch_op.f('ix_complaint_publication_institution_id'))
    op.drop_table('complaint_publication')
    op.drop_table('complaint_exclusion')
    with op.batch_alter_table('complaint_draft', schema=None) as batch_op:
        batch_op.drop_index('uq_complaint_draft_case_id_staff_id_kind')
        batch_op.drop_index('ix_complaint_draft_state')
    op.drop_table('complaint_draft')
    with op.batch_alter_table('complaint_clue', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_complaint_clue_region_code'))
        batch_op.drop_index(batch_op.f('ix_complaint_clue_case_id'))
    op.drop_table('complaint_clue')
    with op.batch_alter_table('complaint_case', schema=None) as batch_op:
        batch_op.drop_index('ix_complaint_case_status_ended_at')
        batch_op.drop_index('ix_complaint_case_region_code_received_on')
        batch_op.drop_index('ix_complaint_case_handler_id_next_due')
        batch_op.drop_index('ix_complaint_case_region_code_status')
        batch_op.drop_index('ix_complaint_case_region_code_next_due')
        batch_op.drop_index('ix_complaint_case_unacknowledged')
        batch_op.drop_index('ix_complaint_case_urgent')
        batch_op.drop_index('ix_complaint_case_next_due')
        batch_op.drop_index(batch_op.f('ix_complaint_case_merged_into_id'))
        batch_op.drop_index(batch_op.f('ix_complaint_case_institution_id'))
    op.drop_table('complaint_case')
    with op.batch_alter_table('reply_template', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_reply_template_region_code'))
    op.drop_table('reply_template')
    op.drop_table('complaint_office')
    with op.batch_alter_table('complaint_month', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_complaint_month_stale'))
    op.drop_table('complaint_month')
