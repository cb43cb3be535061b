/** Short histories of invented people: what stands in the log before a reaction has something to do. */
import { randomUUID } from 'node:crypto';
import type { CaseEvent } from '@relais/contracts/case-events';
import type { ConsentEvent } from '@relais/contracts/consents';
import { deadlinePolicy } from '@relais/contracts/deadlines';
import {
  CaseId,
  ConsentId,
  OfferId,
  PersonId,
  ReferralId,
  ReservationId,
} from '@relais/contracts/ids';
import type { ReferralEvent } from '@relais/contracts/referral-events';
import type { ReferralKind } from '@relais/contracts/referrals';
import { given, receiver, referent, sealed, sender } from '../fixture.ts';
import { deadlinesFrom } from '../referrals/deadlines.ts';
import type { Stage } from './stage.ts';

type Data<Event extends { type: string; data: unknown }, Type extends Event['type']> = Extract<
  Event,
  { readonly type: Type }
>['data'];

export type File = {
  readonly case: CaseId;
  readonly person: PersonId;
  readonly consent: ConsentId;
  readonly stream: string;
  readonly consents: string;
};

const identity = { givenName: 'Canari', familyName: 'Inventé', birthDate: null, sex: null };
export const needText = 'Une chambre pour Canari Inventé';

/** A file with one person, who agrees to share identity and housing with the receiver, changed as told. */
export async function openFile(
  stage: Pick<Stage, 'write' | 'vault'>,
  consent: Partial<Data<ConsentEvent, 'consent-given.v1'>> = {},
): Promise<File> {
  const id = CaseId.parse(randomUUID());
  const person = PersonId.parse(randomUUID());
  const [stream, eventId, type] = [`case-${id}`, randomUUID(), 'case-opened.v1'];
  const at = { stream, eventId, type, field: 'persons.0.identity' };
  const told = await stage.vault.seal(person, 'identity', JSON.stringify(identity), at);
  const persons = [{ person, role: 'main' as const, identity: told, contact: null }];
  const data: Data<CaseEvent, 'case-opened.v1'> = {
    ...{ association: sender, referent, kind: 'person', persons },
  };
  await stage.write(stream, { id: eventId, type, data });
  const consents = `consent-${id}`;
  const consentId = ConsentId.parse(randomUUID());
  await stage.write(consents, given({ consent: consentId, ...consent }));
  return { case: id, person, consent: consentId, stream, consents };
}

/** What ends the file's consent. */
export const withdrawal = (file: File): ConsentEvent => ({
  type: 'consent-withdrawn.v1',
  data: {
    consent: file.consent,
    withdrawnBy: 'person',
    reason: null,
    recipients: { associations: [receiver], openToEligible: true },
  },
});

export type Asked = {
  readonly id: ReferralId;
  readonly stream: string;
  readonly file: File;
  readonly kind: ReferralKind;
  /** A placement is for one whose places are counted. */
  readonly offer: OfferId;
};

/** A draft to the receiver. */
export async function draft(
  stage: Pick<Stage, 'write' | 'vault'>,
  file: File,
  kind: ReferralKind = 'service',
): Promise<Asked> {
  const id = ReferralId.parse(randomUUID());
  const [stream, eventId, type] = [`referral-${id}`, randomUUID(), 'referral-drafted.v1'];
  const offer = OfferId.parse(randomUUID());
  const at = { stream, eventId, type, field: 'need' };
  const need = await stage.vault.seal(file.person, 'social', JSON.stringify(needText), at);
  const data: Data<ReferralEvent, 'referral-drafted.v1'> = {
    ...partiesOf(file),
    ...{ persons: [file.person], kind, themes: ['logement'], need, priority: 'normal' },
    target:
      kind === 'placement' ? { to: 'offer', offer } : { to: 'association', association: receiver },
    parent: null,
  };
  await stage.write(stream, { id: eventId, type, data });
  return { id, stream, file, kind, offer };
}

/** A referral sent to the receiver on the file's consent. */
export async function send(
  stage: Pick<Stage, 'write' | 'vault' | 'now'>,
  file: File,
  kind: ReferralKind = 'service',
): Promise<Asked> {
  const asked = await draft(stage, file, kind);
  await stage.write(asked.stream, sent(stage, asked));
  return asked;
}

/** The event that sends a draft. */
export const sent = (stage: Pick<Stage, 'now'>, { file, kind, offer }: Asked): ReferralEvent => ({
  type: 'referral-sent.v1',
  data: {
    ...partiesOf(file),
    ...{ persons: [file.person], kind, themes: ['logement'], priority: 'normal', shared: [] },
    categories: ['identity', 'housing'],
    offer:
      kind === 'placement'
        ? { offer, association: receiver, counted: true, hasWaitingList: false, deadlines: {} }
        : null,
    grounds: [{ by: 'consent', consent: file.consent }],
    deadlines: deadlinesFrom(stage.now().toISOString(), 'normal', deadlinePolicy),
  },
});

export const partiesOf = (file: File) => ({ case: file.case, sender, receiver });

/** The receiver accepts, for a place where one is given. */
export const accepted = (
  { file, kind }: Asked,
  place: Data<ReferralEvent, 'referral-accepted.v1'>['place'] = null,
): ReferralEvent => ({
  type: 'referral-accepted.v1',
  data: {
    ...partiesOf(file),
    ...{ kind, persons: [file.person], place, text: null },
    grounds: [{ by: 'consent', consent: file.consent }],
  },
});

/** The receiver would accept, once a place of a counted offer is reserved. */
export function requestPlace({ file, offer }: Asked) {
  const place = { offer, reservation: ReservationId.parse(randomUUID()) };
  const event: ReferralEvent = {
    type: 'referral-place-requested.v1',
    data: {
      ...partiesOf(file),
      ...place,
      ...{ persons: [file.person], grounds: [{ by: 'consent', consent: file.consent }] },
      text: null,
    },
  };
  return { ...place, event };
}

export const acknowledged = ({ file }: Asked): ReferralEvent => ({
  type: 'referral-acknowledged.v1',
  data: partiesOf(file),
});

export const declined = ({ file }: Asked): ReferralEvent => ({
  type: 'referral-declined.v1',
  data: {
    ...partiesOf(file),
    ...{ reason: 'no_capacity', declinedBy: 'receiver', text: null, visibleTo: ['sender'] },
  },
});

/** Ciphertext of nothing, about the person of the file. */
export const unread = ({ person }: File) => sealed('social', person);
