-- The log. Appends lock the row of "head", so the order of commits is the order of positions, without gaps:
-- a reader that is at position p will never be given an event before p later on.
create table head (
  singleton boolean primary key default true check (singleton),
  position bigint not null,
  recorded_at timestamptz not null
);
insert into head (position, recorded_at) values (0, '-infinity');

-- data and metadata are JSON as the writer wrote it: not json, whose parser has its own limits of depth.
create table event (
  position bigint primary key,
  stream text collate "C" not null,
  revision bigint not null,
  id uuid not null unique,
  type text collate "C" not null,
  data text not null,
  metadata text not null,
  recorded_at timestamptz not null,
  unique (stream, revision)
);

-- Many appends in one transaction and one round trip, each with an outcome of its own:
--   appended, with revision and position of its last event;
--   known: at least one of the ids is in the log (the caller compares the contents);
--   stale: the stream is at the revision given (-1: it does not exist), not at the one expected.
-- Of one append there is one element in streams, expected, sizes; of one event one in ids, types, data, metadata.
create function append(
  streams text[], expected bigint[], sizes integer[],
  ids uuid[], types text[], data text[], metadata text[]
) returns table (outcome text, revision bigint, "position" bigint)
language plpgsql as $$
#variable_conflict use_column
declare
  last bigint;
  first bigint;
  now_at timestamptz;
  begins integer := 1;
  one record;
begin
  select h.position, greatest(date_trunc('milliseconds', clock_timestamp()), h.recorded_at)
    into strict last, now_at from event_log.head h for update;
  first := last;

  if not exists (select from event_log.event e where e.id = any (append.ids))
    and (select count(distinct s) from unnest(streams) s) = cardinality(streams)
    and (select count(distinct i) from unnest(ids) i) = cardinality(ids)
  then
    -- The common case: the appends have nothing to do with each other.
    return query
      with wanted as materialized (
        select a.n, a.stream, a.expected, a.size,
          sum(a.size) over (order by a.n) - a.size as offset_of_first,
          coalesce((select e.revision from event_log.event e where e.stream = a.stream
                    order by e.revision desc limit 1), -1) as actual
        from unnest(streams, expected, sizes) with ordinality as a (stream, expected, size, n)
      ), accepted as materialized (
        select w.n, w.stream, w.actual, w.size, w.offset_of_first,
          last + sum(w.size) over (order by w.n) - w.size as before
        from wanted w where w.actual = w.expected
      ), inserted as (
        insert into event_log.event (position, stream, revision, id, type, data, metadata, recorded_at)
        select a.before + v.n - a.offset_of_first, a.stream, a.actual + v.n - a.offset_of_first,
          v.id, v.type, v.data, v.metadata, now_at
        from unnest(ids, types, data, metadata) with ordinality as v (id, type, data, metadata, n)
        join accepted a on v.n > a.offset_of_first and v.n <= a.offset_of_first + a.size
      )
      select case when a.n is null then 'stale' else 'appended' end,
        w.actual + case when a.n is null then 0 else w.size end,
        (a.before + a.size)::bigint
      from wanted w left join accepted a on a.n = w.n
      order by w.n;
    select max(e.position) into last from event_log.event e where e.position >= first;
    last := coalesce(last, first);
  else
    for one in
      select a.stream, a.expected, a.size
      from unnest(streams, expected, sizes) with ordinality as a (stream, expected, size, n)
      order by a.n
    loop
      "position" := null;
      revision := coalesce((select e.revision from event_log.event e where e.stream = one.stream
                            order by e.revision desc limit 1), -1);
      if exists (select from event_log.event e where e.id = any (ids[begins : begins + one.size - 1])) then
        outcome := 'known';
      elsif revision <> one.expected then
        outcome := 'stale';
      else
        insert into event_log.event (position, stream, revision, id, type, data, metadata, recorded_at)
        select last + v.n, one.stream, revision + v.n, v.id, v.type, v.data, v.metadata, now_at
        from unnest(
          ids[begins : begins + one.size - 1], types[begins : begins + one.size - 1],
          data[begins : begins + one.size - 1], metadata[begins : begins + one.size - 1]
        ) with ordinality as v (id, type, data, metadata, n);
        last := last + one.size;
        revision := revision + one.size;
        "position" := last;
        outcome := 'appended';
      end if;
      begins := begins + one.size;
      return next;
    end loop;
  end if;

  if last > first then
    update event_log.head set position = last, recorded_at = now_at;
    perform pg_notify('event_log', last::text);
  end if;
end
$$;
