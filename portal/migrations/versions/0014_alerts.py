"""Alerts: who asked by mail to be told of what.

Revision ID: 0014
Revises: 0013
"""

from alembic import op
import sqlalchemy as sa


revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('mail', schema=None) as batch_op:
        batch_op.add_column(sa.Column('headers_sealed', sa.Text(), nullable=True))

    op.create_table('alert_address',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('address_index', sa.String(length=64), nullable=False),
    sa.Column('address_sealed', sa.Text(), nullable=False),
    sa.Column('link_index', sa.String(length=64), nullable=False),
    sa.Column('link_sealed', sa.Text(), nullable=False),
    sa.Column('entered_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('asked_on', sa.Date(), nullable=False),
    sa.Column('asked_count', sa.Integer(), nullable=False),
    sa.Column('looked_on', sa.Date(), nullable=True),
    sa.Column('mail_id', sa.Integer(), nullable=True),
    sa.Column('failures', sa.Integer(), server_default='0', nullable=False),
    sa.ForeignKeyConstraint(['mail_id'], ['mail.id'], name=op.f('fk_alert_address_mail_id_mail')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alert_address')),
    sa.UniqueConstraint('address_index', name=op.f('uq_alert_address_address_index')),
    sa.UniqueConstraint('link_index', name=op.f('uq_alert_address_link_index'))
    )
    with op.batch_alter_table('alert_address', schema=None) as batch_op:
        batch_op.create_index('ix_alert_address_looked_on', ['looked_on', 'id'], unique=False)

    op.create_table('alert',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('address_id', sa.Integer(), nullable=False),
    sa.Column('topic', sa.Enum('institution', 'region', 'homes', 'search', 'notices', name='topic', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('institution_id', sa.Integer(), nullable=True),
    sa.Column('region_code', sa.String(length=6), nullable=True),
    sa.Column('choice_sealed', sa.Text(), nullable=True),
    sa.Column('about_index', sa.String(length=64), nullable=False),
    sa.Column('entered_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('confirm_index', sa.String(length=64), nullable=False),
    sa.Column('told_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('seen', sa.Text(), nullable=True),
    sa.CheckConstraint("topic <> 'institution' OR institution_id IS NOT NULL", name=op.f('ck_alert_institution_known')),
    sa.CheckConstraint("topic <> 'region' OR region_code IS NOT NULL", name=op.f('ck_alert_region_known')),
    sa.CheckConstraint("topic NOT IN ('homes', 'search', 'notices') OR choice_sealed IS NOT NULL", name=op.f('ck_alert_choice_known')),
    sa.ForeignKeyConstraint(['address_id'], ['alert_address.id'], name=op.f('fk_alert_address_id_alert_address')),
    sa.ForeignKeyConstraint(['institution_id'], ['institution.id'], name=op.f('fk_alert_institution_id_institution')),
    sa.ForeignKeyConstraint(['region_code'], ['region.code'], name=op.f('fk_alert_region_code_region')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alert')),
    sa.UniqueConstraint('address_id', 'about_index', name=op.f('uq_alert_address_id_about_index')),
    sa.UniqueConstraint('confirm_index', name=op.f('uq_alert_confirm_index'))
    )
    with op.batch_alter_table('alert', schema=None) as batch_op:
        batch_op.create_index('ix_alert_unconfirmed', ['entered_at'], unique=False, sqlite_where=sa.text('confirmed_at IS NULL'), postgresql_where=sa.text('confirmed_at IS NULL'))


def downgrade() -> None:
    with op.batch_alter_table('alert', schema=None) as batch_op:
        batch_op.drop_index('ix_alert_unconfirmed', sqlite_where=sa.text('confirmed_at IS NULL'), postgresql_where=sa.text('confirmed_at IS NULL'))

    op.drop_table('alert')
    with op.batch_alter_table('alert_address', schema=None) as batch_op:
        batch_op.drop_index('ix_alert_address_looked_on')

    op.drop_table('alert_address')
    with op.batch_alter_table('mail', schema=None) as batch_op:
        batch_op.drop_column('headers_sealed')
