-- Commendations (表彰): nominated, confirmed with a citation, published to units. No points.
create table commendations (
    id uuid not null primary key,
    unit_id uuid not null references units (id),          -- who nominates
    member_id uuid references members (id),               -- whom…
    nominee_unit_id uuid references units (id),           -- …or which branch
    title text not null,              -- good_member | advanced_branch | good_worker | other
    state text not null,              -- nominated | declined | refused | confirmed | published | withdrawn
    reason_sealed bytea,              -- why; null once the member's data is gone
    citation_sealed bytea,
    answer_sealed bytea,              -- why it was refused or withdrawn
    confirmed_at bigint,
    published_at bigint,
    created_at bigint not null
);
create index commendations_by_unit on commendations (unit_id, id);
create index commendations_by_member on commendations (member_id, id);
