-- The private links by which members subscribe to their events: one a member. The token itself is nowhere, only its digest.
create table calendar_links (
    member_id uuid not null primary key references members (id),
    token_hash bytea not null unique,
    made_at bigint not null
);
