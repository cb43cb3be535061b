-- Positions mean something in one store only. Which one those of the consumers belong to, and the last event each
-- consumer was given: whether the store in use has it at the same position shows whether it is still that store, and
-- where it has it otherwise is where the consumer goes on after a move.
alter table consumer
  add column event_stream text collate "C",
  add column event_revision bigint,
  add column event_id uuid,
  add column event_position bigint;

create table store (
  singleton boolean primary key default true check (singleton),
  kind text not null check (kind in ('postgres', 'eventstoredb'))
);
insert into store (kind)
select case when exists (select from event) then 'postgres' else 'eventstoredb' end
where exists (select from consumer where position > 0);
