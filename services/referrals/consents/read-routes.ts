import {
  ConsentsView,
  Consultation,
  ExceptionLine,
  SubjectExport,
} from '@relais/contracts/views/consents';
import type { App, Routes } from '@relais/http/app-options';
import { revisionTag } from '@relais/http/outcome';
import { after, PageQuery, page, pageOf } from '@relais/http/paging';
import { HttpProblem } from '@relais/http/problem';
import { z } from 'zod';
import { ById, caseFor, readers } from '../cases/read-routes.ts';
import { openRecorded, type ReadModelAccess } from '../reading.ts';
import { PositionKey } from '../timelines/query.ts';
import { wordsFor } from '../words.ts';
import { exportFor } from './export.ts';
import {
  consultationLine,
  exceptionLine,
  presentConsents,
  sealedInConsents,
  showsConsents,
} from './present.ts';
import { consentRevision, findConsents, listConsultations, listExceptions } from './query.ts';

const yesOrNo = z.enum(['true', 'false']).transform((text) => text === 'true');
const toldOfReaders = new Set(['owner', 'coordinator-of-remit', 'auditor']);

/** Consents and exceptions of a case, the coordinators' list of exceptions, and who consulted a case. */
export const consentReadRoutes =
  (access: ReadModelAccess): Routes =>
  async (app) => {
    app.get(
      '/cases/:id/consents',
      {
        config: { access: readers },
        schema: {
          summary: 'Read the consents and exceptions of a case',
          params: ById,
          response: { 200: ConsentsView },
        },
      },
      async (request, reply) => {
        const { caller, correlationId } = request;
        const { parts, level } = await caseFor(access, caller, request.params.id);
        if (!showsConsents(level)) throw new HttpProblem('not-found');
        // Read first: rows that came in between show more than the revision says, which a change then refuses.
        const revision = await consentRevision(access.sql, parts.file.id);
        if (revision !== undefined) revisionTag(reply, revision);
        const rows = await findConsents(access.sql, parts.file.id);
        const reading = { caller, correlationId, case: parts.file.id, referral: null, level };
        const opened = await openRecorded(access, reading, sealedInConsents(rows, level));
        return presentConsents(rows, level, opened, access.now().toISOString());
      },
    );

    app.get(
      '/cases/:id/consultations',
      {
        config: { access: readers },
        schema: {
          summary: 'List who read personal data of a case',
          params: ById,
          querystring: z.strictObject({ ...PageQuery }),
          response: { 200: pageOf(Consultation) },
        },
      },
      async (request, reply) => {
        const { parts, level } = await caseFor(access, request.caller, request.params.id);
        if (!toldOfReaders.has(level)) throw new HttpProblem('not-found');
        const before = after(request, PositionKey)?.[0];
        const { limit } = request.query;
        const rows = await listConsultations(access.sql, parts.file.id, before, limit + 1);
        const { items, next } = page(request, reply, rows, (row) => [row.position.toString()]);
        return { items: items.map(consultationLine), next };
      },
    );

    exportRoute(access, app);

    app.get(
      '/consent-exceptions',
      {
        config: { access: ['coordinator', 'auditor'] },
        schema: {
          summary: 'List the exceptions to consent in the remit',
          querystring: z.strictObject({ ...PageQuery, live: yesOrNo.default(false) }),
          response: { 200: pageOf(ExceptionLine) },
        },
      },
      async (request, reply) => {
        const { limit, live } = request.query;
        const now = access.now().toISOString();
        const before = after(request, PositionKey)?.[0];
        const filter = { live, now };
        const rows = await listExceptions(access.sql, request.caller, filter, before, limit + 1);
        const { items, next } = page(request, reply, rows, (row) => [row.position.toString()]);
        return { items: items.map((row) => exceptionLine(row, now)), next };
      },
    );
  };

function exportRoute(access: ReadModelAccess, app: App): void {
  app.get(
    '/cases/:id/subject-export',
    {
      config: { access: ['partner', 'coordinator'] },
      schema: {
        summary: 'Export for the person: own data, recipients, consultations',
        description:
          'Of a household, `person` says for whom: nothing about the others is in it. Without it, for all of them together.',
        params: ById,
        querystring: z.strictObject({ person: z.uuid().toLowerCase().optional() }),
        response: { 200: SubjectExport },
      },
    },
    async (request) => {
      const { caller, correlationId } = request;
      const { person } = request.query;
      const { parts, level } = await caseFor(access, caller, request.params.id);
      if (level !== 'owner') throw new HttpProblem('not-found');
      const isKnown = parts.file.persons.some((entry) => entry.person === person);
      if (person !== undefined && !isKnown) throw new HttpProblem('not-found');
      const words = wordsFor(request, access.now());
      return exportFor(access, parts, { caller, correlationId, person, words });
    },
  );
}
