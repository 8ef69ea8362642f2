-- Pairing and aid (结对帮扶): who helps whom, which difficulties were solved, what was given.
create table pairings (
    id uuid not null primary key,
    unit_id uuid not null references units (id),
    helper_id uuid references members (id),       -- a member helps…
    helper_unit_id uuid references units (id),    -- …or a unit
    helped_id uuid references members (id),       -- a member is helped…
    helped_name_sealed bytea,                     -- …or a household that is no member
    since_on text not null,
    until_on text,                                -- the last day; null: it goes on
    created_at bigint not null
);
create index pairings_by_unit on pairings (unit_id, since_on);
create index pairings_by_helper on pairings (helper_id);
create index pairings_by_helped on pairings (helped_id);

create table help_cases (
    id uuid not null primary key,
    unit_id uuid not null references units (id),
    pair_id uuid references pairings (id),
    member_id uuid references members (id),       -- whom it is about; of a pair, the one who is helped
    about text not null,                          -- health | housing | schooling | employment | legal | livelihood | other
    note_sealed bytea,                            -- until the member is reduced
    opened_on text not null,
    solved_on text,
    how_sealed bytea,
    created_at bigint not null
);
create index help_cases_by_unit on help_cases (unit_id, opened_on);
create index help_cases_by_solution on help_cases (unit_id, solved_on) where solved_on is not null;
create index help_cases_by_member on help_cases (member_id);
create index help_cases_by_pair on help_cases (pair_id);

create table help_given (
    id uuid not null primary key,
    unit_id uuid not null references units (id),
    pair_id uuid references pairings (id),
    case_id uuid references help_cases (id),
    member_id uuid references members (id),       -- who received it; of a pair or a case, the one who is helped
    given_on text not null,
    kind text not null,                           -- money | in_kind
    amount_fen bigint not null,                   -- for what is given in kind, its value
    what_sealed bytea,                            -- what was given in kind
    voided_at bigint,                             -- recorded by mistake: it counts no more
    void_reason_sealed bytea,
    created_at bigint not null
);
create index help_given_by_unit on help_given (unit_id, given_on);
create index help_given_by_member on help_given (member_id);
create index help_given_by_pair on help_given (pair_id);
create index help_given_by_case on help_given (case_id);
