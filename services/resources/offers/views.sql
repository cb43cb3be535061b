-- Offers, as lists and single reads answer them.

create table offer (
  id uuid primary key,
  association uuid not null,
  kind text not null,
  state text not null,
  title text not null,
  revision bigint not null,
  -- What was published, as its event has it.
  terms jsonb not null,
  published_at timestamptz not null,
  changed_at timestamptz not null
);
create index offer_title on offer (title collate "C", id);
create index offer_association on offer (association, title collate "C", id);
create index offer_terms on offer using gin (terms jsonb_path_ops);
