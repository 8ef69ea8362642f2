-- What is reduced when its time is over.
alter table members add column reduced_at bigint; -- when the person's data went; null while it is kept
create index registrations_by_end on registrations (ended_at) where ended_at is not null;

-- The newest record of the audit log that was let go: the chain is verified from here on.
create table audit_anchor (
    id bigint not null primary key,
    seq bigint not null,
    hash bytea not null
);
