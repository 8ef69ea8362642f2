-- A census (摸排): as of a day, whether each unit and each member can take part, and why not. Until it is closed the units answer;
-- afterwards nothing of it changes.
create table censuses (
    id uuid not null primary key,
    unit_id uuid not null references units (id), -- who opened it, for itself and all below
    title text not null,
    as_of text not null,
    due_on text not null,
    closed_at bigint,
    digest text,                      -- SHA-256 of what it says, in hexadecimal; kept in the audit log too
    version bigint not null,          -- grows with every answer: whoever answers meets whoever closes here
    created_at bigint not null
);
create index censuses_by_day on censuses (as_of, id);
create index censuses_by_unit on censuses (unit_id, as_of);

create table census_units (
    census_id uuid not null references censuses (id),
    unit_id uuid not null references units (id),
    id uuid not null,                 -- of the task that it is
    place bigint not null,            -- in the order of the tree, from 0
    depth bigint not null,            -- below the unit that opened it
    able boolean,                     -- null: not answered yet
    reason text,                      -- restructured | bankrupt | dissolved | serious_illness | abroad | laid_off | floating
    answered_at bigint,
    primary key (census_id, unit_id)
);
create index census_units_by_unit on census_units (unit_id, census_id);

create table census_members (
    census_id uuid not null references censuses (id),
    member_id uuid not null references members (id),
    unit_id uuid not null references units (id), -- where the member was then
    able boolean,
    reason text,
    answered_at bigint,
    primary key (census_id, member_id)
);
create index census_members_by_unit on census_members (census_id, unit_id);
create index census_members_by_member on census_members (member_id, census_id);
