import { parse } from '@relais/event-log/parse';
import { type Projection, table } from '@relais/event-log/projection';
import { z } from 'zod';

const contract = {
  schemas: { 'probed.v1': z.object({ text: z.string(), n: z.number().int() }) },
  upcasters: {},
};
type Event = { type: 'probed.v1'; data: { text: string; n: number } };
type SubjectRow = {
  id: string;
  events: number;
  revision: bigint;
  text: string;
  changed_at: string;
};
type EntryRow = {
  position: bigint;
  event_id: string;
  subject: string;
  type: string;
  actor: string;
  occurred_at: string;
};

const subjectOf = (stream: string): string => stream.slice('bench-'.length);

/** As a service has them: one row per stream that every event changes, and one row per event for the timeline. */
export const benchProjection: Projection<Event> = {
  name: 'bench',
  version: 1,
  prefixes: ['bench-'],
  views: new URL('catch-up.sql', import.meta.url),
  parse: (record) => parse<Event>(contract, record),
  tables: [
    table<SubjectRow, Event>({
      name: 'subject',
      key: ['id'],
      touches: (_, { stream }) => [{ id: subjectOf(stream) }],
      fold: (row, { data }, { stream, revision, metadata }) => ({
        id: subjectOf(stream),
        events: (row?.events ?? 0) + 1,
        revision,
        text: data.text,
        changed_at: metadata.occurredAt,
      }),
    }),
    table<EntryRow, Event>({
      name: 'entry',
      key: ['position'],
      insertOnly: true,
      touches: (_, { position }) => [{ position }],
      fold: (_, { type }, { id, position, stream, metadata }) => ({
        position,
        event_id: id,
        subject: subjectOf(stream),
        type,
        actor: metadata.actor,
        occurred_at: metadata.occurredAt,
      }),
    }),
  ],
};
