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
  -- Sites where it takes place; without any, the centres of its communes, as search_site writes positions.
  sites text[] not null,
  points text[] not null,
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
  -- Its title; what it is about: title, themes, titles in other languages; and all its words.
  title tsvector not null generated always as (to_tsvector('pg_catalog.french', title_words)) stored,
  head tsvector not null generated always as (
    to_tsvector('pg_catalog.french', title_words || ' ' || theme_words || ' ' || translated_words)
  ) stored,
  document tsvector not null generated always as (
    setweight(to_tsvector('pg_catalog.french', title_words), 'A') ||
    setweight(to_tsvector('pg_catalog.french', theme_words), 'B') ||
    setweight(to_tsvector('pg_catalog.french', translated_words), 'C') ||
    setweight(to_tsvector('pg_catalog.french', other_words), 'D')
  ) stored
);
create index search_offer_newest on search_offer (newest, id);
create index search_offer_title on search_offer using gin (title);
create index search_offer_head on search_offer using gin (head);
create index search_offer_document on search_offer using gin (document);
create index search_offer_title_alike on search_offer using gin (title_words public.gin_trgm_ops);
create index search_offer_themes on search_offer using gin (themes);
create index search_offer_covers on search_offer using gin (covers);
create index search_offer_lies_in on search_offer using gin (lies_in);
create index search_offer_sites on search_offer using gin (sites);
create index search_offer_kind on search_offer (kind);
create index search_offer_association on search_offer (association);
create index search_offer_organisation on search_offer (organisation);
create index search_offer_irregular on search_offer (irregular_hours) where irregular_hours is not null;

-- Where sites are: on the sphere of earth, in kilometres from its centre.
create table search_site (place text primary key, position public.cube);

-- Where offers are: kept by PostgreSQL, because an offer names sites whose own events say where they are.
create table search_place (offer uuid not null, place text, position public.cube not null);
create index search_place_offer on search_place (offer);
create index search_place_site on search_place (place) where place is not null;
create index search_place_position on search_place using gist (position);

-- The schema of a read model may be renamed, so that names are looked up when it happens.
create function search_place_follows() returns trigger language plpgsql as $follows$
begin
  execute replace(tg_argv[0], 'schema.', quote_ident(tg_table_schema) || '.');
  return null;
end
$follows$;

create trigger place_offers after insert on search_offer
  referencing new table as come for each statement execute function search_place_follows(
  'insert into schema.search_place
   select come.id, s.place, s.position from come join schema.search_site s on s.place = any (come.sites)
   where s.position is not null
   union all select come.id, null, point::public.cube from come, unnest(come.points) point');
create trigger displace_offers after delete on search_offer
  referencing old table as gone for each statement execute function search_place_follows(
  'delete from schema.search_place p using gone where p.offer = gone.id');
create trigger place_sites after insert on search_site
  referencing new table as come for each statement execute function search_place_follows(
  'insert into schema.search_place
   select o.id, come.place, come.position from come join schema.search_offer o on o.sites @> array[come.place]
   where come.position is not null');
create trigger displace_sites after delete on search_site
  referencing old table as gone for each statement execute function search_place_follows(
  'delete from schema.search_place p using gone where p.place = gone.place');

-- What organisations are called.
create table search_organisation (
  organisation uuid primary key,
  document tsvector not null generated always as (to_tsvector('pg_catalog.french', name_words)) stored,
  name_words text not null
);
create index search_organisation_document on search_organisation using gin (document);
