import type { AccessEvent } from '@relais/contracts/access';
import { type StreamTable, tableOf } from '../fold.ts';

export type ConsultationRow = {
  readonly id: string;
  readonly case_id: string;
  readonly referral_id: string | null;
  readonly client: string;
  readonly association: string;
  readonly level: string;
  readonly categories: readonly string[];
  readonly persons: readonly string[];
  readonly break_glass: boolean;
  readonly read_at: string;
  readonly position: bigint;
};

const consultation: StreamTable<ConsultationRow, AccessEvent> = {
  name: 'consultation',
  key: ['id'],
  insertOnly: true,
  touches: ({ event, record }) =>
    event.type === 'personal-data-read.v1' ? [{ id: record.id }] : [],
  fold(row, { event, record, at }) {
    // Texts of the resources service are no part of a case.
    if (event.type !== 'personal-data-read.v1') return row;
    const { client, association, level, categories, persons } = event.data;
    return {
      ...{ id: record.id, client, association, level, categories, persons, read_at: at },
      case_id: event.data.case,
      referral_id: event.data.referral,
      break_glass: event.data.breakGlass,
      position: record.position,
    };
  },
};

/** Events of `access-<uuid>` become the list of who consulted what. */
export const accessTables = [tableOf('access', consultation)];
