-- People and their stays.
create table members (
    id uuid not null primary key,
    name text collate "C" not null,
    pinyin text collate "C" not null, -- initials, lower case: 张三 is zs
    gender text not null,
    birth_date text not null,
    id_number_sealed bytea not null,
    id_number_index bytea not null unique,
    phone_sealed bytea not null,
    phone_index bytea not null,
    phone_tail_index bytea not null,  -- the last four digits
    joined_on text not null,
    membership text not null,
    retired boolean not null,
    employer text,
    address_sealed bytea,
    consent_version text not null,
    consent_given_on text not null,
    version bigint not null,
    created_at bigint not null,
    updated_at bigint not null
);
create index members_by_name on members (name, id);
create index members_by_pinyin on members (pinyin, id);
create index members_by_phone_tail on members (phone_tail_index, id);
create index members_by_phone on members (phone_index, id);

create table member_photos (
    member_id uuid not null primary key references members (id),
    jpeg_sealed bytea not null,
    updated_at bigint not null
);

-- One row a stay. It keeps its id when the member moves to a new host.
create table registrations (
    id uuid not null primary key,
    member_id uuid not null references members (id),
    home_unit_id uuid not null references units (id),
    home_department_id uuid not null references units (id), -- the department at or above the home unit
    host_unit_id uuid not null references units (id),
    filed_by text not null,
    status text not null,
    flow_reason text not null,
    started_on text not null,
    active_since bigint,              -- when both ends had agreed for the first time
    ended_at bigint,
    end_reason text,
    rule_version text not null,
    last_activity_at bigint,          -- the newest presence at an event
    version bigint not null,
    created_at bigint not null,
    updated_at bigint not null
);
create unique index registrations_one_open on registrations (member_id)
    where status in ('pending_home', 'pending_host', 'active', 'out_of_contact');
create index registrations_by_member on registrations (member_id, id);
create index registrations_by_department on registrations (home_department_id, status, id);
create index registrations_by_department_all on registrations (home_department_id, id);
create index registrations_by_home on registrations (home_unit_id, status, id);
create index registrations_by_host on registrations (host_unit_id, status, id);

create table registration_history (
    id uuid not null primary key,
    registration_id uuid not null references registrations (id),
    version bigint not null,          -- the registration's, after the step: the order of steps
    at bigint not null,
    action text not null,
    from_status text,
    to_status text not null,
    host_unit_id uuid not null references units (id),
    account_id uuid references accounts (id), -- null: the member
    reason text
);
create unique index registration_history_by_registration on registration_history (registration_id, version);

-- Attempts to reach a silent member; being out of contact is only ever set on top of these.
create table contact_attempts (
    id uuid not null primary key,
    registration_id uuid not null references registrations (id),
    at bigint not null,
    method text not null,
    outcome text not null,
    note text,
    account_id uuid not null references accounts (id),
    unit_id uuid references units (id)
);
create index contact_attempts_by_registration on contact_attempts (registration_id, id);
