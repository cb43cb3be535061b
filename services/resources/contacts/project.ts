import { type AccessEvent, accessContract } from '@relais/contracts/access';
import { streamId } from '@relais/event-log/event-id';
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
  touches: ({ type, data }, record) =>
    type === 'resource-text-read.v1' && data.level === contactLevel
      ? [{ id: streamId(record) }]
      : [],
  fold(row, event, record) {
    if (event.type !== 'resource-text-read.v1') return row;
    const { of: entry_kind, id: entry, association, client } = event.data;
    const read_at = record.recordedAt;
    return { id: streamId(record), entry_kind, entry, association, client, read_at };
  },
});

/** Who was shown which contact of the directory. */
export const contactsPart: Part<AccessEvent> = {
  categories: { access: accessContract },
  views: new URL('./views.sql', import.meta.url),
  tables: [readings],
};
