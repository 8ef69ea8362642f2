-- What a page of a list shows beside its stays is read from indexes alone: a row of a table costs twice the pages that an entry of
-- an index costs, and whatever is written empties the readers' caches of pages.
create index members_shown on members (id, name, gender, membership);
create index units_shown on units (id, kind, name);
drop index cards_by_registration;
create index cards_by_registration on cards (registration_id, id, status, number, review_due);

-- The silent guests of a unit are counted in the index of its guests.
drop index registrations_by_host;
create index registrations_by_host on registrations (host_unit_id, status, id, last_activity_at, active_since);

-- Whether a member who was found is within reach is read there, too.
drop index registrations_by_member;
create index registrations_by_member on registrations (member_id, id, home_unit_id, host_unit_id);
