import type { MergeEvent } from '@relais/contracts/merges';
import { existing, type StreamTable, tableOf } from '../fold.ts';

export type MergeRow = {
  readonly id: string;
  readonly kept: string;
  readonly absorbed: string;
  readonly state: 'made' | 'undone' | 'voided';
  readonly reason: string;
  readonly undo_reason: string | null;
  readonly made_at: string;
  readonly ended_at: string | null;
  readonly revision: bigint;
  readonly position: bigint;
};

const merge: StreamTable<MergeRow, MergeEvent> = {
  name: 'merge',
  key: ['id'],
  touches: ({ id }) => [{ id }],
  fold(row, fact) {
    const { event, record, at, id } = fact;
    const { revision, position } = record;
    switch (event.type) {
      case 'merge-made.v1': {
        const { kept, absorbed, reason } = event.data;
        return {
          ...{ id, kept, absorbed, state: 'made', reason, undo_reason: null },
          ...{ made_at: at, ended_at: null },
          ...{ revision, position },
        };
      }
      case 'merge-undone.v1':
        return {
          ...existing(row, fact),
          ...{ state: 'undone', undo_reason: event.data.reason, ended_at: at, revision, position },
        };
      case 'merge-voided.v1':
        return {
          ...existing(row, fact),
          ...{ state: 'voided', ended_at: at, revision, position },
        };
    }
  },
};

/** Events of `merge-<uuid>` become one row each. */
export const mergeTables = [tableOf('merge', merge)];
