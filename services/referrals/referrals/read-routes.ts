import { Instant } from '@relais/contracts/values';
import { ReferralView } from '@relais/contracts/views/referral';
import type { Routes } from '@relais/http/app-options';
import type { Caller } from '@relais/http/caller';
import { revisionTag } from '@relais/http/outcome';
import { HttpProblem } from '@relais/http/problem';
import { z } from 'zod';
import { ById, readers } from '../cases/read-routes.ts';
import { referralLevel } from '../levels.ts';
import { openRecorded, type ReadModelAccess } from '../reading.ts';
import { wordsFor } from '../words.ts';
import { referralActionsFor } from './actions-for.ts';
import { presentReferral, sealedInReferral, visibleReferral } from './present.ts';
import { findReferral, findReferralAsOf, type ReferralParts } from './query.ts';

export type VisibleReferral = {
  readonly parts: ReferralParts;
  readonly level: Exclude<ReturnType<typeof referralLevel>, 'none'>;
};

/** The referral and the caller's level; throws the same `not-found` for what is hidden and what is not there. */
export async function referralFor(
  { sql, now }: Pick<ReadModelAccess, 'sql' | 'now'>,
  caller: Caller,
  id: string,
): Promise<VisibleReferral> {
  const parts = await findReferral(sql, caller, id, now().toISOString());
  const level = parts === undefined ? 'none' : referralLevel(caller, parts.ties);
  if (parts === undefined || level === 'none') throw new HttpProblem('not-found');
  return { parts, level };
}

/** Before it was sent there was nothing to see for anybody but its side. */
const isHidden = (caller: Caller, { ties }: ReferralParts, { row }: ReferralParts): boolean =>
  referralLevel(caller, { ...ties, sent: row.sent_at !== null }) === 'none';

/** A referral as the caller may see it. */
export const referralReadRoutes =
  (access: ReadModelAccess): Routes =>
  async (app) => {
    app.get(
      '/referrals/:id',
      {
        config: { access: readers },
        schema: {
          summary: 'Read a referral',
          description:
            'Fields depend on what the caller is to the referral (`level`). `asOf`: as the platform knew it then.',
          params: ById,
          querystring: z.strictObject({ asOf: Instant.optional() }),
          response: { 200: ReferralView },
        },
      },
      async (request, reply) => {
        const { caller, correlationId } = request;
        const { asOf } = request.query;
        const { parts, level } = await referralFor(access, caller, request.params.id);
        const then = asOf === undefined ? parts : await findReferralAsOf(access.log, parts, asOf);
        if (then === undefined || isHidden(caller, parts, then)) throw new HttpProblem('not-found');
        const { role, association } = caller;
        const viewer = { level, role, association, words: wordsFor(request, access.now()) };
        const visible = visibleReferral(then, viewer);
        const { id, case_id } = parts.row;
        const reading = { caller, correlationId, case: case_id, referral: id, level };
        const sealed = sealedInReferral(visible, level);
        const opened = await openRecorded(access, reading, sealed);
        if (asOf !== undefined) return presentReferral(visible, viewer, opened, []);
        revisionTag(reply, parts.row.revision);
        const { eligible } = parts.ties;
        const actions = await referralActionsFor(access.log, caller, parts.row, eligible);
        return presentReferral(visible, viewer, opened, actions);
      },
    );
  };
