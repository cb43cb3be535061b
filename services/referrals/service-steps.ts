/** What tests of the whole service do again and again, over its own routes. */

import { randomUUID } from 'node:crypto';
import { PublishOffer } from '@relais/contracts/offers';
import type { ReferralState } from '@relais/contracts/referrals';
import type { ServiceProbe, Software } from './service-probe.ts';

export const theme = 'sante--acces-aux-soins';
const day = 24 * 3_600_000;
/** So many days from now. */
export const later = (days: number): string => new Date(Date.now() + days * day).toISOString();
export const evidence = 'a'.repeat(64);

/** Makes an association known, of this kind, and taking open referrals on the theme. */
export const register = (
  { append }: Pick<ServiceProbe, 'append'>,
  association: string,
  kind: 'association' | 'union' | 'party' | 'institution' = 'association',
): Promise<void> =>
  append(`association-${association}`, 'association-registered.v1', {
    ...{ association, name: 'Association inventée', kind, themes: [theme], communes: [] },
    ...{ acceptsOpenReferrals: true, languages: ['fr'], carrier: false },
  });

export const identity = {
  givenName: 'Exemple',
  familyName: 'Personne-Inventée',
  birthDate: '1990-02-28',
  sex: null,
};

export type File = { readonly id: string; readonly person: string; readonly consent: string };

/** Opens a case with a consent that names `recipients` and whoever is eligible. */
export async function openFile(
  { log }: Pick<ServiceProbe, 'log'>,
  owner: Software,
  recipients: readonly Software[],
): Promise<File> {
  const { body } = await owner.post('/cases', {
    kind: 'household',
    referent: randomUUID(),
    persons: [{ role: 'main', identity, contact: { languages: ['ps'], phones: ['0612345678'] } }],
  });
  const id: string = body.id;
  let person = '';
  for await (const { data } of log.read(`case-${id}`, { max: 1 })) {
    person = (data as { persons: { person: string }[] }).persons[0]?.person ?? '';
  }
  const given = await owner.post(`/cases/${id}/consents`, consentTo(recipients));
  return { id, person, consent: given.body.id };
}

/** To refer, to these and whoever is eligible. */
export const consentTo = (recipients: readonly Pick<Software, 'association'>[]) => ({
  ...{ givenBy: 'person', language: 'ps', formVersion: '1', purposes: ['referral'] },
  recipients: {
    associations: recipients.map(({ association }) => association),
    openToEligible: true,
  },
  ...{ categories: ['identity', 'contact', 'health', 'social'], validFrom: later(-1), evidence },
});

export type Referred = { readonly id: string; readonly etag: string };
type Between = { readonly sender: Software; readonly receiver: Software; readonly file: File };
type Step = readonly ['sender' | 'receiver', string, object];

const end = { reason: 'other' };
const accepted: readonly Step[] = [['receiver', 'accept', {}]];
const started: readonly Step[] = [...accepted, ['receiver', 'start', {}]];
/** How a sent referral gets into each state that people can bring it to, without a coordinator. */
export const waysTo = {
  sent: [],
  under_review: [['receiver', 'acknowledge', {}]],
  info_requested: [
    ['receiver', 'acknowledge', {}],
    ['receiver', 'request-info', { text: 'Depuis quand ?' }],
  ],
  waitlisted: [['receiver', 'waitlist', { reviewBy: later(5) }]],
  accepted,
  in_progress: started,
  on_hold: [...started, ['receiver', 'hold', { reason: 'no_capacity', resumeBy: later(5) }]],
  declined: [['receiver', 'decline', { reason: 'no_capacity', declinedBy: 'receiver' }]],
  withdrawn: [['sender', 'withdraw', { reason: 'situation_changed', requestedBy: 'sender' }]],
  cancelled: [...accepted, ['receiver', 'cancel', end]],
  failed: [...accepted, ['receiver', 'fail', end]],
  completed: [...accepted, ['receiver', 'complete', { outcome: 'helped' }]],
} as const satisfies { readonly [State in ReferralState]?: readonly Step[] };
export type Reachable = keyof typeof waysTo | 'draft';

/** Refers the person of the file; without an offer to the receiver itself, or to whoever is eligible. */
export async function refer(
  { sender, receiver, file }: Between,
  state: Reachable,
  target: object = { to: 'association', association: receiver.association },
): Promise<Referred> {
  const drafted = await sender.post('/referrals', {
    ...{ case: file.id, persons: [file.person], kind: 'service', themes: [theme] },
    ...{ need: 'Un rendez-vous', target },
  });
  const id: string = drafted.body.id;
  if (state === 'draft') return { id, etag: drafted.etag };
  let { etag } = await sender.post(
    `/referrals/${id}/send`,
    { categories: ['identity', 'contact'] },
    drafted.etag,
  );
  for (const [who, action, body] of waysTo[state]) {
    const by = who === 'sender' ? sender : receiver;
    etag = (await by.post(`/referrals/${id}/${action}`, body, etag)).etag;
  }
  return { id, etag };
}

const termsOf = (places: number | null, members: readonly string[] | null) => {
  const { contact: _, ...terms } = PublishOffer.parse({
    ...{ kind: 'service', title: 'Permanence', themes: [theme], places, hasWaitingList: true },
    ...(members !== null && { visibility: { to: 'members', members } }),
  });
  return { ...terms, source: null };
};

/** Shows an offer to nobody but the association that offers it. */
export async function narrow(
  { append }: Pick<ServiceProbe, 'append'>,
  offer: string,
  association: string,
): Promise<void> {
  const { kind: _, places: __, ...terms } = termsOf(null, [association]);
  await append(`offer-${offer}`, 'offer-changed.v1', { offer, association, ...terms });
}

/** Publishes an offer of the association, for all members or for these, as the resources service would. */
export async function publish(
  { append }: Pick<ServiceProbe, 'append'>,
  { association }: Software,
  places: number | null = null,
  members: readonly string[] | null = null,
  organisation: string | null = null,
): Promise<string> {
  const offer = randomUUID();
  const terms = { ...termsOf(places, members), organisation, contact: null };
  await append(`offer-${offer}`, 'offer-published.v2', { offer, association, ...terms });
  return offer;
}
