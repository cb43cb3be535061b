import { WorklistItem, WorklistKind, Workload } from '@relais/contracts/views/worklist';
import type { Routes } from '@relais/http/app-options';
import { after, PageQuery, page, pageOf } from '@relais/http/paging';
import { repeatable } from '@relais/http/validation';
import { z } from 'zod';
import type { ReadModelAccess } from '../reading.ts';
import { labelOf, type Words, wordsFor } from '../words.ts';
import { type ItemRow, listWorklist, workload } from './query.ts';

const ItemKey = z.tuple([z.iso.datetime(), z.string(), z.uuid()]);

/** What a coordinator has to look at in the remit, and how much work everybody has. */
export const worklistRoutes =
  (access: ReadModelAccess): Routes =>
  async (app) => {
    app.get(
      '/worklist',
      {
        config: { access: ['coordinator'] },
        schema: {
          summary: 'List what needs the coordinator',
          description:
            'Unanswered, overdue, stuck, declined twice, exceptions to consent, break-glass; longest waiting first.',
          querystring: z.strictObject({ ...PageQuery, kind: repeatable(WorklistKind).optional() }),
          response: { 200: pageOf(WorklistItem) },
        },
      },
      async (request, reply) => {
        const words = wordsFor(request, access.now());
        const { limit, kind: kinds } = request.query;
        const from = after(request, ItemKey);
        const filter = { kinds, now: words.now };
        const rows = await listWorklist(access.sql, request.caller, filter, from, limit + 1);
        const { items, next } = page(request, reply, rows, (row) => [row.since, row.kind, row.id]);
        return { items: items.map((row) => item(row, request.caller.association, words)), next };
      },
    );

    app.get(
      '/workload',
      {
        config: { access: ['coordinator'] },
        schema: {
          summary: 'Count the work in hand by association and referent',
          response: { 200: Workload },
        },
      },
      async (request) => {
        const now = access.now().toISOString();
        const { associations, referents } = await workload(access.sql, request.caller, now);
        return {
          associations: associations.map((row) => ({
            association: row.association,
            openCases: row.open_cases,
            referralsToAnswer: row.to_answer,
            referralsInProgress: row.in_progress,
            overdue: row.overdue,
          })),
          referents: referents.map(({ referent, association, open_cases }) => ({
            referent,
            association,
            openCases: open_cases,
          })),
        };
      },
    );
  };

const item = (row: ItemRow, association: string, words: Words): WorklistItem => ({
  kind: row.kind,
  id: row.id,
  case: row.case_id,
  referral: row.referral_id,
  state: row.state,
  label: row.state === null ? null : labelOf(row.state, row.receiver, association, words),
  priority: row.priority,
  sender: row.sender,
  receiver: row.receiver,
  since: row.since,
});
