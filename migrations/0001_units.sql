-- The tree of the organisation: who is above whom, and whom to call.
create table units (
    id uuid not null primary key,
    kind text not null,
    name text collate "C" not null,
    parent_id uuid references units (id),
    division_code text,               -- GB/T 2260 code of a department's area, six digits
    valid_from text,                  -- a division code has its years: Chaohu's ended in 2011
    valid_until text,
    address text,
    contact_name text,
    contact_phone text,               -- the office's own number, shown to both ends
    term_started_on text,
    term_years bigint,
    card_title text,                  -- a department's own card title, once it has switched it on
    version bigint not null,
    created_at bigint not null,
    updated_at bigint not null
);
create index units_by_parent on units (parent_id, id);
create index units_by_kind on units (kind, id);
create index units_by_name on units (name, id);

-- Every unit with itself and each unit above it: what "and all below" means, as one index look-up.
create table unit_ancestors (
    unit_id uuid not null references units (id),
    ancestor_id uuid not null references units (id),
    depth bigint not null,
    primary key (unit_id, ancestor_id)
);
create index unit_ancestors_down on unit_ancestors (ancestor_id, unit_id);
