import t from 'tap';
import { testService } from './test-service.ts';

const readable = { now: true };
const broken = { now: false };
const { app } = await testService(t, {
  readiness: async () => ({
    projections: [{ name: 'boxes_1', position: 3n, head: 10n, caughtUp: readable.now }],
    consumers: [{ name: 'boxes-parcels', position: 8n, head: 10n, stopped: broken.now }],
    checks: { rights: true },
  }),
});

t.test('a stopped reaction is told of, and requests still come', async (t) => {
  t.match((await app.inject({ url: '/health/ready' })).json(), { status: 'ready' });
  broken.now = true;
  const health = await app.inject({ url: '/health/ready' });
  t.equal(health.statusCode, 200);
  t.match(health.json(), {
    status: 'degraded',
    consumers: [{ name: 'boxes-parcels', state: 'stopped', behind: '2' }],
  });
  readable.now = false;
  t.match((await app.inject({ url: '/health/ready' })).json(), { status: 'not-ready' });
  readable.now = true;
  broken.now = false;
});

t.test('a flood of health checks looks up one answer at a time', async (t) => {
  let looks = 0;
  const looking = Promise.withResolvers<void>();
  const flooded = await testService(t, {
    readiness: async () => {
      looks += 1;
      await looking.promise;
      return { projections: [], checks: {} };
    },
  });
  const check = () => flooded.app.inject({ url: '/health/ready' });
  const flood = Array.from({ length: 50 }, check);
  looking.resolve();
  const statuses = (await Promise.all(flood)).map(({ statusCode }) => statusCode);
  t.same([...new Set(statuses)], [200]);
  t.equal(looks, 1);
  await check();
  t.equal(looks, 2, 'and later anew');
});
