create table subject (
  id uuid primary key,
  events integer not null,
  revision bigint not null,
  text text not null,
  changed_at timestamptz not null
);
create table entry (
  position bigint primary key,
  event_id uuid not null,
  subject uuid not null,
  type text not null,
  actor text not null,
  occurred_at timestamptz not null
);
create index on entry (subject, position);
