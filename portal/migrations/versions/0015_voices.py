"""Voices: one voice a person, as well as can be without an account.

Revision ID: 0015
Revises: 0014
"""

from alembic import op
import sqlalchemy as sa


revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('voice_burst',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('suggestion', 'pool', 'verdict', name='kind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('subject_id', sa.Integer(), nullable=False),
    sa.Column('why', sa.Enum('address', 'network', 'surge', 'waited', 'pattern', 'staff', name='why', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('origin', sa.String(length=64), nullable=True),
    sa.Column('first_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('voices', sa.Integer(), server_default='0', nullable=False),
    sa.Column('state', sa.Enum('waiting', 'kept_apart', 'counted', name='state', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('words', sa.Text(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_by', sa.String(length=60), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("(state = 'waiting') = (decided_at IS NULL)", name=op.f('ck_voice_burst_decided_whole')),
    sa.CheckConstraint('voices >= 0', name=op.f('ck_voice_burst_no_debts')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_voice_burst'))
    )
    with op.batch_alter_table('voice_burst', schema=None) as batch_op:
        batch_op.create_index('ix_voice_burst_kind_subject_id', ['kind', 'subject_id', 'state', 'why'], unique=False)
        batch_op.create_index('ix_voice_burst_state_last_at', ['state', 'last_at'], unique=False)

    op.create_table('voice_count',
    sa.Column('kind', sa.Enum('suggestion', 'pool', 'verdict', name='kind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('subject_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('counted', sa.Integer(), server_default='0', nullable=False),
    sa.Column('solved', sa.Integer(), server_default='0', nullable=False),
    sa.Column('waited', sa.Integer(), server_default='0', nullable=False),
    sa.Column('networks', sa.Integer(), server_default='0', nullable=False),
    sa.Column('last_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('looked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('forgotten_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('counted >= 0 AND solved >= 0 AND waited >= 0 AND networks >= 0', name=op.f('ck_voice_count_no_debts')),
    sa.PrimaryKeyConstraint('kind', 'subject_id', name=op.f('pk_voice_count'))
    )
    with op.batch_alter_table('voice_count', schema=None) as batch_op:
        batch_op.create_index('ix_voice_count_closed_at', ['closed_at'], unique=False, sqlite_where=sa.text('closed_at IS NOT NULL'), postgresql_where=sa.text('closed_at IS NOT NULL'))
        batch_op.create_index('ix_voice_count_last_at', ['last_at'], unique=False)

    op.create_table('voice_mark',
    sa.Column('mark', sa.String(length=64), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('until', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('mark', name=op.f('pk_voice_mark'))
    )
    with op.batch_alter_table('voice_mark', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_voice_mark_until'), ['until'], unique=False)

    op.create_table('voice_origin',
    sa.Column('kind', sa.Enum('suggestion', 'pool', 'verdict', name='kind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('subject_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('mark', sa.String(length=64), nullable=False),
    sa.Column('wide', sa.Enum('address', 'network', name='wide', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('counted', sa.Integer(), server_default='0', nullable=False),
    sa.Column('waited', sa.Integer(), server_default='0', nullable=False),
    sa.Column('apart', sa.Integer(), server_default='0', nullable=False),
    sa.Column('last_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('counted >= 0 AND waited >= 0 AND apart >= 0', name=op.f('ck_voice_origin_no_debts')),
    sa.PrimaryKeyConstraint('kind', 'subject_id', 'mark', name=op.f('pk_voice_origin'))
    )
    with op.batch_alter_table('voice_origin', schema=None) as batch_op:
        batch_op.create_index('ix_voice_origin_last_at', ['last_at'], unique=False)

    op.create_table('voice_sum',
    sa.Column('kind', sa.Enum('suggestion', 'pool', 'verdict', name='kind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('subject_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('choice', sa.String(length=40), nullable=False),
    sa.Column('why', sa.String(length=16), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.CheckConstraint('number >= 0', name=op.f('ck_voice_sum_no_debts')),
    sa.PrimaryKeyConstraint('kind', 'subject_id', 'choice', 'why', name=op.f('pk_voice_sum'))
    )
    op.create_table('voice',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('suggestion', 'pool', 'verdict', name='kind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('subject_id', sa.Integer(), nullable=False),
    sa.Column('choice', sa.String(length=40), server_default='', nullable=False),
    sa.Column('person_index', sa.String(length=64), nullable=True),
    sa.Column('address_index', sa.String(length=64), nullable=True),
    sa.Column('network_index', sa.String(length=64), nullable=True),
    sa.Column('given_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('proof', sa.Enum('unasked', 'solved', 'waited', name='proof', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('new_browser', sa.Boolean(), nullable=False),
    sa.Column('apart', sa.Enum('address', 'network', 'surge', 'waited', 'pattern', 'staff', name='apart', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('burst_id', sa.Integer(), nullable=True),
    sa.CheckConstraint('apart IS NULL OR burst_id IS NOT NULL', name=op.f('ck_voice_apart_in_a_burst')),
    sa.ForeignKeyConstraint(['burst_id'], ['voice_burst.id'], name=op.f('fk_voice_burst_id_voice_burst')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_voice')),
    sa.UniqueConstraint('kind', 'subject_id', 'person_index', name=op.f('uq_voice_kind_subject_id_person_index'))
    )
    with op.batch_alter_table('voice', schema=None) as batch_op:
        batch_op.create_index('ix_voice_burst_id', ['burst_id'], unique=False, sqlite_where=sa.text('burst_id IS NOT NULL'), postgresql_where=sa.text('burst_id IS NOT NULL'))
        batch_op.create_index('ix_voice_given_at', ['given_at'], unique=False)
        batch_op.create_index('ix_voice_kind_subject_id_given_at', ['kind', 'subject_id', 'given_at'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('voice', schema=None) as batch_op:
        batch_op.drop_index('ix_voice_kind_subject_id_given_at')
        batch_op.drop_index('ix_voice_given_at')
        batch_op.drop_index('ix_voice_burst_id', sqlite_where=sa.text('burst_id IS NOT NULL'), postgresql_where=sa.text('burst_id IS NOT NULL'))

    op.drop_table('voice')
    op.drop_table('voice_sum')
    with op.batch_alter_table('voice_origin', schema=None) as batch_op:
        batch_op.drop_index('ix_voice_origin_last_at')

    op.drop_table('voice_origin')
    with op.batch_alter_table('voice_mark', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_voice_mark_until'))

    op.drop_table('voice_mark')
    with op.batch_alter_table('voice_count', schema=None) as batch_op:
        batch_op.drop_index('ix_voice_count_last_at')
        batch_op.drop_index('ix_voice_count_closed_at', sqlite_where=sa.text('closed_at IS NOT NULL'), postgresql_where=sa.text('closed_at IS NOT NULL'))

    op.drop_table('voice_count')
    with op.batch_alter_table('voice_burst', schema=None) as batch_op:
        batch_op.drop_index('ix_voice_burst_state_last_at')
        batch_op.drop_index('ix_voice_burst_kind_subject_id')

    op.drop_table('voice_burst')
