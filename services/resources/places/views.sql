-- Counted places: how many there are, who holds or held them, which have a name, and when some cannot be given.

create table place_pool (
  offer uuid primary key,
  state text not null,
  policy text,
  capacity integer not null,
  reserved integer not null,
  unavailable integer not null,
  revision bigint not null
);

-- How many there were since when.
create table pool_capacity (
  offer uuid not null,
  revision bigint not null,
  since timestamptz not null,
  capacity integer not null,
  primary key (offer, revision)
);

create table reservation (
  id uuid primary key,
  offer uuid not null,
  referral uuid,
  person uuid,
  association uuid,
  unit uuid,
  stage text not null,
  held_until timestamptz,
  reserved_at timestamptz not null,
  occupied_on date,
  leaves_on date,
  ended_at timestamptz,
  ended_because text
);
create index reservation_offer on reservation (offer, reserved_at, id);
create index reservation_association on reservation (association);

create table place_unit (
  id uuid primary key,
  offer uuid not null,
  label text not null,
  accessible boolean not null,
  publics text[] not null
);
create index place_unit_offer on place_unit (offer, label);

create table unavailability (
  id uuid primary key,
  offer uuid not null,
  unit uuid,
  places integer not null,
  reason text not null,
  starts_at timestamptz not null,
  ends_at timestamptz,
  began_at timestamptz,
  ended_at timestamptz
);
create index unavailability_offer on unavailability (offer, starts_at);
