-- Sessions that something happened to, and who is registered.

create table session (
  id uuid primary key,
  series uuid not null,
  association uuid not null,
  offer uuid not null,
  original_start text not null,
  original_at timestamptz not null,
  time_zone text not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  state text not null,
  override jsonb,
  reason text,
  requested integer not null,
  confirmed integer not null,
  waiting integer not null,
  attended integer not null,
  late_cancellations integer not null,
  reminded_of_attendance_at timestamptz,
  revision bigint not null,
  changed_at timestamptz not null
);
create index session_series on session (series, original_start);
create index session_starts on session (starts_at);
create index session_original on session (original_at);

create table registration (
  id uuid primary key,
  session uuid not null,
  series uuid not null,
  organiser uuid not null,
  association uuid not null,
  original_start text not null,
  registrant jsonb not null,
  -- Ciphertext of the vault, with the place it was sealed for.
  label jsonb,
  state text not null,
  attendance text,
  cancelled_by text,
  reason text,
  late boolean not null,
  registered_at timestamptz not null,
  -- The order in which they came.
  position bigint not null
);
create index registration_session on registration (session, position);
create index registration_association on registration (association, position);
