-- Events and the attendance record.
create table events (
    id uuid not null primary key,
    unit_id uuid not null references units (id),
    code_id bytea not null unique,        -- 8 random bytes, the short id in codes
    kind text not null,
    title text not null,
    starts_at bigint not null,
    ends_at bigint not null,
    place text,
    minutes bigint not null,              -- what the event counts, hours in the API
    audience text not null,
    opens_at bigint not null,
    closes_at bigint not null,
    cancelled_at bigint,
    cancel_reason text,
    account_id uuid references accounts (id),
    version bigint not null,
    created_at bigint not null,
    updated_at bigint not null
);
create index events_by_unit on events (unit_id, starts_at, id);
create index events_by_start on events (starts_at, id);

-- Every attempt to check in, also the failed ones. A client's id is its own: two clients cannot spoil each other's.
create table check_in_attempts (
    id uuid not null,
    submitter text not null,              -- account:… or device:…
    event_id uuid,                        -- null where no such event is
    member_id uuid,
    method text not null,
    verdict text not null,
    reason text,
    late boolean not null,
    weak boolean not null,                -- a printed code, or a card without its phone
    occurred_at bigint not null,
    recorded_at bigint not null,
    account_id uuid,
    device_id uuid,
    station text,                         -- what a staff phone calls itself
    note_sealed bytea,
    entry_id uuid,                        -- the entry that it made, or met
    settled_at bigint,                    -- of a conflict: when a person let the entry stand
    primary key (id, submitter)
);
create index check_in_attempts_by_event on check_in_attempts (event_id, recorded_at);
create index check_in_attempts_by_member on check_in_attempts (member_id, recorded_at);

-- The record itself, append only; a correction names the entry it replaces.
create table attendance_entries (
    id uuid not null primary key,
    event_id uuid not null references events (id),
    member_id uuid not null references members (id),
    outcome text not null,
    method text not null,                 -- event_code | card | manual | leave | correction
    occurred_at bigint not null,
    recorded_at bigint not null,
    late boolean not null,
    weak boolean not null,
    account_id uuid,
    device_id uuid,
    reason_sealed bytea,                  -- a reason for leave is private to the branch
    scan_id uuid,                         -- the attempt that it was made from
    replaces uuid references attendance_entries (id)
);
create index attendance_entries_by_event on attendance_entries (event_id, member_id, id);

-- Which entry stands, one for each member and event. The race for it is decided by the key, so this row comes before the
-- entry that it names: whoever loses has written nothing.
create table attendance (
    event_id uuid not null references events (id),
    member_id uuid not null references members (id),
    entry_id uuid not null,
    outcome text not null,
    starts_at bigint not null,            -- the event's, so that a member's record is one index range
    disputed_at bigint,
    dispute_note_sealed bytea,
    primary key (event_id, member_id)
);
create index attendance_by_member on attendance (member_id, starts_at, event_id);
