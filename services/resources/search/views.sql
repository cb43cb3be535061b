-- What search answers from. Events tell what was offered, where sites are, and what organisations are called; PostgreSQL
-- keeps the rest from these, in the same transaction.

create extension if not exists pg_trgm with schema public;
create extension if not exists cube with schema public;
create extension if not exists btree_gin with schema public;

create table search_offer (
  id uuid primary key,
  association uuid not null,
  kind text not null,
  organisation uuid,
  is_open boolean not null,
  -- Who finds it: `everybody`, `members`, or those who are named and the offering association.
  audiences text[] not null,
  themes text[] not null,
  -- One that is empty: nobody said for whom.
  publics text[] not null,
  languages text[] not null,
  -- Zones whose people it is for, `france` where nothing limits it; and `in:` larger zones in which those lie.
  areas text[] not null,
  -- Sites where it takes place; without any, the centres of its communes and the cells in which these lie (cells.ts).
  sites text[] not null,
  points text[] not null,
  cells int8[] not null,
  -- Whether it states hours of its own: where it does not, those of its sites count.
  states_hours boolean not null,
  -- Minutes at which it is open, of a week and of a week of holidays (opening.ts).
  open_minutes int4multirange,
  -- The quarters of those days in which it is open at all, or that of irregular hours.
  open_quarters int2[] not null,
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
  other_words text not null
);

-- Where sites are, on the sphere of earth, in kilometres from its centre; and when they are open. One that is retired is
-- nowhere and never open.
create table search_site (
  place text primary key,
  position public.cube,
  cells int8[] not null,
  open_minutes int4multirange,
  open_quarters int2[] not null,
  irregular_hours text
);

create index search_offer_irregular on search_offer (irregular_hours) where irregular_hours is not null;
create index search_site_irregular on search_site (irregular_hours) where irregular_hours is not null;

-- What organisations are called.
create table search_organisation (
  organisation uuid primary key,
  document tsvector not null generated always as (to_tsvector('pg_catalog.french', name_words)) stored,
  name_words text not null
);
create index search_organisation_document on search_organisation using gin (document);

-- Where an offer is, and when: its sites say so in events of their own.
create view search_where as
select id,
  array(select position from search_site where place = any (sites) and position is not null
    union all select unnest(points)::public.cube) as places,
  array(select distinct unnest(s.cells) from search_site s where s.place = any (sites)) || cells as cells,
  case when states_hours then open_minutes
    else (select range_agg(s.open_minutes) from search_site s where s.place = any (sites)) end as open_minutes,
  case when states_hours then open_quarters
    else array(select distinct unnest(s.open_quarters) from search_site s where s.place = any (sites)) end as open_quarters,
  array_remove(case when states_hours then array[irregular_hours]
    else array(select s.irregular_hours from search_site s where s.place = any (sites)) end, null) as irregular_hours
from search_offer;

-- An open offer as it is looked for.
create view search_told as
select id, newest, kind, freshness, audiences, association, organisation, themes,
  publics, languages, areas, sites, w.cells, w.places,
  w.open_minutes, w.open_quarters, w.irregular_hours,
  -- Its title; what it is about: title, themes, titles in other languages; and all its words.
  to_tsvector('pg_catalog.french', title_words) as title,
  to_tsvector('pg_catalog.french', title_words || ' ' || theme_words || ' ' || translated_words) as head,
  setweight(to_tsvector('pg_catalog.french', title_words), 'A') ||
    setweight(to_tsvector('pg_catalog.french', theme_words), 'B') ||
    setweight(to_tsvector('pg_catalog.french', translated_words), 'C') ||
    setweight(to_tsvector('pg_catalog.french', other_words), 'D') as document
from search_offer o join search_where w using (id)
where is_open;
create table search_entry as select * from search_told with no data;
alter table search_entry add primary key (id);
create index search_entry_newest on search_entry (newest, id);
-- One index for words and filters alike: it finds what has all that is asked, and reads no row that has not. Rows that
-- wait to be sorted in make writing five times as quick; every search reads them, so that few may wait (in kB).
create index search_entry_asked on search_entry using gin (
  title, head, document, kind, freshness, audiences, association, organisation,
  themes, publics, languages, areas, sites, cells, open_quarters
) with (gin_pending_list_limit = 256);

-- Words of titles, by who may find an offer that has them: everybody, members, or one association.
create table search_word (
  word text not null,
  audience text not null,
  offers int not null,
  primary key (word, audience)
);
create index search_word_alike on search_word using gin (word public.gin_trgm_ops);

-- The schema of a read model may be renamed, so that names are looked up when it happens.
create function search_follows() returns trigger language plpgsql as $follows$
declare
  statement text;
begin
  foreach statement in array tg_argv loop
    execute replace(statement, 'schema.', quote_ident(tg_table_schema) || '.');
  end loop;
  return null;
end
$follows$;

create trigger offers_gone after delete on search_offer
  referencing old table as changed for each statement execute function search_follows(
  'delete from schema.search_entry entry using changed where entry.id = changed.id',
  'with gone as (
     select word, audience, count(*) as offers from changed,
       regexp_split_to_table(title_words, '' '') word, unnest(audiences) audience
     where is_open group by word, audience
   ), fewer as (
     update schema.search_word w set offers = w.offers - gone.offers from gone
     where w.word = gone.word and w.audience = gone.audience and w.offers > gone.offers
     returning w.word, w.audience
   )
   delete from schema.search_word w using gone where w.word = gone.word and w.audience = gone.audience
     and w.offers <= gone.offers');
create trigger offers_come after insert on search_offer
  referencing new table as changed for each statement execute function search_follows(
  'insert into schema.search_entry
   select told.* from changed join schema.search_told told on told.id = changed.id',
  'insert into schema.search_word as w
   select word, audience, count(*) from changed,
     regexp_split_to_table(title_words, '' '') word, unnest(audiences) audience
   where is_open group by word, audience
   on conflict (word, audience) do update set offers = w.offers + excluded.offers');
-- What offers say of where and when follows their sites. A row that changes goes and comes back, and none goes for good
-- (project.ts): what comes is enough, and offers are written once.
create function search_where_changes() returns trigger language plpgsql as $where$
begin
  execute replace(
    'update schema.search_entry entry set places = w.places, cells = w.cells,
       open_minutes = w.open_minutes, open_quarters = w.open_quarters, irregular_hours = w.irregular_hours
     from schema.search_where w
     where w.id = entry.id and entry.sites && array(select place from changed)',
    'schema.', quote_ident(tg_table_schema) || '.');
  return null;
end
$where$;
create trigger sites_come after insert on search_site
  referencing new table as changed for each statement execute function search_where_changes();
