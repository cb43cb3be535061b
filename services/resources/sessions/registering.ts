import { mayManage, worksFor } from '@relais/contracts/actors';
import type { AssociationId, RegistrationId } from '@relais/contracts/ids';
import type { Sealed } from '@relais/contracts/sealed';
import type { RegistrationState } from '@relais/contracts/session-codes';
import type { SessionEvent } from '@relais/contracts/session-events';
import type { SessionRefusalCode } from '@relais/contracts/session-problems';
import type { Registrant } from '@relais/contracts/sessions';
import { accept, refuse } from '@relais/event-log/aggregate';
import {
  type Decided,
  isInFuture,
  occasionOf,
  registrationFor,
  type SessionFacts,
  seatsOf,
} from './facts.ts';
import { promotions } from './promotion.ts';
import {
  refusalToConfirm,
  refusalToRegister,
  type Standing,
  seatFor,
  standingOf,
} from './standing.ts';
import { isLive, type Registration, type Session } from './state.ts';
import { datesOf } from './terms.ts';

export type RegistrationCommand =
  | {
      readonly type: 'register';
      readonly registration: RegistrationId;
      readonly by: AssociationId;
      readonly registrant: Registrant;
      readonly label: Sealed | null;
      readonly occurredAt: string | undefined;
      /** Both sides work with cases: persons accompanied may be registered. */
      readonly personsMay: boolean;
    }
  | {
      readonly type: 'confirmRegistration';
      readonly registration: string;
      readonly occurredAt: string | undefined;
    }
  | ({ readonly type: 'refuseRegistration' } & Ended)
  | ({ readonly type: 'cancelRegistration' } & Ended);
type Ended = {
  readonly registration: string;
  readonly reason: string;
  readonly occurredAt: string | undefined;
};
type Given<Type extends RegistrationCommand['type']> = SessionFacts &
  Extract<RegistrationCommand, { type: Type }>;

/** Bound of one session: a command reads them all. */
export const registrationsMax = 2_000;

export function registrationCommand(
  command: SessionFacts & RegistrationCommand,
  session: Session,
): Decided {
  if (isInFuture(command)) return refuse({ code: 'occurred-in-future' });
  switch (command.type) {
    case 'register':
      return register(command, session);
    case 'confirmRegistration':
      return confirm(command, session);
    case 'refuseRegistration':
      return turnDown(command, session);
    case 'cancelRegistration':
      return cancel(command, session);
  }
}

function register(command: Given<'register'>, session: Session): Decided {
  const { registration, by, registrant, label } = command;
  const occasion = occasionOf(command, session);
  const standing = standingOf(command, session);
  const refusal = refusalOf(command, session, standing);
  if (refusal !== undefined) return refuse({ code: refusal });
  const seat = seatFor(standing, command.actor);
  if ('code' in seat) return refuse(seat);
  const { state } = seat;
  const { seats } = standing;
  const data = { ...occasion, registration, by, registrant, label, state, seats };
  return accept({ type: 'session-registered.v1', data });
}

function refusalOf(
  command: Given<'register'>,
  session: Session,
  standing: Standing,
): SessionRefusalCode | undefined {
  const { actor, by, registrant, personsMay } = command;
  if (!worksFor(actor, by)) return 'not-your-offer';
  if (registrant.who === 'person' && !personsMay) return 'persons-not-here';
  const refusal = refusalToRegister(standing, command, by);
  if (refusal !== undefined) return refusal;
  const same = session.registrations.some(
    (one) => isLive(one) && one.by === by && idOf(one.registrant) === idOf(registrant),
  );
  if (same) return 'already-registered';
  return session.registrations.length >= registrationsMax ? 'session-full' : undefined;
}

const idOf = (registrant: Registrant): string =>
  registrant.who === 'worker' ? registrant.worker : registrant.person;

function confirm(command: Given<'confirmRegistration'>, session: Session): Decided {
  const occasion = occasionOf(command, session);
  const found = find(command, session, ['requested']);
  if ('code' in found) return refuse(found);
  const standing = standingOf(command, session);
  const refusal = refusalToConfirm(standing, command);
  if (refusal !== undefined) return refuse({ code: refusal });
  const seat = seatFor(standing, command.actor);
  if ('code' in seat) return refuse(seat);
  const { state } = seat;
  const { seats } = standing;
  const data = { ...occasion, registration: found.id, by: found.by, state, seats };
  return accept({ type: 'session-registration-confirmed.v1', data });
}

function turnDown(command: Given<'refuseRegistration'>, session: Session): Decided {
  const occasion = occasionOf(command, session);
  const found = find(command, session, ['requested', 'waiting']);
  if ('code' in found) return refuse(found);
  if (!mayManage(command.actor, occasion.association)) return refuse({ code: 'not-your-offer' });
  const { id, by, state: was } = found;
  const data = { ...occasion, registration: id, by, was, reason: command.reason };
  return accept({ type: 'session-registration-refused.v1', data });
}

/** By who registered, until it begins, or by the organiser. The seat goes to the first who waits. */
function cancel(command: Given<'cancelRegistration'>, session: Session): Decided {
  const { actor, terms, now, reason } = command;
  const occasion = occasionOf(command, session);
  const found = find(command, session, ['requested', 'confirmed', 'waiting']);
  if ('code' in found) return refuse(found);
  if (now >= occasion.startsAt || found.attendance !== null) return refuse({ code: 'in-the-past' });
  const { id, by, state: was } = found;
  const side = worksFor(actor, by) && by !== occasion.association ? 'association' : 'organiser';
  const late = was === 'confirmed' && terms !== null && now >= datesOf(terms, occasion).lateFrom;
  const cancelled: SessionEvent = {
    type: 'session-registration-cancelled.v1',
    data: { ...occasion, registration: id, by, was, side, reason, late },
  };
  if (was !== 'confirmed') return accept(cancelled);
  return accept(cancelled, ...promotions(session, occasion, seatsOf(command, session), id));
}

/** The registration, in one of these states. */
function find(
  command: SessionFacts & { readonly registration: string },
  session: Session,
  states: readonly RegistrationState[],
): Registration | { readonly code: SessionRefusalCode } {
  const found = registrationFor(command, session, command.registration);
  if (found === undefined) return { code: 'registration-not-found' };
  if (standingOf(command, session).isCancelled) return { code: 'session-cancelled' };
  return states.includes(found.state) ? found : { code: 'wrong-registration-state' };
}
