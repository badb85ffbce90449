"""Call-back questionnaires: rounds, links and answers that know nothing of each other.

Revision ID: 0017
Revises: 0016
"""

from alembic import op
import sqlalchemy as sa


revision = '0017'
down_revision = '0016'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('survey_round',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=20), nullable=False),
    sa.Column('region_code', sa.String(length=6), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('half', sa.Integer(), nullable=False),
    sa.Column('questionnaire', sa.String(length=20), nullable=False),
    sa.Column('opens_on', sa.Date(), nullable=False),
    sa.Column('closes_on', sa.Date(), nullable=False),
    sa.Column('opened_by', sa.String(length=60), nullable=False),
    sa.Column('counted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('remarks', sa.Text(), nullable=True),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('published_by', sa.String(length=60), nullable=True),
    sa.Column('forgotten_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint('(published_at IS NULL) = (published_by IS NULL) AND (published_at IS NULL) = (remarks IS NULL) AND (published_at IS NULL OR counted_at IS NOT NULL)', name=op.f('ck_survey_round_published_whole')),
    sa.CheckConstraint('half IN (1, 2) AND opens_on <= closes_on', name=op.f('ck_survey_round_days_in_order')),
    sa.ForeignKeyConstraint(['region_code'], ['region.code'], name=op.f('fk_survey_round_region_code_region')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_survey_round')),
    sa.UniqueConstraint('public_id', name=op.f('uq_survey_round_public_id')),
    sa.UniqueConstraint('region_code', 'year', 'half', name=op.f('uq_survey_round_region_code_year_half'))
    )
    op.create_table('survey_answer',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('round_id', sa.Integer(), nullable=False),
    sa.Column('institution_id', sa.Integer(), nullable=False),
    sa.Column('audience', sa.Enum('residents', 'families', name='audience', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('answers', sa.JSON(), nullable=False),
    sa.Column('mixed', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.ForeignKeyConstraint(['institution_id'], ['institution.id'], name=op.f('fk_survey_answer_institution_id_institution')),
    sa.ForeignKeyConstraint(['round_id'], ['survey_round.id'], name=op.f('fk_survey_answer_round_id_survey_round')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_survey_answer')),
    sqlite_with_rowid=False
    )
    with op.batch_alter_table('survey_answer', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_survey_answer_institution_id'), ['institution_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_survey_answer_round_id'), ['round_id'], unique=False)
        batch_op.create_index('ix_survey_answer_unmixed', ['round_id'], unique=False, sqlite_where=sa.text('mixed IS 0'), postgresql_where=sa.text('mixed IS false'))

    op.create_table('survey_figures',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('round_id', sa.Integer(), nullable=False),
    sa.Column('audience', sa.Enum('residents', 'families', name='audience', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('level', sa.Enum('whole', 'county', 'other_counties', 'home', 'other_homes', name='level', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('region_code', sa.String(length=6), nullable=True),
    sa.Column('institution_id', sa.Integer(), nullable=True),
    sa.Column('homes', sa.Integer(), nullable=False),
    sa.Column('handed_out', sa.Integer(), nullable=False),
    sa.Column('answered', sa.Integer(), nullable=True),
    sa.Column('shown', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['institution_id'], ['institution.id'], name=op.f('fk_survey_figures_institution_id_institution')),
    sa.ForeignKeyConstraint(['region_code'], ['region.code'], name=op.f('fk_survey_figures_region_code_region')),
    sa.ForeignKeyConstraint(['round_id'], ['survey_round.id'], name=op.f('fk_survey_figures_round_id_survey_round')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_survey_figures'))
    )
    with op.batch_alter_table('survey_figures', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_survey_figures_institution_id'), ['institution_id'], unique=False)
        batch_op.create_index('ix_survey_figures_round_id_audience_level', ['round_id', 'audience', 'level'], unique=False)

    op.create_table('survey_lot',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('round_id', sa.Integer(), nullable=False),
    sa.Column('institution_id', sa.Integer(), nullable=False),
    sa.Column('audience', sa.Enum('residents', 'families', name='audience', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('channel', sa.Enum('sheet', 'telephone', name='channel', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('handed_out', sa.Integer(), nullable=False),
    sa.Column('handed_out_on', sa.Date(), nullable=False),
    sa.Column('handed_out_by', sa.String(length=60), nullable=False),
    sa.Column('codes_sealed', sa.Text(), nullable=True),
    sa.Column('void', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint('handed_out > 0', name=op.f('ck_survey_lot_some_handed_out')),
    sa.ForeignKeyConstraint(['institution_id'], ['institution.id'], name=op.f('fk_survey_lot_institution_id_institution')),
    sa.ForeignKeyConstraint(['round_id'], ['survey_round.id'], name=op.f('fk_survey_lot_round_id_survey_round')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_survey_lot'))
    )
    with op.batch_alter_table('survey_lot', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_survey_lot_institution_id'), ['institution_id'], unique=False)
        batch_op.create_index('ix_survey_lot_round_id_institution_id', ['round_id', 'institution_id'], unique=False)

    op.create_table('survey_words',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('round_id', sa.Integer(), nullable=False),
    sa.Column('institution_id', sa.Integer(), nullable=False),
    sa.Column('audience', sa.Enum('residents', 'families', name='audience', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('words_sealed', sa.Text(), nullable=False),
    sa.Column('state', sa.Enum('waiting', 'cleared', 'left_out', name='state', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('public_text', sa.Text(), nullable=True),
    sa.Column('mixed', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.CheckConstraint("(state = 'cleared') = (public_text IS NOT NULL)", name=op.f('ck_survey_words_cleared_with_text')),
    sa.ForeignKeyConstraint(['institution_id'], ['institution.id'], name=op.f('fk_survey_words_institution_id_institution')),
    sa.ForeignKeyConstraint(['round_id'], ['survey_round.id'], name=op.f('fk_survey_words_round_id_survey_round')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_survey_words')),
    sqlite_with_rowid=False
    )
    with op.batch_alter_table('survey_words', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_survey_words_institution_id'), ['institution_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_survey_words_round_id'), ['round_id'], unique=False)
        batch_op.create_index('ix_survey_words_unmixed', ['round_id'], unique=False, sqlite_where=sa.text('mixed IS 0'), postgresql_where=sa.text('mixed IS false'))

    op.create_table('survey_code',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('lot_id', sa.Integer(), nullable=False),
    sa.Column('code_index', sa.String(length=64), nullable=True),
    sa.Column('used', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.ForeignKeyConstraint(['lot_id'], ['survey_lot.id'], name=op.f('fk_survey_code_lot_id_survey_lot')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_survey_code')),
    sa.UniqueConstraint('code_index', name=op.f('uq_survey_code_code_index'))
    )
    with op.batch_alter_table('survey_code', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_survey_code_lot_id'), ['lot_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('survey_code', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_survey_code_lot_id'))

    op.drop_table('survey_code')
    with op.batch_alter_table('survey_words', schema=None) as batch_op:
        batch_op.drop_index('ix_survey_words_unmixed', sqlite_where=sa.text('mixed IS 0'), postgresql_where=sa.text('mixed IS false'))
        batch_op.drop_index(batch_op.f('ix_survey_words_round_id'))
        batch_op.drop_index(batch_op.f('ix_survey_words_institution_id'))

    op.drop_table('survey_words')
    with op.batch_alter_table('survey_lot', schema=None) as batch_op:
        batch_op.drop_index('ix_survey_lot_round_id_institution_id')
        batch_op.drop_index(batch_op.f('ix_survey_lot_institution_id'))

    op.drop_table('survey_lot')
    with op.batch_alter_table('survey_figures', schema=None) as batch_op:
        batch_op.drop_index('ix_survey_figures_round_id_audience_level')
        batch_op.drop_index(batch_op.f('ix_survey_figures_institution_id'))

    op.drop_table('survey_figures')
    with op.batch_alter_table('survey_answer', schema=None) as batch_op:
        batch_op.drop_index('ix_survey_answer_unmixed', sqlite_where=sa.text('mixed IS 0'), postgresql_where=sa.text('mixed IS false'))
        batch_op.drop_index(batch_op.f('ix_survey_answer_round_id'))
        batch_op.drop_index(batch_op.f('ix_survey_answer_institution_id'))

    op.drop_table('survey_answer')
    op.drop_table('survey_round')
