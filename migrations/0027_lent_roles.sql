-- In which role a group's role was lent: it opens no more than that role does.
alter table assignments add column lent_by text;
update assignments set lent_by = case when exists (
        select 1 from supervision_groups g
          join unit_ancestors x on x.unit_id = g.unit_id
          join units u on u.id = x.ancestor_id and u.kind = 'department'
         where g.id = assignments.group_id)
    then 'department_officer' else 'committee_officer' end
 where group_id is not null;

-- The units of a group, each with the days on which it was one: another choice of today changes no figure of the past.
create table supervision_units_now (
    group_id uuid not null references supervision_groups (id),
    unit_id uuid not null references units (id),
    from_on text not null,
    ended_on text,                    -- from this day on it was none any more; null: it still is
    primary key (group_id, unit_id, from_on)
);
insert into supervision_units_now (group_id, unit_id, from_on)
    select y.group_id, y.unit_id, g.from_on from supervision_units y join supervision_groups g on g.id = y.group_id;
drop table supervision_units;
alter table supervision_units_now rename to supervision_units;
create index supervision_units_by_unit on supervision_units (unit_id, group_id);

-- Why a visit was closed although a problem of it has no answer.
alter table visits add column closing_reason_sealed bytea;
