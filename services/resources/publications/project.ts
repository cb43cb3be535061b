import {
  type PublicationEvent,
  type PublicationState,
  type PublicationTerms,
  publicationContract,
} from '@relais/contracts/publications';
import { streamId } from '@relais/event-log/event-id';
import type { Recorded } from '@relais/event-log/log';
import { table } from '@relais/event-log/projection';
import type { Part } from '../project.ts';
import { plainText } from '../search/plain.ts';

export type PublicationRow = {
  readonly id: string;
  readonly association: string;
  readonly state: PublicationState;
  readonly version: number;
  readonly terms: PublicationTerms;
  /** Its words as they are searched. */
  readonly words: string;
  readonly published_at: string;
  readonly changed_at: string;
  readonly revision: bigint;
};

/** Tools and guides, in their latest version. */
export const publicationsPart: Part<PublicationEvent> = {
  categories: { publication: publicationContract },
  views: new URL('./views.sql', import.meta.url),
  tables: [
    table<PublicationRow, PublicationEvent>({
      name: 'publication',
      key: ['id'],
      touches: (_event, record) => [{ id: streamId(record) }],
      fold: publicationRow,
    }),
  ],
};

/** The publication as it stands after this event. */
export function publicationRow(
  row: PublicationRow | undefined,
  { type, data }: PublicationEvent,
  record: Recorded,
): PublicationRow {
  const { revision, recordedAt: changed_at } = record;
  if (type === 'publication-withdrawn.v1') {
    if (row === undefined) throw new Error(`${type} before it was published`);
    return { ...row, state: 'withdrawn', revision, changed_at };
  }
  const { association, ...terms } = data;
  return {
    ...{ id: streamId(record), association, state: 'published', terms, revision, changed_at },
    version: (row?.version ?? 0) + 1,
    words: plainText([terms.title, terms.summary, terms.body].filter((text) => text).join('\n')),
    published_at: row?.published_at ?? changed_at,
  };
}
