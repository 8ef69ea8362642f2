-- A pair or a case that was recorded by mistake: it stays to be seen, and counts no more, as aid does.
alter table pairings add column voided_at bigint;
alter table pairings add column void_reason_sealed bytea;
alter table help_cases add column voided_at bigint;
alter table help_cases add column void_reason_sealed bytea;
