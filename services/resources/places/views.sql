-- Counted places and who holds them.

create table place_pool (
  offer uuid primary key,
  state text not null,
  capacity integer not null,
  reserved integer not null,
  revision bigint not null
);

create table reservation (
  id uuid primary key,
  offer uuid not null,
  referral uuid not null,
  reserved_at timestamptz not null
);
create index reservation_offer on reservation (offer, reserved_at, id);
