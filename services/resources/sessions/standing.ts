/** How a session stands, whoever is registered: what the rules refuse by it, and what may therefore be done. */
import { type Actor, mayManage, worksFor } from '@relais/contracts/actors';
import type { AssociationId } from '@relais/contracts/ids';
import type { RegistrationState } from '@relais/contracts/session-codes';
import type { StoredTerms } from '@relais/contracts/session-events';
import type { SessionRefusalCode } from '@relais/contracts/session-problems';
import type { SessionAction } from '@relais/contracts/session-views';
import { occasionOf, type SessionFacts, seatsOf } from './facts.ts';
import { countOf, type Session } from './state.ts';
import { datesOf } from './terms.ts';

export type Standing = {
  readonly association: AssociationId;
  readonly isCancelled: boolean;
  readonly startsAt: string;
  /** Null: the series has no session then any more. */
  readonly terms: StoredTerms | null;
  /** Null: without limit. */
  readonly seats: number | null;
  readonly confirmed: number;
  readonly waiting: number;
  readonly offerIsOpen: boolean;
};
type Asking = { readonly actor: Actor; readonly now: string };

export const waitingMax = 500;

export function standingOf(facts: SessionFacts, session: Session): Standing {
  const { association, startsAt } = occasionOf(facts, session);
  const { terms, offer } = facts;
  const isOver = offer.withdrawnAt !== null && startsAt > offer.withdrawnAt;
  return {
    ...{ association, startsAt, terms, offerIsOpen: offer.isOpen },
    ...{ isCancelled: isOver || session.state === 'cancelled', seats: seatsOf(facts, session) },
    ...{ confirmed: countOf(session, 'confirmed'), waiting: countOf(session, 'waiting') },
  };
}

/** What this actor may do with the session now, if what is said with it is right. */
export function sessionActions(standing: Standing, asking: Asking): SessionAction[] {
  const refusals: { readonly [action in SessionAction]: SessionRefusalCode | undefined } = {
    register: refusalOfAnyone(standing, asking),
    change: refusalToChange(standing, asking),
    cancel: refusalToCancel(standing, asking),
    'record-attendance':
      standing.confirmed === 0 ? 'registration-not-found' : refusalToRecord(standing, asking),
  };
  const actions = Object.keys(refusals) as SessionAction[];
  return actions.filter((action) => refusals[action] === undefined);
}

function refusalOfAnyone(standing: Standing, asking: Asking): SessionRefusalCode | undefined {
  const { actor } = asking;
  if (actor.role === 'system') return 'not-your-offer';
  const refusal = refusalToRegister(standing, asking, actor.association);
  if (refusal !== undefined) return refusal;
  const seat = seatFor(standing, actor);
  return 'code' in seat ? seat.code : undefined;
}

/** The organiser writes down whoever comes to the door, also after it is over. */
export function refusalToRegister(
  { association, isCancelled, startsAt, terms, offerIsOpen }: Standing,
  { actor, now }: Asking,
  by: AssociationId,
): SessionRefusalCode | undefined {
  if (!worksFor(actor, by)) return 'not-your-offer';
  if (isCancelled) return 'session-cancelled';
  if (terms === null) return 'not-on-schedule';
  if (by === association) return undefined;
  const { opensAt, closesAt } = datesOf(terms, { startsAt });
  if (opensAt !== null && now < opensAt) return 'registration-not-open-yet';
  if (now >= closesAt) return 'registration-closed';
  return offerIsOpen ? undefined : 'offer-not-open';
}

/** What a new registration would be, or why there can be none. Nobody passes those who wait. */
export function seatFor(
  { terms, seats, association, confirmed, waiting }: Standing,
  actor: Actor,
): { readonly state: RegistrationState } | { readonly code: SessionRefusalCode } {
  const looks = terms?.confirmation === 'organiser' && !mayManage(actor, association);
  if (looks) return { state: 'requested' };
  if (waiting === 0 && (seats === null || confirmed < seats)) return { state: 'confirmed' };
  if (!terms?.hasWaitingList) return { code: 'session-full' };
  return waiting < waitingMax ? { state: 'waiting' } : { code: 'waiting-list-full' };
}

/** Why the organiser gives no seat to whoever asked for one. */
export function refusalToConfirm(
  standing: Standing,
  { actor }: Pick<Asking, 'actor'>,
): SessionRefusalCode | undefined {
  if (!mayManage(actor, standing.association)) return 'not-your-offer';
  const seat = seatFor(standing, actor);
  return 'code' in seat ? seat.code : undefined;
}

export const refusalToChange = (
  standing: Standing,
  asking: Asking,
): SessionRefusalCode | undefined =>
  refusalToCancel(standing, asking) ?? (standing.terms === null ? 'not-on-schedule' : undefined);

/** What took place is neither moved nor cancelled. The platform cancels where the offer is withdrawn. */
export function refusalToCancel(
  { association, isCancelled, startsAt }: Standing,
  { actor, now }: Asking,
): SessionRefusalCode | undefined {
  if (actor.role !== 'system' && !mayManage(actor, association)) return 'not-your-offer';
  if (isCancelled) return 'session-cancelled';
  return startsAt <= now ? 'in-the-past' : undefined;
}

export function refusalToRecord(
  { association, isCancelled, startsAt }: Standing,
  { actor, now }: Asking,
): SessionRefusalCode | undefined {
  if (!mayManage(actor, association)) return 'not-your-offer';
  if (isCancelled) return 'session-cancelled';
  return now < startsAt ? 'not-started' : undefined;
}
