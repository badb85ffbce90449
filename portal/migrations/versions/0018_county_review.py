"""The two-way review: a quarterly page per county.

Revision ID: 0018
Revises: 0017
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "county_review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("region_code", sa.String(length=6), nullable=False),
        sa.Column("begins", sa.Date(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("draft", "published", name="state", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("correction_reason", sa.Text(), nullable=True),
        sa.Column("figures", sa.Text(), nullable=False),
        sa.Column("compiled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_by", sa.String(length=60), nullable=True),
        sa.Column("published_staff_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'published') = (published_at IS NOT NULL)",
            name=op.f("ck_county_review_published_whole"),
        ),
        sa.CheckConstraint(
            "(edition = 1) = (correction_reason IS NULL)", name=op.f("ck_county_review_corrected_whole")
        ),
        sa.CheckConstraint(
            "(published_at IS NULL) = (published_by IS NULL)", name=op.f("ck_county_review_published_by_whom")
        ),
        sa.ForeignKeyConstraint(
            ["published_staff_id"],
            ["staff_member.id"],
            name=op.f("fk_county_review_published_staff_id_staff_member"),
        ),
        sa.ForeignKeyConstraint(
            ["region_code"], ["region.code"], name=op.f("fk_county_review_region_code_region")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_county_review")),
    )
    with op.batch_alter_table("county_review", schema=None) as batch_op:
        batch_op.create_index("ix_county_review_begins", ["begins", "region_code"], unique=False)
        batch_op.create_index(
            "uq_county_review_region_code_begins_edition", ["region_code", "begins", "edition"], unique=True
        )

    op.create_table(
        "county_review_remark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("office", sa.String(length=60), nullable=False),
        sa.Column(
            "about",
            sa.Enum(
                "civil_affairs",
                "housing",
                "fire",
                "health",
                "market",
                "discipline",
                name="about",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("said_on", sa.Date(), nullable=False),
        sa.Column("entered_by", sa.String(length=60), nullable=False),
        sa.Column("entered_staff_id", sa.Integer(), nullable=True),
        sa.Column("reply", sa.Text(), nullable=True),
        sa.Column("reply_office", sa.String(length=60), nullable=True),
        sa.Column("replied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replied_by", sa.String(length=60), nullable=True),
        sa.Column("replied_staff_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(reply IS NULL) = (replied_at IS NULL)", name=op.f("ck_county_review_remark_replied_whole")
        ),
        sa.CheckConstraint(
            "(reply IS NULL) = (replied_by IS NULL)",
            name=op.f("ck_county_review_remark_replied_written_down"),
        ),
        sa.CheckConstraint(
            "(reply IS NULL) = (reply_office IS NULL)", name=op.f("ck_county_review_remark_replied_by_whom")
        ),
        sa.ForeignKeyConstraint(
            ["entered_staff_id"],
            ["staff_member.id"],
            name=op.f("fk_county_review_remark_entered_staff_id_staff_member"),
        ),
        sa.ForeignKeyConstraint(
            ["replied_staff_id"],
            ["staff_member.id"],
            name=op.f("fk_county_review_remark_replied_staff_id_staff_member"),
        ),
        sa.ForeignKeyConstraint(
            ["review_id"], ["county_review.id"], name=op.f("fk_county_review_remark_review_id_county_review")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_county_review_remark")),
    )
    with op.batch_alter_table("county_review_remark", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_county_review_remark_review_id"), ["review_id"], unique=False)

    # problems are counted by category too from here on: the worker counts every month anew
    months = sa.table("supervision_month", sa.column("stale", sa.Boolean()))
    op.execute(months.update().values(stale=True))


def downgrade() -> None:
    with op.batch_alter_table("county_review_remark", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_county_review_remark_review_id"))

    op.drop_table("county_review_remark")
    with op.batch_alter_table("county_review", schema=None) as batch_op:
        batch_op.drop_index("uq_county_review_region_code_begins_edition")
        batch_op.drop_index("ix_county_review_begins")

    op.drop_table("county_review")
