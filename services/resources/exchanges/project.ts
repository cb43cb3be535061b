import {
  type ExchangeEvent,
  type ExchangeState,
  type ExchangeWindow,
  exchangeContract,
} from '@relais/contracts/exchanges';
import { streamId } from '@relais/event-log/event-id';
import type { Recorded } from '@relais/event-log/log';
import { table } from '@relais/event-log/projection';
import type { Part } from '../project.ts';
import { type SealedAt, sealedAt } from '../sealed-text.ts';

export type ExchangeRow = {
  readonly id: string;
  readonly state: ExchangeState;
  readonly requester: string;
  readonly provider: string;
  readonly need: string | null;
  readonly offer: string | null;
  readonly skill: string | null;
  readonly themes: readonly string[];
  readonly hours: number;
  readonly time_window: ExchangeWindow | null;
  readonly reported_requester: number | null;
  readonly reported_provider: number | null;
  readonly confirmed: number | null;
  readonly confirmed_at: string | null;
  readonly reason: string | null;
  readonly escalated: boolean;
  readonly deadlines: { readonly [name: string]: string };
  readonly text: SealedAt | null;
  readonly note: SealedAt | null;
  readonly requested_at: string;
  readonly changed_at: string;
  readonly revision: bigint;
};

const exchanges = table<ExchangeRow, ExchangeEvent>({
  name: 'exchange',
  key: ['id'],
  touches: (_event, record) => [{ id: streamId(record) }],
  fold: exchangeRow,
});

/** Exchanges: those confirmed are the ledger of hours. */
export const exchangesPart: Part<ExchangeEvent> = {
  categories: { exchange: exchangeContract },
  views: new URL('./views.sql', import.meta.url),
  tables: [exchanges],
};

/** The exchange as it stands after this event. */
export function exchangeRow(
  row: ExchangeRow | undefined,
  event: ExchangeEvent,
  record: Recorded,
): ExchangeRow {
  const { revision, recordedAt: changed_at } = record;
  if (event.type === 'exchange-requested.v1') return requestedRow(event, record);
  if (row === undefined) throw new Error(`${event.type} before it was requested`);
  const next = { ...row, revision, changed_at };
  switch (event.type) {
    case 'exchange-agreed.v1': {
      const { policy: _, ...deadlines } = event.data.deadlines;
      return { ...next, state: 'agreed', deadlines };
    }
    case 'exchange-refused.v1':
      return { ...next, state: 'refused', reason: event.data.reason, deadlines: {} };
    case 'exchange-cancelled.v1':
      return { ...next, state: 'cancelled', reason: event.data.reason, deadlines: {} };
    case 'exchange-expired.v1':
      return { ...next, state: 'expired', deadlines: {} };
    case 'exchange-hours-reported.v1': {
      const said = { ...next, [`reported_${event.data.by}`]: event.data.hours };
      const { reported_requester: one, reported_provider: other } = said;
      return {
        ...said,
        state: one !== null && other !== null && one !== other ? 'disputed' : 'agreed',
      };
    }
    case 'exchange-settled.v1':
      return { ...next, note: sealedAt(record, 'note', event.data.note) };
    case 'exchange-confirmed.v1':
      return {
        ...{ ...next, state: 'done', confirmed: event.data.hours, deadlines: {} },
        confirmed_at: new Date(record.metadata.occurredAt).toISOString(),
      };
    case 'exchange-reminded.v1':
      return next;
    case 'exchange-escalated.v1':
      return { ...next, escalated: true };
  }
}

function requestedRow(
  { data }: Extract<ExchangeEvent, { type: 'exchange-requested.v1' }>,
  record: Recorded,
): ExchangeRow {
  const { requester, provider, need, offer, skill, themes, hours } = data;
  const { policy: _, ...deadlines } = data.deadlines;
  const { revision, recordedAt } = record;
  return {
    ...{
      id: streamId(record),
      state: 'requested',
      requester,
      provider,
      need,
      offer,
      skill,
      themes,
    },
    ...{ hours, time_window: data.window, reported_requester: null, reported_provider: null },
    ...{ confirmed: null, confirmed_at: null, reason: null, escalated: false, deadlines },
    ...{ text: sealedAt(record, 'text', data.text), note: null },
    ...{ requested_at: recordedAt, changed_at: recordedAt, revision },
  };
}
