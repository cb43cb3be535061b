-- What search answers from: offers that can be found, with their words, and where they are.

create extension if not exists pg_trgm with schema public;
create extension if not exists cube with schema public;

create table search_offer (
  id uuid primary key,
  association uuid not null,
  kind text not null,
  organisation uuid,
  is_open boolean not null,
  -- Null: every member finds it. Otherwise those named, and the offering association.
  visible_to uuid[],
  is_public boolean not null,
  themes text[] not null,
  publics text[] not null,
  languages text[] not null,
  -- Zones whose people it is for; `france` where nothing limits it.
  covers text[] not null,
  -- Larger zones in which those lie.
  lies_in text[] not null,
  -- Sites where it takes place; without any, the centres of its communes as points, and a box around all of these.
  sites text[] not null,
  points text[] not null,
  box public.cube,
  -- Minutes at which it is open, of a week and of a week of holidays (opening.ts).
  open_minutes int4multirange,
  -- Hours that do not follow the week.
  irregular_hours text,
  freshness text not null,
  confirmed_at timestamptz not null,
  -- Milliseconds since 1970, negative: the latest confirmed first.
  newest bigint not null,
  -- Words without accents: of the title; of themes; of titles in other languages; of all the rest.
  title_words text not null,
  theme_words text not null,
  translated_words text not null,
  other_words text not null,
  document tsvector not null generated always as (
    setweight(to_tsvector('pg_catalog.french', title_words), 'A') ||
    setweight(to_tsvector('pg_catalog.french', theme_words), 'B') ||
    setweight(to_tsvector('pg_catalog.french', translated_words), 'C') ||
    setweight(to_tsvector('pg_catalog.french', other_words), 'D')
  ) stored
);
create index search_offer_newest on search_offer (newest, id);
create index search_offer_document on search_offer using gin (document);
create index search_offer_title on search_offer using gin (title_words public.gin_trgm_ops);
create index search_offer_themes on search_offer using gin (themes);
create index search_offer_covers on search_offer using gin (covers);
create index search_offer_lies_in on search_offer using gin (lies_in);
create index search_offer_sites on search_offer using gin (sites);
create index search_offer_box on search_offer using gist (box);
create index search_offer_kind on search_offer (kind, newest, id);
create index search_offer_association on search_offer (association);
create index search_offer_organisation on search_offer (organisation);
create index search_offer_irregular on search_offer (irregular_hours) where irregular_hours is not null;

-- Where sites are.
create table search_site (
  place text primary key,
  -- On the sphere of earth, in kilometres from its centre.
  position public.cube
);
create index search_site_position on search_site using gist (position);
