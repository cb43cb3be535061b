-- Events a reaction failed on, and those of the same stream behind them: order within a stream is kept.
-- failed: tried, in vain; waiting: behind a failed one; skipped: an operator decided so, and why.
create table parked (
  consumer text not null,
  position bigint not null,
  stream text collate "C" not null,
  revision bigint not null,
  event_id uuid not null,
  type text not null,
  state text not null check (state in ('failed', 'waiting', 'skipped')),
  reason text,
  attempts integer not null default 0,
  parked_at timestamptz not null default now(),
  retry boolean not null default false,
  decided_by text,
  decided_at timestamptz,
  primary key (consumer, position)
);
create index on parked (consumer, stream, position) where state <> 'skipped';

-- What is to happen at a time, unless an event says otherwise before. The command that fires it derives its id
-- from key and set_by (the event that set it): fired twice, it has one effect.
create table timer (
  consumer text not null,
  key text not null,
  due_at timestamptz not null,
  stream text collate "C" not null,
  set_by uuid not null,
  data text not null,
  attempts integer not null default 0,
  not_before timestamptz,
  reason text,
  primary key (consumer, key)
);
create index on timer (consumer, due_at);
create index on timer (consumer, stream);
