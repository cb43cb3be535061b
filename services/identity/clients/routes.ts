import { CommandAnswer } from '@relais/contracts/answers';
import {
  ChangeRights,
  ClientId,
  ClientState,
  ClientView,
  clientEvents,
  DisableClient,
  RegisterClient,
  ReplaceKeys,
  Role,
} from '@relais/contracts/identity';
import { AssociationId } from '@relais/contracts/ids';
import { derivedId } from '@relais/event-log/event-id';
import type { Log } from '@relais/event-log/log';
import { submit } from '@relais/event-log/submit';
import type { App, Command } from '@relais/http/app-options';
import { answerCommand, type Presented, revisionTag } from '@relais/http/outcome';
import { after, PageQuery, page, pageOf } from '@relais/http/paging';
import { noBody } from '@relais/http/pipeline';
import { HttpProblem } from '@relais/http/problem';
import type { Sql } from '@relais/postgres/database';
import { z } from 'zod';
import { requireCarrier } from '../administrator.ts';
import { findClient, listClients } from '../query.ts';
import { readClient, readStanding } from '../registry.ts';
import { requireKnown, requireUsable } from './acceptable.ts';
import {
  allowedActions,
  type Client,
  type ClientCommand,
  clientAggregate,
  type Standing,
} from './decide.ts';

const params = z.strictObject({ id: ClientId });
const administrators = ['administrator'] as const;

/** Who may do what: read and managed by administrators alone. */
export function clientRoutes(app: App, log: Log, sql: Sql): void {
  reads(app, log, sql);
  app.post(
    '/clients',
    {
      config: { access: administrators, command: 'create' },
      schema: {
        summary: 'Register a client by its public keys',
        body: RegisterClient,
        response: { 201: CommandAnswer },
      },
    },
    async (request, reply) => {
      await requireCarrier(log, request.caller);
      requireUsable(request.body.keys);
      await requireKnown(log, request.body.remit);
      const id = ClientId.parse(derivedId('client', request.command.id));
      const standing = await readStanding(log, request.body.association);
      const registration = { client: id, ...request.body };
      const outcome = await carryOut(
        log,
        id,
        { type: 'register', registration, standing },
        request.command,
      );
      const location = `/v1/clients/${id}`;
      return answerCommand(reply, outcome, (state) => present(id, state), { location });
    },
  );
  change(app, log, 'rights', 'Give a client other rights', ChangeRights, async (body, context) => {
    await requireKnown(log, body.remit);
    return { type: 'changeRights', rights: body, ...context };
  });
  change(app, log, 'disable', 'Withdraw a client at once', DisableClient, (body, { actor }) => ({
    type: 'disable',
    reason: body.reason,
    actor,
  }));
  change(app, log, 'enable', 'Let a client in again', noBody, (_, { standing }) => ({
    type: 'enable',
    standing,
  }));
  change(app, log, 'keys', 'Replace the keys of a client', ReplaceKeys, ({ keys }) => {
    requireUsable(keys);
    return { type: 'replaceKeys', keys };
  });
}

/** One of the actions on a client that exists; `toCommand` gets who asks and where the client's association stands. */
function change<Body extends z.ZodType>(
  app: App,
  log: Log,
  action: string,
  summary: string,
  body: Body,
  toCommand: (
    body: z.output<Body>,
    context: { actor: string; standing: Standing },
  ) => ClientCommand | Promise<ClientCommand>,
): void {
  app.post(
    `/clients/:id/${action}`,
    {
      config: { access: administrators, command: 'change' },
      schema: { summary, params, body, response: { 200: CommandAnswer } },
    },
    async (request, reply) => {
      await requireCarrier(log, request.caller);
      const { id } = request.params as { id: ClientId };
      const { state } = await readClient(log, id);
      if (state.state === 'absent') throw new HttpProblem('not-found');
      const standing = await readStanding(log, state.association);
      const actor = request.caller.clientId;
      const command = await toCommand(request.body as z.output<Body>, { actor, standing });
      const outcome = await carryOut(log, id, command, request.command);
      return answerCommand(reply, outcome, (after) => present(id, after));
    },
  );
}

function reads(app: App, log: Log, sql: Sql): void {
  app.get(
    '/clients',
    {
      config: { access: administrators },
      schema: {
        summary: 'Clients and their rights',
        querystring: z.strictObject({
          ...PageQuery,
          association: AssociationId.optional(),
          role: Role.optional(),
          state: ClientState.optional(),
        }),
        response: { 200: pageOf(ClientView) },
      },
    },
    async (request, reply) => {
      await requireCarrier(log, request.caller);
      const { limit, ...filter } = request.query;
      const from = after(request, z.tuple([z.uuid()]))?.[0];
      const rows = await listClients(sql, filter, from, limit + 1);
      return page(request, reply, rows, ({ id }) => [id]);
    },
  );
  app.get(
    '/clients/:id',
    {
      config: { access: administrators },
      schema: { summary: 'A client and its rights', params, response: { 200: ClientView } },
    },
    async (request, reply) => {
      await requireCarrier(log, request.caller);
      const view = await findClient(sql, request.params.id);
      if (view === undefined) throw new HttpProblem('not-found');
      revisionTag(reply, view.revision);
      return view;
    },
  );
}

const carryOut = (log: Log, id: ClientId, command: ClientCommand, by: Command) =>
  submit(command, {
    log,
    aggregate: clientAggregate,
    contract: clientEvents,
    id,
    context: by.context,
    expected: by.expected,
  });

const present = (id: ClientId, client: Client): Presented => ({
  id,
  state: client.state,
  allowedActions: allowedActions(client),
  deadlines: {},
});
