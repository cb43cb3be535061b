-- Offers, as lists and single reads answer them.

create table offer (
  id uuid primary key,
  association uuid not null,
  kind text not null,
  state text not null,
  title text not null,
  organisation uuid,
  -- Null: every member finds it. Otherwise those named, and the offering association.
  visible_to uuid[],
  revision bigint not null,
  -- What was said of it last, as its event has it.
  terms jsonb not null,
  source jsonb,
  -- Ciphertext, and where it was sealed.
  contact jsonb,
  freshness text not null,
  confirmed_at timestamptz not null,
  published_at timestamptz not null,
  changed_at timestamptz not null,
  is_public boolean not null generated always as (
    terms @> '{"visibility": {"to": "public"}}' and state <> 'withdrawn') stored
);
create index offer_public on offer (id) where is_public;
create index offer_title on offer (title collate "C", id);
create index offer_association on offer (association, title collate "C", id);
create index offer_organisation on offer (organisation);
create index offer_terms on offer using gin (terms jsonb_path_ops);
