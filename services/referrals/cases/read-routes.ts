import { Instant } from '@relais/contracts/values';
import { CaseFileView, CaseLine } from '@relais/contracts/views/case-file';
import { DuplicateCandidate } from '@relais/contracts/views/worklist';
import type { Routes } from '@relais/http/app-options';
import type { Caller } from '@relais/http/caller';
import { revisionTag } from '@relais/http/outcome';
import { after, PageQuery, page, pageOf } from '@relais/http/paging';
import { HttpProblem } from '@relais/http/problem';
import { z } from 'zod';
import { findDuplicates } from '../duplicates/query.ts';
import { caseLevel } from '../levels.ts';
import { openRecorded, type ReadModelAccess, recordReading } from '../reading.ts';
import { wordsFor } from '../words.ts';
import { caseActionsFor } from './actions-for.ts';
import { caseLine, presentCase, sealedIn, visibleParts } from './present.ts';
import { type CaseParts, caseTies, findCase, findCaseAsOf, listCases } from './query.ts';

export const ById = z.strictObject({ id: z.uuid().toLowerCase() });
/** Everybody who works with cases, or looks after those who do. */
export const readers = ['partner', 'coordinator', 'auditor'] as const;
const OpenedKey = z.tuple([z.iso.datetime(), z.uuid()]);
const yesOrNo = z.enum(['true', 'false']).transform((text) => text === 'true');

export type VisibleCase = {
  readonly parts: CaseParts;
  readonly level: Exclude<ReturnType<typeof caseLevel>, 'none'>;
  readonly involved: boolean;
};

/** The case and the caller's level; throws the same `not-found` for what is hidden and what is not there. */
export async function caseFor(
  { sql, now }: Pick<ReadModelAccess, 'sql' | 'now'>,
  caller: Caller,
  id: string,
): Promise<VisibleCase> {
  const parts = await findCase(sql, id);
  if (parts === undefined) throw new HttpProblem('not-found');
  const ties = caseTies(parts, caller, now().toISOString());
  const level = caseLevel(caller, ties);
  if (level === 'none') throw new HttpProblem('not-found');
  return { parts, level, involved: ties.receives === 'open' };
}

/** The association's own cases, and a case as the caller may see it. */
export const caseReadRoutes =
  (access: ReadModelAccess): Routes =>
  async (app) => {
    app.get(
      '/cases',
      {
        config: { access: ['partner', 'coordinator'] },
        schema: {
          summary: 'List the cases in the association’s care',
          querystring: z.strictObject({
            ...PageQuery,
            archived: yesOrNo.optional(),
            referent: z.uuid().optional(),
          }),
          response: { 200: pageOf(CaseLine) },
        },
      },
      async (request, reply) => {
        const { archived, referent, limit } = request.query;
        const from = after(request, OpenedKey);
        const filter = { archived, referent };
        const owner = request.caller.association;
        const rows = await listCases(access.sql, owner, filter, from, limit + 1);
        const { items, next } = page(request, reply, rows, (row) => [row.opened_at, row.id]);
        return { items: items.map(caseLine), next };
      },
    );

    app.get(
      '/cases/:id',
      {
        config: { access: readers },
        schema: {
          summary: 'Read a case',
          description:
            'Fields depend on what the caller is to the case (`level`). `asOf`: as the platform knew it then.',
          params: ById,
          querystring: z.strictObject({ asOf: Instant.optional() }),
          response: { 200: CaseFileView },
        },
      },
      async (request, reply) => {
        const { caller, correlationId } = request;
        const { asOf } = request.query;
        const { parts, level, involved } = await caseFor(access, caller, request.params.id);
        const then = asOf === undefined ? parts : await findCaseAsOf(access.log, parts, asOf);
        if (then === undefined) throw new HttpProblem('not-found');
        const words = wordsFor(request, access.now());
        const { role, association, remit } = caller;
        const viewer = { level, role, association, remit, words };
        const visible = visibleParts(then, viewer);
        const reading = { caller, correlationId, case: parts.file.id, referral: null, level };
        const opened = await openRecorded(access, reading, sealedIn(visible, level));
        if (asOf !== undefined) return presentCase(visible, viewer, opened, []);
        revisionTag(reply, parts.file.revision);
        const actions = await caseActionsFor(access.log, caller, parts.file, involved);
        return presentCase(visible, viewer, opened, actions);
      },
    );

    app.get(
      '/cases/:id/duplicate-candidates',
      {
        config: { access: ['partner', 'coordinator'] },
        schema: {
          summary: 'Find cases that may be of the same person',
          description:
            'Another association’s case shows that it exists and what matched, nothing else, and only where the name and more is the same. Each question is recorded.',
          params: ById,
          response: { 200: z.object({ items: z.array(DuplicateCandidate) }) },
        },
      },
      async (request) => {
        const { caller, correlationId, params } = request;
        const { parts, level } = await caseFor(access, caller, params.id);
        if (level !== 'owner' && level !== 'coordinator-of-remit') {
          throw new HttpProblem('not-found');
        }
        const items = await findDuplicates(access.sql, caller, params.id, app.cursorKey);
        // That a file matches, and in what, tells of the person: the log knows who asked, whatever was found.
        const reading = { caller, correlationId, case: params.id, referral: null };
        await recordReading(access, { ...reading, level: 'duplicate-candidates' }, compared(parts));
        return { items };
      },
    );
  };

/** What of the file is compared with other files. */
const compared = ({ file }: CaseParts) =>
  file.persons.flatMap(({ identity, contact }) =>
    contact === null ? [identity] : [identity, contact],
  );
