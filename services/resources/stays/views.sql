-- Who stays where since when and until when: by reservation, referral or pseudonym, never by name.

create table stay (
  id uuid primary key,
  offer uuid not null,
  association uuid not null,
  reservation uuid not null,
  referral uuid,
  person uuid,
  state text not null,
  policy text not null,
  terms jsonb,
  revision bigint not null,
  offered_at timestamptz not null,
  arrived_on date,
  ends_on date,
  leaves_on date,
  ended_on date,
  renewals integer not null,
  late_renewals integer not null,
  late_days integer not null,
  overstaying boolean not null,
  overstay_days integer not null,
  outcome text
);
create index stay_association on stay (association, offered_at, id);
create index stay_offer on stay (offer, offered_at, id);
create index stay_reservation on stay (reservation);
