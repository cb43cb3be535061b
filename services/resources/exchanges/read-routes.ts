import { actorOf } from '@relais/contracts/actors';
import { ExchangeState } from '@relais/contracts/exchanges';
import { AssociationId } from '@relais/contracts/ids';
import { Instant, reversed } from '@relais/contracts/values';
import {
  ExchangeLine,
  ExchangeView,
  LedgerEntry,
  LedgerView,
} from '@relais/contracts/views/exchanges';
import type { App } from '@relais/http/app-options';
import type { Caller } from '@relais/http/caller';
import { revisionTag } from '@relais/http/outcome';
import { after, PageQuery, page, pageOf } from '@relais/http/paging';
import { HttpProblem } from '@relais/http/problem';
import { z } from 'zod';
import type { Desk } from '../desk.ts';
import { openRecorded } from '../sealed-text.ts';
import { entriesOf } from './ledger.ts';
import { exchangeLine, partiesOf } from './present.ts';
import { balanceByPair, findExchange, listExchanges, statementOf } from './query.ts';
import { exchangeRelations, isOneSide } from './state.ts';

const access = ['partner', 'coordinator'] as const;
const ByMoment = z.tuple([z.iso.datetime(), z.uuid()]);
const params = z.strictObject({ id: z.uuid().toLowerCase() });
const pairsMax = 2_000;

/** The associations whose things a caller lists: its own, and those it coordinates. */
export const associationsOf = ({ association, role, remit }: Caller): readonly string[] =>
  role === 'coordinator' ? [association, ...remit] : [association];

/** Whose ledger is asked for. Throws `not-found` for one that is not the caller's to see. */
function ledgerOf(caller: Caller, association: string | undefined): string {
  const wanted = association ?? caller.association;
  if (associationsOf(caller).includes(wanted)) return wanted;
  throw new HttpProblem('not-found');
}

/** Exchanges and the ledger of hours, read. */
export function exchangeReads(app: App, desk: Desk): void {
  exchangeLists(app, desk);
  app.get(
    '/exchanges/:id',
    {
      config: { access },
      schema: {
        summary: 'One exchange; its text for the two associations',
        params,
        response: { 200: ExchangeView },
      },
    },
    async (request, reply) => {
      const row = await findExchange(desk.rows, request.params.id);
      const actor = actorOf(request.caller);
      const is = row === undefined ? [] : exchangeRelations(partiesOf(row), actor);
      if (row === undefined || is.length === 0) throw new HttpProblem('not-found');
      const level = isOneSide(is) ? 'party' : 'coordinator';
      const [text = null, note = null] = await openRecorded(
        desk,
        {
          ...{ caller: request.caller, correlationId: request.correlationId },
          ...{ of: 'exchange', id: row.id, level },
        },
        [level === 'party' ? row.text : null, row.note],
      );
      revisionTag(reply, row.revision);
      return { ...exchangeLine(row, actor), text, note };
    },
  );
  ledgerReads(app, desk);
}

function exchangeLists(app: App, { rows: sql }: Desk): void {
  app.get(
    '/exchanges',
    {
      config: { access },
      schema: {
        summary: 'Exchanges of one’s own, and of those one coordinates; latest first',
        querystring: z.strictObject({
          ...PageQuery,
          side: z.enum(['asked', 'given']).optional(),
          state: ExchangeState.optional(),
        }),
        response: { 200: pageOf(ExchangeLine) },
      },
    },
    async (request, reply) => {
      const { caller, query } = request;
      const from = after(request, ByMoment);
      const whose = associationsOf(caller);
      const rows = await listExchanges(sql, whose, query, from, query.limit + 1);
      const { items, next } = page(request, reply, rows, (row) => [row.requested_at, row.id]);
      const actor = actorOf(caller);
      return { items: items.map((row) => exchangeLine(row, actor)), next };
    },
  );
}

function ledgerReads(app: App, { rows: sql }: Desk): void {
  app.get(
    '/hours',
    {
      config: { access },
      schema: {
        summary: 'Hours given and received, in total and with each association',
        querystring: z.strictObject({ association: AssociationId.optional() }),
        response: { 200: LedgerView },
      },
    },
    async ({ caller, query }) => {
      const association = ledgerOf(caller, query.association);
      const pairs = await balanceByPair(sql, association, pairsMax);
      const given = pairs.reduce((sum, pair) => sum + pair.given, 0);
      const received = pairs.reduce((sum, pair) => sum + pair.received, 0);
      return {
        association,
        total: { given, received, balance: given - received },
        with: pairs.map((pair) => ({ ...pair, balance: pair.given - pair.received })),
      };
    },
  );
  app.get(
    '/hours/statement',
    {
      config: { access },
      schema: {
        summary: 'Confirmed exchanges of a period, oldest first',
        querystring: z.strictObject({
          ...PageQuery,
          association: AssociationId.optional(),
          from: Instant.optional(),
          until: Instant.optional(),
        }),
        response: { 200: pageOf(LedgerEntry) },
      },
    },
    async (request, reply) => {
      const { caller, query } = request;
      const of = ledgerOf(caller, query.association);
      checkPeriod(query);
      const from = after(request, ByMoment);
      const rows = await statementOf(sql, of, query, from, query.limit + 1);
      const { items, next } = page(request, reply, rows, (row) => [row.confirmed_at, row.id]);
      return { items: items.map((row) => statementLine(row, of)), next };
    },
  );
}

/** Throws `invalid-request` for a period that is reversed. */
function checkPeriod({ from, until }: Parameters<typeof statementOf>[2]): void {
  if (from === undefined || until === undefined || Date.parse(from) <= Date.parse(until)) return;
  const { code, en, fr } = reversed.params;
  const errors = [{ pointer: 'until', code, detail: { en, fr } }];
  throw new HttpProblem('invalid-request', { errors });
}

function statementLine(row: Awaited<ReturnType<typeof statementOf>>[number], of: string) {
  const { id: exchange, requester, provider, themes, confirmed_at: confirmedAt } = row;
  const [given, received] = entriesOf({ requester, provider, hours: row.confirmed });
  const entry = given.association === of ? given : received;
  return { exchange, with: entry.with, hours: entry.hours, themes: [...themes], confirmedAt };
}
