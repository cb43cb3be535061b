import {
  type WaitingEntry,
  type WaitingListEvent,
  waitingListContract,
} from '@relais/contracts/waiting-lists';
import { table } from '@relais/event-log/projection';
import type { Part } from '../project.ts';
import { entriesAfter } from './order.ts';

export type WaitingListRow = {
  readonly offer: string;
  readonly entries: readonly WaitingEntry[];
  readonly revision: bigint;
};

const lists = table<WaitingListRow, WaitingListEvent>({
  name: 'waiting_list',
  key: ['offer'],
  touches: ({ data }) => [{ offer: data.offer }],
  fold: (row, event, { revision }) => ({
    offer: event.data.offer,
    entries: entriesAfter(row?.entries ?? [], event),
    revision,
  }),
});

export const waitingListsPart: Part<WaitingListEvent> = {
  categories: { 'waiting-list': waitingListContract },
  views: new URL('./views.sql', import.meta.url),
  tables: [lists],
};
