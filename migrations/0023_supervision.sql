-- Supervision groups and liaison officers (督导组, 联络员), the reach that they give for a time, and their visits.
alter table assignments add column from_on text;   -- in force from this day on; null: since it was given
alter table assignments add column until_on text;  -- and until this day, itself included; null: until it is taken back
alter table assignments add column group_id uuid;  -- the group that gave it
alter table assignments add column ended_at bigint; -- when the group took it back: kept, so that members read in which role somebody looked
create index assignments_by_group on assignments (group_id) where group_id is not null;

create table supervision_groups (
    id uuid not null primary key,
    unit_id uuid not null references units (id), -- who sends it
    kind text not null,               -- supervision_group | liaison
    name text not null,
    from_on text not null,
    until_on text not null,
    ended_at bigint,                  -- before its last day
    version bigint not null,
    created_at bigint not null
);
create index supervision_groups_by_unit on supervision_groups (unit_id, id);

create table supervision_members (
    group_id uuid not null references supervision_groups (id),
    account_id uuid not null references accounts (id),
    primary key (group_id, account_id)
);
create index supervision_members_by_account on supervision_members (account_id);

create table supervision_units (
    group_id uuid not null references supervision_groups (id),
    unit_id uuid not null references units (id),
    primary key (group_id, unit_id)
);
create index supervision_units_by_unit on supervision_units (unit_id, group_id);

create table visits (
    id uuid not null primary key,
    group_id uuid not null references supervision_groups (id),
    unit_id uuid not null references units (id), -- who was visited
    visited_on text not null,
    state text not null,              -- open | closed
    account_id uuid not null references accounts (id),
    created_at bigint not null,
    closed_at bigint
);
create index visits_by_unit on visits (unit_id, visited_on);
create index visits_by_group on visits (group_id);

create table visit_findings (
    id uuid not null primary key,
    visit_id uuid not null references visits (id),
    place bigint not null,            -- 1, 2, … within its visit
    kind text not null,               -- good | problem
    text_sealed bytea not null,
    due_on text,                      -- of a problem: by when the unit answers
    answer_sealed bytea,
    answered_at bigint,
    unique (visit_id, place)
);
create index visit_findings_open on visit_findings (due_on) where kind = 'problem' and answered_at is null;
