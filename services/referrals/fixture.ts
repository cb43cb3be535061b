/** Invented associations, people and texts for the tests of the rules. */
import { type Actor, actorOf } from '@relais/contracts/actors';
import type { CaseFacts } from '@relais/contracts/cases';
import type { ConsentEvent } from '@relais/contracts/consents';
import {
  AssociationId,
  CaseId,
  ConsentId,
  OfferId,
  PersonId,
  WorkerId,
} from '@relais/contracts/ids';
import type { OfferFact } from '@relais/contracts/referrals';
import type { Category, Sealed } from '@relais/contracts/sealed';
import { type Consents, evolve, noConsents } from './consents/state.ts';

/** The n-th of a row of obviously invented ids. */
export const uuid = (n: number): string => `00000000-0000-4000-8000-${`${n}`.padStart(12, '0')}`;

export const sender = AssociationId.parse(uuid(1));
export const receiver = AssociationId.parse(uuid(2));
export const stranger = AssociationId.parse(uuid(3));
export const carrier = AssociationId.parse(uuid(4));
export const caseId = CaseId.parse(uuid(10));
export const person = PersonId.parse(uuid(11));
export const referent = WorkerId.parse(uuid(12));
export const offerId = OfferId.parse(uuid(13));
export const consentId = ConsentId.parse(uuid(14));
export const now = '2026-03-02T09:00:00.000Z';

/** So many hours after `now`. */
export const after = (hours: number): string =>
  new Date(Date.parse(now) + hours * 3_600_000).toISOString();

type Role = Parameters<typeof actorOf>[0]['role'];

/** A client of an association. */
export const client = (
  association: string,
  role: Role = 'partner',
  remit: readonly string[] = [],
): Actor => actorOf({ clientId: `${role}-${association}`, association, role, remit });

export const coordinator: Actor = client(carrier, 'coordinator', [sender]);

/** Ciphertext of nothing: the rules never look inside. */
export const sealed = (category: Category = 'social', of: PersonId = person): Sealed => ({
  person: of,
  category,
  text: 'c2VhbGVk',
});

export const caseFacts: CaseFacts = {
  case: caseId,
  owner: sender,
  referent,
  persons: [person],
  archivedBy: [],
  mergedInto: null,
};

export const offer: OfferFact = {
  offer: offerId,
  association: receiver,
  counted: false,
  hasWaitingList: true,
  deadlines: {},
  open: true,
};

type Given = Extract<ConsentEvent, { type: 'consent-given.v1' }>['data'];

/** A consent to refer identity and housing to the receiver and whoever is eligible, changed as told. */
export const given = (changes: Partial<Given> = {}): ConsentEvent => ({
  type: 'consent-given.v1',
  data: {
    consent: consentId,
    association: sender,
    givenBy: 'person',
    representative: null,
    interpreter: null,
    language: 'ps',
    formVersion: '2026-1',
    purposes: ['referral'],
    recipients: { associations: [receiver], openToEligible: true },
    categories: ['identity', 'housing'],
    withheld: [],
    validFrom: '2026-01-01T00:00:00Z',
    validUntil: null,
    evidence: 'a'.repeat(64),
    ...changes,
  },
});

/** The consents that these events tell. */
export const consentsOf = (...events: readonly ConsentEvent[]): Consents =>
  events.reduce(evolve, noConsents);
