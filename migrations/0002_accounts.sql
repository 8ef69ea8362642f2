-- Officers' accounts, their roles and sessions.
create table accounts (
    id uuid not null primary key,
    username text collate "C" not null unique, -- lower case
    password_hash text,               -- argon2id; null until the set-up link was used
    totp_sealed bytea,                -- the second factor's secret, sealed; null until begun
    totp_confirmed boolean not null,
    totp_last_step bigint not null,   -- a one-time password serves once
    disabled_at bigint,
    created_at bigint not null
);
create table assignments (
    id uuid not null primary key,
    account_id uuid not null references accounts (id),
    role text not null,
    unit_id uuid references units (id), -- null: the whole registry (administrators)
    created_at bigint not null
);
create index assignments_by_account on assignments (account_id);
create index assignments_by_unit on assignments (unit_id);

create table account_setups (
    code_hash bytea not null primary key,
    account_id uuid not null references accounts (id),
    expires_at bigint not null,
    used_at bigint
);

-- Each refresh token serves once; the use of an old one ends its family.
create table refresh_tokens (
    token_hash bytea not null primary key,
    family_id uuid not null,
    account_id uuid not null references accounts (id),
    expires_at bigint not null,
    used_at bigint,
    revoked_at bigint
);
create index refresh_tokens_by_family on refresh_tokens (family_id);
create index refresh_tokens_by_account on refresh_tokens (account_id);

-- Failed sign-ins, per account name and per address (keyed digests, no addresses are kept).
create table sign_in_failures (
    key bytea not null,
    failed_at bigint not null,
    id uuid not null primary key
);
create index sign_in_failures_by_key on sign_in_failures (key, failed_at);
