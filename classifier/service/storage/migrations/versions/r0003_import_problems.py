"""What an import refused, row by row; what kind of file it was, and whether it was taken."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the columns and the table; what was imported before were claims that were taken."""
    op.add_column(
        "imports",
        sa.Column("kind", sa.String(length=10), server_default="claims", nullable=False),
    )
    op.add_column(
        "imports",
        sa.Column("state", sa.String(length=10), server_default="taken", nullable=False),
    )
    op.create_table(
        "import_problems",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("found", sa.Text(), nullable=False),
        sa.Column("allowed", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["imports.id"], name="fk_import_problems_import_id"),
        sa.PrimaryKeyConstraint("id", name="pk_import_problems"),
    )
    op.create_index("ix_import_problems_import_id", "import_problems", ["import_id"])


def downgrade() -> None:
    """Take them away."""
    op.drop_table("import_problems")
    op.drop_column("imports", "state")
    op.drop_column("imports", "kind")
