-- Plans of study: a campaign with phases and targets. Both are read and written whole, so each is one value (JSON); progress
-- is nowhere stored but counted from the records, until the plan is closed with what was reached.
create table plans (
    id uuid not null primary key,
    unit_id uuid not null references units (id),
    title text not null,
    state text not null,              -- draft | running | closed
    from_on text not null,            -- the first day of the first phase
    to_on text not null,              -- the last day of the last one
    phases text not null,
    targets text not null,
    outcome text,                     -- what was reached when it was closed, by unit
    started_at bigint,
    closed_at bigint,
    version bigint not null,
    created_at bigint not null
);
create index plans_by_unit on plans (unit_id, state, id);
