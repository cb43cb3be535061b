import { type Actor, actorOf } from '@relais/contracts/actors';
import { LanguageTag } from '@relais/contracts/associations';
import { AssociationId } from '@relais/contracts/ids';
import { viewersOf } from '@relais/contracts/offer-visibility';
import {
  type PublicationEvent,
  PublicationKind,
  PublishTool,
  publicationContract,
} from '@relais/contracts/publications';
import { Theme } from '@relais/contracts/themes';
import { text } from '@relais/contracts/values';
import { PublicationLine, PublicationVersion, PublicationView } from '@relais/contracts/views/svp';
import type { Log } from '@relais/event-log/log';
import { parse } from '@relais/event-log/parse';
import type { App } from '@relais/http/app-options';
import { revisionTag } from '@relais/http/outcome';
import { after, PageQuery, page, pageOf } from '@relais/http/paging';
import { HttpProblem } from '@relais/http/problem';
import { z } from 'zod';
import { actionRoute, type Kind, openingRoute } from '../action-routes.ts';
import type { Desk } from '../desk.ts';
import { findByWords, Matched, WordsPlace } from '../search/by-words.ts';
import {
  allowedPublicationActions,
  isPublicationVisible,
  type Publication,
  type PublicationCommand,
  publicationAggregate,
  publicationBodies,
} from './decide.ts';
import { type PublicationRow, publicationRow } from './project.ts';
import { findPublication, listPublications } from './query.ts';

const access = ['partner', 'coordinator'] as const;
const params = z.strictObject({ id: z.uuid().toLowerCase() });

const kind: Kind<PublicationCommand, Publication, PublicationEvent> = {
  path: '/publications',
  aggregate: publicationAggregate,
  contract: publicationContract,
  isVisible: isPublicationVisible,
  present: (id, publication, actor) => ({
    ...{ id, state: publication.state, deadlines: {} },
    allowedActions:
      publication.state === 'absent' ? [] : allowedPublicationActions(publication, actor),
  }),
};

/** Tools and guides, for every member. */
export function publicationRoutes(app: App, desk: Desk): void {
  openingRoute(app, desk, kind, {
    ...{ action: 'publish', summary: 'Publish a tool or a guide', body: PublishTool },
  });
  actionRoute(app, desk, kind, {
    ...{ action: 'revise', summary: 'Publish a new version', body: publicationBodies.revise },
  });
  actionRoute(app, desk, kind, {
    ...{ action: 'withdraw', summary: 'Withdraw it for good', body: publicationBodies.withdraw },
  });
  publicationReads(app, desk);
  versionReads(app, desk);
}

function publicationReads(app: App, { rows: sql }: Desk): void {
  app.get(
    '/publications',
    {
      config: { access },
      schema: {
        summary: 'Tools and guides, last changed first; `q` finds words in any form',
        querystring: z.strictObject({
          ...PageQuery,
          q: text(200).optional(),
          kind: PublicationKind.optional(),
          theme: Theme.optional(),
          language: LanguageTag.optional(),
        }),
        response: { 200: pageOf(PublicationLine).extend(Matched) },
      },
    },
    async (request, reply) => {
      const { q: typed, ...query } = request.query;
      const from = after(request, WordsPlace);
      const { rows, least, matched } = await findByWords(sql, { typed, from: from?.[0] }, (words) =>
        listPublications(sql, { ...query, words }, from && [from[1], from[2]], query.limit + 1),
      );
      const { items, next } = page(request, reply, rows, (row) => [
        ...[least, row.changed_at, row.id],
      ]);
      const actor = actorOf(request.caller);
      return { items: items.map((row) => line(row, actor)), next, matched };
    },
  );
  app.get(
    '/publications/:id',
    {
      config: { access },
      schema: { summary: 'One of them, whole', params, response: { 200: PublicationView } },
    },
    async (request, reply) => {
      const actor = actorOf(request.caller);
      const row = await findPublication(sql, request.params.id, viewersOf(actor));
      if (row === undefined) throw new HttpProblem('not-found');
      revisionTag(reply, row.revision);
      return { ...line(row, actor), body: row.terms.body };
    },
  );
}

function versionReads(app: App, { log }: Desk): void {
  app.get(
    '/publications/:id/versions',
    {
      config: { access },
      schema: {
        summary: 'Its versions, oldest first',
        params,
        querystring: z.strictObject(PageQuery),
        response: { 200: pageOf(PublicationVersion.omit({ body: true })) },
      },
    },
    async (request, reply) => {
      const from = after(request, z.tuple([z.int()]))?.[0] ?? 0;
      const versions = await versionsOf(log, request.params.id, actorOf(request.caller));
      const rest = versions.filter(({ version }) => version > from);
      const { items, next } = page(request, reply, rest, ({ version }) => [version]);
      return { items: items.map(versionOf), next };
    },
  );
  app.get(
    '/publications/:id/versions/:version',
    {
      config: { access },
      schema: {
        summary: 'As it stood in one version',
        params: params.extend({ version: z.string().regex(/^[1-9]\d{0,8}$/) }),
        response: { 200: PublicationVersion },
      },
    },
    async ({ params: { id, version }, caller }) => {
      const row = (await versionsOf(log, id, actorOf(caller))).find(
        (one) => one.version === Number(version),
      );
      if (row === undefined) throw new HttpProblem('not-found');
      return { ...versionOf(row), body: row.terms.body };
    },
  );
}

/** Throws `not-found` where there is none for this actor. */
async function versionsOf(log: Log, id: string, actor: Actor): Promise<PublicationRow[]> {
  const versions: PublicationRow[] = [];
  let publication = publicationAggregate.initial;
  for await (const record of log.read(`publication-${id}`)) {
    const event = parse(publicationContract, record);
    publication = publicationAggregate.evolve(publication, event);
    const row = publicationRow(versions.at(-1), event, record);
    if (row.version > versions.length) versions.push(row);
  }
  if (!isPublicationVisible(publication, actor)) throw new HttpProblem('not-found');
  return versions;
}

function versionOf({ id, association, version, terms, published_at, changed_at }: PublicationRow) {
  const { kind: of, title, summary, themes, languages, links } = terms;
  return {
    ...{ id, association, version, kind: of, title, summary, themes: [...themes] },
    ...{ languages: [...languages], links: [...links] },
    ...{ publishedAt: published_at, changedAt: changed_at },
  };
}

const line = (row: PublicationRow, actor: Actor): PublicationLine => ({
  ...versionOf(row),
  state: row.state,
  revision: row.revision.toString(),
  allowedActions: allowedPublicationActions(
    { state: row.state, association: AssociationId.parse(row.association) },
    actor,
  ),
});
