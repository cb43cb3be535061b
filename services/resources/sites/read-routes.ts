import { actorOf } from '@relais/contracts/actors';
import { CommuneCode } from '@relais/contracts/associations';
import { EntryState, SiteDetail, SiteView } from '@relais/contracts/directory-views';
import { AssociationId, OrganisationId, SiteId } from '@relais/contracts/ids';
import type { App } from '@relais/http/app-options';
import { revisionTag } from '@relais/http/outcome';
import { after, PageQuery, page, pageOf } from '@relais/http/paging';
import { HttpProblem } from '@relais/http/problem';
import type { Sql } from '@relais/postgres/database';
import { z } from 'zod';
import { languageHeaders } from '../words.ts';
import { siteView } from './present.ts';
import { findSite, listSites } from './query.ts';

const ByName = z.tuple([z.string(), z.uuid()]);
const members = ['partner', 'coordinator', 'auditor', 'administrator'] as const;

/** Sites in the language that the reader prefers. */
export function siteReads(app: App, sql: Sql): void {
  app.get(
    '/sites',
    {
      config: { access: members },
      schema: {
        summary: 'Sites by name; those retired only when asked for by state',
        querystring: z.strictObject({
          ...PageQuery,
          organisation: OrganisationId.optional(),
          association: AssociationId.optional(),
          commune: CommuneCode.optional(),
          state: EntryState.optional(),
        }),
        response: { 200: pageOf(SiteView) },
      },
    },
    async (request, reply) => {
      const from = after(request, ByName);
      const rows = await listSites(sql, request.query, from, request.query.limit + 1);
      const { items, next } = page(request, reply, rows, (row) => [row.name, row.id]);
      const actor = actorOf(request.caller);
      const preferred = request.headers['accept-language'];
      const views = items.map((row) => siteView(row, actor, preferred));
      const languages = views.map(({ language }) => language);
      languageHeaders(reply, languages);
      return { items: views, next };
    },
  );
  app.get(
    '/sites/:id',
    {
      config: { access: members },
      schema: {
        summary: 'One site',
        params: z.strictObject({ id: SiteId }),
        response: { 200: SiteDetail },
      },
    },
    async (request, reply) => {
      const row = await findSite(sql, request.params.id);
      if (row === undefined) throw new HttpProblem('not-found');
      revisionTag(reply, row.revision);
      const view = siteView(row, actorOf(request.caller), request.headers['accept-language']);
      languageHeaders(reply, [view.language]);
      return { ...view, translations: row.terms.translations };
    },
  );
}
