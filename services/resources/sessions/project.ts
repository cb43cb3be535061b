import type { Attendance, RegistrationState } from '@relais/contracts/session-codes';
import {
  type Override,
  type SessionEvent,
  sessionContract,
} from '@relais/contracts/session-events';
import type { Registrant } from '@relais/contracts/sessions';
import type { Recorded } from '@relais/event-log/log';
import { table } from '@relais/event-log/projection';
import type { Part } from '../project.ts';
import { type SealedAt, sealedAt } from '../sealed-text.ts';
import { instantOf } from '../series/recurrence.ts';
import { isoOf } from './terms.ts';

export type SessionRow = {
  readonly id: string;
  readonly series: string;
  readonly association: string;
  readonly offer: string;
  readonly original_start: string;
  readonly original_at: string;
  readonly time_zone: string;
  readonly starts_at: string;
  readonly ends_at: string;
  readonly state: 'planned' | 'cancelled';
  readonly override: Override | null;
  readonly reason: string | null;
  readonly requested: number;
  readonly confirmed: number;
  readonly waiting: number;
  /** Confirmed registrations whose attendance is known. */
  readonly attended: number;
  readonly late_cancellations: number;
  readonly reminded_of_attendance_at: string | null;
  readonly revision: bigint;
  readonly changed_at: string;
};

export type RegistrationRow = {
  readonly id: string;
  readonly session: string;
  readonly series: string;
  readonly organiser: string;
  readonly association: string;
  readonly original_start: string;
  readonly registrant: Registrant;
  readonly label: SealedAt | null;
  readonly state: RegistrationState;
  readonly attendance: Attendance | null;
  readonly cancelled_by: 'association' | 'organiser' | null;
  readonly reason: string | null;
  readonly late: boolean;
  readonly registered_at: string;
  readonly position: bigint;
};

const sessions = table<SessionRow, SessionEvent>({
  name: 'session',
  key: ['id'],
  touches: ({ data }) => [{ id: data.session }],
  fold: (row, event, { revision, recordedAt }) => ({
    ...counted(row ?? opened(event), event),
    starts_at: event.data.startsAt,
    ends_at: event.data.endsAt,
    ...(event.type === 'session-reminded.v1' &&
      event.data.of === 'attendance' && { reminded_of_attendance_at: recordedAt }),
    revision,
    changed_at: recordedAt,
  }),
});

const registrations = table<RegistrationRow, SessionEvent>({
  name: 'registration',
  key: ['id'],
  touches({ type, data }) {
    if (type === 'session-cancelled.v1') return [{ session: data.session }];
    return 'registration' in data ? [{ id: data.registration }] : [];
  },
  fold: registrationRow,
});

export const sessionsPart: Part<SessionEvent> = {
  categories: { session: sessionContract },
  views: new URL('./views.sql', import.meta.url),
  tables: [sessions, registrations],
};

function opened({ data }: SessionEvent): SessionRow {
  const { session: id, series, association, offer, originalStart, timeZone } = data;
  const original = instantOf(originalStart, timeZone);
  return {
    ...{ id, series, association, offer, original_start: originalStart, time_zone: timeZone },
    original_at: original === undefined ? data.startsAt : isoOf(original),
    ...{ starts_at: data.startsAt, ends_at: data.endsAt, state: 'planned' },
    ...{ override: null, reason: null, requested: 0, confirmed: 0, waiting: 0, attended: 0 },
    ...{ late_cancellations: 0, reminded_of_attendance_at: null, revision: 0n, changed_at: '' },
  };
}

/** With what the event changes in state and numbers. */
function counted(row: SessionRow, event: SessionEvent): SessionRow {
  switch (event.type) {
    case 'session-registered.v1':
      return moved(row, undefined, event.data.state);
    case 'session-registration-confirmed.v1':
      return moved(row, 'requested', event.data.state);
    case 'session-registration-promoted.v1':
      return moved(row, 'waiting', 'confirmed');
    case 'session-registration-refused.v1':
      return moved(row, event.data.was, undefined);
    case 'session-registration-cancelled.v1': {
      const late_cancellations = row.late_cancellations + (event.data.late ? 1 : 0);
      return { ...moved(row, event.data.was, undefined), late_cancellations };
    }
    case 'session-attendance-recorded.v1':
      return { ...row, attended: row.attended + (event.data.corrects === null ? 1 : 0) };
    case 'session-changed.v1': {
      const { override, reason } = event.data;
      return { ...row, override, reason, reminded_of_attendance_at: null };
    }
    case 'session-cancelled.v1': {
      const none = { requested: 0, confirmed: 0, waiting: 0 };
      return { ...row, ...none, state: 'cancelled', reason: event.data.reason };
    }
    case 'session-reminded.v1':
      return row;
  }
}

function moved(
  row: SessionRow,
  from: RegistrationState | undefined,
  to: RegistrationState | undefined,
): SessionRow {
  const change = (state: RegistrationState) => Number(to === state) - Number(from === state);
  return {
    ...row,
    requested: row.requested + change('requested'),
    confirmed: row.confirmed + change('confirmed'),
    waiting: row.waiting + change('waiting'),
  };
}

function registrationRow(
  row: RegistrationRow | undefined,
  event: SessionEvent,
  record: Recorded,
): RegistrationRow | undefined {
  if (event.type === 'session-registered.v1') {
    const { registration: id, session, series, association: organiser, originalStart } = event.data;
    const { by: association, registrant, label, state } = event.data;
    const { position, metadata } = record;
    return {
      ...{ id, session, series, organiser, association, registrant, state, position },
      ...{ original_start: originalStart, label: sealedAt(record, 'label', label) },
      ...{ attendance: null, cancelled_by: null, reason: null, late: false },
      registered_at: new Date(metadata.occurredAt).toISOString(),
    };
  }
  if (row === undefined) return undefined;
  switch (event.type) {
    case 'session-registration-confirmed.v1':
      return { ...row, state: event.data.state };
    case 'session-registration-promoted.v1':
      return { ...row, state: 'confirmed' };
    case 'session-registration-refused.v1':
      return { ...row, state: 'refused', reason: event.data.reason };
    case 'session-registration-cancelled.v1': {
      const { side: cancelled_by, reason, late } = event.data;
      return { ...row, state: 'cancelled', cancelled_by, reason, late };
    }
    case 'session-attendance-recorded.v1':
      return { ...row, attendance: event.data.attendance };
    case 'session-cancelled.v1': {
      const isOver = row.state === 'refused' || row.state === 'cancelled';
      const ended = { state: 'cancelled', cancelled_by: 'organiser' } as const;
      return isOver ? row : { ...row, ...ended, reason: event.data.reason };
    }
    default:
      return row;
  }
}
