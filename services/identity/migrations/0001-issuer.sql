-- The issuer's own state. It is no read model: it cannot be derived from the log.

-- `wrapped` is the private key, encrypted under the master key that `master_key` names.
create table signing_key (
  kid text primary key,
  public_key jsonb not null,
  master_key text not null,
  wrapped bytea not null,
  -- From here on it signs, until the next key does. It is published as soon as it is made.
  signs_from timestamptz not null,
  -- No token it signed is valid any more; null while no successor was made.
  retires_at timestamptz
);

-- Hashes of client assertions that were used, until they expire: each serves once (RFC 7523 §3).
create table assertion_used (
  id text primary key,
  expires_at timestamptz not null
);
create index assertion_used_expires_at on assertion_used (expires_at);
