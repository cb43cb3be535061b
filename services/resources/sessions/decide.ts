import type { Attendance } from '@relais/contracts/session-codes';
import type { Override, SessionEvent } from '@relais/contracts/session-events';
import { type Aggregate, accept, refuse } from '@relais/event-log/aggregate';
import { instantOf } from '../series/recurrence.ts';
import {
  type Decided,
  isInFuture,
  occasionOf,
  registrationFor,
  type SessionFacts,
  type SessionRefusal,
  seatsOf,
} from './facts.ts';
import { promotions } from './promotion.ts';
import { type RegistrationCommand, registrationCommand } from './registering.ts';
import { refusalToCancel, refusalToChange, refusalToRecord, standingOf } from './standing.ts';
import { countOf, evolve, isLive, type Session, untouched } from './state.ts';
import { sessionTerms } from './terms.ts';

export type SessionCommand = SessionFacts &
  (
    | RegistrationCommand
    | {
        readonly type: 'recordAttendance';
        readonly attendances: readonly {
          readonly registration: string;
          readonly attendance: Attendance;
        }[];
        readonly occurredAt: string | undefined;
      }
    | {
        readonly type: 'change';
        readonly override: Override;
        readonly reason: string;
        readonly siteIsKnown: boolean;
      }
    | { readonly type: 'cancel'; readonly reason: string }
    /** The series' seats may have become more. */
    | { readonly type: 'settle' }
    | { readonly type: 'remind'; readonly of: 'upcoming' | 'attendance' }
  );

/** Who has a seat, who waits, who came. The last seat goes to whoever's append comes first: the others decide afresh. */
export function decide(command: SessionCommand, session: Session): Decided {
  if (session.state === 'untouched' && command.terms === null) return refuse({ code: 'not-found' });
  switch (command.type) {
    case 'recordAttendance':
      return recordAttendance(command, session);
    case 'change':
      return change(command, session);
    case 'cancel':
      return cancel(command, session);
    case 'settle':
      return accept(
        ...promotions(session, occasionOf(command, session), seatsOf(command, session)),
      );
    case 'remind':
      return remind(command, session);
    default:
      return registrationCommand(command, session);
  }
}

function recordAttendance(
  command: Extract<SessionCommand, { type: 'recordAttendance' }>,
  session: Session,
): Decided {
  const occasion = occasionOf(command, session);
  const refusal = refusalToRecord(standingOf(command, session), command);
  if (refusal !== undefined) return refuse({ code: refusal });
  if (isInFuture(command)) return refuse({ code: 'occurred-in-future' });
  const events: SessionEvent[] = [];
  for (const { registration, attendance } of command.attendances) {
    const one = registrationFor(command, session, registration);
    if (one === undefined) return refuse({ code: 'registration-not-found' });
    if (one.state !== 'confirmed') return refuse({ code: 'wrong-registration-state' });
    if (one.attendance === attendance) continue;
    const { id, by, attendance: corrects } = one;
    const data = { ...occasion, registration: id, by, attendance, corrects };
    events.push({ type: 'session-attendance-recorded.v1', data });
  }
  return accept(...events);
}

function change(command: Extract<SessionCommand, { type: 'change' }>, session: Session): Decided {
  const { override, reason, terms, siteIsKnown, now } = command;
  const before = occasionOf(command, session);
  const refusal = refusalToChange(standingOf(command, session), command);
  if (refusal !== undefined) return refuse({ code: refusal });
  if (terms === null) return refuse({ code: 'not-on-schedule' });
  if (!siteIsKnown) return refuse({ code: 'site-unknown' });
  if (override.movedTo !== null) {
    const at = instantOf(override.movedTo, terms.schedule.timeZone);
    if (at === undefined) return refuse({ code: 'no-such-local-time' });
    if (at.epochMilliseconds < Date.parse(now)) return refuse({ code: 'in-the-past' });
  }
  if (JSON.stringify(session.override) === JSON.stringify(override)) return accept();
  const { seats, startsAt, endsAt } = sessionTerms(terms, before.originalStart, override);
  const occasion = { ...before, startsAt, endsAt };
  const overbooked = Math.max(0, seats === null ? 0 : countOf(session, 'confirmed') - seats);
  return accept(
    { type: 'session-changed.v1', data: { ...occasion, override, reason, overbooked } },
    ...promotions(session, occasion, seats),
  );
}

function cancel(command: Extract<SessionCommand, { type: 'cancel' }>, session: Session): Decided {
  const occasion = occasionOf(command, session);
  const refusal = refusalToCancel(standingOf(command, session), command);
  if (refusal === 'session-cancelled') return accept();
  if (refusal !== undefined) return refuse({ code: refusal });
  return accept({
    type: 'session-cancelled.v1',
    data: { ...occasion, reason: command.reason },
  });
}

function remind(command: Extract<SessionCommand, { type: 'remind' }>, session: Session): Decided {
  const { of } = command;
  const confirmed = countOf(session, 'confirmed');
  const missing = session.registrations.filter(
    ({ state, attendance }) => state === 'confirmed' && attendance === null,
  ).length;
  const isCalledFor = session.state === 'planned' && !session.reminded[of];
  if (!isCalledFor) return accept();
  if (of === 'attendance' ? missing === 0 : !session.registrations.some(isLive)) return accept();
  const data = { ...occasionOf(command, session), of, confirmed, missing };
  return accept({ type: 'session-reminded.v1', data });
}

export const sessionAggregate: Aggregate<SessionCommand, Session, SessionEvent, SessionRefusal> = {
  category: 'session',
  initial: untouched,
  decide,
  evolve,
};
