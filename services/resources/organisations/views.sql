-- Organisations, members of the platform or not.

create table organisation (
  id uuid primary key,
  association uuid not null,
  state text not null,
  kind text not null,
  name text not null,
  member uuid,
  parent uuid,
  revision bigint not null,
  -- What was said of it last, as its event has it.
  terms jsonb not null,
  source jsonb,
  -- Ciphertext, and where it was sealed.
  contact jsonb,
  registered_at timestamptz not null,
  changed_at timestamptz not null
);
create index organisation_name on organisation (name collate "C", id);
create index organisation_association on organisation (association, name collate "C", id);
create index organisation_member on organisation (member);
create index organisation_parent on organisation (parent);
