-- What imports need while they run, and what they leave to be read. No read model: it is not derived from the log.

create table import (
  id uuid primary key,
  association uuid not null,
  client text not null,
  format text not null,
  source text not null,
  -- As the command had them.
  terms jsonb not null,
  state text not null default 'uploading',
  size bigint not null,
  received bigint not null default 0,
  -- How far it is: entries read, organisations done.
  entries bigint not null default 0,
  organisations bigint not null default 0,
  organisations_done bigint not null default 0,
  -- Set when the last byte is there: what is appended for it happened then.
  uploaded_at timestamptz,
  counts jsonb,
  reason text,
  started_at timestamptz not null,
  touched_at timestamptz not null default now()
);
create index import_of on import (association, started_at, id);
create index import_at_work on import (uploaded_at) where state in ('uploaded', 'applying');
create index import_abandoned on import (touched_at) where state = 'uploading';

create table chunk (
  import uuid not null references import (id) on delete cascade,
  start bigint not null,
  bytes bytea not null,
  primary key (import, start)
);

-- The entries of a file while it is applied: gone when it is done.
create table staged (
  import uuid not null references import (id) on delete cascade,
  seq bigint not null,
  line bigint not null,
  kind text not null,
  id text not null,
  organisation text,
  -- Null for one that is refused.
  document jsonb,
  findings jsonb not null,
  primary key (import, seq)
);
create index staged_organisation on staged (import, organisation collate "C", seq);
create index staged_id on staged (import, kind, id, seq);

-- What each line came to.
create table report (
  import uuid not null references import (id) on delete cascade,
  seq bigint not null,
  line bigint,
  kind text not null,
  entry text not null,
  organisation text,
  outcome text not null,
  effect text not null,
  findings jsonb not null,
  primary key (import, seq)
);
create index report_outcome on report (import, outcome, seq);

-- The mirrors of each source, and what they were made of.
create table mirrored (
  association uuid not null,
  source text not null,
  kind text not null,
  entry text not null,
  organisation text not null,
  id uuid not null,
  -- Keyed hashes: equal for equal contents, and of no use without the key.
  content text not null,
  contact text,
  -- The last import that had it.
  import uuid not null,
  is_retired boolean not null default false,
  primary key (association, source, kind, entry)
);
create index mirrored_organisation on mirrored (association, source, organisation);
