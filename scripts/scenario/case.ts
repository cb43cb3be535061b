import { createHash, randomUUID } from 'node:crypto';
import type { Member } from '../platform.ts';
import type { Cast } from './cast.ts';
import type { Telling, Told } from './telling.ts';

export type CaseFile = { readonly id: string; readonly person: string };

/** A case of an invented person, with a goal, a vulnerability and a consent that names all who play. */
export async function openCase({ site, ...others }: Cast, { step }: Telling): Promise<CaseFile> {
  const identity = {
    givenName: 'Exemple',
    familyName: 'Personne-Inventée',
    birthDate: '1990',
    sex: null,
  };
  const persons = [{ role: 'main', identity, contact: { languages: ['fr', 'ar'] } }];
  const opened = await step(
    'Dossier ouvert',
    site.post('/v1/cases', { kind: 'person', referent: randomUUID(), persons }),
  );
  const id: string = opened.id;
  const file = await site.get(`/v1/cases/${id}?waitFor=${opened.position}`);
  const person: string = file.body.persons[0].person;
  const goal = await step(
    'Un but, écrit avec la personne',
    site.post(
      `/v1/cases/${id}/set-goal`,
      { text: 'Déposer une demande d’asile' },
      { etag: opened.etag },
    ),
  );
  await step(
    'Une vulnérabilité, à montrer avec une orientation',
    site.post(
      `/v1/cases/${id}/record-vulnerability`,
      { person, what: { code: 'homeless' }, visibility: 'shared' },
      { etag: goal.etag },
    ),
  );
  const associations = Object.values(others).map((recipient) => recipient.client.association);
  await step(
    'Consentement donné',
    site.post(`/v1/cases/${id}/consents`, {
      givenBy: 'person',
      language: 'ar',
      formVersion: '2026-11',
      purposes: ['referral', 'coordination'],
      recipients: { associations: [...new Set(associations)], openToEligible: true },
      categories: ['identity', 'contact', 'administrative', 'housing', 'social'],
      validFrom: new Date(Date.now() - 60_000).toISOString(),
      evidence: createHash('sha256').update('formulaire inventé').digest('hex'),
    }),
  );
  return { id, person };
}

export type Asked = {
  readonly offer: string;
  readonly need: string;
  readonly theme: string;
  readonly kind: 'service' | 'placement';
};

/** Drafts a referral to the offer whose title begins like this, and sends it. */
export async function refer(
  site: Member,
  file: CaseFile,
  { step }: Telling,
  asked: Asked,
): Promise<Told> {
  const { body } = await site.get('/v1/offers?limit=100');
  const offer = body.items.find(({ title }: { title: string }) => title.startsWith(asked.offer));
  if (offer === undefined) throw new Error(`no offer called ${asked.offer}`);
  const drafted = await step(
    `Orientation préparée vers « ${offer.title} »`,
    site.post('/v1/referrals', {
      case: file.id,
      persons: [file.person],
      kind: asked.kind,
      themes: [asked.theme],
      need: asked.need,
      target: { to: 'offer', offer: offer.id },
      priority: 'urgent',
    }),
  );
  return step(
    'Envoyée',
    site.post(
      `/v1/referrals/${drafted.id}/send`,
      { categories: ['identity', 'contact', 'administrative'] },
      { etag: drafted.etag },
    ),
  );
}

/** The case goes to another association, and the coordinator reads how it came to that. */
export async function handOver(
  { site, coordinator, legal }: Cast,
  file: CaseFile,
  { print, step, until }: Telling,
): Promise<void> {
  print('\n6. Le dossier lui-même change d’association');
  const to = legal.client.association;
  const offered = await step(
    'Grande-Synthe propose le dossier à la Cimade',
    site.post('/v1/handovers', { case: file.id, to, reason: 'La personne s’installe à Calais' }),
  );
  await step(
    'La Cimade l’accepte et nomme un référent',
    legal.post(
      `/v1/handovers/${offered.id}/accept`,
      { referent: randomUUID() },
      { etag: offered.etag },
    ),
  );
  await until(
    'Elle en est désormais responsable',
    () => legal.get(`/v1/cases/${file.id}`),
    ({ owner }) => owner === to,
  );
  print('\nLe fil du dossier, vu par la coordination');
  const { body } = await coordinator.get(`/v1/cases/${file.id}/timeline?limit=100`);
  for (const { recordedAt, label, associationName, actor } of body.items) {
    print(`  ${recordedAt}  ${label}  (${associationName ?? actor})`);
  }
}
