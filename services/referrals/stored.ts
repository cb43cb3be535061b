/** Aggregates as they stand in the log this very moment: what decisions rest on, never the rows of the read model. */
import { type AssociationEvent, associationEvents } from '@relais/contracts/associations';
import { type CaseEvent, caseContract } from '@relais/contracts/case-events';
import type { CaseFacts } from '@relais/contracts/cases';
import { consentContract } from '@relais/contracts/consents';
import { type OrganisationEvent, organisationContract } from '@relais/contracts/directory-events';
import type {
  AssociationId,
  CaseId,
  OfferId,
  OrganisationId,
  PersonId,
  ReferralId,
} from '@relais/contracts/ids';
import { type OfferEvent, offerContract } from '@relais/contracts/offer-events';
import { visibleTo } from '@relais/contracts/offer-visibility';
import { referralContract } from '@relais/contracts/referral-events';
import type { OfferFact } from '@relais/contracts/referrals';
import type { Log } from '@relais/event-log/log';
import { type EventContract, parse } from '@relais/event-log/parse';
import { type CaseState, caseFacts, evolve as evolveCase } from './cases/state.ts';
import { type Consents, evolve as evolveConsents, noConsents } from './consents/state.ts';
import { evolve as evolveReferral } from './referrals/evolve.ts';
import { absent, type Referral } from './referrals/state.ts';

/** Folds a whole stream; `initial` for one that does not exist. */
export async function fold<State, Event extends { type: string; data: unknown }>(
  log: Log,
  stream: string,
  contract: EventContract<Event>,
  initial: State,
  evolve: (state: State, event: Event) => State,
): Promise<State> {
  let state = initial;
  for await (const record of log.read(stream)) state = evolve(state, parse(contract, record));
  return state;
}

export const readCase = (log: Log, id: CaseId): Promise<CaseState> =>
  fold<CaseState, Parameters<typeof evolveCase>[1]>(
    log,
    `case-${id}`,
    caseContract,
    { status: 'absent' },
    evolveCase,
  );

/** What other aggregates' rules need of a case; null where there is none. */
export async function readCaseFacts(log: Log, id: CaseId): Promise<CaseFacts | null> {
  const state = await readCase(log, id);
  return state.status === 'absent' ? null : caseFacts(id, state);
}

/** The consents of a case, and whom each was not given for, because they joined after it: by the order of the log. */
export async function readConsents(log: Log, id: CaseId): Promise<Consents> {
  let state = noConsents;
  const recorded = new Map<string, bigint>();
  for await (const record of log.read(`consent-${id}`)) {
    const event = parse(consentContract, record);
    state = evolveConsents(state, event);
    if (event.type === 'consent-given.v1') recorded.set(event.data.consent, record.position);
    if (event.type === 'consent-exception-recorded.v1') {
      recorded.set(event.data.exception, record.position);
    }
  }
  if (recorded.size === 0) return state;
  const newcomers = new Map<string, readonly PersonId[]>();
  for await (const record of log.read(`case-${id}`)) {
    if (record.type !== 'case-person-added.v1') continue;
    const { person } = (parse(caseContract, record) as PersonAdded).data;
    for (const [each, position] of recorded) {
      if (position > record.position) continue;
      newcomers.set(each, [...(newcomers.get(each) ?? []), person]);
    }
  }
  return { ...state, newcomers };
}
type PersonAdded = Extract<CaseEvent, { type: 'case-person-added.v1' }>;

export const readReferral = (log: Log, id: ReferralId): Promise<Referral> =>
  fold<Referral, Parameters<typeof evolveReferral>[1]>(
    log,
    `referral-${id}`,
    referralContract,
    absent,
    evolveReferral,
  );

/** An offer as a referral needs to know it; null where there is none. */
export const readOffer = async (log: Log, id: OfferId): Promise<OfferFact | null> =>
  (await readShown(log, id))?.fact ?? null;

/**
 * The same for somebody who names it: null where one of these may not know of it, or its organisation is retired, as
 * for an id that does not exist.
 */
export async function readOfferFor(
  log: Log,
  id: OfferId,
  viewers: readonly (readonly AssociationId[])[],
): Promise<OfferFact | null> {
  const shown = await readShown(log, id);
  if (shown === null) return null;
  const { visibleTo: named, organisation, fact } = shown;
  const isFor = (each: readonly AssociationId[]) => each.some((one) => named?.includes(one));
  if (named !== null && !viewers.every(isFor)) return null;
  return organisation !== null && (await isRetired(log, organisation)) ? null : fact;
}

type ShownOffer = {
  readonly fact: OfferFact;
  readonly visibleTo: readonly AssociationId[] | null;
  readonly organisation: OrganisationId | null;
};

const readShown = (log: Log, id: OfferId): Promise<ShownOffer | null> =>
  fold<ShownOffer | null, OfferEvent>(log, `offer-${id}`, offerContract, null, (shown, event) => {
    const fact = offered(shown?.fact ?? null, event);
    if (fact === null) return null;
    const isSaid = event.type === 'offer-published.v2' || event.type === 'offer-changed.v1';
    if (!isSaid) return { visibleTo: null, organisation: null, ...shown, fact };
    const terms = event.data;
    const { association } = fact;
    return { fact, visibleTo: visibleTo({ association, terms }), organisation: terms.organisation };
  });

const isRetired = (log: Log, id: OrganisationId): Promise<boolean> =>
  fold<boolean, OrganisationEvent>(
    log,
    `organisation-${id}`,
    organisationContract,
    false,
    (retired, { type }) =>
      type === 'organisation-contact-forgotten.v1' ? retired : type === 'organisation-retired.v1',
  );

function offered(offer: OfferFact | null, event: OfferEvent): OfferFact | null {
  if (event.type === 'offer-published.v2') {
    const { offer: id, association, places, hasWaitingList, deadlines } = event.data;
    const counted = places !== null;
    return { offer: id, association, counted, hasWaitingList, deadlines, open: true };
  }
  if (offer === null) return null;
  switch (event.type) {
    case 'offer-changed.v1': {
      const { hasWaitingList, deadlines } = event.data;
      return { ...offer, hasWaitingList, deadlines };
    }
    case 'offer-suspended.v1':
    case 'offer-withdrawn.v1':
      return { ...offer, open: false };
    case 'offer-resumed.v1':
      return { ...offer, open: true };
    default:
      return offer;
  }
}

/** What an association says of itself, as far as referrals depend on it. */
export type AssociationFacts = {
  readonly themes: readonly string[];
  readonly acceptsOpenReferrals: boolean;
  readonly isMember: boolean;
  /** A member that is no union, party or institution: those belong to networks and never see a case. */
  readonly worksWithCases: boolean;
};

export const readAssociation = (log: Log, id: AssociationId): Promise<AssociationFacts | null> =>
  fold<AssociationFacts | null, AssociationEvent>(
    log,
    `association-${id}`,
    associationEvents,
    null,
    (facts, event) => {
      if (event.type === 'association-left.v1') {
        return facts && { ...facts, isMember: false, worksWithCases: false };
      }
      const { themes, acceptsOpenReferrals, kind } = event.data;
      const worksWithCases = kind === 'association';
      const may = acceptsOpenReferrals && worksWithCases;
      return { themes, acceptsOpenReferrals: may, isMember: true, worksWithCases };
    },
  );

/** Whether an association may claim open referrals of these themes. */
export const isEligible = (facts: AssociationFacts | null, themes: readonly string[]): boolean =>
  facts?.isMember === true &&
  facts.acceptsOpenReferrals &&
  themes.some((theme) => facts.themes.includes(theme));

/** Whether a case or a referral may go to this association; nothing stands against nobody. */
export const mayReceive = async (log: Log, id: AssociationId | null): Promise<boolean> =>
  id === null || (await readAssociation(log, id))?.worksWithCases === true;
