-- The records of a package of tables, until the things they are part of are put together: gone when the import is over.
create table record (
  import uuid not null references import (id) on delete cascade,
  -- Where it is nested: `service <id> attribute`; the name of its table for one that stands by itself.
  place text not null,
  -- Counts over all files.
  seq bigint not null,
  file text not null,
  line bigint not null,
  "table" text not null,
  id text not null,
  -- Bytes of `record`.
  size integer not null,
  record jsonb not null,
  primary key (import, place, seq)
);
create index record_id on record (import, "table", id, seq);
