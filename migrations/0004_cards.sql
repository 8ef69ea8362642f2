-- Cards, their codes, and the phones bound to them.
create table card_series (
    division_code text not null,
    year bigint not null,
    last_serial bigint not null,
    primary key (division_code, year)
);
create table cards (
    id uuid not null primary key,
    number text not null unique,
    registration_id uuid not null references registrations (id),
    member_id uuid not null references members (id),
    department_id uuid not null references units (id),
    status text not null,
    issued_on text not null,
    review_due text not null,
    replaced_by uuid references cards (id),
    version bigint not null,
    created_at bigint not null,
    updated_at bigint not null
);
create unique index cards_one_living on cards (registration_id) where status in ('active', 'suspended');
create index cards_by_member on cards (member_id, id);
create index cards_by_review on cards (department_id, status, review_due);

create table card_history (
    id uuid not null primary key,
    card_id uuid not null references cards (id),
    at bigint not null,
    action text not null,
    from_status text,
    to_status text not null,
    account_id uuid references accounts (id), -- null: the member
    reason text
);
create index card_history_by_card on card_history (card_id, id);

-- The random ids under which a card appears in codes: a new one at each renewal.
create table card_codes (
    code_id bytea not null primary key,   -- 8 bytes
    card_id uuid not null references cards (id),
    purpose text not null,                -- print | phone
    device_id uuid,                       -- the phone whose live code it is
    expires_on text not null,
    status_index bigint not null unique,
    kid bigint not null,
    code bytea not null,                  -- the signed bytes of the static code
    live_prefix bytea,                    -- of a phone: the issuer's part of the live code
    issued_at bigint not null
);
create index card_codes_by_card on card_codes (card_id, purpose, issued_at);

create table devices (
    id uuid not null primary key,
    member_id uuid not null references members (id),
    card_id uuid not null references cards (id),
    public_key bytea not null,            -- P-256, compressed, 33 bytes
    bound_at bigint not null,
    revoked_at bigint,
    revoked_reason text
);
create index devices_by_member on devices (member_id, id);
create index devices_by_card on devices (card_id, id);

create table activations (
    code_hash bytea not null primary key,
    card_id uuid not null references cards (id),
    account_id uuid references accounts (id),
    expires_at bigint not null,
    used_at bigint
);

-- Assertions serve once.
create table used_assertions (
    jti text not null,
    device_id uuid not null,
    expires_at bigint not null,
    primary key (device_id, jti)
);
create index used_assertions_by_expiry on used_assertions (expires_at);
