"""Files of cases: photos and PDFs, sealed on disk.

Revision ID: 0011
Revises: 0010
"""

from alembic import op
import sqlalchemy as sa


revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('intake_file',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('subject', sa.String(length=60), nullable=False),
    sa.Column('name', sa.String(length=32), nullable=False),
    sa.Column('kind', sa.Enum('photo', 'pdf', name='kind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('entered_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('brought_by', sa.Enum('citizen', 'staff', name='brought_by', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('erased_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('size > 0', name=op.f('ck_intake_file_size_positive')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_intake_file')),
    sa.UniqueConstraint('name', name=op.f('uq_intake_file_name'))
    )
    with op.batch_alter_table('intake_file', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_intake_file_erased_at'), ['erased_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_intake_file_subject'), ['subject'], unique=False)


def downgrade() -> None:
    op.drop_table('intake_file')
