-- Tools and guides.

create table publication (
  id uuid primary key,
  association uuid not null,
  state text not null,
  version integer not null,
  terms jsonb not null,
  words text not null,
  published_at timestamptz not null,
  changed_at timestamptz not null,
  revision bigint not null
);
create index publication_changed on publication (changed_at desc, id);
create index publication_words on publication using gin (to_tsvector('pg_catalog.french', words));
