import type { StayPolicy } from '@relais/contracts/stay-policies';
import { type StayEvent, type StayState, stayContract } from '@relais/contracts/stays';
import type { Recorded } from '@relais/event-log/log';
import { table } from '@relais/event-log/projection';
import type { Part } from '../project.ts';

export type StayRow = {
  readonly id: string;
  readonly offer: string;
  readonly association: string;
  readonly reservation: string;
  readonly referral: string | null;
  readonly person: string | null;
  readonly state: StayState;
  readonly policy: string;
  readonly terms: StayPolicy | null;
  readonly revision: bigint;
  readonly offered_at: string;
  readonly arrived_on: string | null;
  readonly ends_on: string | null;
  readonly leaves_on: string | null;
  readonly ended_on: string | null;
  readonly renewals: number;
  readonly late_renewals: number;
  readonly late_days: number;
  readonly overstaying: boolean;
  readonly overstay_days: number;
  readonly outcome: string | null;
};

const stays = table<StayRow, StayEvent>({
  name: 'stay',
  key: ['id'],
  touches: ({ data }) => [{ id: data.stay }],
  fold: stayRow,
});

export const staysPart: Part<StayEvent> = {
  categories: { stay: stayContract },
  views: new URL('./views.sql', import.meta.url),
  tables: [stays],
};

type DataOf<Type extends StayEvent['type']> = Extract<StayEvent, { type: Type }>['data'];

/** The stay as it stands after this event. */
export function stayRow(
  before: StayRow | undefined,
  event: StayEvent,
  { revision, recordedAt }: Pick<Recorded, 'revision' | 'recordedAt'>,
): StayRow {
  if (event.type === 'stay-offered.v1') {
    const { stay: id, ...offered } = event.data;
    return { id, ...offered, state: 'offered', revision, offered_at: recordedAt, ...nothingYet };
  }
  if (before === undefined) throw new Error(`${event.type} before the stay was offered`);
  const row = { ...before, revision };
  switch (event.type) {
    case 'stay-accepted.v1':
      return { ...row, state: 'accepted' };
    case 'stay-refused.v1':
      return { ...row, state: 'refused', outcome: event.data.reason };
    case 'stay-cancelled.v1':
      return { ...row, state: 'cancelled', outcome: event.data.because };
    case 'stay-arrived.v1': {
      const { arrivedOn, endsOn, terms } = event.data;
      return { ...row, state: 'arrived', arrived_on: arrivedOn, ends_on: endsOn, terms };
    }
    case 'stay-arrival-corrected.v1':
      return correctedRow(row, event.data);
    case 'stay-renewal-due.v1':
      return { ...row, state: 'renewal_due' };
    case 'stay-renewed.v1':
      return renewedRow(row, event.data);
    case 'stay-overstayed.v1':
      return { ...row, overstaying: true };
    case 'stay-leaving.v1':
      return { ...row, state: 'leaving', leaves_on: event.data.leavesOn };
    case 'stay-remained.v1':
      return { ...row, state: event.data.state, leaves_on: null };
    case 'stay-ended.v1': {
      const { endedOn: ended_on, outcome, overstayDays: overstay_days } = event.data;
      return { ...row, state: 'ended', ended_on, outcome, overstay_days, overstaying: false };
    }
  }
}

const nothingYet = {
  terms: null,
  arrived_on: null,
  ends_on: null,
  leaves_on: null,
  ended_on: null,
  renewals: 0,
  late_renewals: 0,
  late_days: 0,
  overstaying: false,
  overstay_days: 0,
  outcome: null,
} as const;

function correctedRow(
  row: StayRow,
  { arrivedOn, endsOn, terms, lateDays }: DataOf<'stay-arrival-corrected.v1'>,
): StayRow {
  const between = row.renewals > 0 ? 'renewed' : 'arrived';
  return {
    ...row,
    ...{ arrived_on: arrivedOn, ends_on: endsOn, terms, overstaying: false },
    state: row.state === 'leaving' ? 'leaving' : between,
    late_renewals: lateDays.length,
    late_days: lateDays.reduce((sum, days) => sum + days, 0),
  };
}

function renewedRow(row: StayRow, { endsOn, lateDays }: DataOf<'stay-renewed.v1'>): StayRow {
  return {
    ...row,
    state: 'renewed',
    ends_on: endsOn,
    leaves_on: null,
    renewals: row.renewals + 1,
    late_renewals: row.late_renewals + (lateDays > 0 ? 1 : 0),
    late_days: row.late_days + lateDays,
    overstaying: false,
  };
}
