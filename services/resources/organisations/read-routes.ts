import { actorOf } from '@relais/contracts/actors';
import { AssociationKind } from '@relais/contracts/associations';
import {
  EntryState,
  OrganisationDetail,
  OrganisationView,
} from '@relais/contracts/directory-views';
import { AssociationId, OrganisationId } from '@relais/contracts/ids';
import type { App } from '@relais/http/app-options';
import { revisionTag } from '@relais/http/outcome';
import { after, PageQuery, page, pageOf } from '@relais/http/paging';
import { HttpProblem } from '@relais/http/problem';
import type { Sql } from '@relais/postgres/database';
import { z } from 'zod';
import { languageHeaders } from '../words.ts';
import { organisationView } from './present.ts';
import { findOrganisation, listOrganisations } from './query.ts';

const ByName = z.tuple([z.string(), z.uuid()]);
const members = ['partner', 'coordinator', 'auditor', 'administrator'] as const;

/** Organisations in the language that the reader prefers. */
export function organisationReads(app: App, sql: Sql): void {
  app.get(
    '/organisations',
    {
      config: { access: members },
      schema: {
        summary: 'Organisations by name; those retired only when asked for by state',
        querystring: z.strictObject({
          ...PageQuery,
          association: AssociationId.optional(),
          member: AssociationId.optional(),
          parent: OrganisationId.optional(),
          kind: AssociationKind.optional(),
          state: EntryState.optional(),
        }),
        response: { 200: pageOf(OrganisationView) },
      },
    },
    async (request, reply) => {
      const from = after(request, ByName);
      const rows = await listOrganisations(sql, request.query, from, request.query.limit + 1);
      const { items, next } = page(request, reply, rows, (row) => [row.name, row.id]);
      const actor = actorOf(request.caller);
      const preferred = request.headers['accept-language'];
      const views = items.map((row) => organisationView(row, actor, preferred));
      const languages = views.map(({ language }) => language);
      languageHeaders(reply, languages);
      return { items: views, next };
    },
  );
  app.get(
    '/organisations/:id',
    {
      config: { access: members },
      schema: {
        summary: 'One organisation',
        params: z.strictObject({ id: OrganisationId }),
        response: { 200: OrganisationDetail },
      },
    },
    async (request, reply) => {
      const row = await findOrganisation(sql, request.params.id);
      if (row === undefined) throw new HttpProblem('not-found');
      revisionTag(reply, row.revision);
      const preferred = request.headers['accept-language'];
      const view = organisationView(row, actorOf(request.caller), preferred);
      languageHeaders(reply, [view.language]);
      return { ...view, translations: row.terms.translations };
    },
  );
}
