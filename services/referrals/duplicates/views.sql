-- Keyed hashes of names, birth dates and phones, by which duplicates are found without showing anybody a file.
create table match_key (
  kind text not null,
  hash text not null,
  case_id uuid not null,
  person uuid not null,
  -- What it was taken from: identity and contact are replaced apart.
  source text not null,
  primary key (kind, hash, case_id, person, source)
);
create index on match_key (case_id, person, source);
