"""When an investigation was decided, for an overview that reads no more than its period; and approvals by their day,
and refusals of which the family has not been told."""

from alembic import op

revision = "0029"
down_revision = "0028"

_READ = ("investigation", "proposal", "decision")


def upgrade() -> None:
    op.execute("alter table investigation add decided_at timestamptz")
    for table in _READ:  # the owner fills in what is known, of all municipalities
        op.execute(f"alter table {table} no force row level security")
    op.execute("""
        update investigation set decided_at = decision.decided_at
        from proposal join decision on decision.tenant = proposal.tenant and decision.proposal_id = proposal.id
        where proposal.tenant = investigation.tenant and proposal.investigation_id = investigation.id
            and decision.outcome <> 'return';
        create index ix_investigation_tenant_decided_at on investigation (tenant, decided_at) include (opened_at)
            where kind = 'application';
        create index ix_decision_to_tell on decision (tenant, decided_at)
            where outcome = 'reject' and told_on is null;
        create index ix_approval_tenant_decided_on on approval (tenant, decided_on);
    """)
    for table in _READ:
        op.execute(f"alter table {table} force row level security")


def downgrade() -> None:
    op.execute("alter table investigation drop decided_at")
    op.execute("drop index ix_decision_to_tell, ix_approval_tenant_decided_on")
