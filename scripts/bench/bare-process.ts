/** `node bare-process.ts <json>`: a bare Fastify route that verifies the token with jose and makes one durable insert. */
import { randomUUID } from 'node:crypto';
import fastify from 'fastify';
import { createLocalJWKSet, jwtVerify } from 'jose';
import pg from 'pg';
import type { ServerArgument } from './servers.ts';

const { url, issuer, audience, jwks } = JSON.parse(process.argv[2] ?? '') as ServerArgument;
const pool = new pg.Pool({ connectionString: url, max: 32 });
await pool.query(`create table event (
  position bigint generated always as identity primary key, stream text not null, revision bigint not null,
  id uuid not null unique, type text not null, data jsonb not null, metadata jsonb not null,
  recorded_at timestamptz not null default now(), unique (stream, revision))`);
const keys = createLocalJWKSet(jwks);
const app = fastify();

app.post('*', async (request, reply) => {
  const token = request.headers.authorization?.slice('Bearer '.length) ?? '';
  const { payload } = await jwtVerify(token, keys, { issuer, audience, typ: 'at+jwt' });
  const id = randomUUID();
  const metadata = {
    actor: payload.sub,
    association: payload.association,
    ...{ correlationId: id, causationId: id, commandId: id, schemaVersion: 1 },
    occurredAt: new Date().toISOString(),
  };
  const { rows } = await pool.query<{ position: string }>({
    name: 'insert',
    text: `insert into event (stream, revision, id, type, data, metadata) values ($1, 0, $2, $3, $4, $5)
      returning position`,
    values: [`bare-${id}`, id, 'bare.v1', JSON.stringify(request.body), JSON.stringify(metadata)],
  });
  reply.code(request.url.endsWith('/cases') ? 201 : 200);
  return { id, state: 'done', revision: '0', position: rows[0]?.position };
});

const address = await app.listen({ host: '127.0.0.1', port: 0 });
process.send?.(address);
process.once('SIGTERM', () => process.exit(0));
process.once('disconnect', () => process.exit(0));
