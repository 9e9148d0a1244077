"""Who of the staff has worked here, and whose identity is protected."""

from alembic import op

from services.kernel.rows.migration.rights import put_under_tenant


def create_staff_members(service: str) -> None:
    """Whose identity of the staff is protected."""
    op.execute("""
        create table staff_member (
            tenant text not null default current_tenant(),
            id text not null,
            actor text not null,
            is_protected boolean not null,
            version bigint not null,
            changed_at timestamptz not null,
            constraint pk_staff_member primary key (tenant, id)
        );
        create index ix_staff_member_tenant_actor on staff_member (tenant, actor);
    """)
    put_under_tenant("staff_member", role=f"hemvist_{service}", rights="select, insert, update")


def drop_staff_members() -> None:
    """Undoes `create_staff_members`."""
    op.execute("drop table staff_member")


def create_colleagues(service: str) -> None:
    """Who of the staff has worked in the service."""
    op.execute("""
        create table colleague (
            tenant text not null default current_tenant(),
            id text not null,
            actor text not null,
            name bytea,
            roles text[] not null,
            last_on date not null,
            constraint pk_colleague primary key (tenant, id)
        );
        create index ix_colleague_tenant_last_on_id on colleague (tenant, last_on, id);
    """)
    put_under_tenant("colleague", role=f"hemvist_{service}")


def drop_colleagues() -> None:
    """Undoes `create_colleagues`."""
    op.execute("drop table colleague")
