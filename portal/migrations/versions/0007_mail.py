"""The outbox of mails.

Revision ID: 0007
Revises: 0006
"""

from alembic import op
import sqlalchemy as sa


revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('mail',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('message_id', sa.String(length=120), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('recipient_sealed', sa.Text(), nullable=True),
    sa.Column('title', sa.String(length=120), nullable=True),
    sa.Column('body_sealed', sa.Text(), nullable=True),
    sa.Column('entered_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('next_try_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('given_up_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('erased_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('last_problem', sa.String(length=40), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mail')),
    sa.UniqueConstraint('message_id', name=op.f('uq_mail_message_id'))
    )
    waiting = sa.text('next_try_at IS NOT NULL')
    op.create_index(
        'ix_mail_next_try_at', 'mail', ['next_try_at'], sqlite_where=waiting, postgresql_where=waiting
    )


def downgrade() -> None:
    op.drop_table('mail')
