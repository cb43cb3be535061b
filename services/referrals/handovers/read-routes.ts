import { actorOf } from '@relais/contracts/actors';
import { HandoverState, handoverContract } from '@relais/contracts/handovers';
import { HandoverLine, HandoverView } from '@relais/contracts/views/parts';
import { parse } from '@relais/event-log/parse';
import type { Routes } from '@relais/http/app-options';
import type { Caller } from '@relais/http/caller';
import { revisionTag } from '@relais/http/outcome';
import { after, PageQuery, page, pageOf } from '@relais/http/paging';
import { HttpProblem } from '@relais/http/problem';
import { repeatable } from '@relais/http/validation';
import { z } from 'zod';
import { ById, readers } from '../cases/read-routes.ts';
import type { SealedAt } from '../fold.ts';
import { openRecorded, type Reading, type ReadModelAccess } from '../reading.ts';
import { allowedHandoverActions, handovers } from './decide.ts';
import { handoverLine } from './present.ts';
import type { HandoverRow } from './project.ts';
import { findHandover, listHandovers } from './query.ts';

const OpenedKey = z.tuple([z.iso.datetime(), z.uuid()]);

/** Handovers and reorientations of the caller's association, remit, or all for an auditor. */
export const handoverReadRoutes =
  (access: ReadModelAccess): Routes =>
  async (app) => {
    app.get(
      '/handovers',
      {
        config: { access: readers },
        schema: {
          summary: 'List handovers and reorientations, newest first',
          querystring: z.strictObject({
            ...PageQuery,
            case: z.uuid().optional(),
            state: repeatable(HandoverState).optional(),
          }),
          response: { 200: pageOf(HandoverLine) },
        },
      },
      async (request, reply) => {
        const { limit, state, case: file } = request.query;
        const before = after(request, OpenedKey);
        const filter = { case: file, state };
        const rows = await listHandovers(access.sql, request.caller, filter, before, limit + 1);
        const { items, next } = page(request, reply, rows, (row) => [row.opened_at, row.id]);
        return { items: items.map(handoverLine), next };
      },
    );

    app.get(
      '/handovers/:id',
      {
        config: { access: readers },
        schema: {
          summary: 'Read a handover or reorientation',
          description:
            'The parties also see the reasons; whom the case did not go to no longer sees why it was offered.',
          params: ById,
          response: { 200: HandoverView },
        },
      },
      async (request, reply) => {
        const { caller, correlationId } = request;
        const row = await findHandover(access.sql, caller, request.params.id);
        if (row === undefined) throw new HttpProblem('not-found');
        revisionTag(reply, row.revision);
        const allowedActions = await actionsFor(access, caller, row);
        const line = { ...handoverLine(row), allowedActions: [...allowedActions] };
        const level = partyLevel(caller, row);
        if (level === undefined) return { level: 'observer' as const, ...line };
        const reading = { caller, correlationId, case: row.case_id, referral: null, level };
        return { level: 'party' as const, ...line, ...(await reasonsOf(access, reading, row)) };
      },
    );
  };

const cameToNothing = new Set(['refused', 'revoked', 'voided']);

/** As what the caller reads the reasons; undefined for who does not. */
function partyLevel({ role, association }: Caller, row: HandoverRow): Reading['level'] | undefined {
  if (role === 'auditor') return undefined;
  if (association === row.from_association) return 'owner';
  if (row.kind !== 'handover' || association !== row.to_association) return undefined;
  return cameToNothing.has(row.state) ? 'receiver-ended' : 'receiver-open';
}

/** Whom the case did not go to keeps its own words only. */
async function reasonsOf(access: ReadModelAccess, reading: Reading, row: HandoverRow) {
  const isOwn = row.reason?.at.type.startsWith('handover-asked.');
  const asked = reading.level === 'receiver-ended' && !isOwn ? null : row.reason;
  const reasons = [asked, row.answer_reason].filter((one) => one !== null);
  const opened = await openRecorded(access, reading, reasons);
  const text = (one: SealedAt | null) => one && opened.text(one).value;
  return {
    reason: text(asked),
    answerReason: text(row.answer_reason),
    forgotten: reasons.some((one) => opened.text(one).forgotten),
  };
}

async function actionsFor({ log }: ReadModelAccess, caller: Caller, row: HandoverRow) {
  let state = handovers.initial;
  for await (const record of log.read(`handover-${row.id}`, { max: Number(row.revision) + 1 })) {
    state = handovers.evolve(state, parse(handoverContract, record));
  }
  return allowedHandoverActions(state, actorOf(caller));
}
