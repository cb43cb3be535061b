-- Series of sessions: what is computed from, never the sessions themselves.

create table series (
  id uuid primary key,
  association uuid not null,
  offer uuid not null,
  state text not null,
  -- Parts with their terms, and when it ends: state.ts.
  plan jsonb not null,
  -- Of the first and the last session by the schedules; no last one without an end.
  first_at timestamptz not null,
  last_at timestamptz,
  revision bigint not null,
  changed_at timestamptz not null
);
create index series_association on series (association, id);
create index series_offer on series (offer, id);
create index series_first on series (first_at);
