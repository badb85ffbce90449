"""Imports made in the browser, and sources that were retracted.

Revision ID: 0008
Revises: 0007
"""

from alembic import op
import sqlalchemy as sa


revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None

_STATES = (
    'uploaded', 'checking', 'checked', 'refused', 'discarded', 'committing', 'committed', 'failed', 'undoing',
    'undone',
)
_SECTIONS = (
    'new', 'changed', 'unchanged', 'quarantined', 'missing', 'duplicates', 'kept_as_written', 'notes',
)


def upgrade() -> None:
    op.create_table('import_run',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=True),
    sa.Column('uploaded_by', sa.String(length=60), nullable=False),
    sa.Column('acting_staff_id', sa.Integer(), nullable=True),
    sa.Column('acting_name', sa.String(length=60), nullable=False),
    sa.Column('state', sa.Enum(*_STATES, name='state', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('state_since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('region_code', sa.String(length=6), nullable=False),
    sa.Column('source', sa.String(length=300), nullable=False),
    sa.Column('as_of', sa.Date(), nullable=False),
    sa.Column('sheet', sa.String(length=100), nullable=True),
    sa.Column('mapping', sa.JSON(), nullable=True),
    sa.Column('file_name', sa.String(length=200), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('stored_name', sa.String(length=64), nullable=True),
    sa.Column('file_key_sealed', sa.Text(), nullable=True),
    sa.Column('uploaded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('checked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('committed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('committed_by', sa.String(length=60), nullable=True),
    sa.Column('undone_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('undone_by', sa.String(length=60), nullable=True),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('problem', sa.Text(), nullable=True),
    sa.Column('report', sa.JSON(), nullable=True),
    sa.Column('digest', sa.String(length=64), nullable=True),
    sa.Column('source_id', sa.Integer(), nullable=True),
    sa.Column('last_revision_id', sa.Integer(), nullable=True),
    sa.Column('last_confirmation_id', sa.Integer(), nullable=True),
    sa.Column('claim', sa.String(length=32), nullable=True),
    sa.Column('claimed_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('attempts', sa.Integer(), server_default='0', nullable=False),
    sa.ForeignKeyConstraint(['region_code'], ['region.code'], name=op.f('fk_import_run_region_code_region')),
    sa.ForeignKeyConstraint(['source_id'], ['source_document.id'], name=op.f('fk_import_run_source_id_source_document')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff_member.id'], name=op.f('fk_import_run_staff_id_staff_member'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_import_run'))
    )
    with op.batch_alter_table('import_run', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_import_run_region_code'), ['region_code'], unique=False)
        batch_op.create_index(batch_op.f('ix_import_run_staff_id'), ['staff_id'], unique=False)
        batch_op.create_index('ix_import_run_state', ['state'], unique=False)
    op.create_table('import_row',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('run_id', sa.Integer(), nullable=False),
    sa.Column('section', sa.Enum(*_SECTIONS, name='section', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('row', sa.Integer(), nullable=True),
    sa.Column('key', sa.String(length=200), nullable=True),
    sa.Column('taken', sa.Boolean(), server_default=sa.true(), nullable=False),
    sa.Column('content', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['run_id'], ['import_run.id'], name=op.f('fk_import_row_run_id_import_run'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_import_row'))
    )
    with op.batch_alter_table('import_row', schema=None) as batch_op:
        batch_op.create_index('ix_import_row_run_id_section_position', ['run_id', 'section', 'position'], unique=False)
        batch_op.create_index('ix_import_row_key', ['key'], unique=False)

    # not in a batch: SQLite would make the whole table anew, though it can add a column
    op.add_column('source_document', sa.Column('retracted_at', sa.DateTime(timezone=True), nullable=True))
    retracted = sa.text('retracted_at IS NOT NULL')
    op.create_index(
        'ix_source_document_retracted', 'source_document', ['id'],
        sqlite_where=retracted, postgresql_where=retracted,
    )


def downgrade() -> None:
    op.drop_index('ix_source_document_retracted', table_name='source_document')
    op.drop_column('source_document', 'retracted_at')
    op.drop_table('import_row')
    op.drop_table('import_run')
