-- Where organisations can be found.

create table site (
  id uuid primary key,
  organisation uuid not null,
  association uuid not null,
  state text not null,
  name text not null,
  commune text,
  revision bigint not null,
  -- What was said of it last, as its event has it.
  terms jsonb not null,
  source jsonb,
  -- Ciphertext, and where it was sealed.
  contact jsonb,
  registered_at timestamptz not null,
  changed_at timestamptz not null
);
create index site_name on site (name collate "C", id);
create index site_organisation on site (organisation, name collate "C", id);
create index site_commune on site (commune);
