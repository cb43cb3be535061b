import { Readable } from 'node:stream';
import { actorOf } from '@relais/contracts/actors';
import { ImportId } from '@relais/contracts/ids';
import { ReportOutcome, ReportRow } from '@relais/contracts/import-views';
import { viewersOf } from '@relais/contracts/offer-visibility';
import type { App } from '@relais/http/app-options';
import { after, PageQuery, page, pageOf } from '@relais/http/paging';
import { HttpProblem } from '@relais/http/problem';
import type { Sql } from '@relais/postgres/database';
import { z } from 'zod';
import { reportRow } from './present.ts';
import { listReport } from './report.ts';
import { reportFile, reportTypes } from './report-file.ts';
import { findImport } from './spool.ts';

const params = z.strictObject({ id: ImportId });
const BySeq = z.tuple([z.string().regex(/^\d{1,18}$/)]);

/** `csv` and `ndjson` give the whole of it, a row for each finding or a line for each line; `json` page by page. */
const ReportFormat = z.enum(['json', 'csv', 'ndjson']);

/** What was asked for by name or, without one, by `Accept`. */
const formatOf = (
  named: z.infer<typeof ReportFormat> | undefined,
  accept = '',
): z.infer<typeof ReportFormat> =>
  named ?? (/text\/csv/i.test(accept) ? 'csv' : /ndjson/i.test(accept) ? 'ndjson' : 'json');

/** What each line of a file came to. */
export function reportRoutes(app: App, sql: Sql): void {
  app.get(
    '/imports/:id/report',
    {
      config: { access: ['partner', 'coordinator'] },
      schema: {
        summary: 'What each line came to, in the order of the file',
        params,
        querystring: z.strictObject({
          ...PageQuery,
          outcome: ReportOutcome.optional(),
          format: ReportFormat.optional(),
        }),
        response: {
          200: {
            description: 'A page of the report, or the whole of it as a file.',
            content: {
              'application/json': { schema: pageOf(ReportRow) },
              'text/csv': { schema: z.string() },
              'application/x-ndjson': { schema: z.string() },
            },
          },
        },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const row = await findImport(sql, id, viewersOf(actorOf(request.caller)));
      if (row === undefined) throw new HttpProblem('not-found');
      const format = formatOf(request.query.format, request.headers.accept);
      if (format !== 'json') {
        reply.type(reportTypes[format]);
        reply.header('content-disposition', `attachment; filename="import-${id}.${format}"`);
        return Readable.from(reportFile(sql, id, format, request.query)) as never;
      }
      const from = after(request, BySeq);
      const rows = await listReport(sql, id, request.query, from?.[0], request.query.limit + 1);
      const { items, next } = page(request, reply, rows, ({ seq }) => [seq.toString()]);
      return { items: items.map(reportRow), next };
    },
  );
}
