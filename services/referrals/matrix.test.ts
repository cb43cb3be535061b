import { randomUUID } from 'node:crypto';
import { authorisationMatrix } from '@relais/http/authorisation-matrix';
import { operationsOf } from '@relais/http/fuzz-operations';
import t from 'tap';
import { type Row, rowOf } from './matrix-expected.ts';
import { requests } from './matrix-requests.ts';
import { buildWorld, type RelationName, relationNames } from './matrix-world.ts';
import { serviceProbe } from './service-probe.ts';

const probe = await serviceProbe(t);
const { app, issuer } = probe;
const world = await buildWorld(probe);
const table: { [operation: string]: Row } = {};
for (const operation of operationsOf(app).operations) {
  table[`${operation.method} ${operation.path}`] = rowOf(operation);
}
const relations = Object.fromEntries(
  relationNames.map((name) => [name, world.people[name].token]),
) as { [name in RelationName]: string };
const { association } = world.people.owner;
const expired = await issuer.token({
  ...{ service: 'referrals', role: 'partner', association },
  claims: { iat: 1_000, exp: 1_100 },
});

authorisationMatrix(t, {
  ...{ app, relations, table, refusedTokens: [expired] },
  request: requests(probe, world, table),
  token: async (role) => (await probe.software(role, randomUUID())).token,
});
