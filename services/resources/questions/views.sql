-- Questions of associations, and the answers that were published for all.

create table question (
  id uuid primary key,
  state text not null,
  association uuid not null,
  receiver uuid,
  skill uuid,
  reasons jsonb not null,
  themes jsonb not null,
  commune text,
  languages jsonb not null,
  urgency text not null,
  reopened integer not null,
  reminded boolean not null,
  escalated boolean not null,
  published_by uuid,
  deadlines jsonb not null,
  -- Ciphertext, with where it was sealed.
  text jsonb,
  answer jsonb,
  why jsonb,
  links jsonb not null,
  asked_at timestamptz not null,
  changed_at timestamptz not null,
  revision bigint not null
);
create index question_association on question (association, asked_at desc, id);
create index question_receiver on question (receiver, asked_at desc, id);

create table published_answer (
  id uuid primary key,
  by uuid not null,
  title text not null,
  question text not null,
  answer text not null,
  themes jsonb not null,
  language text not null,
  links jsonb not null,
  words text not null,
  published_at timestamptz not null
);
create index published_answer_latest on published_answer (published_at, id);
create index published_answer_words on published_answer
  using gin (to_tsvector('pg_catalog.french', words));
