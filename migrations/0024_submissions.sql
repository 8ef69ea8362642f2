-- Requests and reports to the superior (请示, 报告).
create table submissions (
    id uuid not null primary key,
    unit_id uuid not null references units (id),    -- who sends it
    to_unit_id uuid not null references units (id), -- its superior
    kind text not null,               -- request | report
    state text not null,              -- draft | sent | answered | acknowledged
    title text not null,
    body_sealed bytea not null,
    due_on text,                      -- by when it is to be answered; null only in a draft
    granted text,                     -- yes | no | partly
    answer_sealed bytea,
    account_id uuid not null references accounts (id), -- who wrote it, then who sent it
    sent_at bigint,
    closed_at bigint,
    version bigint not null,
    created_at bigint not null
);
create index submissions_by_unit on submissions (unit_id, id);
create index submissions_open on submissions (to_unit_id, due_on) where state = 'sent';

create table submission_files (
    submission_id uuid not null references submissions (id),
    place bigint not null,
    attachment_id uuid not null references attachments (id),
    primary key (submission_id, place)
);

-- In which roles it was read on the superior's side: no names.
create table submission_reads (
    submission_id uuid not null references submissions (id),
    role text not null,
    unit_id uuid not null references units (id),
    at bigint not null,
    primary key (submission_id, role, unit_id)
);
