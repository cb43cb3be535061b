-- Answers to replay. What makes a command exact is the log, which knows its command id; this table may lose its last
-- moments in a crash (synchronous_commit = off) without harm. It names neither the key nor the client in clear.
create table http.idempotency (
  -- Derived from service, client and Idempotency-Key.
  slot uuid primary key,
  fingerprint uuid not null,
  lease_until timestamptz not null,
  claimed_at timestamptz not null default now(),
  occurred_at timestamptz not null,
  correlation_id uuid not null,
  -- Null while the command runs.
  status smallint,
  headers jsonb,
  body text
)
-- Finishing rewrites the row on its own page.
with (fillfactor = 60, autovacuum_vacuum_scale_factor = 0.05);

create index on http.idempotency (claimed_at);

-- Claims what is free and gives the slots it claimed; one statement, so one round trip and one transaction. The order
-- keeps two processes that claim the same keys from waiting for each other.
create function http.claim(
  slots uuid[], fingerprints uuid[], occurred timestamptz[], correlations uuid[], lease interval
) returns setof uuid language sql as $$
  select set_config('synchronous_commit', 'off', true);
  insert into http.idempotency (slot, fingerprint, lease_until, occurred_at, correlation_id)
  select slot, fingerprint, now() + lease, occurred, correlation
  from unnest(slots, fingerprints, occurred, correlations) as claim (slot, fingerprint, occurred, correlation)
  order by slot
  on conflict (slot) do nothing
  returning slot;
$$;

-- Keeps answers; a null status gives the slot back, so that the next attempt runs.
create function http.finish(slots uuid[], statuses smallint[], answer_headers jsonb[], bodies text[])
returns void language sql as $$
  select set_config('synchronous_commit', 'off', true);
  update http.idempotency as kept
  set status = answer.status, headers = answer.headers, body = answer.body
  from unnest(slots, statuses, answer_headers, bodies) as answer (slot, status, headers, body)
  where kept.slot = answer.slot and answer.status is not null and kept.status is null;
  delete from http.idempotency as kept
  using unnest(slots, statuses) as answer (slot, status)
  where kept.slot = answer.slot and answer.status is null and kept.status is null;
$$;
