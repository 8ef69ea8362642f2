-- Bulletins (简报, 墙报, 网络版面), and to whom things are published.
create table bulletins (
    id uuid not null primary key,
    unit_id uuid not null references units (id),
    kind text not null,               -- bulletin | wall | page
    state text not null,              -- draft | published | taken_back
    year bigint,                      -- with the number, given when it is published
    issue bigint,
    title text not null,
    body text not null,               -- Markdown
    taken_back_reason text,
    published_at bigint,
    version bigint not null,
    created_at bigint not null
);
create index bulletins_by_unit on bulletins (unit_id, id);
create index bulletins_by_date on bulletins (published_at, id) where state = 'published';

-- The last number that a unit has given in a year.
create table bulletin_issues (
    unit_id uuid not null references units (id),
    year bigint not null,
    last bigint not null,
    primary key (unit_id, year)
);

-- The units, each with all below it, to which a record is published: a bulletin, a commendation.
create table audiences (
    record_id uuid not null,
    unit_id uuid not null references units (id),
    primary key (record_id, unit_id)
);
create index audiences_by_unit on audiences (unit_id, record_id);
