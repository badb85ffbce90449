"""The column: suggestions, topics, votes and digests.

Revision ID: 0016
Revises: 0015
"""

from alembic import op
import sqlalchemy as sa


revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('column_office',
    sa.Column('region_code', sa.String(length=6), nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['region_code'], ['region.code'], name=op.f('fk_column_office_region_code_region')),
    sa.PrimaryKeyConstraint('region_code', name=op.f('pk_column_office'))
    )
    op.create_table('topic_pool',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=8), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('region_code', sa.String(length=6), nullable=False),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('explanation', sa.Text(), nullable=False),
    sa.Column('choices_most', sa.Integer(), nullable=False),
    sa.Column('collecting_from', sa.Date(), nullable=False),
    sa.Column('vote_opens_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('vote_closes_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('result', sa.Text(), nullable=True),
    sa.Column('result_published_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('result_words', sa.Text(), nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint('(result IS NULL) = (result_published_at IS NULL)', name=op.f('ck_topic_pool_result_whole')),
    sa.CheckConstraint('choices_most BETWEEN 1 AND 10', name=op.f('ck_topic_pool_choices_sensible')),
    sa.CheckConstraint('vote_opens_at < vote_closes_at', name=op.f('ck_topic_pool_vote_in_order')),
    sa.ForeignKeyConstraint(['region_code'], ['region.code'], name=op.f('fk_topic_pool_region_code_region')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_topic_pool')),
    sa.UniqueConstraint('public_id', name=op.f('uq_topic_pool_public_id'))
    )
    with op.batch_alter_table('topic_pool', schema=None) as batch_op:
        batch_op.create_index('uq_topic_pool_year_region_code', ['year', 'region_code'], unique=True)

    op.create_table('suggestion_digest',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('region_code', sa.String(length=6), nullable=False),
    sa.Column('month', sa.Date(), nullable=False),
    sa.Column('edition', sa.Integer(), nullable=False),
    sa.Column('correction_reason', sa.Text(), nullable=True),
    sa.Column('state', sa.Enum('compiled', 'submitted', 'returned', 'published', name='state', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('figures', sa.Text(), nullable=False),
    sa.Column('compiled_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('judgement', sa.Text(), nullable=True),
    sa.Column('written_by', sa.String(length=60), nullable=True),
    sa.Column('written_staff_id', sa.Integer(), nullable=True),
    sa.Column('remark', sa.Text(), nullable=True),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('published_by', sa.String(length=60), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("(state = 'published') = (published_at IS NOT NULL)", name=op.f('ck_suggestion_digest_published_whole')),
    sa.CheckConstraint('(edition = 1) = (correction_reason IS NULL)', name=op.f('ck_suggestion_digest_corrected_whole')),
    sa.CheckConstraint('published_at IS NULL OR judgement IS NOT NULL', name=op.f('ck_suggestion_digest_judged_before')),
    sa.ForeignKeyConstraint(['region_code'], ['region.code'], name=op.f('fk_suggestion_digest_region_code_region')),
    sa.ForeignKeyConstraint(['written_staff_id'], ['staff_member.id'], name=op.f('fk_suggestion_digest_written_staff_id_staff_member')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_suggestion_digest'))
    )
    with op.batch_alter_table('suggestion_digest', schema=None) as batch_op:
        batch_op.create_index('ix_suggestion_digest_published_at', ['published_at'], unique=False)
        batch_op.create_index('uq_suggestion_digest_region_code_month_edition', ['region_code', 'month', 'edition'], unique=True)

    op.create_table('topic',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=8), nullable=False),
    sa.Column('pool_id', sa.Integer(), nullable=True),
    sa.Column('position', sa.Integer(), server_default='0', nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('scope', sa.Enum('common', 'own', name='scope', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('region_code', sa.String(length=6), nullable=False),
    sa.Column('department', sa.Enum('civil_affairs', 'housing', 'fire', 'health', 'market', 'discipline', name='department', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('joint', sa.Text(), server_default='[]', nullable=False),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('why', sa.Text(), nullable=False),
    sa.Column('demands', sa.Text(), server_default='', nullable=False),
    sa.Column('problem_category', sa.String(length=32), nullable=True),
    sa.Column('entered_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('proposed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('passed_over_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('passed_over_why', sa.Text(), nullable=True),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('chosen_why', sa.Text(), nullable=True),
    sa.Column('work_from', sa.DateTime(timezone=True), nullable=True),
    sa.Column('judged_from', sa.DateTime(timezone=True), nullable=True),
    sa.Column('judged_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('conclusion', sa.Enum('carry_on', 'done', name='conclusion', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('conclusion_words', sa.Text(), nullable=True),
    sa.Column('verdict_result', sa.Text(), nullable=True),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('withdrawn_reason', sa.Text(), nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint('(closed_at IS NULL) = (conclusion IS NULL)', name=op.f('ck_topic_closed_whole')),
    sa.CheckConstraint('(judged_from IS NULL) = (judged_until IS NULL)', name=op.f('ck_topic_judged_whole')),
    sa.CheckConstraint('(passed_over_at IS NULL) = (passed_over_why IS NULL)', name=op.f('ck_topic_passed_over_whole')),
    sa.CheckConstraint('(withdrawn_at IS NULL) = (withdrawn_reason IS NULL)', name=op.f('ck_topic_withdrawn_whole')),
    sa.CheckConstraint('judged_from IS NULL OR judged_from < judged_until', name=op.f('ck_topic_judged_in_order')),
    sa.CheckConstraint('published_at IS NULL OR passed_over_at IS NULL', name=op.f('ck_topic_chosen_or_not')),
    sa.ForeignKeyConstraint(['pool_id'], ['topic_pool.id'], name=op.f('fk_topic_pool_id_topic_pool')),
    sa.ForeignKeyConstraint(['region_code'], ['region.code'], name=op.f('fk_topic_region_code_region')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_topic')),
    sa.UniqueConstraint('public_id', name=op.f('uq_topic_public_id'))
    )
    with op.batch_alter_table('topic', schema=None) as batch_op:
        batch_op.create_index('ix_topic_changed_at', ['changed_at', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_topic_pool_id'), ['pool_id'], unique=False)
        batch_op.create_index('ix_topic_region_code', ['region_code', 'id'], unique=False)
        batch_op.create_index('ix_topic_year_region_code', ['year', 'region_code', 'id'], unique=False)

    op.create_table('suggestion',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=8), nullable=False),
    sa.Column('receipt', sa.String(length=20), nullable=False),
    sa.Column('access_hash', sa.String(length=64), nullable=False),
    sa.Column('submission', sa.String(length=64), nullable=False),
    sa.Column('channel', sa.Enum('web', 'phone', 'letter', 'visit', name='channel', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('received_on', sa.Date(), nullable=False),
    sa.Column('entered_by', sa.String(length=60), nullable=False),
    sa.Column('region_code', sa.String(length=6), nullable=False),
    sa.Column('department', sa.Enum('civil_affairs', 'housing', 'fire', 'health', 'market', 'discipline', name='department', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('kind', sa.Enum('safety', 'staff', 'care', 'medical', 'fees', 'canteen', 'subsidy', 'home_care', 'barrier_free', 'information', 'other', name='kind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('words_sealed', sa.Text(), nullable=False),
    sa.Column('person_sealed', sa.Text(), nullable=True),
    sa.Column('has_mail', sa.Boolean(), nullable=False),
    sa.Column('privacy_version', sa.String(length=20), nullable=False),
    sa.Column('status', sa.Enum('received', 'published', 'answered', 'declined', 'merged', 'to_complaints', 'to_discipline', 'withdrawn', name='status', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('look_due', sa.Date(), nullable=False),
    sa.Column('looked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('title', sa.String(length=120), nullable=True),
    sa.Column('text', sa.Text(), nullable=True),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('supports', sa.Integer(), server_default='0', nullable=False),
    sa.Column('not_public_why', sa.Enum('personal', 'unclear', 'not_elder_care', 'advertising', 'insulting', 'unproven', 'other', name='not_public_why', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('told_why', sa.Text(), nullable=True),
    sa.Column('merged_into_id', sa.Integer(), nullable=True),
    sa.Column('answer_due', sa.Date(), nullable=True),
    sa.Column('answer', sa.Text(), nullable=True),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answered_by', sa.String(length=60), nullable=True),
    sa.Column('topic_id', sa.Integer(), nullable=True),
    sa.Column('done', sa.Text(), nullable=True),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('hold_reason', sa.Text(), nullable=True),
    sa.Column('erased_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("(status = 'merged') = (merged_into_id IS NOT NULL)", name=op.f('ck_suggestion_merged_whole')),
    sa.CheckConstraint("(status IN ('published', 'answered')) = (published_at IS NOT NULL)", name=op.f('ck_suggestion_published_whole')),
    sa.CheckConstraint('(answer IS NULL) = (answered_at IS NULL)', name=op.f('ck_suggestion_answered_whole')),
    sa.CheckConstraint('(done IS NULL) = (done_at IS NULL)', name=op.f('ck_suggestion_done_whole')),
    sa.CheckConstraint('published_at IS NULL OR (title IS NOT NULL AND text IS NOT NULL)', name=op.f('ck_suggestion_public_whole')),
    sa.ForeignKeyConstraint(['merged_into_id'], ['suggestion.id'], name=op.f('fk_suggestion_merged_into_id_suggestion')),
    sa.ForeignKeyConstraint(['region_code'], ['region.code'], name=op.f('fk_suggestion_region_code_region')),
    sa.ForeignKeyConstraint(['topic_id'], ['topic.id'], name=op.f('fk_suggestion_topic_id_topic')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_suggestion')),
    sa.UniqueConstraint('public_id', name=op.f('uq_suggestion_public_id')),
    sa.UniqueConstraint('receipt', name=op.f('uq_suggestion_receipt')),
    sa.UniqueConstraint('submission', name=op.f('uq_suggestion_submission'))
    )
    with op.batch_alter_table('suggestion', schema=None) as batch_op:
        batch_op.create_index('ix_suggestion_region_kind_supports', ['region_code', 'kind', 'supports', 'id'], unique=False, sqlite_where=sa.text('published_at IS NOT NULL'), postgresql_where=sa.text('published_at IS NOT NULL'))
        batch_op.create_index('ix_suggestion_region_answered', ['region_code', 'answered_at', 'id'], unique=False, sqlite_where=sa.text('answered_at IS NOT NULL'), postgresql_where=sa.text('answered_at IS NOT NULL'))
        batch_op.create_index('ix_suggestion_kind_answered', ['kind', 'answered_at', 'id'], unique=False, sqlite_where=sa.text('answered_at IS NOT NULL'), postgresql_where=sa.text('answered_at IS NOT NULL'))
        batch_op.create_index('ix_suggestion_region_kind_answered', ['region_code', 'kind', 'answered_at', 'id'], unique=False, sqlite_where=sa.text('answered_at IS NOT NULL'), postgresql_where=sa.text('answered_at IS NOT NULL'))
        batch_op.create_index('ix_suggestion_region_done', ['region_code', 'done_at', 'id'], unique=False, sqlite_where=sa.text('done_at IS NOT NULL'), postgresql_where=sa.text('done_at IS NOT NULL'))
        batch_op.create_index('ix_suggestion_kind_done', ['kind', 'done_at', 'id'], unique=False, sqlite_where=sa.text('done_at IS NOT NULL'), postgresql_where=sa.text('done_at IS NOT NULL'))
        batch_op.create_index('ix_suggestion_region_kind_done', ['region_code', 'kind', 'done_at', 'id'], unique=False, sqlite_where=sa.text('done_at IS NOT NULL'), postgresql_where=sa.text('done_at IS NOT NULL'))
        batch_op.create_index('ix_suggestion_region_code_ended_at', ['region_code', 'ended_at', 'id'], unique=False, sqlite_where=sa.text('ended_at IS NOT NULL'), postgresql_where=sa.text('ended_at IS NOT NULL'))
        batch_op.create_index('ix_suggestion_department_look_due', ['region_code', 'department', 'status', 'look_due', 'id'], unique=False)
        batch_op.create_index('ix_suggestion_department_answer_due', ['region_code', 'department', 'status', 'answer_due', 'id'], unique=False)
        batch_op.create_index('ix_suggestion_answered_at', ['answered_at', 'id'], unique=False, sqlite_where=sa.text('answered_at IS NOT NULL'), postgresql_where=sa.text('answered_at IS NOT NULL'))
        batch_op.create_index('ix_suggestion_changed_at', ['changed_at', 'id'], unique=False)
        batch_op.create_index('ix_suggestion_done_at', ['done_at', 'id'], unique=False, sqlite_where=sa.text('done_at IS NOT NULL'), postgresql_where=sa.text('done_at IS NOT NULL'))
        batch_op.create_index('ix_suggestion_kind_published_at', ['kind', 'published_at', 'id'], unique=False)
        batch_op.create_index('ix_suggestion_kind_supports', ['kind', 'supports', 'id'], unique=False, sqlite_where=sa.text('published_at IS NOT NULL'), postgresql_where=sa.text('published_at IS NOT NULL'))
        batch_op.create_index('ix_suggestion_merged_into_id', ['merged_into_id'], unique=False, sqlite_where=sa.text('merged_into_id IS NOT NULL'), postgresql_where=sa.text('merged_into_id IS NOT NULL'))
        batch_op.create_index('ix_suggestion_public_supports', ['supports', 'id'], unique=False, sqlite_where=sa.text('published_at IS NOT NULL'), postgresql_where=sa.text('published_at IS NOT NULL'))
        batch_op.create_index('ix_suggestion_published_at', ['published_at', 'id'], unique=False)
        batch_op.create_index('ix_suggestion_region_code_kind_published_at', ['region_code', 'kind', 'published_at', 'id'], unique=False)
        batch_op.create_index('ix_suggestion_region_code_published_at', ['region_code', 'published_at', 'id'], unique=False)
        batch_op.create_index('ix_suggestion_region_code_received_on', ['region_code', 'received_on', 'kind'], unique=False)
        batch_op.create_index('ix_suggestion_region_code_status_answer_due', ['region_code', 'status', 'answer_due', 'id'], unique=False)
        batch_op.create_index('ix_suggestion_region_code_status_look_due', ['region_code', 'status', 'look_due', 'id'], unique=False)
        batch_op.create_index('ix_suggestion_region_supports', ['region_code', 'supports', 'id'], unique=False, sqlite_where=sa.text('published_at IS NOT NULL'), postgresql_where=sa.text('published_at IS NOT NULL'))
        batch_op.create_index('ix_suggestion_status_ended_at', ['status', 'ended_at'], unique=False)
        batch_op.create_index('ix_suggestion_topic_id', ['topic_id'], unique=False, sqlite_where=sa.text('topic_id IS NOT NULL'), postgresql_where=sa.text('topic_id IS NOT NULL'))

    op.create_table('suggestion_count',
    sa.Column('region_code', sa.String(length=6), nullable=False),
    sa.Column('kind', sa.Enum('safety', 'staff', 'care', 'medical', 'fees', 'canteen', 'subsidy', 'home_care', 'barrier_free', 'information', 'other', name='kind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('stage', sa.Enum('to_look', 'open', 'answered', 'done', 'ended', name='stage', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['region_code'], ['region.code'], name=op.f('fk_suggestion_count_region_code_region')),
    sa.PrimaryKeyConstraint('region_code', 'kind', 'stage', name=op.f('pk_suggestion_count'))
    )
    op.create_table('topic_document',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('topic_id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('issuer', sa.String(length=120), nullable=False),
    sa.Column('issued_on', sa.Date(), nullable=False),
    sa.Column('url', sa.String(length=500), nullable=True),
    sa.Column('text', sa.Text(), nullable=True),
    sa.Column('entered_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('url IS NOT NULL OR text IS NOT NULL', name=op.f('ck_topic_document_somewhere')),
    sa.ForeignKeyConstraint(['topic_id'], ['topic.id'], name=op.f('fk_topic_document_topic_id_topic')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_topic_document'))
    )
    with op.batch_alter_table('topic_document', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_topic_document_topic_id'), ['topic_id'], unique=False)

    op.create_table('topic_milestone',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('topic_id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('done_on', sa.Date(), nullable=True),
    sa.Column('words', sa.Text(), nullable=True),
    sa.Column('reported_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('(done_on IS NULL) = (reported_at IS NULL)', name=op.f('ck_topic_milestone_done_whole')),
    sa.ForeignKeyConstraint(['topic_id'], ['topic.id'], name=op.f('fk_topic_milestone_topic_id_topic')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_topic_milestone'))
    )
    with op.batch_alter_table('topic_milestone', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_topic_milestone_topic_id'), ['topic_id'], unique=False)

    op.create_table('topic_step',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('topic_id', sa.Integer(), nullable=False),
    sa.Column('event', sa.Enum('draft', 'propose', 'amend_wording', 'choose', 'leave_out', 'publish', 'plan', 'report', 'adopt', 'release', 'close', 'withdraw', 'note', name='event', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor', sa.String(length=60), nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=True),
    sa.Column('words', sa.Text(), nullable=True),
    sa.Column('said', sa.Text(), nullable=True),
    sa.Column('in_public', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['staff_id'], ['staff_member.id'], name=op.f('fk_topic_step_staff_id_staff_member')),
    sa.ForeignKeyConstraint(['topic_id'], ['topic.id'], name=op.f('fk_topic_step_topic_id_topic')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_topic_step'))
    )
    with op.batch_alter_table('topic_step', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_topic_step_topic_id'), ['topic_id'], unique=False)

    op.create_table('topic_target',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('topic_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('metric', sa.Enum('problems_cleared', 'notices_cleared', 'major_cleared', 'homes_to_standard', 'homes_inspected', 'homes_graded', 'by_hand', name='metric', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('percent', sa.Boolean(), nullable=False),
    sa.Column('goal', sa.Integer(), nullable=False),
    sa.Column('unit', sa.String(length=10), nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('value', sa.Integer(), nullable=True),
    sa.Column('out_of', sa.Integer(), nullable=True),
    sa.Column('as_of', sa.Date(), nullable=True),
    sa.Column('source', sa.String(length=300), nullable=True),
    sa.CheckConstraint("metric = 'by_hand' OR value IS NULL", name=op.f('ck_topic_target_by_hand_alone')),
    sa.CheckConstraint('(value IS NULL) = (as_of IS NULL)', name=op.f('ck_topic_target_value_dated')),
    sa.CheckConstraint('(value IS NULL) = (source IS NULL)', name=op.f('ck_topic_target_value_sourced')),
    sa.CheckConstraint('NOT percent OR goal <= 100', name=op.f('ck_topic_target_percent_sensible')),
    sa.CheckConstraint('goal > 0', name=op.f('ck_topic_target_goal_positive')),
    sa.ForeignKeyConstraint(['topic_id'], ['topic.id'], name=op.f('fk_topic_target_topic_id_topic')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_topic_target'))
    )
    with op.batch_alter_table('topic_target', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_topic_target_topic_id'), ['topic_id'], unique=False)

    op.create_table('verdict_reason',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('topic_id', sa.Integer(), nullable=False),
    sa.Column('verdict', sa.Enum('carry_on', 'done', name='verdict', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('text_sealed', sa.Text(), nullable=False),
    sa.Column('received_on', sa.Date(), nullable=False),
    sa.Column('state', sa.Enum('received', 'published', 'declined', name='state', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('public_text', sa.Text(), nullable=True),
    sa.Column('declined_why', sa.String(length=120), nullable=True),
    sa.CheckConstraint("(state = 'published') = (public_text IS NOT NULL)", name=op.f('ck_verdict_reason_published_whole')),
    sa.ForeignKeyConstraint(['topic_id'], ['topic.id'], name=op.f('fk_verdict_reason_topic_id_topic')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_verdict_reason'))
    )
    with op.batch_alter_table('verdict_reason', schema=None) as batch_op:
        batch_op.create_index('ix_verdict_reason_topic_id', ['topic_id', 'state', 'id'], unique=False)

    op.create_table('suggestion_step',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('suggestion_id', sa.Integer(), nullable=False),
    sa.Column('event', sa.Enum('receive', 'publish', 'amend', 'decline', 'merge', 'unmerge', 'send_to_complaints', 'send_to_discipline', 'reassign', 'answer', 'adopt', 'release', 'report_done', 'withdraw', 'hold', 'erase', 'note', name='event', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('status_before', sa.Enum('received', 'published', 'answered', 'declined', 'merged', 'to_complaints', 'to_discipline', 'withdrawn', name='status_before', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('status', sa.Enum('received', 'published', 'answered', 'declined', 'merged', 'to_complaints', 'to_discipline', 'withdrawn', name='status', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor', sa.String(length=60), nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=True),
    sa.Column('words_sealed', sa.Text(), nullable=True),
    sa.Column('said', sa.Text(), nullable=True),
    sa.Column('to_writer', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['staff_id'], ['staff_member.id'], name=op.f('fk_suggestion_step_staff_id_staff_member')),
    sa.ForeignKeyConstraint(['suggestion_id'], ['suggestion.id'], name=op.f('fk_suggestion_step_suggestion_id_suggestion')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_suggestion_step'))
    )
    with op.batch_alter_table('suggestion_step', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_suggestion_step_suggestion_id'), ['suggestion_id'], unique=False)

    op.create_table('suggestion_term',
    sa.Column('term', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('suggestion_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['suggestion_id'], ['suggestion.id'], name=op.f('fk_suggestion_term_suggestion_id_suggestion'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('term', 'suggestion_id', name=op.f('pk_suggestion_term')),
    sqlite_with_rowid=False
    )
    with op.batch_alter_table('suggestion_term', schema=None) as batch_op:
        batch_op.create_index('ix_suggestion_term_suggestion_id', ['suggestion_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('suggestion_term', schema=None) as batch_op:
        batch_op.drop_index('ix_suggestion_term_suggestion_id')

    op.drop_table('suggestion_term')
    with op.batch_alter_table('suggestion_step', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_suggestion_step_suggestion_id'))

    op.drop_table('suggestion_step')
    with op.batch_alter_table('verdict_reason', schema=None) as batch_op:
        batch_op.drop_index('ix_verdict_reason_topic_id')

    op.drop_table('verdict_reason')
    with op.batch_alter_table('topic_target', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_topic_target_topic_id'))

    op.drop_table('topic_target')
    with op.batch_alter_table('topic_step', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_topic_step_topic_id'))

    op.drop_table('topic_step')
    with op.batch_alter_table('topic_milestone', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_topic_milestone_topic_id'))

    op.drop_table('topic_milestone')
    with op.batch_alter_table('topic_document', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_topic_document_topic_id'))

    op.drop_table('topic_document')
    op.drop_table('suggestion_count')
    with op.batch_alter_table('suggestion', schema=None) as batch_op:
        batch_op.drop_index('ix_suggestion_topic_id', sqlite_where=sa.text('topic_id IS NOT NULL'), postgresql_where=sa.text('topic_id IS NOT NULL'))
        batch_op.drop_index('ix_suggestion_status_ended_at')
        batch_op.drop_index('ix_suggestion_region_supports', sqlite_where=sa.text('published_at IS NOT NULL'), postgresql_where=sa.text('published_at IS NOT NULL'))
        batch_op.drop_index('ix_suggestion_region_code_status_look_due')
        batch_op.drop_index('ix_suggestion_region_code_status_answer_due')
        batch_op.drop_index('ix_suggestion_region_code_received_on')
        batch_op.drop_index('ix_suggestion_region_code_published_at')
        batch_op.drop_index('ix_suggestion_region_code_kind_published_at')
        batch_op.drop_index('ix_suggestion_published_at')
        batch_op.drop_index('ix_suggestion_public_supports', sqlite_where=sa.text('published_at IS NOT NULL'), postgresql_where=sa.text('published_at IS NOT NULL'))
        batch_op.drop_index('ix_suggestion_merged_into_id', sqlite_where=sa.text('merged_into_id IS NOT NULL'), postgresql_where=sa.text('merged_into_id IS NOT NULL'))
        batch_op.drop_index('ix_suggestion_kind_supports', sqlite_where=sa.text('published_at IS NOT NULL'), postgresql_where=sa.text('published_at IS NOT NULL'))
        batch_op.drop_index('ix_suggestion_kind_published_at')
        batch_op.drop_index('ix_suggestion_done_at', sqlite_where=sa.text('done_at IS NOT NULL'), postgresql_where=sa.text('done_at IS NOT NULL'))
        batch_op.drop_index('ix_suggestion_changed_at')
        batch_op.drop_index('ix_suggestion_answered_at', sqlite_where=sa.text('answered_at IS NOT NULL'), postgresql_where=sa.text('answered_at IS NOT NULL'))
        batch_op.drop_index('ix_suggestion_region_kind_supports', sqlite_where=sa.text('published_at IS NOT NULL'), postgresql_where=sa.text('published_at IS NOT NULL'))
        batch_op.drop_index('ix_suggestion_region_answered', sqlite_where=sa.text('answered_at IS NOT NULL'), postgresql_where=sa.text('answered_at IS NOT NULL'))
        batch_op.drop_index('ix_suggestion_kind_answered', sqlite_where=sa.text('answered_at IS NOT NULL'), postgresql_where=sa.text('answered_at IS NOT NULL'))
        batch_op.drop_index('ix_suggestion_region_kind_answered', sqlite_where=sa.text('answered_at IS NOT NULL'), postgresql_where=sa.text('answered_at IS NOT NULL'))
        batch_op.drop_index('ix_suggestion_region_done', sqlite_where=sa.text('done_at IS NOT NULL'), postgresql_where=sa.text('done_at IS NOT NULL'))
        batch_op.drop_index('ix_suggestion_kind_done', sqlite_where=sa.text('done_at IS NOT NULL'), postgresql_where=sa.text('done_at IS NOT NULL'))
        batch_op.drop_index('ix_suggestion_region_kind_done', sqlite_where=sa.text('done_at IS NOT NULL'), postgresql_where=sa.text('done_at IS NOT NULL'))
        batch_op.drop_index('ix_suggestion_region_code_ended_at', sqlite_where=sa.text('ended_at IS NOT NULL'), postgresql_where=sa.text('ended_at IS NOT NULL'))
        batch_op.drop_index('ix_suggestion_department_look_due')
        batch_op.drop_index('ix_suggestion_department_answer_due')

    op.drop_table('suggestion')
    with op.batch_alter_table('topic', schema=None) as batch_op:
        batch_op.drop_index('ix_topic_year_region_code')
        batch_op.drop_index('ix_topic_region_code')
        batch_op.drop_index(batch_op.f('ix_topic_pool_id'))
        batch_op.drop_index('ix_topic_changed_at')

    op.drop_table('topic')
    with op.batch_alter_table('suggestion_digest', schema=None) as batch_op:
        batch_op.drop_index('uq_suggestion_digest_region_code_month_edition')
        batch_op.drop_index('ix_suggestion_digest_published_at')

    op.drop_table('suggestion_digest')
    with op.batch_alter_table('topic_pool', schema=None) as batch_op:
        batch_op.drop_index('uq_topic_pool_year_region_code')

    op.drop_table('topic_pool')
    op.drop_table('column_office')
