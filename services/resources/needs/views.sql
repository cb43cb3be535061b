-- What associations lack.

create table need (
  id uuid primary key,
  association uuid not null,
  state text not null,
  terms jsonb not null,
  reason text,
  exchange uuid,
  -- Ciphertext, with where it was sealed.
  text jsonb,
  stated_at timestamptz not null,
  changed_at timestamptz not null,
  revision bigint not null
);
create index need_association on need (association, stated_at desc, id);
create index need_unmet on need (stated_at desc, id) where state = 'unmet';
