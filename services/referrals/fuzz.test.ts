import { randomUUID } from 'node:crypto';
import { fuzzRoutes } from '@relais/http/fuzz';
import { fuzzConnections } from '@relais/http/fuzz-connections';
import t from 'tap';
import { serviceProbe } from './service-probe.ts';
import { openFile, publish, refer, register, waysTo } from './service-steps.ts';

const probe = await serviceProbe(t);
const { app, issuer } = probe;
const owner = await probe.software();
const receiver = await probe.software();
for (const { association } of [owner, receiver]) await register(probe, association);
const coordinator = await probe.software('coordinator', randomUUID(), [owner.association]);
const auditor = await probe.software('auditor');
const administrator = await probe.software('administrator', owner.association);

const files = [await openFile(probe, owner, [receiver]), await openFile(probe, owner, [receiver])];
const [file] = files;
if (file === undefined) throw new Error('no file');
const offers = [await publish(probe, receiver), await publish(probe, receiver, 5)];
// A person whom nobody forgets meanwhile, so that what is done to referrals goes all the way.
const stable = await openFile(probe, owner, [receiver]);
const between = { sender: owner, receiver, file: stable };
const referrals = [await refer(between, 'draft'), await refer(between, 'sent', { to: 'eligible' })];
for (const state of Object.keys(waysTo) as (keyof typeof waysTo)[]) {
  for (const offer of offers.slice(0, 1)) {
    referrals.push(await refer(between, state, { to: 'offer', offer }));
  }
}
referrals.push(await refer(between, 'sent', { to: 'offer', offer: offers[1] }));
await probe.settled();
const opened = [
  await owner.post('/handovers', {
    case: stable.id,
    to: receiver.association,
    reason: 'Elle part',
  }),
  await receiver.post('/handovers/ask', { case: stable.id, reason: 'Elle est ici' }),
  await owner.post('/reorientations', { case: stable.id, reason: 'Que faire ?' }),
];
const goal = await owner.post(`/cases/${file.id}/set-goal`, { text: 'Un toit' }, '"0"');
const merged = [await openFile(probe, owner, []), await openFile(probe, owner, [])];
const merge = await owner.post('/merges', {
  kept: merged[0]?.id,
  absorbed: merged[1]?.id,
  reason: 'same_person',
});
const what = { code: 'pregnancy', detail: 'Sept mois' };
await owner.post(
  `/cases/${file.id}/record-vulnerability`,
  { person: file.person, what, visibility: 'shared' },
  goal.etag,
);
let correlation = '';
for await (const { metadata } of probe.log.read(`case-${file.id}`, { max: 1 })) {
  correlation = metadata.correlationId;
}
await probe.settled();
const { body: known } = await owner.get(`/cases/${file.id}`);

const wrongClaims = [
  { aud: ['urn:relais:referrals'] },
  { aud: 'urn:relais:resources' },
  { exp: Date.now() / 1000 + 30.5 },
  { iat: 1, exp: 2 },
  { role: 'system' },
];
const { association } = owner;
const wanted = { service: 'referrals', role: 'partner', association } as const;
const refusedTokens = await Promise.all(
  wrongClaims.map((claims) => issuer.token({ ...wanted, claims })),
);
fuzzConnections(t, { app, command: '/v1/cases', token: owner.token });
fuzzRoutes(t, {
  app,
  async token(role) {
    const by = { partner: [owner, receiver], coordinator: [coordinator] };
    const all = { ...by, auditor: [auditor], administrator: [administrator] };
    return all[role].map(({ token }) => token);
  },
  refusedTokens,
  samples: {
    'cases.id': files.map(({ id }) => id),
    'referrals.id': referrals.map(({ id }) => id),
    'handovers.id': opened.map(({ body }) => body.id),
    'merges.id': [merge.body.id],
    'timelines.correlationId': [correlation],
    case: [...files, stable].map(({ id }) => id),
    cases: [files.map(({ id }) => id)],
    kept: [file.id],
    absorbed: files.map(({ id }) => id),
    persons: [...files, stable].map(({ person }) => [person]),
    person: files.map(({ person }) => person),
    consent: [file.consent],
    goal: known.goals.map((one: { id: string }) => one.id),
    vulnerability: known.vulnerabilities.map((one: { id: string }) => one.id),
    offer: offers,
    association: [owner.association, receiver.association],
    to: [owner.association, receiver.association],
    recipients: [{ associations: [receiver.association], openToEligible: true }],
  },
  runs: 8,
});
