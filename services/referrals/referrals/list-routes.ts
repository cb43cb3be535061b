import { Priority } from '@relais/contracts/deadlines';
import { ReferralState } from '@relais/contracts/referrals';
import { Theme } from '@relais/contracts/themes';
import { Instant } from '@relais/contracts/values';
import { ReferralLine } from '@relais/contracts/views/parts';
import { OpenReferral } from '@relais/contracts/views/referral';
import type { Routes } from '@relais/http/app-options';
import { after, PageQuery, page, pageOf } from '@relais/http/paging';
import { repeatable } from '@relais/http/validation';
import { z } from 'zod';
import type { ReadModelAccess } from '../reading.ts';
import type { Bind } from '../scope.ts';
import { wordsFor } from '../words.ts';
import { listAsOf, momentOf, type PastReferrals } from './past.ts';
import { openReferral } from './present.ts';
import { referralLine } from './present-line.ts';
import { boxScope, listBox, listClaimable } from './query.ts';
import type { ReferralRow } from './rows.ts';

const DueKey = z.tuple([z.iso.datetime(), z.uuid()]);
const filters = { priority: Priority.optional(), theme: Theme.optional() };
const members = ['partner', 'coordinator'] as const;

/** What an association received, what it sends, and what it may claim. */
export const referralListRoutes =
  (access: ReadModelAccess): Routes =>
  async (app) => {
    for (const box of ['inbox', 'outbox'] as const) {
      app.get(
        `/${box}`,
        {
          config: { access: members },
          schema: {
            summary: `List the referrals the association ${box === 'inbox' ? 'received' : 'sends'}`,
            description:
              'By the next date that concerns somebody. `asOf`: as the platform knew it then.',
            querystring: z.strictObject({
              ...PageQuery,
              ...filters,
              state: repeatable(ReferralState).optional(),
              asOf: Instant.optional(),
            }),
            response: { 200: pageOf(ReferralLine) },
          },
        },
        async (request, reply) => {
          const { limit, asOf, ...filter } = request.query;
          const { association } = request.caller;
          const from = after(request, DueKey);
          const scope = (bind: Bind) => boxScope(box, association, bind);
          const list = (past?: PastReferrals) =>
            listBox(access.sql, scope, filter, from, limit + 1, past);
          const keyOf = (row: ReferralRow) => [row.due_at, row.id] as const;
          const rows =
            asOf === undefined
              ? await list()
              : await listAsOf(access, { asOf, scope, list, keyOf, limit: limit + 1 });
          const words = wordsFor(request, momentOf(asOf, access.now()));
          const { items, next } = page(request, reply, rows, keyOf);
          return { items: items.map((row) => referralLine(row, association, words)), next };
        },
      );
    }

    app.get(
      '/open-referrals',
      {
        config: { access: members },
        schema: {
          summary: 'List the unclaimed referrals the association may claim',
          querystring: z.strictObject({ ...PageQuery, ...filters }),
          response: { 200: pageOf(OpenReferral) },
        },
      },
      async (request, reply) => {
        const { limit, priority, theme } = request.query;
        const from = after(request, DueKey);
        const { association } = request.caller;
        const filter = { priority, theme };
        const rows = await listClaimable(access.sql, association, filter, from, limit + 1);
        const { items, next } = page(request, reply, rows, (row) => [row.due_at, row.id]);
        return { items: items.map(openReferral), next };
      },
    );
  };
