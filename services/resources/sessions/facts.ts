import { type Actor, mayManage, worksFor } from '@relais/contracts/actors';
import type { Occasion, SessionEvent, StoredTerms } from '@relais/contracts/session-events';
import type { SessionRefusalCode } from '@relais/contracts/session-problems';
import { clockSkewMs } from '@relais/contracts/values';
import type { Decision } from '@relais/event-log/aggregate';
import type { Registration, Session } from './state.ts';
import { sessionTerms } from './terms.ts';

/** Who asks, and when. */
export type Asking = {
  readonly actor: Actor;
  readonly now: string;
  /** False for unions, parties and institutions: of persons accompanied they see nothing. */
  readonly seesPersons: boolean;
};

/** Whether anybody may register, and when it was withdrawn for good: what was to begin later is cancelled with it. */
export type OfferStanding = { readonly isOpen: boolean; readonly withdrawnAt: string | null };

/** `terms`: as the series has them this moment; null when it has no session then any more. */
export type SessionFacts = Asking & {
  readonly occasion: Occasion;
  readonly terms: StoredTerms | null;
  readonly offer: OfferStanding;
};

export type SessionRefusal = { readonly code: SessionRefusalCode };
export type Decided = Decision<SessionEvent, SessionRefusal>;

/** When and where it takes place as the series has it, or where the series has it no more, as it last was. */
export function occasionOf({ occasion, terms }: SessionFacts, session: Session): Occasion {
  if (terms === null) return session.occasion ?? occasion;
  const { startsAt, endsAt } = sessionTerms(terms, occasion.originalStart, session.override);
  return { ...occasion, startsAt, endsAt };
}

/** Null: without limit. A session that fell off the schedule gives no seat any more. */
export const seatsOf = ({ terms, occasion }: SessionFacts, session: Session): number | null =>
  terms === null ? 0 : sessionTerms(terms, occasion.originalStart, session.override).seats;

/** The registration, where there is one for who asks: another association's does not exist for him. */
export const registrationFor = (
  { actor, seesPersons, occasion: { association } }: SessionFacts,
  { registrations }: Session,
  registration: string,
): Registration | undefined =>
  registrations.find(
    ({ id, by, registrant: { who } }) =>
      id === registration &&
      (worksFor(actor, by) || mayManage(actor, association)) &&
      (seesPersons || who === 'worker'),
  );

/** Whether it is said to have happened later than our clock, beyond what clocks may differ. */
export const isInFuture = ({
  now,
  occurredAt,
}: {
  readonly now: string;
  readonly occurredAt: string | undefined;
}): boolean => occurredAt !== undefined && Date.parse(occurredAt) > Date.parse(now) + clockSkewMs;
