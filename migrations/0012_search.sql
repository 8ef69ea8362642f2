-- Finding people as one types, at any size: the words by which a stay's member is sought stand beside the units by which the
-- stay is reached. A name never changes (another name under the same ID number is refused), so the copy cannot grow stale.
alter table registrations add column name text collate "C" not null default '';
alter table registrations add column pinyin text collate "C" not null default '';
update registrations set name = (select m.name from members m where m.id = registrations.member_id),
                         pinyin = (select m.pinyin from members m where m.id = registrations.member_id);
create index registrations_by_home_name on registrations (home_unit_id, name, pinyin, member_id, id);
create index registrations_by_host_name on registrations (host_unit_id, name, pinyin, member_id, id);

-- One record of the log stands for all that an officer types within a minute; this is when the newest of them was made.
create table search_sittings (
    account_id uuid not null primary key references accounts (id),
    opened_at bigint not null
);

-- The figures of a department's first screen, read from the index alone.
create index registrations_by_department_figures on registrations
    (home_department_id, status, flow_reason, host_unit_id, started_on, active_since, last_activity_at, member_id);

-- The cards of a page of stays; the index of living ones does not know the others.
create index cards_by_registration on cards (registration_id, id);
