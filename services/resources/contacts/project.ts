import { type AccessEvent, accessContract } from '@relais/contracts/access';
import { table } from '@relais/event-log/projection';
import type { Part } from '../project.ts';
import { contactLevel } from './query.ts';

export type ReadingRow = {
  readonly id: string;
  /** The kind of entry whose contact it is, and which. */
  readonly entry_kind: string;
  readonly entry: string;
  readonly association: string;
  readonly client: string;
  readonly read_at: string;
};

const readings = table<ReadingRow, AccessEvent>({
  name: 'contact_reading',
  key: ['id'],
  insertOnly: true,
  touches: ({ type, data }, { stream }) =>
    type === 'resource-text-read.v1' && data.level === contactLevel
      ? [{ id: stream.slice(-36) }]
      : [],
  fold(row, event, { stream, recordedAt: read_at }) {
    if (event.type !== 'resource-text-read.v1') return row;
    const { of: entry_kind, id: entry, association, client } = event.data;
    return { id: stream.slice(-36), entry_kind, entry, association, client, read_at };
  },
});

/** Who was shown which contact of the directory. */
export const contactsPart: Part<AccessEvent> = {
  categories: { access: accessContract },
  views: new URL('./views.sql', import.meta.url),
  tables: [readings],
};
