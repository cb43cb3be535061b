-- What experts of associations know.

create table skill (
  id uuid primary key,
  association uuid not null,
  state text not null,
  terms jsonb not null,
  endorsements jsonb not null,
  changed_at timestamptz not null,
  revision bigint not null
);
create index skill_terms on skill using gin (terms);
