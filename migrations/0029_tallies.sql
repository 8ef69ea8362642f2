-- Kept counts: what the first screens of departments and committees show, one row a unit, figure and key, so that no screen
-- counts a hundred thousand stays. `server/src/tallies.rs` says what is counted; `guiyan check` counts again and compares.
create table tallies (
    unit_id uuid not null,
    figure text not null,
    key text collate "C" not null,
    n bigint not null,
    primary key (unit_id, figure, key)
);
create index tallies_largest on tallies (unit_id, n) where figure = 'host';

-- What changed since: rows are only ever added, in the write that they count, so that writers never wait for one another; whoever
-- reads adds them up, and every few seconds they are folded into the kept counts.
create table tally_changes (
    unit_id uuid not null,
    figure text not null,
    key text collate "C" not null,
    id uuid not null,
    n bigint not null,
    primary key (unit_id, figure, key, id)
);

-- Since when counts are kept; no row: everything has to be counted first.
create table tally_state (
    id bigint not null primary key,
    counted_at bigint not null
);

-- Pages of a department's stays, newest first, and searches among them, read from the index alone; one range whatever the
-- number of its units. The index of the figures that are kept now goes.
drop index registrations_by_department_figures;
drop index registrations_by_department_all;
create index registrations_by_department_all on registrations (home_department_id, id, status, name, pinyin);
create index registrations_by_department_name on registrations (home_department_id, name, id);
create index registrations_by_department_initials on registrations (home_department_id, pinyin, id);

-- The silent members of a department, as one range.
create index registrations_by_life on registrations (home_department_id, status, (coalesce(last_activity_at, active_since)));
