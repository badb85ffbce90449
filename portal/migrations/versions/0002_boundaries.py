"""Boundaries of regions, for the map.

Revision ID: 0002
Revises: 0001
"""

from alembic import op
import sqlalchemy as sa


revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('boundary',
    sa.Column('region_code', sa.String(length=6), nullable=False),
    sa.Column('polygons', sa.JSON(), nullable=False),
    sa.Column('weights', sa.JSON(), nullable=False),
    sa.Column('west', sa.Double(), nullable=False),
    sa.Column('south', sa.Double(), nullable=False),
    sa.Column('east', sa.Double(), nullable=False),
    sa.Column('north', sa.Double(), nullable=False),
    sa.Column('system', sa.Enum('wgs84', 'gcj02', 'bd09', name='system', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('source_title', sa.String(length=300), nullable=True),
    sa.Column('as_of', sa.Date(), nullable=True),
    sa.Column('entered_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('west <= east AND south <= north', name=op.f('ck_boundary_box')),
    sa.ForeignKeyConstraint(['region_code'], ['region.code'], name=op.f('fk_boundary_region_code_region')),
    sa.PrimaryKeyConstraint('region_code', name=op.f('pk_boundary'))
    )


def downgrade() -> None:
    op.drop_table('boundary')
