import { type Log, LogUnavailable } from '@relais/event-log/log';
import t from 'tap';
import {
  assertionOf,
  issuerStore,
  probeClient,
  requestToken,
  serveIssuer,
} from './issuer-probe.ts';

t.test(
  'while the log is away the answer is 503, a bug is a 500, and no assertion is used up',
  async (t) => {
    const store = await issuerStore(t);
    const client = await probeClient(store.log);
    let isAway = true;
    // The real log, behind a line that can be cut.
    const log: Log = {
      ...store.log,
      async *read(stream, options) {
        if (isAway) throw new LogUnavailable('cut');
        yield* store.log.read(stream, options);
      },
    };
    const { url, errors } = await serveIssuer(t, { ...store, log });
    const assertion = await assertionOf(client, url);
    t.match(await requestToken(url, assertion), {
      status: 503,
      body: { error: 'temporarily_unavailable' },
    });
    isAway = false;
    t.equal((await requestToken(url, assertion)).status, 200);

    const next = await assertionOf(client, url);
    await store.database.query('alter table identity.assertion_used rename to away');
    t.match(await requestToken(url, next), { status: 500, body: { error: 'server_error' } });
    t.equal(errors.length, 1, 'a bug is told to the operator');
    await store.database.query('alter table identity.away rename to assertion_used');
    t.equal((await requestToken(url, next)).status, 200);
  },
);

t.test('while the log hangs the answer does not wait for it', async (t) => {
  const store = await issuerStore(t);
  const client = await probeClient(store.log);
  const back = Promise.withResolvers<void>();
  const log: Log = {
    ...store.log,
    async *read(stream, options) {
      await back.promise;
      yield* store.log.read(stream, options);
    },
  };
  const { url, errors } = await serveIssuer(t, { ...store, log }, { answerMaxMs: 50 });
  t.match(await requestToken(url, await assertionOf(client, url)), {
    status: 503,
    body: { error: 'temporarily_unavailable' },
  });
  back.resolve();
  const patient = await serveIssuer(t, { ...store, log });
  const assertion = await assertionOf(client, patient.url);
  t.match(await requestToken(patient.url, assertion), { status: 200 });
  t.same(errors, [], 'what came late is nobody’s fault');
});
