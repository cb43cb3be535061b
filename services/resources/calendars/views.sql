-- Secret addresses of calendars: never the secret.

create table calendar_feed (
  id uuid primary key,
  association uuid not null,
  scope jsonb not null,
  state text not null,
  revision bigint not null,
  opened_at timestamptz not null
);
create index calendar_feed_association on calendar_feed (association, id);
