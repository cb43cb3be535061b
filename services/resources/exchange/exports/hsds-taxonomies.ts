import type { App } from '@relais/http/app-options';
import { HttpProblem } from '@relais/http/problem';
import { z } from 'zod';
import { plainText } from '../../search/plain.ts';
import { taxonomies, terms } from '../hsds/taxonomies.ts';
import {
  answerList,
  HsdsDocument,
  HsdsFlag,
  HsdsId,
  HsdsSearchQuery,
  hsdsList,
  listingOf,
} from './hsds-page.ts';

const access = 'public';

type Listed = { readonly id: string; readonly name: string; readonly description: string };

/** The lists of codes by which services are described. */
export function taxonomyRoutes(app: App): void {
  app.get(
    '/hsds/taxonomies',
    {
      config: { access },
      schema: {
        summary: 'Lists of codes',
        querystring: z.strictObject(HsdsSearchQuery),
        response: hsdsList,
      },
    },
    async (request, reply) => {
      const { search } = request.query;
      return answerList(request, reply, listingOf(taxonomies.filter(hasWords(search))));
    },
  );
  app.get(
    '/hsds/taxonomy_terms',
    {
      config: { access },
      schema: {
        summary: 'The codes of these lists',
        querystring: z.strictObject({
          ...HsdsSearchQuery,
          taxonomy_id: HsdsId.optional(),
          top_only: HsdsFlag.meta({ description: '`true`: only terms that have no parent.' }),
          parent_id: HsdsId.optional().meta({ description: 'Terms that have this parent.' }),
        }),
        response: hsdsList,
      },
    },
    async (request, reply) => {
      const { search, taxonomy_id, top_only, parent_id } = request.query;
      const found = terms
        .filter(hasWords(search))
        .filter((term) => taxonomy_id === undefined || term.taxonomy_id === taxonomy_id)
        .filter((term) => !top_only || term.parent_id === undefined)
        .filter((term) => parent_id === undefined || term.parent_id === parent_id);
      return answerList(request, reply, listingOf(found));
    },
  );
  one(app, 'taxonomies', 'One list of codes', taxonomies);
  one(app, 'taxonomy_terms', 'One code', terms);
}

function one(app: App, name: string, summary: string, all: readonly Listed[]): void {
  app.get(
    `/hsds/${name}/:id`,
    {
      config: { access },
      schema: {
        summary,
        params: z.strictObject({ id: HsdsId }),
        response: { 200: HsdsDocument },
      },
    },
    async ({ params }) => {
      const found = all.find(({ id }) => id === params.id);
      if (found === undefined) throw new HttpProblem('not-found');
      return found as HsdsDocument;
    },
  );
}

/** All words of the search begin a word of it; a search of no word finds nothing. */
const hasWords = (search: string | undefined) => {
  const sought = plainText(search ?? '').split(' ');
  return ({ name, description }: Listed): boolean => {
    if (search === undefined) return true;
    const text = ` ${plainText(`${name} ${description}`)}`;
    return sought.every((word) => word !== '' && text.includes(` ${word}`));
  };
};
