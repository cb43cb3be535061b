import { Instant } from '@relais/contracts/values';
import { WorklistItem, WorklistKind, Workload } from '@relais/contracts/views/worklist';
import type { Routes } from '@relais/http/app-options';
import { after, PageQuery, page, pageOf } from '@relais/http/paging';
import { repeatable } from '@relais/http/validation';
import { z } from 'zod';
import type { ReadModelAccess } from '../reading.ts';
import { listAsOf, momentOf, type PastReferrals } from '../referrals/past.ts';
import { type Bind, remitScope } from '../scope.ts';
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
            'Unanswered, overdue, stuck, declined twice, exceptions to consent, break-glass; longest waiting first. `asOf`: as the platform knew it then.',
          querystring: z.strictObject({
            ...PageQuery,
            kind: repeatable(WorklistKind).optional(),
            asOf: Instant.optional(),
          }),
          response: { 200: pageOf(WorklistItem) },
        },
      },
      async (request, reply) => {
        const { caller } = request;
        const { limit, kind: kinds, asOf } = request.query;
        const words = wordsFor(request, momentOf(asOf, access.now()));
        const from = after(request, ItemKey);
        const filter = { kinds, now: words.now };
        const scope = (bind: Bind) => remitScope(caller, bind);
        const list = (past?: PastReferrals) =>
          listWorklist(access.sql, caller, filter, from, limit + 1, past);
        const keyOf = (row: ItemRow) => [row.since, row.kind, row.id] as const;
        const rows =
          asOf === undefined
            ? await list()
            : await listAsOf(access, { asOf, scope, list, keyOf, limit: limit + 1 });
        const { items, next } = page(request, reply, rows, keyOf);
        return { items: items.map((row) => item(row, caller.association, words)), next };
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
