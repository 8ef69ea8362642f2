-- What members and officers are told, in the transaction of what it tells. Ids only: the words are the screen's.
create table notices (
    id uuid not null primary key,
    kind text not null,
    to_member_id uuid references members (id), -- told to the member…
    to_unit_id uuid references units (id),     -- …or to whoever reaches this unit…
    to_end text,                               -- …as this end of the stay: home | host
    member_id uuid not null references members (id), -- whom it is about
    registration_id uuid references registrations (id),
    card_number text,
    event_id uuid references events (id),
    request_id uuid,
    created_at bigint not null
);
create index notices_by_member on notices (to_member_id, id);
create index notices_by_unit on notices (to_unit_id, id);
create index notices_by_age on notices (created_at); -- old ones are swept

-- How far a reader has come; ids grow with time.
create table notice_marks (
    reader_id uuid not null primary key, -- a member, or an account
    read_until uuid not null
);

-- A dispute is closed by a correction, or by an answer: what stands, and why.
alter table attendance add column dispute_answered_at bigint;
alter table attendance add column dispute_answer_sealed bytea;
create index attendance_open_disputes on attendance (disputed_at)
    where disputed_at is not null and dispute_answered_at is null;
create index check_in_attempts_open_conflicts on check_in_attempts (recorded_at)
    where verdict = 'conflict' and settled_at is null;
