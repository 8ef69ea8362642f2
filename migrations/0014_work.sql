-- What the work of the units needs in common: files that go with a record, and news that are about no stay.
create table attachments (
    id uuid not null primary key,
    kind text not null,               -- pdf | docx | xlsx | jpeg | png | text, by its content
    name_sealed bytea not null,       -- as the sender's machine called it
    size bigint not null,             -- bytes
    content_sealed bytea not null,
    sender text not null,             -- account:… or member:…; only they can put it to a record
    claimed boolean not null,         -- put to a record; what is not within a day is deleted
    created_at bigint not null
);
create index attachments_unclaimed on attachments (created_at) where claimed = false;

-- The table of notices, with room for what is about a record of work instead of a member's stay.
create table notices_now (
    id uuid not null primary key,
    kind text not null,
    to_member_id uuid references members (id), -- told to the member…
    to_unit_id uuid references units (id),     -- …or to whoever reaches this unit…
    to_end text,                               -- …as this end of the stay: home | host; null: whose role is on this very unit
    member_id uuid references members (id),    -- whom it is about
    registration_id uuid references registrations (id),
    card_number text,
    event_id uuid references events (id),
    request_id uuid,
    subject text,                              -- the kind of the record that it is about
    subject_id uuid,
    created_at bigint not null
);
insert into notices_now (id, kind, to_member_id, to_unit_id, to_end, member_id, registration_id, card_number, event_id, request_id, created_at)
    select id, kind, to_member_id, to_unit_id, to_end, member_id, registration_id, card_number, event_id, request_id, created_at from notices;
drop table notices;
alter table notices_now rename to notices;
create index notices_by_member on notices (to_member_id, id);
create index notices_by_unit on notices (to_unit_id, id);
create index notices_by_age on notices (created_at);
