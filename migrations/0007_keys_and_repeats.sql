-- Signing keys; the private half is sealed under the master key.
create table signing_keys (
    kid bigint not null primary key,      -- 1 to 255, one byte in the codes
    key_use text not null,
    public_key bytea not null,
    sealed_private bytea not null,
    not_before bigint not null,
    retired_at bigint
);

-- The first answer of a repeatable write, sealed: it may hold personal data.
create table idempotent_answers (
    caller text not null,
    key text not null,
    request_hash bytea not null,
    status bigint not null,
    answer_sealed bytea not null,
    created_at bigint not null,
    primary key (caller, key)
);
create index idempotent_answers_by_age on idempotent_answers (created_at);
