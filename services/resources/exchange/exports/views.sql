-- What is for everybody, and by whom: nothing else leaves the platform.

-- Who may be named as the provider of an offer: organisations, and associations for what they offer without naming one.
create table publisher (
  id uuid primary key,
  -- Of an association, as those of an organisation; an organisation has them in its own row.
  terms jsonb,
  changed_at timestamptz not null,
  words text not null,
  document tsvector not null generated always as (to_tsvector('pg_catalog.french', words)) stored
);

-- What is asked of an offer that is for everybody.
create table exported_offer (
  offer uuid primary key,
  -- Identifiers of the service at its locations, as HSDS has them.
  at_locations uuid[] not null,
  -- Zones whose people it is for; `france` where nothing limits it.
  covers text[] not null,
  words text not null,
  document tsvector not null generated always as (to_tsvector('pg_catalog.french', words)) stored
);
create index exported_offer_at_locations on exported_offer using gin (at_locations);
create index exported_offer_covers on exported_offer using gin (covers);
create index exported_offer_document on exported_offer using gin (document);

-- What a retired organisation offered, and where, is there no more until it is listed again.
create view offer_for_all as
select * from offer where is_public and not exists (
  select from organisation gone where gone.id = offer.organisation and gone.state = 'retired');

create view listed_site as
select * from site where state = 'listed' and not exists (
  select from organisation gone where gone.id = site.organisation and gone.state = 'retired');

-- `publisher`: the organisation it names, else that of its association, else the association itself.
create view public_offer as
select offer.*,
  coalesce(own.id, of_member.id, offer.association) as publisher,
  coalesce(own.terms, of_member.terms, itself.terms) as publisher_terms,
  coalesce(own.source, of_member.source) as publisher_source,
  coalesce(own.changed_at, of_member.changed_at, itself.changed_at) as publisher_changed_at
from offer_for_all offer
left join organisation own on own.id = offer.organisation and own.state = 'listed'
left join lateral (
  select named.* from organisation named
  where own.id is null and named.member = offer.association and named.state = 'listed'
  order by named.id limit 1
) of_member on true
left join publisher itself on itself.id = offer.association;

-- Everybody who may be named, whether or not they offer something.
create view named_publisher as
select publisher.id, coalesce(o.terms, publisher.terms) as terms, o.source, o.member,
  coalesce(o.changed_at, publisher.changed_at) as changed_at, publisher.document
from publisher left join organisation o on o.id = publisher.id
where o.state = 'listed' or o.id is null;

create view public_organisation as
select named.* from named_publisher named
where exists (select from offer_for_all offer where offer.organisation = named.id)
  or exists (
    select from public_offer offer
    where offer.association = coalesce(named.member, named.id) and offer.publisher = named.id);
