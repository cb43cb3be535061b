import type { AssociationId, RegistrationId } from '@relais/contracts/ids';
import type { Attendance, RegistrationState } from '@relais/contracts/session-codes';
import type { Occasion, Override, SessionEvent } from '@relais/contracts/session-events';
import type { Registrant } from '@relais/contracts/sessions';

export type Registration = {
  readonly id: RegistrationId;
  readonly by: AssociationId;
  readonly registrant: Registrant;
  readonly state: RegistrationState;
  readonly attendance: Attendance | null;
};

/** Registrations stand in the order in which they came: that of the waiting list. */
export type Session = {
  readonly state: 'untouched' | 'planned' | 'cancelled';
  /** As the last event had it; undefined for a session that nothing happened to. */
  readonly occasion: Occasion | undefined;
  readonly override: Override | null;
  readonly registrations: readonly Registration[];
  readonly reminded: { readonly upcoming: boolean; readonly attendance: boolean };
};

export const untouched: Session = {
  state: 'untouched',
  occasion: undefined,
  override: null,
  registrations: [],
  reminded: { upcoming: false, attendance: false },
};

export function evolve(before: Session, event: SessionEvent): Session {
  const session = { ...before, ...opened(before, event) };
  switch (event.type) {
    case 'session-registered.v1': {
      const { registration: id, by, registrant, state } = event.data;
      const added = { id, by, registrant, state, attendance: null };
      return { ...session, registrations: [...session.registrations, added] };
    }
    case 'session-registration-confirmed.v1':
      return withRegistration(session, event.data.registration, { state: event.data.state });
    case 'session-registration-promoted.v1':
      return withRegistration(session, event.data.registration, { state: 'confirmed' });
    case 'session-registration-refused.v1':
      return withRegistration(session, event.data.registration, { state: 'refused' });
    case 'session-registration-cancelled.v1':
      return withRegistration(session, event.data.registration, { state: 'cancelled' });
    case 'session-attendance-recorded.v1': {
      const { registration, attendance } = event.data;
      return withRegistration(session, registration, { attendance });
    }
    case 'session-changed.v1':
      return { ...session, override: event.data.override, reminded: untouched.reminded };
    case 'session-cancelled.v1':
      return {
        ...session,
        state: 'cancelled',
        registrations: session.registrations.map((one) =>
          isLive(one) ? { ...one, state: 'cancelled' } : one,
        ),
      };
    case 'session-reminded.v1':
      return { ...session, reminded: { ...session.reminded, [event.data.of]: true } };
  }
}

/** Registered, asking or waiting: not refused, not cancelled. */
export const isLive = ({ state }: Pick<Registration, 'state'>): boolean =>
  state === 'requested' || state === 'confirmed' || state === 'waiting';

export const countOf = ({ registrations }: Session, state: RegistrationState): number =>
  registrations.filter((one) => one.state === state).length;

function opened(before: Session, { data }: SessionEvent): Pick<Session, 'state' | 'occasion'> {
  const { session, series, association, offer, originalStart, timeZone, startsAt, endsAt } = data;
  const ids = { session, series, association, offer };
  return {
    state: before.state === 'untouched' ? 'planned' : before.state,
    occasion: { ...ids, originalStart, timeZone, startsAt, endsAt },
  };
}

const withRegistration = (
  session: Session,
  id: RegistrationId,
  change: Partial<Registration>,
): Session => ({
  ...session,
  registrations: session.registrations.map((one) => (one.id === id ? { ...one, ...change } : one)),
});
