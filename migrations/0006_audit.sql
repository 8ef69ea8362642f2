-- The hash-chained log. Rows are only ever appended.
create table audit_log (
    seq bigint not null primary key,
    at bigint not null,
    actor_kind text not null,
    actor_id uuid,
    device_id uuid,
    action text not null,
    target_kind text not null,
    target_id text not null,
    member_id uuid,
    unit_id uuid,
    note text,
    success boolean not null,
    hash bytea not null
);
create index audit_log_by_member on audit_log (member_id, seq);

create table audit_head (
    id bigint not null primary key,
    seq bigint not null,
    hash bytea not null
);
