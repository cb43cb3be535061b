-- A row per person who has, or had, keys. It outlives the keys: it is the tombstone that keeps new ones from
-- being made, and the row that making and destroying keys lock against each other.
create table vault.person (
  person uuid primary key,
  forgotten_at timestamptz
);

create table vault.data_key (
  person uuid not null references vault.person,
  category text not null,
  master_key text not null,
  wrapped bytea not null,
  primary key (person, category)
)
-- Dead rows still hold a destroyed key (wrapped): vacuum soon, however few they are.
with (autovacuum_vacuum_threshold = 1, autovacuum_vacuum_scale_factor = 0);

-- Rotation looks for what an old master key still wraps.
create index on vault.data_key (master_key);

-- Keys that belong to nobody, such as the one for comparing.
create table vault.common_key (
  name text primary key,
  master_key text not null,
  wrapped bytea not null
);

-- The key of each named person and category, in the order asked: the one there is, else the one offered, else
-- none because the person was forgotten. Each statement sees what was committed before it (volatile, read
-- committed), and the share lock waits for whoever is forgetting the person: no key is made after a tombstone.
create function vault.obtain(
  persons uuid[], categories text[], offered_master_key text, offered bytea[]
)
returns table (forgotten boolean, master_key text, wrapped bytea)
language plpgsql
as $$
#variable_conflict use_column
begin
  -- An event sealed under a key must never outlive it.
  perform set_config('synchronous_commit', 'on', true);
  insert into vault.person (person)
    select distinct p from unnest(persons) p order by p
    on conflict do nothing;
  perform 1 from vault.person where person = any(persons) order by person for share;
  insert into vault.data_key (person, category, master_key, wrapped)
    select distinct on (asked.person, asked.category)
      asked.person, asked.category, offered_master_key, asked.wrapped
    from unnest(persons, categories, offered) as asked(person, category, wrapped)
    join vault.person using (person)
    where forgotten_at is null
    order by asked.person, asked.category
    on conflict do nothing;
  return query
    select person.forgotten_at is not null, data_key.master_key, data_key.wrapped
    from unnest(persons, categories) with ordinality as asked(person, category, place)
    join vault.person person on person.person = asked.person
    left join vault.data_key data_key
      on data_key.person = asked.person and data_key.category = asked.category
    order by place;
end
$$;

-- Destroys the person's keys and tells every process. The update waits for keys being made.
create function vault.forget(who uuid)
returns void
language plpgsql
as $$
begin
  perform set_config('synchronous_commit', 'on', true);
  insert into vault.person as known (person, forgotten_at) values (who, now())
    on conflict (person) do update set forgotten_at = coalesce(known.forgotten_at, now());
  delete from vault.data_key where person = who;
  perform pg_notify('vault_forgotten', who::text);
end
$$;
