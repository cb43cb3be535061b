-- Hours of work asked for and given between associations.

create table exchange (
  id uuid primary key,
  state text not null,
  requester uuid not null,
  provider uuid not null,
  need uuid,
  offer uuid,
  skill uuid,
  themes jsonb not null,
  hours double precision not null,
  time_window jsonb,
  reported_requester double precision,
  reported_provider double precision,
  -- What stands in the ledger.
  confirmed double precision,
  confirmed_at timestamptz,
  reason text,
  escalated boolean not null,
  deadlines jsonb not null,
  -- Ciphertext, with where it was sealed.
  text jsonb,
  note jsonb,
  requested_at timestamptz not null,
  changed_at timestamptz not null,
  revision bigint not null
);
create index exchange_requester on exchange (requester, requested_at desc, id);
create index exchange_provider on exchange (provider, requested_at desc, id);
create index exchange_confirmed on exchange (confirmed_at) where confirmed is not null;
