import type { RegistrationId } from '@relais/contracts/ids';
import type { Occasion, SessionEvent } from '@relais/contracts/session-events';
import { countOf, type Session } from './state.ts';

/** Free seats go to those who wait, first come first; `without`: who is leaving with this very command. */
export function promotions(
  session: Session,
  occasion: Occasion,
  seats: number | null,
  without?: RegistrationId,
): SessionEvent[] {
  if (session.state === 'cancelled') return [];
  const others = session.registrations.filter(({ id }) => id !== without);
  const confirmed = countOf({ ...session, registrations: others }, 'confirmed');
  const free = seats === null ? Number.POSITIVE_INFINITY : Math.max(0, seats - confirmed);
  return others
    .filter(({ state }) => state === 'waiting')
    .slice(0, Math.min(free, promotedMax))
    .map(({ id, by }) => ({
      type: 'session-registration-promoted.v1',
      data: { ...occasion, registration: id, by, seats },
    }));
}

/** What one append carries: the rest follows with the next command. */
const promotedMax = 500;
