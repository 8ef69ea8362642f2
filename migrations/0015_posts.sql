-- Who holds which post in a unit. A row is written once and ended once; it stays with the unit.
create table posts (
    id uuid not null primary key,
    unit_id uuid not null references units (id),
    member_id uuid not null references members (id),
    kind text not null,               -- secretary | deputy_secretary | organiser | publicity | discipline | other_committee_member
    dual boolean not null,            -- an administrative post is held beside it (一肩挑)…
    dual_title_sealed bytea,          -- …called so, until the member is reduced
    from_on text not null,
    until_on text,                    -- the last day; null: still held
    created_at bigint not null
);
-- One secretary at a time, and nobody twice in the same post; the race is decided here.
create unique index posts_one_secretary on posts (unit_id) where kind = 'secretary' and until_on is null;
create unique index posts_one_each on posts (unit_id, member_id, kind) where until_on is null;
create index posts_by_unit on posts (unit_id, from_on);
create index posts_by_member on posts (member_id, id);

-- A leader's contact point (联系点): the unit below that the holder of a post looks after.
create table contact_points (
    id uuid not null primary key,
    unit_id uuid not null references units (id),      -- the unit that is looked after
    leader_unit_id uuid not null references units (id), -- the unit above it in which the post is held
    member_id uuid not null references members (id),
    from_on text not null,
    until_on text,
    created_at bigint not null
);
create unique index contact_points_one_each on contact_points (unit_id, leader_unit_id, member_id) where until_on is null;
create index contact_points_by_unit on contact_points (unit_id, from_on);
create index contact_points_by_member on contact_points (member_id, id);

-- Whom a unit brings up to membership (发展党员). A recruit has no record as a member until enrolled; then the name is the member's.
create table recruits (
    id uuid not null primary key,
    unit_id uuid not null references units (id),
    name_sealed bytea,
    member_id uuid references members (id),
    stage text not null,              -- applicant | activist | candidate | probationary | full | ended
    stage_on text not null,
    reason_sealed bytea,              -- why it ended
    created_at bigint not null
);
create unique index recruits_one_each on recruits (member_id) where member_id is not null and stage <> 'ended';
create index recruits_by_unit on recruits (unit_id, id);

-- The stages that were reached, append only.
create table recruit_stages (
    recruit_id uuid not null references recruits (id),
    stage text not null,
    reached_on text not null,
    at bigint not null,
    primary key (recruit_id, stage)
);
create index recruit_stages_by_day on recruit_stages (stage, reached_on);
