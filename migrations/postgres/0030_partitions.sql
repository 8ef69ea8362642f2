-- PostgreSQL only: the two tables that grow for ever are partitioned by what they are known by, so that what must be unique
-- stays unique across all partitions, a look-up touches one of them, and what is past its time goes as a whole.
--
-- check_in_attempts by its id, a UUIDv7, which begins with the time at which the client made it: one partition a month.
-- audit_log by its number: one partition for every five million records.
-- Rows that there are already become the first partition as they stand, `…_to_` the span in which it is made; what lies in
-- no partition is kept by `…_other`.
-- server/src/db/partitions.rs makes the next ones ahead of time.
do $$
declare
    month timestamp := date_trunc('month', now() at time zone 'Asia/Shanghai');
    next_month timestamptz := (month + interval '1 month') at time zone 'Asia/Shanghai';
    bound uuid := (lpad(to_hex((extract(epoch from next_month) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid;
    block bigint := (select coalesce(max(seq), 0) / 5000000 from audit_log);
    grown text;
    pair record;
begin
    foreach grown in array array['check_in_attempts', 'audit_log'] loop
        execute format('alter table %I rename to %I', grown, grown || '_first');
        execute format('create table %I (like %I including all) partition by range (%I)', grown, grown || '_first',
                       case grown when 'audit_log' then 'seq' else 'id' end);
        execute format('create table %I partition of %I default', grown || '_other', grown);
    end loop;

    -- A client may have sent an id that is no UUIDv7.
    with moved as (delete from check_in_attempts_first where id >= bound returning *)
    insert into check_in_attempts_other select * from moved;
    execute format('alter table check_in_attempts attach partition check_in_attempts_first for values from (minvalue) to (%L)',
                   bound);
    execute format('alter table audit_log attach partition audit_log_first for values from (minvalue) to (%L)',
                   (block + 1) * 5000000);

    -- The new tables' indexes take the names that other migrations know.
    for pair in
        select child.relname as name, parent.relname as made
          from pg_index x join pg_class child on child.oid = x.indexrelid join pg_inherits i on i.inhrelid = x.indexrelid
          join pg_class parent on parent.oid = i.inhparent
         where x.indrelid in ('check_in_attempts_first'::regclass, 'audit_log_first'::regclass)
    loop
        execute format('alter index %I rename to %I', pair.name, pair.name || '_first');
        execute format('alter index %I rename to %I', pair.made, pair.name);
    end loop;
    -- A new registry begins with the partitions of its own days.
    if exists (select 1 from check_in_attempts_first) then
        execute format('alter table check_in_attempts_first rename to %I',
                       'check_in_attempts_to_' || (extract(year from month) * 12 + extract(month from month) - 1)::bigint);
    else
        drop table check_in_attempts_first;
    end if;
    if exists (select 1 from audit_log_first) then
        execute format('alter table audit_log_first rename to %I', 'audit_log_to_' || block);
    else
        drop table audit_log_first;
    end if;
end
$$;
