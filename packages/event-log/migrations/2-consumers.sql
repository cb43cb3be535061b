-- Who reads the log, how far each got, and who of several processes does it now.
-- The owner counts "beat" up; who sees it stand still for a while takes over with the next epoch. Whatever a
-- consumer writes is committed together with an update of this row that names its epoch, so an owner that was
-- replaced without noticing can write nothing. No clock is read: clocks may step.
create table consumer (
  name text primary key,
  position bigint not null default 0,
  epoch bigint not null default 0,
  beat bigint not null default 0,
  owner text,
  built boolean not null default false,
  stopped text,
  retired boolean not null default false,
  checksum text
);
comment on column consumer.built is 'it has caught up with the log once: what it built can be read';
comment on column consumer.stopped is 'why it stopped; null while it runs';
comment on column consumer.checksum is 'of the SQL that made the tables of a projection';
