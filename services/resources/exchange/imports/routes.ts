import { actorOf } from '@relais/contracts/actors';
import { CommandAnswer } from '@relais/contracts/answers';
import { AssociationId, ImportId } from '@relais/contracts/ids';
import { ImportView } from '@relais/contracts/import-views';
import { importContract, Sha256, StartImport } from '@relais/contracts/imports';
import { viewersOf } from '@relais/contracts/offer-visibility';
import { derivedId } from '@relais/event-log/event-id';
import type { App } from '@relais/http/app-options';
import { answerCommand, revisionTag } from '@relais/http/outcome';
import { after, PageQuery, page, pageOf } from '@relais/http/paging';
import { HttpProblem } from '@relais/http/problem';
import { z } from 'zod';
import { carryOut } from '../../commanding.ts';
import type { Desk } from '../../desk.ts';
import { allowedActions, importAggregate } from './decide.ts';
import { importView } from './present.ts';
import { reportRoutes } from './report-routes.ts';
import {
  closeImport,
  countUnfinished,
  emptySpool,
  findImport,
  listImports,
  openSpool,
} from './spool.ts';
import { uploadRoutes } from './upload-routes.ts';

const params = z.strictObject({ id: ImportId });
const importers = ['partner', 'coordinator'] as const;
const ByStart = z.tuple([z.iso.datetime(), z.uuid()]);
const target = (id: ImportId) => ({ aggregate: importAggregate, contract: importContract, id });

/** Directories from outside: announced, uploaded, applied by themselves, and reported line by line. */
export function importRoutes(app: App, desk: Desk): void {
  starting(app, desk);
  cancelling(app, desk);
  uploadRoutes(app, desk);
  reportRoutes(app, desk.rows);
  app.get(
    '/imports',
    {
      config: { access: importers },
      schema: {
        summary: 'Imports, the latest first',
        querystring: z.strictObject({ ...PageQuery, sha256: Sha256.optional() }),
        response: { 200: pageOf(ImportView) },
      },
    },
    async (request, reply) => {
      const associations = viewersOf(actorOf(request.caller));
      const from = after(request, ByStart);
      const { sha256, limit } = request.query;
      const rows = await listImports(desk.rows, { associations, sha256 }, from, limit + 1);
      const { items, next } = page(request, reply, rows, (row) => [row.started_at, row.id]);
      return { items: items.map(importView), next };
    },
  );
  app.get(
    '/imports/:id',
    {
      config: { access: importers },
      schema: {
        summary: 'One import, and how far it is',
        params,
        response: { 200: ImportView },
      },
    },
    async (request, reply) => {
      const associations = viewersOf(actorOf(request.caller));
      const row = await findImport(desk.rows, request.params.id, associations);
      if (row === undefined) throw new HttpProblem('not-found');
      revisionTag(reply, allowedActions(row.state).length > 0 ? '0' : '1');
      return importView(row);
    },
  );
}

function starting(app: App, desk: Desk): void {
  app.post(
    '/imports',
    {
      config: { access: importers, command: 'create' },
      schema: {
        summary: 'Announce a file; its bytes go to `/content`',
        body: StartImport,
        response: { 201: CommandAnswer },
      },
    },
    async (request, reply) => {
      const { command, caller, body } = request;
      const id = ImportId.parse(derivedId('import', command.id));
      const association = AssociationId.parse(caller.association);
      const unfinished = await countUnfinished(desk.rows, association);
      const { sha256: _, mayRetireMost: __, ...terms } = body;
      const started = { import: id, association, ...terms, mapping: { ...body.mapping } };
      const outcome = await carryOut(desk, target(id), request, {
        ...{ type: 'start', started, unfinished },
      });
      const location = `/v1/imports/${id}`;
      const answer = answerCommand(reply, outcome, present(id), { location });
      const { occurredAt: startedAt } = command.context;
      await openSpool(desk.rows, { id, association, client: caller.clientId, startedAt }, body);
      return answer;
    },
  );
}

function cancelling(app: App, desk: Desk): void {
  app.post(
    '/imports/:id/cancel',
    {
      config: { access: importers, command: 'change' },
      schema: {
        summary: 'Call an import off; what it has brought already stays',
        params,
        body: z.strictObject({}),
        response: { 200: CommandAnswer },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const actor = actorOf(request.caller);
      const row = await findImport(desk.rows, id, viewersOf(actor));
      if (row === undefined) throw new HttpProblem('not-found');
      const outcome = await carryOut(desk, target(id), request, { type: 'cancel', actor });
      const answer = answerCommand(reply, outcome, present(id));
      await closeImport(desk.rows, id, { state: 'cancelled' });
      // A large file takes its time to go; what an end leaves of it, whoever imports next empties.
      void emptySpool(desk.rows, id).catch(() => undefined);
      return answer;
    },
  );
}

const present = (id: ImportId) => (known: { readonly state: string }) => {
  const state = known.state === 'running' ? 'uploading' : known.state;
  return { id, state, allowedActions: allowedActions(state as 'uploading'), deadlines: {} };
};
