-- What members write: a document with its versions. What people write is sealed; lengths and dates are what plans count by.
create table documents (
    id uuid not null primary key,
    unit_id uuid not null references units (id), -- the member's host when it was handed in
    member_id uuid not null references members (id),
    kind text not null,
    state text not null,              -- submitted | returned | accepted | withdrawn
    on_paper boolean not null,        -- handed in on paper, entered by the branch
    written_on text not null,         -- the day by which it counts
    length bigint not null,           -- in characters, of the version that stands
    stated boolean not null,          -- nobody could count it: the length is what was said
    revision bigint not null,         -- the number of the version that stands, from 1
    submitted_at bigint not null,     -- that version
    settled_at bigint,                -- when it was accepted or withdrawn
    created_at bigint not null
);
create index documents_by_member on documents (member_id, id);
create index documents_by_unit on documents (unit_id, id);
create index documents_by_day on documents (written_on, kind) where state = 'accepted';
create index documents_waiting on documents (submitted_at) where state = 'submitted';

create table document_versions (
    document_id uuid not null references documents (id),
    revision bigint not null,
    title_sealed bytea,
    text_sealed bytea,
    attachment_id uuid references attachments (id),
    length bigint not null,
    stated boolean not null,
    submitted_at bigint not null,
    account_id uuid references accounts (id), -- who entered it; null: the member
    returned_at bigint,
    remark_sealed bytea,              -- why it was returned
    primary key (document_id, revision)
);
