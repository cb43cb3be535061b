-- Who was shown the contact of an offer, an organisation or a site.

create table contact_reading (
  id uuid primary key,
  entry_kind text not null,
  entry uuid not null,
  association uuid not null,
  client text not null,
  read_at timestamptz not null
);
create index contact_reading_entry on contact_reading (entry_kind, entry, read_at desc, id desc);
