/** Skills, needs and exchanges over the API: what associations that lack something and those that have it live through. */
import { randomUUID } from 'node:crypto';
import { eventually } from '@relais/event-log/fixtures/eventually';
import t from 'tap';
import { type Answered, accessProbe } from '../access-probe.ts';

const probe = await accessProbe();
const { ask, register, settled, tokenOf, tokens } = probe;
const owner = probe.association;
const provider = randomUUID();
const union = randomUUID();
const theirs = await tokenOf('partner', provider);
const day = 24 * 3_600_000;
await Promise.all([register(owner), register(provider), register(union, 'union')]);

const themes = ['difficultes-administratives-ou-juridiques--accompagnement-pour-lacces-aux-droits'];
const canary = `Canari-${randomUUID()}`;

/** Resolves with the answer once it is as wanted. */
function until(get: () => Promise<Answered>, holds: (body: Answered['body']) => boolean) {
  return eventually(async () => {
    const answer = await get();
    return answer.status === 200 && holds(answer.body) && answer;
  });
}

async function exchange(more: object = {}) {
  const body = { provider, themes, hours: 2, ...more };
  const made = await ask('/exchanges', body);
  if (made.status !== 201) throw new Error(JSON.stringify(made.body));
  const path = `/exchanges/${made.body.id}`;
  let { etag } = made;
  return {
    path,
    get: (token = tokens.owner) => ask(path, undefined, undefined, token),
    async go(action: string, said: object = {}, token = tokens.owner) {
      const done = await ask(`${path}/${action}`, said, etag, token);
      if (done.status === 200) etag = done.etag;
      return done;
    },
  };
}

/** The events of the log that hold this text, of any stream. */
const inDatabase = async (text: string): Promise<number> => {
  const { rows } = await probe.database.query<{ n: number }>(
    `select count(*)::int as n from event_log.event e where e::text like '%' || $1 || '%'`,
    [text],
  );
  return rows[0]?.n ?? 0;
};

t.test('hours are asked for, given, said by both, and stand in the ledger of both', async (t) => {
  const one = await exchange({ text: canary });
  await settled();
  t.match(await one.get(theirs), {
    body: { text: canary, allowedActions: ['agree', 'refuse', 'cancel'] },
  });
  t.match(
    await one.get(tokens.coordinator),
    { body: { text: null } },
    'not the coordinator’s to read',
  );
  t.equal(await inDatabase(canary), 0, 'the text is nowhere in clear');
  t.ok((await inDatabase('resource-text-read.v1')) >= 1, 'who read it is recorded');

  t.match(await one.go('agree', {}, theirs), { status: 200, body: { state: 'agreed' } });
  t.match(await one.go('report', { hours: 2.25 }, theirs), { body: { state: 'agreed' } });
  t.match(await one.go('report', { hours: 2 }), { body: { state: 'disputed' } });
  t.match(await one.go('report', { hours: 2.25 }), { body: { state: 'done', deadlines: {} } });

  const back = await ask('/exchanges', { provider: owner, themes, hours: 1 }, undefined, theirs);
  const path = `/exchanges/${back.body.id}`;
  let { etag } = await ask(`${path}/agree`, {}, back.etag);
  for (const token of [tokens.owner, theirs]) {
    ({ etag } = await ask(`${path}/report`, { hours: 1 }, etag, token));
  }
  await settled();
  const ledger = { received: 2.25, given: 1, balance: -1.25 };
  t.match((await ask('/hours')).body, {
    total: ledger,
    with: [{ association: provider, ...ledger }],
  });
  t.match((await ask('/hours', undefined, undefined, theirs)).body, { total: { balance: 1.25 } });
  const statement = await ask('/hours/statement?limit=1');
  t.match(statement.body, { items: [{ hours: -2.25, with: provider, themes }] });
  const period = `from=2020-01-01T00:00:00Z&until=2020-02-01T00:00:00Z`;
  t.match((await ask(`/hours/statement?${period}`)).body, { items: [] });
  const reversed = await ask(
    `/hours/statement?from=2020-02-01T00:00:00Z&until=2020-01-01T00:00:00Z`,
  );
  t.match(reversed, { status: 400, body: { errors: [{ pointer: 'until' }] } });
  t.match((await ask('/exchanges?side=given')).body, { items: [{ requester: provider }] });
});

t.test('a clock that is a little ahead of ours tells nothing from the future', async (t) => {
  const one = await exchange();
  const occurredAt = new Date(Date.now() + 4 * 60_000).toISOString();
  t.match(await one.go('agree', { occurredAt }, theirs), { status: 200 });
  for await (const { metadata, recordedAt } of probe.log.read(`exchange-${one.path.slice(-36)}`)) {
    t.ok(metadata.occurredAt <= recordedAt, `${metadata.occurredAt} ${recordedAt}`);
  }
});

t.test('what nobody answers is reminded of, escalated, and expires, once each', async (t) => {
  const one = await exchange();
  const other = await exchange();
  await other.go('agree', {}, theirs);
  probe.setClock(new Date(Date.now() + 15 * day));
  await until(one.get, ({ state, escalated }) => state === 'expired' && escalated);
  t.match(await one.go('agree', {}, theirs), { status: 412 });
  await until(other.get, ({ state, escalated }) => state === 'agreed' && escalated);
  const types: string[] = [];
  for await (const { type } of probe.log.read(`exchange-${one.path.slice(-36)}`)) types.push(type);
  t.same(types, [
    'exchange-requested.v1',
    'exchange-reminded.v1',
    'exchange-escalated.v1',
    'exchange-expired.v1',
  ]);
});

t.test('a union asks nobody and is asked by nobody', async (t) => {
  const theirs = await tokenOf('partner', union);
  const asked = await ask('/exchanges', { provider, themes, hours: 1 }, undefined, theirs);
  t.match(asked, { status: 403, body: { code: 'not-an-association' } });
  const body = { provider: union, themes, hours: 1 };
  t.match(await ask('/exchanges', body), { status: 422, body: { code: 'provider-unknown' } });
});

t.test('of what a retired organisation offers no hours can be asked for', async (t) => {
  const organisation = await ask('/organisations', { name: 'Café fermé' }, undefined, theirs);
  const named = { kind: 'expertise', title: 'Conseil', themes, organisation: organisation.body.id };
  const offer = (await ask('/offers', named, undefined, theirs)).body.id;
  const asked = (of: string) => ask('/exchanges', { provider, themes, hours: 2, offer: of });
  t.equal((await asked(offer)).status, 201);
  await ask(`/organisations/${organisation.body.id}/retire`, {}, '"0"', theirs);
  for (const one of [offer, randomUUID()]) {
    t.match(await asked(one), { status: 422, body: { code: 'offer-unknown' } });
  }
});
