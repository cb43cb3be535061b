import { randomUUID } from 'node:crypto';
import { OfferId } from '@relais/contracts/ids';
import { eventually } from '@relais/event-log/fixtures/eventually';
import t from 'tap';
import { type Answer, type CallOptions, send, serviceProbe } from './service-probe.ts';

const { one, two, association, tokenOf, ask, giveBack } = await serviceProbe(t);
const owner = await tokenOf('partner', association);
const stranger = await tokenOf('partner', randomUUID());

const call = (
  method: 'GET' | 'POST',
  path: string,
  options: Partial<CallOptions> = {},
): Promise<Answer> => send(method, path, { token: owner, at: one.url, ...options });

const terms = {
  kind: 'place',
  title: 'CPH de Créteil',
  themes: ['logement-hebergement--rechercher-une-solution-dhebergement-temporaire'],
  communes: ['94028'],
  places: 2,
  hasWaitingList: true,
};
const publish = (more: object = {}, key?: string): Promise<Answer> =>
  call('POST', '/v1/offers', { body: { ...terms, ...more }, ...(key && { key }) });

t.test('a published offer is read by every member, from any process', async (t) => {
  const made = await publish();
  t.match(made, { status: 201, etag: '"0"', body: { state: 'open' } });
  const path = `/v1/offers/${made.body.id}?waitFor=${made.body.position}`;
  t.match(await call('GET', path, { token: stranger, at: two.url }), {
    status: 200,
    body: {
      association,
      title: 'CPH de Créteil',
      places: { capacity: 2, reserved: 0, available: 2 },
      capacityStatus: 'capacity',
      languages: ['fr'],
      allowedActions: [],
    },
  });
  t.match(await call('GET', path), {
    body: { allowedActions: ['change', 'reclassify', 'confirm', 'suspend', 'withdraw'] },
  });
  t.match(await call('GET', `/v1/offers/${randomUUID()}`), { status: 404 });
});

t.test('a publication repeated with its key makes one offer', async (t) => {
  const key = randomUUID();
  const answers = await Promise.all(Array.from({ length: 5 }, () => publish({}, key)));
  const made = answers.filter(({ status }) => status === 201);
  t.ok(made.length >= 1);
  t.equal(new Set(made.map(({ body }) => body.id)).size, 1);
});

t.test('all invalid fields are named at once', async (t) => {
  const answer = await publish({ kind: 'palace', themes: [], places: -1, state: 'open' });
  t.match(answer, { status: 400, body: { code: 'invalid-request' } });
  t.equal((answer.body.errors as unknown[]).length, 4);
});

t.test('only the offering association and its coordinators manage an offer', async (t) => {
  const made = await publish();
  const path = `/v1/offers/${made.body.id}`;
  t.match(await call('POST', `${path}/suspend`, { body: {}, token: stranger, etag: made.etag }), {
    status: 403,
    body: { code: 'not-your-offer' },
  });
  t.equal((await call('POST', `${path}/suspend`, { body: {} })).status, 428);
  const coordinator = await tokenOf('coordinator', randomUUID(), [association]);
  const suspended = await call('POST', `${path}/suspend`, {
    body: {},
    token: coordinator,
    etag: made.etag,
  });
  t.match(suspended, {
    status: 200,
    body: {
      state: 'suspended',
      allowedActions: ['change', 'reclassify', 'confirm', 'resume', 'withdraw'],
    },
  });
  t.equal((await call('POST', `${path}/resume`, { body: {}, etag: made.etag })).status, 412);
  const withdrawn = await call('POST', `${path}/withdraw`, { body: {}, etag: suspended.etag });
  t.match(withdrawn, { status: 200, body: { state: 'withdrawn', allowedActions: [] } });
  t.match(await call('POST', `${path}/resume`, { body: {}, etag: withdrawn.etag }), {
    status: 409,
    body: { code: 'wrong-state', state: 'withdrawn' },
  });
  t.equal(
    (await call('POST', `/v1/offers/${randomUUID()}/suspend`, { body: {}, etag: '"0"' })).status,
    404,
  );
});

t.test('offers are found by filters, page by page, those withdrawn only on request', async (t) => {
  const theme = 'numerique--acquerir-un-equipement';
  const title = (index: number) => `Ordinateurs ${index}`;
  const made = await Promise.all(
    [0, 1, 2, 3].map((index) =>
      publish({
        kind: 'equipment',
        title: title(index),
        themes: [theme],
        communes: [],
        places: null,
      }),
    ),
  );
  const [first] = made as [Answer, ...Answer[]];
  const gone = await call('POST', `/v1/offers/${first.body.id}/withdraw`, {
    body: {},
    etag: first.etag,
  });
  const seen: unknown[] = [];
  let path: string | undefined =
    `/v1/offers?theme=${theme}&commune=59183&limit=2&waitFor=${gone.body.position}`;
  while (path !== undefined) {
    const answer: Answer = await call('GET', path, { token: stranger });
    t.equal(answer.status, 200);
    seen.push(...(answer.body.items as { title: string }[]).map((item) => item.title));
    path = /<([^>]+)>; rel="next"/.exec(answer.link ?? '')?.[1];
  }
  t.same(seen, [title(1), title(2), title(3)]);
  const list = async (query: string) => {
    const { body } = await call('GET', `/v1/offers?theme=${theme}&${query}`);
    return (body.items as unknown[]).length;
  };
  t.equal(await list('state=withdrawn'), 1);
  t.equal(await list('kind=service'), 0);
  t.equal(await list('public=familles&language=fr'), 3, 'without publics it is for everybody');
  t.equal(await list(`association=${randomUUID()}`), 0);
});

t.test(
  'a referral gets a place; who holds it is for the offering association to know',
  async (t) => {
    const made = await publish();
    const offer = OfferId.parse(made.body.id);
    const [first, second, third] = [await ask(offer), await ask(offer), await ask(offer)];
    const path = `/v1/offers/${offer}/places`;
    const places = (token = owner) => call('GET', path, { token, at: two.url });
    await eventually(async () => (await places()).body.reserved === 2);
    t.match(await places(), {
      status: 200,
      body: { state: 'open', capacity: 2, available: 0, reservations: [{}, {}] },
    });
    t.match(await places(stranger), { body: { reserved: 2, reservations: null } });
    t.match(await call('GET', `/v1/offers/${offer}`), {
      body: { capacityStatus: 'waitlist', places: { available: 0 } },
    });

    // Three streams are answered side by side: whoever came late is refused.
    const held = (await places()).body.reservations as { referral: string }[];
    const holder = [first, second, third].find(({ referral }) => referral === held[0]?.referral);
    t.ok(holder);
    if (holder !== undefined) await giveBack(offer, holder);
    await eventually(async () => (await places()).body.reserved === 1);
    t.equal(((await places()).body.reservations as unknown[]).length, 1);
  },
);

t.test('places are added and taken away, never from who holds one', async (t) => {
  const made = await publish();
  const offer = OfferId.parse(made.body.id);
  await ask(offer);
  const path = `/v1/offers/${offer}/places`;
  const places = () => call('GET', path);
  await eventually(async () => (await places()).body.reserved === 1);
  const { etag } = await places();
  const body = { capacity: 0 };
  t.equal((await call('POST', `${path}/resize`, { body, etag, token: stranger })).status, 403);
  const resized = await call('POST', `${path}/resize`, { body, etag });
  t.match(resized, { status: 200, body: { state: 'open', allowedActions: ['resize'] } });
  t.match(await call('GET', `${path}?waitFor=${resized.body.position}`), {
    body: { capacity: 0, reserved: 1, available: 0 },
  });
  const uncounted = await publish({ places: null });
  const none = `/v1/offers/${uncounted.body.id}/places`;
  t.equal((await call('GET', `${none}?waitFor=${uncounted.body.position}`)).status, 404);
  t.equal((await call('POST', `${none}/resize`, { body, etag: '"0"' })).status, 404);
});
