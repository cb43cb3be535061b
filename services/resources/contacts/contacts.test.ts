import { randomUUID } from 'node:crypto';
import { freshnessPolicy } from '@relais/contracts/freshness';
import { eventually } from '@relais/event-log/fixtures/eventually';
import t from 'tap';
import { type Answered, accessProbe } from '../access-probe.ts';

const { ask, association, tokenOf, log, database, logged, setClock } = await accessProbe();

const theme = 'remobilisation--lien-social';
const terms = { title: 'Café du mardi', themes: [theme] };
const canary = (name: string) => ({
  ...{ name: `Zq7Canari${name}Xv`, phone: '06 99 99 99 99', email: 'zq7canari@example.org' },
});
const canaries = /Zq7Canari|06 99 99 99 99|zq7canari/;
const told: string[] = [];
const tell = async (...asked: Parameters<typeof ask>): Promise<Answered> => {
  const answer = await ask(...asked);
  told.push(asked[0], JSON.stringify(answer.body));
  return answer;
};

t.test('a contact is shown to who asks, and who asked to who keeps it', async (t) => {
  const organisation = await tell('/organisations', { name: 'Le Café', contact: canary('Un') });
  const site = await tell(`/organisations/${organisation.body.id}/sites`, {
    ...{ name: 'La Salle', contact: canary('Deux') },
  });
  const offer = await tell('/offers', { kind: 'workshop', ...terms, contact: canary('Trois') });
  const asked = randomUUID();
  const stranger = await tokenOf('partner', asked);
  const entries = [
    { path: `/organisations/${organisation.body.id}`, contact: canary('Un') },
    { path: `/sites/${site.body.id}`, contact: canary('Deux') },
    { path: `/offers/${offer.body.id}`, contact: canary('Trois') },
  ];
  for (const { path, contact } of entries) {
    const read = await tell(
      `${path}?waitFor=${offer.body.position}`,
      undefined,
      undefined,
      stranger,
    );
    t.equal(read.body.hasContact, true);
    t.same((await ask(`${path}/contact`, undefined, undefined, stranger)).body, contact);
    const readings = `${path}/contact/readings`;
    t.equal((await tell(readings, undefined, undefined, stranger)).status, 403);
    const waitFor = await log.head();
    const { body } = await tell(`${readings}?waitFor=${waitFor}`);
    t.match(body.items, [{ association: asked, client: asked, readAt: /^\d{4}-/ }]);
    t.equal(body.items.length, 1);
  }
  const hidden = await tell('/offers', {
    ...{ kind: 'workshop', ...terms, contact: canary('Quatre') },
    visibility: { to: 'members', members: [association] },
  });
  const path = `/offers/${hidden.body.id}`;
  await tell(`${path}?waitFor=${hidden.body.position}`);
  for (const route of [`${path}/contact`, `${path}/contact/readings`]) {
    const { status, body } = await tell(route, undefined, undefined, stranger);
    t.match({ status, code: body.code }, { status: 404, code: 'not-found' });
  }
  const none = await tell('/offers', { kind: 'workshop', ...terms });
  const bare = `/offers/${none.body.id}/contact?waitFor=${none.body.position}`;
  t.equal((await tell(bare)).status, 404);
});

t.test('a contact that is replaced, taken away or withdrawn opens no more', async (t) => {
  const made = await tell('/offers', { kind: 'workshop', ...terms, contact: canary('Cinq') });
  const path = `/offers/${made.body.id}`;
  const sealed = async () => {
    const texts: string[] = [];
    for await (const { data } of log.read(`offer-${made.body.id}`)) {
      const { contact } = data as { contact?: { person: string } | null };
      if (contact) texts.push(contact.person);
    }
    return texts;
  };
  const changed = await tell(`${path}/change`, { ...terms, contact: canary('Six') }, '"0"');
  t.equal((await sealed()).length, 2);
  const shown = () => ask(`${path}/contact?waitFor=${changed.body.position}`);
  t.same((await shown()).body, canary('Six'), 'the new one does, with a key of its own');
  t.match(await tell(`${path}/change`, { ...terms, title: 'Thé' }, '"1"'), { etag: '"2"' });
  t.equal((await shown()).status, 200, 'a change that says nothing of it leaves it');
  const given = await tell(`${path}/forget-contact`, {}, '"2"');
  t.equal(given.status, 200);
  const { body } = await tell(`${path}?waitFor=${given.body.position}`);
  t.match(body, { hasContact: false });
  t.equal((await ask(`${path}/contact`)).status, 404);
  const subjects = await sealed();
  const sql = 'select from vault.person where person = any($1) and forgotten_at is not null';
  await eventually(async () => (await database.query(sql, [subjects])).rows.length === 2);
});

t.test(
  'whoever keeps an offer is asked whether it is still true, until somebody says so',
  async (t) => {
    const made = await tell('/offers', { kind: 'workshop', ...terms, title: 'Vieillit' });
    const path = `/offers/${made.body.id}`;
    const inDays = (days: number) =>
      setClock(new Date(Date.now() + days * 24 * 3_600_000 + 60_000));
    const freshness = async () => (await ask(path)).body.freshness;
    await ask(`${path}?waitFor=${made.body.position}`);
    t.equal(await freshness(), 'fresh');
    inDays(freshnessPolicy.remindAfterDays[0]);
    await eventually(async () => (await freshness()) === 'asked');
    inDays(freshnessPolicy.staleAfterDays);
    await eventually(async () => (await freshness()) === 'stale');
    const types = async () => {
      const seen: string[] = [];
      for await (const { type } of log.read(`offer-${made.body.id}`)) seen.push(type);
      return seen;
    };
    t.same(await types(), [
      ...['offer-published.v2', 'offer-confirmation-asked.v1', 'offer-confirmation-asked.v1'],
      'offer-grown-stale.v1',
    ]);
    const stale = await ask('/offers?freshness=stale&limit=100');
    t.ok(stale.body.items.some(({ id }: { id: string }) => id === made.body.id));
    setClock(new Date());
    const confirmed = await tell(`${path}/confirm`, {}, '"3"');
    t.match(confirmed, { status: 200, body: { state: 'open' } });
    const { body } = await ask(`${path}?waitFor=${confirmed.body.position}`);
    t.equal(body.freshness, 'fresh');
    t.ok(body.confirmedAt > body.publishedAt);
    t.match(await tell(`${path}/confirm`, {}, '"3"'), { status: 412 });
  },
);

t.test('no contact stands in an address, a log line, a problem or an event', async (t) => {
  const wrong = { ...canary('Faux'), phone: 6 };
  t.equal((await tell('/offers', { kind: 'workshop', ...terms, contact: wrong })).status, 400);
  const { rows } = await database.query('select data || metadata as text from event_log.event');
  const events = rows.map(({ text }) => `${text}`);
  t.ok(events.length > 10);
  t.notMatch(told.join('\n'), canaries);
  t.notMatch(events.join('\n'), canaries);
  t.match(logged(), '/v1/offers');
  t.notMatch(logged(), canaries);
});
