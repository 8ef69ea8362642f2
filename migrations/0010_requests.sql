-- What a member asks for: to go home, to another host, to transfer. A row is filed once and closed once.
create table requests (
    id uuid not null primary key,
    member_id uuid not null references members (id),
    registration_id uuid not null references registrations (id),
    kind text not null,               -- going_home | moved | transfer
    status text not null,             -- open | done | refused | taken_back | lapsed
    wished_on text,
    host_unit_id uuid references units (id), -- where to, if the member found it in the list…
    place_sealed bytea,               -- …or in the member's own words
    note_sealed bytea,
    due_at bigint not null,           -- by when it is to be answered
    filed_at bigint not null,
    closed_at bigint,
    account_id uuid references accounts (id), -- who closed it; null: the member, or nobody yet
    answer_sealed bytea
);
create unique index requests_one_open on requests (member_id, kind) where status = 'open';
create index requests_by_member on requests (member_id, id);
create index requests_by_registration on requests (registration_id, status);
create index requests_by_status on requests (status, id);
