-- Elections at the end of a term (换届选举). The term itself stands with the unit; its end is kept beside it, so that what is due is a range.
alter table units add column term_ends_on text;
update units set term_ends_on =
    cast(cast(substr(term_started_on, 1, 4) as bigint) + term_years as text)
    || case substr(term_started_on, 5) when '-02-29' then '-02-28' else substr(term_started_on, 5) end
 where term_started_on is not null and term_years is not null;
create index units_by_term on units (term_ends_on, id);

create table elections (
    id uuid not null primary key,
    unit_id uuid not null references units (id),
    due_on text not null,
    state text not null,              -- opened | approval_asked | approved_to_hold | candidates | meeting | result | approved | withdrawn
    event_id uuid references events (id), -- the meeting
    electors_expected bigint,         -- those with the right to vote who were to come
    on_paper bigint,                  -- formal members who are in no registry, counted by hand
    held_on text,                     -- from here on: as it was when the result was recorded
    scanned bigint,
    floating bigint,
    probationary bigint,
    ballots_given bigint,
    ballots_returned bigint,
    authority text,                   -- who approved, where the unit above is in no registry
    approved_on text,
    moved_at bigint not null,         -- since when it is in its state
    created_at bigint not null
);
create unique index elections_one_open on elections (unit_id) where state not in ('approved', 'withdrawn');
create index elections_by_unit on elections (unit_id, id);
create index elections_by_state on elections (state, moved_at);

create table election_seats (
    election_id uuid not null references elections (id),
    post text not null,
    seats bigint not null,
    primary key (election_id, post)
);

-- Who stands, and who was elected.
create table election_people (
    id uuid not null primary key,
    election_id uuid not null references elections (id),
    elected boolean not null,         -- false: a candidate
    place bigint not null,
    post text not null,
    member_id uuid references members (id),
    name_sealed bytea,                -- of someone who has no record as a member
    votes bigint,
    dual_title_sealed bytea
);
create index election_people_by_election on election_people (election_id, elected, place);
create index election_people_by_member on election_people (member_id);

-- What happened, append only.
create table election_steps (
    id uuid not null primary key,
    election_id uuid not null references elections (id),
    place bigint not null,            -- in the order in which they were taken, from 0
    at bigint not null,
    action text not null,
    reason_sealed bytea,
    electors_expected bigint,         -- of a meeting that was held again
    present bigint
);
create unique index election_steps_by_election on election_steps (election_id, place);
