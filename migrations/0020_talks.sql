-- Heart-to-heart talks (谈心谈话): who with whom, when, and about what kind of thing. What was said has no column.
create table talks (
    id uuid not null primary key,
    unit_id uuid not null references units (id),
    talker_id uuid references members (id), -- the member who led it…
    talker_post text,                       -- …or the post of someone who is in no registry
    held_on text not null,
    mode text not null,                     -- one_to_one | group
    persons bigint not null,                -- how many were talked with
    topics text not null,                   -- of the closed list, by commas
    follow_up_sealed bytea,                 -- what was promised, until a member talked with is reduced…
    follow_up_due_on text,                  -- …by when; null: nothing was
    follow_up_done_on text,
    voided_at bigint,                       -- recorded by mistake: it counts no more
    void_reason_sealed bytea,
    created_at bigint not null
);
create index talks_by_unit on talks (unit_id, held_on);
create index talks_by_day on talks (held_on, id);
create index talks_by_talker on talks (talker_id, held_on);
create index talks_to_follow_up on talks (follow_up_due_on)
    where follow_up_due_on is not null and follow_up_done_on is null and voided_at is null;

-- With whom.
create table talk_members (
    talk_id uuid not null references talks (id),
    member_id uuid not null references members (id),
    primary key (talk_id, member_id)
);
create index talk_members_by_member on talk_members (member_id, talk_id);
