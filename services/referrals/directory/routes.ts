import { actorOf } from '@relais/contracts/actors';
import { viewersOf } from '@relais/contracts/offer-visibility';
import { Theme } from '@relais/contracts/themes';
import {
  KnownAssociation,
  KnownOffer,
  ReasonCode,
  ReferralActionRow,
} from '@relais/contracts/views/directory';
import type { Routes } from '@relais/http/app-options';
import { after, PageQuery, page, pageOf } from '@relais/http/paging';
import { preferredLanguage } from '@relais/http/problem';
import { z } from 'zod';
import type { ReadModelAccess } from '../reading.ts';
import { reasonCodes, referralActionRows } from './codes.ts';
import { listAssociations, listOffers } from './query.ts';

const NameKey = z.tuple([z.string().max(300), z.uuid()]);
const anybody = ['partner', 'coordinator', 'auditor', 'administrator'] as const;

/** Whom to refer to, and the lists of codes. */
export const directoryRoutes =
  ({ sql }: Pick<ReadModelAccess, 'sql'>): Routes =>
  async (app) => {
    app.get(
      '/associations',
      {
        config: { access: anybody },
        schema: {
          summary: 'List the associations',
          querystring: z.strictObject({ ...PageQuery, theme: Theme.optional() }),
          response: { 200: pageOf(KnownAssociation) },
        },
      },
      async (request, reply) => {
        const { theme, limit } = request.query;
        const rows = await listAssociations(sql, theme, after(request, NameKey), limit + 1);
        const { items, next } = page(request, reply, rows, (row) => [row.name, row.id]);
        const shown = items.map(({ accepts_open_referrals, ...row }) => ({
          ...row,
          acceptsOpenReferrals: accepts_open_referrals,
        }));
        return { items: shown as unknown as KnownAssociation[], next };
      },
    );

    app.get(
      '/offers',
      {
        config: { access: anybody },
        schema: {
          summary: 'List the offers that referrals may name',
          querystring: z.strictObject({
            ...PageQuery,
            association: z.uuid().optional(),
            theme: Theme.optional(),
          }),
          response: { 200: pageOf(KnownOffer) },
        },
      },
      async (request, reply) => {
        const { association, theme, limit } = request.query;
        const filter = { viewers: viewersOf(actorOf(request.caller)), association, theme };
        const rows = await listOffers(sql, filter, after(request, NameKey), limit + 1);
        const { items, next } = page(request, reply, rows, (row) => [row.title, row.id]);
        const shown = items.map(
          ({ has_waiting_list, visible_to: _, organisation: __, ...row }) => ({
            ...row,
            hasWaitingList: has_waiting_list,
          }),
        );
        return { items: shown as unknown as KnownOffer[], next };
      },
    );

    app.get(
      '/reason-codes',
      {
        config: { access: anybody },
        schema: {
          summary: 'List the reason codes',
          response: { 200: z.object({ items: z.array(ReasonCode) }) },
        },
      },
      async ({ headers }) => ({
        items: reasonCodes(preferredLanguage(headers['accept-language'])),
      }),
    );

    app.get(
      '/referral-actions',
      {
        config: { access: anybody },
        schema: {
          summary: 'List what may be done to a referral: from where to where, by whom',
          response: { 200: z.object({ items: z.array(ReferralActionRow) }) },
        },
      },
      async () => ({ items: [...referralActionRows] }),
    );
  };
