-- Who waits for a place of which offer: its entries in their order, as the list's events have them.

create table waiting_list (
  offer uuid primary key,
  entries jsonb not null,
  revision bigint not null
);
