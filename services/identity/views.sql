-- Rows of the read model `identity`: what lists and single reads answer. Made in the schema of its version.

create table association (
  id uuid primary key,
  name text not null,
  kind text not null,
  state text not null,
  view jsonb not null
);
create index association_name on association (name collate "C", id);

create table client (
  id uuid primary key,
  association uuid not null,
  role text not null,
  state text not null,
  view jsonb not null
);
create index client_association on client (association, id);
