"""The tables of weeding, as every service's migrations make them."""

from alembic import op

from services.kernel.rows.migration.rights import put_under_tenant


def create_retention(service: str) -> None:
    """What is kept of weeding. What a run has done stays: the service's role can not delete it."""
    role = f"hemvist_{service}"
    _create_previews(role)
    _create_runs(role)
    _create_holds(role)
    _create_weeded(role)


def _create_previews(role: str) -> None:
    """Dry runs, and what they found."""
    op.execute("""
        create table retention_preview (
            tenant text not null default current_tenant(),
            id text not null,
            place jsonb not null,
            kept jsonb not null,
            status text not null,
            done bigint not null,
            total bigint not null,
            problems jsonb not null,
            created_at timestamptz not null,
            created_by text not null,
            ended_at timestamptz,
            version bigint not null,
            changed_at timestamptz not null,
            constraint pk_retention_preview primary key (tenant, id)
        );
        create table retention_item (
            tenant text not null default current_tenant(),
            id text not null,
            preview_id text not null,
            rank integer not null,
            kind text not null,
            finish_by date not null,
            outcome text,
            constraint pk_retention_item primary key (tenant, id, preview_id),
            constraint fk_retention_item_retention_preview foreign key (tenant, preview_id)
                references retention_preview
        );
        create index ix_retention_item_tenant_preview_id on retention_item (tenant, preview_id, rank, id);
    """)
    put_under_tenant("retention_preview", role=role)
    put_under_tenant("retention_item", role=role)


def _create_runs(role: str) -> None:
    """The records of weeding."""
    op.execute("""
        create table retention_run (
            tenant text not null default current_tenant(),
            id text not null,
            preview_id text not null,
            reason bytea not null,
            deleted jsonb not null,
            rows jsonb not null,
            kept jsonb not null,
            digest text not null,
            status text not null,
            done bigint not null,
            total bigint not null,
            problems jsonb not null,
            created_at timestamptz not null,
            created_by text not null,
            ended_at timestamptz,
            version bigint not null,
            changed_at timestamptz not null,
            constraint pk_retention_run primary key (tenant, id)
        );
    """)
    put_under_tenant("retention_run", role=role, rights="select, insert, update")


def _create_holds(role: str) -> None:
    """What is not weeded, because somebody holds it."""
    op.execute("""
        create table retention_hold (
            tenant text not null default current_tenant(),
            id text not null,
            subject text,
            lookup bytea,
            reason bytea not null,
            by text not null,
            at timestamptz not null,
            released_by text,
            released_at timestamptz,
            constraint pk_retention_hold primary key (tenant, id)
        );
        create index ix_retention_hold_tenant_subject on retention_hold (tenant, subject);
        create index ix_retention_hold_tenant_lookup on retention_hold (tenant, lookup);
    """)
    outcome = "update (released_by, released_at)"
    put_under_tenant("retention_hold", role=role, rights=f"select, insert, delete, {outcome}")


def _create_weeded(role: str) -> None:
    """The ids that are gone, and what was seen of them."""
    op.execute("""
        create table weeded (
            tenant text not null default current_tenant(),
            id text not null,
            version bigint not null,
            at timestamptz not null,
            constraint pk_weeded primary key (tenant, id)
        );
        create index ix_weeded_tenant_at on weeded (tenant, at);
    """)
    put_under_tenant("weeded", role=role)
    op.execute(f"grant delete on seen_version to {role}")


def drop_retention(service: str) -> None:
    """Undoes `create_retention`."""
    op.execute(f"revoke delete on seen_version from hemvist_{service}")
    op.execute("drop table weeded, retention_hold, retention_run, retention_item, retention_preview")
