/** Drafting and every action that shares data: each asks the consents of the case again. */
import { worksFor } from '@relais/contracts/actors';
import type { CaseFacts } from '@relais/contracts/cases';
import type { AssociationId } from '@relais/contracts/ids';
import type { ReferralEvent } from '@relais/contracts/referral-events';
import type { OfferFact, OfferSnapshot, Target } from '@relais/contracts/referrals';
import type { ReferralCode } from '@relais/contracts/refusals';
import type { Category, Sealed } from '@relais/contracts/sealed';
import { accept, refuse } from '@relais/event-log/aggregate';
import { type Coverage, covers, type Sharing, sharable } from '../consents/covers.ts';
import type { Consents } from '../consents/state.ts';
import type { CommandOf } from './commands.ts';
import { deadlinesFrom } from './deadlines.ts';
import { type Decided, named } from './parties.ts';
import type { ReferralRefusal } from './permitted.ts';
import type { DraftedReferral } from './state.ts';

export function draft(command: CommandOf<'draft'>): Decided {
  const { actor, body, facts } = command;
  if (actor.role === 'system' || !worksFor(actor, actor.association)) {
    return refuse({ code: 'not-your-part' });
  }
  const file = facts.case;
  const wanting = { case: body.case, sender: actor.association, persons: body.persons };
  const outOfCare = careRefusal(file, wanting);
  if (outOfCare !== undefined) return refuse(outOfCare);
  if (body.target.to === 'offer' && facts.offer?.offer !== body.target.offer) {
    return refuse({ code: 'offer-unknown' });
  }
  if (!facts.receiverKnown) return refuse({ code: 'association-unknown' });
  const { persons, kind, themes, need, target, priority } = body;
  const receiver = addressee(target, facts.offer);
  const parties = { case: body.case, sender: actor.association, receiver };
  const wanted = { persons, kind, themes, need, target, priority, parent: null };
  return accept({ type: 'referral-drafted.v1', data: { ...parties, ...wanted } });
}

/** Why this association cannot refer these persons now: a case changes hands, is merged, loses somebody. */
function careRefusal(
  file: CaseFacts | null,
  wanting: Pick<DraftedReferral, 'case' | 'sender' | 'persons'>,
): ReferralRefusal | undefined {
  if (file === null || file.case !== wanting.case || file.owner !== wanting.sender) {
    return { code: 'not-in-your-care' };
  }
  const { mergedInto, archivedBy, owner, persons } = file;
  if (mergedInto !== null) return { code: 'case-merged', mergedInto };
  if (archivedBy.includes(owner)) return { code: 'case-archived' };
  const isKnown = wanting.persons.every((one) => persons.includes(one));
  return isKnown ? undefined : { code: 'person-unknown' };
}

/** Whom a target names: the offer's association, the association itself, or nobody yet. */
export function addressee(target: Target, offer: OfferFact | null): AssociationId | null {
  if (target.to === 'association') return target.association;
  return target.to === 'offer' && offer?.offer === target.offer ? offer.association : null;
}

/** What a referral would share of whom with whom, but for categories and date. */
export const sharingOf = (
  referral: DraftedReferral,
): Pick<Sharing, 'recipient' | 'purpose' | 'persons'> => ({
  recipient: { association: referral.receiver, eligible: referral.target.to === 'eligible' },
  purpose: 'referral',
  persons: referral.persons,
});

/** Whether consents, or an exception, let these categories of the referral's persons go to its recipient. */
export const coverage = (
  consents: Consents,
  referral: DraftedReferral,
  categories: readonly Category[],
  at: string,
): Coverage => covers(consents, { ...sharingOf(referral), categories, at });

/** The offer as it is pinned to the referral. */
export const snapshot = (offer: OfferFact): OfferSnapshot => ({
  offer: offer.offer,
  association: offer.association,
  counted: offer.counted,
  hasWaitingList: offer.hasWaitingList,
  deadlines: offer.deadlines,
});

/** Why this offer, where one is wanted, cannot be referred to. */
export const offerRefusal = (
  wanted: string | null,
  offer: OfferFact | null,
): Extract<ReferralCode, 'offer-unknown' | 'offer-closed'> | undefined => {
  if (wanted === null) return undefined;
  if (offer === null || offer.offer !== wanted) return 'offer-unknown';
  return offer.open ? undefined : 'offer-closed';
};

export type Sending = {
  readonly now: string;
  readonly facts: Omit<CommandOf<'send'>['facts'], 'case' | 'receiverKnown'>;
  readonly categories: readonly Category[] | null;
};

/** Its sender sends a draft, which may be old: the person must still be in its care. */
export function sendDraft(command: CommandOf<'send'>, referral: DraftedReferral): Decided {
  const { now, facts, body } = command;
  const outOfCare = careRefusal(facts.case, referral);
  if (outOfCare !== undefined) return refuse(outOfCare);
  if (!facts.receiverKnown) return refuse({ code: 'association-unknown' });
  return send(referral, { now, facts, categories: body.categories });
}

/** The event that sends a draft, or why it may not be sent. */
export function send(
  referral: DraftedReferral,
  { now, facts, categories: named }: Sending,
): Decided {
  const { target, persons } = referral;
  const wanted = target.to === 'offer' ? target.offer : null;
  const closed = offerRefusal(wanted, facts.offer);
  if (closed !== undefined) return refuse({ code: closed });
  const categories = named ?? sharable(facts.consents, { ...sharingOf(referral), at: now });
  const covered = coverage(facts.consents, referral, categories, now);
  if (!covered.covered) return refuse({ code: 'consent-missing', categories: covered.missing });
  const stray = strayShared(facts.shared, categories, persons);
  if (stray !== undefined) return refuse({ code: stray });
  const offer = wanted !== null && facts.offer !== null ? snapshot(facts.offer) : null;
  return accept(sentEvent(referral, { now, facts, categories, covered, offer }));
}

function sentEvent(
  referral: DraftedReferral,
  sending: Sending & {
    readonly categories: readonly Category[];
    readonly covered: Extract<Coverage, { covered: true }>;
    readonly offer: OfferSnapshot | null;
  },
): ReferralEvent {
  const { now, facts, categories, covered, offer } = sending;
  const { persons, kind, themes, priority } = referral;
  return {
    type: 'referral-sent.v1',
    data: {
      ...named(referral),
      persons,
      kind,
      themes,
      priority,
      categories,
      offer,
      shared: facts.shared,
      grounds: covered.grounds,
      deadlines: deadlinesFrom(now, priority, facts.policy, offer?.deadlines),
    },
  };
}

/** What was sealed to be shared goes beyond what was named, or is about somebody else. */
function strayShared(
  shared: readonly Sealed[],
  categories: readonly Category[],
  persons: readonly string[],
): 'shared-not-asked' | 'person-unknown' | undefined {
  if (!shared.every(({ category }) => categories.includes(category))) return 'shared-not-asked';
  return shared.every(({ person }) => persons.includes(person)) ? undefined : 'person-unknown';
}

export function supplyInfo(command: CommandOf<'supplyInfo'>, referral: DraftedReferral): Decided {
  const { body, facts, now } = command;
  // After a handover the sender still answers, but what is in the file is not its own to share any more.
  if (body.categories.length > 0 && facts.case?.owner !== referral.sender) {
    return refuse({ code: 'not-in-your-care' });
  }
  const all = [...new Set([...referral.categories, ...body.categories])];
  const covered = coverage(facts.consents, referral, all, now);
  if (!covered.covered) return refuse({ code: 'consent-missing', categories: covered.missing });
  const stray = strayShared(facts.shared, body.categories, referral.persons);
  if (stray !== undefined) return refuse({ code: stray });
  const { text, categories } = body;
  const data = { text, categories, shared: facts.shared, grounds: covered.grounds };
  return accept({ type: 'referral-info-supplied.v2', data: { ...named(referral), ...data } });
}

export function claim(command: CommandOf<'claim'>, referral: DraftedReferral): Decided {
  const { actor, body, facts, now } = command;
  if (actor.role === 'system') return refuse({ code: 'not-your-part' });
  const receiver = actor.association;
  const closed = offerRefusal(body.offer, facts.offer);
  if (closed !== undefined) return refuse({ code: closed });
  const offer = body.offer !== null && facts.offer !== null ? snapshot(facts.offer) : null;
  if (offer !== null && offer.association !== receiver) return refuse({ code: 'offer-unknown' });
  const recipient = { association: receiver, eligible: true };
  const { categories } = referral;
  const sharing = { ...sharingOf(referral), recipient, categories, at: now };
  const covered = covers(facts.consents, sharing);
  if (!covered.covered) return refuse({ code: 'consent-missing', categories: covered.missing });
  const data = { ...named(referral), receiver, offer, grounds: covered.grounds };
  return accept({ type: 'referral-claimed.v1', data });
}
