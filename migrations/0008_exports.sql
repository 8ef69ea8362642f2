-- Whose rows were in which export: one row a member, beside the one record in the audit log that says who, why and what.
-- No foreign keys: it is written by the thousand, from what has just been read, and reduced together with the log.
create table export_members (
    member_id uuid not null,
    audit_seq bigint not null,
    primary key (member_id, audit_seq)
);
