import { CommandAnswer } from '@relais/contracts/answers';
import {
  AssociationKind,
  AssociationView,
  associationEvents,
  ChangeAssociation,
  CommuneCode,
  RegisterAssociation,
} from '@relais/contracts/associations';
import { AssociationId } from '@relais/contracts/ids';
import { Theme } from '@relais/contracts/themes';
import { derivedId } from '@relais/event-log/event-id';
import type { Log } from '@relais/event-log/log';
import { submit } from '@relais/event-log/submit';
import type { App, Command } from '@relais/http/app-options';
import { answerCommand, type Presented, revisionTag } from '@relais/http/outcome';
import { after, PageQuery, page, pageOf } from '@relais/http/paging';
import { noBody } from '@relais/http/pipeline';
import { HttpProblem } from '@relais/http/problem';
import type { Sql } from '@relais/postgres/database';
import { checkCommunes } from '@relais/service/communes';
import { z } from 'zod';
import { requireCarrier } from '../administrator.ts';
import { findAssociation, listAssociations } from '../query.ts';
import { readAssociation } from '../registry.ts';
import { type Association, type AssociationCommand, associationAggregate } from './decide.ts';

const ByName = z.tuple([z.string(), z.uuid()]);
const params = z.strictObject({ id: AssociationId });
const everyone = ['partner', 'coordinator', 'auditor', 'administrator'] as const;
const administrators = ['administrator'] as const;

/** Who is a member: read by all, managed by administrators. */
export function associationRoutes(app: App, log: Log, sql: Sql): void {
  reads(app, sql);
  const carryOut = (id: AssociationId, command: AssociationCommand, by: Command) =>
    submit(command, {
      log,
      aggregate: associationAggregate,
      contract: associationEvents,
      id,
      context: by.context,
      expected: by.expected,
    });
  app.post(
    '/associations',
    {
      config: { access: administrators, command: 'create' },
      schema: {
        summary: 'Register an association',
        body: RegisterAssociation,
        response: { 201: CommandAnswer },
      },
    },
    async (request, reply) => {
      await requireCarrier(log, request.caller);
      const { id = newId(request.command), ...profile } = request.body;
      await checkCommunes(profile.communes, '/communes');
      const outcome = await carryOut(
        id,
        { type: 'register', association: id, profile, carrier: false },
        request.command,
      );
      const location = `/v1/associations/${id}`;
      return answerCommand(reply, outcome, (state) => present(id, state), { location });
    },
  );
  const changes = {
    change: { summary: 'Replace what an association tells about itself', body: ChangeAssociation },
    leave: { summary: 'An association leaves the platform', body: noBody },
  } as const;
  for (const action of ['change', 'leave'] as const) {
    app.post(
      `/associations/:id/${action}`,
      {
        config: { access: administrators, command: 'change' },
        schema: { ...changes[action], params, response: { 200: CommandAnswer } },
      },
      async (request, reply) => {
        await requireCarrier(log, request.caller);
        const { id } = request.params;
        const { state } = await readAssociation(log, id);
        if (state.state === 'absent') throw new HttpProblem('not-found');
        const command = commandOf(action, request.body);
        if (command.type === 'change') await checkCommunes(command.profile.communes, '/communes');
        const outcome = await carryOut(id, command, request.command);
        return answerCommand(reply, outcome, (after) => present(id, after));
      },
    );
  }
}

function reads(app: App, sql: Sql): void {
  app.get(
    '/associations',
    {
      config: { access: everyone },
      schema: {
        summary: 'Associations by name; one without communes serves everywhere',
        querystring: z.strictObject({
          ...PageQuery,
          kind: AssociationKind.optional(),
          theme: Theme.optional(),
          commune: CommuneCode.optional(),
        }),
        response: { 200: pageOf(AssociationView) },
      },
    },
    async (request, reply) => {
      const { limit, ...filter } = request.query;
      const rows = await listAssociations(sql, filter, after(request, ByName), limit + 1);
      return page(request, reply, rows, ({ name, id }) => [name, id]);
    },
  );
  app.get(
    '/associations/:id',
    {
      config: { access: everyone },
      schema: { summary: 'An association', params, response: { 200: AssociationView } },
    },
    async (request, reply) => {
      const view = await findAssociation(sql, request.params.id);
      if (view === undefined) throw new HttpProblem('not-found');
      revisionTag(reply, view.revision);
      return view;
    },
  );
}

const commandOf = (action: 'change' | 'leave', body: unknown): AssociationCommand =>
  action === 'leave'
    ? { type: 'leave' }
    : { type: 'change', profile: ChangeAssociation.parse(body) };

const newId = (command: Command): AssociationId =>
  AssociationId.parse(derivedId('association', command.id));

const present = (id: AssociationId, association: Association): Presented => ({
  id,
  state: association.state,
  allowedActions: association.state === 'member' ? actionsOf(association.carrier) : [],
  deadlines: {},
});

const actionsOf = (carrier: boolean): string[] => (carrier ? ['change'] : ['change', 'leave']);
