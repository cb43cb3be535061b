import {
  type NeedEvent,
  type NeedState,
  type NeedTerms,
  needContract,
} from '@relais/contracts/needs';
import { streamId } from '@relais/event-log/event-id';
import { table } from '@relais/event-log/projection';
import type { Part } from '../project.ts';
import { type SealedAt, sealedAt } from '../sealed-text.ts';
import { stateAfter } from './decide.ts';

export type NeedRow = {
  readonly id: string;
  readonly association: string;
  readonly state: NeedState;
  readonly terms: NeedTerms;
  readonly reason: string | null;
  readonly exchange: string | null;
  readonly text: SealedAt | null;
  readonly stated_at: string;
  readonly changed_at: string;
  readonly revision: bigint;
};

/** What associations lack. */
export const needsPart: Part<NeedEvent> = {
  categories: { need: needContract },
  views: new URL('./views.sql', import.meta.url),
  tables: [
    table<NeedRow, NeedEvent>({
      name: 'need',
      key: ['id'],
      touches: (_event, record) => [{ id: streamId(record) }],
      fold(row, event, record) {
        const { revision, recordedAt: changed_at } = record;
        if (event.type === 'need-stated.v1') {
          const { association, text, ...terms } = event.data;
          return {
            ...{ id: streamId(record), association, state: 'unmet', terms, reason: null },
            ...{ exchange: null, text: sealedAt(record, 'text', text) },
            ...{ stated_at: changed_at, changed_at, revision },
          };
        }
        if (row === undefined) throw new Error(`${event.type} before it was stated`);
        return {
          ...{ ...row, state: stateAfter[event.type], changed_at, revision },
          reason: event.type === 'need-unmet.v1' ? event.data.reason : null,
          exchange: event.type === 'need-met.v1' ? event.data.exchange : null,
        };
      },
    }),
  ],
};
