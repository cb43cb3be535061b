-- As before, but it wakes nobody: a transaction that notifies holds one lock of the whole server from before its
-- commit until that is on disk, and whoever commits a notification meanwhile waits. The writer notifies afterwards.
create or replace function append(
  streams text[], expected bigint[], sizes integer[], independent boolean,
  event_streams text[], revisions bigint[], ids uuid[], types text[], data text[], metadata text[]
) returns table (outcome text, revision bigint, "position" bigint)
language plpgsql as $$
#variable_conflict use_column
declare
  last bigint;
  now_at timestamptz;
  begins integer := 1;
  ends integer;
  one record;
begin
  update event_log.head h set
    position = h.position + cardinality(ids),
    recorded_at = greatest(date_trunc('milliseconds', clock_timestamp()), h.recorded_at)
  returning h.position - cardinality(ids), h.recorded_at into strict last, now_at;

  if independent
    and not exists (select from event_log.event e where e.id = any (append.ids))
    and not exists (
      select from unnest(streams, expected) as a (stream, expected)
      where a.expected <> coalesce((select e.revision from event_log.event e where e.stream = a.stream
                                    order by e.revision desc limit 1), -1))
  then
    insert into event_log.event (position, stream, revision, id, type, data, metadata, recorded_at)
    select last + v.n, v.stream, v.revision, v.id, v.type, v.data, v.metadata, now_at
    from unnest(event_streams, revisions, ids, types, data, metadata)
      with ordinality as v (stream, revision, id, type, data, metadata, n);
    return query select 'all', null::bigint, last;
    return;
  end if;

  for one in
    select a.stream, a.expected, a.size
    from unnest(streams, expected, sizes) with ordinality as a (stream, expected, size, n)
    order by a.n
  loop
    ends := begins + one.size - 1;
    "position" := null;
    revision := coalesce((select e.revision from event_log.event e where e.stream = one.stream
                          order by e.revision desc limit 1), -1);
    if exists (select from event_log.event e where e.id = any (ids[begins : ends])) then
      outcome := 'known';
    elsif revision <> one.expected then
      outcome := 'stale';
    else
      insert into event_log.event (position, stream, revision, id, type, data, metadata, recorded_at)
      select last + v.n, one.stream, v.revision, v.id, v.type, v.data, v.metadata, now_at
      from unnest(revisions[begins : ends], ids[begins : ends], types[begins : ends],
                  data[begins : ends], metadata[begins : ends])
        with ordinality as v (revision, id, type, data, metadata, n);
      last := last + one.size;
      revision := revision + one.size;
      "position" := last;
      outcome := 'appended';
    end if;
    begins := begins + one.size;
    return next;
  end loop;
  update event_log.head set position = last;
end
$$;
