-- The read model of the referrals service: a function of the log, thrown away and built again at will. Personal
-- data stands here as ciphertext with the place it was sealed for; see docs/decisions/0005 for schemas by version.

create table case_file (
  id uuid primary key,
  owner uuid not null,
  referent uuid not null,
  kind text not null,
  persons jsonb not null,
  archives jsonb not null,
  archived_by uuid[] not null,
  former_owners uuid[] not null,
  merged_into uuid,
  absorbed uuid[] not null,
  opened_at timestamptz not null,
  last_activity_at timestamptz not null,
  revision bigint not null,
  position bigint not null
);

create table vulnerability (
  id uuid primary key,
  case_id uuid not null,
  association uuid,
  person uuid not null,
  what jsonb not null,
  visibility text not null,
  recorded_at timestamptz not null,
  ended_at timestamptz,
  position bigint not null
);

create table goal (
  id uuid primary key,
  case_id uuid not null,
  association uuid,
  text jsonb not null,
  due_on date,
  status text not null,
  set_at timestamptz not null,
  changed_at timestamptz not null,
  position bigint not null
);

create table case_note (
  id uuid primary key,
  case_id uuid not null,
  association uuid not null,
  author uuid,
  private boolean not null,
  text jsonb not null,
  written_at timestamptz not null,
  position bigint not null
);

create table break_glass (
  id uuid primary key,
  case_id uuid not null,
  client text not null,
  association uuid not null,
  owner uuid not null,
  reason jsonb not null,
  opened_at timestamptz not null,
  until timestamptz not null,
  position bigint not null
);

create table consent (
  id uuid primary key,
  case_id uuid not null,
  association uuid not null,
  given_by text not null,
  representative jsonb,
  interpreter jsonb,
  language text not null,
  form_version text not null,
  purposes text[] not null,
  recipients uuid[] not null,
  open_to_eligible boolean not null,
  categories text[] not null,
  withheld jsonb not null,
  valid_from timestamptz not null,
  valid_until timestamptz,
  evidence text not null,
  given_at timestamptz not null,
  withdrawn_at timestamptz,
  withdrawn_by text,
  withdrawal_reason jsonb,
  position bigint not null
);

create table consent_exception (
  id uuid primary key,
  case_id uuid not null,
  association uuid not null,
  legal_basis text not null,
  reason jsonb not null,
  author uuid not null,
  purposes text[] not null,
  recipients uuid[] not null,
  open_to_eligible boolean not null,
  categories text[] not null,
  valid_from timestamptz not null,
  until timestamptz not null,
  recorded_at timestamptz not null,
  ended_at timestamptz,
  position bigint not null
);

create table referral (
  id uuid primary key,
  case_id uuid not null,
  sender uuid not null,
  receiver uuid,
  persons uuid[] not null,
  kind text not null,
  themes text[] not null,
  target jsonb not null,
  priority text not null,
  state text not null,
  parent uuid,
  child uuid,
  need jsonb not null,
  categories text[] not null,
  shared jsonb not null,
  offer jsonb,
  policy text,
  acknowledge_by timestamptz,
  second_reminder_at timestamptz,
  decide_by timestamptz,
  expires_at timestamptz,
  due_at timestamptz not null,
  review_by timestamptz,
  resume_by timestamptz,
  waitlist_position integer,
  pending_acceptance jsonb,
  reservation uuid,
  cancellation_requested jsonb,
  reason text,
  outcome text,
  declined_by text,
  told_sender boolean not null,
  told_person boolean not null,
  placed_elsewhere uuid,
  reminders integer not null,
  escalated_at timestamptz,
  drafted_at timestamptz not null,
  sent_at timestamptz,
  acknowledged_at timestamptz,
  decided_at timestamptz,
  declined_at timestamptz,
  ended_at timestamptz,
  breaches jsonb not null,
  last_event_at timestamptz not null,
  revision bigint not null,
  position bigint not null
);

create table referral_contribution (
  id uuid primary key,
  referral_id uuid not null,
  case_id uuid not null,
  association uuid,
  kind text not null,
  text jsonb not null,
  shared jsonb not null,
  told_sender boolean not null,
  told_person boolean not null,
  at timestamptz not null,
  position bigint not null
);

create table handover (
  id uuid primary key,
  case_id uuid not null,
  kind text not null,
  from_association uuid not null,
  to_association uuid,
  state text not null,
  reason jsonb,
  answer_reason jsonb,
  referent uuid,
  meeting uuid,
  decision uuid,
  opened_at timestamptz not null,
  answered_at timestamptz,
  revision bigint not null,
  position bigint not null
);

create table merge (
  id uuid primary key,
  kept uuid not null,
  absorbed uuid not null,
  state text not null,
  reason text not null,
  undo_reason text,
  made_at timestamptz not null,
  ended_at timestamptz,
  revision bigint not null,
  position bigint not null
);

create table consultation (
  id uuid primary key,
  case_id uuid not null,
  referral_id uuid,
  client text not null,
  association uuid not null,
  level text not null,
  categories text[] not null,
  persons uuid[] not null,
  break_glass boolean not null,
  read_at timestamptz not null,
  position bigint not null
);

create table association (
  id uuid primary key,
  name text not null,
  kind text not null,
  themes text[] not null,
  communes text[] not null,
  languages text[] not null,
  accepts_open_referrals boolean not null,
  state text not null,
  position bigint not null
);

-- Of the directory: of what a retired one offers nothing is listed.
create table organisation (
  id uuid primary key,
  retired boolean not null
);

create table offer (
  id uuid primary key,
  association uuid not null,
  organisation uuid,
  kind text not null,
  title text not null,
  themes text[] not null,
  communes text[] not null,
  -- Null: every member finds it. Otherwise those named, and the offering association.
  visible_to uuid[],
  counted boolean not null,
  has_waiting_list boolean not null,
  state text not null,
  position bigint not null
);

create table history (
  position bigint primary key,
  event_id uuid not null,
  stream text not null,
  type text not null,
  case_id uuid not null,
  referral_id uuid,
  handover_id uuid,
  persons uuid[] not null,
  actor text not null,
  association uuid,
  correlation_id uuid not null,
  causation_id uuid not null,
  occurred_at timestamptz not null,
  recorded_at timestamptz not null,
  summary jsonb not null,
  told_sender boolean not null
);
