-- The employer stands with the stay, as the name does: how many active guests of a unit share one is a range of an index, which a
-- page of a list asks for each of its rows.
alter table registrations add column employer text;
update registrations set employer = (select m.employer from members m where m.id = registrations.member_id);
create index registrations_by_employer on registrations (host_unit_id, employer)
    where status = 'active' and employer is not null;

-- The ids of a department's silent members are read from the index alone; PostgreSQL does so only where it finds the columns, too.
drop index registrations_by_life;
create index registrations_by_life on registrations
    (home_department_id, status, (coalesce(last_activity_at, active_since)), id, last_activity_at, active_since);
