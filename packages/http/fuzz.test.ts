import { randomUUID } from 'node:crypto';
import t from 'tap';
import { authorisationMatrix } from './authorisation-matrix.ts';
import { fuzzRoutes } from './fuzz.ts';
import { testService } from './test-service.ts';

const service = await testService(t);
const { app, token } = service;
const made = await app.inject({
  method: 'POST',
  url: '/v1/boxes',
  headers: { authorization: `Bearer ${await token('partner')}`, 'idempotency-key': '"first"' },
  payload: { size: 1 },
});
const { id } = made.json<{ id: string }>();

fuzzRoutes(t, { app, token: (role) => token(role), samples: { id: [id] } });

const all = { member: 'allowed', auditor: 'allowed' } as const;
authorisationMatrix(t, {
  app,
  token: (role) => token(role),
  relations: { member: await token('partner'), auditor: await token('auditor') },
  table: {
    'POST /v1/boxes': { member: 'allowed', auditor: 'forbidden' },
    'POST /v1/boxes/{id}/grow': { member: 'hidden', auditor: 'forbidden' },
    'GET /v1/boxes': all,
    'GET /v1/boxes/{id}': all,
  },
  async request(operation) {
    const hidden = operation.includes('grow');
    return {
      url: operation.replace(/^\w+ /, '').replace('{id}', hidden ? randomUUID() : id),
      ...(operation.startsWith('POST') && { body: { size: 1 } }),
      ...(hidden && { ifMatch: '"0"' }),
    };
  },
});
