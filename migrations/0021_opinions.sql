-- Opinions about a unit (征求意见), and what became of them (整改). No column holds an instant at which one was given, and one that
-- was given without a name has nothing that leads to whoever gave it: no member, no account, no phone, and an id that holds
-- the day's beginning alone.
create table opinions (
    id uuid not null primary key,
    unit_id uuid not null references units (id),  -- whom it is addressed to
    source text not null,                         -- member | interview | meeting | box
    member_id uuid references members (id),       -- who gave it, by their own wish
    text_sealed bytea,                            -- until the member is reduced
    topic text,                                   -- null: not sorted yet
    state text not null,                          -- collected | sorted | in_hand | done | published
    disposition text,                             -- at_once | by_date | explained
    due_on text not null,                         -- by when the next thing is to be done about it
    outcome_sealed bytea,                         -- the explanation, or what was done
    collected_on text not null,
    done_on text,
    published_on text,
    published_named boolean not null,
    published_text_sealed bytea,
    repeat_index bytea                            -- a keyed digest of what was sent under a key that the giver's phone made once
);
create index opinions_by_unit on opinions (unit_id, collected_on);
create index opinions_by_day on opinions (collected_on, id);
create index opinions_by_member on opinions (member_id, id) where member_id is not null;
create index opinions_to_do on opinions (due_on) where state in ('collected', 'sorted', 'in_hand');
create unique index opinions_once on opinions (repeat_index) where repeat_index is not null;

-- How it goes on while it is in hand; read by the officers.
create table opinion_notes (
    id uuid not null primary key,
    opinion_id uuid not null references opinions (id),
    note_sealed bytea not null,
    at bigint not null
);
create index opinion_notes_by_opinion on opinion_notes (opinion_id, id);

-- To whom it was published: each unit with all below it.
create table opinion_units (
    opinion_id uuid not null references opinions (id),
    unit_id uuid not null references units (id),
    primary key (opinion_id, unit_id)
);
create index opinion_units_by_unit on opinion_units (unit_id, opinion_id);
